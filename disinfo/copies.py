"""A copy of what was fetched, kept in the media under the hash of its bytes."""

import hashlib
from dataclasses import dataclass

from disinfo import files
from disinfo.safe_http import Response

# What is kept, and the ending of its file; of anything else only that it answered is known.
_KEPT_AS = {
    "text/html": "html",
    "application/xhtml+xml": "html",
    "application/pdf": "pdf",
    "text/plain": "txt",
}
_PICTURES = {"image/png": "png", "image/jpeg": "jpg", "image/webp": "webp", "image/gif": "gif"}


@dataclass(frozen=True)
class Copy:
    """A file that was kept: its name in the media, the SHA-256 of its bytes, its type."""

    file: str
    sha256: str
    mime_type: str


def keep(response: Response, *, folder: str, pictures: bool = False) -> Copy | None:
    """Keep what came under `folder`, never to be shown as a page of ours; None for a type that is not kept."""
    ending = (_KEPT_AS | (_PICTURES if pictures else {})).get(response.mime_type)
    if ending is None:
        return None
    sha256 = hashlib.sha256(response.content).hexdigest()
    name = f"{folder}/{sha256}.{ending}"
    files.keep(name, response.content)
    return Copy(name, sha256, response.mime_type)
