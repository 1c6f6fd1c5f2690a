"""The tool's tables: what libraries hold, what the crowd says, what the law asks."""

from political_ads.models.crowd import LABEL_NAMES, Task
from political_ads.models.library import Ad, AdVersion, Advertiser, Creative, LibrarySnapshot, Media, Source
from political_ads.models.people import UNDO_SECONDS, Check, NetworkSalt, Skip, Vote, Voter
from political_ads.models.review import CLASS_NAMES, CitizenReport, Gold, MonitorRun, Review, TriageRun

__all__ = [
    "CLASS_NAMES",
    "LABEL_NAMES",
    "UNDO_SECONDS",
    "Ad",
    "AdVersion",
    "Advertiser",
    "Check",
    "CitizenReport",
    "Creative",
    "Gold",
    "LibrarySnapshot",
    "Media",
    "MonitorRun",
    "NetworkSalt",
    "Review",
    "Skip",
    "Source",
    "Task",
    "TriageRun",
    "Vote",
    "Voter",
]
