"""Commands about incidents, addresses, reminders: answered in the room, refused in words."""

import io
from datetime import timedelta

import pytest
from django.utils import timezone

from collaborate import commands, scale
from collaborate.models import Incident, KnownArticle, Message, Participant, Reminder
from collaborate.services import answering, reminding, scaling
from collaborate.services.files import Upload
from disinfo import fetcher
from disinfo.safe_http import DnsError
from tests.collaborate import factories as chat
from tests.collaborate.incident_factories import incident as make
from tests.encyclopedia import factories as pages
from tests.factories import CollectionFactory, ServiceFactory, TermsFactory, UserFactory, recorded
from tests.political_ads.library_factories import library_ad

pytestmark = pytest.mark.django_db
HEADER = ";".join(scale.COLUMNS)


def answered(room, author, text, **values):
    """What a command is answered."""
    message = chat.said(room, author, text, **values)
    answering.answer(message=message)
    return room.messages.filter(root=message.root or message, by_bot=True).order_by("-number").first().text


def test_every_tool_answers_something():
    assert {
        "help",
        "bots",
        "terms",
        "ads",
        "wiki",
        "who",
        "archive",
        "scale",
        "source",
        "remind",
        "poll",
    } <= set(commands.known())


def test_every_command_says_how_it_is_used_when_nothing_is_asked(alarms, people):
    for word in commands.known():
        assert "went wrong" not in answered(alarms, people["alice"], f"/{word}")


def test_an_incident_is_opened_from_a_thread_once_even_when_the_task_runs_twice(alarms, people):
    root = chat.said(alarms, people["alice"], "They vanished")
    message = chat.said(alarms, people["alice"], "/incident Ballots", root=root)
    answering.answer(message=message)
    Message.objects.filter(pk=message.pk).update(command="waiting")
    message.refresh_from_db()
    answering.answer(message=message)
    assert Incident.objects.get().room.name == "Ballots"
    assert "They vanished" in Incident.objects.get().room.messages.get(number=1).text


def test_an_incident_is_moved_by_a_word(people):
    found = make(people["alice"])
    assert "qualified" in answered(found.room, people["rita"], "/incident qualified")
    found.refresh_from_db()
    assert found.state == "qualified"


def test_a_guest_commands_nothing_in_an_incident(people):
    guest = UserFactory()
    found = make(people["alice"])
    chat.seat(found.room, guest, Participant.Role.GUEST)
    for text in ("/incident closed", "/takedown https://c.example/1 X", "/claim they say"):
        assert "Guests do not act" in answered(found.room, guest, text)
    found.refresh_from_db()
    assert (found.state, found.takedowns.count(), found.claims.count()) == ("detected", 0, 0)


def test_a_request_needs_an_incident(alarms, people):
    assert "no incident" in answered(alarms, people["alice"], "/takedown https://c.example/1 Chirper")


def test_wiki_terms_and_ads_answer_with_source_and_links(alarms, people):
    page = pages.page("Sock puppets", body="Invented people")
    terms = TermsFactory(service=ServiceFactory(collection=CollectionFactory(key="open"), key="Chirper"))
    recorded(terms, "You may appeal within six months.")
    ad = library_ad()
    assert f"]({page.get_absolute_url()})" in answered(alarms, people["alice"], "/wiki sock puppets")
    said = answered(alarms, people["alice"], "/terms Chirper appeal")
    assert "appeal within six months" in said
    assert "Source: Terms tracker" in said
    assert str(ad.advertiser.name) in answered(alarms, people["alice"], f"/ads {ad.advertiser.name}")


def test_terms_of_a_private_collection_are_not_told_to_strangers(alarms, people, partner, private_collection):
    terms = TermsFactory(service=ServiceFactory(collection=private_collection, key="Zephyr"))
    recorded(terms, "You may appeal")
    assert "No service" in answered(alarms, partner, "/terms Zephyr appeal")
    assert "appeal" in answered(alarms, people["alice"], "/terms Zephyr appeal")


def test_who_counts_only_what_the_asker_may_read(alarms, secret, people, partner, monkeypatch):
    class Away:
        def get(self, *_args, **_options):
            raise DnsError("no")

    monkeypatch.setattr(fetcher, "client", Away)
    chat.said(alarms, people["alice"], "https://e.example/1")
    chat.said(secret, people["alice"], "https://sub.e.example/2 and https://note.example/3")
    assert "posted in 2 messages by 1 person" in answered(alarms, people["alice"], "/who e.example")
    said = answered(alarms, partner, "/who e.example")
    assert "posted in 1 message " in said
    assert "register did not answer" in said


def test_a_picture_is_found_where_the_asker_may_see_it(alarms, secret, people, partner):
    picture = pages.image(300, 200)
    chat.said(secret, people["alice"], uploads=[Upload("a.png", picture)])
    sent = [Upload("b.png", pages.image(150, 100))]
    assert "a.png" in answered(alarms, people["alice"], "/source", uploads=sent)
    assert "a.png" not in answered(alarms, partner, "/source", uploads=sent)


@pytest.mark.parametrize(
    ("words", "minutes", "text"),
    [
        ("30m call X", 30, "call X"),
        ("in 2 hours look\nagain", 120, "look\nagain"),
        ("3 jours bilan", 4320, "bilan"),
        ("1d x", 1440, "x"),
    ],
)
def test_a_reminder_is_read_in_both_languages(words, minutes, text):
    now = timezone.now()
    assert reminding.asked(words, now) == (now + timedelta(minutes=minutes), text)


@pytest.mark.parametrize("words", ["", "later", "0m x", "99999d x", "25:00 x", "30 xyz y", "m30 x"])
def test_a_time_that_is_none_is_refused(words):
    assert reminding.asked(words, timezone.now()) is None


def test_an_hour_that_is_past_is_tomorrows():
    now = timezone.localtime().replace(hour=18, minute=0)
    found = reminding.asked("17:30 handover", now)
    assert found
    assert (found[0] - now) == timedelta(hours=23, minutes=30) - timedelta(
        seconds=now.second, microseconds=now.microsecond
    )


def test_a_reminder_is_said_once(alarms, people):
    answered(alarms, people["alice"], "/remind 30m call X")
    assert reminding.sweep() == 0
    Reminder.objects.update(due_at=timezone.now())
    assert [reminding.sweep(), reminding.sweep()] == [1, 0]
    assert "call X" in alarms.messages.order_by("-number").first().text


def test_a_poll_is_a_question_with_a_reply_for_each_answer(alarms, people):
    message = chat.said(alarms, people["alice"], '/poll "When?" "Now" « Plus tard »')
    answering.answer(message=message)
    assert [row.text for row in alarms.messages.filter(root=message).order_by("number")][:2] == [
        "Now",
        "Plus tard",
    ]


def test_scale_gives_the_nearest_article_of_each_newspaper(alarms, people):
    table = io.StringIO(
        f"{HEADER}\n5000;1;1;1;1;fr;A;2019-05-27;Small one;https://a.example/1\n"
        "5600;1;1;1;1;fr;A;2019-05-27;Near one;https://a.example/2\n"
        "5700;1;1;1;1;FR;B;2019-05-27;Other paper;https://b.example/1\n"
        "5617;1;1;1;1;gb;C;2019-05-27;Other country;https://c.example/1\n"
    )
    articles, faults = scale.read(table)
    assert faults == []
    assert scaling.take_in(articles=articles) == ["fr", "gb"]
    said = answered(alarms, people["alice"], "/scale fr 5 617")
    assert "Near one" in said
    assert "Other paper" in said
    assert "Small one" not in said
    assert "Other country" not in said
    assert answered(alarms, people["alice"], "/scale 5617 FR") == said
    for wrong in ("/scale fr", "/scale 5617", "/scale fr 0", "/scale fr five"):
        assert "Give" in answered(alarms, people["alice"], wrong)
    scaling.take_in(articles=articles)
    assert KnownArticle.objects.count() == 4


def test_every_fault_of_a_table_is_named_with_its_line():
    rows = "x;1;1;1;1;france;12;2019-13-01;https://t.example;ftp://a\n\n1;2\n"
    articles, faults = scale.read(io.StringIO(f"{HEADER}\n{rows}"))
    assert articles == []
    assert [fault.line for fault in faults] == [2, 2, 2, 2, 2, 2, 4]
    assert scale.read(io.StringIO(""))[1][0].line == 1
    assert scale.read(io.StringIO("a;b\n"))[1][0].line == 1


@pytest.mark.parametrize("shares", [1, 50, 51, 60_000, 10_000_000, 10_000_001, 10**11])
def test_every_number_has_its_bounds(shares):
    low, high = scale.bounds(shares)
    assert low < shares
    assert high is None or shares <= high
