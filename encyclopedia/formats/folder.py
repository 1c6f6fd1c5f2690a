"""Pages as a folder of Markdown files with front matter: `<language>/<slug>.md`, as the export writes them."""

from collections.abc import Iterator
from pathlib import Path

from django.utils.text import slugify

from encyclopedia.document import DocumentError, parse
from encyclopedia.formats.incoming import Incoming, IncomingRevision, Refused

_LONGEST_SLUG = 120


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
            f"markdown:{place}",
            place.parts[0] if is_sorted_by_language else language,
            slug[:_LONGEST_SLUG],
            [IncomingRevision(document, author=author, reason="")],
        )
