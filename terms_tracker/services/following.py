"""Following changes: subscribing, and being told, once, of what was committed.

A recorded change is marked as untold in the transaction that makes its row. The sweep turns it into notices, one a
subscription, and unmarks it, in one transaction; then it turns the notices of a subscription into one message of the
outbox and deletes them, in another. Killed at any instant, nothing is lost and nothing is told twice.
"""

import logging
from collections.abc import Iterable, Sequence

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.mail import EmailMessage
from django.core.signing import BadSignature, Signer
from django.db import transaction
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.functional import lazy
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from disinfo import fetcher, outbox
from disinfo.accounts import audit
from disinfo.accounts.models import User
from disinfo.leases import lease
from disinfo.portal.models import Webhook
from disinfo.portal.tools import Card, rooms_for, tell
from terms_tracker.followed import changes_for
from terms_tracker.models import Notice, Service, Subscription, Version
from terms_tracker.permissions import can_add_webhooks
from terms_tracker.wording import size_of

EVENT = "terms.followed"
MOST_A_PERSON = 100
_ASKED = ("terms_type", "topic", "phrase", "collection", "with_folded", "way", "room")
_LEASE_SECONDS = 120
_AT_ONCE = 500
_MOST_A_MAIL = 100
_MOST_IN_A_ROOM = 10
_signer = Signer(salt="terms.unsubscribe")
logger = logging.getLogger(__name__)


@transaction.atomic
def follow(*, subscription: Subscription, owner: User, webhook_url: str = "") -> Subscription:
    """Begin to tell `owner` of what the subscription covers from now on.

    Raises:
        ValidationError: there are too many, or a webhook has no address.
        PermissionDenied: the owner may not have the portal call others.
    """
    if owner.terms_subscriptions.count() >= MOST_A_PERSON:
        raise ValidationError(_("You follow %d things: stop one first.") % MOST_A_PERSON)
    subscription.owner = owner
    _set_way(subscription, webhook_url)
    subscription.save()
    audit.record("terms.followed", actor=owner, on=subscription, way=subscription.way)
    return subscription


@transaction.atomic
def follow_each(
    *, services: Iterable[Service], like: Subscription, owner: User, webhook_url: str = ""
) -> list[Subscription]:
    """Begin to tell `owner` of each of these services, in what else is as `like` says; raises as `follow` does."""
    alike = {name: getattr(like, name) for name in _ASKED}
    return [
        follow(subscription=Subscription(service=each, **alike), owner=owner, webhook_url=webhook_url)
        for each in services
    ]


@transaction.atomic
def change(*, subscription: Subscription, webhook_url: str = "") -> None:
    """Follow something else, or be told otherwise; what waits to be told is told in the new way.

    Raises:
        ValidationError, PermissionDenied: as for `follow`.
    """
    called = subscription.webhook
    _set_way(subscription, webhook_url)
    subscription.save()
    if called and called != subscription.webhook:
        called.delete()
    audit.record("terms.follow_changed", actor=subscription.owner, on=subscription, way=subscription.way)


def _set_way(subscription: Subscription, webhook_url: str) -> None:
    """What each way needs: an address of one's own to be called, a room one manages, the day of a digest."""
    is_called, is_in_room = (
        subscription.way == each for each in (Subscription.Way.WEBHOOK, Subscription.Way.ROOM)
    )
    if is_called and not can_add_webhooks(subscription.owner):
        raise PermissionDenied
    if is_called and not webhook_url:
        raise ValidationError({"webhook_url": _("Say which address is to be called.")})
    if is_in_room and subscription.room not in {room.url for room in rooms_for(subscription.owner)}:
        raise ValidationError({"room": _("Choose a room that you manage.")})
    if not is_in_room:
        subscription.room = ""
    # Another address gets a secret of its own.
    if not is_called:
        subscription.webhook = None
    elif subscription.webhook is None or subscription.webhook.url != webhook_url:
        try:
            fetcher.check_address(webhook_url)
        except ValidationError as error:
            raise ValidationError({"webhook_url": error}) from error
        subscription.webhook = Webhook.objects.create(url=webhook_url, events=[EVENT])
    subscription.next_at = subscription.next_digest(timezone.now())


@transaction.atomic
def stop(*, subscription: Subscription, actor: User | None) -> None:
    """Tell no more of it; its feed and its webhook end with it."""
    audit.record("terms.unfollowed", actor=actor, on=subscription)
    if subscription.webhook:
        subscription.webhook.delete()
    subscription.delete()


def stop_address(subscription: Subscription) -> str:
    """Where one click ends the subscription, without a log-in."""
    return settings.SITE_URL + reverse("terms:unfollow", args=[_signer.sign(str(subscription.pk))])


def is_stop_address(token: str) -> bool:
    """Whether a mail of ours held this address, even if its subscription has ended since."""
    try:
        return _signer.unsign(token).isdecimal()
    except BadSignature:
        return False


def subscription_of(token: str) -> Subscription | None:
    """The subscription that a mail's own address ends; None when it is forged, or has ended."""
    if not is_stop_address(token):
        return None
    return Subscription.objects.filter(pk=int(_signer.unsign(token))).first()


def sweep() -> int:
    """Tell who is to be told; gives how many messages went into the outbox. One worker at a time."""
    with lease("terms-telling", seconds=_LEASE_SECONDS) as held:
        if not held:
            return 0
        waiting = Version.objects.filter(is_told=False).newest_first().reverse()[:_AT_ONCE]
        for version in waiting:
            notice(version=version)
            if not held.is_still_ours():
                return 0
        due = Subscription.objects.due(timezone.now()).values_list("pk", flat=True)
        return sum(_deliver_safely(pk) for pk in list(due) if held.is_still_ours())


@transaction.atomic
def notice(*, version: Version) -> int:
    """Note for each subscription that covers this change that it is to be told; gives how many there are."""
    candidates = list(Subscription.objects.candidates(version).exclude(way=Subscription.Way.FEED))
    if not version.is_remembered and any(each.phrase for each in candidates):
        return 0  # whether a phrase came or went is known once its sentences are; the next sweep asks again
    covering = [each for each in candidates if changes_for(each).filter(pk=version.pk).exists()]
    Notice.objects.bulk_create(
        [Notice(subscription=each, version=version) for each in covering], ignore_conflicts=True
    )
    Version.objects.filter(pk=version.pk).update(is_told=True)
    return len(covering)


def _deliver_safely(key: int) -> int:
    """One subscription that cannot be told never keeps the others from being told."""
    try:
        return deliver(key=key)
    except Exception:
        logger.exception("a subscription could not be told", extra={"subscription": key})
        return 0


@transaction.atomic
def deliver(*, key: int) -> int:
    """Put what waits for one subscription into the outbox; gives how many messages."""
    now = timezone.now()
    locked = Subscription.objects.select_for_update(of=("self",)).select_related("owner")
    subscription = locked.filter(pk=key).first()
    # Another worker may have told it since the list was made.
    if subscription is None or (subscription.next_at and subscription.next_at > now):
        return 0
    waiting = subscription.notices.select_related("version__terms__service__collection").order_by("pk")
    # What became private meanwhile is not told.
    readable = set(
        changes_for(subscription).filter(pk__in=waiting.values("version")).values_list("pk", flat=True)
    )
    notices = [each for each in waiting if each.version_id in readable]
    if subscription.is_by_mail:
        sent = _mail(subscription, notices)
    elif subscription.way == Subscription.Way.ROOM:
        sent = _tell_room(subscription, notices)
    else:
        sent = sum(_call(subscription, each) for each in notices)
    waiting.filter(pk__in=[each.pk for each in waiting]).delete()
    Subscription.objects.filter(pk=key).update(next_at=subscription.next_digest(now))
    return sent


def _mail(subscription: Subscription, notices: Sequence[Notice]) -> int:
    if not notices:
        return 0
    stop_at = stop_address(subscription)
    with override(subscription.owner.language or settings.LANGUAGE_CODE):
        count = len(notices)
        subject = ngettext(
            "%(count)d change of terms: %(what)s", "%(count)d changes of terms: %(what)s", count
        )
        left_out = count - _MOST_A_MAIL
        lines = [line for each in notices[:_MOST_A_MAIL] for line in _lines_of(each.version)]
        if left_out > 0:
            lines.append(ngettext("and %d more.", "and %d more.", left_out) % left_out)
        lines += [
            _("You follow: %s") % subscription,
            _("What you follow: %s") % (settings.SITE_URL + reverse("terms:follow")),
            _("Stop in one click: %s") % stop_at,
        ]
        mail = EmailMessage(
            subject % {"count": count, "what": str(subscription)[:120]},
            "\n".join(lines),
            settings.DEFAULT_FROM_EMAIL,
            [subscription.owner.email],
            # RFC 8058.
            headers={
                "List-Unsubscribe": f"<{stop_at}>",
                "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            },
        )
        outbox.put_mail(mail, key=f"terms-followed:{subscription.pk}:{notices[-1].pk}")
    return 1


def _lines_of(version: Version) -> list[str]:
    day = formats.date_format(timezone.localtime(version.fetched_at), "j F Y")
    return [
        f"{version.terms.service} · {version.terms.type} · {day}",
        _about(version),
        settings.SITE_URL + version.get_change_url(),
        "",
    ]


def _about(version: Version) -> str:
    about = [version.get_change_class_display(), size_of(version), *map(str, version.topics.all())]
    return " · ".join(each for each in about if each)


def _tell_room(subscription: Subscription, notices: Sequence[Notice]) -> int:
    """Only what anyone may read: others in the room see less than who follows."""
    keys = [each.version_id for each in notices]
    public = set(Version.objects.visible_to(AnonymousUser()).filter(pk__in=keys).values_list("pk", flat=True))
    said = [each for each in notices if each.version_id in public]
    return sum(_is_told(subscription, each) for each in said[:_MOST_IN_A_ROOM])


def _is_told(subscription: Subscription, told: Notice) -> bool:
    version = told.version
    # Words are made where they are said: the room has a language of its own.
    news = Card(
        version.get_change_url(),
        str(version.terms),
        lazy(str, str)(subscription),
        version.fetched_at,
        lazy(_about, str)(version),
    )
    return tell(subscription.room, news, subscription.owner, f"terms:{subscription.pk}:{version.commit[:20]}")


def _call(subscription: Subscription, told: Notice) -> int:
    if subscription.webhook is None:
        return 0
    data = {**event_data(told.version), "subscription": subscription.pk}
    key = f"terms-followed:{subscription.pk}:{told.version.commit}"
    outbox.put_call(subscription.webhook, EVENT, data, key=key)
    return 1


def event_data(version: Version) -> dict[str, object]:
    """What a program is told of a change."""
    return {
        "collection": version.terms.service.collection.key,
        "service": version.terms.service.name,
        "terms_type": version.terms.type,
        "commit": version.commit,
        "fetched_at": version.fetched_at.isoformat(),
        "words_added": version.words_added,
        "words_removed": version.words_removed,
        "change_class": version.change_class,
        "significance": version.significance,
        "topics": sorted(topic.code for topic in version.topics.all()),
        "url": version.get_change_url(),
    }
