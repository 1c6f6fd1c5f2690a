"""Rows of the bot clusters: what was collected, what was found, what reviewers say."""

from botdetect.models.collections import Account, AllowedAccount, Collection, Erasure
from botdetect.models.harvests import Harvest, Spending, Target
from botdetect.models.looks import AccountSnapshot, ClusterLook
from botdetect.models.reviews import PublicRequest, Review, Verdict
from botdetect.models.runs import Cluster, Edge, Member, Run

__all__ = [
    "Account",
    "AccountSnapshot",
    "AllowedAccount",
    "Cluster",
    "ClusterLook",
    "Collection",
    "Edge",
    "Erasure",
    "Harvest",
    "Member",
    "PublicRequest",
    "Review",
    "Run",
    "Spending",
    "Target",
    "Verdict",
]
