"""How a list of changes is narrowed."""

from typing import Any

from django import forms
from django.db.models import Q
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from terms_tracker.changes import FOLDED
from terms_tracker.dates import moment_of
from terms_tracker.models import Caller, Collection, Topic, Version, VersionQuerySet

_ORDERS = [("", _("The newest first")), ("significance", _("By significance"))]


class ChangesForm(forms.Form):
    """By service, type, topic, class, collection and dates; what cannot be read is left aside."""

    q = forms.CharField(label=_("Service or type contains"), required=False, max_length=100)
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

    def narrowed(self, rows: VersionQuerySet, *, folded: bool = False) -> VersionQuerySet:
        """Those asked for; with `folded`, those among them that the list folds away."""
        if words := (self.value("q") or "").replace("\x00", ""):
            named = Q(terms__service__name__icontains=words) | Q(terms__type__icontains=words)
            rows = rows.filter(named)
        if topic := self.value("topic"):
            rows = rows.filter(topics=topic)
        if collection := self.value("collection"):
            rows = rows.filter(terms__service__collection=collection)
        if since := moment_of(self.value("since") or "", is_end=False):
            rows = rows.filter(fetched_at__gte=since)
        if until := moment_of(self.value("until") or "", is_end=True):
            rows = rows.filter(fetched_at__lte=until)
        if folded:
            return rows.filter(change_class__in=[each.value for each in FOLDED])
        if chosen := self.value("change_class"):
            return rows.filter(change_class=chosen)
        return rows if self.value("all") else rows.worth_reading()

    def query_with(self, **values: str) -> str:
        """The query of this list with other values, for a link."""
        asked = QueryDict(mutable=True)
        for name in self.fields:
            if given := self.data.get(name):
                asked[name] = given
        asked.update(values)
        return asked.urlencode()
