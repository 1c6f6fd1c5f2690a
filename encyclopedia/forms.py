"""The form a page is written with: made from its kind, read back as a document."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from disinfo.countries import code_of
from disinfo.pictures import MOST_BYTES
from encyclopedia import house_rules, sections
from encyclopedia.document import LONGEST, Document
from encyclopedia.models import Criterion, Field, Kind, Phase, Source
from encyclopedia.sections import Section

_PREFIX = "field_"
_WORD_LISTS = ("countries", "languages", "audiences", "tags")
# Not every space: those that do not break a line belong to what was written.
_BREAKS = re.compile(r"[ \t\r\n]+")
_ADDRESS = re.compile(r"^https?://\S+$")


class WordsField(forms.CharField):
    """Several words in one line, with commas between them."""

    def to_python(self, value: Any) -> tuple[str, ...]:  # type: ignore[override]  # several words, not one text
        """The words, each once."""
        words = (word.strip() for word in re.split(r"[,\n]", value or ""))
        return tuple(dict.fromkeys(word[:80] for word in words if word))

    def prepare_value(self, value: Any) -> Any:
        """The words as they are typed."""
        return ", ".join(value) if isinstance(value, list | tuple) else value


class PageForm(forms.Form):
    """Title, summary, words, the fields of the kind, the body; why it is saved."""

    title = forms.CharField(label=_("Title"), max_length=200)
    summary = forms.CharField(
        label=_("Summary"),
        max_length=600,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("One or two sentences, shown in lists and in the search."),
    )
    body = forms.CharField(
        label=_("Text"),
        max_length=LONGEST,
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 24, "data-editor": "", "spellcheck": "true"}),
        help_text=_(
            "Markdown. [[Name of a page]] links to it, [@key] cites a source, and the address of a page of this "
            "portal on a line of its own shows its card."
        ),
    )
    phases = forms.MultipleChoiceField(label=_("Phases"), required=False, widget=forms.CheckboxSelectMultiple)
    criteria = forms.MultipleChoiceField(
        label=_("Criteria"), required=False, widget=forms.CheckboxSelectMultiple
    )
    countries = WordsField(
        label=_("Countries"),
        required=False,
        help_text=_("Names or ISO codes with commas between them: France, RO."),
    )
    languages = WordsField(
        label=_("Languages"), required=False, help_text=_("Codes with commas between them: fr, en.")
    )
    audiences = WordsField(label=_("Audience"), required=False)
    tags = WordsField(label=_("Tags"), required=False)
    reason = forms.CharField(label=_("What did you change, and why?"), max_length=300, required=False)
    is_minor = forms.BooleanField(label=_("A minor change: a typing error, a dead link"), required=False)
    is_confirmed = forms.BooleanField(label=_("I have looked: this may be published"), required=False)
    base = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, kind: Kind, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        self.findings: list[house_rules.Finding] = []
        for name, model in (("phases", Phase), ("criteria", Criterion)):
            choices = [(row.code, row.name) for row in model._default_manager.all()]
            # A word that is no longer in the list, or came with an import, is kept rather than lost.
            known = {code for code, _name in choices}
            choices += [(code, code) for code in self.initial.get(name, ()) if code not in known]
            self.fields[name].choices = choices  # type: ignore[attr-defined]  # a form knows fields, not their class
        for field in kind.fields.all():
            self.fields[_PREFIX + field.code] = _form_field(field)
        self.order_fields(
            ["title", "summary", "body", *[name for name in self.fields if name.startswith(_PREFIX)]]
        )

    @property
    def words(self) -> list[forms.BoundField]:
        """What the page is found by."""
        return [self[name] for name in ("phases", "criteria", *_WORD_LISTS)]

    @property
    def facts(self) -> list[forms.BoundField]:
        """The fields of the kind."""
        return [self[name] for name in self.fields if name.startswith(_PREFIX)]

    @property
    def asks_to_confirm(self) -> bool:
        """Whether something that may be personal was found, and not yet confirmed."""
        return any(finding.is_personal for finding in self.findings)

    def clean_countries(self) -> tuple[str, ...]:
        """The ISO 3166 codes of the countries, by which pages are found; what came with an import is kept."""
        words, before = self.cleaned_data["countries"], set(self.initial.get("countries", ()))
        said = _("“%(word)s” is no country we know: write its name in French or in English, or its ISO code.")
        unknown = [word for word in words if not code_of(word) and word not in before]
        if unknown:
            raise forms.ValidationError(
                [forms.ValidationError(said, params={"word": word}) for word in unknown]
            )
        return tuple(dict.fromkeys(code_of(word) or word for word in words))

    def clean(self) -> dict[str, Any]:
        """Ask before a text that may name a private person is saved."""
        cleaned = super().clean() or self.cleaned_data
        if not self.errors:
            self.findings = house_rules.check(self.document)
            if self.asks_to_confirm and not cleaned.get("is_confirmed"):
                self.add_error("is_confirmed", _("Please look at what was found, then confirm."))
        return cleaned

    @property
    def document(self) -> Document:
        """What was written."""
        cleaned = self.cleaned_data
        facts = {
            name.removeprefix(_PREFIX): _written(cleaned.get(name))
            for name in self.fields
            if name.startswith(_PREFIX)
        }
        kept = {
            code: value for code, value in self.initial.get("other_fields", {}).items() if code not in facts
        }
        return Document(
            title=cleaned["title"].strip(),
            kind=self.kind.code,
            summary=_BREAKS.sub(" ", cleaned["summary"]).strip(),
            phases=self._as_before("phases"),
            criteria=self._as_before("criteria"),
            **{name: tuple(cleaned[name]) for name in _WORD_LISTS},
            fields=kept | {code: value for code, value in facts.items() if value},
            body=cleaned["body"].replace("\r\n", "\n"),
        )

    def _as_before(self, name: str) -> tuple[str, ...]:
        """The boxes that are ticked, in the order the page has them: a browser sends them in that of the form."""
        ticked, before = self.cleaned_data[name], self.initial.get(name, ())
        return tuple([code for code in before if code in ticked] + [c for c in ticked if c not in before])


class SectionForm(forms.Form):
    """One section of a page; the rest stays as it is in the revision the writer began from."""

    body = forms.CharField(
        label=_("Text of the section"),
        max_length=LONGEST,
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 18, "data-editor": "", "spellcheck": "true"}),
        help_text=PageForm.base_fields["body"].help_text,
    )
    reason = forms.CharField(label=_("What did you change, and why?"), max_length=300, required=False)
    is_minor = forms.BooleanField(label=_("A minor change: a typing error, a dead link"), required=False)
    is_confirmed = forms.BooleanField(label=_("I have looked: this may be published"), required=False)
    base = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, document: Document, section: Section, **more: Any) -> None:
        super().__init__(*args, **more)
        self.whole, self.section = document, section
        self.findings: list[house_rules.Finding] = []

    @property
    def asks_to_confirm(self) -> bool:
        """Whether something that may be personal was found, and not yet confirmed."""
        return any(finding.is_personal for finding in self.findings)

    @property
    def document(self) -> Document:
        """The whole page with this section as it was written."""
        body = sections.put(self.whole.body, self.section, self.cleaned_data["body"].replace("\r\n", "\n"))
        return replace(self.whole, body=body)

    def clean(self) -> dict[str, Any]:
        """Ask before a text that may name a private person is saved."""
        cleaned = super().clean() or self.cleaned_data
        if not self.errors:
            self.findings = house_rules.check(replace(self.whole, body=cleaned["body"]))
            if self.asks_to_confirm and not cleaned.get("is_confirmed"):
                self.add_error("is_confirmed", _("Please look at what was found, then confirm."))
        return cleaned


class PictureForm(forms.Form):
    """A picture, with what nobody may forget to say of it."""

    file = forms.FileField(
        label=_("File"),
        help_text=_("PNG, JPEG, WebP or GIF, 10 MB at most. Of a moving picture the first image is kept."),
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/webp,image/gif"}),
    )
    alt = forms.CharField(
        label=_("What it shows"),
        max_length=300,
        help_text=_("In one sentence, for who cannot see it."),
    )
    licence = forms.CharField(
        label=_("Licence and author"),
        max_length=200,
        help_text=_("Who made it and under which licence: Jane Roe, CC BY 4.0; our own, Etalab 2.0."),
    )

    def clean_file(self) -> Any:
        """Not more than we would read."""
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise forms.ValidationError(_("This file is larger than 10 MB: make it smaller, then try again."))
        return file


class RemarkForm(forms.Form):
    """An answer in a thread."""

    text = forms.CharField(
        label=_("Your remark"), max_length=10_000, widget=forms.Textarea(attrs={"rows": 4})
    )


class ThreadForm(RemarkForm):
    """A new thread."""

    title = forms.CharField(label=_("Subject"), max_length=200)
    field_order = ("title", "text")


def initial_of(document: Document) -> dict[str, Any]:
    """What the form shows of a document."""
    words = {name: list(getattr(document, name)) for name in ("phases", "criteria", *_WORD_LISTS)}
    facts = {
        _PREFIX + code: "\n".join(value) if isinstance(value, list) else value
        for code, value in document.fields.items()
    }
    own = {"title": document.title, "summary": document.summary, "body": document.body}
    return {**own, **words, **facts, "other_fields": dict(document.fields)}


def data_of(document: Document) -> dict[str, Any]:
    """The same as the form would be sent it."""
    return {
        name: ", ".join(value) if name in _WORD_LISTS else value
        for name, value in initial_of(document).items()
        if name != "other_fields"
    }


def _written(value: Any) -> str | list[str]:
    if isinstance(value, list):
        return value
    return str(value).strip() if value is not None else ""


class LinesField(forms.CharField):
    """Several values, one a line."""

    widget = forms.Textarea(attrs={"rows": 3})

    def to_python(self, value: Any) -> list[str]:  # type: ignore[override]  # several lines, not one text
        """The lines that say something."""
        return [line.strip() for line in (value or "").splitlines() if line.strip()]


class AddressField(forms.CharField):
    """A web address, kept as it was written."""

    def validate(self, value: Any) -> None:
        """Only the web's own schemes."""
        super().validate(value)
        if value and not _ADDRESS.match(value):
            raise forms.ValidationError(_("An address that begins with https:// or http://, please."))


class SourceForm(forms.ModelForm[Source]):
    """What is known of a source."""

    address = AddressField(label=_("Address"), max_length=1000, required=False)

    class Meta:
        model = Source
        fields = ["key", "title", "author", "publisher", "date", "address"]

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        # Pages cite it by its key: another one would leave them citing nothing.
        self.fields["key"].disabled = self.instance.pk is not None


def _form_field(field: Field) -> forms.Field:
    common: Mapping[str, Any] = {"label": field.name, "help_text": field.help, "required": False}
    types = Field.Type
    if field.type == types.DATE:
        return forms.RegexField(
            r"^\d{4}(-\d\d(-\d\d)?)?$", **common, widget=forms.TextInput(attrs={"placeholder": "2019-05-27"})
        )
    if field.type == types.CHOICE:
        return forms.ChoiceField(
            choices=[("", "–"), *((each, field.said(each)) for each in field.choices)], **common
        )
    if field.type in (types.LIST, types.PAGES):
        return LinesField(**common)
    if field.type == types.LONG_TEXT:
        return forms.CharField(widget=forms.Textarea(attrs={"rows": 3}), **common)
    if field.type == types.ADDRESS:
        return AddressField(**common, max_length=1000)
    return forms.CharField(**common, max_length=500)
