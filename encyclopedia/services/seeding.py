"""The content a portal may start from, in both languages, with its sources; what people have edited since is kept."""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from django.db import transaction
from django.db.models import F
from django.utils.text import slugify

from encyclopedia.formats import Incoming, Refused, folder
from encyclopedia.models import Page, Source
from encyclopedia.services import importing, writing

STARTER = Path(__file__).resolve().parent.parent / "starter"
_PREFIX = "seed:"
_LANGUAGES = ("en", "fr")


def seed(*, say: Callable[[str], object] = print) -> Counter[str]:
    """Load the starter pages and their sources; gives how many pages came to what. Safe to run twice."""
    for row in json.loads((STARTER / "sources.json").read_text(encoding="utf-8")):
        Source.objects.get_or_create(key=row["key"], defaults=row)
    outcome = importing.take_in(starter_pages(), say=say)
    _link_translations()
    return outcome


def starter_pages() -> Iterator[Incoming | Refused]:
    """Every starter page. One file name in each language; a page is found by its own title too."""
    for each in folder.read(STARTER / "pages", author="Disinfo"):
        if isinstance(each, Refused):
            yield each
            continue
        name = f"{_PREFIX}{each.language}/{each.slug}"
        own = slugify(each.document.title)
        yield replace(each, key=name, others=[own] if own != each.slug else [])


@transaction.atomic
def _link_translations() -> None:
    """French pages translate the English ones of the same file, unless somebody has written in either since."""
    pages = Page.objects.filter(imported_key__startswith=_PREFIX, current__isnull=False)
    unedited = pages.filter(current__sha256=F("imported_sha256")).select_related("current")
    by_language = {
        language: {page.imported_key.rpartition("/")[2]: page for page in unedited.filter(language=language)}
        for language in _LANGUAGES
    }
    english, french = (by_language[language] for language in _LANGUAGES)
    for name in english.keys() & french.keys():
        if french[name].translated_from_id != english[name].current_id:
            writing.join(page=french[name], other=english[name])
