"""What a regulator is told at once: a row for the feed, a mail to followers, a call to webhooks, each once."""

from datetime import datetime

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.signing import Signer
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from disinfo import outbox
from disinfo.accounts.models import User
from political_ads.models import Alert, AlertFollower, Source

_signer = Signer(salt="ads.alerts")


@transaction.atomic
def tell(*, kind: Alert.Kind, source: Source, key: str, at: datetime, count: int) -> Alert:
    """Keep the alert and put its mails and calls into the outbox; the same `key` twice is one alert."""
    alert, is_new = Alert.objects.get_or_create(
        key=key, defaults={"kind": kind, "source": source, "at": at, "count": count}
    )
    if is_new:
        data = {
            "source": source.slug,
            "count": count,
            "at": at.isoformat(),
            "url": settings.SITE_URL + address_of(alert),
        }
        outbox.put_event(f"ads.{kind.value}", data, key=f"ads:{key}")
        for follower in source.followers.select_related("user").filter(user__is_active=True):
            _mail(alert, follower)
    return alert


def address_of(alert: Alert) -> str:
    """The page that says more, at its line there."""
    return f"{reverse('ads:removals')}?source={alert.source.slug}#alert-{alert.pk}"


@transaction.atomic
def follow(*, source: Source, user: User, wanted: bool) -> None:
    """Have a user told of a source by mail, or no longer."""
    if wanted:
        AlertFollower.objects.get_or_create(source=source, user=user)
    else:
        AlertFollower.objects.filter(source=source, user=user).delete()


def stop_address(follower: AlertFollower) -> str:
    """Where one click ends these mails, without a log-in."""
    return settings.SITE_URL + reverse("ads:no_mail", args=[_signer.sign(str(follower.pk))])


def follower_of(token: str) -> AlertFollower | None:
    """Who no longer wants the mails that carry this address; None when that was said before.

    Raises:
        BadSignature: it is forged.
    """
    return (
        AlertFollower.objects.select_related("source", "user").filter(pk=int(_signer.unsign(token))).first()
    )


def _mail(alert: Alert, follower: AlertFollower) -> None:
    user = follower.user
    with translation.override(user.language or settings.LANGUAGE_CODE):
        subject, stop_at = str(alert), stop_address(follower)
        body = _("%(what)s\nDate of the snapshot: %(at)s\nAds: %(count)s\n\n%(url)s\n") % {
            "what": subject,
            "at": f"{alert.at:%Y-%m-%d %H:%M} UTC",
            "count": alert.count,
            "url": settings.SITE_URL + address_of(alert),
        }
        body += "\n" + _("You follow this library. Stop in one click: %s") % stop_at + "\n"
        # RFC 8058.
        headers = {"List-Unsubscribe": f"<{stop_at}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
        message = EmailMessage(subject, body, settings.DEFAULT_FROM_EMAIL, [user.email], headers=headers)
        outbox.put_mail(message, key=f"ads:{alert.key}:{user.pk}")
