"""Many pages rendered in a few statements, and red links that turn once what they name is there."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from django.db import transaction
from django.db.models import QuerySet

from encyclopedia import markup
from encyclopedia.models import Kind, Link, Page, Redirect
from encyclopedia.services import publishing

_AT_ONCE = 200
_MISSING = 'class="is-missing"'


@transaction.atomic
def render_all(keys: Sequence[int]) -> None:
    """Render pages by what they say now; who saves one meanwhile waits, so that no older text is shown for a newer."""
    locked = Page.objects.select_for_update(of=("self",)).filter(pk__in=keys)
    pages = list(locked.select_related("current__keyframe").order_by("pk"))
    documents = {page.pk: page.current.document for page in pages if page.current}
    pages = [page for page in pages if page.pk in documents]
    readings = {key: markup.read(document.body) for key, document in documents.items()}
    known = {
        language: publishing.known_targets(
            language,
            {link for page in pages if page.language == language for link in readings[page.pk].links},
        )
        for language in {page.language for page in pages}
    }
    kinds = Kind.objects.prefetch_related("fields").in_bulk({page.kind_id for page in pages})
    links = []
    for page in pages:
        page.kind = kinds[page.kind_id]
        page.parts = publishing.parts_from(page.language, readings[page.pk], known[page.language])
        named = publishing.links_of(page, readings[page.pk], documents[page.pk])
        links += [Link(origin=page, kind=kind, slug=slug) for kind, slug in sorted(named)]
    Page.objects.bulk_update(pages, ["parts"])
    Link.objects.filter(origin__in=pages).delete()
    Link.objects.bulk_create(links)


def render_again(keys: Sequence[int]) -> None:
    """Render pages whose links may have changed colour, some at a time."""
    for start in range(0, len(keys), _AT_ONCE):
        render_all(keys[start : start + _AT_ONCE])


def turn_red_links_to(pages: QuerySet[Page]) -> None:
    """Render the pages again that showed a link to one of these as red."""
    for language, slugs in _addresses(pages).items():
        origins = Link.objects.filter(
            origin__language=language, slug__in=slugs, origin__current__isnull=False
        )
        rows = Page.objects.filter(pk__in=origins.values("origin")).order_by("pk")
        red = [key for key, parts in rows.values_list("pk", "parts").iterator() if _shows_red(parts)]
        render_again(red)


def _addresses(pages: QuerySet[Page]) -> dict[str, set[str]]:
    slugs: dict[str, set[str]] = defaultdict(set)
    moved = Redirect.objects.filter(page__in=pages)
    for language, slug in [*pages.values_list("language", "slug"), *moved.values_list("language", "slug")]:
        slugs[language].add(slug)
    return slugs


def _shows_red(parts: Iterable[dict[str, str]]) -> bool:
    return any(_MISSING in part.get("html", "") for part in parts)
