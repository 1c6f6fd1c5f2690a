"""Pages ask the database as often for many rows as for few."""

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import CollectionFactory, ServiceFactory, TermsFactory, recorded

pytestmark = pytest.mark.django_db


@pytest.fixture
def terms():
    """One service with one terms, of which one change is recorded."""
    first = TermsFactory(service=ServiceFactory(collection=CollectionFactory(key="large"), key="First"))
    recorded(first, "One", "2026-01-01")
    recorded(first, "Two", "2026-01-02")
    return first


def add_many(terms):
    for number in range(2, 9):
        recorded(terms, f"Text {number}", f"2026-02-{number:02}")
        other = TermsFactory(service=ServiceFactory(collection=terms.service.collection))
        recorded(other, "One", f"2026-03-{number:02}")
        recorded(other, "Two", f"2026-04-{number:02}")


def queries(client, path):
    cache.clear()
    with CaptureQueriesContext(connection) as caught:
        assert client.get(path).status_code == 200
    return len(caught)


@pytest.mark.parametrize(
    ("path", "most"),
    [
        ("/", 26),  # every open tool counts its own figures
        ("/terms/", 9),
        ("/terms/changes/", 7),  # and what it can be narrowed by, topics, how many are folded
        ("/terms/large/first/", 3),
        ("/terms/large/first/terms-of-service/", 5),
        ("/terms/feed/", 2),
        ("/activity/", 7),  # and says what happened last, memos too
    ],
)
def test_many_rows_take_no_more_queries_than_few(client, terms, path, most):
    few = queries(client, path)
    add_many(terms)
    assert queries(client, path) == few <= most
