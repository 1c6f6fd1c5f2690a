"""The pages of the terms tracker."""

from terms_tracker.views.clauses import clauses
from terms_tracker.views.demo import demo, demo_change, demo_page
from terms_tracker.views.evidence import evidence
from terms_tracker.views.following import follow, stop_following, unfollow
from terms_tracker.views.lists import changes, check, service, services, timeline
from terms_tracker.views.memos import edit_memo, memo, memo_history, memos, move_memo, write_memo
from terms_tracker.views.reading import change, compare, snapshot, version, version_source

__all__ = [
    "change",
    "changes",
    "check",
    "clauses",
    "compare",
    "demo",
    "demo_change",
    "demo_page",
    "edit_memo",
    "evidence",
    "follow",
    "memo",
    "memo_history",
    "memos",
    "move_memo",
    "service",
    "services",
    "snapshot",
    "stop_following",
    "timeline",
    "unfollow",
    "version",
    "version_source",
    "write_memo",
]
