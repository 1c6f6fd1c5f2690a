"""Commands about incidents, addresses, reminders: answered in the room, refused in words."""

import io
from datetime import timedelta

import pytest
from django.utils import timezone
from django.utils.formats import date_format

from collaborate import commands, scale
from collaborate.models import Incident, KnownArticle, Message, Participant, Reminder, Watch
from collaborate.services import answering, reminding, scaling, watching
from disinfo.portal.tools import Activity
from tests.collaborate import factories as chat
from tests.collaborate.asking import answered, tool_named
from tests.collaborate.incident_factories import incident as make
from tests.encyclopedia import factories as pages
from tests.factories import CollectionFactory, ServiceFactory, TermsFactory, UserFactory, recorded
from tests.political_ads.library_factories import library_ad

pytestmark = pytest.mark.django_db
HEADER = ";".join(scale.COLUMNS)


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


@pytest.mark.parametrize("word", ["closed", "Qualified"])
def test_the_word_of_a_state_opens_no_incident_of_that_name(alarms, people, word):
    assert "no incident" in answered(alarms, people["alice"], f"/incident {word}")
    assert not Incident.objects.exists()


@pytest.mark.parametrize("asked", ["/scale fr 5617", "/ads nothing-like-it", "/wiki zzz", "/terms Zzz"])
def test_an_answer_that_found_nothing_says_where_and_when_it_looked(alarms, people, asked):
    said = answered(alarms, people["alice"], asked)
    assert "Source: " in said
    assert date_format(timezone.localtime(), "DATE_FORMAT") in said


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
    said = [row.text for row in alarms.messages.filter(root=message).order_by("number")]
    assert said[0].startswith("**When?**")
    assert said[1:] == ["Now", "Plus tard"]
    answering.answer(message=message)
    Message.objects.filter(pk=message.pk).update(command=Message.Command.WAITING)
    message.refresh_from_db()
    answering.answer(message=message)  # a worker was killed before it could say that it had answered
    assert alarms.messages.filter(root=message).count() == 3


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ("/help", "I answer from what you may read"),
        ("/remind 30m call X", "within a minute"),
        ('/poll "When?" "Now" "Later"', "Whoever may enter"),
        ("/incident Ballots", "Source: What was said in this thread"),
        ("/ads zzzqq", "Only libraries kept on this portal"),
        ("/terms zzzqq", "Only services that you may read"),
        ("/wiki zzzqq", "published pages were looked at"),
    ],
)
def test_every_answer_says_what_it_rests_on_or_what_it_cannot_say(alarms, people, asked, words):
    message = chat.said(alarms, people["alice"], asked)
    answering.answer(message=message)
    assert words in alarms.messages.filter(root=message).order_by("number").first().text


def test_a_word_that_is_no_state_is_refused_with_the_states_of_the_readers_language(people):
    made = make(people["alice"])
    people["alice"].language = "fr"
    people["alice"].save()
    said = answered(made.room, people["alice"], "/incident fini")
    assert "«\u00a0fini\u00a0»" in said
    assert "détecté, qualifié, en réponse, clos" in said


def test_help_says_that_it_does_not_know_a_word_and_takes_it_with_its_slash(alarms, people):
    assert "I do not know `/nothing`" in answered(alarms, people["alice"], "/help nothing")
    assert answered(alarms, people["alice"], "/help /poll").startswith("`/poll")


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


def test_techniques_are_offered_after_a_hash_in_an_incident_only(alarms, people, as_):
    pages.page("Flooding hashtags", fields={"framework_id": "T0049"})
    pages.page("Inonder des mots-dièse", fields={"framework_id": "T0049"}, language="fr")
    pages.page("Other", fields={"framework_id": "T0050"})
    place = f"{make(people['alice']).room.get_absolute_url()}names/"

    def offered(letters, where=place):
        offers = as_("alice").get(where, {"q": letters}).json()["offers"]
        return [(offer["insert"], offer["note"]) for offer in offers]

    assert offered("#t004") == [("#T0049 ", "Flooding hashtags")]
    assert offered("#flood") == [("#T0049 ", "Flooding hashtags")]
    assert len(offered("#T00")) == 2
    # Written to its end, nothing is offered: Enter then sends.
    assert offered("#T0049") == offered("#") == offered("#zzz") == []
    assert offered("#t004", f"{alarms.get_absolute_url()}names/") == []


def test_a_bot_of_a_tool_that_was_followed_says_what_rises(people, organisation, monkeypatch):
    room = chat.room(people["rita"], kind="organisation", organisation=organisation)
    path = "/bots/desk/collections/7/"
    asked = []

    def rising(asked_path, asked_organisation):
        asked.append((asked_path, asked_organisation))
        at = timezone.now().replace(hour=0, minute=0, second=0, microsecond=0)
        return [Activity(f"{path}#url:{name}", name, "Address rising", at, "14 accounts") for name in names]

    names = ["old.example"]
    monkeypatch.setattr(tool_named("bots"), "rising", rising)
    watch = Watch.objects.create(room=room, kind="rising", name="Vote", path=path)
    watching.look(watch=watch)
    names.append("new.example")
    Watch.objects.update(next_at=timezone.now())
    watch.refresh_from_db()
    watching.look(watch=watch)
    assert asked == [(path, organisation)] * 2
    assert ["new" in row.text for row in room.messages.all()] == [True]
    assert path in room.messages.get().text
