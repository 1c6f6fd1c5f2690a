"""The API keeps to its own description, whatever is asked (schemathesis)."""

import pytest
import schemathesis
from django.core import signals
from django.db import close_old_connections
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import CHECKS, load_all_checks

from disinfo.wsgi import application
from tests.factories import CollectionFactory, ServiceFactory, TermsFactory, recorded


@schemathesis.serializer("application/x-ndjson")
def as_it_is(_context, value):
    """One JSON object a line, or whatever else is sent in its place."""
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "replace")


load_all_checks()
PROMISES = [
    CHECKS.get_one(name)
    for name in (
        "not_a_server_error",
        "status_code_conformance",
        "content_type_conformance",
        "response_schema_conformance",
    )
]

pytestmark = pytest.mark.django_db


@pytest.fixture
def schema(monkeypatch):
    """The description, asked of the portal itself, with something to find."""
    from disinfo.throttling import AnonymousThrottle

    monkeypatch.setattr(AnonymousThrottle, "allow_request", lambda *_: True)
    terms = TermsFactory(service=ServiceFactory(collection=CollectionFactory(key="open"), key="Open"))
    recorded(terms, "Words", "2026-01-01")
    recorded(terms, "Other words", "2026-02-01")
    # As Django's own test client does: a request must not close the connection that holds the test's transaction.
    for signal in (signals.request_started, signals.request_finished):
        signal.disconnect(close_old_connections)
    yield schemathesis.openapi.from_wsgi("/api/v1/schema/?format=json", application)
    for signal in (signals.request_started, signals.request_finished):
        signal.connect(close_old_connections)


def test_every_answer_is_as_described(schema):
    operations = [found.ok() for found in schema.get_all_operations()]
    assert len(operations) > 12
    for operation in operations:

        @settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck), database=None)
        @given(case=operation.as_strategy())
        def ask(case):
            case.call_and_validate(checks=PROMISES)

        ask()
