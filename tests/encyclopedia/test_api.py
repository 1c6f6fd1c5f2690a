"""Programs read and write pages under the same rules as people."""

import pytest

from disinfo.accounts import services
from disinfo.accounts.models import Role
from encyclopedia.models import Page, Redirect, Revision
from encyclopedia.services import moderating
from tests.encyclopedia.factories import document, page
from tests.factories import MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db
PAGES = "/api/v1/encyclopedia/pages/"


def token_of(user, scopes=("read", "encyclopedia:write")):
    _token, secret = services.create_token(user=user, name="test", scopes=list(scopes))
    return {"Authorization": f"Bearer {secret}"}


def put(client, path, headers, **body):
    return client.put(PAGES + path, body, content_type="application/json", headers=headers)


def test_pages_are_narrowed_by_their_facets(client):
    page("Botometer", kind="tool", phases=("qualification",))
    page("Flood", kind="technique", phases=("detection",))
    found = client.get(PAGES, {"kind": "tool", "phase": "qualification"}).json()["results"]
    assert [each["title"] for each in found] == ["Botometer"]


def test_a_page_comes_with_its_text(client):
    page("Flood", body="Text", fields={"framework_id": "T1"})
    answer = client.get(f"{PAGES}en/flood/").json()
    assert answer["fields"] == {"framework_id": "T1"}
    assert answer["current"]["text"] == document("Flood", body="Text", fields={"framework_id": "T1"}).text
    assert client.get(f"/api/v1/encyclopedia/revisions/{answer['current']['id']}/").json()["number"] == 1


def test_what_may_name_a_private_person_is_to_be_confirmed_by_programs_too(client):
    user = MembershipFactory(role=Role.MEMBER).user
    text = document("Flood", body="Ask jane@example.org.").text
    answer = put(client, "en/flood/", token_of(user), text=text)
    assert answer.status_code == 400
    assert "jane@example.org" in answer.content.decode()
    assert not Page.objects.exists()
    assert put(client, "en/flood/", token_of(user), text=text, is_confirmed=True).status_code == 201


@pytest.mark.parametrize(
    "path", ["en/new/", "zz/flood/", "EN/flood/", "en/Flood/", f"en/{'a' * 200}/", "en/renamed/"]
)
def test_a_page_is_not_made_where_nobody_would_find_it(client, path):
    Redirect.objects.create(language="en", slug="renamed", page=page("Other"))
    headers = token_of(MembershipFactory(role=Role.MEMBER).user)
    assert put(client, path, headers, text=document("Flood").text).status_code == 400
    assert Page.objects.count() == 1


def test_a_member_writes_and_a_stranger_proposes(client):
    member = token_of(MembershipFactory(role=Role.MEMBER).user)
    answer = put(client, "en/flood/", member, text=document("Flood", body="One").text)
    assert answer.status_code == 201
    answer = put(client, "en/flood/", token_of(UserFactory()), text=document("Flood", body="Two").text)
    assert answer.json()["revision"]["status"] == "proposed"
    assert Page.objects.get().current.document.body == "One"


def test_who_comes_second_is_told_of_the_conflict(client):
    member = token_of(MembershipFactory(role=Role.MEMBER).user)
    base = page("Flood", body="One").current_id
    put(client, "en/flood/", member, text=document("Flood", body="Two").text, base=base)
    answer = put(client, "en/flood/", member, text=document("Flood", body="Three").text, base=base)
    assert (answer.status_code, answer.json()["conflicts"]) == (409, ["body"])
    assert Revision.objects.filter(status="conflict").exists()


def test_without_a_token_or_its_scope_nothing_is_written(client):
    text = document("Flood").text
    assert put(client, "en/flood/", {}, text=text).status_code == 401
    member = MembershipFactory(role=Role.MEMBER).user
    assert put(client, "en/flood/", token_of(member, ["read"]), text=text).status_code == 403
    assert not Page.objects.exists()


@pytest.mark.parametrize("text", ["", "no front matter", "---\ntitle: T\nkind: unknown\n---\n"])
def test_a_text_that_is_no_page_is_refused_with_the_reason(client, text):
    member = token_of(MembershipFactory(role=Role.MEMBER).user)
    answer = put(client, "en/flood/", member, text=text)
    assert answer.status_code == 400
    assert "text" in answer.json()["errors"]


def test_a_deleted_page_is_gone_for_programs_too(client):
    target = page("Flood")
    revision = target.current_id
    moderating.delete(page=target, moderator=UserFactory(), reason="x")
    assert client.get(f"{PAGES}en/flood/").status_code == 404
    assert client.get(f"/api/v1/encyclopedia/revisions/{revision}/").status_code == 404
    assert client.get(PAGES).json()["results"] == []


def test_feeds_follow_all_pages_or_one(client):
    target = page("Flood")
    page("Botometer", kind="tool")
    assert client.get("/encyclopedia/changes/feed/").content.decode().count("<entry>") == 2
    assert client.get("/encyclopedia/changes/feed/?kind=tool").content.decode().count("<entry>") == 1
    assert client.get(target.get_absolute_url() + "feed/").content.decode().count("<entry>") == 1
