"""Addresses as people, pages and servers write them."""

import httpx

from disinfo.safe_http.errors import InvalidUrlError, RedirectError

_SCHEMES = {"http", "https"}
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
    if url.scheme not in _SCHEMES or not has_host:
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
        # Headers are read as Latin-1; addresses in them are UTF-8 when they are not ASCII.
        target = base.join(location.encode("latin-1").decode("utf-8", errors="replace"))
        return parse_url(str(target))
    except (httpx.InvalidURL, ValueError) as error:
        raise RedirectError(f"{base} redirects to {location[:100]!r}, which is no address") from error
    except InvalidUrlError as error:
        raise RedirectError(f"{base} redirects to what may not be fetched: {error}") from error


def is_same_origin(one: httpx.URL, other: httpx.URL) -> bool:
    """Tell whether two addresses are of the same server (RFC 6454 §5)."""
    return (one.scheme, one.host, one.port) == (other.scheme, other.host, other.port)
