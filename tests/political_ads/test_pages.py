"""A citizen's way: an ad, an answer, what others said, and back again. All of it without JavaScript."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from political_ads import sessions
from political_ads.labels import Label
from political_ads.models import Check, Skip, Task, Vote, Voter
from political_ads.services import demo, reviewing
from tests.political_ads.factories import AdFactory, CreativeFactory, TaskFactory, VoterFactory, answered

pytestmark = pytest.mark.django_db

CLASSIFY = "/ads/classify/"


def assignment_on(response) -> str:
    return re.search(r'name="assignment" value="([^"]+)"', response.content.decode()).group(1)


def answer(client: Client, label: str = "survey", **more: str):
    token = assignment_on(client.get(CLASSIFY))
    return client.post(CLASSIFY, {"assignment": token, "label": label, **more}, follow=True)


# ── Answering ─────────────────────────────────────────────────────────────────────────────────────────────
def test_a_stranger_answers_and_is_shown_what_others_said_and_the_law(client):
    task = TaskFactory()
    for _ in range(2):
        answered(task, Label.SURVEY)
    TaskFactory()
    Task.objects.exclude(pk=task.pk).update(bucket=None)
    page = client.get(CLASSIFY)
    assert "What others said" not in page.content.decode()
    assert "law no. 77-808" not in page.content.decode()
    after = client.post(CLASSIFY, {"assignment": assignment_on(page), "label": "survey"}, follow=True)
    text = after.content.decode()
    assert "2 of 2 other people said the same." in text
    assert "law no. 77-808" in text
    assert Vote.objects.get(voter__votes_count=1).label == "survey"


def test_the_session_is_a_signed_cookie_that_no_script_reads(client):
    TaskFactory()
    response = client.get(CLASSIFY)
    cookie = response.cookies[sessions.COOKIE]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert not Voter.objects.exists()  # nothing is kept before the first answer
    answer(client)
    client.cookies[sessions.COOKIE] = "forged:cookie:value"
    answer(client)
    assert Voter.objects.count() == 2  # a forged one is nobody's: another session begins


def test_nothing_of_an_address_is_kept(client):
    TaskFactory()
    client.defaults["REMOTE_ADDR"] = "203.0.113.77"
    answer(client)
    kept = " ".join(
        str(value) for row in (*Vote.objects.values(), *Voter.objects.values()) for value in row.values()
    )
    assert "203.0.113" not in kept
    assert Vote.objects.get().network != ""


def test_two_addresses_of_one_network_have_one_hash_and_another_day_another(client, rf):
    from political_ads.networks import forget_salts, network_of

    one, same, other = (
        network_of(rf.get("/", REMOTE_ADDR=address))
        for address in ("203.0.113.7", "203.0.113.99", "203.0.114.7")
    )
    assert one == same != other
    assert network_of(rf.get("/", REMOTE_ADDR="2001:db8:1::1")) == network_of(
        rf.get("/", REMOTE_ADDR="2001:db8:1:ff::2")
    )
    with time_machine.travel(timezone.now() + timedelta(days=2)):
        assert network_of(rf.get("/", REMOTE_ADDR="203.0.113.7")) != one
        forget_salts()
    assert network_of(rf.get("/", REMOTE_ADDR="not an address")) == ""


def test_a_caller_cannot_choose_its_network_behind_our_proxy(rf, settings):
    from political_ads.networks import network_of

    settings.PROXIES = 1
    honest = rf.get("/", REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR="203.0.113.7")
    lying = rf.get("/", REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR="198.51.100.1, 203.0.113.7")
    assert network_of(honest) == network_of(lying)


def test_details_that_were_ticked_are_kept_with_the_answer(client):
    TaskFactory()
    answer(client, check_payer_named="no", check_looks_ai="unknown")
    assert dict(Check.objects.values_list("key", "answer")) == {"payer_named": "no", "looks_ai": "unknown"}


def test_an_answer_is_taken_back_and_its_ad_shown_again(client):
    TaskFactory()
    TaskFactory()
    answer(client)
    vote = Vote.objects.get()
    page = client.post("/ads/classify/undo/", {"vote": vote.pk}, follow=True)
    assert vote.creative.text in page.content.decode()
    assert Vote.objects.active().count() == 0
    client.post(CLASSIFY, {"assignment": assignment_on(page), "label": "promotes"})
    vote.refresh_from_db()
    assert (vote.label, vote.status) == ("promotes", "active")


def test_an_ad_is_skipped_with_a_reason_and_does_not_come_back(client):
    TaskFactory()
    token = assignment_on(client.get(CLASSIFY))
    page = client.post("/ads/classify/skip/", {"assignment": token, "reason": "picture"}, follow=True)
    assert "Nothing is left for you to classify" in page.content.decode()
    assert Skip.objects.get().reason == "picture"


@pytest.mark.parametrize(
    "data", [{}, {"label": "survey"}, {"label": "guilty"}, {"label": "survey", "assignment": "forged"}]
)
def test_a_form_that_is_not_whole_keeps_nothing_and_says_so(client, data):
    TaskFactory()
    page = client.post(CLASSIFY, data, follow=True)
    assert page.status_code == 200
    assert page.context["messages"]
    assert not Vote.objects.exists()


def test_an_assignment_of_another_browser_is_refused(client):
    TaskFactory()
    token = assignment_on(client.get(CLASSIFY))
    Client().post(CLASSIFY, {"assignment": token, "label": "survey"})
    assert not Vote.objects.exists()


def test_the_same_form_sent_twice_is_one_answer(client):
    TaskFactory()
    token = assignment_on(client.get(CLASSIFY))
    for label in ("survey", "promotes"):
        client.post(CLASSIFY, {"assignment": token, "label": label})
    assert Vote.objects.get().label == "survey"


def test_an_hour_later_the_ad_is_not_answered_any_more(client):
    TaskFactory()
    token = assignment_on(client.get(CLASSIFY))
    with time_machine.travel(timezone.now() + timedelta(minutes=61)):
        page = client.post(CLASSIFY, {"assignment": token, "label": "survey"}, follow=True)
    assert "more than an hour ago" in page.content.decode()
    assert not Vote.objects.exists()


def test_nobody_sees_the_answer_of_another(client):
    vote = answered(TaskFactory(), Label.SURVEY)
    TaskFactory()
    assert "Your answer" not in client.get(f"{CLASSIFY}?last={vote.pk}").content.decode()


def test_words_of_an_ad_are_shown_and_never_run(client):
    text = '<script>alert("x")</script> <img src=x onerror=alert(1)>'
    creative = CreativeFactory(text=text)
    AdFactory(creative=creative, payer=text, advertiser__name=text)
    TaskFactory(creative=creative)
    page = client.get(CLASSIFY).content.decode()
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert "&lt;script&gt;" in page


def test_a_missing_payer_is_said_to_be_missing(client):
    TaskFactory()
    assert "not given by the platform" in client.get(CLASSIFY).content.decode()


def test_the_ad_shown_is_the_present_one_that_reached_most(client):
    task = TaskFactory()
    AdFactory(creative=task.creative, payer="Reached most", impressions_low=9000)
    AdFactory(creative=task.creative, payer="Gone", impressions_low=90000, presence="removed")
    page = client.get(CLASSIFY).content.decode()
    assert "Reached most" in page
    assert "Gone" not in page


def test_ads_come_in_the_page_s_language_unless_another_is_asked_for(client):
    TaskFactory(language="en", creative=AdFactory(creative__text="An English ad").creative)
    TaskFactory(
        language="fr", creative=AdFactory(creative__text="Une annonce", creative__language="fr").creative
    )
    assert "Une annonce" in client.get(CLASSIFY, HTTP_ACCEPT_LANGUAGE="fr").content.decode()
    assert "An English ad" in client.get(f"{CLASSIFY}?lang=en", HTTP_ACCEPT_LANGUAGE="fr").content.decode()


# ── Other pages ───────────────────────────────────────────────────────────────────────────────────────────
def test_shares_come_from_the_uniform_sample_only(client):
    for label, is_audit in ((Label.SURVEY, False), (Label.ENGAGEMENT, True), (Label.NOT_POLITICAL, True)):
        task = TaskFactory(is_audit=is_audit)
        for _ in range(4):
            answered(task, label)
    page = client.get("/ads/results/").content.decode()
    table = page[page.index("<table>") : page.index("</table>")]
    assert "Encourages taking part" in table
    assert "50 %" in table
    assert "opinion poll" not in table


def test_known_answers_are_not_told_to_who_reads_the_results(client, people):
    gold = TaskFactory(is_audit=True)
    reviewing.make_gold(creative=gold.creative, label=Label.SURVEY, note="", actor=people["ada"])
    gold.refresh_from_db()
    assert gold.label == ""
    assert "opinion poll" not in client.get("/ads/results/").content.decode().split("</table>")[0]


def test_without_a_result_the_page_says_what_would_bring_one(client):
    page = client.get("/ads/results/").content.decode()
    assert "No share can be given yet" in page
    assert reverse("ads:classify") in page


def test_the_method_says_the_rules_that_hold(client):
    page = client.get("/ads/method/").content.decode()
    for figure in ("95 %", "99 %", "40 answers a minute", "after 30 days"):
        assert figure in page, figure


def test_home_counts_what_there_is(client):
    task = TaskFactory()
    answered(task, Label.SURVEY, VoterFactory())
    AdFactory(presence="removed", missing_since=timezone.now(), payer="x")
    page = client.get("/ads/").content.decode()
    assert "Removed lately" in page
    assert re.search(r"answers today</dt><dd>1<", page)


# ── The demonstration ─────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("language", ["en", "fr"])
def test_two_strangers_at_once_each_classify_ten_ads_of_the_demo(language):
    demo.load(people={}, say=str)
    crowd = list(Voter.objects.values_list("pk", flat=True))
    strangers = [Client(headers={"accept-language": language}) for _ in range(2)]
    for _ad in range(10):
        for stranger in strangers:
            answer(stranger)
    assert [each.votes_count for each in Voter.objects.exclude(pk__in=crowd)] == [10, 10]
