"""Which network a request comes from, and how often strangers of one network may send something."""

import hashlib
import hmac
import ipaddress

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest

_PREFIX_IPV4, _PREFIX_IPV6 = 24, 48


def network_prefix(request: HttpRequest) -> str:
    """The caller's network (/24, /48), in which many people may sit; empty when unknown."""
    try:
        address = ipaddress.ip_address(_address_of(request))
    except ValueError:
        return ""
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    length = _PREFIX_IPV4 if address.version == 4 else _PREFIX_IPV6
    return str(ipaddress.ip_network((address, length), strict=False))


def _address_of(request: HttpRequest) -> str:
    """As REST framework reads it: the proxies of ours are skipped from the right, the rest is the caller's say."""
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "")
    if settings.PROXIES and forwarded:
        hops = [hop.strip() for hop in forwarded.split(",")]
        return str(hops[-min(settings.PROXIES, len(hops))])
    return str(request.META.get("REMOTE_ADDR", ""))


def may_send(request: HttpRequest, what: str, *, most: int, seconds: int) -> bool:
    """Count one more of `what` from this network; whether it is within `most` since the first of the last `seconds`.

    Only a keyed hash of the network is kept, and no longer than that.
    """
    network = network_prefix(request).encode()
    digest = hmac.new(settings.SECRET_KEY.encode(), network, hashlib.sha256).hexdigest()[:32]
    key = f"sent:{what}:{digest}"
    cache.add(key, 0, timeout=seconds)
    try:
        return cache.incr(key) <= most
    except ValueError:  # it ended between the two
        return True
