"""Changes of terms that are followed in a room."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import override

from disinfo.accounts.models import Role
from terms_tracker.models import Notice, Subscription
from terms_tracker.services import following
from tests.collaborate.factories import room
from tests.factories import (
    MembershipFactory,
    UserFactory,
)
from tests.terms_tracker.factories import changed, followed, log_in, open_terms

pytestmark = pytest.mark.django_db
Way = Subscription.Way


@pytest.fixture
def reader():
    return UserFactory(language="en")


@pytest.fixture
def place():
    """A room, and who manages it."""
    owner = MembershipFactory(role=Role.EDITOR).user
    return room(owner, name="Terms of services"), owner


def test_who_manages_a_room_follows_in_it(place, client):
    where, owner = place
    log_in(client, owner)
    assert "Terms of services" in client.get(reverse("terms:follow")).content.decode()
    asked = {"way": Way.ROOM, "room": where.get_absolute_url(), "terms_type": "Terms of Service"}
    assert client.post(reverse("terms:follow"), asked).status_code == 302
    version = changed(open_terms())
    assert following.sweep() == 1
    assert following.sweep() == 0
    (said,) = where.messages.all()
    assert version.get_change_url() in said.text
    assert "substance" in said.text


def test_a_room_is_told_in_its_own_language(place):
    where, owner = place
    where.language = "fr"
    where.save()
    followed(owner, way=Way.ROOM, room=where.get_absolute_url())
    changed(open_terms())
    with override("en"):  # as in a worker
        assert following.sweep() == 1
    (said,) = where.messages.all()
    assert "ajouté" in said.text
    assert "Tous les changements" in said.text
    assert "substance" not in said.text


def test_a_room_is_told_nothing_that_is_not_public(place):
    where, owner = place
    terms = open_terms()
    collection = terms.service.collection
    collection.is_public, collection.organisation = False, owner.memberships.get().organisation
    collection.save()
    followed(owner, way=Way.ROOM, room=where.get_absolute_url())
    changed(terms)
    assert following.sweep() == 0
    assert not where.messages.exists()
    assert not Notice.objects.exists()


def test_who_does_not_manage_a_room_cannot_follow_in_it(place, reader):
    where, _owner = place
    with pytest.raises(ValidationError):
        followed(reader, way=Way.ROOM, room=where.get_absolute_url())
    member = MembershipFactory(role=Role.MEMBER).user
    with pytest.raises(ValidationError):
        followed(member, way=Way.ROOM, room=where.get_absolute_url())


def test_a_room_that_was_closed_or_lost_since_is_told_nothing_and_nothing_waits(place):
    where, owner = place
    followed(owner, way=Way.ROOM, room=where.get_absolute_url())
    where.is_archived = True
    where.save()
    changed(open_terms())
    assert following.sweep() == 0
    assert not Notice.objects.exists()
    assert not where.messages.exists()


def test_killed_after_it_was_said_in_a_room_it_is_said_once(place, monkeypatch):
    where, owner = place
    followed(owner, way=Way.ROOM, room=where.get_absolute_url())
    changed(open_terms())
    told = following.tell

    def killed(*arguments):
        told(*arguments)
        raise SystemExit

    monkeypatch.setattr(following, "tell", killed)
    with pytest.raises(SystemExit):
        following.sweep()
    assert not where.messages.exists(), "what was said went back with the transaction"
    monkeypatch.setattr(following, "tell", told)
    assert following.sweep() == 1
    assert where.messages.count() == 1
