"""What follows when a text becomes what a page says: it is rendered, linked, found, and watchers are told."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.urls import reverse

from disinfo import search
from disinfo.celery import send_after_commit
from encyclopedia import markup
from encyclopedia.document import LISTS, Document
from encyclopedia.models import Facet, Field, Kind, Link, Page, Redirect, Revision

TOOL = "encyclopedia"
_DIMENSION = {
    "phases": "phase",
    "criteria": "criterion",
    "countries": "country",
    "languages": "language",
    "audiences": "audience",
    "tags": "tag",
}


@transaction.atomic
def publish(*, page: Page, revision: Revision, document: Document) -> None:
    """Make a revision the page's current one; the caller holds the page's row."""
    is_new = page.current_id is None
    become(page, revision, document, Kind.objects.get(code=document.kind))
    page.save()
    keep_facets(page, document)
    render(page=page, document=document)
    index(page=page, document=document)
    if is_new:
        refresh_links_to(page)
    from encyclopedia import tasks  # it imports the services

    send_after_commit(tasks.tell_watchers, revision.pk)


def become(page: Page, revision: Revision, document: Document, kind: Kind) -> None:
    """Give the page the columns that a document fills; nothing is saved."""
    page.current, page.kind = revision, kind
    page.title, page.summary = document.title[:200], document.summary
    page.fields = dict(document.fields)
    page.changed_at = revision.saved_at


def read(bodies: Iterable[str]) -> list[markup.Reading]:
    """Texts as they are read on this portal, with its kinds of pages and its own address."""
    kinds = _kinds()
    return [markup.read(body, kinds=kinds, home=settings.SITE_URL) for body in bodies]


def targets_of(names: Iterable[str]) -> dict[str, markup.Target]:
    """What each name leads to, as in a link; the kinds are looked up only where one may be said."""
    named = list(names)
    kinds = _kinds() if any(":" in name for name in named) else None
    return {name: markup.target_of(name, kinds) for name in named}


def _kinds() -> frozenset[str]:
    return frozenset(Kind.objects.values_list("code", flat=True))


def parts_of(language: str, body: str) -> tuple[list[dict[str, Any]], markup.Reading]:
    """A body as runs of HTML, cards and citations, ready to be kept; and what it was read as."""
    [reading] = read([body])
    return parts_from(language, reading, known_targets(language, reading.links)), reading


def parts_from(
    language: str, reading: markup.Reading, known: Mapping[markup.Target, str]
) -> list[dict[str, Any]]:
    """The same of a text that has been read, with the addresses of the pages that are there."""
    made = markup.render(
        reading,
        href_of=lambda target: known.get(target) or new_page_url(language, target),
        is_known=known.__contains__,
        media=settings.MEDIA_URL,
    )
    parts: list[dict[str, Any]] = [{"html": part.html} if part.html else {"card": part.card} for part in made]
    return [*parts, *([{"citations": reading.citations}] if reading.citations else [])]


def render(*, page: Page, document: Document) -> None:
    """Make the page's HTML anew, and note what it links to."""
    page.parts, reading = parts_of(page.language, document.body)
    page.save(update_fields=["parts"])
    wanted = links_of(page, reading, document)
    kept = set(page.links.values_list("kind", "slug"))
    for kind, slug in kept - wanted:
        page.links.filter(kind=kind, slug=slug).delete()
    Link.objects.bulk_create(
        [Link(origin=page, kind=kind, slug=slug) for kind, slug in sorted(wanted - kept)],
        ignore_conflicts=True,
    )


def links_of(page: Page, reading: markup.Reading, document: Document) -> set[tuple[str, str]]:
    """What the page links to in its text and its fields: (kind, slug)."""
    targets = [*reading.links, *targets_in_fields(page, document, reading.kinds)]
    return {(target.kind, target.slug) for target in targets if target.slug}


def targets_in_fields(
    page: Page, document: Document, kinds: Collection[str] | None = None
) -> list[markup.Target]:
    """The pages that the structured fields name."""
    codes = [field.code for field in page.kind.fields.all() if field.type == Field.Type.PAGES]
    named = [document.fields.get(code) or [] for code in codes]
    return [
        markup.target_of(name, kinds)
        for names in named
        for name in ([names] if isinstance(names, str) else names)
    ]


def known_targets(language: str, targets: Iterable[markup.Target]) -> dict[markup.Target, str]:
    """The address of each target that is there, a redirect followed; two queries however many there are."""
    return {target: url for target, (url, _title) in known_pages(language, targets).items()}


def known_pages(language: str, targets: Iterable[markup.Target]) -> dict[markup.Target, tuple[str, str]]:
    """The same with the title of its page: (address, title)."""
    targets = list(targets)
    slugs = {target.slug for target in targets}
    if not slugs:
        return {}
    live = Page.objects.live().filter(language=language).order_by()
    pages = live.filter(slug__in=slugs).values_list("slug", "slug", "kind__code", "title")
    found = {slug: page for slug, *page in pages}
    moved = Redirect.objects.filter(
        language=language, slug__in=slugs - found.keys(), page__is_deleted=False
    ).values_list("slug", "page__slug", "page__kind__code", "page__title")
    found |= {slug: page for slug, *page in moved}
    return {
        target: (reverse("encyclopedia:page", args=[language, to]), title)
        for target in targets
        if target.slug in found
        for to, kind, title in [found[target.slug]]
        if target.kind in ("", kind)
    }


def redirected_slugs(language: str, stem: str) -> set[str]:
    """Addresses beginning so that lead elsewhere, and are not to be given away."""
    rows = Redirect.objects.filter(language=language, slug__startswith=stem)
    return set(rows.values_list("slug", flat=True))


def refresh_links_to(page: Page) -> None:
    """Have the pages that link to this one rendered again: their red links turn, or turn back."""
    from encyclopedia import tasks  # it imports the services

    origins = Link.objects.filter(slug__in=page.addresses(), origin__language=page.language)
    keys = list(origins.exclude(origin=page).order_by("origin").values_list("origin", flat=True).distinct())
    if keys:
        send_after_commit(tasks.render_again, keys)


def index(*, page: Page, document: Document) -> None:
    """Make the page findable, or no longer."""
    if page.is_deleted:
        search.remove(tool=TOOL, key=str(page.pk))
        return
    search.put(tool=TOOL, **vars(thing_of(page, document)))


def thing_of(page: Page, document: Document) -> search.Thing:
    """A page as the search knows it."""
    values = [
        item for value in document.fields.values() for item in ([value] if isinstance(value, str) else value)
    ]
    return search.Thing(
        key=str(page.pk),
        kind=page.kind.code,
        url=page.get_absolute_url(),
        title=page.title,
        body="\n\n".join([document.summary, *map(str, values), document.body]),
        language=page.language,
        date=page.changed_at,
    )


def facets_of(document: Document, language: str) -> set[tuple[str, str]]:
    """The words a page in this language is found by: (dimension, value); its language is one of those it is about."""
    words = {(_DIMENSION[name], value[:80]) for name in LISTS for value in getattr(document, name) if value}
    return words | {("kind", document.kind), ("language", language)}


def keep_facets(page: Page, document: Document) -> None:
    """Bring the page's facets up to its text; a deleted page has none."""
    wanted = set() if page.is_deleted else facets_of(document, page.language)
    kept = set(page.facets.values_list("dimension", "value"))
    gone = Q()
    for dimension, value in kept - wanted:
        gone |= Q(dimension=dimension, value=value)
    if gone:
        page.facets.filter(gone).delete()
    Facet.objects.bulk_create(
        [Facet(page=page, dimension=dimension, value=value) for dimension, value in sorted(wanted - kept)],
        ignore_conflicts=True,
    )


def new_page_url(language: str, target: markup.Target) -> str:
    """Where a page that is not there yet is written."""
    query = f"?slug={target.slug}" + (f"&kind={target.kind}" if target.kind else "")
    return reverse("encyclopedia:create", args=[language]) + query
