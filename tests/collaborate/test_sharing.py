"""Sharing across organisations, by the marks of the Traffic Light Protocol."""

import pytest

from collaborate.models import Ban, Message, Room, ShareRequest
from collaborate.services import sharing
from collaborate.services.refusals import RefusedError
from disinfo.accounts.models import User
from tests.collaborate import factories
from tests.factories import MembershipFactory

pytestmark = pytest.mark.django_db


# ── Sharing ──────────────────────────────────────────────────────────────────────────────────────────────
def test_what_is_marked_strictly_asks_its_organisation_before_others_read_it(alarms, people, partner):
    factories.seat(alarms, partner)
    target = factories.room(people["alice"], name="Everybody")
    message = factories.said(alarms, people["alice"], "a source", tlp="amber")
    request = sharing.share(message=message, room=target, sharer=partner, reason="they need it")
    assert isinstance(request, ShareRequest)
    assert not target.messages.exists()
    assert sharing.waiting_for(partner) == [], "not for the organisation that asks"
    assert sharing.waiting_for(User.objects.get(pk=people["oscar"].pk)) == [request]
    sharing.answer(request=request, answerer=people["oscar"], agreed=True)
    sharing.answer(request=request, answerer=people["oscar"], agreed=False)
    copy = target.messages.get()
    assert (copy.tlp, copy.shared_from) == ("amber", message)
    assert copy.author == partner


def test_nobody_is_asked_where_nobody_may_agree(alarms, people, partner):
    editor = MembershipFactory(role="editor", organisation__name="Newsroom").user
    message = factories.said(alarms, editor, "a source", tlp="amber")
    target = factories.room(people["alice"], name="Everybody")
    with pytest.raises(RefusedError, match="Nobody of Newsroom may agree"):
        sharing.share(message=message, room=target, sharer=partner)
    assert not ShareRequest.objects.exists()
    MembershipFactory(role="moderator", organisation=message.organisation)
    assert isinstance(sharing.share(message=message, room=target, sharer=partner), ShareRequest)


def test_tlp_red_stays_and_tlp_green_goes_at_once(alarms, people, partner):
    target = factories.room(people["alice"], name="Everybody")
    red = factories.said(alarms, people["alice"], "for us", tlp="red")
    with pytest.raises(RefusedError, match="RED"):
        sharing.share(message=red, room=target, sharer=people["oscar"])
    green = factories.said(alarms, people["alice"], "for all", tlp="green")
    assert isinstance(sharing.share(message=green, room=target, sharer=partner), Message)


def test_the_mark_of_a_room_holds_for_what_is_said_in_it(people, partner):
    strict = factories.room(people["alice"], name="Strict", tlp="red")
    message = factories.said(strict, people["alice"], "for us", tlp="clear")
    with pytest.raises(RefusedError, match="RED"):
        sharing.share(
            message=message, room=factories.room(people["alice"], name="Other"), sharer=people["alice"]
        )


def test_one_cannot_share_into_a_room_one_may_not_enter(as_, alarms, secret, people):
    factories.said(alarms, people["alice"])
    as_("rita").post(
        f"{alarms.get_absolute_url()}1/more/", {"deed": "share", "room": secret.slug, "reason": "x"}
    )
    assert not secret.messages.exists()


def test_who_asked_to_share_reads_the_answer(as_, alarms, people, partner):
    source = factories.room(partner, name="Theirs")
    message = factories.said(source, partner, "x", tlp="amber")
    request = sharing.share(message=message, room=alarms, sharer=people["alice"], reason="why")
    assert "waits for an answer" in as_("alice").get("/collaborate/shares/").text
    sharing.answer(request=request, answerer=partner, agreed=False)
    assert "refused" in as_("alice").get("/collaborate/shares/").text
    late = as_("oscar").post("/collaborate/shares/", {"request": request.pk, "deed": "agree"}, follow=True)
    assert "answered this already" in late.text


def test_what_is_shared_is_said_in_the_language_of_who_asked(alarms, people, partner):
    message = factories.said(alarms, people["alice"], "x", tlp="amber")
    target = factories.room(partner, name="Theirs")
    partner.language = "fr"
    partner.save()
    request = sharing.share(message=message, room=target, sharer=partner, reason="why")
    sharing.answer(request=request, answerer=people["oscar"], agreed=True)
    assert target.messages.get().text.startswith("Partagé")


def test_an_agreement_that_can_do_nothing_more_is_said_in_words(alarms, people, partner, as_):
    message = factories.said(alarms, people["alice"], "x", tlp="amber")
    target = factories.room(partner, name="Theirs")
    sharing.share(message=message, room=target, sharer=partner, reason="why")
    request = ShareRequest.objects.get()
    Room.objects.filter(pk=target.pk).update(is_archived=True)
    asked = {"request": request.pk, "deed": "agree"}
    answer = as_("oscar").post("/collaborate/shares/", asked, follow=True)
    assert "closed" in answer.text
    Room.objects.filter(pk=target.pk).update(is_archived=False)
    Ban.objects.create(room=target, user=partner)
    answer = as_("oscar").post("/collaborate/shares/", asked, follow=True)
    assert "may not enter that room any more" in answer.text
    request.refresh_from_db()
    assert request.state == "waiting"
