"""Files that come with messages: pictures are drawn anew, a few other types are kept as they came, to be downloaded."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext as _

from collaborate.models import Attachment
from collaborate.services.refusals import RefusedError
from disinfo import pictures
from disinfo.pictures import PictureError

MOST_FILES = 5
MOST_BYTES = 10_000_000
_LONGEST_SIDE = 2_400
_PICTURES = ("png", "jpg", "jpeg", "webp", "gif")
_PICTURE_TYPES = {"png": "image/png", "jpg": "image/jpeg", "webp": "image/webp"}
_SIGNED_BY = {
    "pdf": b"%PDF-",
    "zip": b"PK\x03\x04",
    "xlsx": b"PK\x03\x04",
    "docx": b"PK\x03\x04",
    "ods": b"PK\x03\x04",
}
_TEXTS = ("txt", "csv", "json", "md", "eml", "log")
TAKEN = (*_PICTURES, *_SIGNED_BY, *_TEXTS)
"""Endings of the files that are taken."""


@dataclass(frozen=True)
class Upload:
    """A file as it was sent."""

    name: str
    content: bytes


@dataclass(frozen=True)
class Kept:
    """A file as it is kept: the columns of its row."""

    name: str
    content_type: str
    size: int
    sha256: str
    width: int | None = None
    height: int | None = None
    perceptual_hash: str = ""


def keep(upload: Upload) -> Kept:
    """Write a file to the media, named for its content: the file first, its row after it.

    Raises:
        RefusedError: too large, of a type that is not taken, or not what its name says.
    """
    if len(upload.content) > MOST_BYTES:
        raise RefusedError(_("%(name)s is too large: 10 MB at most.") % {"name": upload.name})
    name = _plain_name(upload.name)
    ending = PurePosixPath(name).suffix.lower().removeprefix(".")
    kept, content = (
        _picture(name, upload.content) if ending in _PICTURES else _file(name, ending, upload.content)
    )
    _write(kept, content)
    return kept


def _plain_name(name: str) -> str:
    """The name without a path, and without signs that turn or hide what is read."""
    letters = "".join(letter for letter in name.replace("\\", "/").rpartition("/")[2] if letter.isprintable())
    stem, dot, ending = letters.rpartition(".")
    return f"{(stem or 'file')[:120]}{dot}{ending[:20]}"


def _picture(name: str, content: bytes) -> tuple[Kept, bytes]:
    try:
        drawn = pictures.redraw(content, longest_side=_LONGEST_SIDE)
    except PictureError as error:
        raise RefusedError(
            _("%(name)s cannot be shown: a PNG, JPEG, WebP or GIF of at most 40 million pixels, please.")
            % {"name": name}
        ) from error
    name = f"{name.rpartition('.')[0]}.{drawn.extension}"
    kept = Kept(
        name,
        _PICTURE_TYPES[drawn.extension],
        len(drawn.content),
        drawn.sha256,
        drawn.width,
        drawn.height,
        drawn.perceptual_hash,
    )
    return kept, drawn.content


def _file(name: str, ending: str, content: bytes) -> tuple[Kept, bytes]:
    is_what_it_says = content.startswith(_SIGNED_BY[ending]) if ending in _SIGNED_BY else b"\0" not in content
    if ending not in TAKEN or not is_what_it_says:
        raise RefusedError(
            _("%(name)s cannot be taken: only %(endings)s.") % {"name": name, "endings": ", ".join(TAKEN)}
        )
    return Kept(name, "application/octet-stream", len(content), hashlib.sha256(content).hexdigest()), content


def _write(kept: Kept, content: bytes) -> None:
    path = Attachment(sha256=kept.sha256).file_name
    if default_storage.exists(path):
        if default_storage.size(path) == len(content):
            return
        default_storage.delete(path)
    default_storage.save(path, ContentFile(content))


def forget(rows: Iterable[Attachment]) -> None:
    """Delete attachments, and the files that nothing else holds."""
    gone = list(rows)
    for row in gone:
        row.delete()
        if not Attachment.objects.filter(sha256=row.sha256).exists():
            transaction.on_commit(lambda path=row.file_name: default_storage.delete(path))  # type: ignore[misc]  # a default fixes the loop's value
