"""Narrowing a million ads to those a reader looks for: every filter ends at an index."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from disinfo import search
from political_ads.models import Ad, AdQuerySet, Advertiser, Payer, Rule, Source
from political_ads.models.crowd import LABEL_NAMES, Task

_MOST_MATCHES = 5000
_MOST_NAMES = 200
MOST_COUNTED = 10_000
PER_PAGE = 25


class RuleField(forms.ModelChoiceField):
    """A rule, by its title in the reader's language."""

    def label_from_instance(self, obj: Rule) -> str:
        """Its title, as the pages of the law have it."""
        return obj.words[0]


class NarrowForm(forms.Form):
    """What the library can be narrowed by; what cannot be read is left out, with its reason at the field."""

    q = forms.CharField(label=_("Words in the ad"), required=False, max_length=200)
    advertiser = forms.CharField(label=_("Advertiser"), required=False, max_length=200)
    payer = forms.CharField(label=_("Paid by"), required=False, max_length=200)
    source = forms.ModelChoiceField(
        Source.objects.all(), label=_("Library"), required=False, to_field_name="slug", empty_label=_("All")
    )
    country = forms.RegexField("^[A-Za-z]{2}$", label=_("Country (two letters)"), required=False)
    label = forms.ChoiceField(
        label=_("What citizens say it is"), required=False, choices=[("", _("All")), *LABEL_NAMES.items()]
    )
    rule = RuleField(
        Rule.objects.all(),
        label=_("Rule to check"),
        required=False,
        to_field_name="code",
        empty_label=_("All"),
    )
    presence = forms.ChoiceField(
        label=_("Still in the library?"), required=False, choices=[("", _("All")), *Ad.Presence.choices]
    )
    since = forms.DateField(
        label=_("Shown from"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    until = forms.DateField(
        label=_("Shown until"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    template_name_div = "political_ads/narrow_form.html"

    def chosen(self) -> dict[str, Any]:
        """What was asked for and can be used."""
        self.full_clean()
        return {name: value for name, value in self.cleaned_data.items() if value not in (None, "")}


def narrowed(chosen: dict[str, Any]) -> AdQuerySet:
    """The ads that a reader asked for, newest row first; of a period, what began last first."""
    ads = _by_names(_by_columns(Ad.objects.all(), chosen), chosen)
    if "q" in chosen:
        keys = search.matching(chosen["q"], tool="ads", limit=_MOST_MATCHES)
        ads = ads.filter(creative__in=[int(key) for key in keys])
    if "label" in chosen:
        ads = ads.filter(
            creative__task__top=chosen["label"],
            creative__task__state__in=[Task.State.RETIRED, Task.State.GOLD],
        )
    if "rule" in chosen:
        ads = ads.filter(hits__rule=chosen["rule"]).distinct()
    first, last = _start(chosen.get("since")), _end(chosen.get("until"))
    found = ads.shown_between(first, last)
    # Of a period the latest first: both the condition and the order are then in one index.
    return found.order_by("-started_on", "-pk") if first or last else found.order_by("-pk")


def _by_columns(ads: AdQuerySet, chosen: dict[str, Any]) -> AdQuerySet:
    if "source" in chosen:
        ads = ads.filter(source=chosen["source"])
    if "country" in chosen:
        ads = ads.filter(country=chosen["country"].upper())
    if "presence" in chosen:
        ads = ads.filter(presence=chosen["presence"])
    return ads


def _by_names(ads: AdQuerySet, chosen: dict[str, Any]) -> AdQuerySet:
    """Names are looked up in their own short lists first: the ads are asked by key."""
    if "advertiser" in chosen:
        found = Advertiser.objects.named(chosen["advertiser"]).order_by("pk")
        ads = ads.filter(advertiser__in=list(found.values_list("pk", flat=True)[:_MOST_NAMES]))
    if "payer" in chosen:
        names = Payer.objects.filter(name__icontains=chosen["payer"]).order_by("pk")
        ads = ads.filter(payer__in=list(names.values_list("name", flat=True)[:_MOST_NAMES]))
    return ads


def _start(day: date | None) -> datetime | None:
    return datetime.combine(day, time.min, tzinfo=UTC) if day else None


def _end(day: date | None) -> datetime | None:
    return datetime.combine(day, time.max, tzinfo=UTC) if day else None


@dataclass(frozen=True)
class Count:
    """How many there are; `is_more` when counting was stopped there."""

    number: int
    is_more: bool


class CappedPaginator(Paginator):  # type: ignore[type-arg]
    """Counts no further than MOST_COUNTED: a count of a million takes longer than the page."""

    @cached_property
    def count(self) -> int:
        """At most MOST_COUNTED."""
        rows: Any = self.object_list
        return min(int(rows.order_by()[: MOST_COUNTED + 1].count()), MOST_COUNTED)

    @property
    def counted(self) -> Count:
        """How many to tell the reader."""
        return Count(self.count, self.count >= MOST_COUNTED)
