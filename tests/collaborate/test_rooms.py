"""Who may enter which room."""

from datetime import timedelta

import pytest
from django.utils import timezone

from collaborate.models import Ban, Participant, Room
from collaborate.services import moderating, rooms
from collaborate.services.refusals import RefusedError
from disinfo.accounts.models import Organisation, User
from disinfo.portal.models import OutboxMessage
from tests.collaborate import factories

pytestmark = pytest.mark.django_db


def may_enter(user, room):
    fresh = User.objects.get(pk=user.pk)
    return Room.objects.visible_to(fresh).filter(pk=room.pk).exists()


def test_a_public_room_is_open_to_members_of_organisations_and_to_nobody_else(alarms, people, partner):
    assert may_enter(partner, alarms)
    assert not may_enter(people["charlie"], alarms)


def test_a_suspended_organisation_is_out_at_once(alarms, partner):
    Organisation.objects.filter(memberships__user=partner).update(status="suspended")
    assert not may_enter(partner, alarms)


def test_an_organisations_room_is_closed_to_the_others(people, organisation, partner):
    room = factories.room(people["alice"], kind="organisation", organisation=organisation)
    assert may_enter(people["rita"], room)
    assert not may_enter(partner, room)
    factories.seat(room, partner)
    assert not may_enter(partner, room), "a seat left over from before opens nothing"


def test_a_private_room_is_for_those_with_a_seat_staff_not_excepted(secret, people, partner):
    assert not may_enter(people["ada"], secret)
    assert not may_enter(people["rita"], secret)
    factories.seat(secret, partner)
    assert may_enter(partner, secret)


def test_who_leaves_the_last_organisation_leaves_private_rooms(secret, partner):
    factories.seat(secret, partner)
    partner.memberships.all().delete()
    assert not may_enter(partner, secret)


def test_a_guest_sees_one_room_and_no_other(secret, alarms, people):
    factories.seat(secret, people["charlie"], Participant.Role.GUEST)
    assert may_enter(people["charlie"], secret)
    assert not may_enter(people["charlie"], alarms)


def test_who_is_banned_is_out_until_it_is_over(alarms, people, partner):
    ban = Ban.objects.create(room=alarms, user=partner, reason="noise")
    assert not may_enter(partner, alarms)
    Ban.objects.filter(pk=ban.pk).update(until="2020-01-01T00:00Z")
    assert may_enter(partner, alarms)


def test_two_people_have_one_room(people, partner):
    assert rooms.direct(one=people["alice"], other=partner) == rooms.direct(
        one=partner, other=people["alice"]
    )
    with pytest.raises(RefusedError):
        rooms.direct(one=partner, other=partner)


def test_a_private_room_does_not_betray_itself_by_its_address(secret, people):
    assert factories.room(people["rita"], name="Inquiry").slug == "inquiry"
    assert secret.slug != "inquiry"


def test_a_room_keeps_an_owner(secret, people, partner):
    factories.seat(secret, partner)
    with pytest.raises(RefusedError):
        rooms.remove(room=secret, user=people["alice"], remover=people["alice"])
    rooms.add(room=secret, user=partner, adder=people["alice"], role=Participant.Role.OWNER)
    rooms.remove(room=secret, user=people["alice"], remover=people["alice"])


def test_a_guest_is_invited_by_mail_and_enters_with_that_address_only(secret, people, partner):
    charlie = people["charlie"]
    rooms.invite(room=secret, email="someone@else.example", inviter=people["alice"])
    body = OutboxMessage.objects.get().payload["body"]
    link = body.split("/collaborate/invitations/")[1].split("/")[0]
    with pytest.raises(RefusedError, match="another e-mail"):
        rooms.accept(secret=link, user=charlie)
    charlie.emailaddress_set.create(email="someone@else.example", verified=True)
    rooms.accept(secret=link, user=charlie)
    assert may_enter(charlie, secret)
    assert rooms.accept(secret=link, user=charlie) == secret, "the mail is opened again: it leads to the room"
    with pytest.raises(RefusedError, match="was used"):
        rooms.accept(secret=link, user=people["oscar"])
    rooms.remove(room=secret, user=charlie, remover=people["alice"])
    with pytest.raises(RefusedError, match="was used"):
        rooms.accept(secret=link, user=charlie)


def test_a_member_of_an_organisation_needs_no_invitation(secret, people, partner):
    assert rooms.invite(room=secret, email=partner.email.upper(), inviter=people["alice"]) is None
    assert may_enter(partner, secret)


def invited(secret, people, email="someone@else.example"):
    rooms.invite(room=secret, email=email, inviter=people["alice"])
    body = OutboxMessage.objects.first().payload["body"]
    return body.split("/collaborate/invitations/")[1].split("/")[0]


def test_another_invitation_replaces_the_first_and_each_can_be_withdrawn(as_, secret, people):
    charlie = people["charlie"]
    charlie.emailaddress_set.create(email="someone@else.example", verified=True)
    first, second = invited(secret, people), invited(secret, people)
    with pytest.raises(RefusedError, match="ask for another"):
        rooms.accept(secret=first, user=charlie)
    page = f"{secret.get_absolute_url()}people/"
    assert as_("alice").post(page, {"withdraw": secret.invitations.get().pk}).status_code == 302
    with pytest.raises(RefusedError, match="ask for another"):
        rooms.accept(secret=second, user=charlie)
    assert as_("alice").post(page, {"withdraw": "x"}).status_code == 404


def test_an_invitation_opens_nothing_after_fourteen_days_and_says_so_to_both(as_, secret, people):
    people["charlie"].emailaddress_set.create(email="someone@else.example", verified=True)
    address = f"/collaborate/invitations/{invited(secret, people)}/"
    invitation = secret.invitations.get()
    assert invitation.expires_at - invitation.created_at > timedelta(days=13, hours=23)
    assert invitation.expires_at - invitation.created_at < timedelta(days=14, hours=1)
    secret.invitations.update(expires_at=timezone.now() - timedelta(seconds=1))
    for answer in (as_("charlie").get(address), as_("charlie").post(address)):
        assert answer.status_code == 400
        assert "out of date" in answer.text
        assert "Enter the room" not in answer.text
    assert not may_enter(people["charlie"], secret)
    page = f"{secret.get_absolute_url()}people/"
    assert "out of date since" in as_("alice").get(page).text
    as_("alice").post(page, {"email": "someone@else.example"})
    assert "out of date since" not in as_("alice").get(page).text, "another one takes its place"
    assert secret.invitations.count() == 1


def test_an_invitation_that_lapsed_can_be_taken_off_the_list(as_, secret, people):
    invited(secret, people)
    secret.invitations.update(expires_at=timezone.now() - timedelta(seconds=1))
    page = f"{secret.get_absolute_url()}people/"
    assert as_("alice").post(page, {"withdraw": secret.invitations.get().pk}).status_code == 302
    assert not secret.invitations.exists()


def test_a_member_invited_under_another_address_is_no_guest(secret, people, partner):
    partner.emailaddress_set.create(email="someone@else.example", verified=True)
    rooms.accept(secret=invited(secret, people), user=partner)
    assert secret.participants.get(user=partner).role == Participant.Role.MEMBER


def test_who_is_kept_out_is_not_invited(as_, secret, people, partner):
    moderating.ban(room=secret, user=partner, moderator=people["alice"], reason="x", days=None)
    page = f"{secret.get_absolute_url()}people/"
    assert "kept out of this room" in as_("alice").post(page, {"email": partner.email}).text
    assert not secret.participants.filter(user=partner).exists()


def test_an_invitation_that_is_refused_says_why_and_offers_no_button(as_, secret, people):
    answer = as_("charlie").post(f"/collaborate/invitations/{invited(secret, people)}/")
    assert answer.status_code == 400
    assert "another e-mail address than yours" in answer.text
    assert "Enter the room" not in answer.text
    assert people["charlie"].email in answer.text
