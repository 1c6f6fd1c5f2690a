"""Unpacking what a server sent, a part at a time, so that nothing small becomes huge in memory."""

import zlib
from collections.abc import Iterable, Iterator

from disinfo.safe_http.errors import ProtocolError, TooLargeError

ACCEPTED_ENCODINGS = "gzip, deflate"
_GZIP_START = b"\x1f\x8b"
_GZIP = 16 + zlib.MAX_WBITS
_ZLIB = zlib.MAX_WBITS
_BARE = -zlib.MAX_WBITS


def collect(chunks: Iterable[bytes], encoding: str, max_bytes: int) -> bytes:
    """Put the parts of a body together, unpacked.

    Args:
        chunks: as they come from the network.
        encoding: the `Content-Encoding`; of what we announce, or none.
        max_bytes: most bytes of the result.

    Raises:
        TooLargeError: as soon as there are more.
        ProtocolError: another encoding, or data that it cannot have made.
    """
    content = bytearray()
    for part in _unpacked(chunks, encoding.strip().lower(), max_bytes):
        content += part
        if len(content) > max_bytes:
            raise TooLargeError(f"the content is larger than {max_bytes} bytes")
    return bytes(content)


def _unpacked(chunks: Iterable[bytes], encoding: str, max_bytes: int) -> Iterator[bytes]:
    if encoding in {"", "identity"}:
        yield from chunks
    elif encoding in {"gzip", "x-gzip"}:
        yield from _inflated(chunks, _GZIP, max_bytes)
    elif encoding == "deflate":
        yield from _deflate(chunks, max_bytes)
    else:
        raise ProtocolError(f"the server used the encoding {encoding[:40]!r}, which was not asked for")


def _deflate(chunks: Iterable[bytes], max_bytes: int) -> Iterator[bytes]:
    # `deflate` means the zlib format (RFC 9110 §8.4.1.2), but some servers send the bare data.
    parts = iter(chunks)
    start = b""
    for part in parts:
        start += part
        if len(start) >= 2:
            break
    is_zlib = len(start) >= 2 and start[0] & 0x0F == 8 and int.from_bytes(start[:2]) % 31 == 0

    def again() -> Iterator[bytes]:
        yield start
        yield from parts

    yield from _inflated(again(), _ZLIB if is_zlib else _BARE, max_bytes)


def _inflated(chunks: Iterable[bytes], format_bits: int, max_bytes: int) -> Iterator[bytes]:
    unpacker = zlib.decompressobj(format_bits)
    received = False
    try:
        for chunk in chunks:
            received = received or bool(chunk)
            data = chunk
            while data:
                if unpacker.eof:
                    # Another gzip member follows; anything else after the end is ignored, as browsers do.
                    if format_bits != _GZIP or not _GZIP_START.startswith(data[:2]):
                        break
                    unpacker = zlib.decompressobj(format_bits)
                yield unpacker.decompress(data, max_bytes + 1)
                data = unpacker.unconsumed_tail or unpacker.unused_data
    except zlib.error as error:
        raise ProtocolError(f"the content is not what its encoding says: {error}") from error
    if received and not unpacker.eof:
        raise ProtocolError("the content ends before its end", is_transient=True)
