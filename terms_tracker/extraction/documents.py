"""One source document of terms: where it is fetched, and what of it counts. Source: research/terms.md §1."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote

import ada_url

from terms_tracker.extraction.errors import DeclarationError
from terms_tracker.extraction.filters import Filter, NamedFilters, Report, parse_filters
from terms_tracker.extraction.selectors import Selection, parse_selection

PROPERTIES = ("fetch", "select", "remove", "filter", "executeClientScripts")

_PDF_ADDRESS = re.compile(r"https?://.+\.[pP][dD][fF](\?.+)?", re.DOTALL)
_NOT_IN_FILE_NAMES = re.compile(r'[\\:"<>|*?]')
# Fixed here, for the machine's own list of types would make file names differ between machines.
_EXTENSION_NAMES = """
    htm html xhtml shtml php txt text md markdown json jsonld xml yaml yml js mjs css csv tsv rss atom ics
    pdf doc docx odt rtf ppt pptx odp xls xlsx ods epub png jpg jpeg gif svg webp avif ico bmp tif tiff
    zip gz tar 7z rar com exe dll msi bat mp3 mp4 webm ogg wav log conf def list in ini
"""
_KNOWN_EXTENSIONS = frozenset(_EXTENSION_NAMES.split())


@dataclass(frozen=True)
class SourceDocument:
    """A source document as declared.

    `select` is None for a PDF only. `execute_client_scripts` is None when the declaration leaves the choice
    to the fetcher: plain first, browser if the host blocks bots.
    """

    id: str
    fetch: str
    select: Selection | None = None
    remove: Selection | None = None
    filters: tuple[Filter, ...] = ()
    execute_client_scripts: bool | None = None

    def css_selectors(self) -> list[str]:
        """Return the selectors that a browser waits for before it takes the snapshot."""
        found = self.select.css() if self.select else []
        return found + (self.remove.css() if self.remove else [])


def parse_document(
    value: Mapping[str, object],
    *,
    combined: bool = False,
    lenient: bool = False,
    named_filters: NamedFilters | None = None,
    on_unknown_filter: Report | None = None,
) -> SourceDocument:
    """Read one source document: form (a), or form (b) when there is nothing but `fetch`.

    Args:
        value: its properties, the defaults of combined terms already filled in.
        combined: whether it is one of combined terms, whose defaults do not make a PDF anything else.
        lenient: accept what the reference engine runs although it refuses it, see `parse_selection`.
        named_filters: the service's own filters, see `parse_filters`.
        on_unknown_filter: likewise.

    Returns:
        The document.

    Raises:
        DeclarationError: a property is missing, wrong, or unknown.
    """
    unknown = [name for name in value if name not in PROPERTIES]
    if unknown:
        raise DeclarationError(unknown[0], "unknown property")
    # As `??` does in the reference engine: null is as good as absent.
    given = {name: item for name, item in value.items() if item is not None}
    fetch = _parse_address(given.get("fetch"))
    is_pdf = _PDF_ADDRESS.fullmatch(fetch) is not None and (combined or len(given) == 1)
    if "select" not in given and not is_pdf:
        raise DeclarationError("select", "is needed, except for a PDF, which has only fetch, ending in .pdf")
    scripts = given.get("executeClientScripts")
    if scripts is not None and not isinstance(scripts, bool):
        raise DeclarationError("executeClientScripts", "must be true or false")
    return SourceDocument(
        id=document_id(fetch),
        fetch=fetch,
        select=parse_selection(given["select"], "select", lenient=lenient) if "select" in given else None,
        remove=parse_selection(given["remove"], "remove", lenient=lenient) if given.get("remove") else None,
        filters=parse_filters(given.get("filter", []), named=named_filters, on_unknown=on_unknown_filter),
        execute_client_scripts=scripts,
    )


def document_id(fetch: str) -> str:
    """Return the name of a source document in the file names of combined terms.

    It is the path of its URL without a known extension; two documents that differ only in host or query
    share it.

    Args:
        fetch: the URL; one that is none gives an empty name.
    """
    try:
        path = unquote(ada_url.URL(fetch).pathname)
    except ValueError:
        return ""
    stem, dot, extension = path.rpartition(".")
    if dot and extension.lower() in _KNOWN_EXTENSIONS:
        path = stem
    name = "-".join(part for part in path.split("/") if part)
    return _NOT_IN_FILE_NAMES.sub("_", name)


def _parse_address(value: object) -> str:
    if not isinstance(value, str) or not value:
        raise DeclarationError("fetch", "is needed: the URL of the document")
    try:
        protocol = ada_url.URL(value).protocol
    except ValueError:
        raise DeclarationError("fetch", f"“{value}” is no URL") from None
    if protocol not in {"http:", "https:"}:
        raise DeclarationError("fetch", f"“{value}” is no web address")
    return value
