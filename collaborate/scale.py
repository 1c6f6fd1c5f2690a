"""How big is this number of shares? The nearest known article of each newspaper. Pure, without Django.

`python -m collaborate.scale validate FILE` checks a table; `… around FILE REGION NUMBER` asks it. The columns are those
of the tables that the original bot read, see COLUMNS.
"""

import argparse
import csv
import re
import sys
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TextIO
from urllib.parse import urlsplit

COLUMNS = (
    "totalEngagements",
    "facebook",
    "twitter",
    "pinterest",
    "reddit",
    "country",
    "source",
    "date",
    "title",
    "url",
)
STEPS = (
    *(0, 50, 100, 200, 300, 400, 500, 1_000, 2_000, 4_000, 6_000, 10_000, 15_000, 20_000, 40_000, 60_000),
    *(100_000, 150_000, 200_000, 400_000, 600_000, 1_000_000, 10_000_000),
)
"""Two numbers of shares are comparable when no step, or the same two, stand around both."""
_COUNTS = COLUMNS[:5]
_NUMBER = r"\d{1,3}(?:[\s.,'’\u00a0\u202f]\d{3})+(?!\d)|\d{1,12}"
_UNIT = r"(?:shares|engagements?|interactions|partages)"
_TOLD = re.compile(rf"\b{_UNIT}\b\W{{0,6}}({_NUMBER})|({_NUMBER})\s+{_UNIT}\b", re.IGNORECASE)


@dataclass(frozen=True)
class Article:
    """An article and how often it was shared in all."""

    region: str
    source: str
    title: str
    url: str
    published_on: date
    shares: int


@dataclass(frozen=True)
class Fault:
    """What is wrong in a table, and on which line (1 is the header)."""

    line: int
    message: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.message}"


def shares_in(text: str) -> int | None:
    """The number of shares that a text tells of: "Total engagement: 5,617" → 5617; None when it tells none."""
    found = _TOLD.search(text)
    return int(re.sub(r"\D", "", found[1] or found[2])) if found else None


def read(file: TextIO) -> tuple[list[Article], list[Fault]]:
    """The articles of a table separated by semicolons, and everything that is wrong in it."""
    articles: list[Article] = []
    faults: list[Fault] = []
    rows = csv.reader(file, delimiter=";")
    try:
        header = [name.strip().removeprefix("\ufeff") for name in next(rows)]
        if header != list(COLUMNS):
            return [], [Fault(1, f"the header has to be {';'.join(COLUMNS)}")]
        for row in rows:
            if not row:
                continue
            wrong = list(_faults_in(row))
            faults += [Fault(rows.line_num, message) for message in wrong]
            if not wrong:
                articles.append(_article(row))
    except StopIteration:
        return [], [Fault(1, "the table is empty")]
    except csv.Error as error:
        faults.append(Fault(rows.line_num, f"cannot be read: {error}"))
    return articles, faults


def _faults_in(row: Sequence[str]) -> Iterator[str]:
    if len(row) != len(COLUMNS):
        yield f"{len(row)} columns instead of {len(COLUMNS)}"
        return
    values = dict(zip(COLUMNS, (cell.strip() for cell in row), strict=True))
    for name in _COUNTS:
        if not (values[name].isascii() and values[name].isdecimal()):
            yield f"{name} has to be a whole number, 0 or more, not “{values[name][:40]}”"
    if len(values["country"]) != 2 or not values["country"].isascii() or not values["country"].isalpha():
        yield f"country has to be two letters (ISO 3166-1 alpha-2), not “{values['country'][:40]}”"
    for name in ("source", "title"):
        if not values[name] or values[name].isdecimal() or _is_address(values[name]):
            yield f"{name} has to be words, not “{values[name][:40]}”"
    try:
        date.fromisoformat(values["date"][:10])
    except ValueError:
        yield f"date has to be like 2019-05-27, not “{values['date'][:40]}”"
    if not _is_address(values["url"]):
        yield f"url has to begin with http:// or https://, not “{values['url'][:40]}”"


def _is_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)


def _article(row: Sequence[str]) -> Article:
    values = dict(zip(COLUMNS, (cell.strip() for cell in row), strict=True))
    return Article(
        region=values["country"].lower(),
        source=values["source"],
        title=values["title"],
        url=values["url"],
        published_on=date.fromisoformat(values["date"][:10]),
        shares=int(values["totalEngagements"]),
    )


def bounds(shares: int) -> tuple[int, int | None]:
    """The steps around a number: more than the first, at most the second; None above the last step."""
    place = bisect_left(STEPS, shares)
    if place == 0:
        return -1, STEPS[1]
    return STEPS[place - 1], STEPS[place] if place < len(STEPS) else None


def around(shares: int, articles: Iterable[Article]) -> list[Article]:
    """Of each newspaper the comparable article nearest by number (of two as near, the larger), the nearest first."""
    low, high = bounds(shares)
    nearest: dict[str, Article] = {}
    for each in articles:
        if each.shares <= low or (high is not None and each.shares > high):
            continue
        known = nearest.get(each.source)
        if known is None or _distance(each, shares) < _distance(known, shares):
            nearest[each.source] = each
    return sorted(nearest.values(), key=lambda each: (*_distance(each, shares), each.source))


def _distance(article: Article, shares: int) -> tuple[int, int]:
    return abs(article.shares - shares), -article.shares


def main(arguments: Sequence[str] | None = None) -> int:
    """Check a table or ask it; 0 when all is well, 1 when the table has faults or knows nothing."""
    parser = argparse.ArgumentParser(prog="python -m collaborate.scale", description=__doc__)
    deeds = parser.add_subparsers(dest="deed", required=True)
    deeds.add_parser("validate", help="name every fault with its line").add_argument("file", type=Path)
    asking = deeds.add_parser("around", help="articles with about as many shares")
    asking.add_argument("file", type=Path)
    asking.add_argument("region")
    asking.add_argument("shares", type=int)
    asked = parser.parse_args(arguments)
    with asked.file.open(encoding="utf-8-sig", newline="", errors="replace") as file:
        articles, faults = read(file)
    for fault in faults:
        print(fault, file=sys.stderr)
    if asked.deed == "validate":
        print(f"{len(articles)} articles, {len(faults)} faults")
        return 1 if faults else 0
    found = around(asked.shares, [each for each in articles if each.region == asked.region.lower()])
    for each in found:
        print(f"{each.shares:>10,}  {each.source}: {each.title} ({each.published_on}) {each.url}")
    return 0 if found else 1


if __name__ == "__main__":
    sys.exit(main())
