"""Programs record sources, add pictures and speak about pages under the same rules as people."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from disinfo.accounts.models import Role
from encyclopedia.models import Picture, Remark, Source
from encyclopedia.services import discussing
from tests.encyclopedia.factories import image, page
from tests.encyclopedia.test_api import token_of
from tests.factories import MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db
HOME = "/api/v1/encyclopedia/"
SOURCE = {"key": "roe-2019", "title": "On floods", "author": "Jane Roe", "date": "2019-05"}


@pytest.fixture
def member():
    return token_of(MembershipFactory(role=Role.MEMBER).user)


def send(client, path, headers, method="post", **body):
    return getattr(client, method)(HOME + path, body, content_type="application/json", headers=headers)


def test_a_member_records_a_source_and_corrects_it_but_not_its_key(client, member):
    assert send(client, "sources/", member, **SOURCE).status_code == 201
    assert send(client, "sources/", member, **SOURCE).status_code == 400, "the key is taken"
    answer = send(client, "sources/roe-2019/", member, "patch", title="On waves", key="other")
    assert (answer.json()["title"], answer.json()["key"]) == ("On waves", "roe-2019")
    found = client.get(HOME + "sources/", {"q": "roe waves"}).json()["results"]
    assert [each["key"] for each in found] == ["roe-2019"]


def test_a_stranger_records_nothing(client):
    assert send(client, "sources/", {}, **SOURCE).status_code == 401
    assert send(client, "sources/", token_of(UserFactory()), **SOURCE).status_code == 403
    assert send(client, "sources/", token_of(UserFactory(), ["read"]), **SOURCE).status_code == 403
    assert not Source.objects.exists()


def test_a_source_with_a_wrong_date_or_address_is_refused_with_the_reason(client, member):
    wrong = {**SOURCE, "date": "in May", "address": "javascript:alert(1)"}
    answer = send(client, "sources/", member, **wrong)
    assert answer.status_code == 400
    assert set(answer.json()["errors"]) == {"date", "address"}


def test_a_picture_is_added_and_gives_the_line_that_shows_it(client, member):
    def add(content):
        values = {"file": SimpleUploadedFile("x.png", content), "alt": "A map", "licence": "CC BY 4.0"}
        return client.post(HOME + "pictures/", values, headers=member)

    answer = add(image())
    assert answer.status_code == 201
    assert answer.json()["markdown"] == Picture.objects.get().markdown
    assert add(b"no picture").status_code == 400
    assert len(client.get(HOME + "pictures/").json()["results"]) == 1


def test_a_thread_is_opened_answered_and_read(client, member):
    page("Flood")
    opened = send(client, "pages/en/flood/discussion/", member, title="Whence?", text="Is it so?")
    assert opened.status_code == 201
    [thread] = client.get(HOME + "pages/en/flood/discussion/").json()["results"]
    assert send(client, f"threads/{thread['id']}/", member, text="It is.").status_code == 201
    [thread] = client.get(HOME + "pages/en/flood/discussion/").json()["results"]
    assert [each["text"] for each in thread["remarks"]] == ["Is it so?", "It is."]


def test_what_a_moderator_hid_or_has_not_read_is_not_told(client):
    target = page("Flood")
    shown = discussing.begin(page=target, title="One", text="Bad words", author=None, is_shown=True)
    discussing.reply(thread=shown.thread, text="Good words", author=None, is_shown=True)
    discussing.begin(page=target, title="Two", text="Nobody read this", author=None, is_shown=False)
    discussing.hide(remark=shown, moderator=UserFactory(), reason="insult")
    [thread] = client.get(HOME + "pages/en/flood/discussion/").json()["results"]
    assert [(each["text"], each["hidden_reason"]) for each in thread["remarks"]] == [
        ("", "insult"),
        ("Good words", ""),
    ]
    assert Remark.objects.count() == 3
