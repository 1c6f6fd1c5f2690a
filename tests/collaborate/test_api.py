"""Rooms and messages for programs."""

import pytest

from collaborate.models import Message
from disinfo.accounts.services import create_token
from tests.collaborate import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def ask(client, people):
    """Ask as Alice's program, with these scopes."""

    def ask(method, path, data=None, *, scopes=("read", "collaborate:write"), user="alice"):
        _token, key = create_token(user=people[user], name="program", scopes=scopes)
        return getattr(client, method)(
            f"/api/v1/collaborate/{path}",
            data,
            content_type="application/json",
            headers={"authorization": f"Bearer {key}"},
        )

    return ask


def test_rooms_are_those_one_may_enter(ask, alarms, secret, people):
    assert {room["slug"] for room in ask("get", "rooms/").json()["results"]} == {alarms.slug, secret.slug}
    assert [room["slug"] for room in ask("get", "rooms/", user="rita").json()["results"]] == [alarms.slug]
    assert ask("get", "rooms/", user="charlie").json()["results"] == []


def test_a_program_opens_a_room_if_its_user_may(ask, organisation):
    made = ask("post", "rooms/", {"name": "New", "kind": "organisation", "organisation": organisation.slug})
    assert made.status_code == 201, made.content
    assert ask("post", "rooms/", {"name": "New", "kind": "public"}, user="charlie").status_code == 403
    assert ask("post", "rooms/", {"name": "New", "kind": "direct"}).status_code == 403


def test_a_message_is_posted_once_however_often_it_is_sent(ask, alarms):
    path = f"rooms/{alarms.slug}/messages/"
    first, again = (ask("post", path, {"text": "**hi**", "nonce": "n1"}) for _ in range(2))
    assert first.status_code == again.status_code == 201
    assert first.json()["id"] == again.json()["id"]
    assert first.json()["html"] == "<p><strong>hi</strong></p>"


def test_a_token_that_may_only_read_does_not_write(ask, alarms, people):
    path = f"rooms/{alarms.slug}/messages/"
    assert ask("post", path, {"text": "x"}, scopes=["read"]).status_code == 403
    assert ask("get", path, scopes=["collaborate:write"]).status_code == 403
    assert not Message.objects.exists()


def test_what_happened_since_a_clock_is_given_in_order_with_changes(ask, alarms, people):
    one, _two = (factories.said(alarms, people["alice"], text) for text in ("one", "two"))
    path = f"rooms/{alarms.slug}/messages/"
    clock = ask("get", path).json()["clock"]
    ask("patch", f"{path}{one.number}/", {"text": "one more"})
    ask("post", f"{path}2/reactions/", {"sign": "👍"})
    since = ask("get", f"{path}?since={clock}").json()
    assert [(each["number"], each["clock"]) for each in since["messages"]] == [(1, 3), (2, 4)]
    assert since["messages"][1]["reactions"] == {"👍": [people["alice"].pk]}


def test_pages_of_messages_go_back_and_forth(ask, alarms, people):
    for number in range(5):
        factories.said(alarms, people["alice"], str(number))
    path = f"rooms/{alarms.slug}/messages/"

    def numbers(query):
        return [each["number"] for each in ask("get", path + query).json()["messages"]]

    assert numbers("?limit=2") == [4, 5]
    assert numbers("?limit=2&before=4") == [2, 3]
    assert numbers("?limit=2&after=1") == [2, 3]
    assert ask("get", path + "?after=x").status_code == 400


def test_nothing_of_a_private_room_is_told_to_others(ask, secret, people):
    factories.said(secret, people["alice"])
    for path in ("", "messages/", "messages/1/"):
        assert ask("get", f"rooms/{secret.slug}/{path}", user="rita").status_code == 404
    assert ask("post", f"rooms/{secret.slug}/messages/", {"text": "x"}, user="rita").status_code == 404


def test_only_the_author_changes_and_deletes(ask, alarms, people):
    factories.said(alarms, people["alice"])
    path = f"rooms/{alarms.slug}/messages/1/"
    assert ask("patch", path, {"text": "x"}, user="rita").status_code == 403
    assert ask("delete", path, user="rita").status_code == 403
    assert ask("delete", path).status_code == 204
    assert ask("get", path).json()["state"] == "deleted"
    assert "text" not in ask("get", path).json()


def test_the_commands_are_listed(client):
    assert "help" in [each["word"] for each in client.get("/api/v1/collaborate/commands/").json()]


def test_what_is_too_long_is_refused_in_the_words_of_the_page(ask, alarms, people):
    path = f"rooms/{alarms.slug}/messages/"
    answer = ask("post", path, {"text": "x" * (Message.LONGEST + 1)})
    assert answer.status_code == 400
    assert "Send it in parts" in str(answer.json())
    said = factories.said(alarms, people["alice"])
    again = ask("patch", f"{path}{said.number}/", {"text": "x" * (Message.LONGEST + 1)})
    assert "Send it in parts" in str(again.json())
