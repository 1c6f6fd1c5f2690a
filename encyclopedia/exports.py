"""What can be taken away: all that is published, in the formats others read."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.conf import settings

from encyclopedia import markup
from encyclopedia.document import LISTS
from encyclopedia.formats import stix
from encyclopedia.formats.repository import Commit
from encyclopedia.models import Page, Revision
from encyclopedia.services import publishing

COLUMNS = (
    "language",
    "slug",
    "kind",
    "title",
    "summary",
    *LISTS,
    "url",
    "changed_at",
    "checked_on",
    "sha256",
)


def pages() -> Iterator[Page]:
    """Every published page with its text at hand, in the order of addresses."""
    rows = Page.objects.live().select_related("kind", "current__keyframe").order_by("language", "slug")
    return rows.iterator(chunk_size=500)


def stix_pages() -> Iterator[Page]:
    """Those of a kind that STIX has an object for."""
    found = Page.objects.live().filter(kind__code__in=stix.KINDS).order_by("language", "slug")
    return found.select_related("kind", "current__keyframe").iterator(chunk_size=500)


def rows() -> Iterator[dict[str, Any]]:
    """A row a page, without its text, for spreadsheets."""
    for page in pages():
        made = row_of(page, with_text=False)
        yield made | {name: ", ".join(made[name]) for name in LISTS}


def row_of(page: Page, *, with_text: bool) -> dict[str, Any]:
    """A page as a mapping; with its fields and its text where asked."""
    current = page.current
    assert current is not None  # published pages have one  # noqa: S101
    document = current.document
    made: dict[str, Any] = {
        "language": page.language,
        "slug": page.slug,
        "kind": document.kind,
        "title": document.title,
        "summary": document.summary,
        **{name: list(getattr(document, name)) for name in LISTS},
        "url": settings.SITE_URL + page.get_absolute_url(),
        "changed_at": page.changed_at,
        "checked_on": page.checked_on,
        "sha256": current.sha256,
    }
    return made | ({"fields": dict(document.fields), "body": document.body} if with_text else {})


def files() -> Iterator[tuple[str, str]]:
    """Each page as a Markdown file with front matter: its name, its text."""
    for page in pages():
        if page.current:
            yield f"{page.language}/{page.slug}.md", page.current.text


def commits() -> Iterator[Commit]:
    """Every published revision, the oldest first."""
    found = Revision.objects.published().filter(page__is_deleted=False)
    ordered = found.select_related("page", "author", "keyframe").order_by("saved_at", "pk")
    for row in ordered.iterator(chunk_size=500):
        yield Commit(row.page.language, row.page.slug, row.text, row.writer, row.saved_at, row.reason)


def stix_bundle(chosen: Iterable[Page]) -> dict[str, Any]:
    """These pages as a STIX 2.1 bundle."""
    entries, names = [], set()
    for page in chosen:
        if page.current and page.changed_at:
            document = page.current.document
            url = settings.SITE_URL + page.get_absolute_url()
            entries.append(stix.Entry(url, document, min(page.created_at, page.changed_at), page.changed_at))
            names |= {
                (page.language, name)
                for value in document.fields.values()
                for name in value
                if isinstance(value, list)
            }
    resolve: dict[str, str] = {}
    for language in {language for language, _name in names}:
        targets = {name: markup.target_of(name) for each, name in names if each == language}
        known = publishing.known_targets(language, targets.values())
        resolve |= {
            name: settings.SITE_URL + known[target] for name, target in targets.items() if target in known
        }
    return stix.bundle(entries, resolve=resolve)
