"""What is tracked and how well: by collection, each terms with its history and what is wrong with it now."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Min
from django.utils import timezone

from disinfo.failures import sentence_of
from terms_tracker.models import Caller, Collection, DayOfChecks, Terms

DAYS = 30


@dataclass(frozen=True)
class Covered:
    """One terms: since when it is recorded, and how its checks of the last days went."""

    terms: Terms
    since: datetime | None
    read: int
    unread: int
    challenges: int

    @property
    def availability(self) -> float | None:
        """The share of its checks that read it, in per cent; None when it was not checked."""
        checks = self.read + self.unread
        return 100 * self.read / checks if checks else None


@dataclass(frozen=True)
class Board:
    """One collection."""

    collection: Collection
    rows: tuple[Covered, ...]

    @property
    def tracked(self) -> int:
        """How many terms are tracked now."""
        return sum(row.terms.health != "paused" for row in self.rows)

    @property
    def failing(self) -> int:
        """How many of them fail."""
        return sum(row.terms.health == "failing" for row in self.rows)

    @property
    def reasons(self) -> list[tuple[str, int]]:
        """Why they fail, in words, the most frequent first."""
        codes = Counter(row.terms.error_code for row in self.rows if row.terms.health == "failing")
        return [(sentence_of(code), count) for code, count in codes.most_common()]

    @property
    def challenges(self) -> int:
        """How many tests against robots were met in the last days."""
        return sum(row.challenges for row in self.rows)

    @property
    def availability(self) -> float | None:
        """The share of all checks that read what they asked for, in per cent."""
        read, unread = sum(row.read for row in self.rows), sum(row.unread for row in self.rows)
        return 100 * read / (read + unread) if read + unread else None


def boards(caller: Caller, *, collection: str = "") -> list[Board]:
    """The collections the caller may read, or one of them by its key; what fails stands first."""
    collections = Collection.objects.visible_to(caller)
    if collection:
        collections = collections.filter(key=collection)
    return [_board(each) for each in collections.prefetch_related("remotes")]


def _board(collection: Collection) -> Board:
    first_day = timezone.now().date() - timedelta(days=DAYS - 1)
    mine = DayOfChecks.objects.filter(terms__service__collection=collection)
    sums = mine.since(first_day).summed_by_terms()
    rows = Terms.objects.filter(service__collection=collection).select_related("service__collection")
    firsts = rows.annotate(first=Min("versions__fetched_at")).order_by("pk")
    since = dict(firsts.values_list("pk", "first"))
    nothing = {"read": 0, "unread": 0, "tests": 0}
    covered = []
    for terms in rows.order_by("service__name", "type", "pk"):
        counted = sums.get(terms.pk, nothing)
        covered.append(Covered(terms, since[terms.pk], counted["read"], counted["unread"], counted["tests"]))
    return Board(collection, tuple(sorted(covered, key=lambda row: row.terms.health != "failing")))
