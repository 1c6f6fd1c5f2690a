"""When two ads show the same thing: the same words, whatever their case and spacing, and the same media."""

import hashlib
import unicodedata
from collections.abc import Iterable


def fingerprint(*, text: str, title: str = "", description: str = "", media: Iterable[str] = ()) -> str:
    """The SHA-256 of what a reader sees; `media` are the hashes of its pictures, in any order."""
    parts = [_plain(text), _plain(title), _plain(description), *sorted(media)]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())
