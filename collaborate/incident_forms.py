"""What people fill in about incidents, watches and integrations."""

import re
from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from collaborate.models import Claim, CriterionVote, Hook, Incident, Room, Watch
from collaborate.permissions import can_create
from collaborate.services import exercises
from collaborate.tlp import Tlp
from disinfo import fetcher
from disinfo.accounts.models import Organisation, User
from disinfo.portal.tools import ask_each, tools

_SHORT = forms.Textarea(attrs={"rows": 2})


class OpenForm(forms.Form):
    """A new incident."""

    name = forms.CharField(
        label=_("Name"),
        max_length=100,
        help_text=_("A few words that say what is spreading, not who is behind it."),
    )
    kind = forms.ChoiceField(label=_("Who may enter"))
    organisation = forms.ModelChoiceField(
        Organisation.objects.none(),
        label=_("Organisation"),
        required=False,
        help_text=_("Needed for a room of one organisation."),
    )
    tlp = forms.ChoiceField(label=_("Mark (TLP)"), required=False)

    def __init__(self, *args: Any, opener: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.opener = opener
        kinds = [(kind.value, kind.label) for kind in Room.Kind if kind != Room.Kind.DIRECT]
        self.fields["kind"].choices = kinds  # type: ignore[attr-defined]  # a form knows fields, not their class
        self.fields["organisation"].queryset = Organisation.objects.of(opener)  # type: ignore[attr-defined]  # the same
        self.fields["tlp"].choices = [("", _("no mark")), *Tlp.choices]  # type: ignore[attr-defined]  # the same

    def clean(self) -> dict[str, Any]:
        """One opens only what one may; only an organisation's room, or a private one, has an organisation."""
        cleaned = super().clean() or self.cleaned_data
        kind, organisation = cleaned.get("kind"), cleaned.get("organisation")
        if kind == Room.Kind.PUBLIC:
            cleaned["organisation"] = organisation = None
        if kind == Room.Kind.ORGANISATION and organisation is None:
            self.add_error("organisation", _("Choose the organisation whose room this is."))
        elif kind and not can_create(self.opener, kind, organisation):
            self.add_error(
                "kind", _("Only editors and above open such rooms; ask one, or open a private room.")
            )
        return cleaned


class ExerciseForm(forms.Form):
    """Which scenario is played."""

    scenario = forms.ChoiceField(label=_("Scenario"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = [
            (key, f"{script['name']} ({script['language']})") for key, script in exercises.known().items()
        ]
        self.fields["scenario"].choices = named  # type: ignore[attr-defined]  # a form knows fields, not their class


class LeadForm(forms.Form):
    """How grave it is, who leads, how long a platform has."""

    severity = forms.TypedChoiceField(label=_("Severity"), choices=Incident.Severity.choices, coerce=int)
    owner = forms.ModelChoiceField(
        User.objects.none(), label=_("Led by"), required=False, empty_label=_("nobody")
    )
    target_minutes = forms.IntegerField(
        label=_("Minutes a platform has to act"), min_value=1, max_value=100_000
    )

    def __init__(self, *args: Any, people: Sequence[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        keys = [person.pk for person in people]
        self.fields["owner"].queryset = User.objects.filter(pk__in=keys).order_by("name", "pk")  # type: ignore[attr-defined]  # a form knows fields, not their class


class EvidenceForm(forms.Form):
    """Something an incident rests on."""

    what = forms.CharField(
        label=_("Address"),
        max_length=2_000,
        help_text=_(
            "Of a page of this portal (an ad, a cluster, a change of terms, a page), or of one elsewhere."
        ),
    )
    note = forms.CharField(label=_("What it shows"), max_length=300, required=False)


class ClaimForm(forms.Form):
    """Something that is being spread."""

    text = forms.CharField(label=_("What is claimed, and where"), max_length=4_000, widget=_SHORT)


class VerdictForm(forms.Form):
    """What was found of a claim."""

    verdict = forms.ChoiceField(label=_("Verdict"), choices=Claim.Verdict.choices, required=False)
    reason = forms.CharField(label=_("Why"), max_length=4_000, widget=_SHORT, required=False)


class VoteForm(forms.Form):
    """An answer to a criterion, in the name of one's organisation."""

    criterion = forms.ChoiceField(label=_("Criterion"), choices=CriterionVote.Criterion.choices)
    answer = forms.ChoiceField(label=_("Answer"), choices=CriterionVote.Answer.choices)
    reason = forms.CharField(label=_("Why"), max_length=2_000, widget=_SHORT)


class TakedownForm(forms.Form):
    """A request that was sent to a platform."""

    url = forms.CharField(label=_("Address"), max_length=2_000)
    platform = forms.CharField(label=_("Platform"), max_length=60)
    reference = forms.CharField(label=_("Number the platform gave"), max_length=120, required=False)


class NoteForm(forms.Form):
    """A line for the log."""

    text = forms.CharField(label=_("What happened, or what was decided"), max_length=2_000, widget=_SHORT)


class ReportForm(forms.Form):
    """The closing report."""

    title = forms.CharField(label=_("Title of the case study"), max_length=200)
    text = forms.CharField(
        label=_("Report (Markdown)"),
        max_length=200_000,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 24}),
    )


class SendForm(forms.Form):
    """A room where what a watch posted is qualified."""

    room = forms.ModelChoiceField(Room.objects.none(), label=_("To the room"), to_field_name="slug")

    def __init__(self, *args: Any, sender: User, source: Room, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rooms = Room.objects.visible_to(sender).filter(is_archived=False).exclude(kind=Room.Kind.DIRECT)
        self.rooms = rooms.exclude(pk=source.pk)
        self.fields["room"].queryset = self.rooms  # type: ignore[attr-defined]  # a form knows fields, not their class


class ScaleForm(forms.Form):
    """A number of shares, and where they were counted."""

    region = forms.RegexField(
        r"^[A-Za-z]{2}$", label=_("Region"), max_length=2, help_text=_("Two letters, such as fr.")
    )
    shares = forms.IntegerField(label=_("Number of shares"), min_value=1, max_value=10**12 - 1)


class WatchForm(forms.ModelForm[Watch]):
    """Something to follow."""

    tool = forms.ChoiceField(label=_("Tool"), required=False)
    path = forms.ChoiceField(
        label=_("Live collection"),
        required=False,
        help_text=_("In a room of one organisation: those of its collections that you may read."),
    )

    class Meta:
        model = Watch
        fields = [
            *("name", "kind", "address", "tool", "path", "words", "alarm_count", "alarm_minutes"),
            *("sends_to", "region"),
        ]

    def __init__(self, *args: Any, creator: User, room: Room, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rooms = Room.objects.visible_to(creator).filter(is_archived=False).exclude(kind=Room.Kind.DIRECT)
        self.fields["sends_to"].queryset = rooms.exclude(pk=room.pk)  # type: ignore[attr-defined]  # a form knows fields, not their class
        named = [(tool.slug, tool.name) for tool in tools() if tool.is_open and tool.slug != "collaborate"]
        self.fields["tool"].choices = [("", "—"), *named]  # type: ignore[attr-defined]  # a form knows fields, not their class
        cards = ask_each(lambda tool: tool.followed(creator, room.organisation))
        moving = [(card.url, card.title) for _tool, found in cards for card in found]
        self.fields["path"].choices = [("", "—"), *moving]  # type: ignore[attr-defined]  # the same

    def clean(self) -> dict[str, Any]:
        """A feed has an address, a tool is one of those there are."""
        cleaned = super().clean() or self.cleaned_data
        kind = cleaned.get("kind")
        if kind == Watch.Kind.FEED and not str(cleaned.get("address") or "").startswith(
            ("http://", "https://")
        ):
            self.add_error("address", _("Give the address of the feed; it begins with https://"))
        elif kind == Watch.Kind.FEED:
            _check(self, str(cleaned["address"]))
        if kind == Watch.Kind.TOOL and not cleaned.get("tool"):
            self.add_error("tool", _("Choose the tool to follow."))
        if kind == Watch.Kind.RISING and not cleaned.get("path"):
            self.add_error("path", _("Choose the collection to follow."))
        cleaned["region"] = str(cleaned.get("region") or "").lower()
        if cleaned["region"] and not re.fullmatch(r"[a-z]{2}", cleaned["region"]):
            self.add_error("region", _("Give the region as two letters (ISO 3166-1), such as fr."))
        return cleaned


class HookForm(forms.ModelForm[Hook]):
    """A way in or out for a program."""

    name = forms.CharField(label=_("Name"), max_length=80, help_text=_("The program speaks under this name."))
    organisation = forms.ModelChoiceField(Organisation.objects.none(), label=_("Organisation"))
    address = forms.URLField(
        label=_("Address of the program"), max_length=500, required=False, assume_scheme="https"
    )

    class Meta:
        model = Hook
        fields = ["kind", "word", "address", "by_get"]

    field_order = ("name", "organisation")

    def __init__(self, *args: Any, creator: User, room: Room, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.room = room
        self.fields["organisation"].queryset = Organisation.objects.of(creator)  # type: ignore[attr-defined]  # a form knows fields, not their class

    def clean(self) -> dict[str, Any]:
        """A way out has a word and an address."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("kind") != Hook.Kind.INCOMING:
            for name in ("word", "address"):
                if not cleaned.get(name) and name not in self.errors:
                    self.add_error(name, _("Needed for what goes out."))
            if "address" not in self.errors and cleaned.get("address"):
                _check(self, str(cleaned["address"]))
        if cleaned.get("word"):
            cleaned["word"] = str(cleaned["word"]).lower()
            taken = self.room.hooks.filter(kind=Hook.Kind.COMMAND, word=cleaned["word"])
            if cleaned.get("kind") == Hook.Kind.COMMAND and taken.exists():
                self.add_error("word", _("Another program of this room answers this word."))
        return cleaned


def _check(form: forms.Form | forms.ModelForm[Any], address: str) -> None:
    """Say at the field that an address would be refused each time."""
    try:
        fetcher.check_address(address)
    except ValidationError as error:
        form.add_error("address", error)
