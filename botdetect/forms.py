"""What people fill in."""

from typing import Any, cast

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from botdetect.formats import FIELDS, SHARED
from botdetect.models import Collection, PublicRequest, Review
from botdetect.permissions import Caller
from botdetect.services import streams
from botdetect.traces import KINDS
from disinfo.accounts.models import Organisation, User
from disinfo.accounts.permissions import abilities_of, roles_of

_ENDINGS = (".csv", ".csv.gz", ".tsv", ".parquet", ".json", ".jsonl", ".ndjson")

TRACE_NAMES = {
    "object": _("as given in the file"),
    "repost": _("reposts"),
    "url": _("links"),
    "hashtags": _("sequences of hashtags"),
    "text": _("identical texts"),
    "similar": _("near-identical texts"),
    "reply": _("replies to one post"),
    "image": _("pictures"),
    "follow": _("accounts followed at the same time"),
    "followset": _("sets of followed accounts"),
    "creation": _("creation dates and patterns of names"),
}
"""What a person reads for each kind of trace."""

FIELD_NAMES = {
    "account": _("account (identifier)"),
    "content": _("post (identifier)"),
    "time": _("time"),
    "object": _("what is shared, as it stands"),
    "repost": _("reposted post"),
    "reply": _("post replied to"),
    "text": _("text"),
    "urls": _("links"),
    "hashtags": _("hashtags"),
    "images": _("pictures (or their hashes)"),
    "follows": _("followed account"),
    "handle": _("handle of the account"),
    "created": _("creation date of the account"),
    "followers": _("followers of the account"),
    "friends": _("accounts it follows"),
    "statuses": _("posts of the account"),
}


class CollectionForm(forms.ModelForm[Collection]):
    """A new collection."""

    class Meta:
        model = Collection
        fields = ["name", "platform", "purpose", "organisation"]
        help_texts = {
            "platform": _("Where the posts come from, such as X or TikTok."),
            "purpose": _("Why these data are needed, and what allows it. It is kept with the collection."),
        }
        widgets = {"purpose": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        """Offer the organisations in which the user is a reviewer."""
        super().__init__(*args, **kwargs)
        own = [key for key, role in roles_of(user).items() if "moderate" in abilities_of(role)]
        field = cast("forms.ModelChoiceField[Organisation]", self.fields["organisation"])
        field.queryset = (
            Organisation.objects.all() if user.is_staff else Organisation.objects.filter(pk__in=own)
        )
        field.required = not user.is_staff
        field.empty_label = _("The portal itself")
        if not user.is_staff:
            field.empty_label = None
        self.fields["purpose"].required = True


class UploadForm(forms.Form):
    """A file of posts."""

    file = forms.FileField(
        label=_("File of posts"),
        help_text=_("CSV, TSV, Parquet, JSON or JSON lines; CSV may be compressed with gzip."),
    )

    def clean_file(self) -> Any:
        """Refuse what cannot be read, before it is stored."""
        file = self.cleaned_data["file"]
        if not file.name.lower().endswith(_ENDINGS):
            raise forms.ValidationError(
                _("This kind of file cannot be read: give one of %s.") % ", ".join(_ENDINGS)
            )
        if file.size > settings.BOTS_LARGEST_UPLOAD_MB * 1_000_000:
            raise forms.ValidationError(
                _("The file is larger than %d MB: use the command botdetect_import on the server.")
                % settings.BOTS_LARGEST_UPLOAD_MB
            )
        return file


class MappingForm(forms.Form):
    """Which column is which."""

    def __init__(self, *args: Any, columns: list[str], **kwargs: Any) -> None:
        """One choice a field, among the columns of the file."""
        super().__init__(*args, **kwargs)
        choices = [("", "—"), *((column, column) for column in columns)]
        for name in FIELDS:
            self.fields[name] = forms.ChoiceField(
                label=FIELD_NAMES[name], choices=choices, required=name == "account"
            )

    def clean(self) -> dict[str, Any]:
        """Something must be shared, or creation dates be given; what is shared has its time."""
        cleaned = super().clean() or self.cleaned_data
        shared = [name for name in SHARED if cleaned.get(name)]
        if not shared and not any(
            cleaned.get(name) for name in ("created", "followers", "friends", "statuses")
        ):
            raise forms.ValidationError(
                _(
                    "Say which column holds what is shared: an object, a repost, a reply, a text, links, hashtags, "
                    "pictures or followed accounts; or what profiles tell of accounts."
                )
            )
        if set(shared) - {"follows"} and not cleaned.get("time"):
            raise forms.ValidationError(_("Say which column holds the time."))
        return cleaned


class RunForm(forms.Form):
    """What a run looks for."""

    trace = forms.ChoiceField(label=_("What accounts have in common"))
    window = forms.FloatField(label=_("Window in seconds"), initial=60, min_value=0, max_value=86_400)
    fast = forms.FloatField(
        label=_("Fast window in seconds"),
        required=False,
        min_value=0,
        max_value=86_400,
        help_text=_("Counted beside the first; may be left empty."),
    )
    min_participation = forms.IntegerField(label=_("Least shares of an account"), initial=2, min_value=1)
    min_objects = forms.IntegerField(
        label=_("Least objects of an edge"),
        initial=2,
        min_value=1,
        help_text=_("An edge that stands on one object alone is weak evidence."),
    )
    fdr = forms.FloatField(label=_("Share of false edges accepted"), initial=0.01, min_value=0, max_value=1)
    core = forms.IntegerField(
        label=_("Neighbours needed (k of the core)"), initial=3, min_value=1, max_value=1000
    )
    communities = forms.ChoiceField(label=_("Communities"), choices=[("propagation", _("label propagation"))])
    control = forms.ModelChoiceField(
        queryset=Collection.objects.none(),
        label=_("Control collection"),
        required=False,
        empty_label=_("none: this collection itself"),
        help_text=_(
            "What chance gives is measured there: choose one of ordinary accounts when most of this one is coordinated."
        ),
    )

    def __init__(self, *args: Any, collection: Collection, caller: Caller, **kwargs: Any) -> None:
        """Offer the traces that the collection holds, and the other collections that the caller may read."""
        from botdetect.coordination.graph import has_leiden  # heavy: not for every web process

        super().__init__(*args, **kwargs)
        controls = cast("forms.ModelChoiceField[Collection]", self.fields["control"])
        readable = Collection.objects.visible_to(caller).filter(aggregated_at=None, shares__gt=0)
        controls.queryset = readable.exclude(pk=collection.pk)
        kinds = [kind for kind in ("object", *KINDS) if kind in collection.kinds]
        field = cast("forms.ChoiceField", self.fields["trace"])
        field.choices = [(kind, TRACE_NAMES[kind]) for kind in kinds]
        if has_leiden():
            methods = cast("forms.ChoiceField", self.fields["communities"])
            methods.choices = [*cast("list[Any]", methods.choices), ("leiden", "Leiden")]

    def clean(self) -> dict[str, Any]:
        """What is not looked for in the control collection cannot be measured there."""
        cleaned = super().clean() or self.cleaned_data
        control, trace = cleaned.get("control"), cleaned.get("trace")
        if control and trace and trace not in control.kinds:
            self.add_error("control", _("That collection holds no such trace: choose another."))
        return cleaned

    def parameters(self) -> dict[str, Any]:
        """The engine's parameters that were filled in, or that the trace demands, and the key of the control."""
        from botdetect.derived import parameters_of

        asked = {
            name: value for name, value in self.cleaned_data.items() if name != "trace" and value is not None
        }
        if "control" in asked:
            asked["control"] = asked["control"].pk
        return asked | parameters_of(self.cleaned_data["trace"])


class StreamForm(forms.Form):
    """A live source, and how much of it."""

    source = forms.ChoiceField(label=_("Source"))
    minutes = forms.IntegerField(
        label=_("Stop after so many minutes"), initial=10, min_value=1, max_value=streams.LONGEST_MINUTES
    )
    most_events = forms.IntegerField(
        label=_("Stop after so many events"),
        initial=100_000,
        min_value=1,
        max_value=50_000_000,
        help_text=_("Both sources are free. Collecting ends at whichever comes first."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offer the sources that this portal is set up for."""
        super().__init__(*args, **kwargs)
        sources = [
            Collection.Source.BLUESKY,
            *([Collection.Source.MASTODON] if settings.BOTS_MASTODON else []),
        ]
        field = cast("forms.ChoiceField", self.fields["source"])
        field.choices = [(source.value, source.label) for source in sources]


class ReviewForm(forms.Form):
    """A reviewer's decision on a cluster."""

    explanations = forms.MultipleChoiceField(
        label=_("Innocent explanations looked into"),
        choices=Review.Explanation.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    decision = forms.ChoiceField(
        label=_("Decision"), choices=Review.Decision.choices, widget=forms.RadioSelect
    )
    tags = forms.MultipleChoiceField(
        label=_("Tags"), choices=Review.Tag.choices, required=False, widget=forms.CheckboxSelectMultiple
    )
    reason = forms.CharField(label=_("Reason"), max_length=5000, widget=forms.Textarea(attrs={"rows": 3}))


class PublishForm(forms.Form):
    """What everyone will read."""

    title = forms.CharField(label=_("Title"), max_length=160)
    summary = forms.CharField(
        label=_("Summary"),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("What the group did, without naming anyone."),
    )


class RequestForm(forms.ModelForm[PublicRequest]):
    """Right of reply, or to be forgotten."""

    class Meta:
        model = PublicRequest
        fields = ["kind", "account", "email", "text"]

    def clean(self) -> dict[str, Any]:
        """Nothing can be forgotten of an account that is not named."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("kind") == PublicRequest.Kind.ERASE and not cleaned.get("account"):
            self.add_error("account", _("Say which account is to be forgotten."))
        return cleaned


class LookupForm(forms.Form):
    """An account, or the address of a post."""

    q = forms.CharField(
        label=_("Account, or address of a post"),
        max_length=300,
        help_text=_("Such as @name, an identifier, or https://x.com/name/status/1. Each look-up is logged."),
    )
