"""Evidence on a commitment: a permalink, for or against, by anybody; at once by members, read before by others."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collaborate.models import Room
from disinfo.accounts.models import Role
from encyclopedia import ledger
from encyclopedia.document import Document
from encyclopedia.models import Page, Revision
from tests.collaborate.factories import room
from tests.encyclopedia.factories import page
from tests.factories import MembershipFactory
from tests.political_ads.factories import AdFactory, SourceFactory

db = pytest.mark.django_db
AD = "/ads/ad/meta/12/"


@pytest.fixture
def commitment(db):
    AdFactory(source=SourceFactory(slug="meta"), external_id="12")
    return page(
        "Keep a repository", kind="commitment", fields={"by": "Platforms", "evidence": ["+ /terms/x/y/"]}
    )


def add(client, target, address=AD, sign="-"):
    return client.post(f"{target.get_absolute_url()}evidence/", {"address": address, "sign": sign})


def log_in(client):
    client.force_login(
        MembershipFactory(role=Role.MEMBER).user, backend="django.contrib.auth.backends.ModelBackend"
    )


def test_a_member_adds_what_contradicts_it_and_the_history_keeps_it(client, commitment):
    log_in(client)
    assert "Add evidence" in client.get(commitment.get_absolute_url()).content.decode()
    assert add(client, commitment).status_code == 302
    current = Page.objects.get(pk=commitment.pk).current
    assert current.document.fields["evidence"] == ["+ /terms/x/y/", f"- {AD}"]
    assert current.number == 2
    assert AD in current.reason
    add(client, commitment)  # twice is once
    assert commitment.revisions.count() == 2


def test_a_visitor_proposes_it(client, commitment):
    assert add(client, commitment, sign="+").status_code == 302
    assert commitment.revisions.waiting().count() == 1
    assert Page.objects.get(pk=commitment.pk).current == commitment.current
    assert Revision.objects.waiting().get().document.fields["evidence"][-1] == f"+ {AD}"


def test_the_whole_address_of_this_portal_is_taken_and_others_are_refused(client, commitment, settings):
    settings.SITE_URL = "https://portal.example"
    log_in(client)
    add(client, commitment, address=f"https://portal.example{AD}?tab=history")
    assert Page.objects.get(pk=commitment.pk).current.document.fields["evidence"][-1] == f"- {AD}?tab=history"
    for address in (
        "https://elsewhere.example/ads/ad/meta/1/",
        "javascript:alert(1)",
        "/nowhere/",
        "/ads/ad/meta/13/",
        "/terms/x/y/z/",
        "/encyclopedia/en/nothing/",
        "/bots/published/9/",
        "//x.example/ads/",
        "",
    ):
        answer = add(client, commitment, address=address)
        assert answer.status_code == 200, address
    assert commitment.revisions.count() == 2


def test_a_room_that_only_some_may_read_is_no_evidence(client, commitment):
    member = MembershipFactory(role=Role.MEMBER)
    place = room(member.user, kind=Room.Kind.PRIVATE)
    client.force_login(member.user, backend="django.contrib.auth.backends.ModelBackend")
    answer = add(client, commitment, place.get_absolute_url())
    assert "Nothing that everyone may read" in answer.content.decode()


def test_who_adds_evidence_is_told_and_told_when_it_stands_there(client, commitment):
    log_in(client)
    sent = {"address": AD, "sign": "+"}
    address = f"{commitment.get_absolute_url()}evidence/"
    assert "Evidence added." in client.post(address, sent, follow=True).content.decode()
    assert "stands there already" in client.post(address, sent, follow=True).content.decode()


@db
def test_only_commitments_have_evidence(client):
    target = page("A tool", kind="tool")
    assert client.get(f"{target.get_absolute_url()}evidence/").status_code == 404


@given(st.lists(st.text(), max_size=4) | st.text(), st.sampled_from("+-"))
def test_what_is_added_is_read_back_under_its_sign(lines, sign):
    document = Document("A", "commitment", fields={"evidence": lines})
    added = ledger.with_evidence(document, address=AD, sign=sign)
    found = ledger.evidence(added)
    assert AD in (found.supports if sign == "+" else found.contradicts)
    assert ledger.with_evidence(added, address=AD, sign=sign) == added
