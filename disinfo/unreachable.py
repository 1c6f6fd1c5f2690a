"""A webhook that cannot be reached: whoever relies on it gets one mail each time it begins to fail."""

from collections.abc import Iterator

from django.conf import settings
from django.core.mail import EmailMessage
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from disinfo import outbox
from disinfo.accounts.models import Role, User
from disinfo.portal.models import DeliveryAttempt, OutboxMessage, Webhook
from disinfo.portal.tools import ask_each


def tell(message: OutboxMessage) -> int:
    """Mail about a call that was given up, unless another one arrived since it was written; gives how many mails.

    The key names the last call that arrived, so that a webhook that goes on failing is told of once.
    """
    hook = message.webhook
    tried = message.deliveries.first()
    if hook is None or not hook.is_active or tried is None:
        return 0
    arrived = DeliveryAttempt.objects.filter(message__webhook=hook, succeeded=True).first()
    if arrived and arrived.at > message.created_at:
        return 0
    people = list(_people(hook))
    for user, where in people:
        with override(user.language or settings.LANGUAGE_CODE):
            mail = _mail(user, hook, tried, where)
        outbox.put_mail(mail, key=f"unreachable:{hook.pk}:{arrived.pk if arrived else 0}:{user.pk}")
    return len(people)


def _people(hook: Webhook) -> Iterator[tuple[User, str]]:
    """Who asked for it, and where they change it; else the administrators of the portal, and of its organisation."""
    asked = [found for _tool, found in ask_each(lambda tool: tool.called_for(hook.pk)) if found]
    if asked:
        yield from ((user, settings.SITE_URL + path) for user, path in asked if user.is_active)
        return
    page = settings.SITE_URL + reverse("admin:portal_webhook_change", args=[hook.pk])
    staff = User.objects.filter(is_superuser=True, is_active=True).order_by("pk")
    yield from ((user, page) for user in staff)
    theirs = User.objects.filter(
        memberships__organisation=hook.organisation_id, memberships__role=Role.ADMIN, is_active=True
    )
    yield from ((user, settings.CONTACT_EMAIL) for user in theirs.exclude(is_superuser=True).order_by("pk"))


def _mail(user: User, hook: Webhook, tried: DeliveryAttempt, where: str) -> EmailMessage:
    lines = [
        _("The portal has tried for thirteen hours to call this address, and has given up:"),
        hook.url,
        tried.why,
        "",
        _("What is new will be sent there again; what was given up will not. You hear of it once."),
        _("Where it is changed: %s") % where,
    ]
    subject = _("A webhook cannot be reached: %s") % hook.url
    return EmailMessage(subject, "\n".join(lines), settings.DEFAULT_FROM_EMAIL, [user.email])
