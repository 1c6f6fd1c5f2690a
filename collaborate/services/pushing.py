"""Telling browsers, where a key is set: encrypted, without the text of what bears a strict mark."""

import json
import time
from datetime import timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from collaborate import webpush
from collaborate.models import Notification, PushEndpoint
from collaborate.services.refusals import RefusedError
from collaborate.speaking import in_language_of
from disinfo import fetcher
from disinfo.accounts import audit
from disinfo.accounts.models import User
from disinfo.leases import lease
from disinfo.safe_http import FetchError, HttpStatusError

_EXCERPT = 140
_OLD = timedelta(minutes=30)
_MOST_FAILURES = 20
_GONE = (404, 410)
_TTL_SECONDS = 24 * 3600


def public_key() -> str:
    """The key that a browser asks for, in base64url; empty when pushes are not set up."""
    secret = settings.COLLABORATE_PUSH_KEY
    return webpush.text_of(webpush.public_of(webpush.key_of(secret))) if secret else ""


@transaction.atomic
def begin(*, user: User, address: str, p256dh: str, auth: str) -> PushEndpoint:
    """Tell this browser from now on; one that somebody else used before is now this user's.

    Raises:
        RefusedError: no address or keys of a browser.
    """
    try:
        webpush.check(webpush.Browser(p256dh, auth))
        is_address = urlsplit(address).scheme == "https" and len(address) <= 2_000
    except ValueError:
        is_address = False
    if not is_address:
        raise RefusedError(_("This browser did not say where it can be told."))
    row, _is_new = PushEndpoint.objects.update_or_create(
        digest=PushEndpoint.digest_of(address),
        defaults={"user": user, "address": address, "p256dh": p256dh, "auth": auth, "failures": 0},
    )
    newest = user.push_endpoints.order_by("-pk").values_list("pk", flat=True)[: PushEndpoint.MOST]
    user.push_endpoints.exclude(pk__in=list(newest)).delete()
    audit.record("collaborate.push", actor=user, on=row)
    return row


@transaction.atomic
def end(*, user: User, address: str = "") -> None:
    """Tell it no longer; without an address, none of the user's browsers."""
    rows = user.push_endpoints.all()
    if address:
        rows = rows.filter(digest=PushEndpoint.digest_of(address))
    rows.delete()
    audit.record("collaborate.end_push", actor=user, on=user)


def sweep() -> int:
    """Tell of what is fresh and unread; gives how many were told of."""
    if not settings.COLLABORATE_PUSH_KEY:
        return 0
    waiting = Notification.objects.unread().filter(pushed_at=None, at__gt=timezone.now() - _OLD)
    waiting = waiting.filter(user__push_endpoints__isnull=False, user__is_active=True).distinct()
    keys = list(waiting.order_by("pk").values_list("pk", flat=True)[:100])
    return sum(push(key) for key in keys)


def push(key: int) -> bool:
    """Tell the browsers of somebody of one notification, once; a worker killed on the way leaves it to the next."""
    with lease(f"collaborate.push:{key}", seconds=settings.COLLABORATE_LEASE_SECONDS) as held:
        row = Notification.objects.filter(pk=key, pushed_at=None).select_related("user").first()
        if not held or row is None or not settings.COLLABORATE_PUSH_KEY:
            return False
        is_open = Notification.objects.open_to(row.user).filter(pk=key).first()
        if is_open:
            content = _content(is_open)
            for endpoint in row.user.push_endpoints.order_by("pk"):
                _send(endpoint, content)
        Notification.objects.filter(pk=key).update(pushed_at=timezone.now())
    return True


def _content(row: Notification) -> bytes:
    """What the browser shows; a strict mark keeps the text in its room."""
    message = row.message
    with in_language_of(message.room, row.user):
        title = _("%(person)s %(deed)s in %(room)s") % {
            "person": message.author or _("closed account"),
            "deed": row.get_kind_display(),
            "room": message.room.name,
        }
    text = "" if message.is_watched_in(message.room) else message.plain[:_EXCERPT]
    said = {"title": title[:200], "body": text, "url": message.get_absolute_url(), "tag": f"m{message.pk}"}
    return json.dumps(said, ensure_ascii=False).encode()


def _send(endpoint: PushEndpoint, content: bytes) -> None:
    key = webpush.key_of(settings.COLLABORATE_PUSH_KEY)
    contact = f"mailto:{settings.CONTACT_EMAIL}" if settings.CONTACT_EMAIL else settings.SITE_URL
    headers = {
        "TTL": str(_TTL_SECONDS),
        "Urgency": "high",
        "Content-Encoding": "aes128gcm",
        "Authorization": webpush.authorization(endpoint.address, key, contact=contact, now=time.time()),
    }
    body = webpush.encrypted(content, webpush.Browser(endpoint.p256dh, endpoint.auth))
    try:
        fetcher.client().post(
            endpoint.address, body, content_type="application/octet-stream", headers=headers
        )
    except FetchError as error:
        _failed(endpoint, error)
    else:
        PushEndpoint.objects.filter(pk=endpoint.pk, failures__gt=0).update(failures=0)


def _failed(endpoint: PushEndpoint, error: FetchError) -> None:
    """A browser that is gone, or fails for long, is told no longer."""
    is_gone = isinstance(error, HttpStatusError) and error.status in _GONE
    if is_gone or endpoint.failures + 1 >= _MOST_FAILURES:
        PushEndpoint.objects.filter(pk=endpoint.pk).delete()
    else:
        PushEndpoint.objects.filter(pk=endpoint.pk).update(failures=endpoint.failures + 1)
