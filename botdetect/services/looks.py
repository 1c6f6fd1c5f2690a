"""Looking again at the accounts of clusters, within a budget, and keeping what has changed."""

import logging
import re
import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from botdetect import churn
from botdetect.churn import Sighting
from botdetect.collectors import lookups
from botdetect.collectors.budget import BudgetSpentError
from botdetect.models import Account, AccountSnapshot, Cluster, ClusterLook, Collection, Member
from botdetect.services import spending
from disinfo import fetcher, safe_http
from disinfo.leases import lease

logger = logging.getLogger(__name__)

_LEASE_SECONDS, _LONGEST_SECONDS = 300.0, 500.0
_MOST_AT_ONCE = 1000
_AT_ONCE = {
    Collection.Source.BLUESKY: lookups.MOST_OF_BLUESKY,
    Collection.Source.MASTODON: 10,
    Collection.Source.X: 100,
}
_AGAIN_AFTER_AN_ERROR = timedelta(hours=1)
_COUNTERS_KEPT_EVERY = timedelta(days=7)
_NAME_IN_ADDRESS = re.compile(r"^https?://([\w.:-]+)/(?:users/|@)(\w+)$")
_COUNTS = ("followers", "friends", "statuses")


class NetworkAwayError(RuntimeError):
    """A network does not answer, or not us: its accounts wait."""

    code = "away"


def look() -> int:
    """See what has become of the accounts whose time has come; gives how many were looked at.

    A network that does not answer is left for later; killed on the way, what was seen is kept batch by batch.
    """
    with lease("bots-looks", seconds=_LEASE_SECONDS) as held:
        if not held:
            return 0
        enrol()
        until, looked = time.monotonic() + _LONGEST_SECONDS, 0
        for network, size in _AT_ONCE.items():
            while time.monotonic() < until and held.renew() and _may_look(network):
                batch = list(Account.objects.due_for_look(network).select_related("collection")[:size])
                if not batch or not look_at(network=network, accounts=batch):
                    break
                looked += len(batch)
        return looked


def _may_look(network: str) -> bool:
    if network == Collection.Source.X:
        return bool(settings.BOTS_X_TOKEN) and spending.left(is_look=True) > 0
    if network == Collection.Source.MASTODON and not settings.BOTS_MASTODON:
        return False
    today = timezone.now().replace(hour=0, minute=0, second=0, microsecond=0)
    return Account.objects.filter(looked_at__gte=today).count() < settings.BOTS_LOOK_DAILY_READS


def enrol() -> int:
    """Give each member of a watched cluster a profile to compare with, if its file held none."""
    known = Account.objects.filter(collection=OuterRef("run__collection"), name=OuterRef("name"))
    members = Member.objects.filter(cluster__in=Cluster.objects.watched()).exclude(Exists(known))
    rows = members.order_by().values_list("run__collection", "name").distinct()[:_MOST_AT_ONCE]
    made = [Account(collection_id=collection, name=name) for collection, name in rows]
    Account.objects.bulk_create(made, ignore_conflicts=True)
    return len(made)


def look_at(*, network: str, accounts: Sequence[Account]) -> bool:
    """Look at some accounts of one network, and keep what is seen; false when the network does not answer."""
    try:
        seen = _seen(network, accounts)
    except (safe_http.FetchError, NetworkAwayError, BudgetSpentError) as error:
        # By its code: the words of an error hold the address, and so the identifiers.
        logger.warning(
            "accounts not looked at", extra={"network": network, "reason": getattr(error, "code", "budget")}
        )
        # Not the same ones first again: one of them may be what the network stumbles over.
        names = [account.pk for account in accounts]
        Account.objects.filter(pk__in=names).update(next_look_at=timezone.now() + _AGAIN_AFTER_AN_ERROR)
        return False
    keep(accounts=accounts, seen=seen)
    return True


def _seen(network: str, accounts: Sequence[Account]) -> Mapping[str, Sighting]:
    get = fetcher.client().get
    if network == Collection.Source.BLUESKY:
        return lookups.bluesky(settings.BOTS_BLUESKY_API, get, [account.name for account in accounts])
    if network == Collection.Source.MASTODON:
        address = _web_address(settings.BOTS_MASTODON)
        found = {account.name: lookups.mastodon(address, get, _handle_of(account)) for account in accounts}
        return {name: sighting for name, sighting in found.items() if sighting}
    return _seen_on_x([account.name for account in accounts])


def _web_address(stream: str) -> str:
    """Where the server of a stream (wss://…/api/v1/streaming) answers to the Web."""
    scheme, _mark, rest = stream.partition("://")
    return f"{'https' if scheme == 'wss' else 'http'}://{rest.partition('/')[0]}"


def _handle_of(account: Account) -> str:
    if match := _NAME_IN_ADDRESS.match(account.name):
        return account.handle or f"{match[2]}@{match[1]}"
    return account.handle or account.name


def _seen_on_x(names: list[str]) -> dict[str, Sighting]:
    from botdetect.collectors.websocket import RefusedError
    from botdetect.collectors.x import BusyError, WrongRequestError
    from botdetect.services.harvests.performing import connection

    price = spending.price("user")
    # No more than what is left pays for; the others' time comes again.
    names = names[: spending.left(is_look=True) // price] if price else names
    if not names:
        raise BudgetSpentError("looks")
    spending.reserve(price * len(names), is_look=True)
    try:
        page = connection().users(names)
    except (BusyError, RefusedError, WrongRequestError) as error:
        if not getattr(error, "is_billed", False):
            spending.give_back(price * len(names), is_look=True)
        raise NetworkAwayError(str(error)) from error
    spending.give_back(price * (len(names) - page.users_read), is_look=True)
    found = {name: Sighting(profile=profile) for name, profile in page.users}
    return found | {name: Sighting(away=why) for name, why in page.away.items() if why in churn.AWAY}


@transaction.atomic
def keep(*, accounts: Sequence[Account], seen: Mapping[str, Sighting]) -> None:
    """Keep what was seen: the state of each account, a snapshot where something changed, the sums of its clusters."""
    now = timezone.now()
    last = {
        snapshot.account_id: snapshot
        for snapshot in AccountSnapshot.objects.filter(account__in=accounts).order_by("at")
    }
    snapshots = []
    for account in accounts:
        account.next_look_at = now + timedelta(hours=settings.BOTS_LOOK_HOURS)
        if sighting := seen.get(account.name):
            _note(account, sighting, now)
            made = _snapshot(account, sighting, now)
            if _is_news(made, last.get(account.pk)):
                snapshots.append(made)
    fields = [
        "status",
        "was_away",
        "looked_at",
        "next_look_at",
        "handle",
        "created_at",
        "collected_at",
        *_COUNTS,
    ]
    Account.objects.bulk_update(accounts, fields, batch_size=500)
    AccountSnapshot.objects.bulk_create(snapshots, batch_size=500)
    _add_up(accounts, now)


def _note(account: Account, sighting: Sighting, now: datetime) -> None:
    account.status = churn.state_of(sighting, handle=account.handle, was_away=account.was_away)
    account.was_away = account.was_away or account.status in churn.AWAY
    account.looked_at = now
    if account.collected_at is None and not sighting.away:
        profile = sighting.profile
        account.handle, account.collected_at = profile.handle[:120], now
        created = profile.created_at
        account.created_at = None if created is None else datetime.fromtimestamp(created, UTC)
        account.followers, account.friends, account.statuses = (
            profile.followers,
            profile.friends,
            profile.statuses,
        )


def _snapshot(account: Account, sighting: Sighting, now: datetime) -> AccountSnapshot:
    profile = sighting.profile
    return AccountSnapshot(
        account=account,
        at=now,
        status=account.status,
        handle=profile.handle[:120],
        followers=profile.followers,
        friends=profile.friends,
        statuses=profile.statuses,
    )


def _is_news(made: AccountSnapshot, last: AccountSnapshot | None) -> bool:
    """Whether to keep it: a new state or name always, new counters once a week."""
    if last is None or (made.status, made.handle) != (last.status, last.handle):
        return True
    has_changed = any(getattr(made, name) != getattr(last, name) for name in _COUNTS)
    return has_changed and made.at - last.at >= _COUNTERS_KEPT_EVERY


def _add_up(accounts: Iterable[Account], now: datetime) -> None:
    by_collection: dict[int, list[str]] = {}
    for account in accounts:
        by_collection.setdefault(account.collection_id, []).append(account.name)
    for collection, names in by_collection.items():
        members = Member.objects.filter(run__collection=collection, name__in=names)
        for cluster in Cluster.objects.watched().filter(pk__in=members.values("cluster")).order_by("pk"):
            states = Account.objects.of_cluster(cluster).exclude(looked_at=None).order_by()
            counts = Counter(states.values_list("status", flat=True))
            values = {"counts": dict(sorted(counts.items())), "looked": counts.total()}
            ClusterLook.objects.update_or_create(cluster=cluster, day=now.date(), defaults=values)
