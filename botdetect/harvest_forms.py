"""What people fill in to collect from X."""

from datetime import UTC, datetime, time
from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from botdetect.dormancy import DormantRule
from botdetect.models import Harvest
from botdetect.services.harvests import asking

_RULE = DormantRule()
_POSTS = (Harvest.Kind.SEARCH, Harvest.Kind.POSTS)


_GROUPS = (
    (_("For a search"), ("query", "start", "end")),
    (_("For accounts: their posts, profiles, followers"), ("accounts",)),
    (_("For posts"), ("with_authors",)),
    (
        _("For followers of dormant accounts: what is dormant?"),
        ("most_posts", "least_ratio", "newest_days", "most_depth"),
    ),
)


class BudgetForm(forms.Form):
    """How much may be spent."""

    most_money = forms.DecimalField(
        label=_("Budget in dollars"), min_value=0, max_digits=9, decimal_places=2, initial=5
    )


class HarvestForm(forms.Form):
    """What to collect from X; `asked` is what comes of it."""

    kind = forms.ChoiceField(label=_("What to collect"), choices=Harvest.Kind.choices)
    query = forms.CharField(
        label=_("Search"),
        required=False,
        max_length=1024,
        help_text=_('Words, "a phrase", #hashtag, url:site.example, from:name.'),
    )
    accounts = forms.CharField(
        label=_("Accounts"),
        required=False,
        max_length=50_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("@names, identifiers or addresses of profiles, one a line."),
    )
    start = forms.DateField(label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    end = forms.DateField(label=_("Until"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    with_authors = forms.BooleanField(
        label=_("Also the profiles of the authors"),
        required=False,
        help_text=_("Each profile on each page is paid too."),
    )
    most_posts = forms.IntegerField(
        label=_("At most so many posts"), initial=_RULE.most_posts, min_value=0, required=False
    )
    least_ratio = forms.FloatField(
        label=_("Follows at least so many times as many as follow it"),
        initial=_RULE.least_ratio,
        min_value=0,
        required=False,
    )
    newest_days = forms.FloatField(
        label=_("Created at most so many days before it is seen"),
        initial=_RULE.newest_days,
        min_value=0,
        required=False,
        help_text=_("Empty: whenever it was created."),
    )
    most_depth = forms.IntegerField(
        label=_("Go on with the followers of dormant accounts, so many steps"),
        initial=1,
        min_value=0,
        max_value=5,
        required=False,
    )
    most_money = BudgetForm.base_fields["most_money"]

    @property
    def groups(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The fields that only some kinds need, under what they are for."""
        return [(str(name), [self[field] for field in fields]) for name, fields in _GROUPS]

    def clean(self) -> dict[str, Any]:
        """What the kind needs must be there, and be readable."""
        cleaned = super().clean() or self.cleaned_data
        kind = cleaned.get("kind")
        if kind == Harvest.Kind.SEARCH:
            if not cleaned.get("query"):
                self.add_error("query", _("Say what to search for."))
        elif kind:
            try:
                cleaned["names"] = asking.accounts_in(cleaned.get("accounts", ""))
            except asking.HarvestError as error:
                self.add_error("accounts", str(error))
        if cleaned.get("start") and cleaned.get("end") and cleaned["start"] >= cleaned["end"]:
            self.add_error("end", _("The end comes after the start."))
        return cleaned

    def asked(self) -> dict[str, Any]:
        """As a harvest keeps it."""
        fields = self.cleaned_data
        kind = fields["kind"]
        if kind == Harvest.Kind.SEARCH:
            moments = {name: _midnight(fields[name]) for name in ("start", "end") if fields[name]}
            what = {"query": fields["query"], "is_archive": settings.BOTS_X_ARCHIVE, **moments}
        else:
            what = {"accounts": fields["names"]}
        if kind in _POSTS:
            what["with_authors"] = fields["with_authors"]
        if kind == Harvest.Kind.CRAWL:
            what |= {"rule": self._rule(), "most_depth": fields["most_depth"] or 0}
        return what

    def _rule(self) -> dict[str, Any]:
        fields = self.cleaned_data
        given = {name: fields[name] for name in ("most_posts", "least_ratio") if fields[name] is not None}
        return given | {"newest_days": fields["newest_days"]}


def _midnight(day: Any) -> str:
    moment = datetime.combine(day, time(), timezone.get_current_timezone())
    return moment.astimezone(UTC).isoformat()
