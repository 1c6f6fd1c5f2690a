"""A room open to all organisations, another organisation, and what is told to the hubs."""

from typing import Any

import pytest

from collaborate.live import bus
from tests.collaborate import factories
from tests.factories import MembershipFactory


@pytest.fixture
def partner(people: dict[str, Any]) -> Any:
    """Paula moderates for another organisation."""
    return MembershipFactory(role="moderator", user__name="Paula").user


@pytest.fixture
def alarms(people: dict[str, Any]) -> Any:
    """A room open to every organisation, that Alice opened."""
    return factories.room(people["alice"])


@pytest.fixture
def secret(people: dict[str, Any]) -> Any:
    """A private room of Alice's."""
    return factories.room(people["alice"], kind="private", name="Inquiry")


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[bus.Telling]:
    """Everything that is published, without a broker."""
    kept: list[bus.Telling] = []
    monkeypatch.setattr(bus, "_publish", kept.append)
    return kept


@pytest.fixture(autouse=True)
def no_broker(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """Tests of services and pages publish to nobody; those of the stream say `broker`."""
    if "broker" not in request.fixturenames and "told" not in request.fixturenames:
        monkeypatch.setattr(bus, "_publish", lambda _telling: None)
