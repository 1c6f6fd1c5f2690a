"""What is tracked, fetched and recorded. Rows index two git repositories a collection: git is the truth."""

from terms_tracker.models.checks import DayOfChecks, DayOfChecksQuerySet
from terms_tracker.models.clauses import Appearance, AppearanceQuerySet, Sentence, SentenceQuerySet
from terms_tracker.models.demo import DemoPage
from terms_tracker.models.federation import Peer, PeerQuerySet
from terms_tracker.models.following import Notice, Subscription, SubscriptionQuerySet
from terms_tracker.models.memos import Memo, MemoQuerySet, MemoRevision
from terms_tracker.models.records import Record, Snapshot, SnapshotQuerySet, Version, VersionQuerySet
from terms_tracker.models.remotes import Remote, check_is_repository
from terms_tracker.models.stamps import TimeStamp
from terms_tracker.models.suggestions import Suggestion, SuggestionQuerySet
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
    "DayOfChecks",
    "DayOfChecksQuerySet",
    "DemoPage",
    "Memo",
    "MemoQuerySet",
    "MemoRevision",
    "Notice",
    "Peer",
    "PeerQuerySet",
    "Record",
    "Remote",
    "Sentence",
    "SentenceQuerySet",
    "Service",
    "ServiceQuerySet",
    "Snapshot",
    "SnapshotQuerySet",
    "SourceDocument",
    "Subscription",
    "SubscriptionQuerySet",
    "Suggestion",
    "SuggestionQuerySet",
    "Summary",
    "Terms",
    "TermsQuerySet",
    "TimeStamp",
    "Topic",
    "TopicQuerySet",
    "Version",
    "VersionQuerySet",
    "check_is_repository",
    "check_key_is_free",
]
