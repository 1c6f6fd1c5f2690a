"""Some thousand records into the database at once: looked up, created and compared by sets, never one by one."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Model, QuerySet

from political_ads.fingerprints import fingerprint
from political_ads.models import (
    Ad,
    AdVersion,
    Advertiser,
    AdvertiserName,
    Creative,
    LibrarySnapshot,
    Media,
    Payer,
    PresenceEvent,
    PresenceInterval,
)
from political_ads.sources import AdRecord

SIZE = 2000
"""Rows a batch: enough that the database is asked seldom, few enough for SQLite's limit of variables."""

# What an ad says, kept from its record; what changes in these makes a version.
COMPARED = (
    *("payer", "currency", "spend_low", "spend_high", "impressions_low", "impressions_high"),
    *("created_on", "started_on", "stopped_on", "platforms", "countries", "address"),
)
_PAIRS = {
    "spend": ("spend_low", "spend_high"),
    "impressions": ("impressions_low", "impressions_high"),
}
# They move whenever an ad is shown: kept as they are now, but their every move is no version.
_MEASURES = {
    *("demographic_distribution", "delivery_by_region", "region_distribution"),
    *("age_country_gender_reach_breakdown", "eu_total_reach", "estimated_audience_size", "Clicks"),
}
_CONTENT = (*COMPARED, "country", "details", "content_hash", "creative", "advertiser")


@dataclass(frozen=True, slots=True)
class Written:
    """What a batch came to."""

    seen: int
    added: int
    changed: int
    reappeared: int


class BatchWriter:
    """Writes the batches of one snapshot. Each call belongs in one transaction."""

    def __init__(self, snapshot: LibrarySnapshot) -> None:
        self.snapshot, self.source = snapshot, snapshot.source
        self._advertisers: dict[str, tuple[int, str]] = {}
        self._payers: set[str] = set()

    def write(self, records: Iterable[AdRecord]) -> Written:
        """Write these; of two with one identifier in a snapshot, the first counts."""
        unique: dict[str, AdRecord] = {}
        for record in records:
            unique.setdefault(record.external_id, record)
        known = {ad.external_id: ad for ad in self._known(unique)}
        unique = {
            key: record
            for key, record in unique.items()
            if key not in known or known[key].last_snapshot_id != self.snapshot.pk
        }
        rows = self._rows(list(unique.values()))
        new = [row for row in rows if row.external_id not in known]
        changed = [
            row
            for row in rows
            if row.external_id in known and known[row.external_id].content_hash != row.content_hash
        ]
        seen_again = [known[row.external_id] for row in rows if row.external_id in known]
        versions = self._versions(changed)
        self._save(new, changed, versions)
        reappeared = self._mark_seen(seen_again)
        return Written(len(rows), len(new), len(versions), reappeared)

    def _known(self, keys: Iterable[str]) -> QuerySet[Ad]:
        fields = (
            *("external_id", "content_hash", "last_snapshot_id", "presence"),
            *("present_since", "last_seen_at"),
        )
        return Ad.objects.filter(source=self.source, external_id__in=list(keys)).only(*fields)

    def _rows(self, records: Sequence[AdRecord]) -> list[Ad]:
        """The records as rows, with their advertisers and creatives, which are made when they are new."""
        prints = [self._fingerprint(record) for record in records]
        creatives = self._creatives(dict(zip(prints, records, strict=True)))
        advertisers = self._advertisers_of(records)
        self._note_payers({record.payer for record in records})
        taken_at = self.snapshot.taken_at
        return [
            Ad(
                source=self.source,
                external_id=record.external_id,
                advertiser_id=advertisers.get(record.advertiser_id),
                creative_id=creatives[print_],
                country=record.countries[0][:2] if record.countries else self.source.country,
                details=record.details,
                content_hash=content_hash(record, print_),
                first_seen_at=taken_at,
                last_seen_at=taken_at,
                present_since=taken_at,
                last_snapshot=self.snapshot,
                **_values(record),
            )
            for record, print_ in zip(records, prints, strict=True)
        ]

    def _fingerprint(self, record: AdRecord) -> str:
        """Of the words; of the picture where there are none; of the ad itself where there is neither."""
        shown: tuple[str, ...] = ()
        if not (record.text or record.title or record.description):
            own = f"{self.source.slug}:{record.external_id}"
            shown = record.pictures or (record.address or own,)
        return fingerprint(text=record.text, title=record.title, description=record.description, media=shown)

    def _creatives(self, wanted: dict[str, AdRecord]) -> dict[str, int]:
        found = _keys(Creative, "fingerprint", wanted)
        missing = {print_: record for print_, record in wanted.items() if print_ not in found}
        if missing:
            Creative.objects.bulk_create(
                [_creative(print_, record) for print_, record in missing.items()], ignore_conflicts=True
            )
            made = _keys(Creative, "fingerprint", missing)
            found |= made
            pictures = [
                Media(creative_id=made[print_], origin=address)
                for print_, record in missing.items()
                for address in record.pictures[:4]
            ]
            Media.objects.bulk_create(pictures, ignore_conflicts=True)
        return found

    def _advertisers_of(self, records: Sequence[AdRecord]) -> dict[str, int]:
        names = {each.advertiser_id: each.advertiser_name for each in records if each.advertiser_id}
        known = advertiser_keys(self.source.platform, names, self._advertisers, at=self.snapshot.taken_at)
        return {key: known[key] for key in names}

    def _note_payers(self, names: set[str]) -> None:
        new = names - self._payers - {""}
        Payer.objects.bulk_create([Payer(name=name) for name in sorted(new)], ignore_conflicts=True)
        self._payers |= new

    def _versions(self, changed: Sequence[Ad]) -> list[AdVersion]:
        """What differs between these rows and those in the database, for those in which a reader would see it."""
        wanted = [row.external_id for row in changed]
        before = Ad.objects.filter(source=self.source, external_id__in=wanted)
        old = {ad.external_id: ad for ad in before.select_related("creative", "advertiser")}
        creatives = Creative.objects.in_bulk({row.creative_id for row in changed})
        advertisers = Advertiser.objects.in_bulk({row.advertiser_id for row in changed if row.advertiser_id})
        versions = []
        for row in changed:
            was = old[row.external_id]
            row.creative = creatives[row.creative_id]
            row.advertiser = advertisers.get(row.advertiser_id or 0)
            if changes := changes_between(was, row):
                versions.append(
                    AdVersion(ad=was, snapshot=self.snapshot, seen_at=self.snapshot.taken_at, changes=changes)
                )
        return versions

    def _save(self, new: list[Ad], changed: list[Ad], versions: list[AdVersion]) -> None:
        AdVersion.objects.bulk_create(versions)
        Ad.objects.bulk_create(new)
        if changed:
            Ad.objects.bulk_create(
                changed,
                update_conflicts=True,
                unique_fields=["source", "external_id"],
                update_fields=_CONTENT,
            )

    def _mark_seen(self, ads: Sequence[Ad]) -> int:
        """These were there; those that had been missing begin a new run. Gives how many had been removed."""
        taken_at = self.snapshot.taken_at
        back = [ad for ad in ads if ad.presence != Ad.Presence.PRESENT]
        there = [ad.pk for ad in ads if ad.presence == Ad.Presence.PRESENT]
        Ad.objects.filter(pk__in=there).update(last_snapshot=self.snapshot, last_seen_at=taken_at)
        if not back:
            return 0
        PresenceInterval.objects.bulk_create(
            [PresenceInterval(ad=ad, since=ad.present_since, until=ad.last_seen_at) for ad in back],
            ignore_conflicts=True,
        )
        gone = [ad for ad in back if ad.presence != Ad.Presence.MISSING]
        PresenceEvent.objects.bulk_create(
            [self._event(ad, PresenceEvent.Kind.REAPPEARED, taken_at) for ad in gone], ignore_conflicts=True
        )
        Ad.objects.filter(pk__in=[ad.pk for ad in back]).update(
            last_snapshot=self.snapshot,
            last_seen_at=taken_at,
            present_since=taken_at,
            presence=Ad.Presence.PRESENT,
            missing_since=None,
            missed_snapshots=0,
        )
        return len(gone)

    def _event(self, ad: Ad, kind: PresenceEvent.Kind, at: datetime) -> PresenceEvent:
        return PresenceEvent(ad=ad, source=self.source, snapshot=self.snapshot, kind=kind, at=at)


def advertiser_keys(
    platform: str, names: dict[str, str], known: dict[str, tuple[int, str]], *, at: datetime
) -> dict[str, int]:
    """The row's key of each advertiser ({identifier: name}), made when it is new, renamed when its name is.

    The name it had is kept with `at`, when another was read. `known` is filled, so that the next batch asks for less.
    """
    unknown = [key for key in names if key not in known]
    if unknown:
        of_platform = Advertiser.objects.filter(platform=platform, external_id__in=unknown)
        Advertiser.objects.bulk_create(
            [Advertiser(platform=platform, external_id=key, name=names[key] or key) for key in unknown],
            ignore_conflicts=True,
        )
        for key, pk, name in of_platform.values_list("external_id", "pk", "name"):
            known[key] = (pk, name)
    renamed = {key: name for key, name in names.items() if name and known[key][1] != name}
    AdvertiserName.objects.bulk_create(
        [AdvertiserName(advertiser_id=known[key][0], name=known[key][1], until=at) for key in renamed],
        ignore_conflicts=True,
    )
    for key, name in renamed.items():
        Advertiser.objects.filter(pk=known[key][0]).update(name=name)
        known[key] = (known[key][0], name)
    return {key: known[key][0] for key in names}


def content_hash(record: AdRecord, print_: str) -> str:
    """Of all that is compared from one snapshot to the next."""
    values = [print_, record.advertiser_id, _values(record), record.details]
    text = json.dumps(values, cls=DjangoJSONEncoder, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def changes_between(before: Ad, after: Ad) -> dict[str, list[Any]]:
    """Field → [before, after], ranges as pairs, for what a reader would see differ."""
    found: dict[str, list[Any]] = {}
    pairs = {name for pair in _PAIRS.values() for name in pair}
    for name in (name for name in COMPARED if name not in pairs):
        _note(found, name, getattr(before, name), getattr(after, name))
    for name, (low, high) in _PAIRS.items():
        _note(
            found,
            name,
            [getattr(before, low), getattr(before, high)],
            [getattr(after, low), getattr(after, high)],
        )
    _note(found, "advertiser", str(before.advertiser or ""), str(after.advertiser or ""))
    for name in ("text", "title", "description"):
        _note(found, name, getattr(before.creative, name), getattr(after.creative, name))
    for name in {*before.details, *after.details} - _MEASURES:
        _note(found, name, before.details.get(name), after.details.get(name))
    return found


def _note(found: dict[str, list[Any]], name: str, before: Any, after: Any) -> None:
    if before != after:
        found[name] = [_plain(before), _plain(after)]


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def _values(record: AdRecord) -> dict[str, Any]:
    return {
        "payer": record.payer,
        "currency": record.currency,
        "spend_low": record.spend[0],
        "spend_high": record.spend[1],
        "impressions_low": record.impressions[0],
        "impressions_high": record.impressions[1],
        "created_on": record.created_on,
        "started_on": record.started_on,
        "stopped_on": record.stopped_on,
        "platforms": list(record.platforms),
        "countries": list(record.countries),
        "address": record.address,
    }


def _creative(print_: str, record: AdRecord) -> Creative:
    return Creative(
        fingerprint=print_,
        text=record.text,
        title=record.title,
        description=record.description,
        link=record.link,
        language=record.language,
    )


def _keys(model: type[Model], field: str, values: Iterable[str]) -> dict[str, int]:
    found = model._default_manager.filter(**{f"{field}__in": list(values)})
    return dict(found.values_list(field, "pk"))
