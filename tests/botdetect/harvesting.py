"""Harvests for tests: asked for, estimated, and gone on with as a worker would."""

from decimal import Decimal

from django.core.cache import cache

from botdetect import eventfile
from botdetect.models import Harvest
from botdetect.services.harvests import asking, performing
from disinfo import fetcher
from tests.botdetect.factories import BotCollectionFactory


def forget_pauses():
    """As if the pauses that servers asked for were over."""
    fetcher.close()
    cache.clear()


def asked(kind="search", *, most="10", collection=None, **what):
    what = what or {"query": "invented"}
    return asking.ask(
        collection=collection or BotCollectionFactory(),
        kind=kind,
        asked=what,
        most_money=Decimal(most),
        actor=None,
        is_queued=False,
    )


def estimated(*args, **options):
    harvest = asked(*args, **options)
    performing.perform(harvest=harvest)
    harvest.refresh_from_db()
    return harvest


def go_on(harvest, most=None):
    asking.start(
        harvest=harvest,
        most_money=Decimal(most) if most else harvest.most_money,
        actor=None,
        is_queued=False,
    )
    return later(harvest)


def later(harvest):
    """As the sweep would, once the pauses are over."""
    forget_pauses()
    Harvest.objects.filter(pk=harvest.pk).update(resume_at=None)
    performing.perform(harvest=harvest)
    harvest.refresh_from_db()
    harvest.collection.refresh_from_db()
    return harvest


def finished(*args, **options):
    return go_on(estimated(*args, **options))


def contents(harvest):
    path = harvest.collection.events_path
    return eventfile.read(path)["content"].to_pylist() if path.exists() else []


def is_whole(harvest, posts=120):
    """Each post is there, none twice: it shares a link and its words."""
    return len(contents(harvest)) == 2 * posts and len(set(contents(harvest))) == posts
