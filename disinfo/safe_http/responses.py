"""What a fetch brings."""

import codecs
import re
from collections.abc import Mapping
from dataclasses import dataclass

_SNIFFED = 1024  # bytes in which a page may declare its charset
_DECLARATIONS = [
    re.compile(rb"<meta[^>]+charset\s*=\s*[\"']?\s*([a-z0-9_:.-]+)", re.IGNORECASE),
    re.compile(rb"<\?xml[^>]+encoding\s*=\s*[\"']\s*([a-z0-9_:.-]+)", re.IGNORECASE),
]
_HEADER_CHARSET = re.compile(r"charset\s*=\s*[\"']?\s*([a-z0-9_:.-]+)", re.IGNORECASE)
_CHARSETS = re.compile(
    r"utf-(8|16|32)|iso8859|ascii|cp\d|gb|big5|euc|iso2022|shift_jis|koi8|mac-|tis-620|johab|hz"
)
# What pages say and browsers take it for (WHATWG Encoding §4.2).
_READ_AS = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "iso8859-1": "cp1252",
    "ascii": "cp1252",
    "iso8859-9": "cp1254",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "big5": "big5hkscs",
}


@dataclass(frozen=True, slots=True)
class Redirect:
    """A redirect that was followed: what was asked, and with which status it led on."""

    url: str
    status: int


@dataclass(frozen=True, slots=True)
class Response:
    """An answer: status 2xx, or 304 to a conditional request.

    Args:
        url: the address that answered, after redirects.
        status: the HTTP status.
        headers: by lower-case name; of a repeated header, the values joined by a comma.
        content: the bytes, unpacked; none for a 304.
        redirects: the redirects that led here, first to last.
        elapsed: seconds from the first request to the last byte.
        remote_address: the address that was connected to; None when it is not known.
    """

    url: str
    status: int
    headers: Mapping[str, str]
    content: bytes
    redirects: tuple[Redirect, ...]
    elapsed: float
    remote_address: str | None

    @property
    def is_not_modified(self) -> bool:
        """Whether the content is the one already known."""
        return self.status == 304

    @property
    def is_downgraded(self) -> bool:
        """Whether a redirect led from https to http: what came could have been changed on its way."""
        return not self.url.startswith("https:") and any(
            hop.url.startswith("https:") for hop in self.redirects
        )

    @property
    def mime_type(self) -> str:
        """The type without its parameters, in lower case; empty when the server did not say."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    @property
    def etag(self) -> str | None:
        """The validator to send with the next request."""
        return self.headers.get("etag")

    @property
    def last_modified(self) -> str | None:
        """The date to send with the next request, as the server wrote it."""
        return self.headers.get("last-modified")

    @property
    def charset(self) -> str:
        """The codec of the text: told by the header, else by the page itself, else UTF-8."""
        declared = _HEADER_CHARSET.search(self.headers.get("content-type", ""))
        names = [declared[1]] if declared else []
        start = self.content[:_SNIFFED]
        names += [match[1].decode("ascii") for rule in _DECLARATIONS if (match := rule.search(start))]
        return next((codec for name in names if (codec := _codec(name))), "utf-8")

    @property
    def text(self) -> str:
        """The content as text, wrong bytes replaced, without a byte order mark."""
        return self.content.decode(self.charset, errors="replace").removeprefix("\ufeff")


def _codec(name: str) -> str | None:
    try:
        found = codecs.lookup(name)
    except (LookupError, ValueError):
        return None
    # Python also has codecs that are no charsets of the Web: `rot13`, `zlib`, `unicode_escape`, `utf-7`.
    if not _CHARSETS.match(found.name):
        return None
    return _READ_AS.get(found.name, found.name)
