"""The topics a portal starts with, and the matcher made of those it has."""

import json
from functools import lru_cache
from pathlib import Path

from django.db import transaction

from terms_tracker.models import Topic
from terms_tracker.topics import Matcher

_STARTER = Path(__file__).resolve().parent.parent / "starter" / "topics.json"


@transaction.atomic
def load_into_empty(**_signal: object) -> None:
    """Give a portal without topics its first ones; what an admin took away stays away."""
    if not Topic.objects.exists():
        rows = json.loads(_STARTER.read_text("utf-8"))
        Topic.objects.bulk_create(Topic(position=at, **row) for at, row in enumerate(rows))


def matcher() -> Matcher:
    """Finds the active topics in a text; made once for one state of them."""
    rows = Topic.objects.active().order_by("pk").values_list("pk", "phrases")
    return _matcher(tuple((pk, tuple(map(str, phrases))) for pk, phrases in rows))


@lru_cache(maxsize=2)
def _matcher(phrases: tuple[tuple[int, tuple[str, ...]], ...]) -> Matcher:
    return Matcher(dict(phrases))
