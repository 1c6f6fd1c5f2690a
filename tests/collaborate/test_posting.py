"""Saying something: numbered without gaps, once, with whom it concerns told."""

import json

import pytest

from collaborate.models import Edit, Message, Notification, Room
from collaborate.services import posting
from collaborate.services.refusals import RefusedError
from tests.collaborate import factories
from tests.together import own_connections, together

pytestmark = pytest.mark.django_db


def test_messages_are_numbered_from_one_and_the_clock_goes_on(alarms, people):
    first, second = (factories.said(alarms, people["alice"], text) for text in ("one", "two"))
    posting.react(message=first, user=people["rita"], sign="👍", wanted=True)
    assert (first.number, second.number) == (1, 2)
    assert list(alarms.messages.order_by("changed").values_list("number", flat=True)) == [2, 1]
    assert Room.objects.get().clock == 3


def test_a_message_sent_twice_is_said_once(alarms, people):
    first = factories.said(alarms, people["alice"], "once", nonce="n")
    again = factories.said(alarms, people["alice"], "once", nonce="n")
    other = factories.said(alarms, people["rita"], "another's", nonce="n")
    assert first.pk == again.pk
    assert other.number == 2, "a refused double leaves no gap"


def test_nothing_and_too_much_are_refused_in_words(alarms, people):
    for text in ("", " \n\t ", "x" * (Message.LONGEST + 1)):
        with pytest.raises(RefusedError):
            posting.post(room=alarms, author=people["alice"], text=text)
    assert not alarms.messages.exists()


def test_a_closed_room_and_slow_mode_refuse(alarms, people):
    factories.said(alarms, people["alice"])
    Room.objects.update(slow_seconds=60)
    alarms.refresh_from_db()
    with pytest.raises(RefusedError, match="60"):
        factories.said(alarms, people["alice"], "again")
    factories.said(alarms, people["rita"], "somebody else may")
    Room.objects.update(is_archived=True)
    alarms.refresh_from_db()
    with pytest.raises(RefusedError, match="closed"):
        factories.said(alarms, people["oscar"])


def test_a_reply_to_a_reply_stands_in_the_thread_of_its_root(alarms, people):
    root = factories.said(alarms, people["alice"])
    reply = factories.said(alarms, people["rita"], "why?", root=root)
    deeper = factories.said(alarms, people["alice"], "because", root=reply)
    root.refresh_from_db()
    assert deeper.root_id == root.pk
    assert root.reply_count == 2


def test_who_is_named_or_answered_is_told_once_and_never_the_author(alarms, people, organisation):
    factories.seat(alarms, people["rita"])
    root = factories.said(alarms, people["rita"], "look")
    factories.said(alarms, people["alice"], f"@rita @alice @{organisation.slug} @room", root=root)
    told = dict(Notification.objects.values_list("user", "kind"))
    assert people["alice"].pk not in told
    assert told[people["rita"].pk] == Notification.Kind.MENTION
    assert people["oscar"].pk in told, "named with the organisation"
    assert people["charlie"].pk not in told


def test_nobody_is_told_of_a_room_they_may_not_enter_or_have_muted(secret, people, partner):
    factories.seat(secret, partner)
    secret.participants.filter(user=partner).update(is_muted=True)
    factories.said(secret, people["alice"], "@paula @rita @charlie @room")
    assert not Notification.objects.exists()


def test_what_was_said_before_an_edit_can_be_seen_and_what_was_deleted_cannot(alarms, people):
    message = factories.said(alarms, people["alice"], "frist")
    posting.edit(message=message, text="first", editor=people["alice"])
    assert Edit.objects.get().text == "frist"
    posting.delete(message=message, deleter=people["alice"])
    message.refresh_from_db()
    assert (message.text, message.html, message.words) == ("", "", "")
    assert not Edit.objects.exists()
    with pytest.raises(RefusedError):
        posting.edit(message=message, text="back", editor=people["alice"])


def test_only_known_signs_are_put_and_one_of_each_a_person(alarms, people):
    message = factories.said(alarms, people["alice"])
    for _ in range(2):
        posting.react(message=message, user=people["rita"], sign="👍", wanted=True)
    with pytest.raises(RefusedError):
        posting.react(message=message, user=people["rita"], sign="<b>", wanted=True)
    assert message.reactions.count() == 1


def test_what_is_told_of_a_change_is_what_is_stored(alarms, people, told, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        message = factories.said(alarms, people["alice"], "see https://a.example/")
        posting.react(message=message, user=people["rita"], sign="👍", wanted=True)
        posting.edit(message=message, text="see https://b.example/", editor=people["alice"])
        posting.react(message=message, user=people["rita"], sign="👍", wanted=False)
    frames = [json.loads(each.frame.split("data: ")[1]) for each in told if each.message]
    assert [frame["clock"] for frame in frames] == [1, 2, 3, 4]
    assert frames[1]["reactions"] == {"👍": [people["rita"].pk]}
    assert [link["url"] for link in frames[2]["links"]] == ["https://b.example/"]
    assert frames[3]["reactions"] == {}


def test_saying_something_costs_few_queries(alarms, people, django_assert_max_num_queries):
    factories.said(alarms, people["alice"])
    alice = people["alice"]
    with django_assert_max_num_queries(6):
        posting.post(room=alarms, author=alice, text="plain words, https in none of them")


@pytest.mark.django_db(transaction=True)
def test_six_who_write_at_once_leave_no_gap_and_no_double(people, organisation, tmp_path):
    room = factories.room(people["alice"])

    def write(place: int) -> None:
        for number in range(20):
            posting.post(
                room=Room.objects.get(pk=room.pk), author=people["alice"], text="x", nonce=f"{place}.{number}"
            )

    with own_connections(tmp_path):
        together(6, write)
        numbers = list(range(1, 121))
        assert list(room.messages.order_by("number").values_list("number", flat=True)) == numbers
        assert list(room.messages.order_by("changed").values_list("number", flat=True)) == numbers
