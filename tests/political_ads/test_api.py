"""Programs classify as citizens do, and read what the original of 2019 answered, without its faults."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from political_ads.labels import ORIGINAL_SLUGS, ORIGINAL_VALUES, Label
from political_ads.models import Review, Skip, Vote
from political_ads.services import monitoring, voting
from tests.political_ads.factories import AdFactory, TaskFactory, answered

pytestmark = pytest.mark.django_db

NEXT, VOTES, SKIPS = "/api/v1/ads/next/", "/api/v1/ads/votes/", "/api/v1/ads/skips/"


def given(client, query: str = "") -> dict:
    return client.get(NEXT + query).json()["assignments"][0]


def post(client, path: str, **data):
    return client.post(path, data, content_type="application/json")


def test_an_ad_is_asked_for_answered_and_taken_back(client):
    TaskFactory()
    ad = given(client)
    assert set(ad) >= {"creative", "advertiser", "payer", "spend", "impressions", "copies", "expires"}
    kept = post(client, VOTES, assignment=ad["assignment"], label="survey", checks={"looks_ai": "no"})
    assert kept.status_code == 201
    assert kept.json()["crowd"]["answers"] == {"survey": 1}
    assert client.delete(f"{VOTES}{kept.json()['vote']}/").status_code == 204
    assert Vote.objects.active().count() == 0


def test_the_same_assignment_again_gives_the_vote_there_is(client):
    TaskFactory()
    token = given(client)["assignment"]
    first, again = (post(client, VOTES, assignment=token, label=label) for label in ("survey", "promotes"))
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["vote"] == again.json()["vote"]
    assert again.json()["label"] == "survey"


def test_an_answer_needs_no_cookie_and_its_assignment_takes_it_back(client):
    TaskFactory()
    token = given(client)["assignment"]
    client.cookies.clear()
    kept = post(client, VOTES, assignment=token, label="survey").json()["vote"]
    assert client.delete(f"{VOTES}{kept}/").status_code == 404
    assert client.delete(f"{VOTES}{kept}/?assignment={token}").status_code == 204


def test_three_ads_at_once_are_three_different_ones(client):
    for _ in range(5):
        TaskFactory()
    ads = client.get(f"{NEXT}?n=3").json()["assignments"]
    assert len({ad["creative"]["id"] for ad in ads}) == 3
    assert len(client.get(f"{NEXT}?n=99").json()["assignments"]) == 3


def test_nothing_left_is_an_empty_list(client):
    body = client.get(NEXT).json()
    assert body["assignments"] == []
    assert [label["code"] for label in body["labels"]] == [label.value for label in Label]


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"assignment": "x", "label": "survey"},
        {"label": "guilty"},
        {"assignment": "x" * 500, "label": "survey"},
        {"assignment": "x", "label": "survey", "checks": {"who": "yes"}},
        {"assignment": "x", "label": "survey", "checks": {"looks_ai": "perhaps"}},
    ],
)
def test_what_cannot_be_an_answer_is_refused_in_words(client, data):
    response = post(client, VOTES, **data)
    assert response.status_code == 400
    assert response["Content-Type"] == "application/problem+json"
    assert response.json()["errors"]


def test_an_old_assignment_is_a_conflict(client):
    TaskFactory()
    token = given(client)["assignment"]
    with time_machine.travel(timezone.now() + timedelta(minutes=61)):
        assert post(client, VOTES, assignment=token, label="survey").status_code == 409


def test_who_answers_too_fast_is_told_when_to_come_back(client, monkeypatch):
    monkeypatch.setattr(voting, "PER_MINUTE", 2)
    for _ in range(3):
        TaskFactory()
    codes = [post(client, VOTES, assignment=given(client)["assignment"], label="survey") for _ in range(3)]
    assert [response.status_code for response in codes] == [201, 201, 429]
    assert codes[-1]["Retry-After"] == "60"


def test_an_ad_is_passed_over(client):
    TaskFactory()
    assert post(client, SKIPS, assignment=given(client)["assignment"], reason="language").status_code == 204
    assert Skip.objects.get().reason == "language"
    assert client.get(NEXT).json()["assignments"] == []


def test_shares_and_agreement_say_their_date_and_method(client):
    for _ in range(2):
        task = TaskFactory(is_audit=True)
        for _ in range(4):
            answered(task, Label.ENGAGEMENT)
    monitoring.run()
    shares = client.get("/api/v1/ads/stats/labels/").json()
    assert shares["shares"][0]["label"] == "engagement"
    assert shares["shares"][0]["low"] < 1
    assert "Wilson" in shares["method"]
    agreement = client.get("/api/v1/ads/stats/agreement/").json()
    assert (agreement["votes"], agreement["creatives"]) == (8, 2)
    assert agreement["at"]


# ── The original's ────────────────────────────────────────────────────────────────────────────────────────
def test_random_gives_different_ads_and_never_more_than_fifty(client):
    for _ in range(60):
        AdFactory()
    ads = client.get("/api/v1/ads/random?nb_ads=5000").json()
    assert len(ads) == 50
    assert len({ad["adId"] for ad in ads}) == 50
    assert len(client.get("/api/v1/ads/random").json()) == 20


def test_random_of_nothing_is_nothing(client):
    assert client.get("/api/v1/ads/random").json() == []


def test_counts_are_those_of_the_original(client):
    answered(TaskFactory(), Label.SURVEY)
    assert client.get("/api/v1/ads/counts").json() == {"adsCount": 1, "annotationsCount": 1}


@pytest.mark.parametrize("label", list(Label))
def test_annotations_of_a_type_have_a_total_of_that_type(client, label):
    task = TaskFactory()
    for each in Label:
        answered(task, each)
    body = client.get(f"/api/v1/ads/annotations/{ORIGINAL_SLUGS[label]}").json()
    assert body["pagination"] == {"total": 1, "skip": 0, "limit": 100}
    assert body["annotations"][0]["payload"] == {"value": ORIGINAL_VALUES[label]}
    assert client.get("/api/v1/ads/annotations").json()["pagination"]["total"] == len(Label)


def test_annotations_are_bounded_and_skip(client):
    for _ in range(3):
        answered(TaskFactory(), Label.SURVEY)
    body = client.get("/api/v1/ads/annotations/survey?limit=100000&skip=1").json()
    assert body["pagination"] == {"total": 3, "skip": 1, "limit": 200}
    assert len(body["annotations"]) == 2
    refused = client.get("/api/v1/ads/annotations/anything")
    assert refused.status_code == 404
    assert "survey" in refused.json()["detail"], "which types there are"


def test_is_review_false_is_false(client, people):
    task = TaskFactory()
    answered(task, Label.SURVEY)
    Review.objects.create(creative=task.creative, reviewer=people["rita"], label="promotes", note="x")
    for asked, is_review in (("false", False), ("0", False), ("true", True)):
        body = client.get(f"/api/v1/ads/annotations?isReview={asked}").json()
        assert [each["isReview"] for each in body["annotations"]] == [is_review]
