"""What is tracked, and what fails, why."""

from importlib import import_module

import pytest
from django.urls import reverse

from terms_tracker.coverage import boards
from terms_tracker.models import DayOfChecks
from tests.factories import CollectionFactory, ServiceFactory, TermsFactory
from tests.servers import Answer
from tests.terms_tracker.conftest import check

pytestmark = pytest.mark.django_db


def test_checks_are_counted_by_day_and_told_in_words(terms, site, client):
    check()
    check()
    site.answers["/terms"] = Answer("gone", status=404)
    check()
    day = DayOfChecks.objects.get()
    assert (day.succeeded, day.failed, day.challenges) == (2, 1, 0)
    page = client.get(reverse("terms:coverage")).content.decode()
    assert "67 %" in page
    assert "66.7 %" in page
    assert "The page is no longer at its address. (1)" in page


def test_a_test_against_robots_is_counted(terms):
    DayOfChecks.add(terms, terms.next_check_at.date(), error_code="challenge")
    DayOfChecks.add(terms, terms.next_check_at.date())
    day = DayOfChecks.objects.get()
    assert (day.succeeded, day.failed, day.challenges) == (1, 1, 1)


def test_a_private_collection_is_on_its_own_peoples_board_only(client):
    CollectionFactory(name="Hidden board", is_public=False)
    assert "Hidden board" not in client.get(reverse("terms:coverage")).content.decode()


def test_the_board_asks_the_database_no_more_for_more_terms(terms, django_assert_max_num_queries):
    from django.contrib.auth.models import AnonymousUser

    with django_assert_max_num_queries(6):
        boards(AnonymousUser())


def test_a_long_board_is_paged(client, monkeypatch):
    view = import_module("terms_tracker.views.coverage")
    monkeypatch.setattr(view, "_ROWS", 2)
    monkeypatch.setattr(view, "_FIRST_ROWS", 1)
    service = ServiceFactory()
    for name in ("One", "Two", "Three"):
        TermsFactory(service=service, type=name)
    page = client.get(reverse("terms:coverage")).content.decode()
    assert page.count('<th scope="row">') == 1
    assert f"All 3 documents of {service.collection.name}" in page
    asked = {"collection": service.collection.key}
    assert client.get(reverse("terms:coverage"), asked).content.decode().count('<th scope="row">') == 2
    last = client.get(reverse("terms:coverage"), {**asked, "page": 2}).content.decode()
    assert last.count('<th scope="row">') == 1
