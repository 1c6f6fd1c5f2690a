"""Pages of the rooms, as a browser without JavaScript uses them."""

import pytest

from collaborate.catching_up import overview
from collaborate.models import Message, Notification, Participant, Report, Saved, Sighting
from collaborate.services import answering
from tests.collaborate import factories

pytestmark = pytest.mark.django_db


def test_a_stranger_is_told_how_to_take_part_and_not_what_is_there(as_, secret, alarms):
    for who in ("anonymous", "charlie"):
        page = as_(who).get("/collaborate/").content.decode()
        assert "vet" in page
        assert secret.name not in page


def test_a_stranger_cannot_tell_a_private_room_from_none(as_, secret, people):
    factories.said(secret, people["alice"])
    for path in (
        "",
        "1/",
        "1/thread/",
        "1/more/",
        "catch-up/",
        "people/",
        "settings/",
        "moderation/",
        "names/",
    ):
        there = as_("rita").get(f"{secret.get_absolute_url()}{path}")
        nowhere = as_("rita").get(f"/collaborate/rooms/inquiry-0/{path}")
        assert there.status_code == nowhere.status_code == 404


def test_something_is_said_and_read_without_javascript(as_, alarms):
    answer = as_("rita").post(alarms.get_absolute_url(), {"text": "I *see* it"}, follow=True)
    assert "I <em>see</em> it" in answer.content.decode()
    assert 'id="m-1"' in answer.content.decode()


def test_what_cannot_be_said_is_still_in_the_field(as_, alarms):
    answer = as_("rita").post(alarms.get_absolute_url(), {"text": "  "})
    assert answer.status_code == 400
    assert "write something first" in answer.content.decode()


def test_what_is_too_long_is_refused_in_words_and_cut_by_nobody(as_, alarms):
    page = as_("rita").get(alarms.get_absolute_url()).content.decode()
    assert "maxlength" not in page.split("<textarea")[1].split(">")[0]
    answer = as_("rita").post(alarms.get_absolute_url(), {"text": "x" * (Message.LONGEST + 1)})
    assert answer.status_code == 400
    assert "too long" in answer.content.decode()
    assert "x" * (Message.LONGEST + 1) in answer.content.decode()


def test_the_button_that_shares_is_a_verb_in_french(as_, alarms, people):
    said = factories.said(alarms, people["rita"], "x")
    page = as_("rita").get(f"{said.get_absolute_url()}more/", headers={"accept-language": "fr"})
    assert "Partager</button>" in page.content.decode()


def test_opening_a_room_reads_it_and_marks_where_one_had_stopped(as_, alarms, people):
    as_("rita").get(alarms.get_absolute_url())
    for number in range(3):
        factories.said(alarms, people["alice"], f"word {number}")
    home = as_("rita").get("/collaborate/").content.decode()
    assert "<span data-unread-count>3</span>" in home
    page = as_("rita").get(alarms.get_absolute_url()).content.decode()
    assert page.index('id="unread"') < page.index('id="m-1"')
    assert Participant.objects.get(user=people["rita"]).last_read == 3
    assert 'id="unread"' not in as_("rita").get(alarms.get_absolute_url()).content.decode()


def test_a_room_that_was_read_is_opened_again_without_a_transaction(
    as_, alarms, people, django_assert_max_num_queries
):
    factories.said(alarms, people["alice"])
    as_("rita").get(alarms.get_absolute_url())
    rita = as_("rita")
    with django_assert_max_num_queries(30) as queries:
        rita.get(alarms.get_absolute_url())
    verbs = {query["sql"].split()[0] for query in queries.captured_queries}
    assert verbs == {"SELECT"}, "nobody who reads waits for whoever writes"


def test_a_long_room_is_read_page_by_page(as_, alarms, people):
    for number in range(60):
        factories.said(alarms, people["alice"], f"word {number}")
    latest = as_("rita").get(alarms.get_absolute_url()).content.decode()
    assert 'id="m-60"' in latest
    assert 'id="m-10"' not in latest
    assert 'id="m-10"' in as_("rita").get(alarms.get_absolute_url() + "?before=11").content.decode()
    place = as_("rita").get(f"{alarms.get_absolute_url()}15/").content.decode()
    assert "is-here" in place
    assert "Later messages" in place


def test_the_cards_of_a_message_show_only_what_the_reader_may_see(as_, alarms, secret, people):
    factories.said(secret, people["alice"], "the plan")
    factories.said(alarms, people["alice"], f"{secret.get_absolute_url()}1/")
    assert "the plan" in as_("alice").get(alarms.get_absolute_url()).content.decode()
    assert "the plan" not in as_("rita").get(alarms.get_absolute_url()).content.decode()


@pytest.mark.parametrize("deed", ["pin", "save"])
def test_a_message_is_pinned_or_saved_and_let_go(as_, alarms, people, deed):
    factories.said(alarms, people["alice"])

    def state() -> bool:
        return Message.objects.filter(pinned_at__isnull=False).exists() or Saved.objects.exists()

    path = f"{alarms.get_absolute_url()}1/more/"
    as_("rita").post(path, {"deed": deed})
    assert state()
    as_("rita").post(path, {"deed": deed})
    assert not state()


def test_only_the_author_edits_and_only_the_author_or_a_moderator_deletes(as_, alarms, people):
    factories.said(alarms, people["alice"], "mine")
    path = f"{alarms.get_absolute_url()}1/more/"
    assert as_("rita").post(path, {"deed": "edit", "text": "hers"}).status_code == 403
    assert as_("rita").post(path, {"deed": "delete"}).status_code == 403
    assert as_("alice").post(path, {"deed": "edit", "text": "still mine"}).status_code == 302
    assert as_("ada").post(path, {"deed": "delete"}).status_code == 302
    page = as_("rita").get(alarms.get_absolute_url()).content.decode()
    assert "still mine" not in page
    assert "deleted" in page


def test_a_reported_message_is_hidden_by_a_moderator_and_read_by_moderators_only(as_, alarms, people):
    factories.said(alarms, people["rita"], "an insult")
    path = f"{alarms.get_absolute_url()}1/more/"
    as_("oscar").post(path, {"deed": "report", "reason": "rude"})
    assert Report.objects.get().text == "an insult"
    assert as_("oscar").post(path, {"deed": "hide", "reason": "rude"}).status_code == 403
    assert "rude" in as_("alice").get(f"{alarms.get_absolute_url()}moderation/").content.decode()
    as_("alice").post(path, {"deed": "hide", "reason": "rude"})
    assert "an insult" not in as_("oscar").get(path).content.decode()
    assert "an insult" in as_("alice").get(path).content.decode()
    assert "an insult" not in as_("oscar").get("/collaborate/search/?q=insult").content.decode()


def test_who_saw_a_strictly_marked_message_is_shown(as_, alarms, people):
    factories.said(alarms, people["alice"], "careful", tlp="amber")
    as_("rita").get(alarms.get_absolute_url())
    as_("rita").get(alarms.get_absolute_url())
    assert [each.user for each in Sighting.objects.filter(user=people["rita"])] == [people["rita"]]
    assert "Rita" in as_("alice").get(f"{alarms.get_absolute_url()}1/more/").content.decode()


def test_search_finds_without_accents_in_ones_own_rooms_only(as_, alarms, secret, people):
    factories.said(alarms, people["alice"], "La désinformation de l’Élysée")
    factories.said(secret, people["alice"], "La désinformation secrète")
    found = as_("rita").get("/collaborate/search/?q=desinfo").content.decode()
    assert "Élysée" in found
    assert "secrète" not in found
    assert "secrète" in as_("alice").get("/collaborate/search/?q=DESINFORMATION").content.decode()
    assert "secrète" not in as_("rita").get("/search/?q=desinformation").content.decode()


def test_search_is_narrowed_by_room_author_date_and_what_is_in_it(as_, alarms, people):
    other = factories.room(people["alice"], name="Other")
    factories.said(alarms, people["alice"], "word https://news.example/a")
    factories.said(other, people["rita"], "word")

    def found(query: str) -> int:
        return as_("rita").get(f"/collaborate/search/?{query}").context["page_obj"].paginator.count

    assert found("q=word") == 2
    assert found(f"q=word&room={other.slug}") == found("q=word&author=ali") == found("q=word&has=link") == 1
    assert found("q=word&since=2100-01-01") == found("q=word&until=2001-01-01") == found("q=nothing") == 0
    assert found('q=w"ord* OR -') == 0


def test_a_newcomer_sees_who_does_what_and_what_was_decided(as_, alarms, people):
    factories.said(alarms, people["alice"], "Find the source")
    factories.said(alarms, people["alice"], "We publish at noon")
    place = alarms.get_absolute_url()
    as_("alice").post(f"{place}1/more/", {"deed": "mark", "mark": "task", "assignee": people["rita"].pk})
    as_("alice").post(f"{place}2/more/", {"deed": "mark", "mark": "decision"})
    page = as_("oscar").get(f"{place}catch-up/").content.decode()
    assert page.index("Find the source") < page.index("We publish at noon")
    assert Notification.objects.get(user=people["rita"]).kind == Notification.Kind.TASK
    as_("rita").post(f"{place}1/more/", {"deed": "settle"})
    assert "No open task" in as_("oscar").get(f"{place}catch-up/").content.decode()


def test_a_button_turns_a_sign_and_a_script_that_asks_twice_asks_once(as_, alarms, people):
    message = factories.said(alarms, people["alice"])
    place = f"{alarms.get_absolute_url()}1/react/"

    def press(**said):
        as_("rita").post(place, {"sign": "👍", **said})
        return message.reactions.count()

    assert (press(), press()) == (1, 0)
    assert (press(wanted="true"), press(wanted="true")) == (1, 1)
    assert (press(wanted="false"), press(wanted="false")) == (0, 0)


def test_a_script_is_told_that_there_is_no_such_sign(as_, alarms, people):
    factories.said(alarms, people["alice"])
    place = f"{alarms.get_absolute_url()}1/react/"
    answer = as_("rita").post(place, {"sign": "<b>"}, headers={"accept": "application/json"})
    assert answer.status_code == 409


@pytest.mark.parametrize("address", ["1/react/", "leave/", "export/"])
def test_an_address_that_only_takes_what_a_form_sends_says_so(as_, alarms, people, address):
    factories.said(alarms, people["alice"])
    answer = as_("alice").get(f"{alarms.get_absolute_url()}{address}", headers={"accept": "text/html"})
    assert answer.status_code == 405
    assert answer["Allow"] == "POST"
    assert "It only takes what a form sends" in answer.content.decode()
    assert as_("alice").get(f"{alarms.get_absolute_url()}{address}").content == b""


def test_what_was_answered_to_a_command_is_no_discussion(alarms, people):
    asked = factories.said(alarms, people["alice"], "/help")
    answering.answer(message=asked)
    spoken_of = factories.said(alarms, people["alice"], "A video")
    factories.said(alarms, people["rita"], "An old one", root=spoken_of)
    assert overview(alarms).threads == [spoken_of]


def test_a_task_is_given_only_to_somebody_of_the_room(as_, secret, people):
    factories.said(secret, people["alice"])
    as_("alice").post(
        f"{secret.get_absolute_url()}1/more/", {"deed": "mark", "mark": "task", "assignee": people["rita"].pk}
    )
    assert Message.objects.get().mark == ""


def test_names_are_offered_of_those_who_may_be_there(as_, secret, people, partner):
    factories.seat(secret, partner)
    offers = as_("alice").get(f"{secret.get_absolute_url()}names/?q=").json()["offers"]
    assert {"Alice", "Paula"} <= {offer["label"] for offer in offers}
    assert "Rita" not in {offer["label"] for offer in offers}
    assert (
        as_("alice").get(f"{secret.get_absolute_url()}names/?q=/he").json()["offers"][0]["insert"] == "/help "
    )


def test_two_people_write_to_each_other_alone(as_, people, partner):
    answer = as_("alice").post(f"/collaborate/people/{partner.pk}/", follow=True)
    room = answer.context["room"]
    as_("alice").post(room.get_absolute_url(), {"text": "between us"})
    assert Notification.objects.get(user=partner).kind == Notification.Kind.DIRECT
    assert as_("rita").get(room.get_absolute_url()).status_code == 404
    assert as_("ada").get(room.get_absolute_url()).status_code == 404
    assert as_("charlie").post(f"/collaborate/people/{partner.pk}/").status_code == 403


def test_what_was_kept_by_older_rules_is_cleaned_again_as_it_is_shown(as_, alarms, people):
    message = factories.said(alarms, people["alice"])
    Message.objects.filter(pk=message.pk).update(html="<p onclick='x()'>Hello<script>x()</script></p>")
    page = as_("rita").get(alarms.get_absolute_url()).content.decode()
    assert "<p>Hello</p>" in page
    assert "onclick" not in page


def test_a_search_without_result_says_what_to_do_and_a_period_turned_round_is_said(as_, alarms):
    assert "Try fewer words" in as_("alice").get("/collaborate/search/?q=zzzz").text
    turned = as_("alice").get("/collaborate/search/?since=2026-02-01&until=2026-01-01").text
    assert "This day is before the first one." in turned
    assert "No message is found" not in turned


def test_what_concerns_one_is_read_without_the_signs_of_markdown(as_, alarms, people):
    factories.said(alarms, people["alice"], "@rita **look** at `this`")
    assert "@Rita look at this" in as_("rita").get("/collaborate/notifications/").text


def test_what_is_found_or_quoted_is_read_without_the_signs_of_markdown(as_, alarms, people):
    said = factories.said(
        alarms, people["alice"], r"**Look**: [a page](https://news.example/a) of _Chirper_ \- 5 < 6"
    )
    read = "<mark>Look</mark>: a page of Chirper - 5 &lt; 6"
    assert read in as_("rita").get("/collaborate/search/?q=look").text
    quoted = as_("alice").get(f"/collaborate/incidents/new/?message={said.pk}").text
    assert "<blockquote>Look: a page of Chirper - 5 &lt; 6</blockquote>" in quoted
