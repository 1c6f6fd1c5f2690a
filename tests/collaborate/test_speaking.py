"""The language of the portal's bot, drafts that follow a person, what administrators see, machine translation."""

import json

import pytest
from django.utils import translation

from collaborate import incident_log
from collaborate.commands import known
from collaborate.models import Address, Draft, Incident, ResponseTarget, Takedown, Watch
from collaborate.services import answering, calling, incidents, logbook, reading, takedowns
from disinfo import fetcher
from disinfo.safe_http import DnsError, Response
from tests.collaborate import factories as chat
from tests.collaborate.incident_factories import address, look_again
from tests.collaborate.incident_factories import incident as make

pytestmark = pytest.mark.django_db


def answered(room, author, text, **values):
    message = chat.said(room, author, text, **values)
    answering.answer(message=message)
    return room.messages.filter(by_bot=True).order_by("-number").first().text


def test_a_room_opened_in_french_is_answered_in_french_and_a_person_in_their_own(people, settings):
    settings.LANGUAGE_CODE = "en"
    with translation.override("fr"):
        room = chat.room(people["alice"])
    assert room.language == "fr"
    assert "Voici" in answered(room, people["alice"], "/help") or "demander" in answered(
        room, people["alice"], "/help"
    )
    people["alice"].language = "en"
    people["alice"].save()
    assert "What I can be asked for" in answered(room, people["alice"], "/help")


def test_what_the_portal_says_by_itself_is_in_the_language_of_each_room(people, settings, monkeypatch):
    settings.LANGUAGE_CODE = "en"
    rooms = {}
    for language in ("fr", "en"):
        with translation.override(language):
            rooms[language] = make(people["alice"], name=language)
    row = address(rooms["fr"])
    address(rooms["en"])

    class Gone:
        def get(self, *_args, **_options):
            from disinfo.safe_http import HttpStatusError

            raise HttpStatusError("no", status=404)

    monkeypatch.setattr(fetcher, "client", Gone)
    Address.objects.update(has_answered=True)
    for _ in range(2):
        look_again(row)
    assert "Gone since" in rooms["en"].room.messages.get().text
    assert "Gone since" not in rooms["fr"].room.messages.get().text


def test_the_last_hash_is_said_at_closing_and_the_log_is_checked_with_it(people, tmp_path):
    found = make(people["alice"])
    incidents.change_state(incident=found, state="closed", actor=people["alice"])
    said = found.room.messages.order_by("-number").first().text
    assert found.log_head in said
    incidents.note(incident=found, text="Afterwards", actor=people["alice"])
    lines = [json.dumps(line) for line in logbook.lines(found)]
    told = said.split("`")[1]
    assert list(incident_log.faults(lines, through=[told])) == []
    file = tmp_path / "log.ndjson"
    file.write_text("\n".join(lines))
    assert incident_log.main(["verify", str(file), "--through", told]) == 0
    # Written anew from the first line on, the chain is whole and the hash that was told is not in it.
    anew, previous = [], incident_log.START
    for line in map(json.loads, lines):
        entry = line | {"text": "Nothing happened", "previous": previous}
        previous = entry["hash"] = incident_log.digest(entry)
        anew.append(json.dumps(entry))
    assert list(incident_log.faults(anew)) == []
    assert len(list(incident_log.faults(anew, through=[told]))) == 1


def test_a_draft_follows_its_writer_and_is_gone_when_it_is_said(alarms, people, as_):
    page = alarms.get_absolute_url()
    as_("alice").post(f"{page}draft/", {"text": "I begin to"})
    assert "I begin to</textarea>" in as_("alice").get(page).text
    assert "I begin to" not in as_("rita").get(page).text
    as_("alice").post(page, {"text": "I begin to see"})
    assert not Draft.objects.exists()


def test_a_thread_has_a_draft_of_its_own_which_the_script_gives_up_by_sending(alarms, people, as_):
    said = chat.said(alarms, people["alice"])
    page = alarms.get_absolute_url()
    for thread, text in ((0, "In the room"), (said.number, "In the thread")):
        as_("alice").post(f"{page}draft/", {"text": text, "thread": thread})
    assert "In the thread</textarea>" in as_("alice").get(f"{said.get_absolute_url()}thread/").text
    messages = f"/api/v1/collaborate/rooms/{alarms.slug}/messages/"
    answer = as_("alice").post(messages, {"text": "x", "root": said.number, "draft": said.number})
    assert answer.status_code == 201, answer.text
    assert Draft.objects.get().text == "In the room"
    as_("alice").post(f"{page}draft/", {"text": "  "})
    assert not Draft.objects.exists()


def test_a_draft_that_is_too_long_to_be_said_is_kept_whole_up_to_a_bound(alarms, people):
    reading.keep_draft(user=people["alice"], room=alarms, text="x" * 9_000)
    assert len(Draft.objects.get().text) == 9_000
    reading.keep_draft(user=people["alice"], room=alarms, text="x" * 200_000)
    assert len(Draft.objects.get().text) == 32_000


def test_administrators_read_incidents_of_open_rooms_and_change_nothing(people, as_, organisation, partner):
    shown, hidden = make(people["alice"], name="Shown"), make(people["alice"], name="Hidden", kind="private")
    for each in (shown, hidden):
        incidents.note(incident=each, text=f"Note of {each}", actor=people["alice"])
        takedowns.send(
            incident=each, url=f"https://c.example/{each}", platform="Chirper", actor=people["alice"]
        )
        Watch.objects.create(room=each.room, kind="feed", name=f"Watch {each}", address="https://n.example/")
        calling.open_hook(
            room=each.room,
            organisation=organisation,
            creator=people["oscar"],
            kind="incoming",
            name=f"CI {each}",
        )
    ada = as_("ada")
    for name in ("incident", "logentry", "takedown", "address", "watch", "hook"):
        page = ada.get(f"/admin/collaborate/{name}/")
        assert page.status_code == 200
        assert "Shown" in page.text
        assert "Hidden" not in page.text
    for model, row in (
        ("incident", shown),
        ("logentry", shown.log.first()),
        ("takedown", Takedown.objects.last()),
    ):
        assert ada.get(f"/admin/collaborate/{model}/{row.pk}/change/").status_code in (200, 302)
        assert ada.post(f"/admin/collaborate/{model}/{row.pk}/delete/").status_code in (302, 403)
        assert ada.get(f"/admin/collaborate/{model}/add/").status_code == 403
    assert ada.get(f"/admin/collaborate/logentry/{hidden.log.first().pk}/change/").status_code in (302, 404)
    assert (Incident.objects.count(), shown.log.exists()) == (2, True)
    token = shown.room.hooks.get()
    assert str(token.digest) not in ada.get(f"/admin/collaborate/hook/{token.pk}/change/").text


def test_an_administrator_ends_a_watch_and_sets_the_target_of_an_organisation(people, as_, organisation):
    room = chat.room(people["alice"])
    watch = Watch.objects.create(room=room, kind="feed", name="News", address="https://n.example/")
    as_("ada").post("/admin/collaborate/watch/", {"action": "end", "_selected_action": [watch.pk]})
    assert not Watch.objects.exists()
    as_("ada").post(
        "/admin/collaborate/responsetarget/add/", {"organisation": organisation.pk, "minutes": 45}
    )
    assert ResponseTarget.objects.get().minutes == 45
    assert make(people["alice"]).target_minutes == 45


class Engine:
    """A translation engine."""

    def __init__(self):
        self.asked, self.body = [], {"translatedText": "Bonjour", "detectedLanguage": {"language": "en"}}

    def post(self, url, content, **_options):
        self.asked.append((url, json.loads(content)))
        if self.body is None:
            raise DnsError("no")
        return Response(url, 200, {}, json.dumps(self.body).encode(), (), 0.1, None)


@pytest.fixture
def engine(monkeypatch, settings):
    settings.COLLABORATE_TRANSLATE = "https://engine.example/"
    made = Engine()
    monkeypatch.setattr(fetcher, "client", lambda: made)
    return made


def test_translate_is_listed_only_where_an_engine_is_set(settings, alarms, people):
    assert "translate" not in known()
    settings.COLLABORATE_TRANSLATE = "https://engine.example"
    assert "translate" in known()


def test_words_and_messages_are_translated_with_their_source(engine, alarms, people):
    said = answered(alarms, people["alice"], "/translate fr Hello")
    assert "> Bonjour" in said
    assert "en → fr" in said
    root = chat.said(alarms, people["alice"], "Good evening")
    answered(alarms, people["alice"], "/translate", root=root)
    assert (engine.asked[0][1]["q"], engine.asked[0][1]["target"]) == ("Hello", "fr")
    assert engine.asked[1][1]["q"] == "Good evening"


def test_a_strict_mark_is_given_to_no_engine(engine, people):
    room = chat.room(people["alice"], tlp="amber")
    assert "no engine" in answered(room, people["alice"], "/translate fr Hello")
    assert engine.asked == []


@pytest.mark.parametrize("body", [None, [], {"error": "x"}, "x"])
def test_an_engine_that_does_not_answer_is_said_so(engine, alarms, people, body):
    engine.body = body
    assert "did not answer" in answered(alarms, people["alice"], "/translate fr Hello")
    assert "Say what" in answered(alarms, people["alice"], "/translate fr")
