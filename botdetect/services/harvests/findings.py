"""What a harvest asked for, in words, and what a crawl found."""

from collections.abc import Iterator
from itertools import islice
from typing import Any

from django.utils.translation import gettext as _

from botdetect.models import Account, Harvest

COLUMNS = (
    "account",
    "handle",
    "depth",
    "through",
    "created_at",
    "collected_at",
    "followers",
    "followings",
    "posts",
)
_BATCH = 500


def dormant_rows(harvest: Harvest) -> Iterator[dict[str, Any]]:
    """One row an account that the dormant rule held for, with its profile as it was collected."""
    targets = harvest.targets.dormant().values_list("name", "depth", "through").iterator(chunk_size=_BATCH)
    while batch := list(islice(targets, _BATCH)):
        names = [name for name, _depth, _through in batch]
        known = Account.objects.filter(collection=harvest.collection_id, name__in=names)
        profiles = {profile.name: profile for profile in known}
        for name, depth, through in batch:
            yield {"account": name, "depth": depth, "through": through} | _profile(profiles.get(name))


def _profile(profile: Account | None) -> dict[str, Any]:
    if profile is None:
        return {}
    return {
        "handle": profile.handle,
        "created_at": profile.created_at,
        "collected_at": profile.collected_at,
        "followers": profile.followers,
        "followings": profile.friends,
        "posts": profile.statuses,
    }


def words_of(harvest: Harvest) -> list[tuple[str, str]]:
    """What was asked, as (name, value) pairs that people read."""
    asked, rule = harvest.asked, harvest.asked.get("rule") or {}
    pairs = [
        (_("Search"), asked.get("query", "")),
        (_("Accounts"), ", ".join(asked.get("accounts", ())[:20])),
        (_("From"), str(asked.get("start", ""))[:10]),
        (_("Until"), str(asked.get("end", ""))[:10]),
        (_("Newer than post"), asked.get("since_id", "")),
        (_("Steps"), str(asked.get("most_depth", ""))),
        (_("Dormant: at most so many posts"), str(rule.get("most_posts", ""))),
        (_("Dormant: follows at least so many times as many as follow it"), str(rule.get("least_ratio", ""))),
        (
            _("Dormant: created at most so many days before it is seen"),
            "" if rule.get("newest_days") is None else str(rule["newest_days"]),
        ),
    ]
    return [(name, value) for name, value in pairs if value]
