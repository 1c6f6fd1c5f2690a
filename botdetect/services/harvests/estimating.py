"""Before a harvest: what there is to read, and what all of it would cost."""

from collections.abc import Iterable, Sequence
from functools import partial

from django.utils.translation import gettext as _

from botdetect.collectors.x import WrongRequestError, X
from botdetect.formats import Profile
from botdetect.models import Harvest, Target
from botdetect.services import collections, spending
from botdetect.services.harvests import money
from botdetect.services.harvests.paging import add_targets, seen, span_of

_LONGEST_TIMELINE = 3200  # posts that X gives of one account
_EXPECTED = {"posts": "statuses", "followers": "followers", "crawl": "followers", "following": "friends"}


def estimate(harvest: Harvest, x: X) -> None:
    """Ask X how much there is, which costs little, and keep the answer and the targets.

    Raises what `X` raises, and BudgetSpentError.
    """
    if harvest.kind == Harvest.Kind.SEARCH:
        reads = _counted(harvest, x)
        harvest.targets.get_or_create(name="", defaults={"since": harvest.asked.get("since_id", "")})
    elif harvest.kind == Harvest.Kind.USERS:
        names = harvest.asked["accounts"]
        add_targets([Target(harvest=harvest, name=name) for name in names])
        reads = len(names)
    else:
        reads = _resolved(harvest, x)
    harvest.estimated_reads, harvest.estimated_micros = reads, reads * money.price_of_result(harvest)
    harvest.save(update_fields=["estimated_reads", "estimated_micros"])


def _counted(harvest: Harvest, x: X) -> int:
    total, cursor = 0, ""
    while True:
        count, cursor = money.call(
            harvest,
            spending.price("count"),
            partial(x.count, harvest.asked["query"], cursor=cursor, **span_of(harvest)),
        )
        total += count
        if not cursor:
            return total


def _resolved(harvest: Harvest, x: X) -> int:
    """Turn handles into identifiers, and say how much there is to read of them."""
    reads, found = 0, 0
    for names in _batches(harvest.asked["accounts"]):
        price = spending.price("user")
        page = money.call(harvest, price * len(names), partial(x.users, names))
        money.give_back(harvest, price * (len(names) - page.users_read))
        collections.keep_profiles(harvest.collection, seen(page.users))
        targets = [
            Target(
                harvest=harvest,
                name=name,
                since=_since(harvest, name),
                expected=_expected(harvest.kind, profile),
            )
            for name, profile in page.users
        ]
        found += len(targets)
        add_targets(targets + [_lost(harvest, name, why) for name, why in page.away.items()])
        reads += sum(target.expected or 0 for target in targets)
    if not found:
        raise WrongRequestError(_("X shows none of these accounts."))
    return reads


def _batches(names: Sequence[str]) -> Iterable[list[str]]:
    """At most a hundred of one sort: handles or identifiers."""
    for is_handle in (True, False):
        sort = [name for name in names if name.startswith("@") == is_handle]
        yield from (sort[start : start + 100] for start in range(0, len(sort), 100))


def _expected(kind: str, profile: Profile) -> int:
    count = getattr(profile, _EXPECTED[kind]) or 0
    return min(count, _LONGEST_TIMELINE) if kind == Harvest.Kind.POSTS else count


def _since(harvest: Harvest, name: str) -> str:
    """The newest post of an account that an earlier harvest brought into this collection."""
    if harvest.kind != Harvest.Kind.POSTS:
        return ""
    earlier = Target.objects.filter(
        harvest__collection=harvest.collection_id, harvest__kind=harvest.kind, name=name, is_done=True
    )
    return max(earlier.values_list("newest", flat=True), key=lambda text: int(text or 0), default="")


def _lost(harvest: Harvest, name: str, why: str) -> Target:
    return Target(harvest=harvest, name=name[:120], is_done=True, problem=why)
