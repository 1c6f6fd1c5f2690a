"""What is tracked, fetched and recorded. Rows index two git repositories a collection: git is the truth."""

from terms_tracker.models.clauses import Appearance, AppearanceQuerySet, Sentence, SentenceQuerySet
from terms_tracker.models.demo import DemoPage
from terms_tracker.models.federation import Peer, PeerQuerySet
from terms_tracker.models.records import Record, Snapshot, SnapshotQuerySet, Version, VersionQuerySet
from terms_tracker.models.topics import Topic, TopicQuerySet
from terms_tracker.models.tracked import (
    Collection,
    CollectionQuerySet,
    Service,
    ServiceQuerySet,
    SourceDocument,
    Summary,
    Terms,
    TermsQuerySet,
    check_key_is_free,
)
from terms_tracker.models.visibility import Caller

__all__ = [
    "Appearance",
    "AppearanceQuerySet",
    "Caller",
    "Collection",
    "CollectionQuerySet",
    "DemoPage",
    "Peer",
    "PeerQuerySet",
    "Record",
    "Sentence",
    "SentenceQuerySet",
    "Service",
    "ServiceQuerySet",
    "Snapshot",
    "SnapshotQuerySet",
    "SourceDocument",
    "Summary",
    "Terms",
    "TermsQuerySet",
    "Topic",
    "TopicQuerySet",
    "Version",
    "VersionQuerySet",
    "check_key_is_free",
]
