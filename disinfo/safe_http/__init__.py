"""The only way out to the network: addresses checked when connecting, everything bounded."""

from disinfo.safe_http.addresses import check_unresolved
from disinfo.safe_http.client import Client
from disinfo.safe_http.errors import (
    ConnectError,
    DnsError,
    EmptyContentError,
    FetchError,
    FetchTimeoutError,
    HostPausedError,
    HttpStatusError,
    InvalidRequestError,
    InvalidUrlError,
    ProtocolError,
    RedirectError,
    RefusedAddressError,
    TlsError,
    TooLargeError,
    TooManyRedirectsError,
)
from disinfo.safe_http.policy import Allowed, Policy, parse_allowed
from disinfo.safe_http.politeness import HostGate, MemoryTurns, TurnStore
from disinfo.safe_http.responses import Redirect, Response
from disinfo.safe_http.urls import parse_url

__all__ = [
    "Allowed",
    "Client",
    "ConnectError",
    "DnsError",
    "EmptyContentError",
    "FetchError",
    "FetchTimeoutError",
    "HostGate",
    "HostPausedError",
    "HttpStatusError",
    "InvalidRequestError",
    "InvalidUrlError",
    "MemoryTurns",
    "Policy",
    "ProtocolError",
    "Redirect",
    "RedirectError",
    "RefusedAddressError",
    "Response",
    "TlsError",
    "TooLargeError",
    "TooManyRedirectsError",
    "TurnStore",
    "check_unresolved",
    "parse_allowed",
    "parse_url",
]
