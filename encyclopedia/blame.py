"""Who wrote which sentence, followed through every revision of a page."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from rapidfuzz.distance import LCSseq

Key = TypeVar("Key")
# After the sign that ends a sentence, before the space that follows it; and after each line.
_BETWEEN = re.compile(r"(?<=[.!?…])(?=\s)|(?<=\n)")


@dataclass(frozen=True)
class Sentence(Generic[Key]):
    """A piece of the latest text, and the revision that it first stood in, since when it was never touched."""

    text: str
    since: Key


def sentences(text: str) -> list[str]:
    """The text cut into sentences and lines; joined again they are the text."""
    return [piece for piece in _BETWEEN.split(text) if piece]


def blame(revisions: Iterable[tuple[Key, str]]) -> list[Sentence[Key]]:
    """Each sentence of the last of these texts (oldest first), with the key of the one it came with."""
    known: list[Sentence[Key]] = []
    for key, text in revisions:
        known = list(_carried(known, sentences(text), key))
    return known


def _carried(known: Sequence[Sentence[Key]], pieces: Sequence[str], key: Key) -> Iterator[Sentence[Key]]:
    # Space around a sentence says nothing of who wrote it.
    before, after = [each.text.strip() for each in known], [piece.strip() for piece in pieces]
    for run in LCSseq.opcodes(before, after):
        for offset, piece in enumerate(pieces[run.dest_start : run.dest_end]):
            since = known[run.src_start + offset].since if run.tag == "equal" else key
            yield Sentence(piece, since)
