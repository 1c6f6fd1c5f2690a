"""One full-text index for all tools: SQLite FTS5 or PostgreSQL behind the same three functions.

Words are folded in Python (case, accents) before they are stored, so that both databases find the same things:
"desinformation" finds « Désinformation ». French and English words are found by their stems too: "bots" finds "bot".
The full-text indexes themselves are made by a migration of the portal.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import filterfalse
from typing import Any

from django.db import connection, models
from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL
from rapidfuzz import fuzz, process

from disinfo import stems
from disinfo.accounts.models import Organisation
from disinfo.portal.models import SearchEntry
from disinfo.portal.tools import Caller

# PostgreSQL refuses a text-search vector above 1 MB; a text this long has said what it is about.
_LONGEST_BODY = 300_000
_LONGEST_STEMMED = 100_000
_LONGEST_QUERY_WORDS = 12
# Of a word that is everywhere, so many rows are looked at beyond their rank.
_MOST_RANKED = 2_000
# A title counts ten times.
_RANKS_OF_NEWEST = """
    SELECT rowid, bm25(portal_search_fts, 10.0, 1.0) FROM portal_search_fts WHERE portal_search_fts MATCH %s
    AND rowid >= coalesce((SELECT rowid FROM portal_search_fts WHERE portal_search_fts MATCH %s
                           ORDER BY rowid DESC LIMIT 1 OFFSET %s), 0)
"""
_RANKS_BY_TITLE = """
    SELECT rowid, bm25(portal_search_fts, 10.0, 1.0) AS score FROM portal_search_fts WHERE portal_search_fts MATCH %s
    ORDER BY score LIMIT %s
"""
_WORD = re.compile(r"\w+")
_SHORTEST_MISSPELT = 4
_LONGEST_ENDING = 4
# In a question: shorter words, and those that are in so many things, say nothing of what it is about.
_SHORTEST_TOLD = 4
_MOST_OF_A_WORD = 500
# The whole title first, then a part of a longer one; below these likenesses (0 to 100) two words are two words.
_LIKENESS = ((fuzz.ratio, 75), (fuzz.partial_ratio, 80))


@dataclass(frozen=True)
class Excerpt:
    """A piece of text in parts: (text, whether it is a match)."""

    parts: tuple[tuple[str, bool], ...]


def fold(text: str) -> str:
    """Lower case without accents: "Élysée" → "elysee"."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    # A whole document is folded at each change: without a step of Python for each letter, ten times faster.
    return decomposed if decomposed.isascii() else "".join(filterfalse(unicodedata.combining, decomposed))


def indexed(text: str, language: str) -> str:
    """The words that a text is found by: its own, folded, then the stems that are none of them."""
    words = _WORD.findall(fold(text))
    begins = words if len(text) <= _LONGEST_STEMMED else _WORD.findall(fold(text[:_LONGEST_STEMMED]))
    return " ".join([*words, *stems.new_in(begins, language)])


@dataclass(frozen=True, kw_only=True)
class Thing:
    """What can be found. With an organisation, only its members find it."""

    key: str
    kind: str
    url: str
    title: str
    body: str = ""
    language: str = ""
    date: datetime | None = None
    organisation: Organisation | None = None

    def values(self) -> dict[str, Any]:
        """The columns of its entry."""
        body = self.body[:_LONGEST_BODY]
        return {
            "kind": self.kind,
            "url": self.url,
            "title": self.title[:300],
            "body": body,
            "title_words": indexed(self.title, self.language),
            "body_words": indexed(body, self.language),
            "language": self.language,
            "date": self.date,
            "organisation": self.organisation,
        }


def put(*, tool: str, **values: Any) -> None:
    """Make a thing findable, or say what it has become; `values` are those of a Thing."""
    thing = Thing(**values)
    columns = thing.values()
    # Not update_or_create, which would first read the whole text that is about to be replaced.
    if not SearchEntry.objects.filter(tool=tool, key=thing.key).update(**columns):
        SearchEntry.objects.update_or_create(tool=tool, key=thing.key, defaults=columns)


def put_all(*, tool: str, things: Iterable[Thing]) -> None:
    """The same for many at once, as an import has them."""
    rows = [SearchEntry(tool=tool, key=thing.key, **thing.values()) for thing in things]
    if rows:
        columns = [
            name
            for name in rows[0].__dict__
            if not name.startswith("_") and name not in {"id", "tool", "key"}
        ]
        SearchEntry.objects.bulk_create(
            rows, update_conflicts=True, unique_fields=["tool", "key"], update_fields=columns
        )


def remove(*, tool: str, key: str) -> None:
    """Make a thing unfindable."""
    SearchEntry.objects.filter(tool=tool, key=key).delete()


def find(query: str, caller: Caller, *, tool: str | None = None, limit: int = 20) -> list[SearchEntry]:
    """The entries that hold every word of the query (the last one may be a beginning), best first."""
    return _best(query, _entries(caller, tool).defer("title_words", "body_words"), limit)


def keys(query: str, caller: Caller, *, tool: str, limit: int) -> list[str]:
    """The keys of what `find` finds, without reading their texts."""
    return [entry.key for entry in _best(query, _entries(caller, tool).only("key", "date"), limit)]


def keys_of_some(query: str, caller: Caller, *, tool: str, limit: int) -> list[str]:
    """The keys of what holds some words of a question, best first; a word that is in few things counts for more.

    For when nothing holds all of them: people ask whole sentences. No list of empty words is needed, in any language:
    they are those that are everywhere, or shorter than four letters.
    """
    scores: Counter[str] = Counter()
    words = dict.fromkeys(word for word in _WORD.findall(fold(query)) if len(word) >= _SHORTEST_TOLD)
    entries = _entries(caller, tool)
    for word in list(words)[:_LONGEST_QUERY_WORDS]:
        # To rank what is in everything, only to leave it out, takes longer than all the rest.
        if not _is_everywhere(word, entries):
            found = keys(word, caller, tool=tool, limit=_MOST_OF_A_WORD)
            if len(found) < _MOST_OF_A_WORD:
                scores.update({key: 1 / len(found) for key in found})
    return [key for key, _score in scores.most_common(limit)]


def nearest(query: str, titles: Mapping[int, str], *, limit: int = 5) -> list[int]:
    """The keys of the titles that are spelled nearly so, the nearest first: what the reader may have meant."""
    wanted = " ".join(_WORD.findall(fold(query)))
    if len(wanted) < _SHORTEST_MISSPELT:
        return []
    folded = {key: fold(title) for key, title in titles.items()}
    for scorer, least in _LIKENESS:
        if near := process.extract(wanted, folded, scorer=scorer, score_cutoff=least, limit=limit):
            return [key for _title, _score, key in near]
    return []


def _entries(caller: Caller, tool: str | None) -> QuerySet[SearchEntry]:
    entries = SearchEntry.objects.visible_to(caller)
    return entries.filter(tool=tool) if tool else entries


def _best(query: str, entries: QuerySet[SearchEntry], limit: int) -> list[SearchEntry]:
    words = _WORD.findall(fold(query))[:_LONGEST_QUERY_WORDS]
    if not words:
        return []
    if connection.vendor == "postgresql":
        return list(_postgresql(entries, words)[:limit])
    ranks = _best_ranks(words)
    found = entries.filter(pk__in=ranks)
    if len(ranks) >= _MOST_RANKED and len(found) < limit:
        # What others may read, or what other tools have, holds the first places.
        return list(_sqlite(entries, words)[:limit])
    return sorted(found, key=lambda entry: (ranks[entry.pk], _age(entry), entry.pk))[:limit]


def _age(entry: SearchEntry) -> float:
    return -entry.date.timestamp() if entry.date else 0.0


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
        found = RawSQL(
            "SELECT rowid FROM portal_search_fts WHERE portal_search_fts MATCH %s ORDER BY rowid DESC LIMIT %s",
            [_fts_query(words), limit],
        )
    entries = SearchEntry.objects.filter(pk__in=found, tool=tool, organisation=None)
    return list(entries.order_by("-pk").values_list("key", flat=True))


def _is_everywhere(word: str, entries: QuerySet[SearchEntry]) -> bool:
    """Whether so many of these hold a word that it says nothing; looked for among the first that hold it at all."""
    if connection.vendor == "postgresql":
        first = RawSQL(
            "SELECT id FROM portal_searchentry WHERE words @@ to_tsquery('simple', %s) LIMIT %s",
            [_tsquery([word]), _MOST_RANKED],
        )
    else:
        first = RawSQL(
            "SELECT rowid FROM portal_search_fts WHERE portal_search_fts MATCH %s LIMIT %s",
            [_fts_query([word]), _MOST_RANKED],
        )
    holding = entries.filter(pk__in=first).order_by().values_list("pk")
    return len(holding[:_MOST_OF_A_WORD]) == _MOST_OF_A_WORD


def _fts_query(words: list[str]) -> str:
    """Every word or its stem, the last one as a beginning; each is quoted: nothing of FTS5's syntax gets through."""
    forms = [[f'"{form}"' for form in stems.forms_of(word)] for word in words]
    forms[-1][0] += "*"
    return " AND ".join(f"({' OR '.join(each)})" for each in forms)


def _best_ranks(words: list[str]) -> dict[int, float]:
    """Rows with these words and their ranks, the lower the better: those titled so and the newest of the others.

    Like `_postgresql`: to rank all that hold a word that is everywhere takes as long as there are rows.
    """
    query = _fts_query(words)
    with connection.cursor() as cursor:
        cursor.execute(_RANKS_OF_NEWEST, [query, query, _MOST_RANKED - 1])
        ranks = dict(cursor.fetchall())
        cursor.execute(_RANKS_BY_TITLE, [f"title_words : ({query})", _MOST_RANKED])
        return ranks | dict(cursor.fetchall())


def _sqlite(entries: QuerySet[SearchEntry], words: list[str]) -> QuerySet[SearchEntry]:
    # A join, which no expression of the ORM can say: FTS5 ranks only in the query that it matches in.
    return entries.extra(
        select={"rank": "bm25(portal_search_fts, 10.0, 1.0)"},
        tables=["portal_search_fts"],
        where=["portal_search_fts MATCH %s", "portal_search_fts.rowid = portal_searchentry.id"],
        params=[_fts_query(words)],
    ).order_by("rank", "-date", "pk")


def _postgresql(entries: QuerySet[SearchEntry], words: list[str]) -> QuerySet[SearchEntry]:
    """Ranked; of words that are everywhere, those with them in the title and the newest rows.

    To rank a row its whole vector is read: for a hundred thousand rows that takes a second.
    """
    query = _tsquery(words)
    boolean = models.BooleanField()
    has_words = RawSQL("words @@ to_tsquery('simple', %s)", [query], output_field=boolean)
    titled_so = RawSQL(
        "to_tsvector('simple', title_words) @@ to_tsquery('simple', %s)", [query], output_field=boolean
    )
    newest, titled = (
        entries.filter(condition).order_by("-pk").values("pk")[:_MOST_RANKED]
        for condition in (has_words, titled_so)
    )
    rank = RawSQL(
        "ts_rank(portal_searchentry.words, to_tsquery('simple', %s))",
        [query],
        output_field=models.FloatField(),
    )
    found = entries.filter(Q(pk__in=newest) | Q(pk__in=titled))
    return found.annotate(rank=rank).order_by("-rank", "-date", "pk")


def _tsquery(words: list[str]) -> str:
    """Every word or its stem, the last one as a beginning; words hold nothing of the query language."""
    forms = [stems.forms_of(word) for word in words]
    forms[-1][0] += ":*"
    return " & ".join(f"({' | '.join(each)})" for each in forms)


def excerpt(body: str, query: str, *, width: int = 220) -> Excerpt:
    """A piece of `body` around the first match, cut at words, with the matches marked."""
    words = _WORD.findall(fold(query))
    if not words:
        return Excerpt(((body[:width], False),))
    wanted = re.compile("|".join(_pattern(word) for word in words))
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


def _pattern(word: str) -> str:
    """What is marked for a word: what begins so, and what has its stem and an ending."""
    shorter = [form for form in stems.forms_of(word) if len(form) < len(word)]
    return "|".join(
        [rf"\b{re.escape(word)}", *(rf"\b{re.escape(form)}\w{{0,{_LONGEST_ENDING}}}\b" for form in shorter)]
    )
