"""The portal's one client of disinfo.safe_http, made from the settings."""

import threading
import time
from functools import lru_cache

from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from disinfo.safe_http import (
    Client,
    HostGate,
    InvalidUrlError,
    MemoryTurns,
    Policy,
    RefusedAddressError,
    check_unresolved,
    parse_allowed,
    parse_url,
)

# One for each choice of settings, which in a deployment is one.
_clients: dict[tuple[Policy, float, int], Client] = {}
_lock = threading.Lock()


class SharedPauses(MemoryTurns):
    """Turns of this process; a pause that a host asked for holds in all of them, through the shared cache."""

    def reserve(self, host: str, delay: float, patience: float) -> float:
        """Seconds until the next turn, the pause included."""
        left = (cache.get(_pause_key(host)) or 0.0) - time.time()
        return left if left > patience else max(left, super().reserve(host, delay, patience))

    def pause(self, host: str, seconds: float) -> None:
        """Leave a host alone, whichever process asks."""
        super().pause(host, seconds)
        cache.set(_pause_key(host), time.time() + seconds, timeout=seconds)


def _pause_key(host: str) -> str:
    return f"fetch:pause:{host}"


def policy() -> Policy:
    """Where the deployment allows to go, and within which limits.

    Raises ValueError for an entry of DISINFO_FETCH_ALLOW that is no place.
    """
    return _policy(tuple(settings.FETCH_ALLOW), settings.FETCH_USER_AGENT, settings.FETCH_PROXY or None)


def check_address(text: str) -> None:
    """Refuse, while it is written, an address that would be refused each time it is called; asks nobody.

    Raises ValidationError, which says what to write instead.
    """
    try:
        check_unresolved(policy(), parse_url(text))
    except InvalidUrlError as error:
        raise ValidationError(
            _("Write a whole address, such as https://partner.example/hook, without a user name or password.")
        ) from error
    except RefusedAddressError as error:
        raise ValidationError(
            _("The portal calls public addresses only, on ports 80 and 443: write one of these.")
        ) from error


@lru_cache(maxsize=8)
def _policy(allow: tuple[str, ...], user_agent: str, proxy: str | None) -> Policy:
    return Policy(user_agent=user_agent, allow=tuple(parse_allowed(place) for place in allow), proxy=proxy)


def client() -> Client:
    """The client of this process, whose connections are used again."""
    chosen = (policy(), settings.FETCH_HOST_DELAY_MS / 1000, settings.FETCH_HOST_CONCURRENCY)
    with _lock:
        if chosen not in _clients:
            policy_now, delay, concurrency = chosen
            gate = HostGate(min_delay=delay, max_concurrency=concurrency, turns=SharedPauses())
            _clients[chosen] = Client(policy_now, gate=gate)
        return _clients[chosen]


def close() -> None:
    """Close the connections of this process, and forget the turns it took."""
    with _lock:
        while _clients:
            _clients.popitem()[1].close()
