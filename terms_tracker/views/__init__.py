"""The pages of the terms tracker."""

from terms_tracker.views.clauses import clauses
from terms_tracker.views.compare_two import compare_two
from terms_tracker.views.coverage import coverage
from terms_tracker.views.datasets import dataset, datasets
from terms_tracker.views.deciding import suggestion, suggestions
from terms_tracker.views.demo import demo, demo_change, demo_page
from terms_tracker.views.evidence import evidence
from terms_tracker.views.following import edit_following, follow, stop_following, unfollow
from terms_tracker.views.lists import changes, check, service, services, timeline
from terms_tracker.views.memos import edit_memo, memo, memo_history, memos, move_memo, write_memo
from terms_tracker.views.reading import change, compare, snapshot, version, version_source
from terms_tracker.views.statistics import statistics, statistics_table, terms_statistics
from terms_tracker.views.suggesting import pick, picked_page, suggest

__all__ = [
    "change",
    "changes",
    "check",
    "clauses",
    "compare",
    "compare_two",
    "coverage",
    "dataset",
    "datasets",
    "demo",
    "demo_change",
    "demo_page",
    "edit_following",
    "edit_memo",
    "evidence",
    "follow",
    "memo",
    "memo_history",
    "memos",
    "move_memo",
    "pick",
    "picked_page",
    "service",
    "services",
    "snapshot",
    "statistics",
    "statistics_table",
    "stop_following",
    "suggest",
    "suggestion",
    "suggestions",
    "terms_statistics",
    "timeline",
    "unfollow",
    "version",
    "version_source",
    "write_memo",
]
