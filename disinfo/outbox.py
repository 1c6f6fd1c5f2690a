"""Mail and webhooks: the row first, in the transaction that caused it; sent afterwards, once, by a worker."""

import hashlib
import hmac
import json
import logging
import time
import uuid
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.message import EmailMessage
from django.db import transaction
from django.utils import timezone

from disinfo import fetcher
from disinfo.accounts.models import Organisation
from disinfo.leases import lease
from disinfo.portal.models import DeliveryAttempt, OutboxMessage, Webhook
from disinfo.safe_http import FetchError, HttpStatusError

logger = logging.getLogger(__name__)

# Six tries over some thirteen hours; a mail server or a partner that is away longer is an admin's matter.
_BACK_OFF_SECONDS = (60, 300, 1800, 7200, 36_000)


class OutboxEmailBackend(BaseEmailBackend):
    """Django's mail, written to the outbox instead of sent inside a request."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Write one row for each recipient list; gives how many."""
        for message in email_messages:
            put_mail(message)
        return len(email_messages)


def put_mail(message: EmailMessage, *, key: str = "") -> OutboxMessage:
    """Write a mail to the outbox. The same `key` twice is one mail."""
    alternatives = getattr(message, "alternatives", None) or []
    html = next((str(body) for body, kind in alternatives if kind == "text/html"), "")
    payload = {
        "subject": str(message.subject),
        "body": str(message.body),
        "html": html,
        "from": message.from_email,
        "to": message.to,
        "headers": message.extra_headers,
    }
    return _put(
        OutboxMessage.Kind.MAIL,
        key=key,
        recipient=", ".join(message.to),
        subject=str(message.subject),
        payload=payload,
    )


def put_event(event: str, data: dict[str, Any], *, key: str, organisation_id: int | None = None) -> int:
    """Write one call for each webhook that wants the event; gives how many.

    `key` names the event, so that a task run twice tells it once. With `organisation_id`, only that organisation's
    own webhooks hear of it, while it is vetted.
    """
    hooks = Webhook.objects.filter(is_active=True)
    if organisation_id is not None:
        hooks = hooks.filter(organisation_id=organisation_id, organisation__status=Organisation.Status.VETTED)
    wanted = [hook for hook in hooks if hook.wants(event)]
    for hook in wanted:
        put_call(hook, event, data, key=f"{key}:{hook.pk}")
    return len(wanted)


def put_call(hook: Webhook, event: str, data: dict[str, Any], *, key: str) -> OutboxMessage:
    """Write one call of one webhook. The same `key` twice is one call."""
    body = {"event": event, "at": timezone.now().isoformat(timespec="seconds"), "data": data}
    return _put(
        OutboxMessage.Kind.WEBHOOK,
        key=key,
        recipient=hook.url,
        subject=event,
        payload=body,
        webhook=hook,
    )


def _put(kind: OutboxMessage.Kind, *, key: str, **fields: Any) -> OutboxMessage:
    message, _is_new = OutboxMessage.objects.get_or_create(
        key=key or uuid.uuid4().hex, defaults={"kind": kind, **fields}
    )
    return message


def signature(secret: str, timestamp: int, body: bytes) -> str:
    """HMAC-SHA256 over "<timestamp>.<body>" (RFC 2104), as the X-Disinfo-Signature header carries it."""
    return hmac.new(secret.encode(), b"%d." % timestamp + body, hashlib.sha256).hexdigest()


def send_due(*, limit: int = 100) -> int:
    """Send what is due, each message under its lease; gives how many went out."""
    sent = 0
    for pk in list(OutboxMessage.objects.due().values_list("pk", flat=True)[:limit]):
        with lease(f"outbox:{pk}", seconds=settings.OUTBOX_LEASE_SECONDS) as held:
            # Read again under the lease: another worker may have sent it since the list was made.
            if held and (message := OutboxMessage.objects.due().filter(pk=pk).first()):
                sent += _send(message)
    return sent


def _send(message: OutboxMessage) -> bool:
    try:
        detail = _send_mail(message) if message.kind == OutboxMessage.Kind.MAIL else _call_webhook(message)
    except Exception as error:  # noqa: BLE001 (whatever a mail server or a partner answers, the row must say it)
        _keep_result(message, succeeded=False, detail=f"{_kind_of(error)}: {error}")
        return False
    _keep_result(message, succeeded=True, detail=detail)
    return True


def _kind_of(error: Exception) -> str:
    """What kind of failure, as disinfo.failures knows it, or by its class."""
    if isinstance(error, HttpStatusError):
        return f"{error.code} {error.status}"
    return error.code if isinstance(error, FetchError) else type(error).__name__


def _send_mail(message: OutboxMessage) -> str:
    payload = message.payload
    # The same Message-ID at each try lets a server drop the copy of a mail whose "accepted" was lost on the way.
    headers = {"Message-ID": f"<{message.key}@outbox.disinfo>", **payload["headers"]}
    mail = EmailMultiAlternatives(
        payload["subject"],
        payload["body"],
        payload["from"],
        payload["to"],
        headers=headers,
        connection=get_connection(settings.OUTBOX_EMAIL_BACKEND),
    )
    if payload["html"]:
        mail.attach_alternative(payload["html"], "text/html")
    mail.send()
    return "accepted by the mail server"


def _call_webhook(message: OutboxMessage) -> str:
    hook = message.webhook
    if hook is None or not hook.is_active:
        raise RuntimeError("the webhook is switched off")
    body = json.dumps(message.payload, ensure_ascii=False).encode()
    timestamp = int(time.time())
    headers = {
        "Content-Type": "application/json",
        "X-Disinfo-Event": message.subject,
        "X-Disinfo-Delivery": message.key,
        "X-Disinfo-Timestamp": str(timestamp),
        "X-Disinfo-Signature": f"sha256={signature(hook.secret, timestamp, body)}",
    }
    return f"HTTP {fetcher.client().post(hook.url, body, headers=headers).status}"


@transaction.atomic
def _keep_result(message: OutboxMessage, *, succeeded: bool, detail: str) -> None:
    DeliveryAttempt.objects.create(message=message, succeeded=succeeded, detail=detail[:500])
    message.attempts += 1
    if succeeded:
        message.state, message.sent_at = OutboxMessage.State.SENT, timezone.now()
    elif message.attempts > len(_BACK_OFF_SECONDS):
        message.state = OutboxMessage.State.GIVEN_UP
        logger.error("message given up", extra={"message_id": message.pk, "detail": detail})
    else:
        message.next_attempt_at = timezone.now() + timedelta(seconds=_BACK_OFF_SECONDS[message.attempts - 1])
    message.save()
    if message.state == OutboxMessage.State.GIVEN_UP and message.webhook:
        from disinfo import unreachable  # it writes mails here

        unreachable.tell(message)
