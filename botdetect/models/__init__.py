"""Rows of the bot clusters: what was collected, what was found, what reviewers say."""

from botdetect.models.collections import Account, AllowedAccount, Collection, Erasure
from botdetect.models.reviews import PublicRequest, Review, Verdict
from botdetect.models.runs import Cluster, Edge, Member, Run

__all__ = [
    "Account",
    "AllowedAccount",
    "Cluster",
    "Collection",
    "Edge",
    "Erasure",
    "Member",
    "PublicRequest",
    "Review",
    "Run",
    "Verdict",
]
