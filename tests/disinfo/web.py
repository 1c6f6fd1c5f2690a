"""A client of safe_http for tests, allowed to the loopback."""

from disinfo.safe_http import (
    Client,
    HostGate,
    Policy,
    parse_allowed,
)
from tests.disinfo.loopback import serving

ME = "tests/1.0 (+https://example.org)"


def client(server, *more, ssl_context=None, gate=None, **limits):
    allow = tuple(parse_allowed(place) for place in (f"127.0.0.0/8:{server.port}", *more))
    options = {"total_seconds": 5.0} | limits
    gate = gate or HostGate(min_delay=0, max_concurrency=64, patience=0.5)
    return Client(Policy(user_agent=ME, allow=allow, **options), gate=gate, ssl_context=ssl_context)


def fetch(answer, **limits):
    with serving(answer) as server, client(server, **limits) as web:
        return web.get(server.url)
