"""The encyclopedia seen whole: techniques by tactic, actors by country, case studies by date, pages around a page."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.translation import get_language

from disinfo import search
from encyclopedia import graph, markup
from encyclopedia.models import Attempt, Facet, Link, Page, Redirect

_MOST_AROUND = 24
_MOST_RELATED = 6
# Words that most pages share say nothing of what goes together; more pages of one tag are not looked at.
_MOST_OF_A_TAG = 200
_MOST_LINKS = 100


@dataclass
class Cell:
    """A technique in the matrix, how much is known against it, and its sub-techniques under the same tactic."""

    page: Page
    countermeasures: int = 0
    case_studies: int = 0
    attempts: int = 0
    below: list["Cell"] = field(default_factory=list)

    @property
    def number(self) -> str:
        """Its number in the framework; that of a sub-technique goes on after a dot."""
        return str(self.page.fields.get("framework_id") or "")

    @property
    def seen_below(self) -> int:
        """How many of its sub-techniques a case study names."""
        return sum(bool(cell.case_studies) for cell in self.below)


@dataclass(frozen=True)
class Tactic:
    """A column of the matrix."""

    name: str
    url: str
    cells: Sequence[Cell]

    @property
    def techniques(self) -> int:
        """How many there are, sub-techniques among them."""
        return sum(1 + len(cell.below) for cell in self.cells)


def matrix(language: str) -> list[Tactic]:
    """The techniques of a language under their tactics, in the order of the framework; a fixed number of queries."""
    rows = Page.objects.live().filter(language=language, kind__code="technique")
    pages = list(rows.only("language", "slug", "title", "fields", "kind").order_by("title"))
    if not pages:
        return []
    own = _names_of(pages, language)
    cells, attempts = {page.pk: Cell(page) for page in pages}, _attempts()
    # A page may name a technique twice, by its title and by its number: it counts once.
    named = {(origin, kind, own[slug]) for origin, kind, slug in _links_between(language, own.keys())}
    for origin, kind, technique in named:
        cell = cells[technique]
        cell.countermeasures += kind == "countermeasure"
        cell.case_studies += kind == "case-study"
        cell.attempts += attempts.get(origin, 0) if kind == "countermeasure" else 0
    return _columns(cells.values(), language)


def _attempts() -> Mapping[int, int]:
    rows = Attempt.objects.shown().order_by().values("page").annotate(number=Count("pk"))
    return dict(rows.values_list("page", "number"))


def _names_of(pages: Iterable[Page], language: str) -> dict[str, int]:
    """The key of each page by each address that leads to it."""
    names = {page.slug: page.pk for page in pages}
    moved = Redirect.objects.filter(language=language, page__in=list(names.values()))
    return dict(moved.values_list("slug", "page")) | names


def _links_between(language: str, slugs: Iterable[str]) -> Iterable[tuple[int, str, str]]:
    """(origin, its kind, slug) of the links that countermeasures and case studies make to these."""
    found = Link.objects.filter(
        origin__language=language,
        origin__is_deleted=False,
        origin__current__isnull=False,
        origin__kind__code__in=["countermeasure", "case-study"],
    )
    wanted = set(slugs)
    rows = found.values_list("origin", "origin__kind__code", "slug").distinct()
    return [row for row in rows if row[2] in wanted]


def _columns(cells: Iterable[Cell], language: str) -> list[Tactic]:
    by_tactic: dict[str, list[Cell]] = defaultdict(list)
    for cell in cells:
        named = cell.page.fields.get("tactic") or [""]
        for name in [named] if isinstance(named, str) else named:
            by_tactic[markup.target_of(name).slug].append(cell)
    tactics = Page.objects.live().filter(language=language).only("language", "slug", "title", "fields")
    known = {page.slug: page for page in tactics.filter(slug__in=by_tactic)}
    moved = Redirect.objects.filter(language=language, slug__in=by_tactic.keys() - known.keys())
    known |= {row.slug: row.page for row in moved.select_related("page")}
    ordered = sorted(by_tactic, key=lambda slug: (not slug, _place(known.get(slug), slug)))
    return [
        Tactic(known[slug].title if slug in known else slug, _url(known.get(slug)), _nested(by_tactic[slug]))
        for slug in ordered
    ]


def _nested(cells: Iterable[Cell]) -> list[Cell]:
    """The techniques of a tactic, each with its sub-techniques; one whose technique is elsewhere stands alone."""
    # Copies: a technique of two tactics has its sub-techniques of each.
    own = [replace(cell, below=[]) for cell in cells]
    tops = {cell.number: cell for cell in own if cell.number and "." not in cell.number}
    alone: list[Cell] = []
    for cell in own:
        above = tops.get(cell.number.partition(".")[0])
        (above.below if above and above is not cell else alone).append(cell)
    return alone


def _place(page: Page | None, slug: str) -> str:
    return str(page.fields.get("framework_id") or page.title) if page else slug


def _url(page: Page | None) -> str:
    return page.get_absolute_url() if page else ""


def actors_by_country() -> list[tuple[str, int]]:
    """How many actors pages name in each country, the most first; a page in two languages counts once."""
    actors = Facet.objects.filter(
        dimension="country", page__in=Page.objects.live().filter(kind__code="actor")
    )
    seen = {
        (country, translations or -page)
        for country, page, translations in actors.values_list("value", "page", "page__translations")
    }
    counted = Counter(country for country, _page in seen)
    return sorted(counted.items(), key=lambda each: (-each[1], each[0]))


def case_studies(language: str) -> QuerySet[Page]:
    """Case studies of a language that say when they began, the latest first."""
    rows = Page.objects.live().filter(language=language, kind__code="case-study")
    dated = rows.filter(fields__date_from__isnull=False).exclude(fields__date_from="")
    return dated.defer("parts").select_related("kind").order_by("-fields__date_from", "title")


def by_year(pages: Iterable[Page]) -> list[tuple[str, list[Page]]]:
    """Pages under the year in which they began, in the order they come."""
    years: dict[str, list[Page]] = {}
    for page in pages:
        years.setdefault(str(page.fields["date_from"])[:4], []).append(page)
    return list(years.items())


def linked(page: Page) -> set[int]:
    """The keys of the pages that this one links to, or that link to it, in its language; a hundred of each."""
    slugs = set(page.links.values_list("slug", flat=True)[:_MOST_LINKS])
    # In no order: SQLite would walk all titles to give one.
    live = Page.objects.live().filter(language=page.language).order_by()
    to = dict(live.filter(slug__in=slugs).values_list("slug", "pk"))
    moved = Redirect.objects.filter(language=page.language, slug__in=slugs - to.keys())
    keys = {*to.values(), *(moved.values_list("page", flat=True) if slugs - to.keys() else ())}
    return (keys | set(Link.objects.to(page).values_list("origin", flat=True)[:_MOST_LINKS])) - {page.pk}


def related(page: Page) -> list[Page]:
    """The pages that have most in common with this one: linked with it, or of the same tags."""
    common = list(page.facets.exclude(dimension__in=["kind", "language"]).values_list("dimension", "value"))
    shared = Counter(dict.fromkeys(linked(page), 2))
    candidates = set(shared)
    for dimension, value in common:
        if dimension == "tag":
            rows = Facet.objects.filter(dimension="tag", value=value, page__language=page.language)
            candidates |= set(rows.values_list("page", flat=True)[:_MOST_OF_A_TAG])
    same = Q(pk__in=[])
    for dimension, value in common:
        same |= Q(dimension=dimension, value=value)
    rows = Facet.objects.filter(same, page__in=candidates - {page.pk}).order_by()
    shared.update(dict(rows.values_list("page").annotate(number=Count("pk"))))
    best = [key for key, _score in shared.most_common(_MOST_RELATED)]
    by_key = Page.objects.live().select_related("kind").defer("parts", "fields").in_bulk(best)
    return [by_key[key] for key in best if key in by_key]


def titled_nearly(query: str) -> list[tuple[str, str]]:
    """The pages whose titles are spelled nearly so, as (address, title), the nearest first.

    A title that pages of several languages have is given once, in the reader's language if there is one.
    """
    near = search.nearest(query, dict(Page.objects.live().order_by().values_list("pk", "title")))
    by_key = Page.objects.only("language", "slug", "title").in_bulk(near)
    pages = [by_key[key] for key in near if key in by_key]
    own = (get_language() or "en")[:2]
    chosen = {page.title: page for page in sorted(pages, key=lambda page: page.language == own)}
    return [
        (chosen[title].get_absolute_url(), title) for title in dict.fromkeys(page.title for page in pages)
    ]


def graph_around(page: Page) -> tuple[graph.Graph, list[Page]]:
    """The links around a page, drawn; and the pages of the drawing."""
    near = Page.objects.live().filter(pk__in=linked(page)).select_related("kind").defer("parts", "fields")
    others = list(near.order_by("title", "pk")[:_MOST_AROUND])
    by_slug = _names_of((page, *others), page.language)
    rows = Link.objects.filter(origin__in=[page, *others], slug__in=by_slug)
    links = {(origin, by_slug[slug]) for origin, slug in rows.values_list("origin", "slug")}
    links |= {(page.pk, each.pk) for each in others}
    triples: list[Any] = [(each.pk, each.title, each.get_absolute_url()) for each in (page, *others)]
    return graph.around(triples[0], triples[1:], links), others
