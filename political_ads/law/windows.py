"""When a rule holds around an election: computed from its dates, never typed in."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

Window = tuple[date, date]
"""First and last day, both included."""
ALWAYS: Window = (date(1970, 1, 1), date(2199, 12, 31))


@dataclass(frozen=True, slots=True)
class Ballot:
    """An election as far as windows go: its days of voting, the decisive round last."""

    country: str
    rounds: tuple[date, ...]
    is_general: bool = True

    @property
    def first_day(self) -> date:
        """The first round."""
        return self.rounds[0]

    @property
    def last_day(self) -> date:
        """The decisive round."""
        return self.rounds[-1]


Parameters = Mapping[str, int]


def months_before(day: date, months: int) -> date:
    """The first day of the month that is `months` before the month of `day`."""
    count = day.year * 12 + day.month - 1 - months
    return date(count // 12, count % 12 + 1, 1)


def _months(ballot: Ballot, parameters: Parameters) -> list[Window]:
    return [(months_before(ballot.first_day, parameters.get("months", 6)), ballot.last_day)]


def _last_days(ballot: Ballot, parameters: Parameters) -> list[Window]:
    """The last days of the campaign, which ends on the eve of each round at midnight before it."""
    days = parameters.get("days", 3)
    return [(day - timedelta(days=1 + days), day - timedelta(days=2)) for day in ballot.rounds]


def _eve_and_day(ballot: Ballot, _parameters: Parameters) -> list[Window]:
    return [(day - timedelta(days=1), day) for day in ballot.rounds]


def _weeks(ballot: Ballot, parameters: Parameters) -> list[Window]:
    """So many calendar months to the day before the vote, until it: three months, as EU law counts."""
    months = parameters.get("months", 3)
    start = months_before(ballot.first_day, months)
    last_of_month = (months_before(start, -1) - timedelta(days=1)).day
    return [(start.replace(day=min(ballot.first_day.day, last_of_month)), ballot.last_day)]


def _before_month(ballot: Ballot, parameters: Parameters) -> list[Window]:
    """The months before the first day of the month of a general election, and until its decisive round."""
    if not ballot.is_general:
        return []
    return [(months_before(ballot.first_day, parameters.get("months", 3)), ballot.last_day)]


def _always(_ballot: Ballot, _parameters: Parameters) -> list[Window]:
    return [ALWAYS]


WINDOWS: dict[str, Callable[[Ballot, Parameters], list[Window]]] = {
    "months_to_decisive_round": _months,
    "last_days_of_campaign": _last_days,
    "eve_and_day": _eve_and_day,
    "months_to_the_day": _weeks,
    "months_before_general": _before_month,
    "always": _always,
}
"""The kinds of window, by the name an administrator chooses."""


def windows_of(kind: str, ballot: Ballot, parameters: Parameters) -> list[Window]:
    """The windows of a rule for one election. Raises KeyError when there is no such kind."""
    return WINDOWS[kind](ballot, parameters)


def overlap(window: Window, first: date | None, last: date | None) -> Window | None:
    """The days of a delivery that fall into a window; None when there are none.

    An ad whose beginning is not known is not said to have run; one without an end runs on.
    """
    if first is None:
        return None
    start, end = max(window[0], first), min(window[1], last or date.max)
    return (start, end) if start <= end else None
