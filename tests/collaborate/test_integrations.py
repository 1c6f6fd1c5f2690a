"""Watches, webhooks and slash commands, exercises."""

import json

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from collaborate import feeds
from collaborate.models import Hook, HookCall, Watch
from collaborate.services import calling, watching
from disinfo import fetcher
from disinfo.accounts.services import create_token
from disinfo.safe_http import ConnectError, FetchError, HttpStatusError, Response
from tests.collaborate import factories as chat
from tests.encyclopedia import factories as pages

pytestmark = pytest.mark.django_db


class Outside:
    """What is outside: gives one body, and keeps what it was sent."""

    def __init__(self):
        self.body, self.sent = b"", []

    def get(self, url, **_options):
        return self._answer(url, b"")

    def post(self, url, body, **_options):
        return self._answer(url, body)

    def _answer(self, url, body):
        self.sent.append((url, body.decode()))
        if isinstance(self.body, FetchError):
            raise self.body
        return Response(url, 200, {"content-type": "application/json"}, self.body, (), 0.1, None)


@pytest.fixture
def outside(monkeypatch):
    made = Outside()
    monkeypatch.setattr(fetcher, "client", lambda: made)
    return made


def feed(*names):
    items = "".join(
        f"<item><title>{name}</title><link>https://n.example/{name}</link></item>" for name in names
    )
    return f'<rss version="2.0"><channel>{items}</channel></rss>'.encode()


def look(watch):
    Watch.objects.filter(pk=watch.pk).update(next_at=timezone.now())
    watch.refresh_from_db()
    watching.look(watch=watch)
    watch.refresh_from_db()


def texts(room):
    return [row.text for row in room.messages.order_by("number")]


@pytest.fixture
def watch(alarms, people):
    return Watch.objects.create(
        room=alarms, kind="feed", name="News", address="https://n.example/feed", alarm_count=2
    )


def test_what_was_there_before_is_no_news_and_what_comes_is_told_once(watch, outside):
    outside.body = feed("old")
    look(watch)
    assert texts(watch.room) == []
    outside.body = feed("fresh", "old")
    look(watch)
    look(watch)
    assert [("fresh" in text) for text in texts(watch.room)] == [True]


def test_more_than_so_many_within_the_time_is_an_alarm_said_once(watch, outside):
    outside.body = feed("old")
    look(watch)
    outside.body = feed("a", "b", "old")
    look(watch)
    assert not any("Alarm" in text for text in texts(watch.room))
    outside.body = feed("a", "b", "c", "d", "old")
    look(watch)
    look(watch)
    assert sum("Alarm: 4 in 60 minutes" in text for text in texts(watch.room)) == 1


def test_a_flood_is_told_in_ten_messages_and_a_line(watch, outside):
    outside.body = feed("old")
    look(watch)
    outside.body = feed(*(f"n{number}" for number in range(30)))
    look(watch)
    said = texts(watch.room)
    assert len(said) == 12  # ten, the line, the alarm
    assert "20 more" in said[10]


def test_words_of_elsewhere_call_nobody_and_make_no_link(watch, outside):
    outside.body = feed("old")
    look(watch)
    outside.body = feed("@room [x](https://evil.example) <b>").replace(b"<b>", b"&lt;b&gt;")
    look(watch)
    row = watch.room.messages.get()
    assert row.mentions == []
    assert 'href="https://evil.example"' not in row.html


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (ConnectError("no"), "No connection to the site could be made."),
        (HttpStatusError("no", status=404), "The page is no longer at its address."),
        (b"<html></html>", "is no feed"),
        (b"\x00", "is no feed"),
        (b"<!DOCTYPE x><rss/>", "is no feed"),
    ],
)
def test_a_feed_that_fails_says_why_and_waits_longer_each_time(as_, people, watch, outside, body, words):
    outside.body = body
    look(watch)
    first = watch.next_at - timezone.now()
    look(watch)
    assert words in as_("alice").get(f"{watch.room.get_absolute_url()}watches/").content.decode()
    assert watch.next_at - timezone.now() > first
    assert texts(watch.room) == []


def test_a_tool_is_followed_by_what_it_shows_everybody(alarms, people):
    watch = Watch.objects.create(room=alarms, kind="tool", name="Wiki", tool="encyclopedia", words="flood")
    pages.page("Before flooding")
    look(watch)
    pages.page("Hashtag flooding")
    pages.page("Something else")
    look(watch)
    assert ["Hashtag flooding" in text for text in texts(alarms)] == [True]


@given(st.binary(max_size=300))
def test_whatever_is_sent_as_a_feed_is_read_or_refused(content):
    try:
        feeds.entries(content)
    except feeds.FeedError:
        pass


def test_atom_is_read_by_its_alternate_link():
    atom = (
        b'<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>urn:1</id>'
        b'<title type="html">A &lt;b&gt;B&lt;/b&gt;</title>'
        b'<link rel="self" href="https://n.example/self"/><link href="https://n.example/1"/></entry></feed>'
    )
    assert [(each.title, each.url) for each in feeds.entries(atom)] == [("A B", "https://n.example/1")]


def hook(room, people, organisation, kind, **values):
    return calling.open_hook(
        room=room, organisation=organisation, creator=people["oscar"], kind=kind, name="CI", **values
    )


def test_a_program_posts_with_its_secret_as_its_bot(alarms, people, organisation, client):
    _hook, secret = hook(alarms, people, organisation, "incoming")
    said = {
        "text": "Build **failed**",
        "attachments": [{"title": "Log", "title_link": "https://e.example/1"}],
    }
    answer = client.post(f"/collaborate/hooks/{secret}/", json.dumps(said), content_type="application/json")
    assert (answer.status_code, answer.text) == (200, "ok")
    row = alarms.messages.get()
    assert row.text == "Build **failed**\n\n**[Log](https://e.example/1)**"
    assert row.by_bot
    assert not Hook.objects.filter(token=secret).exists()


@pytest.mark.parametrize(
    "body", ["", "[]", "nonsense", '{"text": ""}', '{"attachments": [1, {"fields": 2}]}', "[" * 9999]
)
def test_what_cannot_be_posted_is_refused(alarms, people, organisation, client, body):
    _hook, secret = hook(alarms, people, organisation, "incoming")
    answer = client.post(f"/collaborate/hooks/{secret}/", body, content_type="application/json")
    assert answer.status_code == 400
    assert not alarms.messages.exists()


def test_what_is_too_large_is_refused_as_such(alarms, people, organisation, client):
    _hook, secret = hook(alarms, people, organisation, "incoming")
    body = json.dumps({"text": "x" * 100_000})
    answer = client.post(f"/collaborate/hooks/{secret}/", body, content_type="application/json")
    assert (answer.status_code, answer.json()["error"]) == (413, "too large: 100000 bytes at most")
    assert not alarms.messages.exists()


def test_a_closed_integration_opens_nothing(alarms, people, organisation, client):
    opened, secret = hook(alarms, people, organisation, "incoming")
    calling.close_hook(hook=opened, actor=people["oscar"])
    answer = client.post(f"/collaborate/hooks/{secret}/", '{"text": "x"}', content_type="application/json")
    assert answer.status_code == 401


def test_a_command_of_a_program_is_asked_once_and_answered_twice(
    alarms, people, organisation, outside, client
):
    hook(alarms, people, organisation, "command", word="botometer", address="https://b.example/cmd")
    outside.body = b'{"response_type": "in_channel", "text": "Roger!"}'
    message = chat.said(alarms, people["alice"], "/botometer vote")
    assert message.command == ""  # the portal's own bot leaves it alone
    row = HookCall.objects.select_related("hook__room", "message").get()
    calling.call(row=row)
    calling.call(row=row)
    assert len(outside.sent) == 1
    from urllib.parse import parse_qs

    fields = {name: values[0] for name, values in parse_qs(outside.sent[0][1]).items()}
    assert (fields["command"], fields["text"], fields["token"]) == ("/botometer", "vote", row.hook.token)
    path = fields["response_url"].partition("/collaborate")[2]
    answer = client.post(f"/collaborate{path}", '{"text": "@user Done!"}', content_type="application/json")
    assert answer.status_code == 200
    assert texts(alarms) == ["/botometer vote", "Roger!", "@user Done!"]
    for _time in range(6):
        answer = client.post(f"/collaborate{path}", '{"text": "more"}', content_type="application/json")
    assert answer.status_code == 410


def test_a_program_that_does_not_answer_is_told_of(alarms, people, organisation, outside):
    hook(alarms, people, organisation, "command", word="botometer", address="https://b.example/cmd")
    outside.body = ConnectError("no")
    chat.said(alarms, people["alice"], "/botometer vote")
    calling.call(row=HookCall.objects.select_related("hook__room", "message").get())
    assert "did not answer" in texts(alarms)[-1]


def test_a_strictly_marked_text_goes_to_no_program(alarms, people, organisation):
    hook(alarms, people, organisation, "outgoing", word="build", address="https://b.example/out")
    chat.said(alarms, people["alice"], "build it", tlp="amber")
    assert not HookCall.objects.exists()
    chat.said(alarms, people["alice"], "build it")
    assert HookCall.objects.count() == 1


def test_a_response_address_that_was_made_up_opens_nothing(client, db):
    answer = client.post("/collaborate/responses/1:x:y/", '{"text": "x"}', content_type="application/json")
    assert answer.status_code == 410


def test_a_team_elsewhere_asks_with_a_token(people, outside, client):
    pages.page("Sock puppets", body="Invented people")
    _token, secret = create_token(user=people["alice"], name="team", scopes=["read"])
    asked = {"token": secret, "command": "/wiki", "text": "sock puppets"}
    assert "Sock puppets" in client.post("/collaborate/slash/", asked).json()["text"]
    assert client.post("/collaborate/slash/", asked | {"token": "wrong"}).status_code == 401
    later = client.get("/collaborate/slash/", asked | {"response_url": "https://mm.example/hooks/1"})
    assert later.json()["response_type"] == "ephemeral"
    inside = client.post("/collaborate/slash/", asked | {"response_url": "http://10.0.0.7:8065/hooks/1"})
    assert "Sock puppets" in inside.json()["text"], "what cannot be sent later is answered at once"
    calling.answer_outside(user=people["alice"], text="/wiki sock puppets", url="https://mm.example/hooks/1")
    url, body = outside.sent[-1]
    assert url == "https://mm.example/hooks/1"
    assert "](http" in json.loads(body)["text"]


def test_who_asks_from_elsewhere_is_answered_in_their_own_language(people, client):
    people["alice"].language = "fr"
    people["alice"].save()
    _token, secret = create_token(user=people["alice"], name="team", scopes=["read"])
    asked = {"token": secret, "command": "/help"}
    assert "demander" in client.post("/collaborate/slash/", asked).json()["text"]


def test_that_a_program_did_not_answer_is_said_in_words_and_in_the_language_of_who_asked(
    alarms, people, organisation, outside
):
    hook(alarms, people, organisation, "command", word="botometer", address="https://b.example/b")
    people["alice"].language = "fr"
    people["alice"].save()
    outside.body = HttpStatusError("no", status=500)
    chat.said(alarms, people["alice"], "/botometer vote")
    calling.call(row=HookCall.objects.select_related("hook__room", "message").get())
    assert "n’a pas répondu" in texts(alarms)[-1]
    assert "erreur 500" in texts(alarms)[-1]


@pytest.mark.parametrize("address", ["http://127.0.0.1/x", "https://10.0.0.1/", "https://p.example:8443/"])
def test_an_address_within_is_refused_while_it_is_written(as_, people, alarms, organisation, address):
    alice = as_("alice")
    page = f"{alarms.get_absolute_url()}watches/"
    program = {"deed": "hook", "name": "P", "organisation": organisation.pk, "kind": "outgoing", "word": "w"}
    assert "public addresses only" in alice.post(page, program | {"address": address}).text
    feed = {"deed": "watch", "name": "F", "kind": "feed", "alarm_minutes": 60, "address": address}
    assert "public addresses only" in alice.post(page, feed).text
    assert not Hook.objects.exists()
    assert not Watch.objects.exists()


def test_a_page_that_shows_the_secret_of_a_program_can_be_loaded_again(as_, alarms, organisation, sent_twice):
    asked = {"deed": "hook", "name": "P", "organisation": organisation.pk, "kind": "incoming"}
    first, again = sent_twice(as_("alice"), f"{alarms.get_absolute_url()}watches/", asked)
    assert "/collaborate/hooks/" in first.context["secret"]
    assert "nothing new was made" in again.text
    assert Hook.objects.count() == 1


def test_whoever_connected_a_program_reads_that_it_cannot_be_reached(
    as_, alarms, people, organisation, outside
):
    hook(alarms, people, organisation, "outgoing", word="build", address="https://b.example/out")
    page = f"{alarms.get_absolute_url()}watches/"
    assert "last called" not in as_("alice").get(page).text
    outside.body = ConnectError("no")
    chat.said(alarms, people["alice"], "build it")
    calling.call(row=HookCall.objects.select_related("hook__room", "message").get())
    assert "No connection to the site could be made." in as_("alice").get(page).text


def test_one_word_of_a_room_is_answered_by_one_program(as_, alarms, people, organisation):
    hook(alarms, people, organisation, "command", word="botometer", address="https://b.example/b")
    asked = {
        "deed": "hook",
        "name": "Other",
        "organisation": organisation.pk,
        "kind": "command",
        "word": "Botometer",
        "address": "https://c.example/c",
    }
    answer = as_("alice").post(f"{alarms.get_absolute_url()}watches/", asked)
    assert "Another program of this room answers this word" in answer.text
    assert Hook.objects.count() == 1
