"""The tool's tables: what libraries hold, what the crowd says, what the law asks."""

from political_ads.models.crowd import LABEL_NAMES, Task
from political_ads.models.law import Alert, AlertFollower, Election, HitReview, Rule, RuleHit
from political_ads.models.library import (
    Ad,
    AdQuerySet,
    AdVersion,
    Advertiser,
    AdvertiserName,
    AdvertiserTotal,
    Creative,
    Media,
    Payer,
    PresenceEvent,
    PresenceInterval,
)
from political_ads.models.people import UNDO_SECONDS, Check, NetworkSalt, Skip, Vote, Voter
from political_ads.models.review import CLASS_NAMES, CitizenReport, Gold, MonitorRun, Review, TriageRun
from political_ads.models.sources import LibrarySnapshot, Source

__all__ = [
    "CLASS_NAMES",
    "LABEL_NAMES",
    "UNDO_SECONDS",
    "Ad",
    "AdQuerySet",
    "AdVersion",
    "Advertiser",
    "AdvertiserName",
    "AdvertiserTotal",
    "Alert",
    "AlertFollower",
    "Check",
    "CitizenReport",
    "Creative",
    "Election",
    "Gold",
    "HitReview",
    "LibrarySnapshot",
    "Media",
    "MonitorRun",
    "NetworkSalt",
    "Payer",
    "PresenceEvent",
    "PresenceInterval",
    "Review",
    "Rule",
    "RuleHit",
    "Skip",
    "Source",
    "Task",
    "TriageRun",
    "Vote",
    "Voter",
]
