"""One full-text index for all tools: SQLite FTS5 or PostgreSQL behind the same three functions.

Words are folded in Python (case, accents) before they are stored, so that both databases find the same things:
"desinformation" finds « Désinformation ». The full-text indexes themselves are made by a migration of the portal.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import filterfalse
from typing import Any

from django.db import connection, models
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from disinfo.accounts.models import Organisation
from disinfo.portal.models import SearchEntry
from disinfo.portal.tools import Caller

# PostgreSQL refuses a text-search vector above 1 MB; a text this long has said what it is about.
_LONGEST_BODY = 300_000
_LONGEST_QUERY_WORDS = 12
_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Excerpt:
    """A piece of text in parts: (text, whether it is a match)."""

    parts: tuple[tuple[str, bool], ...]


def fold(text: str) -> str:
    """Lower case without accents: "Élysée" → "elysee"."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    # A whole document is folded at each change: without a step of Python for each letter, ten times faster.
    return decomposed if decomposed.isascii() else "".join(filterfalse(unicodedata.combining, decomposed))


def _row(*, tool: str, key: str, title: str, body: str = "", **others: Any) -> dict[str, Any]:
    """What a thing is stored as: its words folded beside what is shown."""
    return {
        "tool": tool,
        "key": key,
        "title": title[:300],
        "body": body[:_LONGEST_BODY],
        "title_words": " ".join(_WORD.findall(fold(title))),
        "body_words": " ".join(_WORD.findall(fold(body[:_LONGEST_BODY]))),
        **others,
    }


def put(
    *,
    tool: str,
    key: str,
    kind: str,
    url: str,
    title: str,
    body: str = "",
    language: str = "",
    date: datetime | None = None,
    organisation: Organisation | None = None,
) -> None:
    """Make a thing findable, or say what it has become. With an organisation, only its members find it."""
    others = {"kind": kind, "url": url, "language": language, "date": date, "organisation": organisation}
    values = _row(tool=tool, key=key, title=title, body=body, **others)
    # Not update_or_create, which would first read the whole text that is about to be replaced.
    if not SearchEntry.objects.filter(tool=tool, key=key).update(**values):
        SearchEntry.objects.update_or_create(tool=tool, key=key, defaults=values)


def put_many(entries: Iterable[Mapping[str, Any]]) -> None:
    """Make many new things findable by one statement: mappings of what `put` takes, for things that were not so yet."""
    SearchEntry.objects.bulk_create(
        [SearchEntry(**_row(**entry)) for entry in entries], ignore_conflicts=True
    )


def remove(*, tool: str, key: str) -> None:
    """Make a thing unfindable."""
    SearchEntry.objects.filter(tool=tool, key=key).delete()


def find(query: str, caller: Caller, *, tool: str | None = None, limit: int = 20) -> list[SearchEntry]:
    """The entries that hold every word of the query (the last one may be a beginning), best first."""
    words = _WORD.findall(fold(query))[:_LONGEST_QUERY_WORDS]
    if not words:
        return []
    entries = SearchEntry.objects.visible_to(caller).defer("title_words", "body_words")
    if tool:
        entries = entries.filter(tool=tool)
    ranked = _postgresql(entries, words) if connection.vendor == "postgresql" else _sqlite(entries, words)
    return list(ranked[:limit])


def matching(query: str, *, tool: str, limit: int) -> list[str]:
    """The keys of at most `limit` public things of a tool that hold every word, the newest rows first and unranked.

    For lists with filters of their own: ranking hundreds of thousands of matches would take seconds.
    """
    words = _WORD.findall(fold(query))[:_LONGEST_QUERY_WORDS]
    if not words:
        return []
    if connection.vendor == "postgresql":
        found = RawSQL(
            "SELECT id FROM portal_searchentry WHERE words @@ to_tsquery('simple', %s) ORDER BY id DESC LIMIT %s",
            [_tsquery(words), limit],
        )
    else:
        match = " ".join(f'"{word}"' for word in words[:-1]) + f' "{words[-1]}"*'
        found = RawSQL(
            "SELECT rowid FROM portal_search_fts WHERE portal_search_fts MATCH %s ORDER BY rowid DESC LIMIT %s",
            [match, limit],
        )
    entries = SearchEntry.objects.filter(pk__in=found, tool=tool, organisation=None)
    return list(entries.order_by("-pk").values_list("key", flat=True))


def _sqlite(entries: QuerySet[SearchEntry], words: list[str]) -> QuerySet[SearchEntry]:
    # Words hold letters, digits and underscores only, and each is quoted: nothing of FTS5's syntax gets through.
    match = " ".join(f'"{word}"' for word in words[:-1]) + f' "{words[-1]}"*'
    # A title counts ten times; the number is of the row in the FTS table, joined by rowid.
    rank = RawSQL(
        "(SELECT bm25(portal_search_fts, 10.0, 1.0) FROM portal_search_fts"
        " WHERE portal_search_fts MATCH %s AND portal_search_fts.rowid = portal_searchentry.id)",
        [match],
        output_field=models.FloatField(),
    )
    matching = RawSQL("SELECT rowid FROM portal_search_fts WHERE portal_search_fts MATCH %s", [match])
    return entries.filter(pk__in=matching).annotate(rank=rank).order_by("rank", "-date", "pk")


def _postgresql(entries: QuerySet[SearchEntry], words: list[str]) -> QuerySet[SearchEntry]:
    query = _tsquery(words)
    matching = RawSQL("SELECT id FROM portal_searchentry WHERE words @@ to_tsquery('simple', %s)", [query])
    rank = RawSQL(
        "ts_rank(portal_searchentry.words, to_tsquery('simple', %s))",
        [query],
        output_field=models.FloatField(),
    )
    return entries.filter(pk__in=matching).annotate(rank=rank).order_by("-rank", "-date", "pk")


def _tsquery(words: list[str]) -> str:
    """Every word, the last one as a beginning; words hold nothing of the query language."""
    return " & ".join([*words[:-1], f"{words[-1]}:*"])


def excerpt(body: str, query: str, *, width: int = 220) -> Excerpt:
    """A piece of `body` around the first match, cut at words, with the matches marked."""
    words = _WORD.findall(fold(query))
    if not words:
        return Excerpt(((body[:width], False),))
    wanted = re.compile("|".join(rf"\b{re.escape(word)}" for word in words))
    first = next((found.start() for found in _WORD.finditer(body) if wanted.match(fold(found.group()))), 0)
    start = max(0, first - width // 3)
    start = body.rfind(" ", 0, start) + 1
    end = min(len(body), start + width)
    parts, at = [], start
    # A text may be as long as a book: no word after the piece is looked at.
    for found in _WORD.finditer(body, first, end):
        if wanted.match(fold(found.group())):
            parts += [(body[at : found.start()], False), (found.group(), True)]
            at = found.end()
    parts.append((body[at:end], False))
    return Excerpt(tuple(part for part in parts if part[0]))
