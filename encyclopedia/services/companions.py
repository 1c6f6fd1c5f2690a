"""What an export of Markdown holds beside its pages: the sources they cite, and which page translates which."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q

from encyclopedia.formats import folder
from encyclopedia.models import Page, Source
from encyclopedia.services import writing


@transaction.atomic
def take_in(path: Path, *, say: Callable[[str], object]) -> Counter[str]:
    """Record the sources that are not there and link translations that are not; gives how many of each.

    Raises:
        ValueError: a file is not what the export writes.
    """
    outcome: Counter[str] = Counter()
    known = set(Source.objects.values_list("key", flat=True))
    for row in folder.sources(path):
        source = Source(**row)
        if source.key in known:
            continue
        try:
            source.full_clean()
        except ValidationError as error:
            say(f"refused source {source.key}: {' '.join(error.messages)}")
            outcome["sources refused"] += 1
            continue
        source.save()
        known.add(source.key)
        outcome["sources recorded"] += 1
    for addresses in folder.translations(path):
        outcome["translations linked"] += _link(addresses)
    return +outcome


def _link(addresses: list[str]) -> int:
    """Say that pages translate the first of these addresses; those that translate something already are left."""
    pages = [page for address in addresses if (page := _page_at(address))]
    alone = [page for page in pages[1:] if page.translations is None]
    for page in alone:
        writing.join(page=page, other=pages[0])
    return len(alone)


def _page_at(address: str) -> Page | None:
    language, _slash, slug = address.partition("/")
    found = Page.objects.live().filter(
        Q(imported_key=folder.key_of(address)) | Q(language=language, slug=slug)
    )
    return found.order_by("-imported_key").first()
