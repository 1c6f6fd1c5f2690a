"""Ads that citizens saw elsewhere: kept for a reviewer, and let into the library or refused."""

import hashlib
from datetime import UTC, datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from disinfo.accounts import audit
from disinfo.accounts.models import User
from disinfo.pictures import Drawn, redraw_as_jpeg
from political_ads.fingerprints import fingerprint
from political_ads.models import Ad, Advertiser, CitizenReport, Creative, Media, Source
from political_ads.services.media import LONGEST_SIDE
from political_ads.services.queueing import enqueue_new
from political_ads.services.voting import RefusedError

CAPTURES = "captures"
PER_DAY = 20


@transaction.atomic
def report(*, values: dict[str, Any], picture: Drawn | None, network: str) -> CitizenReport:
    """Keep a report; raises RefusedError when too many came from one network in a day."""
    since = timezone.now() - timedelta(days=1)
    if network and CitizenReport.objects.filter(network=network, created_at__gt=since).count() >= PER_DAY:
        raise RefusedError(_("Too many reports came from this network today."), wait=24 * 3600)
    kept = CitizenReport(network=network, **values)
    if picture:
        kept.picture.save(f"{kept.reference}.jpg", ContentFile(picture.content), save=False)
    kept.save()
    return kept


@transaction.atomic
def accept(*, kept: CitizenReport, moderator: User) -> Ad:
    """Let a report in: it becomes an ad of the source "captures", and is classified like any other.

    Raises ValidationError when somebody refused it meanwhile.
    """
    kept = CitizenReport.objects.select_for_update().get(pk=kept.pk)
    if kept.ad:
        return kept.ad
    if kept.status == CitizenReport.Status.REFUSED:
        raise ValidationError(_("Somebody has refused this report meanwhile: “%s”") % kept.reason)
    advertiser = _advertiser(kept)
    creative = _creative(kept)
    seen = datetime.combine(kept.seen_on, time(12), tzinfo=UTC)
    kept.ad = Ad.objects.create(
        source=_source(),
        external_id=str(kept.reference),
        advertiser=advertiser,
        creative=creative,
        payer=kept.payer,
        started_on=seen,
        platforms=[kept.platform],
        countries=[kept.country] if kept.country else [],
        address=kept.address,
        content_hash=hashlib.sha256(str(kept.reference).encode()).hexdigest(),
        first_seen_at=seen,
        present_since=seen,
        last_seen_at=seen,
    )
    _decide(kept, CitizenReport.Status.ACCEPTED, moderator, "")
    enqueue_new()
    return kept.ad


@transaction.atomic
def refuse(*, kept: CitizenReport, moderator: User, reason: str) -> None:
    """Turn a report away; its picture is deleted, the reason is kept: the first one, when it is refused twice.

    Raises ValidationError when somebody let it in meanwhile.
    """
    kept = CitizenReport.objects.select_for_update().get(pk=kept.pk)
    if kept.status == CitizenReport.Status.ACCEPTED:
        raise ValidationError(_("Somebody has let this report in meanwhile: it is an ad of the library now."))
    if kept.status == CitizenReport.Status.REFUSED:
        return
    if kept.picture:
        storage, name = kept.picture.storage, str(kept.picture.name)
        transaction.on_commit(lambda: storage.delete(name))
        kept.picture = ""
    _decide(kept, CitizenReport.Status.REFUSED, moderator, reason)


def _decide(kept: CitizenReport, status: CitizenReport.Status, moderator: User, reason: str) -> None:
    kept.status, kept.moderator, kept.reason = status, moderator, reason
    kept.decided_at = timezone.now()
    kept.save()
    audit.record(f"ads.report_{status}", actor=moderator, on=kept, reason=reason)


def _source() -> Source:
    # Named once, in the language of the portal; an administrator may name it otherwise.
    with override(settings.LANGUAGE_CODE):
        name = gettext("Captures by citizens")
    source, _new = Source.objects.get_or_create(
        slug=CAPTURES,
        defaults={"name": name, "platform": "captures", "kind": Source.Kind.CAPTURE},
    )
    return source


def _advertiser(kept: CitizenReport) -> Advertiser | None:
    if not kept.advertiser:
        return None
    platform = kept.platform.strip().casefold()[:60]
    advertiser, _new = Advertiser.objects.get_or_create(
        platform=platform,
        external_id=f"captured:{' '.join(kept.advertiser.casefold().split())}"[:200],
        defaults={"name": kept.advertiser},
    )
    return advertiser


def _creative(kept: CitizenReport) -> Creative:
    picture = None
    if kept.picture:
        with kept.picture.open("rb") as file:
            picture = redraw_as_jpeg(file.read(), longest_side=LONGEST_SIDE)
    media = [picture.sha256] if picture else []
    creative, is_new = Creative.objects.get_or_create(
        fingerprint=fingerprint(text=kept.text, media=media or ([] if kept.text else [kept.address])),
        defaults={"text": kept.text, "link": kept.address, "language": kept.language},
    )
    if picture and is_new:
        media_row = Media(
            creative=creative,
            mime="image/jpeg",
            sha256=picture.sha256,
            perceptual_hash=picture.perceptual_hash,
            width=picture.width,
            height=picture.height,
        )
        media_row.file.save(f"{picture.sha256}.jpg", ContentFile(picture.content))
    return creative
