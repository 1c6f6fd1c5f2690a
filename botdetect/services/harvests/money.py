"""What a call of a harvest costs: counted before it goes out, given back as far as X did not bill it."""

from collections.abc import Callable
from typing import TypeVar

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from botdetect.collectors.budget import BudgetSpentError
from botdetect.collectors.websocket import RefusedError
from botdetect.collectors.x import LARGEST, SMALLEST, BusyError, Page, WrongRequestError
from botdetect.models import Harvest
from botdetect.services import spending

Answer = TypeVar("Answer")

_SMALL_PAGE = 20


def reserve(harvest: Harvest, amount: int) -> None:
    """Count a call and the most it can cost, on the harvest and the month, before it goes out."""
    with transaction.atomic():
        spending.reserve(amount)
        room = Harvest.objects.filter(pk=harvest.pk, spent_micros__lte=F("most_micros") - amount)
        if not room.update(spent_micros=F("spent_micros") + amount, calls=F("calls") + 1):
            raise BudgetSpentError(_("The budget of this harvest is spent."))
    harvest.refresh_from_db(fields=["calls", "spent_micros"])


def give_back(harvest: Harvest, amount: int) -> None:
    """Take off what X did not bill of a call that it answered; less than nothing when it gave more than was asked."""
    if amount:
        spending.give_back(amount)
        Harvest.objects.filter(pk=harvest.pk).update(spent_micros=F("spent_micros") - amount)


def call(harvest: Harvest, amount: int, ask: Callable[[], Answer]) -> Answer:
    """Make a call that costs `amount` at most; a refusal costs nothing, half an answer may have cost all of it."""
    reserve(harvest, amount)
    try:
        return ask()
    except BusyError as error:
        if not error.is_billed:
            give_back(harvest, amount)
        raise
    except (RefusedError, WrongRequestError):
        give_back(harvest, amount)
        raise


def price_of_result(harvest: Harvest) -> int:
    """What one result costs, in millionths of a dollar."""
    if harvest.kind in {Harvest.Kind.SEARCH, Harvest.Kind.POSTS}:
        return spending.price("post") + (spending.price("user") if harvest.asked.get("with_authors") else 0)
    return spending.price("user" if harvest.kind == Harvest.Kind.USERS else "follow")


def size_of_page(harvest: Harvest, kind: str, expected: int | None = None) -> int:
    """How many results to ask for: what the budget still allows, and not far more than are expected.

    A call that breaks off counts in full: to ask for a thousand where twenty are would cost fifty times as much.
    Raises BudgetSpentError when the budget allows fewer than X takes.
    """
    price = price_of_result(harvest)
    room = min(harvest.most_micros - harvest.spent_micros, spending.left())
    size = min(LARGEST[kind], room // price if price else LARGEST[kind])
    if size < SMALLEST[kind]:
        raise BudgetSpentError(_("What is left of the budget does not pay for another page."))
    return size if expected is None else min(size, max(expected, _SMALL_PAGE))


def cost_of(page: Page, kind: str) -> int:
    """What X bills for a page, in millionths of a dollar."""
    price = "follow" if kind in {"followers", "following"} else "user"
    return page.posts_read * spending.price("post") + page.users_read * spending.price(price)
