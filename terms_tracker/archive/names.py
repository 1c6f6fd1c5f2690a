"""Where a record lies in an archive: `<service>/<terms type>[ #<document id>].<extension>`.

The layout is the one of Open Terms Archive, so that either engine can continue the repository of the other.
"""

import re
import unicodedata
from dataclasses import dataclass

from terms_tracker.archive.errors import InvalidEntryError

DOCUMENT_SEPARATOR = " #"
MARKDOWN = "md"
# Longest file name of the usual file systems, in bytes: a checkout of the archive must stay possible.
_MAX_NAME = 255
_EXTENSION = re.compile(r"[a-z0-9]{1,16}")
_EXTENSIONS = {
    "text/html": "html",
    "application/xhtml+xml": "xhtml",
    "application/pdf": "pdf",
    "text/plain": "txt",
    "text/markdown": MARKDOWN,
    "application/json": "json",
    "application/xml": "xml",
    "text/xml": "xml",
    "application/rtf": "rtf",
    "application/msword": "doc",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "application/vnd.oasis.opendocument.text": "odt",
    "image/png": "png",
    "image/jpeg": "jpeg",
}
_MIME_TYPES = {extension: mime for mime, extension in reversed(_EXTENSIONS.items())} | {
    "htm": "text/html",
    "jpg": "image/jpeg",
}


@dataclass(frozen=True, slots=True)
class Place:
    """The place of one record: whose terms, which terms, which document of them, in which format."""

    service: str
    terms_type: str
    document_id: str | None
    extension: str

    @property
    def stem(self) -> str:
        """The file name without its extension: what stays the same when a document changes format."""
        suffix = f"{DOCUMENT_SEPARATOR}{self.document_id}" if self.document_id else ""
        return f"{self.terms_type}{suffix}"

    @property
    def file_name(self) -> str:
        """The name of the file inside the folder of the service."""
        return f"{self.stem}.{self.extension}"

    @property
    def path(self) -> str:
        """The path from the root of the archive."""
        return f"{self.service}/{self.file_name}"

    @property
    def mime_type(self) -> str:
        """The MIME type told by the extension."""
        return _MIME_TYPES.get(self.extension, "application/octet-stream")


def extension_for(mime_type: str) -> str:
    """Give the extension under which content of a MIME type is archived.

    Args:
        mime_type: the `Content-Type`, parameters allowed (`text/html; charset=utf-8`).

    Returns:
        The extension without its dot; `bin` for a type that has none.
    """
    return _EXTENSIONS.get(mime_type.partition(";")[0].strip().lower(), "bin")


def check_place(place: Place) -> None:
    """Refuse a place that could leave its folder, hide from git or be read back as another one.

    Raises:
        InvalidEntryError: naming the part at fault.
    """
    _check_name("service", place.service)
    _check_name("terms type", place.terms_type)
    if place.document_id is not None:
        _check_name("document id", place.document_id)
    if DOCUMENT_SEPARATOR in f"{place.terms_type} ":
        raise InvalidEntryError(f"terms type {place.terms_type!r} holds the separator of document ids")
    if not _EXTENSION.fullmatch(place.extension):
        raise InvalidEntryError(f"extension {place.extension!r} is not 1 to 16 lower-case letters and digits")
    if len(place.file_name.encode()) > _MAX_NAME:
        raise InvalidEntryError(f"file name {place.file_name!r} is longer than {_MAX_NAME} bytes")


def parse_path(path: str) -> Place | None:
    """Read a place back from a path of the archive; None when the path is not one of a record."""
    service, slash, file_name = path.partition("/")
    stem, dot, extension = file_name.rpartition(".")
    if not (service and slash and dot and stem) or "/" in file_name:
        return None
    parts = stem.split(DOCUMENT_SEPARATOR)
    return Place(service, parts[0], parts[1] if len(parts) > 1 else None, extension)


def _check_name(what: str, name: str) -> None:
    if not name or name != name.strip():
        raise InvalidEntryError(f"{what} {name!r} is empty or has spaces at an end")
    if name in {".", ".."} or "/" in name or "\\" in name:
        raise InvalidEntryError(f"{what} {name!r} is not a plain name")
    # Surrogates cannot be encoded; controls and line ends would break messages and listings.
    if any(unicodedata.category(character) in {"Cc", "Cs", "Zl", "Zp"} for character in name):
        raise InvalidEntryError(f"{what} {name!r} holds a control character")
    # git refuses `.git` in any case, with invisible characters, and as its short Windows name.
    visible = "".join(c for c in name if unicodedata.category(c) != "Cf").casefold()
    if visible.startswith((".git", "git~")):
        raise InvalidEntryError(f"{what} {name!r} starts like a folder of git")
    if len(name.encode()) > _MAX_NAME:
        raise InvalidEntryError(f"{what} is longer than {_MAX_NAME} bytes")
