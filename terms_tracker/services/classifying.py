"""Saying of each version what its change is: as it is recorded, and in the background for what was imported."""

import time
from collections.abc import Iterable
from typing import Any

from django.db import transaction

from disinfo import worddiff
from disinfo.leases import lease
from terms_tracker import archives
from terms_tracker.archive import ArchiveError, blob_id
from terms_tracker.changes import change_between
from terms_tracker.effective import effective_date
from terms_tracker.models import Terms, Version
from terms_tracker.services import topics
from terms_tracker.significance import reasons, significance
from terms_tracker.topics import Matcher

RULES = 1
"""Raised when the rules change: everything is then classed anew."""
_BUDGET_SECONDS = 50.0
_LEASE_SECONDS = 120
_TERMS_AT_ONCE = 50
_SECTIONS_KEPT = 30
_COLUMNS = (
    *("blob", "change_class", "significance", "effective_on", "keeps_date", "touched", "rules"),
    *("words_added", "words_removed", "characters"),
)


def describe(
    terms: Terms, *, kind: str, before: str | None, after: str, seen: set[str], matcher: Matcher
) -> dict[str, Any]:
    """The columns that say what a version changed, and `topics`: keys of the topics it speaks of.

    Args:
        terms: whose version it is.
        kind: of its record.
        before: the text before it, if any.
        after: its own text.
        seen: the blobs of all earlier versions but the one just before.
        matcher: finds the topics.
    """
    blob = blob_id(after.encode())
    common = {"blob": blob, "rules": RULES, "characters": len(after)}
    if before is None or kind == Version.Kind.FIRST:
        size = worddiff.size_of_new(after)
        return {
            **common,
            "effective_on": effective_date(after),
            "words_added": size.added,
            "words_removed": 0,
            "topics": set(),
        }
    change = change_between(before, after, is_return=blob in seen)
    found = matcher.topics_of(change.texts)
    counted = reasons(change, terms_type=terms.type, topics=len(found))
    return {
        **common,
        "change_class": change.kind.value,
        "significance": significance(counted),
        "effective_on": change.effective_after,
        "keeps_date": change.keeps_its_date,
        "words_added": change.words_added,
        "words_removed": change.words_removed,
        "touched": {
            "sections": list(change.sections[:_SECTIONS_KEPT]),
            "added": len(change.added),
            "removed": len(change.removed),
            "reworded": len(change.reworded),
            "moved": len(change.moved),
            "reasons": [[each.code, each.points] for each in counted],
        },
        "topics": found,
    }


def sweep(*, budget: float = _BUDGET_SECONDS) -> int:
    """Class what waits, terms by terms, for at most `budget` seconds; gives how many. One worker at a time."""
    began, done = time.monotonic(), 0
    with lease("terms-classify", seconds=_LEASE_SECONDS) as held:
        if not held:
            return 0
        waiting = Version.objects.filter(rules__lt=RULES).order_by("terms").values("terms").distinct()
        for terms in Terms.objects.filter(pk__in=waiting[:_TERMS_AT_ONCE]).select_related(
            "service__collection"
        ):
            done += classify(terms=terms)
            if time.monotonic() - began > budget or not held.renew():
                break
    return done


def classify(*, terms: Terms) -> int:
    """Class every version of these terms that waits, in order of time; gives how many there were."""
    versions = list(terms.versions.order_by("fetched_at", "pk"))
    matcher, seen = topics.matcher(), list[str]()
    before: tuple[Version, str | None] | None = None
    changed: list[tuple[Version, set[int]]] = []
    for version in versions:
        version.terms = terms
        text: str | None = None
        if version.rules < RULES:
            text = _text_of(version)
            if text is not None:
                was = _text_before(before)
                described = describe(
                    terms, kind=version.kind, before=was, after=text, seen=set(seen[:-1]), matcher=matcher
                )
            else:
                # What the archive has lost is not asked for again and again.
                described = {"rules": RULES, "topics": set()}
            named = described.pop("topics")
            if version.words_added is not None:
                # Counted when it was recorded, word by word.
                described |= {"words_added": version.words_added, "words_removed": version.words_removed}
            for name, value in described.items():
                setattr(version, name, value)
            changed.append((version, named))
        seen.append(version.blob)
        before = (version, text)
    _save(changed)
    return len(changed)


def _text_before(before: tuple[Version, str | None] | None) -> str | None:
    if before is None:
        return None
    version, text = before
    return text if text is not None else _text_of(version)


def _text_of(version: Version) -> str | None:
    try:
        return archives.text_of(version)
    except ArchiveError:
        return None


@transaction.atomic
def _save(changed: Iterable[tuple[Version, set[int]]]) -> None:
    rows = list(changed)
    # Not bulk_update, whose one CASE a row and column takes longer than finding out what they hold.
    Version.objects.bulk_create(
        [version for version, _topics in rows],
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=_COLUMNS,
        batch_size=50,
    )
    tags = Version.topics.through
    tags.objects.filter(version__in=[version for version, _topics in rows]).delete()
    tags.objects.bulk_create(
        [tags(version_id=version.pk, topic_id=topic) for version, named in rows for topic in sorted(named)],
        ignore_conflicts=True,
    )
