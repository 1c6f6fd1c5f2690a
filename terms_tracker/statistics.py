"""How much terms change, and how they grow: counted from the rows, and from the texts of one terms."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count
from django.db.models.functions import TruncMonth

from terms_tracker import archives
from terms_tracker.archive import ArchiveError
from terms_tracker.models import Caller, Terms, Version, VersionQuerySet
from terms_tracker.readability import readability

COLUMNS = ("month", "change_class", "terms_type", "changes")
TERMS_COLUMNS = ("date", "commit", "language", "words", "sentences", "reading_ease")
_MOST_TEXTS = 40


@dataclass(frozen=True)
class Measured:
    """One version of a terms, and what its text measures."""

    version: Version
    language: str
    words: int
    sentences: int
    ease: float | None


def changes_of(caller: Caller, *, collection: str = "", with_folded: bool = True) -> VersionQuerySet:
    """The changes that are counted."""
    rows = Version.objects.visible_to(caller).changes()
    if collection:
        rows = rows.filter(terms__service__collection__key=collection)
    return rows if with_folded else rows.worth_reading()


def by_month(rows: VersionQuerySet) -> list[dict[str, Any]]:
    """Changes a month (UTC), the earliest first."""
    found = (
        rows.order_by().annotate(month=TruncMonth("fetched_at")).values("month").annotate(number=Count("pk"))
    )
    return [{"label": f"{row['month']:%Y-%m}", "value": row["number"]} for row in found.order_by("month")]


def by_class(rows: VersionQuerySet) -> list[dict[str, Any]]:
    """Changes of each class, in the order of their weight."""
    counted = dict(rows.order_by().values_list("change_class").annotate(Count("pk")).order_by("change_class"))
    return [
        {"label": str(kind.label), "value": counted[kind.value]}
        for kind in Version.ChangeClass
        if counted.get(kind.value)
    ]


def by_type(rows: VersionQuerySet, *, most: int = 12) -> list[dict[str, Any]]:
    """The types of terms that change most."""
    found = (
        rows.order_by().values("terms__type").annotate(number=Count("pk")).order_by("-number", "terms__type")
    )
    return [{"label": row["terms__type"], "value": row["number"]} for row in found[:most]]


def most_changing(rows: VersionQuerySet, *, most: int = 10) -> list[tuple[Terms, int]]:
    """The terms with most changes among these."""
    found = rows.order_by().values("terms").annotate(number=Count("pk")).order_by("-number", "terms")[:most]
    return _with_terms((row["terms"], row["number"]) for row in found)


def least_changing(caller: Caller, *, collection: str = "", most: int = 10) -> list[Terms]:
    """The terms that are read and have not changed for longest, the longest first."""
    rows = Terms.objects.visible_to(caller).exclude(last_change_at=None)
    if collection:
        rows = rows.filter(service__collection__key=collection)
    return list(rows.select_related("service__collection").order_by("last_change_at", "pk")[:most])


def table(rows: VersionQuerySet) -> Iterator[dict[str, Any]]:
    """Changes a month, class and type, for a spreadsheet."""
    found = (
        rows.order_by()
        .annotate(month=TruncMonth("fetched_at"))
        .values("month", "change_class", "terms__type")
        .annotate(changes=Count("pk"))
        .order_by("month", "change_class", "terms__type")
    )
    for row in found:
        yield {
            "month": f"{row['month']:%Y-%m}",
            "change_class": row["change_class"],
            "terms_type": row["terms__type"],
            "changes": row["changes"],
        }


def measured(terms: Terms) -> list[Measured]:
    """The texts of one terms in the order of time: all of them, or forty spread evenly with the first and the last."""
    versions = list(
        terms.versions.exclude(change_class=Version.ChangeClass.BLINK).order_by("fetched_at", "pk")
    )
    return [found for version in _spread(versions) if (found := _measure(terms, version))]


def lines_of(found: Iterable[Measured]) -> dict[str, list[tuple[date, float | None]]]:
    """What charts draw: words, and reading ease, by day."""
    rows = list(found)
    return {
        "words": [(each.version.fetched_at.date(), float(each.words)) for each in rows],
        "ease": [(each.version.fetched_at.date(), each.ease) for each in rows if each.ease is not None],
    }


def rows_of(found: Iterable[Measured]) -> Iterator[dict[str, Any]]:
    """The same for a spreadsheet."""
    for each in found:
        yield {
            "date": each.version.fetched_at.isoformat(),
            "commit": each.version.commit,
            "language": each.language,
            "words": each.words,
            "sentences": each.sentences,
            "reading_ease": each.ease,
        }


def _spread(versions: list[Version]) -> list[Version]:
    if len(versions) <= _MOST_TEXTS:
        return versions
    last = len(versions) - 1
    return [versions[round(last * at / (_MOST_TEXTS - 1))] for at in range(_MOST_TEXTS)]


def _measure(terms: Terms, version: Version) -> Measured | None:
    version.terms = terms
    try:
        found = readability(archives.text_of(version))
    except ArchiveError:
        return None
    return Measured(version, found.language, found.words, found.sentences, found.ease)


def _with_terms(counted: Iterable[tuple[int, int]]) -> list[tuple[Terms, int]]:
    pairs = list(counted)
    rows = Terms.objects.select_related("service__collection").in_bulk([key for key, _number in pairs])
    return [(rows[key], number) for key, number in pairs]
