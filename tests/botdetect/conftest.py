"""X, as a server that speaks its protocol."""

from decimal import Decimal

import pytest

from tests.botdetect.fake_x import FIRST_USER, FakeX
from tests.botdetect.harvesting import forget_pauses


@pytest.fixture
def x(settings):
    """A hundred and twenty posts by six people, of whom the first is followed by the others."""
    fake = FakeX()
    for number in range(6):
        fake.person(number, metrics={"followers_count": 5 if number == 0 else 3})
        fake.follows[str(FIRST_USER + number)] = [str(FIRST_USER)] if number else []
    for number in range(120):
        fake.post(number, number % 6)
    with fake.serving():
        settings.BOTS_X_API, settings.BOTS_X_TOKEN = fake.address, "hush"
        settings.BOTS_X_MONTH_BUDGET = Decimal(100)
        settings.FETCH_ALLOW = [fake.address.removeprefix("http://")]
        settings.FETCH_HOST_DELAY_MS = 0
        forget_pauses()
        yield fake
    forget_pauses()
