"""The pages of the terms tracker."""

from terms_tracker.views.clauses import clauses
from terms_tracker.views.datasets import dataset, datasets
from terms_tracker.views.demo import demo, demo_change, demo_page
from terms_tracker.views.lists import changes, check, service, services, timeline
from terms_tracker.views.reading import change, compare, snapshot, version, version_source

__all__ = [
    "change",
    "changes",
    "check",
    "clauses",
    "compare",
    "dataset",
    "datasets",
    "demo",
    "demo_change",
    "demo_page",
    "service",
    "services",
    "snapshot",
    "timeline",
    "version",
    "version_source",
]
