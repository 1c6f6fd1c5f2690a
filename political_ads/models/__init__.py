"""The tool's tables: what libraries hold, what the crowd says, what the law asks."""

from political_ads.models.crowd import Task
from political_ads.models.law import Alert, AlertFollower, Election, HitReview, Rule, RuleHit
from political_ads.models.library import (
    Ad,
    AdQuerySet,
    AdVersion,
    Advertiser,
    AdvertiserTotal,
    Creative,
    Media,
    Payer,
    PresenceEvent,
    PresenceInterval,
)
from political_ads.models.sources import LibrarySnapshot, Source

__all__ = [
    "Ad",
    "AdQuerySet",
    "AdVersion",
    "Advertiser",
    "AdvertiserTotal",
    "Alert",
    "AlertFollower",
    "Creative",
    "Election",
    "HitReview",
    "LibrarySnapshot",
    "Media",
    "Payer",
    "PresenceEvent",
    "PresenceInterval",
    "Rule",
    "RuleHit",
    "Source",
    "Task",
]
