"""Rules on political ads as data: when they hold (windows) and what they ask of an ad (predicates). No Django."""

from political_ads.law.predicates import PREDICATES, Facts, labels_needed, reached_minors
from political_ads.law.transparency import Disclosed, Line, Told, applies, checklist
from political_ads.law.windows import ALWAYS, WINDOWS, Ballot, Window, overlap, windows_of

__all__ = [
    "ALWAYS",
    "PREDICATES",
    "WINDOWS",
    "Ballot",
    "Disclosed",
    "Facts",
    "Line",
    "Told",
    "Window",
    "applies",
    "checklist",
    "labels_needed",
    "overlap",
    "reached_minors",
    "windows_of",
]
