"""A regulator annotates a change; nothing is lost, and nothing is public before a second person has read it."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from disinfo.accounts.models import Role
from terms_tracker import portal
from terms_tracker.models import Memo, MemoRevision
from terms_tracker.services import collections, memos
from tests.factories import CollectionFactory, MembershipFactory, ServiceFactory, TermsFactory
from tests.terms_tracker.factories import changed, log_in, open_terms

pytestmark = pytest.mark.django_db


@pytest.fixture
def regulator():
    return MembershipFactory(role=Role.REGULATOR).user


@pytest.fixture
def colleague(regulator):
    return MembershipFactory(role=Role.REGULATOR, organisation=regulator.memberships.get().organisation).user


@pytest.fixture
def version():
    return changed(open_terms())


@pytest.fixture
def memo(version, regulator):
    return memos.write(version=version, author=regulator, title="Passports", body="They **ask** for one.")


def test_from_a_change_to_a_published_memo(version, regulator, colleague, client):
    log_in(client, regulator)
    page = client.get(version.get_change_url()).content.decode()
    assert reverse("terms:write_memo", args=[version.commit]) in page
    passport = next(each for each in memos.passages_of(version) if "passport" in each["text"])
    name = f"new-{passport['digest']}"
    assert f'id="{name}"' in page, "a cited sentence has an anchor on the page of the change"
    answer = client.post(
        reverse("terms:write_memo", args=[version.commit]), {"title": "T", "body": "**b**", "cited": [name]}
    )
    memo = Memo.objects.get()
    assert answer["Location"] == memo.get_absolute_url()
    client.post(reverse("terms:move_memo", args=[memo.pk]), {"deed": "submit"})
    assert client.post(reverse("terms:move_memo", args=[memo.pk]), {"deed": "publish"}).status_code == 403
    log_in(client, colleague)
    client.post(reverse("terms:move_memo", args=[memo.pk]), {"deed": "publish"})
    client.logout()
    shown = client.get(memo.get_absolute_url()).content.decode()
    assert "<strong>b</strong>" in shown
    assert f"{version.get_change_url()}#{name}" in shown
    assert memo.get_absolute_url() in client.get(version.get_change_url()).content.decode()
    assert memo.get_absolute_url() in client.get(reverse("terms:memos_feed")).content.decode()


def test_a_draft_is_its_organisations(memo, client):
    assert client.get(memo.get_absolute_url()).status_code == 404
    log_in(client, MembershipFactory(role=Role.ADMIN).user)
    assert client.get(memo.get_absolute_url()).status_code == 404
    assert memo.title not in client.get(reverse("terms:memos")).content.decode()
    assert memo.title not in client.get(reverse("terms:memos_feed")).content.decode()


def test_an_editor_writes_no_memo(version):
    with pytest.raises(PermissionDenied):
        memos.write(version=version, author=MembershipFactory(role=Role.EDITOR).user, title="T", body="b")


def test_two_people_at_once_lose_nothing(memo, regulator, colleague, client):
    memos.rewrite(memo=memo, based_on=1, editor=colleague, title="Theirs", body="Their words")
    log_in(client, regulator)
    address = reverse("terms:edit_memo", args=[memo.pk])
    answer = client.post(address, {"title": "Mine", "body": "My words", "based_on": "1"})
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "My words" in page
    assert "Their words" in page
    assert Memo.objects.get().body == "Their words"
    client.post(address, {"title": "Both", "body": "My words. Their words", "based_on": "2"})
    assert Memo.objects.get().number == 3
    history = client.get(reverse("terms:memo_history", args=[memo.pk])).content.decode()
    assert all(f'id="r{number}"' in history for number in (1, 2, 3))
    assert MemoRevision.objects.count() == 3


def test_only_sentences_of_the_change_are_cited(version, regulator):
    with pytest.raises(ValidationError):
        memos.write(version=version, author=regulator, title="T", body="b", cited=["new-" + "0" * 32])
    assert not Memo.objects.exists()


def test_a_state_is_left_once(memo, regulator, colleague):
    memos.move(memo=memo, deed="submit", actor=regulator)
    memos.move(memo=memo, deed="publish", actor=colleague)
    with pytest.raises(ValidationError):
        memos.move(memo=memo, deed="publish", actor=colleague)
    memos.move(memo=memo, deed="withdraw", actor=regulator)
    assert Memo.objects.get().state == Memo.State.DRAFT


def test_a_memo_outlives_the_row_of_its_change(version, regulator, memo, client):
    name = f"new-{memos.passages_of(version)[0]['digest']}"
    memos.rewrite(memo=memo, based_on=1, editor=regulator, title="T", body="b", cited=[name])
    cited = Memo.objects.get().passages[0]["text"]
    version.delete()
    log_in(client, regulator)
    assert cited in client.get(memo.get_absolute_url()).content.decode()
    address = reverse("terms:edit_memo", args=[memo.pk])
    assert (
        client.post(address, {"title": "T2", "body": "b", "based_on": "2", "cited": [name]}).status_code
        == 302
    )


def test_markdown_of_a_memo_runs_nothing(memo, regulator, colleague, client):
    memos.rewrite(
        memo=memo, based_on=1, editor=regulator, title="T", body="<script>x</script> [a](javascript:x)"
    )
    log_in(client, colleague)
    page = client.get(memo.get_absolute_url()).content.decode()
    assert "<script>x" not in page
    assert 'href="javascript' not in page


def test_a_memo_on_private_terms_stays_with_those_who_read_them(regulator, colleague, client):
    organisation = regulator.memberships.get().organisation
    closed = CollectionFactory(is_public=False, organisation=organisation)
    version = changed(TermsFactory(service=ServiceFactory(collection=closed)))
    memo = memos.write(version=version, author=regulator, title="Hidden", body="b")
    memos.move(memo=memo, deed="submit", actor=regulator)
    memos.move(memo=memo, deed="publish", actor=colleague)
    assert client.get(memo.get_absolute_url()).status_code == 404
    assert "Hidden" not in client.get(reverse("terms:memos_feed")).content.decode()


def found_by(caller, words="passports"):
    return {str(card.title) for card in portal.tool.search(words, caller, 10)}


def published(memo, colleague):
    memos.move(memo=memo, deed="submit", actor=memo.author)
    return memos.move(memo=memo, deed="publish", actor=colleague)


def test_a_draft_is_found_by_its_organisation_and_a_published_memo_by_everybody(memo, regulator, colleague):
    stranger = MembershipFactory(role=Role.REGULATOR).user
    assert "Passports" in found_by(regulator)
    assert "Passports" not in found_by(stranger)
    assert "Passports" not in found_by(AnonymousUser())
    assert portal.tool.card(memo.get_absolute_url(), AnonymousUser()) is None
    published(memo, colleague)
    assert "Passports" in found_by(AnonymousUser())
    card = portal.tool.card(memo.get_absolute_url(), AnonymousUser())
    assert (card.title, card.kind) == ("Passports", "Memo")
    first = portal.tool.activity(AnonymousUser(), 5)[0]
    assert (first.url, first.title) == (memo.get_absolute_url(), "Passports")
    assert memo.get_absolute_url() in {address for address, _at in portal.tool.sitemap()}
    memos.move(memo=memo, deed="withdraw", actor=regulator)
    assert "Passports" not in found_by(AnonymousUser())
    assert all(each.title != "Passports" for each in portal.tool.activity(AnonymousUser(), 5))


def test_a_memo_on_terms_that_became_private_is_found_by_nobody_else(memo, colleague):
    published(memo, colleague)
    collection = memo.terms.service.collection
    collection.is_public = False
    collections.save_collection(collection=collection, actor=colleague)
    stranger = MembershipFactory(role=Role.REGULATOR).user
    assert "Passports" not in found_by(AnonymousUser()) | found_by(stranger)
    assert portal.tool.card(memo.get_absolute_url(), stranger) is None
