"""Names like what somebody types: titles of pages, and cards of the portal's other tools."""

import re
from collections.abc import Sequence

from django.core.cache import cache
from rapidfuzz import fuzz, process

from disinfo import search
from disinfo.portal.tools import Caller, Card, Tool, ask_each
from encyclopedia import markup
from encyclopedia.models import Page, Source
from encyclopedia.services.publishing import TOOL

_KEPT_SECONDS = 60
_LEAST_LIKE = 70.0  # of 100; below it names only share a few letters


def like(query: str, *, language: str, limit: int) -> list[dict[str, str]]:
    """Pages of a language whose title begins with the words, holds them, or nearly does: title, kind, link."""
    folded = search.fold(query)
    if not folded:
        return []
    known = _titles(language)
    keys = [key for key, _title in known]
    names = [title for _key, title in known]
    begins = [at for at, name in enumerate(names) if name.startswith(folded)]
    holds = [at for at, name in enumerate(names) if folded in name]
    chosen = list(dict.fromkeys([*begins, *holds]))[:limit]
    if len(chosen) < limit:
        close = process.extract(folded, names, scorer=fuzz.WRatio, score_cutoff=_LEAST_LIKE, limit=limit)
        chosen = list(dict.fromkeys([*chosen, *(at for _name, _score, at in close)]))[:limit]
    found = Page.objects.live().select_related("kind").in_bulk([keys[at] for at in chosen])
    pages = [found[keys[at]] for at in chosen if keys[at] in found]
    return [{"title": page.title, "kind": page.kind.name, "link": _link_to(page)} for page in pages]


def _link_to(page: Page) -> str:
    """The link as a text has it: by the title where that leads to the page, else by its address."""
    words = " ".join(re.sub(r"[\[\]|]", " ", page.title).split())
    is_enough = markup.target_of(words) == markup.Target(page.slug)
    return f"[[{words}]]" if is_enough else f"[[{page.slug}|{words}]]"


def _titles(language: str) -> list[tuple[int, str]]:
    """Key and folded title of every page of a language, as they were a minute ago at most."""
    name = f"encyclopedia:titles:{language[:8]}"
    known: list[tuple[int, str]] | None = cache.get(name)
    if known is None:
        rows = Page.objects.live().filter(language=language).by_title().values_list("pk", "title")
        known = [(key, search.fold(title)) for key, title in rows]
        cache.set(name, known, timeout=_KEPT_SECONDS)
    return known


def cards_like(query: str, caller: Caller, *, limit: int) -> list[dict[str, str]]:
    """What the other tools find, as cards that a text can show: title, kind, address."""

    def ask(tool: Tool) -> Sequence[Card]:
        return () if tool.slug == TOOL else tool.search(query, caller, limit)

    return [_offered(card) for _tool, cards in ask_each(ask) for card in cards][:limit]


def sources_like(query: str, *, limit: int) -> list[dict[str, str]]:
    """Sources with these words in what is known of them: title, author, citation."""
    rows = Source.objects.with_words(query)[:limit] if query else []
    return [{"title": each.title, "kind": each.author, "link": f"[@{each.key}]"} for each in rows]


def _offered(card: Card) -> dict[str, str]:
    return {"title": str(card.title), "kind": str(card.kind), "url": card.url}
