"""What people fill in."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from collaborate.models import MailChoice, Message, Participant, Room
from collaborate.services import files
from collaborate.tlp import MEANING, Tlp
from disinfo.accounts.models import Organisation, User
from disinfo.accounts.permissions import can

_TLP_CHOICES = [("", _("no mark")), *[(mark.value, mark.label) for mark in Tlp]]


class SeveralFiles(forms.ClearableFileInput):
    """A field that takes several files."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files, read whole: they are small."""

    widget = SeveralFiles

    def clean(self, data: Any, initial: Any = None) -> list[files.Upload]:  # noqa: ARG002 (the signature is the base class's)
        """The files; each is looked at again when it is kept."""
        sent = data if isinstance(data, list | tuple) else [data] if data else []
        if len(sent) > files.MOST_FILES:
            raise forms.ValidationError(_("Five files at most in one message."))
        if any(each.size > files.MOST_BYTES for each in sent):
            raise forms.ValidationError(_("A file is too large: 10 MB at most."))
        return [files.Upload(each.name, each.read()) for each in sent]


class MessageForm(forms.Form):
    """Something to say."""

    text = forms.CharField(
        label=_("Message"),
        required=False,
        strip=False,
        # Without a longest length: the browser would cut what is pasted in silence; the service refuses it in words.
        widget=forms.Textarea(attrs={"rows": 3, "data-composer-text": "", "spellcheck": "true"}),
    )
    files = FilesField(  # type: ignore[assignment]  # the name is the field's, whatever Form keeps under it
        label=_("Files"),
        required=False,
        widget=SeveralFiles(attrs={"accept": ",".join(f".{each}" for each in files.TAKEN)}),
    )
    tlp = forms.ChoiceField(label=_("Mark (TLP)"), choices=_TLP_CHOICES, required=False)
    root = forms.IntegerField(required=False, widget=forms.HiddenInput)
    nonce = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)


class RoomForm(forms.ModelForm[Room]):
    """A new room."""

    class Meta:
        model = Room
        fields = ["name", "topic", "kind", "organisation", "tlp"]

    def __init__(self, *args: Any, creator: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.creator = creator
        kinds = [kind for kind in Room.Kind if kind != Room.Kind.DIRECT]
        self.fields["kind"].choices = [(kind.value, kind.label) for kind in kinds]  # type: ignore[attr-defined]  # a form knows fields, not their class
        self.fields["organisation"].queryset = Organisation.objects.of(creator)  # type: ignore[attr-defined]  # the same
        self.fields["organisation"].help_text = _("Needed for a room of one organisation.")
        _explain_marks(self)

    def clean(self) -> dict[str, Any]:
        """An organisation's room names it, and one opens only what one may."""
        from collaborate.permissions import can_create

        cleaned = super().clean() or self.cleaned_data
        kind, organisation = cleaned.get("kind"), cleaned.get("organisation")
        if kind == Room.Kind.ORGANISATION and organisation is None:
            self.add_error("organisation", _("Choose the organisation whose room this is."))
        elif kind == Room.Kind.PUBLIC:
            cleaned["organisation"] = organisation = None
        if kind and not self.errors and not can_create(self.creator, kind, organisation):
            self.add_error(
                "kind", _("Only editors and above open such rooms; ask one, or open a private room.")
            )
        return cleaned


class SettingsForm(forms.ModelForm[Room]):
    """What can be changed of a room."""

    class Meta:
        model = Room
        fields = ["name", "topic", "language", "tlp", "slow_seconds", "retention_days", "is_archived"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["retention_days"].help_text = _("Empty: kept for good. Pinned messages always stay.")
        _explain_marks(self)


def _explain_marks(form: forms.ModelForm[Room]) -> None:
    form.fields["tlp"].required = False
    form.fields["tlp"].choices = _TLP_CHOICES  # type: ignore[attr-defined]  # a form knows fields, not their class
    form.fields["tlp"].help_text = " ".join(f"{mark.label}: {MEANING[mark]}." for mark in Tlp)


class InviteForm(forms.Form):
    """Somebody to let in."""

    email = forms.EmailField(
        label=_("E-mail address"),
        help_text=_(
            "A member of an organisation enters at once; anyone else is sent an invitation as a guest."
        ),
    )


class SeatForm(forms.Form):
    """A role in a room, or the end of it."""

    user = forms.IntegerField(widget=forms.HiddenInput)
    role = forms.ChoiceField(
        choices=[*Participant.Role.choices, ("", _("remove from the room"))], required=False
    )


class SearchForm(forms.Form):
    """What is looked for."""

    q = forms.CharField(label=_("Words"), required=False, max_length=200)
    room = forms.ModelChoiceField(Room.objects.none(), label=_("Room"), required=False, to_field_name="slug")
    author = forms.CharField(label=_("Author"), required=False, max_length=120)
    since = forms.DateField(
        label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    until = forms.DateField(
        label=_("To"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    has = forms.ChoiceField(
        label=_("With"),
        required=False,
        choices=[
            ("", _("anything")),
            ("link", _("a link")),
            ("file", _("a file")),
            ("card", _("something of the portal")),
            ("reaction", _("a reaction")),
        ],
    )

    def __init__(self, *args: Any, reader: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["room"].queryset = Room.objects.visible_to(reader)  # type: ignore[attr-defined]  # a form knows fields, not their class

    def clean(self) -> dict[str, Any]:
        """A period begins before it ends."""
        cleaned = super().clean() or self.cleaned_data
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and since > until:
            self.add_error("until", _("This day is before the first one."))
        return cleaned


class ReasonForm(forms.Form):
    """Why something is reported, hidden, or shared."""

    reason = forms.CharField(label=_("Why?"), max_length=300)


class EditForm(forms.Form):
    """A message said anew."""

    text = forms.CharField(
        label=_("Message"),
        required=False,
        strip=False,
        # Without a longest length: the browser would cut what is pasted in silence; the service refuses it in words.
        widget=forms.Textarea(attrs={"rows": 6}),
    )


class MarkForm(forms.Form):
    """What a message is, and for whom."""

    mark = forms.ChoiceField(
        label=_("This is"), choices=[("", _("a message")), *Message.Mark.choices], required=False
    )
    assignee = forms.ModelChoiceField(User.objects.none(), label=_("Who does it"), required=False)

    def __init__(self, *args: Any, people: list[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        keys = [user.pk for user in people]
        self.fields["assignee"].queryset = User.objects.filter(pk__in=keys).order_by("name", "email")  # type: ignore[attr-defined]  # a form knows fields, not their class


class ShareForm(ReasonForm):
    """Another room for a message."""

    room = forms.ModelChoiceField(Room.objects.none(), label=_("To the room"), to_field_name="slug")
    field_order = ("room", "reason")

    def __init__(self, *args: Any, sharer: User, source: Room, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rooms = Room.objects.visible_to(sharer).filter(is_archived=False).exclude(pk=source.pk)
        self.fields["room"].queryset = rooms  # type: ignore[attr-defined]  # a form knows fields, not their class


class BanForm(ReasonForm):
    """Somebody to keep out."""

    user = forms.ModelChoiceField(User.objects.none(), label=_("Who"))
    days = forms.IntegerField(
        label=_("For how many days"),
        required=False,
        min_value=1,
        max_value=3650,
        help_text=_("Empty: for good."),
    )
    field_order = ("user", "days", "reason")

    def __init__(self, *args: Any, room: Room, moderator: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Not an owner: their role is taken first, by who may take it; nor oneself.
        seats = room.participants.exclude(role=Participant.Role.OWNER).exclude(user=moderator)
        people = User.objects.filter(pk__in=seats.values("user")).order_by("name", "email")
        people = people.exclude(pk__in=room.bans.in_force().values("user"))
        self.fields["user"].queryset = people  # type: ignore[attr-defined]  # a form knows fields, not their class


class BotForm(forms.Form):
    """A new bot."""

    organisation = forms.ModelChoiceField(Organisation.objects.none(), label=_("Organisation"))
    name = forms.CharField(label=_("Name"), max_length=60)
    purpose = forms.CharField(label=_("What it does"), max_length=200, required=False)

    def __init__(self, *args: Any, creator: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        managed = [each.pk for each in Organisation.objects.of(creator) if can(creator, "manage", each)]
        self.fields["organisation"].queryset = Organisation.objects.filter(pk__in=managed)  # type: ignore[attr-defined]  # a form knows fields, not their class


class MailForm(forms.Form):
    """When to be written to."""

    mail = forms.ChoiceField(
        label=_("E-mail about what concerns me"), choices=MailChoice.choices, widget=forms.RadioSelect
    )
