"""Creatives in the portal's search.

Not in the import itself: a million `search.put` would take longer than all the rest. The import leaves creatives marked
as not yet findable; workers take them by the thousand afterwards, each batch with one insert.
"""

from django.db import transaction

from disinfo import search
from disinfo.leases import lease
from political_ads.models import Ad, Creative

TOOL = "ads"
KIND = "ad"
_BATCH = 1000
_LEASE_SECONDS = 60


def make_findable(*, most: int = 200_000) -> int:
    """Index creatives that are not yet, at most `most`; gives how many. One worker at a time."""
    done = 0
    with lease("ads-findable", seconds=_LEASE_SECONDS) as held:
        while held and done < most:
            count = _index_some()
            done += count
            if count < _BATCH or not held.renew():
                break
    return done


@transaction.atomic
def _index_some() -> int:
    creatives = Creative.objects.filter(is_findable=False).order_by("pk")[:_BATCH]
    keys = [creative.pk for creative in creatives]
    first_ads: dict[int, Ad] = {}
    ads = (
        Ad.objects.filter(creative__in=keys).select_related("source", "advertiser", "creative").order_by("pk")
    )
    for ad in ads:
        first_ads.setdefault(ad.creative_id, ad)
    search.put_all(tool=TOOL, things=(_thing(key, ad) for key, ad in first_ads.items()))
    Creative.objects.filter(pk__in=keys).update(is_findable=True)
    return len(keys)


def _thing(key: int, ad: Ad) -> search.Thing:
    """A creative, found by its words and by who shows it; its address is that of its first ad."""
    creative = ad.creative
    return search.Thing(
        key=str(key),
        kind=KIND,
        url=ad.get_absolute_url(),
        title=str(ad.advertiser or ad.payer or ad.external_id),
        body="\n".join(filter(None, (creative.title, creative.text, creative.description, ad.payer))),
        language=creative.language,
        date=ad.first_seen_at,
    )
