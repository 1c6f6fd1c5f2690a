"""The certificate that a host shows, read by the same rules as its pages: addresses checked, time and bytes bounded."""

import ssl
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime

import httpcore
from cryptography import x509
from cryptography.x509.oid import NameOID

from disinfo.safe_http.addresses import Resolver, system_resolver
from disinfo.safe_http.errors import (
    ConnectError,
    FetchError,
    FetchTimeoutError,
    RefusedAddressError,
    TlsError,
)
from disinfo.safe_http.policy import Policy
from disinfo.safe_http.transport import Budget, CheckedBackend, current_budget

_MOST_BYTES = 200_000


@dataclass(frozen=True)
class Certificate:
    """What a certificate says: who issued it, from when to when it holds, the names it is for."""

    issuer: str
    starts: datetime
    ends: datetime
    names: tuple[str, ...]
    is_trusted: bool


def certificate_of(
    policy: Policy,
    host: str,
    *,
    port: int = 443,
    resolver: Resolver = system_resolver,
    trusting: ssl.SSLContext | None = None,
) -> Certificate:
    """The certificate of a host; one that no authority vouches for is read too, and said to be so.

    Raises:
        FetchError: no connection, no certificate, an address that may not be visited, or a deployment that goes out
            through a proxy, which this does not speak to.
    """
    if policy.proxy:
        raise RefusedAddressError("certificates are not read through a proxy")
    try:
        content = _shown(policy, host, port, resolver, trusting or ssl.create_default_context())
        is_trusted = True
    except TlsError:
        content = _shown(policy, host, port, resolver, _trusting_anybody())
        is_trusted = False
    return _read(content, is_trusted=is_trusted)


def _trusting_anybody() -> ssl.SSLContext:
    """For reading what is shown only: nothing is sent, and nothing that comes is believed."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def _shown(policy: Policy, host: str, port: int, resolver: Resolver, context: ssl.SSLContext) -> bytes:
    backend = CheckedBackend(policy, resolver)
    token = current_budget.set(Budget.of(policy, _MOST_BYTES))
    try:
        with closing(backend.connect_tcp(host, port, policy.connect_seconds)) as plain:
            stream = plain.start_tls(context, host, policy.connect_seconds)
            content = stream.get_extra_info("ssl_object").getpeercert(True)
            stream.close()
    except FetchError:
        raise
    except httpcore.TimeoutException as error:
        raise FetchTimeoutError(f"{host} took too long") from error
    except httpcore.ConnectError as error:
        if isinstance(error.__cause__ or error.__context__, ssl.SSLError):
            raise TlsError(f"{host}: {error}") from error
        raise ConnectError(f"{host}: no connection: {error}") from error
    except (OSError, ValueError) as error:
        raise ConnectError(f"{host}: {error}") from error
    finally:
        current_budget.reset(token)
        backend.close()
    if not content:
        raise TlsError(f"{host} shows no certificate")
    return bytes(content)


def _read(content: bytes, *, is_trusted: bool) -> Certificate:
    try:
        found = x509.load_der_x509_certificate(content)
        return Certificate(
            _issuer(found.issuer),
            found.not_valid_before_utc,
            found.not_valid_after_utc,
            tuple(_names(found))[:20],
            is_trusted,
        )
    except (ValueError, TypeError) as error:
        raise TlsError(f"a certificate that cannot be read: {error}") from error


def _issuer(name: x509.Name) -> str:
    for wanted in (NameOID.ORGANIZATION_NAME, NameOID.COMMON_NAME):
        if found := name.get_attributes_for_oid(wanted):
            return str(found[0].value)[:120]
    return ""


def _names(found: x509.Certificate) -> Sequence[str]:
    try:
        names = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return []
    return names.get_values_for_type(x509.DNSName)
