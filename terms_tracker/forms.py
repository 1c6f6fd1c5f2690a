"""How a list of changes is narrowed, and what is to be followed."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from functools import reduce
from operator import or_
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from disinfo.accounts.models import User
from disinfo.portal.tools import rooms_for
from terms_tracker import refusals
from terms_tracker.changes import FOLDED
from terms_tracker.dates import moment_of
from terms_tracker.extraction import DeclarationError
from terms_tracker.models import (
    Caller,
    Collection,
    Memo,
    Service,
    Subscription,
    Suggestion,
    Topic,
    Version,
    VersionQuerySet,
)
from terms_tracker.permissions import can_add_webhooks
from terms_tracker.written import LISTED, Document, document_of, fields_of

MOST_DOCUMENTS = 10
_MOST_NAMES = 20
_MOST_FOLLOWED_AT_ONCE = 10
_DIGITS = 10
_ORDERS = [("", _("The newest first")), ("significance", _("By significance"))]


class ChangesForm(forms.Form):
    """By service, type, topic, class, collection and dates; what cannot be read is left aside."""

    q = forms.CharField(
        label=_("Service or type contains"),
        required=False,
        max_length=300,
        widget=forms.TextInput(attrs={"placeholder": _("TikTok, Snapchat")}),
    )
    topic = forms.ModelChoiceField(
        Topic.objects.active(), label=_("Topic"), required=False, to_field_name="code", empty_label=_("All")
    )
    change_class = forms.ChoiceField(
        label=_("Class"), required=False, choices=[("", _("All")), *Version.ChangeClass.choices]
    )
    collection = forms.ModelChoiceField(
        Collection.objects.none(),
        label=_("Collection"),
        required=False,
        to_field_name="key",
        empty_label=_("All"),
    )
    since = forms.CharField(
        label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"}), max_length=30
    )
    until = forms.CharField(
        label=_("Until"), required=False, widget=forms.DateInput(attrs={"type": "date"}), max_length=30
    )
    order = forms.ChoiceField(label=_("Order"), required=False, choices=_ORDERS)
    all = forms.BooleanField(
        label=_("Also changes of layout, links and dates"), required=False, widget=forms.CheckboxInput
    )

    def __init__(self, data: QueryDict, caller: Caller) -> None:
        super().__init__(data, auto_id="narrow_%s")
        self._caller = caller
        self.fields["collection"].queryset = Collection.objects.visible_to(caller)  # type: ignore[attr-defined]  # a form knows fields, not their class
        self.is_valid()

    def value(self, name: str) -> Any:
        """What was asked under this name; nothing when it cannot be read."""
        return self.cleaned_data.get(name)

    @property
    def is_narrow(self) -> bool:
        """Whether anything was asked but an order."""
        return any(
            self.value(name) for name in ("q", "topic", "change_class", "collection", "since", "until")
        )

    def narrowed(self, rows: VersionQuerySet) -> VersionQuerySet:
        """Those asked for, of whatever class."""
        if names := self._names():
            named = Q()
            for name in names:
                named |= Q(terms__service__name__icontains=name) | Q(terms__type__icontains=name)
            rows = rows.filter(named)
        if topic := self.value("topic"):
            rows = rows.filter(topics=topic)
        if collection := self.value("collection"):
            rows = rows.filter(terms__service__collection=collection)
        if since := moment_of(self.value("since") or "", is_end=False):
            rows = rows.filter(fetched_at__gte=since)
        if until := moment_of(self.value("until") or "", is_end=True):
            rows = rows.filter(fetched_at__lte=until)
        return rows

    def shown(self, rows: VersionQuerySet) -> VersionQuerySet:
        """Those of them whose class is asked for; without such, those that are not folded."""
        if chosen := self.value("change_class"):
            return rows.filter(change_class=chosen)
        return rows if self.value("all") else rows.worth_reading()

    def shows(self, change_class: str) -> bool:
        """Whether the list shows changes of this class."""
        if chosen := self.value("change_class"):
            return bool(change_class == chosen)
        return bool(self.value("all")) or change_class not in FOLDED

    def query_with(self, **values: str) -> str:
        """The query of this list with other values, for a link."""
        asked = QueryDict(mutable=True)
        for name in self.fields:
            if given := self.data.get(name):
                asked[name] = given
        asked.update(values)
        return asked.urlencode()

    def query_to_follow(self) -> str:
        """The query that fills the form to follow the same topic, collection and services, unless these are many."""
        chosen = [(name, each.pk) for name in ("topic", "collection") if (each := self.value(name))]
        if names := self._names():
            named = reduce(or_, (Q(name__icontains=name) for name in names))
            found = Service.objects.visible_to(self._caller).filter(named)[: _MOST_FOLLOWED_AT_ONCE + 1]
            if len(found) <= _MOST_FOLLOWED_AT_ONCE:
                chosen += [("service" if len(found) == 1 else "among", each.pk) for each in found]
        return urlencode(chosen)

    def _names(self) -> list[str]:
        asked = str(self.value("q") or "").replace("\x00", "").split(",")
        return [name.strip() for name in asked if name.strip()][:_MOST_NAMES]


class FollowForm(forms.ModelForm[Subscription]):
    """What to follow; each field left open means any."""

    webhook_url = forms.URLField(
        label=_("Address to call"),
        required=False,
        assume_scheme="https",
        max_length=500,
        help_text=_("For a webhook. Each call is signed with a secret that you see in your list."),
    )

    class Meta:
        model = Subscription
        fields = ["service", "terms_type", "topic", "phrase", "collection", "with_folded", "way", "room"]

    def __init__(self, *args: Any, user: User, among: Sequence[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.owner = user
        readable: dict[str, Any] = {
            "collection": Collection.objects.visible_to(user),
            "service": Service.objects.visible_to(user).select_related("collection"),
            "topic": Topic.objects.active(),
        }
        for name, rows in readable.items():
            field = self.fields[name]
            field.queryset, field.empty_label = rows, _("Any")  # type: ignore[attr-defined]  # a form knows fields, not their class
        name_of = self._names_of(readable["service"])
        self.fields["service"].label_from_instance = name_of  # type: ignore[attr-defined]  # as above
        # SQLite knows no key of more digits than these.
        keys = [each for each in among[:_MOST_FOLLOWED_AT_ONCE] if each.isdecimal() and len(each) < _DIGITS]
        if chosen := {each.pk: each for each in readable["service"].filter(pk__in=keys)}:
            several = forms.TypedMultipleChoiceField(
                choices=[(key, name_of(each)) for key, each in chosen.items()],
                coerce=lambda key: chosen[int(key)],
                label=_("Services"),
                initial=list(chosen),
                widget=forms.CheckboxSelectMultiple,
                help_text=_("Each is a subscription of its own, which you can stop alone."),
            )
            del self.fields["service"]
            self.fields = {"services": several, **self.fields}
        missing = set()
        if rooms := rooms_for(user):
            choices = [("", _("None")), *((room.url, room.title) for room in rooms)]
            self.fields["room"] = forms.ChoiceField(
                label=_("Room"),
                required=False,
                choices=choices,
                help_text=_("For a chat room: one that you manage. Only public changes are told there."),
            )
        else:
            missing.add(Subscription.Way.ROOM)
            del self.fields["room"]
        if not can_add_webhooks(user):
            missing.add(Subscription.Way.WEBHOOK)
            del self.fields["webhook_url"]
        ways = [each for each in Subscription.Way.choices if each[0] not in missing]
        self.fields["way"].choices = ways  # type: ignore[attr-defined]  # as above

    @staticmethod
    def _names_of(services: Iterable[Service]) -> Callable[[Service], str]:
        """How each is called here: by its collection too when several are called so."""
        count = Counter(service.name for service in services)

        def name_of(service: Service) -> str:
            return f"{service} ({service.collection})" if count[service.name] > 1 else str(service)

        return name_of

    def clean_phrase(self) -> str:
        """Words, as far as anything can be looked for."""
        phrase = str(self.cleaned_data["phrase"]).strip()
        if phrase and not any(each.isalnum() for each in phrase):
            raise ValidationError(_("Write at least one word."))
        return phrase


class MemoForm(forms.ModelForm[Memo]):
    """A memo, and the revision it was begun on."""

    based_on = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Memo
        fields = ["title", "body"]
        widgets = {"body": forms.Textarea(attrs={"rows": 14})}


class SuggestionForm(forms.ModelForm[Suggestion]):
    """What anyone suggests: terms, and one of their documents at a time, with the others beside it."""

    address = forms.URLField(label=_("Address of the document"), max_length=1000, assume_scheme="https")
    select = forms.CharField(
        label=_("Keep"),
        required=False,
        max_length=4000,
        help_text=_(
            "CSS selectors, one a line: the parts to keep. A range is written as in a declaration: "
            '{"startBefore": "#a", "endAfter": "#b"}; startAfter and endBefore leave the ends out.'
        ),
    )
    remove = forms.CharField(
        label=_("Leave out"),
        required=False,
        max_length=4000,
        help_text=_("CSS selectors or ranges, one a line: what to leave out of them."),
    )
    filter = forms.CharField(
        label=_("Filters"),
        required=False,
        max_length=4000,
        help_text=_('One a line, as in a declaration: {"removeQueryParams": ["utm_source"]}'),
    )
    scripts = forms.BooleanField(
        label=_("The page shows its text only once its scripts have run"),
        required=False,
        widget=forms.CheckboxInput,
    )
    documents = forms.JSONField(required=False, widget=forms.HiddenInput)
    at = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)

    field_order = (
        "collection",
        "service_name",
        "terms_type",
        "address",
        "select",
        "remove",
        "filter",
        "scripts",
    )

    class Meta:
        model = Suggestion
        fields = ["collection", "service_name", "terms_type", "remark"]
        widgets = {"remark": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args: Any, caller: Caller, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.caller = caller
        for name in LISTED:
            self.fields[name].widget = forms.Textarea(attrs={"rows": 3, "spellcheck": "false"})
        readable = Collection.objects.visible_to(caller)
        self.fields["collection"].queryset = readable  # type: ignore[attr-defined]  # a form knows fields, not their class

    def clean(self) -> dict[str, Any]:
        """The documents as declared, the one that was written in among them."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        others = cleaned.get("documents")
        documents = [each for each in others if isinstance(each, dict)] if isinstance(others, list) else []
        at = min(cleaned.get("at") or 0, len(documents))
        if len(documents) > MOST_DOCUMENTS:
            raise ValidationError(_("Ten documents at most."))
        try:
            documents[at : at + 1] = [document_of(cleaned)] if "address" in cleaned else []
        except DeclarationError as error:
            raise ValidationError(refusals.in_words(str(error))) from error
        return {**cleaned, "documents": documents, "at": at}

    def turned_to(self, documents: list[Document], at: int) -> dict[str, Any]:
        """What the form holds when another of the documents is written in."""
        kept = {name: self[name].value() for name in ("collection", "service_name", "terms_type", "remark")}
        return {
            **kept,
            "documents": documents,
            "at": at,
            **fields_of(documents[at] if at < len(documents) else {}),
        }


class DecisionForm(forms.Form):
    """What staff track when they accept a suggestion: it may be mended first."""

    collection = forms.ModelChoiceField(Collection.objects.all(), label=_("Collection"))
    service_name = forms.CharField(label=_("Service"), max_length=120)
    terms_type = forms.CharField(label=_("Type of terms"), max_length=120)
    declaration = forms.JSONField(
        label=_("Declaration"), widget=forms.Textarea(attrs={"rows": 12, "spellcheck": "false"})
    )
