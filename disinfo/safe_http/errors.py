"""Why a fetch failed, by what to do about it.

`code` is stable and short, for logs, labels and translations. `is_transient` tells whether trying again later
may help; `retry_after` when, in seconds, if the other side said so.
"""

from collections.abc import Mapping
from typing import ClassVar


class FetchError(Exception):
    """A fetch failed; the only exception that leaves this package."""

    code: ClassVar[str] = "fetch"
    is_transient: bool = False

    def __init__(
        self, message: str, *, is_transient: bool | None = None, retry_after: float | None = None
    ) -> None:
        super().__init__(message)
        self.retry_after = retry_after
        if is_transient is not None:
            self.is_transient = is_transient


class InvalidUrlError(FetchError):
    """The address is malformed, of another scheme, or holds a user name or password."""

    code = "invalid_url"


class InvalidRequestError(FetchError):
    """A header or body that cannot be sent."""

    code = "invalid_request"


class RefusedAddressError(FetchError):
    """The host is, or leads to, a network that is not public, or the port is not one of the Web."""

    code = "refused_address"


class DnsError(FetchError):
    """The name of the host was not resolved; transient when the resolver, not the name, is at fault."""

    code = "dns"


class ConnectError(FetchError):
    """No connection could be made."""

    code = "connect"
    is_transient = True


class FetchTimeoutError(FetchError):
    """It took too long: to connect, to send a part, or altogether."""

    code = "timeout"
    is_transient = True


class TlsError(FetchError):
    """The certificate or the encrypted connection is not valid."""

    code = "tls"


class TooLargeError(FetchError):
    """More bytes than allowed, announced, sent or unpacked."""

    code = "too_large"


class RedirectError(FetchError):
    """A redirect that leads nowhere, or that may not be followed."""

    code = "redirect"


class TooManyRedirectsError(RedirectError):
    """More redirects than allowed: most often a loop."""

    code = "too_many_redirects"


class HttpStatusError(FetchError):
    """The server answered with an error; `status` tells which, `headers` and `content` (of JSON only) what it said."""

    code = "http_status"

    def __init__(
        self,
        message: str,
        *,
        status: int = 0,
        retry_after: float | None = None,
        headers: Mapping[str, str] | None = None,
        content: bytes = b"",
    ) -> None:
        transient = status in _TRANSIENT_STATUSES or status >= 500
        super().__init__(message, is_transient=transient, retry_after=retry_after)
        self.status, self.headers, self.content = status, headers or {}, content


class EmptyContentError(FetchError):
    """The server answered, with nothing."""

    code = "empty"


class ProtocolError(FetchError):
    """The other side broke off or does not speak HTTP; transient when it broke off."""

    code = "protocol"


class HostPausedError(FetchError):
    """The host asked for a pause that lasts longer than we would wait; nothing was sent."""

    code = "host_paused"
    is_transient = True


# Request Timeout, Too Early, Too Many Requests (RFC 9110 §15.5.9, RFC 8470 §5.2, RFC 6585 §4).
_TRANSIENT_STATUSES = {408, 425, 429}
