"""Addresses as people, pages and servers write them."""

import re

import httpx

from disinfo.safe_http.errors import InvalidUrlError, RedirectError

_SCHEMES = {"http", "https"}
# A name as DNS has it (IDNA already applied), or IPv6; percent signs and the like are tricks.
_HOST = re.compile(rb"[0-9A-Za-z._-]+|[0-9A-Fa-f:.]+")
_LONGEST = 8_192  # characters


def parse_url(text: str) -> httpx.URL:
    """Read an absolute address, http or https.

    Raises:
        InvalidUrlError: it is malformed, of another scheme, has no host, or holds a user name or password.
    """
    if len(text) > _LONGEST:
        raise InvalidUrlError(f"the address is longer than {_LONGEST} characters")
    try:
        url = httpx.URL(text)
        # Read here, because a host that cannot be encoded is only noticed then.
        has_host = bool(url.host and url.raw_host)
    except (httpx.InvalidURL, ValueError) as error:
        raise InvalidUrlError(f"{text[:100]!r} is not an address: {error}") from error
    if url.scheme not in _SCHEMES or not has_host or not _HOST.fullmatch(url.raw_host):
        raise InvalidUrlError(f"{text[:100]!r} is not an address of the Web")
    if url.userinfo or url.port == 0:
        raise InvalidUrlError("the address holds a user name or password, or no valid port")
    return url.copy_with(fragment=None)


def follow(base: httpx.URL, location: str) -> httpx.URL:
    """Give the address that a redirect leads to, relative ones included.

    Raises:
        RedirectError: it leads to no address of the Web.
    """
    try:
        return parse_url(str(base.join(_as_utf8(location))))
    except (httpx.InvalidURL, ValueError) as error:
        raise RedirectError(f"{base} redirects to {location[:100]!r}, which is no address") from error
    except InvalidUrlError as error:
        raise RedirectError(f"{base} redirects to what may not be fetched: {error}") from error


def _as_utf8(header: str) -> str:
    # Headers are read as Latin-1; addresses in them are most often UTF-8 when they are not ASCII.
    try:
        return header.encode("latin-1").decode()
    except UnicodeError:
        return header


def is_same_origin(one: httpx.URL, other: httpx.URL) -> bool:
    """Tell whether two addresses are of the same server (RFC 6454 §5)."""
    return (one.scheme, one.host, one.port) == (other.scheme, other.host, other.port)
