"""Which addresses are of the public Web, and which lead back into somebody's network."""

import ipaddress
import socket
from collections.abc import Callable, Sequence

import httpx

from disinfo.safe_http.errors import DnsError, RefusedAddressError
from disinfo.safe_http.policy import WEB_PORTS, Address, Policy

# Gives the addresses of a host name, as text; raises OSError.
Resolver = Callable[[str, int], Sequence[str]]

ANY_PUBLIC = ipaddress.ip_address("9.9.9.9")  # stands for the address of a name that is not resolved here
_LOOPBACK = ipaddress.ip_address("127.0.0.1")
_GLOBAL_UNICAST = ipaddress.ip_network("2000::/3")
# What Python calls global and yet is no host of the public Web: it holds or stands for another address.
_REFUSED = [
    ipaddress.ip_network(network)
    for network in (
        "192.0.0.0/24",  # IETF protocol assignments (RFC 6890)
        "192.88.99.0/24",  # 6to4 relays (RFC 7526)
        "168.63.129.16/32",  # a cloud's own services, under a public address
        "2001::/23",  # IETF protocol assignments, Teredo among them (RFC 4380)
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4 (RFC 3056)
        "3fff::/20",  # documentation (RFC 9637)
    )
]


def is_public(address: Address) -> bool:
    """Tell whether an address belongs to a host of the public Web.

    Of IPv6 only global unicast is taken: that leaves out IPv4-mapped, IPv4-compatible and NAT64 addresses
    (`64:ff9b::/96`, `64:ff9b:1::/48`), behind which any IPv4 address may stand.
    """
    if not address.is_global or address.is_multicast or address.is_reserved:
        return False
    if address.version == 6 and address not in _GLOBAL_UNICAST:
        return False
    return not any(address.version == network.version and address in network for network in _REFUSED)


def is_permitted(policy: Policy, host: str, address: Address, port: int) -> bool:
    """Tell whether a policy lets us connect to an address, reached under the name `host`."""
    if port in WEB_PORTS and is_public(address):
        return True
    return any(place.covers(_plain(host), address, port) for place in policy.allow)


def checked_addresses(policy: Policy, resolver: Resolver, host: str, port: int) -> list[str]:
    """Resolve a host once and give its addresses, every one of them checked.

    One bad address refuses all: a name that leads both out and in is an attack or a mistake.

    Raises:
        DnsError: the name was not resolved.
        RefusedAddressError: an address that the policy does not permit.
    """
    literal = as_number(host)
    addresses = [literal] if literal else _resolved(resolver, host, port)
    for address in addresses:
        if not is_permitted(policy, host, address, port):
            raise RefusedAddressError(f"{host} port {port} is not of the public Web")
    return [str(address) for address in addresses]


def check_unresolved(policy: Policy, url: httpx.URL) -> None:
    """Refuse an address that would be refused whatever its name leads to: nothing is asked of anybody.

    Numbers and ports are judged, and `localhost` (RFC 6761 §6.3); what any other name leads to, only a request shows.

    Raises:
        RefusedAddressError: it is not of the public Web, and the policy does not permit it.
    """
    host, port = url.host, url.port or (443 if url.scheme == "https" else 80)
    literal = as_number(host)
    is_local = _plain(host) == "localhost" or _plain(host).endswith(".localhost")
    address = literal or (_LOOPBACK if is_local else ANY_PUBLIC)
    # A name may lead into a network that is permitted on this port.
    may_lead_in = literal is None and any(place.network and place.port == port for place in policy.allow)
    if not (may_lead_in or is_permitted(policy, host, address, port)):
        raise RefusedAddressError(f"{host} port {port} is not of the public Web")


def as_number(host: str) -> Address | None:
    """Read a host written as a number, in any of the forms that a system's resolver takes; else None.

    `2130706433`, `0x7f.1` and `0177.0.0.1` are all 127.0.0.1.
    """
    bare = host.strip("[]").rstrip(".")
    try:
        return ipaddress.ip_address(bare)
    except ValueError:
        pass
    try:
        # inet_aton ignores what follows a space; a host with one is no number.
        return ipaddress.ip_address(socket.inet_aton(bare)) if bare and not bare.split()[1:] else None
    except (OSError, ValueError, IndexError):
        return None


def system_resolver(host: str, port: int) -> Sequence[str]:
    """Ask the system for the addresses of a name, in its order of preference."""
    answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(answer[4][0]) for answer in answers))


def _resolved(resolver: Resolver, host: str, port: int) -> list[Address]:
    try:
        answers = [ipaddress.ip_address(text) for text in resolver(host, port)]
    except socket.gaierror as error:
        is_transient = error.errno in {socket.EAI_AGAIN, socket.EAI_SYSTEM, socket.EAI_MEMORY}
        raise DnsError(f"{host} was not resolved: {error.strerror}", is_transient=is_transient) from error
    except (OSError, ValueError) as error:
        raise DnsError(
            f"{host} was not resolved: {error}", is_transient=isinstance(error, OSError)
        ) from error
    if not answers:
        raise DnsError(f"{host} has no address")
    return answers


def _plain(host: str) -> str:
    return host.lower().rstrip(".")
