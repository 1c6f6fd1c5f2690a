"""A whole archive taken over, classed, remembered: `python -m benchmarks.terms_history [--versions N] [--archive DIR]`.

Without --archive, a repository is made of the same shape as a real one: 860 terms, 42,632 versions of 5,500 words, 38 %
of which bring an earlier text back. On SQLite, or a new database on DATABASE_URL's server. Exits with 1 when a bar is
missed, unless --report.
"""

import os
import random
import resource
import statistics
import sys
import tempfile
import time
from argparse import ArgumentParser
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from benchmarks._portal import portal

TERMS, VERSIONS, PARAGRAPHS = 860, 42_632, 73
START = datetime(2020, 1, 1, tzinfo=UTC)
PHRASES = ["political advertising", "your personal data", "we may change", "third parties", "word12 word3"]


def main() -> int:
    """Measure, print beside the bars, say whether all are met."""
    parser = ArgumentParser()
    parser.add_argument("--versions", type=int, default=VERSIONS)
    parser.add_argument("--archive", type=Path)
    parser.add_argument("--report", action="store_true")
    options = parser.parse_args()
    with portal(), tempfile.TemporaryDirectory(prefix="disinfo-bench-") as folder:
        from django.db import connection

        print(f"{connection.vendor}, load {os.getloadavg()[0]:.1f}", flush=True)
        source = options.archive or made(Path(folder) / "large-versions", options.versions)
        met = [imported(source), classed(), remembered(), asked(), pages()]
    return 0 if all(met) or options.report else 1


def told(name: str, measured: str, bar: str, *, is_met: bool) -> bool:
    """Print a figure beside its bar."""
    print(f"{name:<46} {measured:>34}  {bar:<24} {'met' if is_met else 'NOT MET'}", flush=True)
    return is_met


def megabytes() -> float:
    """The most memory this process had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


# ── A repository of the shape of a real one ───────────────────────────────────────────────────────────────
def made(path: Path, versions: int) -> Path:
    """Terms that change, blink and are laid out anew, one after the other."""
    from terms_tracker.archive import Archive

    began = time.perf_counter()
    with Archive(path) as archive:
        archive.init()
        archive.import_entries(entries(versions))
    print(f"made a repository of {versions:,} versions in {time.perf_counter() - began:.0f} s", flush=True)
    return path


def entries(versions: int) -> Iterator[Any]:
    """Round after round over all terms."""
    from terms_tracker.archive import Entry

    chance = random.Random(11)
    words = [f"word{number}" for number in range(3000)] + [
        "data",
        "advertising",
        "political",
        "parties",
        "third",
    ]
    texts: dict[int, list[list[str]]] = {}
    for number in range(versions):
        place = number % TERMS
        history = texts.setdefault(place, [])
        history.append(_next(history, chance, words))
        del history[:-3]
        service, kind = divmod(place, 2)
        yield Entry(
            service=f"Service {service}",
            terms_type=("Terms of Service", "Privacy Policy")[kind],
            content="\n\n".join(history[-1]),
            fetched_at=START + timedelta(minutes=70 * number),
        )


def _next(history: list[list[str]], chance: random.Random, words: list[str]) -> list[str]:
    if not history:
        return [_paragraph(at, chance, words) for at in range(PARAGRAPHS)]
    if len(history) > 1 and chance.random() < 0.38:
        return history[-2]
    text, at = list(history[-1]), chance.randrange(1, PARAGRAPHS - 6)
    drawn = chance.random()
    if drawn < 0.3:
        text[at] = text[at].replace(". ", ".  ", 1) + "\u200a"
    elif drawn < 0.4:
        text[0] = (
            f"Terms\n=====\n\nLast updated: 2024-{chance.randrange(1, 13):02}-{chance.randrange(1, 29):02}"
        )
    elif drawn < 0.7:
        text[at] = text[at].replace(chance.choice(words), chance.choice(words), 2)
        text[at] = f"{text[at][:-1]} {chance.choice(words)}."
    else:
        text[at] = _paragraph(at, chance, words)
    return text


def _paragraph(at: int, chance: random.Random, words: list[str]) -> str:
    said = [" ".join(chance.choices(words, k=25)).capitalize() + "." for _ in range(3)]
    return (f"## Section {at}\n\n" if at % 6 == 0 else "") + " ".join(said)


# ── What is measured ──────────────────────────────────────────────────────────────────────────────────────
def imported(source: Path) -> bool:
    """Taking the repository over; then again, when nothing is new."""
    from terms_tracker.models import Version
    from terms_tracker.services import taking_over

    def take() -> float:
        began = time.perf_counter()
        taking_over.take_over(
            collection=taking_over.collection_for(key="large", described=None), versions=source
        )
        return time.perf_counter() - began

    first, again = take(), take()
    count = Version.objects.count()
    measured = f"{first:.0f} s, {megabytes():.0f} MB; again {again:.1f} s"
    is_met = first < 120 * count / VERSIONS and megabytes() < 600
    return told(f"taking over {count:,} versions", measured, "< 120 s, < 600 MB", is_met=is_met)


def classed() -> bool:
    """Saying what each change is, with reading the texts out of git."""
    from django.db.models import Count

    from terms_tracker.models import Version
    from terms_tracker.services import classifying

    began, count = time.perf_counter(), Version.objects.filter(rules=0).count()
    while classifying.sweep(budget=3600):
        pass
    whole = count / (time.perf_counter() - began)
    rate = rate_alone()
    classes = Version.objects.changes().values_list("change_class").annotate(count=Count("pk"))
    print("   ", ", ".join(f"{name} {number:,}" for name, number in classes.order_by("-count")))
    print(f"    with reading git and writing rows, one process: {whole:.0f} versions/s")
    return told("classed", f"{rate:.0f} changes/s", ">= 500/s", is_met=rate >= 500)


def rate_alone() -> float:
    """Changes a second once both texts are in memory."""
    from terms_tracker import archives
    from terms_tracker.changes import change_between
    from terms_tracker.models import Version

    rows = Version.objects.changes().select_related("terms__service__collection").order_by("pk")[:400]
    pairs = [
        (archives.text_of(before), archives.text_of(version))
        for version in rows
        if (before := version.previous())
    ]
    began = time.perf_counter()
    for before, after in pairs:
        change_between(before, after)
    return len(pairs) / (time.perf_counter() - began)


def remembered() -> bool:
    """The history of sentences: time, and room in the database against the text of all versions."""
    from django.db.models import Sum

    from terms_tracker.models import Sentence, Version
    from terms_tracker.services import remembering

    before, began = room(), time.perf_counter()
    while remembering.sweep(budget=3600):
        pass
    seconds, count = time.perf_counter() - began, Version.objects.count()
    text = (Version.objects.aggregate(sum=Sum("characters"))["sum"] or 1) / 1e6
    share = (room() - before) / 1e6 / text
    measured = f"{seconds:.0f} s, {share:.2f} x, {Sentence.objects.count():,} sentences"
    is_met = seconds < 600 * count / 40_000 and share < 2
    return told(f"remembered {count:,} versions", measured, "< 600 s, < 2 x their text", is_met=is_met)


def room() -> int:
    """Bytes of the database."""
    from django.conf import settings
    from django.db import connection

    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT pg_database_size(current_database())")
            return int(cursor.fetchone()[0])
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return Path(settings.DATABASES["default"]["NAME"]).stat().st_size


def asked() -> bool:
    """When did a phrase appear, over all versions of all terms."""
    from django.contrib.auth.models import AnonymousUser

    from terms_tracker.mentions import appearances_of, mentions

    times = [timed(lambda said=said: mentions(appearances_of(said, AnonymousUser()))) for said in PHRASES * 3]
    median = statistics.median(times)
    return told(
        "history of a phrase",
        f"median {median:.0f} ms, max {max(times):.0f}",
        "< 200 ms",
        is_met=median < 200,
    )


def pages() -> bool:
    """Pages in this process, each read from an empty cache first."""
    from django.test import Client

    from terms_tracker.models import Version

    client = Client(HTTP_HOST="127.0.0.1")
    changes = Version.objects.changes().order_by("pk")[1000:1012]
    paths = {
        "list": ["/terms/"] * 9,
        "changes": ["/terms/changes/"] * 9,
        "changes by significance": ["/terms/changes/?order=significance"] * 9,
        "changes of a topic": ["/terms/changes/?topic=political-ads&since=2021-01-01"] * 9,
        "timeline": [f"/terms/large/service-{number}/terms-of-service/" for number in range(9)],
        "change": [change.get_change_url() for change in changes],
        "compare": [f"/terms/large/service-{number}/terms-of-service/compare/" for number in range(9)],
        "history of a phrase": [f"/terms/clauses/?q={said.replace(' ', '+')}" for said in PHRASES],
    }
    met = []
    for name, asked_for in paths.items():
        times = [timed(lambda path=path: client.get(path).content) for path in asked_for]
        median = statistics.median(times)
        bar = 200 if name == "history of a phrase" else 100
        measured = f"median {median:.0f} ms, max {max(times):.0f}"
        met.append(told(f"page: {name}", measured, f"< {bar} ms", is_met=median < bar))
    return all(met)


def timed(deed: Callable[[], object]) -> float:
    """How long it takes, in milliseconds."""
    began = time.perf_counter()
    deed()
    return (time.perf_counter() - began) * 1000


if __name__ == "__main__":
    sys.exit(main())
