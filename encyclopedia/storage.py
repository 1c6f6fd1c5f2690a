"""Revisions kept small: each holds only what its page's keyframe does not.

A keyframe is compressed by itself; the revisions after it are compressed with the keyframe as a dictionary, once the
lines they share with it are replaced by their place there. Any revision is read with one keyframe and no chain.
"""

import json
import zlib
from collections.abc import Sequence

from rapidfuzz.distance import LCSseq

_WINDOW = 32_768  # all that DEFLATE looks back on (RFC 1951 §2)
_WORTH = 0.5


def pack(text: str, keyframe: str | None = None) -> bytes:
    """The bytes of a text, by itself or as what differs from a keyframe."""
    if keyframe is None:
        return zlib.compress(text.encode(), 9)
    packer = zlib.compressobj(9, zdict=_dictionary(keyframe))
    return packer.compress(_delta(keyframe, text).encode()) + packer.flush()


def unpack(data: bytes, keyframe: str | None = None) -> str:
    """The text that `pack` was given, with the same keyframe."""
    if keyframe is None:
        return zlib.decompress(data).decode()
    unpacker = zlib.decompressobj(zdict=_dictionary(keyframe))
    return _applied(keyframe, (unpacker.decompress(data) + unpacker.flush()).decode())


def is_worth_a_keyframe(packed: bytes, text: str) -> bool:
    """Whether a text has moved so far from its keyframe that it is better kept by itself."""
    return len(packed) > _WORTH * len(zlib.compress(text.encode(), 1))


def _dictionary(keyframe: str) -> bytes:
    return keyframe.encode()[-_WINDOW:]


def _delta(keyframe: str, text: str) -> str:
    """In JSON: [from, to] for lines of the keyframe, text for those it has not."""
    before, after = _lines(keyframe), _lines(text)
    pieces: list[str | list[int]] = []
    for run in LCSseq.opcodes(before, after):
        if run.tag == "equal":
            pieces.append([run.src_start, run.src_end])
        elif run.dest_end > run.dest_start:
            pieces.append("".join(after[run.dest_start : run.dest_end]))
    return json.dumps(pieces, ensure_ascii=False, separators=(",", ":"))


def _applied(keyframe: str, delta: str) -> str:
    lines = _lines(keyframe)
    return "".join(
        piece if isinstance(piece, str) else "".join(lines[piece[0] : piece[1]])
        for piece in json.loads(delta)
    )


def _lines(text: str) -> Sequence[str]:
    """Lines with their ends; only a newline ends one, so that nothing else is ever altered."""
    lines = text.split("\n")
    return [f"{line}\n" for line in lines[:-1]] + lines[-1:]
