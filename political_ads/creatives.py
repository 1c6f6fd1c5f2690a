"""When two ads show the same: a fingerprint of what a reader sees. Citizens then say once what both are for."""

import hashlib
import unicodedata
from collections.abc import Sequence

from political_ads.sources import AdRecord


def normalised(text: str) -> str:
    """The text without what a reader does not notice: case, kinds of spaces, forms of letters (Unicode NFKC)."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def fingerprint(record: AdRecord, own: Sequence[str]) -> str:
    """64 hexadecimal digits: of text and title; of the picture when there is no text.

    An ad with neither is alike to itself only: `own` (source and identifier) then stands for it.
    """
    words = [normalised(record.text), normalised(record.title)]
    if not any(words):
        shown = record.pictures[:1] or ((record.address,) if record.address else ())
        words = ["picture", *(shown or own)]
    elif not words[0] and record.pictures:
        words.append(record.pictures[0])
    return hashlib.sha256("\x00".join(words).encode()).hexdigest()
