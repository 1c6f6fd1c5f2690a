"""Pages as a folder of Markdown files with front matter: `<language>/<slug>.md`, as the export writes them.

Beside them the export writes `sources.json`, what pages cite, and `translations.json`, addresses that say the same in
several languages.
"""

import json
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.utils.text import slugify

from encyclopedia.document import DocumentError, parse
from encyclopedia.formats.incoming import Incoming, IncomingRevision, Refused

_LONGEST_SLUG = 120
_LONGEST_KEY = 200
SOURCES, TRANSLATIONS = "sources.json", "translations.json"
SOURCE_COLUMNS = ("key", "title", "author", "publisher", "date", "address")


def read(folder: Path, *, author: str = "", language: str = "en") -> Iterator[Incoming | Refused]:
    """Every file below the folder, in the order of names; one that is no page is refused with the reason.

    Raises:
        NotADirectoryError: it is no folder.
    """
    if not folder.is_dir():
        raise NotADirectoryError("a folder of Markdown files is read, not a file")
    for path in sorted(folder.rglob("*.md")):
        place = path.relative_to(folder)
        try:
            document = parse(path.read_text(encoding="utf-8"))
        except (DocumentError, UnicodeDecodeError, OSError) as error:
            yield Refused(str(place), str(error))
            continue
        is_sorted_by_language = len(place.parts) > 1 and len(place.parts[0]) == 2
        # A name in other letters leaves no address; the title may.
        slug = slugify(path.stem) or slugify(document.title) or "page"
        yield Incoming(
            key_of(str(place).removesuffix(".md")),
            place.parts[0] if is_sorted_by_language else language,
            slug[:_LONGEST_SLUG],
            [IncomingRevision(document, author=author, reason="")],
        )


def key_of(address: str) -> str:
    """What the page of an address such as en/flood is known by, once imported."""
    key = f"markdown:{address}.md"
    # A page keeps no more of it.
    return key if len(key) <= _LONGEST_KEY else f"markdown:{sha256(address.encode()).hexdigest()}"


def sources(folder: Path) -> list[dict[str, str]]:
    """What the pages cite, by the columns of a source; nothing where there is no such file.

    Raises:
        ValueError: the file is no list of objects.
    """
    rows = _listed(folder / SOURCES, dict)
    return [{name: str(row.get(name) or "") for name in SOURCE_COLUMNS} for row in rows]


def translations(folder: Path) -> list[list[str]]:
    """The addresses that say the same, what was translated first; nothing where there is no such file.

    Raises:
        ValueError: the file is no list of lists.
    """
    return [[str(address) for address in row] for row in _listed(folder / TRANSLATIONS, list)]


def _listed(path: Path, kind: type) -> list[Any]:
    if not path.exists():
        return []
    rows = json.loads(path.read_text(encoding="utf-8"))
    if not isinstance(rows, list) or not all(isinstance(row, kind) for row in rows):
        raise ValueError(f"{path.name} is no list of {'objects' if kind is dict else 'lists'}")
    return rows
