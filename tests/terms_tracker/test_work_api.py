"""What is done with changes, for programs: the same rights and the same refusals as on the pages."""

import io
import zipfile

import pytest
from django.core import mail
from django.urls import reverse

from disinfo.accounts.models import Role
from disinfo.accounts.services import create_token
from terms_tracker.evidence import verify
from terms_tracker.models import DayOfChecks, Memo, Subscription, Topic
from terms_tracker.services import following, memos
from tests.factories import MembershipFactory, UserFactory
from tests.terms_tracker.factories import changed, open_terms

pytestmark = pytest.mark.django_db


@pytest.fixture
def version():
    return changed(open_terms())


@pytest.fixture
def regulator():
    return MembershipFactory(role=Role.REGULATOR).user


def program_of(user, *scopes):
    _token, secret = create_token(user=user, name="t", scopes=("read", *scopes))
    return {"HTTP_AUTHORIZATION": f"Bearer {secret}"}


def sent(client, method, name, data, headers, *arguments):
    address = reverse(name, args=arguments)
    return getattr(client, method)(address, data, content_type="application/json", **headers)


def test_a_program_follows_changes_its_mind_and_stops(client, version):
    user = UserFactory()
    headers = program_of(user, "terms:write")
    topic = Topic.objects.active().first()
    asked = {"way": "daily", "terms_type": "Terms of Service", "topic": topic.code}
    made = sent(client, "post", "api_terms_follow", asked, headers)
    assert made.status_code == 201, made.json()
    key = made.json()["id"]
    (listed,) = client.get(reverse("api_terms_follow"), **headers).json()["results"]
    assert (listed["topic"], listed["way"]) == (topic.code, "daily")
    assert client.get(listed["feed_url"]).status_code == 200
    altered = sent(client, "patch", "api_terms_subscription", {"way": "mail", "topic": None}, headers, key)
    assert (altered.json()["way"], altered.json()["topic"]) == ("mail", None)
    assert Subscription.objects.get().next_at is None
    assert sent(client, "delete", "api_terms_subscription", None, headers, key).status_code == 204
    assert not Subscription.objects.exists()
    assert not mail.outbox


def test_nobody_follows_what_they_may_not_read_or_without_the_scope(client, version):
    collection = version.terms.service.collection
    collection.is_public = False
    collection.save()
    stranger = UserFactory()
    asked = {"way": "mail", "collection": collection.key}
    headers = program_of(stranger, "terms:write")
    assert sent(client, "post", "api_terms_follow", asked, headers).status_code == 400
    assert sent(client, "post", "api_terms_follow", {"way": "mail"}, program_of(stranger)).status_code == 403
    refused = sent(client, "post", "api_terms_follow", {"way": "room", "room": "/x/"}, headers)
    assert refused.json()["errors"]["room"]
    webhook = {"way": "webhook", "webhook_url": "https://a.example/"}
    assert sent(client, "post", "api_terms_follow", webhook, headers).status_code == 403
    other = following.follow(subscription=Subscription(), owner=UserFactory())
    assert sent(client, "delete", "api_terms_subscription", None, headers, other.pk).status_code == 404


def test_a_program_writes_a_memo_and_nobodys_words_are_lost(client, version, regulator):
    headers = program_of(regulator, "terms:write")
    passages = client.get(reverse("api_terms_passages", args=[version.commit])).json()
    cited = [f"{each['side']}-{each['digest']}" for each in passages if "passport" in each["text"]]
    asked = {"commit": version.commit, "title": "Passports", "body": "They **ask**.", "cited": cited}
    made = sent(client, "post", "api_terms_memos", asked, headers)
    assert made.status_code == 201, made.json()
    key = made.json()["id"]
    assert [each["digest"] for each in made.json()["passages"]] == [name[4:] for name in cited]
    assert client.get(reverse("api_terms_memo", args=[key])).status_code == 404, (
        "a draft is its organisation's"
    )
    again = {"based_on": 1, "title": "Passports!", "body": "Still.", "cited": cited}
    assert sent(client, "patch", "api_terms_memo", again, headers, key).json()["number"] == 2
    late = sent(client, "patch", "api_terms_memo", again, headers, key)
    assert (late.status_code, late.json()["title"]) == (409, "Passports!")
    assert sent(client, "post", "api_terms_memo_move", {"deed": "publish"}, headers, key).status_code == 403
    assert sent(client, "post", "api_terms_memo_move", {"deed": "submit"}, headers, key).status_code == 200
    organisation = Memo.objects.get().organisation
    colleague = MembershipFactory(role=Role.REGULATOR, organisation=organisation).user
    published = sent(
        client, "post", "api_terms_memo_move", {"deed": "publish"}, program_of(colleague, "terms:write"), key
    )
    assert published.json()["state"] == "published"
    assert client.get(reverse("api_terms_memos")).json()["results"][0]["title"] == "Passports!"


def test_only_a_regulator_writes(client, version, regulator):
    asked = {"commit": version.commit, "title": "T", "body": "B"}
    editor = MembershipFactory(role=Role.EDITOR).user
    assert (
        sent(client, "post", "api_terms_memos", asked, program_of(editor, "terms:write")).status_code == 403
    )
    memo = memos.write(version=version, author=regulator, title="T", body="B")
    colleague = MembershipFactory(role=Role.EDITOR, organisation=memo.organisation).user
    rewritten = {"based_on": 1, "title": "X", "body": "Y"}
    headers = program_of(colleague, "terms:write")
    assert sent(client, "patch", "api_terms_memo", rewritten, headers, memo.pk).status_code == 403
    wrong = {**asked, "cited": ["new-unknown"]}
    headers = program_of(regulator, "terms:write")
    assert sent(client, "post", "api_terms_memos", wrong, headers).status_code == 400


def test_evidence_can_be_checked(client, version):
    address = reverse("api_terms_evidence", args=[version.commit])
    answer = client.get(address)
    assert answer["Content-Type"] == "application/zip"
    assert zipfile.is_zipfile(io.BytesIO(answer.content))
    assert all(each.is_good for each in verify(answer.content))
    assert client.get(address, {"what": "version"}).status_code == 200
    assert client.get(address, {"what": "x"}).status_code == 400


def test_coverage_and_statistics_say_what_their_pages_say(client, version):
    terms = version.terms
    DayOfChecks.add(terms, version.fetched_at.date())
    (board,) = client.get(reverse("api_terms_coverage")).json()
    assert board["collection"] == terms.service.collection.key
    assert board["documents"][0]["terms"]["type"] == "Terms of Service"
    (row,) = client.get(reverse("api_terms_statistics")).json()
    assert (row["terms_type"], row["changes"]) == ("Terms of Service", 1)
    measured = client.get(reverse("api_terms_terms_statistics", args=[terms.pk])).json()
    assert [each["commit"] for each in measured][-1] == version.commit
    collection = terms.service.collection
    collection.is_public = False
    collection.save()
    assert client.get(reverse("api_terms_coverage")).json() == []
    assert client.get(reverse("api_terms_statistics")).json() == []
