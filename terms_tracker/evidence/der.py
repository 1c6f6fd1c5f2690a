"""Reading and writing as much of DER (ITU-T X.690) as time-stamps need."""

from collections.abc import Iterator
from dataclasses import dataclass

SEQUENCE, SET, INTEGER, OCTETS, OID, NULL, BOOLEAN, TIME = 0x30, 0x31, 2, 4, 6, 5, 1, 0x18
_DEEPEST = 4  # bytes of a length: 4 GB are enough


class DerError(ValueError):
    """The bytes are no DER."""


@dataclass(frozen=True)
class Node:
    """One value: its tag, its content, and both with the length between them."""

    tag: int
    content: bytes
    whole: bytes

    def children(self) -> list["Node"]:
        """The values inside."""
        return list(read(self.content))

    def child(self, *path: int) -> "Node":
        """The value at these places, one inside the other; raises DerError when there is none."""
        found = self
        for place in path:
            inner = found.children()
            if place >= len(inner):
                raise DerError("a value is missing")
            found = inner[place]
        return found


def read(data: bytes) -> Iterator[Node]:
    """The values that follow each other in `data`; raises DerError."""
    at = 0
    while at < len(data):
        if at + 2 > len(data):
            raise DerError("cut off")
        tag, length, start = data[at], data[at + 1], at + 2
        if length & 0x80:
            size = length & 0x7F
            if not 1 <= size <= _DEEPEST or start + size > len(data):
                raise DerError("a length cannot be read")
            length, start = int.from_bytes(data[start : start + size]), start + size
        if start + length > len(data):
            raise DerError("cut off")
        yield Node(tag, data[start : start + length], data[at : start + length])
        at = start + length


def one(data: bytes) -> Node:
    """The only value of `data`; raises DerError."""
    found = list(read(data))
    if len(found) != 1:
        raise DerError("one value was expected")
    return found[0]


def write(tag: int, *parts: bytes) -> bytes:
    """One value around its content."""
    content = b"".join(parts)
    if len(content) < 0x80:
        return bytes([tag, len(content)]) + content
    size = (len(content).bit_length() + 7) // 8
    return bytes([tag, 0x80 | size]) + len(content).to_bytes(size) + content


def oid(dotted: str) -> bytes:
    """An object identifier."""
    first, second, *rest = map(int, dotted.split("."))
    return write(OID, bytes([first * 40 + second]), *map(_base_128, rest))


def _base_128(number: int) -> bytes:
    digits = [number & 0x7F]
    while number := number >> 7:
        digits.append(0x80 | number & 0x7F)
    return bytes(reversed(digits))
