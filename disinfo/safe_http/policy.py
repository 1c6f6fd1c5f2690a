"""What may be fetched, and within which limits."""

import ipaddress
from dataclasses import dataclass

WEB_PORTS = frozenset({80, 443})

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@dataclass(frozen=True, slots=True)
class Allowed:
    """A place that may be reached although it is not public, or not on a port of the Web.

    Without a port, ports 80 and 443 are meant.
    """

    host: str | None
    network: Network | None
    port: int | None

    def covers(self, host: str, address: Address, port: int) -> bool:
        """Tell whether this place is the one meant."""
        if port != self.port and (self.port is not None or port not in WEB_PORTS):
            return False
        if self.network is None:
            return host == self.host
        return address.version == self.network.version and address in self.network


def parse_allowed(text: str) -> Allowed:
    """Read a place: `host`, `host:port`, an address or network with or without a port.

    `10.0.0.0/8`, `127.0.0.1:8000`, `[::1]:8000`, `[fd00::]/8`, `archive.internal:8080`.

    Raises:
        ValueError: the text is none of these.
    """
    place, port = _split_port(text.strip().lower())
    place = place.replace("[", "").replace("]", "")
    try:
        network = ipaddress.ip_network(place)
    except ValueError:
        if not place or "/" in place or ":" in place:
            raise ValueError(f"{text!r} is not a host, an address or a network") from None
        return Allowed(place.rstrip("."), None, port)
    return Allowed(None, network, port)


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """Who we say we are, where we may go and how much we take.

    Args:
        user_agent: our name, with an address where to complain.
        accept_language: languages asked for, such as `fr, en;q=0.8`; None to ask for none.
        allow: places beside the public Web, see `parse_allowed`.
        max_bytes: most bytes of content, unpacked.
        total_seconds: most seconds for a fetch, redirects included, waiting for one's turn excluded.
        connect_seconds: most seconds to resolve a name, and to connect.
        read_seconds: most seconds between two parts of an answer.
        max_redirects: most redirects followed.
        max_connections: most connections at once.
        proxy: egress proxy, `http://host:port`; it then checks the addresses of names, we those of numbers.
    """

    user_agent: str
    accept_language: str | None = "en"
    allow: tuple[Allowed, ...] = ()
    max_bytes: int = 20_000_000
    total_seconds: float = 20.0
    connect_seconds: float = 10.0
    read_seconds: float = 10.0
    max_redirects: int = 5
    max_connections: int = 64
    proxy: str | None = None


def _split_port(text: str) -> tuple[str, int | None]:
    place, colon, port = text.rpartition(":")
    is_bare_ipv6 = ":" in place and not place.endswith("]")
    if not colon or is_bare_ipv6 or not port.isdecimal():
        return text, None
    if not 0 < int(port) < 65_536:
        raise ValueError(f"{text!r} has no valid port")
    return place, int(port)
