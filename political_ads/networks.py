"""Which network somebody comes from, as a hash that only today can be made."""

import hashlib
import hmac
import secrets
from datetime import timedelta

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.utils import timezone

from disinfo.callers import network_prefix
from political_ads.models import NetworkSalt

_SALT_DAYS = 1


def network_of(request: HttpRequest) -> str:
    """The hash of the caller's network: half of a keyed SHA-256 of its prefix (/24, /48); empty when unknown."""
    prefix = network_prefix(request)
    if not prefix:
        return ""
    key = settings.SECRET_KEY.encode() + _salt_of_today().encode()
    return hmac.new(key, prefix.encode(), hashlib.sha256).hexdigest()[:32]


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
