"""All that the portal knows of an ad or an advertiser, as one file whose parts can be checked."""

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.utils import timezone

from political_ads import advertiser_figures, disclosures
from political_ads.models import Ad, Advertiser, Media, PresenceEvent
from political_ads.services.rules import settled_label
from political_ads.wording import amount_range

_MOST_ADS = 500
_FIELDS = (
    *("external_id", "payer", "currency", "spend_low", "spend_high", "impressions_low", "impressions_high"),
    *("created_on", "started_on", "stopped_on", "platforms", "countries", "country", "address", "details"),
    *("presence", "first_seen_at", "present_since", "last_seen_at", "missing_since", "content_hash"),
)


def of_ad(ad: Ad) -> dict[str, Any]:
    """Everything of one ad; who reviewed it stays in the administration."""
    creative = ad.creative
    return {
        "kind": "ad",
        "made_at": timezone.now().replace(microsecond=0),
        "permalink": settings.SITE_URL + ad.get_absolute_url(),
        "library": {"identifier": ad.source.slug, "name": ad.source.name, "platform": ad.source.platform},
        "advertiser": _advertiser(ad.advertiser),
        "ad": {name: getattr(ad, name) for name in _FIELDS},
        "says": {
            "presence": ad.get_presence_display(),
            "spent": amount_range(ad.spend_low, ad.spend_high, ad.currency),
            "times_shown": amount_range(ad.impressions_low, ad.impressions_high),
        },
        "creative": {
            "fingerprint": creative.fingerprint,
            "text": creative.text,
            "title": creative.title,
            "description": creative.description,
            "link": creative.link,
            "ads_with_it": creative.ads.count(),
        },
        "label": {"settled": settled_label(ad), **_task(ad)},
        "pictures": [
            {
                "file": f"pictures/{each.sha256}.jpg",
                "sha256": each.sha256,
                "look": each.perceptual_hash,
                "was_at": each.origin,
            }
            for each in kept_pictures(ad)
        ],
        "versions": list(ad.versions.values("seen_at", "changes")),
        "times_in_the_library": [
            *ad.intervals.values("since", "until"),
            {"since": ad.present_since, "until": ad.last_seen_at},
        ],
        "events": [_event(each) for each in ad.events.select_related("snapshot")],
        "rules": [
            {
                "rule": hit.rule.code,
                "title": hit.rule.words[0],
                "reference": hit.rule.reference,
                "election": str(hit.election or ""),
                "since": hit.since,
                "until": hit.until,
                "state": hit.state,
                "says": hit.get_state_display(),
                "reasons": [[review.decision, review.note] for review in hit.reviews.all()],
            }
            for hit in ad.hits.select_related("rule", "election").prefetch_related("reviews")
        ],
        "checklist": _checklist(ad),
        "snapshot": _snapshot(ad),
    }


def of_advertiser(advertiser: Advertiser) -> dict[str, Any]:
    """One advertiser with its figures and its latest ads, at most 500."""
    figures = advertiser_figures.figures_of(advertiser)
    ads = advertiser.ads.for_lists().order_by("-pk")[:_MOST_ADS]
    return {
        "kind": "advertiser",
        "made_at": timezone.now().replace(microsecond=0),
        "permalink": settings.SITE_URL + advertiser.get_absolute_url(),
        "advertiser": _advertiser(advertiser),
        "earlier_names": list(advertiser.former_names.values("name", "until")),
        "ads_in_all": figures.ads,
        "ads_removed": figures.removed,
        "ads_without_payer": figures.without_payer,
        "spent": [{"currency": each.currency, "low": each.low, "high": each.high} for each in figures.spends],
        "payers": advertiser_figures.payers_of(advertiser),
        "ads": [
            {
                "library": ad.source.slug,
                "permalink": settings.SITE_URL + ad.get_absolute_url(),
                "text": ad.creative.text,
                "label": settled_label(ad),
                **{name: getattr(ad, name) for name in _FIELDS},
            }
            for ad in ads
        ],
    }


def kept_pictures(ad: Ad) -> list[Media]:
    """The pictures of its creative that the portal holds."""
    return list(ad.creative.media.filter(state=Media.State.KEPT))


def packed(dossier: Mapping[str, Any], page: str, pictures: list[Media]) -> bytes:
    """A zip of dossier.json, the printable page, the pictures, and SHA256SUMS (as `sha256sum -c` reads it)."""
    files = {"dossier.json": _json(dossier), "dossier.html": page.encode()}
    for picture in pictures:
        with picture.file.open("rb") as file:
            files[f"pictures/{picture.sha256}.jpg"] = file.read()
    sums = "".join(
        f"{hashlib.sha256(content).hexdigest()}  {name}\n" for name, content in sorted(files.items())
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in sorted({**files, "SHA256SUMS": sums.encode()}.items()):
            archive.writestr(name, content)
    return out.getvalue()


def _json(dossier: Mapping[str, Any]) -> bytes:
    return json.dumps(dossier, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2).encode()


def _advertiser(advertiser: Advertiser | None) -> dict[str, str] | None:
    if advertiser is None:
        return None
    return {"platform": advertiser.platform, "identifier": advertiser.external_id, "name": advertiser.name}


def _task(ad: Ad) -> dict[str, Any]:
    task = getattr(ad.creative, "task", None)
    return {"state": task.state, "confidence": task.confidence, "votes": task.votes_count} if task else {}


def _event(event: PresenceEvent) -> dict[str, Any]:
    return {
        "kind": event.kind,
        "says": event.get_kind_display(),
        "at": event.at,
        "explanation": event.explanation,
        "explanation_says": event.get_explanation_display(),
        "snapshot__file_sha256": event.snapshot.file_sha256 if event.snapshot else None,
    }


def _checklist(ad: Ad) -> dict[str, Any]:
    found = disclosures.checklist_of(ad)
    rows = [{**asdict(row), "name": str(row.name), "says": str(row.says)} for row in found.rows]
    return {"applies": found.applies, "has_dates": found.has_dates, "rows": rows}


def _snapshot(ad: Ad) -> dict[str, Any] | None:
    seen = ad.last_snapshot
    return (
        {"taken_at": seen.taken_at, "status": seen.status, "file_sha256": seen.file_sha256} if seen else None
    )
