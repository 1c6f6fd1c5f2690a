"""What can be taken away: all that is published, in the formats others read."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice
from typing import Any

from django.conf import settings
from django.db.models import Max
from django.urls import resolve

from encyclopedia.document import LISTS, Document
from encyclopedia.formats import stix
from encyclopedia.formats.folder import SOURCE_COLUMNS, SOURCES, TRANSLATIONS
from encyclopedia.formats.repository import Commit
from encyclopedia.models import Field, Page, Revision, Source
from encyclopedia.services import publishing

_BATCH = 500
_FIELD = "fields."
_OTHER_FIELDS = "other_fields"
"""Those of a page that its kind does not have, or no longer: as JSON, in one column."""
_COLUMNS = (
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
    return rows.iterator(chunk_size=_BATCH)


def columns() -> list[str]:
    """The columns of the table: what every page has, a column for each field of any kind, and the text."""
    return [*_COLUMNS, *(f"{_FIELD}{code}" for code in _codes()), _OTHER_FIELDS, "body"]


def _codes() -> list[str]:
    return list(Field.objects.order_by("code").values_list("code", flat=True).distinct())


def rows() -> Iterator[dict[str, Any]]:
    """A row a page, for spreadsheets; the import of tables reads them back."""
    codes = set(_codes())
    for page in pages():
        made = row_of(page)
        fields = made.pop("fields")
        others = {code: value for code, value in fields.items() if code not in codes}
        made |= {f"{_FIELD}{code}": _cell(value) for code, value in fields.items() if code in codes}
        made |= {name: _cell(made[name]) for name in LISTS}
        yield made | ({_OTHER_FIELDS: json.dumps(others, ensure_ascii=False)} if others else {})


def _cell(value: str | list[str]) -> str:
    return "; ".join(value) if isinstance(value, list) else value


def row_of(page: Page) -> dict[str, Any]:
    """A page as a mapping, with all that it says."""
    current = page.current
    assert current is not None  # published pages have one  # noqa: S101
    document = current.document
    return {
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
        "fields": dict(document.fields),
        "body": document.body,
    }


def files() -> Iterator[tuple[str, str]]:
    """Each page as a Markdown file with front matter: its name, its text; then what no page holds by itself."""
    for page in pages():
        if page.current:
            yield f"{page.language}/{page.slug}.md", page.current.text
    for name, held in (
        (SOURCES, list(Source.objects.values(*SOURCE_COLUMNS))),
        (TRANSLATIONS, translations()),
    ):
        if held:
            yield name, json.dumps(held, ensure_ascii=False, indent=1) + "\n"


def translations() -> list[list[str]]:
    """The addresses of pages that say the same in several languages, what was translated before its translations."""
    rows = Page.objects.live().exclude(translations=None).order_by("language", "slug")
    groups: dict[int | None, list[tuple[bool, str]]] = defaultdict(list)
    for number, origin, language, slug in rows.values_list(
        "translations", "translated_from", "language", "slug"
    ):
        groups[number].append((origin is not None, f"{language}/{slug}"))
    return sorted(
        [address for _is_made, address in sorted(each)] for each in groups.values() if len(each) > 1
    )


def commits() -> Iterator[Commit]:
    """Every published revision, the oldest first."""
    found = Revision.objects.published().filter(page__is_deleted=False)
    ordered = found.select_related("page", "author", "keyframe").order_by("saved_at", "pk")
    for row in ordered.iterator(chunk_size=_BATCH):
        yield Commit(row.page.language, row.page.slug, row.text, row.writer, row.saved_at, row.reason)


def stix_lines() -> Iterator[str]:
    """All that STIX has an object for, as the text of one bundle that is never held whole."""
    found = Page.objects.live().filter(kind__code__in=stix.KINDS)
    latest = found.aggregate(at=Max("changed_at"))["at"]
    ordered = found.order_by("language", "slug").select_related("kind", "current__keyframe")
    return stix.lines(stix_objects(ordered.iterator(chunk_size=_BATCH)), settings.SITE_URL, str(latest))


def stix_objects(chosen: Iterable[Page]) -> Iterator[dict[str, Any]]:
    """These pages as STIX objects, some hundreds at a time, each followed by what relates it to others."""
    rest = iter(chosen)
    while batch := list(islice(rest, _BATCH)):
        entries = [
            (page.language, _entry(page, page.current.document, page.changed_at))
            for page in batch
            if page.current and page.changed_at and page.kind.code in stix.KINDS
        ]
        named: dict[str, set[str]] = defaultdict(set)
        for language, entry in entries:
            named[language] |= {name for _verb, name in stix.named_by(entry.document)}
        ids = {language: _stix_ids(language, names) for language, names in named.items()}
        for language, entry in entries:
            yield stix.object_of(entry)
            yield from stix.relations_of(entry, ids[language])


def _entry(page: Page, document: Document, changed_at: datetime) -> stix.Entry:
    url = settings.SITE_URL + page.get_absolute_url()
    return stix.Entry(url, document, min(page.created_at, changed_at), changed_at)


def _stix_ids(language: str, names: Iterable[str]) -> dict[str, str]:
    """The STIX id of each name of a page that is there and is of a kind that STIX knows."""
    targets = publishing.targets_of(names)
    addresses = publishing.known_targets(language, targets.values())
    pages = Page.objects.live().filter(language=language, kind__code__in=stix.KINDS).select_related("kind")
    rows = pages.filter(slug__in=[resolve(address).kwargs["slug"] for address in addresses.values()])
    ids = {
        page.get_absolute_url(): stix.id_of(
            page.kind.code, page.fields, settings.SITE_URL + page.get_absolute_url()
        )
        for page in rows.only("language", "slug", "fields", "kind__code").order_by()
    }
    by_name = {name: ids.get(addresses.get(target, ""), "") for name, target in targets.items()}
    return {name: found for name, found in by_name.items() if found}
