"""Which network somebody comes from, as a hash that only today can be made."""

import hashlib
import hmac
import ipaddress
import secrets
from datetime import timedelta

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.utils import timezone

from political_ads.models import NetworkSalt

_PREFIX_IPV4, _PREFIX_IPV6 = 24, 48
_SALT_DAYS = 1


def network_of(request: HttpRequest) -> str:
    """The hash of the caller's network: half of a keyed SHA-256 of its prefix (/24, /48); empty when unknown."""
    try:
        address = ipaddress.ip_address(_address_of(request))
    except ValueError:
        return ""
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    length = _PREFIX_IPV4 if address.version == 4 else _PREFIX_IPV6
    prefix = ipaddress.ip_network((address, length), strict=False)
    key = settings.SECRET_KEY.encode() + _salt_of_today().encode()
    return hmac.new(key, str(prefix).encode(), hashlib.sha256).hexdigest()[:32]


def _address_of(request: HttpRequest) -> str:
    """As REST framework reads it: the proxies of ours are skipped from the right, the rest is the caller's say."""
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "")
    if settings.PROXIES and forwarded:
        hops = [hop.strip() for hop in forwarded.split(",")]
        return str(hops[-min(settings.PROXIES, len(hops))])
    return str(request.META.get("REMOTE_ADDR", ""))


def _salt_of_today() -> str:
    today = timezone.now().date()
    key = f"ads:salt:{today}"
    salt: str | None = cache.get(key)
    if salt is None:
        row, _new = NetworkSalt.objects.get_or_create(day=today, defaults={"salt": secrets.token_hex(32)})
        salt = row.salt
        cache.set(key, salt, timeout=3600)
    return salt


def forget_salts() -> None:
    """Delete the salts of past days: their hashes cannot be made again, not even by us."""
    NetworkSalt.objects.filter(day__lt=timezone.now().date() - timedelta(days=_SALT_DAYS)).delete()
