"""The money guard of the whole portal: a month's spending on X, counted before a request goes out."""

from decimal import Decimal

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from botdetect.collectors.budget import BudgetSpentError
from botdetect.models import Spending
from botdetect.models.harvests import MICROS


def micros(money: Decimal) -> int:
    """Dollars in millionths."""
    return int(money * MICROS)


def dollars(amount: int) -> Decimal:
    """Millionths in dollars."""
    return Decimal(amount) / MICROS


def price(kind: str) -> int:
    """What one read of this kind (post, user, follow, count) costs, in millionths of a dollar."""
    return micros(settings.BOTS_X_PRICES[kind])


def left(*, is_look: bool = False) -> int:
    """What this month's budget still allows, in millionths; for looks, what their part of it allows."""
    spent = Spending.objects.filter(month=_month()).first() or Spending()
    whole = micros(settings.BOTS_X_MONTH_BUDGET) - spent.micros
    part = micros(settings.BOTS_LOOK_MONTH_BUDGET) - spent.look_micros
    return max(0, min(whole, part) if is_look else whole)


@transaction.atomic
def reserve(amount: int, *, is_look: bool = False) -> None:
    """Count one call and the most it can cost. Raises BudgetSpentError, and counts nothing, when that is too much."""
    month = _month()
    Spending.objects.get_or_create(month=month)
    room = Spending.objects.filter(month=month, micros__lte=micros(settings.BOTS_X_MONTH_BUDGET) - amount)
    if is_look:
        room = room.filter(look_micros__lte=micros(settings.BOTS_LOOK_MONTH_BUDGET) - amount)
    looked = amount if is_look else 0
    if not room.update(
        micros=F("micros") + amount, look_micros=F("look_micros") + looked, calls=F("calls") + 1
    ):
        raise BudgetSpentError(_("The portal’s budget for this month is spent."))


def give_back(amount: int, *, is_look: bool = False) -> None:
    """Take off what a call that was answered did not cost after all."""
    looked = amount if is_look else 0
    spent = Spending.objects.filter(month=_month(), micros__gte=amount, look_micros__gte=looked)
    spent.update(micros=F("micros") - amount, look_micros=F("look_micros") - looked)


def _month() -> str:
    return f"{timezone.now():%Y-%m}"
