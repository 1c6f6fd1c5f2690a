"""During a harvest: one page of one target, kept before its cursor moves."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from botdetect.collectors.parts import Parts
from botdetect.collectors.x import Page, WrongRequestError, X
from botdetect.dormancy import DormantRule
from botdetect.features import dormant
from botdetect.formats import Post, Profile
from botdetect.models import Harvest, Target
from botdetect.services import collections, spending
from botdetect.services.harvests import money
from botdetect.services.profiles import draw_map

_PAGES_BETWEEN_TAKING_OVER = 500
_MOST_RESTARTS = 3


def parts_of(harvest: Harvest) -> Parts:
    """Where pages are kept until they are in the collection's file."""
    return Parts(harvest.collection.folder / f"harvest-{harvest.pk}")


def take_over(*, harvest: Harvest) -> int:
    """Bring the pages that were kept into the collection's file; safe to do twice. Gives how many shares are new."""
    parts = parts_of(harvest)
    tables = parts.tables()
    new = collections.store(collection=harvest.collection, tables=tables) if tables else 0
    parts.drop()
    # Profiles came with the pages, or alone: the map is of those that are known now.
    draw_map(collection=harvest.collection)
    return new


def read_page(harvest: Harvest, target: Target, x: X) -> None:
    """Read and keep the next page of a target. Raises what `X` raises, and BudgetSpentError before a call goes out."""
    if harvest.kind == Harvest.Kind.USERS:
        _read_profiles(harvest, target, x)
        return
    kind = "followers" if harvest.kind == Harvest.Kind.CRAWL else harvest.kind
    left = None if target.expected is None else max(0, target.expected - target.found)
    size = money.size_of_page(harvest, kind, left)
    price = money.price_of_result(harvest)
    try:
        page: Page = money.call(harvest, price * size, lambda: _page(harvest, target, kind, size, x))
    except WrongRequestError as error:
        _start_again(harvest, target, error)
        return
    _keep(harvest, target, page)
    money.give_back(harvest, price * size - money.cost_of(page, kind))
    if harvest.calls % _PAGES_BETWEEN_TAKING_OVER == 0:
        take_over(harvest=harvest)


def _page(harvest: Harvest, target: Target, kind: str, size: int, x: X) -> Page:
    if kind in {"followers", "following"}:
        return x.follows(target.name, kind, most=size, cursor=target.cursor)
    # Without a cursor, after the page that it was lost on: older than the oldest post that came.
    place: dict[str, Any] = {
        "cursor": target.cursor,
        "since_id": target.since,
        "until_id": "" if target.cursor else target.oldest,
        "with_authors": bool(harvest.asked.get("with_authors")),
    }
    if kind == "posts":
        return x.posts_of(target.name, most=size, **place)
    return x.search(harvest.asked["query"], most=size, **place, **span_of(harvest))


def span_of(harvest: Harvest) -> dict[str, Any]:
    """How far back a search goes."""
    asked = harvest.asked
    moments = {
        name: datetime.fromisoformat(asked[name]) if asked.get(name) else None for name in ("start", "end")
    }
    return {"is_archive": bool(asked.get("is_archive")), **moments}


def _start_again(harvest: Harvest, target: Target, error: WrongRequestError) -> None:
    """X no longer knows a cursor: read on from the oldest post, or from the beginning. Otherwise, say why not."""
    if target.cursor and target.restarts < _MOST_RESTARTS:
        target.cursor, target.restarts = "", target.restarts + 1
    elif harvest.kind == Harvest.Kind.SEARCH:
        raise error
    else:
        target.is_done, target.problem = True, str(error)[:200]
    target.save()


def _keep(harvest: Harvest, target: Target, page: Page) -> None:
    """Keep a page: shares on disk first, then profiles, new targets and the cursor in one step."""
    posts = [*page.posts, *_follows(harvest, target, page)]
    if shared := [post for post in posts if post.objects]:
        parts_of(harvest).add(shared, harvest.calls)
    with transaction.atomic():
        collections.keep_profiles(harvest.collection, [*page.posts, *seen(page.users)])
        if harvest.kind == Harvest.Kind.CRAWL:
            _queue_dormant(harvest, target, page)
        is_same = bool(page.cursor) and page.cursor == target.cursor
        target.cursor = page.cursor or ""
        target.oldest = min(filter(None, (target.oldest, page.oldest)), key=int, default="")
        target.newest = max(filter(None, (target.newest, page.newest)), key=int, default="")
        target.found += len(page.posts) + len(page.users)
        # A server that leads back to the page it has just given would be paid for ever.
        target.is_done = page.cursor is None or is_same
        target.problem = page.away.get(target.name, "the same page again" if is_same else "")
        target.save()
        _note(harvest, page)


def _note(harvest: Harvest, page: Page) -> None:
    Harvest.objects.filter(pk=harvest.pk).update(
        reads=F("reads") + page.posts_read + page.users_read,
        unread=F("unread") + page.unread,
        failures=0,
        problem="",
        resume_at=None,
    )
    harvest.failures, harvest.problem, harvest.resume_at = 0, "", None


def _follows(harvest: Harvest, target: Target, page: Page) -> list[Post]:
    """One share for each follow. X does not say when it began: all carry the moment that the harvest was asked for."""
    at = float(int(harvest.created_at.timestamp()))
    if harvest.kind == Harvest.Kind.FOLLOWING:
        pairs = [(target.name, name) for name, _profile in page.users]
    else:
        pairs = [(name, target.name) for name, _profile in page.users]
    return [Post(who, f"{who}>{whom}", at, (("follow", whom),)) for who, whom in pairs]


def seen(users: Iterable[tuple[str, Profile]]) -> list[Post]:
    """Profiles as they are now, in the shape that collections keep them from."""
    now = timezone.now().timestamp()
    return [Post(name, "", now, (), profile) for name, profile in users]


def _queue_dormant(harvest: Harvest, target: Target, page: Page) -> None:
    """Take the accounts that the rule holds for as new targets, as deep as was asked; deeper ones are only noted."""
    holds = dormant(_columns(page.users), DormantRule(**harvest.asked.get("rule", {})))
    depth = target.depth + 1
    is_deep_enough = depth > harvest.asked.get("most_depth", 0)
    found = [user for user, is_dormant in zip(page.users, holds, strict=True) if is_dormant]
    add_targets(
        [
            Target(
                harvest=harvest,
                name=name,
                depth=depth,
                through=target.name,
                expected=profile.followers,
                is_done=is_deep_enough,
            )
            for name, profile in found
        ]
    )


def _columns(users: Sequence[tuple[str, Profile]]) -> dict[str, list[Any]]:
    now = timezone.now().timestamp()
    profiles = [profile for _name, profile in users]
    return {
        "collected_at": [now] * len(profiles),
        "protected": [profile.is_protected for profile in profiles],
        **{
            name: [getattr(profile, name) for profile in profiles]
            for name in ("created_at", "statuses", "followers", "friends")
        },
    }


def _read_profiles(harvest: Harvest, first: Target, x: X) -> None:
    """Up to a hundred profiles in one call."""
    size = money.size_of_page(harvest, "users")
    left = harvest.targets.left()
    is_handle = Q(name__startswith="@")
    left = left.filter(is_handle if first.name.startswith("@") else ~is_handle)
    targets = list(left[:size])
    price = spending.price("user")
    page: Page = money.call(
        harvest, price * len(targets), lambda: x.users([target.name for target in targets])
    )
    with transaction.atomic():
        collections.keep_profiles(harvest.collection, seen(page.users))
        for target in targets:
            target.is_done, target.problem = True, page.away.get(target.name.lstrip("@"), "")
            target.found = int(not target.problem)
        Target.objects.bulk_update(targets, ["is_done", "problem", "found"])
        _note(harvest, page)
    money.give_back(harvest, price * (len(targets) - page.users_read))


def add_targets(targets: list[Target]) -> None:
    """Add those that are not there already; who asked to be forgotten is never read again."""
    erased = collections.erased_among(target.name for target in targets)
    wanted = [target for target in targets if target.name not in erased]
    Target.objects.bulk_create(wanted, ignore_conflicts=True, batch_size=1000)
