"""What is done from the messages of a watch: sent, weighed, made an incident; each once."""

from datetime import date

import pytest

from collaborate import scale
from collaborate.models import Bot, Incident, KnownArticle, Message, Watch, WatchItem
from collaborate.services import incidents, news, posting, watching
from collaborate.services.refusals import RefusedError
from disinfo.portal.tools import Card
from tests.collaborate import factories as chat
from tests.factories import UserFactory
from tests.together import own_connections, together

pytestmark = pytest.mark.django_db


def told(room, text="**Ballots**\n\nTotal engagement: 5,617", **values):
    """A message of a watch, as it posts it."""
    watch = Watch.objects.create(room=room, kind="feed", name="News", address="https://n.example/", **values)
    item = WatchItem.objects.create(watch=watch, key="k", title="Ballots")
    message = posting.post(room=room, author=Bot.objects.portal().user, text=text, nonce=f"news:{item.pk}")
    return Message.objects.select_related("room", "author").get(pk=message.pk)


def act(caller, message, **data):
    return caller.post(f"{message.get_absolute_url()}news/", data)


@pytest.fixture
def qualification(people):
    return chat.room(people["alice"], name="Qualification")


@pytest.fixture
def articles(db):
    KnownArticle.objects.create(
        region="fr",
        source="Le Matin",
        title="A fire",
        url="https://m.example/1",
        published_on=date(2019, 4, 15),
        shares=5_000,
    )


def test_buttons_stand_under_what_a_watch_posted_and_under_nothing_else(alarms, people, as_):
    chat.said(alarms, people["alice"], "I say this", nonce="news:1")
    told(alarms)
    page = as_("alice").get(alarms.get_absolute_url()).text
    talk = page[: page.index("<template data-pattern")]
    assert talk.count('value="send"') == 2
    assert talk.count(f'action="{alarms.get_absolute_url()}1/news/" hidden') == 1
    assert talk.count(f'action="{alarms.get_absolute_url()}2/news/">') == 1


def test_one_press_sends_it_to_the_room_of_the_watch_once(alarms, qualification, as_):
    message = told(alarms, sends_to=qualification)
    answer = act(as_("alice"), message, deed="send")
    sent = qualification.messages.get()
    assert answer.url == sent.get_absolute_url()
    assert "Total engagement: 5,617" in sent.text
    assert "Sent from Alarms by Alice" in sent.text
    assert sent.is_news
    act(as_("alice"), message, deed="send")
    assert qualification.messages.count() == 1
    below = message.replies.get()
    assert sent.get_absolute_url() in below.text
    assert not below.is_news


def test_what_a_tool_tells_the_room_has_the_buttons_too(alarms, people, qualification, as_):
    card = Card("/terms/changes/", "TikTok: Terms of Service", "Change of terms", None, "political ads")
    watching.tell_card(room=alarms, news=card, nonce="terms:1:abc")
    message = alarms.messages.get()
    assert message.is_news
    assert news.watch_of(message) is None
    answer = act(as_("alice"), message, deed="send", room=qualification.slug, filled="1")
    assert answer.url == qualification.messages.get().get_absolute_url()


def test_without_a_room_set_the_button_asks_for_one(alarms, qualification, as_):
    message = told(alarms)
    page = act(as_("alice"), message, deed="send")
    assert page.status_code == 200
    assert "Qualification" in page.text
    act(as_("alice"), message, deed="send", filled="1", room=qualification.slug)
    assert qualification.messages.count() == 1


def test_a_room_one_may_not_enter_is_neither_offered_nor_told_of(alarms, people, as_, partner, client):
    hidden = chat.room(people["alice"], kind="private", name="Inquiry")
    message = told(alarms, sends_to=hidden)
    client.force_login(partner, backend="django.contrib.auth.backends.ModelBackend")
    page = act(client, message, deed="send")
    assert page.status_code == 200
    assert "Inquiry" not in page.text
    assert act(client, message, deed="send", filled="1", room=hidden.slug).status_code == 200
    assert not hidden.messages.exists()
    act(as_("alice"), message, deed="send")
    assert hidden.messages.count() == 1
    assert hidden.slug not in message.replies.get().text


def test_what_a_strict_mark_keeps_is_not_sent(people, qualification):
    room = chat.room(people["alice"], name="Strict", tlp="red")
    with pytest.raises(RefusedError):
        news.send(message=told(room), room=qualification, sender=people["alice"])
    assert not qualification.messages.exists()


def test_scale_answers_at_once_when_the_region_and_the_number_are_known(alarms, as_, articles):
    message = told(alarms, region="fr")
    for _ in range(2):
        act(as_("alice"), message, deed="scale")
    below = message.replies.get()
    assert "A fire" in below.text
    assert "5,617" in below.text or "5617" in below.text


def test_scale_asks_for_what_it_does_not_know(alarms, as_, articles):
    message = told(alarms, text="Ballots")
    assert 'name="shares"' in act(as_("alice"), message, deed="scale").text
    answer = act(as_("alice"), message, deed="scale", filled="1", region="france", shares="x")
    assert answer.status_code == 200
    assert not message.replies.exists()
    act(as_("alice"), message, deed="scale", filled="1", region="FR", shares="5617")
    assert "A fire" in message.replies.get().text


def test_a_guest_presses_nothing(alarms, client):
    guest = UserFactory(name="Gina")
    chat.seat(alarms, guest, role="guest")
    message = told(alarms)
    client.force_login(guest, backend="django.contrib.auth.backends.ModelBackend")
    assert 'value="send"' not in client.get(alarms.get_absolute_url()).text
    assert act(client, message, deed="incident").status_code == 403
    assert not Incident.objects.exists()


def test_what_no_watch_posted_has_no_such_page(alarms, people, as_):
    assert act(as_("alice"), chat.said(alarms, people["alice"]), deed="incident").status_code == 404


def test_an_alarm_and_what_was_sent_on_know_their_watch(alarms, people, qualification):
    message = told(alarms, sends_to=qualification)
    watch = news.watch_of(message)
    alarm = posting.post(
        room=alarms, author=Bot.objects.portal().user, text="Alarm", nonce=f"alarm:{watch.pk}:12"
    )
    sent = news.send(message=message, room=qualification, sender=people["alice"])
    assert {news.watch_of(alarm), news.watch_of(sent)} == {watch}


@pytest.mark.django_db(transaction=True)
def test_six_who_press_at_once_do_each_thing_once(people, organisation, tmp_path, articles):
    room = chat.room(people["alice"])
    target = chat.room(people["alice"], name="Qualification")
    message = told(room)

    def press(_place):
        own = Message.objects.select_related("room", "author").get(pk=message.pk)
        sent = news.send(message=own, room=target, sender=people["alice"])
        given = news.weigh(message=own, region="fr", shares=5_617, asker=people["alice"])
        opened = incidents.open_from(message=own, opener=people["alice"])
        return sent.pk, given.pk, opened.pk

    with own_connections(tmp_path):
        assert len(set(together(6, press))) == 1
        assert (target.messages.count(), Incident.objects.count()) == (1, 1)
        assert message.replies.count() == 2


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("Total engagement: 5,617", 5_617),
        ("partagé : 12\u202f345 partages", 12_345),
        ("**Shares** 1.200.000 in all", 1_200_000),
        ("40 interactions", 40),
        ("In 2019, shares fell", None),
        ("Station 12", None),
        ("", None),
    ],
)
def test_the_number_of_shares_is_read_from_what_is_said(text, number):
    assert scale.shares_in(text) == number
