"""Commands that look things up: who has a domain, where a picture was seen, a copy of an address."""

import io
import json
from datetime import timedelta

import pytest
from django.utils import timezone
from PIL import Image

from collaborate.models import Address, Message
from collaborate.services import answering, archiving, domains
from collaborate.services.files import Upload
from disinfo import fetcher, files
from disinfo.portal.tools import Card
from disinfo.safe_http import DnsError, HttpStatusError, Response
from disinfo.safe_http.certificates import Certificate
from encyclopedia.services import pictures as encyclopedia_pictures
from tests.collaborate import factories as chat
from tests.collaborate.asking import answered, tool_named
from tests.collaborate.incident_factories import incident as make
from tests.encyclopedia import factories as pages
from tests.servers import Answer, serving

pytestmark = pytest.mark.django_db


def no_certificate(_policy, _host):
    raise DnsError("no")


class Register:
    """A register of domains that knows two."""

    def __init__(self):
        self.asked = []

    def get(self, url, **_options):
        self.asked.append(url.rpartition("/")[2])
        if self.asked[-1] not in ("e.example", "odd.example"):
            raise HttpStatusError("no", status=404)
        data = {
            "ldhName": "E.EXAMPLE",
            "events": [{"eventAction": "registration", "eventDate": "2026-01-02T00:00:00Z"}, 7],
            "entities": [
                {"roles": ["registrar"], "vcardArray": ["vcard", [["fn", {}, "text", "Names & Sons"]]]},
                {"roles": "registrar"},
            ],
        }
        content = json.dumps([1] if "odd" in url else data).encode()
        return Response(url, 200, {"content-type": "application/json"}, content, (), 0.1, None)


def test_who_says_what_is_registered_asked_once_a_day(alarms, people, monkeypatch):
    register = Register()
    monkeypatch.setattr(fetcher, "client", lambda: register)
    shown = Certificate(
        "An authority", timezone.now(), timezone.now() + timedelta(days=90), ("e.example",), False
    )
    monkeypatch.setattr(domains, "certificate_of", lambda _policy, _host: shown)
    for _ in range(2):
        said = answered(alarms, people["alice"], "/who www.e.example")
    assert register.asked == ["www.e.example", "e.example"]
    for words in ("registered: 2026-01-02", "registrar: Names & Sons", "An authority", "No known authority"):
        assert words in said
    assert "went wrong" not in answered(alarms, people["alice"], "/who odd.example")
    assert "Not found" in answered(alarms, people["alice"], "/who none.example")


def test_who_names_the_collections_that_the_asker_may_read(alarms, people, monkeypatch):
    monkeypatch.setattr(fetcher, "client", Register)
    monkeypatch.setattr(domains, "certificate_of", no_certificate)
    card = Card("/bots/desk/collections/1/", "Vote", "Collection", summary="14 shares")
    monkeypatch.setattr(
        tool_named("bots"), "shared_from", lambda host, caller: [card] if caller == people["rita"] else []
    )
    assert "[Vote](/bots/desk/collections/1/): 14 shares" in answered(
        alarms, people["rita"], "/who e.example"
    )
    assert "Vote" not in answered(alarms, people["alice"], "/who e.example")


def test_source_finds_pictures_of_the_encyclopedia(alarms, people):
    kept = encyclopedia_pictures.add(
        content=pages.image(300, 200), alt="A wall", licence="Ours", adder=people["alice"]
    )
    sent = [Upload("b.png", pages.image(150, 100))]
    said = answered(alarms, people["alice"], "/source", uploads=sent)
    assert f"[A wall]({kept.get_absolute_url()})" in said


class Page:
    """A server with one page."""

    def get(self, url, **_options):
        html = b"<title>x</title><body><script>no</script><h1>Ballots</h1><p>They vanished</p></body>"
        return Response(url, 200, {"content-type": "text/html"}, html, (), 0.1, None)


def test_archive_tells_how_far_it_is_and_ends_with_one_answer(people, monkeypatch):
    monkeypatch.setattr(fetcher, "client", Page)
    monkeypatch.setattr(archiving.chromium, "is_installed", lambda: True)
    shot = archiving.Shot(pages.image(60, 40), pages.image(60, 90), 200)
    monkeypatch.setattr(archiving, "picture_of", lambda _url: shot)
    incident = make(people["alice"])
    message = chat.said(incident.room, people["alice"], "/archive https://c.example/1")
    answering.answer(message=message)
    progress, final = incident.room.messages.filter(root=message).order_by("number")
    assert progress.nonce == f"progress:{message.pk}"
    assert progress.edits.count() == 1
    address = Address.objects.get()
    assert files.read(address.text_file).decode() == "Ballots\nThey vanished"
    assert address.picture_sha256 in final.text
    assert address.sha256 in final.text
    assert final.attachments.get().is_picture
    assert incident.log.filter(data__sha256=address.picture_sha256).count() == 1
    Message.objects.filter(pk=message.pk).update(command="waiting")
    message.refresh_from_db()
    answering.answer(message=message)
    assert incident.room.messages.filter(root=message).count() == 2


def test_what_was_archived_is_given_to_who_may_enter_the_room(secret, people, as_, monkeypatch):
    monkeypatch.setattr(fetcher, "client", Page)
    monkeypatch.setattr(archiving.chromium, "is_installed", lambda: False)
    said = answered(secret, people["alice"], "/archive https://c.example/1")
    assert "No browser is installed here" in said
    place = f"/collaborate/copies/{Address.objects.get().pk}/"
    for part, status in (("", 200), ("text/", 200), ("picture/", 404), ("file/", 404)):
        assert as_("alice").get(place + part).status_code == status
        assert as_("rita").get(place + part).status_code == 404
    assert as_("alice").get(f"{place}text/")["Content-Disposition"].startswith("attachment")


@pytest.mark.browser
def test_a_browser_takes_a_picture_of_a_page_and_reaches_nothing_inside(settings):
    if not archiving.chromium.is_installed():
        pytest.skip("Chromium or Playwright is not on this machine")
    with serving() as server, serving() as inside:
        settings.FETCH_ALLOW = [server.address]
        body = (
            f"<body style='margin:0'><p style='height:3000px'>x</p><img src='{inside.url('/secret')}'></body>"
        )
        server.answers["/page"] = Answer(body, status=404)
        shot = archiving.picture_of(server.url("/page"))
        assert inside.requests == []
        assert shot.status == 404
        assert [Image.open(io.BytesIO(each)).width for each in (shot.first, shot.whole)] == [1280, 1280]
        assert 3_000 <= Image.open(io.BytesIO(shot.whole)).height <= 3_200
        assert archiving.picture_of(inside.url("/secret")) is None or inside.requests == []


def test_who_counts_only_what_the_asker_may_read(alarms, secret, people, partner, monkeypatch):
    class Away:
        def get(self, *_args, **_options):
            raise DnsError("no")

    monkeypatch.setattr(fetcher, "client", Away)
    monkeypatch.setattr(domains, "certificate_of", no_certificate)
    chat.said(alarms, people["alice"], "https://e.example/1")
    chat.said(secret, people["alice"], "https://sub.e.example/2 and https://note.example/3")
    assert "posted in 2 messages by 1 person" in answered(alarms, people["alice"], "/who e.example")
    said = answered(alarms, partner, "/who e.example")
    assert "posted in 1 message " in said
    assert "register did not answer" in said


def test_a_picture_is_found_where_the_asker_may_see_it(alarms, secret, people, partner):
    picture = pages.image(300, 200)
    chat.said(secret, people["alice"], uploads=[Upload("a.png", picture)])
    sent = [Upload("b.png", pages.image(150, 100))]
    assert "a.png" in answered(alarms, people["alice"], "/source", uploads=sent)
    assert "a.png" not in answered(alarms, partner, "/source", uploads=sent)


def test_why_no_picture_could_be_read_is_said_in_words(alarms, people, monkeypatch):
    monkeypatch.setattr(fetcher, "client", Page)
    assert "no picture that can be read" in answered(alarms, people["alice"], "/source https://p.example/")


def test_what_a_register_said_is_told_to_each_in_their_language(alarms, people, monkeypatch):
    monkeypatch.setattr(fetcher, "client", Register)
    monkeypatch.setattr(domains, "certificate_of", no_certificate)
    assert "registered: 2026-01-02" in answered(alarms, people["alice"], "/who e.example")
    people["alice"].language = "fr"
    people["alice"].save()
    assert "enregistré\u00a0: 2026-01-02" in answered(alarms, people["alice"], "/who e.example")
