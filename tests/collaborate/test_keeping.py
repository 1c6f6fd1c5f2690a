"""Order in rooms, sharing across organisations, files, mails, bots, commands, the export."""

import hashlib
import io
import json
import zipfile
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from collaborate import commands
from collaborate.models import Attachment, Ban, Bot, Link, Message, Notification, Room
from collaborate.services import answering, incidents, linking, moderating, posting, reading, telling
from disinfo import fetcher, outbox
from disinfo.accounts.models import ApiToken, AuditEntry
from disinfo.portal.models import OutboxMessage, Webhook
from disinfo.portal.tools import Ask
from tests.collaborate import factories
from tests.servers import Answer, serving

pytestmark = pytest.mark.django_db


def png(**info: str) -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (40, 30), "teal").save(target, "PNG", **info)
    return target.getvalue()


def upload(name: str, content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


# ── Moderation ───────────────────────────────────────────────────────────────────────────────────────────
def test_who_is_banned_is_out_and_let_in_again(as_, alarms, people):
    as_("rita").get(alarms.get_absolute_url())
    path = f"{alarms.get_absolute_url()}moderation/"
    as_("alice").post(path, {"deed": "ban", "user": people["rita"].pk, "reason": "noise", "days": ""})
    assert as_("rita").get(alarms.get_absolute_url()).status_code == 404
    as_("alice").post(path, {"deed": "unban", "ban": Ban.objects.get().pk})
    assert as_("rita").get(alarms.get_absolute_url()).status_code == 200
    assert AuditEntry.objects.filter(verb__in=["collaborate.ban", "collaborate.unban"]).count() == 2


def test_a_room_forgets_what_is_past_its_time_but_not_what_is_pinned(
    alarms, people, django_capture_on_commit_callbacks
):
    old = [factories.said(alarms, people["alice"], f"old {n}") for n in range(2)]
    factories.said(alarms, people["alice"], "new")
    Message.objects.filter(pk__in=[each.pk for each in old]).update(
        said_at=timezone.now() - timedelta(days=8)
    )
    posting.pin(message=old[0], pinner=people["alice"], wanted=True)
    assert moderating.delete_past_retention() == 0, "a room that names no time keeps everything"
    Room.objects.update(retention_days=7)
    with django_capture_on_commit_callbacks(execute=True):
        assert moderating.delete_past_retention() == 1
    assert list(alarms.messages.order_by("number").values_list("number", flat=True)) == [1, 3]


def test_only_who_manages_a_room_changes_it(as_, alarms):
    path = f"{alarms.get_absolute_url()}settings/"
    values = {"name": "Renamed", "slow_seconds": 0, "retention_days": "", "tlp": "green"}
    assert as_("rita").post(path, values).status_code == 403
    assert as_("alice").post(path, values).status_code == 302
    assert Room.objects.get().name == "Renamed"


def test_the_export_holds_everything_with_its_hashes(as_, alarms, people):
    message = factories.said(alarms, people["alice"], "frist")
    posting.edit(message=message, text="first <b>", editor=people["alice"])
    as_("alice").post(alarms.get_absolute_url(), {"text": "a picture", "files": upload("a.png", png())})
    deleted = factories.said(alarms, people["rita"], "regretted")
    posting.delete(message=deleted, deleter=people["rita"])
    assert as_("rita").post(f"{alarms.get_absolute_url()}export/").status_code == 403
    answer = as_("alice").post(f"{alarms.get_absolute_url()}export/")
    archive = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))
    for line in archive.read("SHA256SUMS").decode().splitlines():
        digest, name = line.split("  ", 1)
        assert hashlib.sha256(archive.read(name)).hexdigest() == digest
    first, second, third = json.loads(archive.read("messages/0000001.json"))
    assert first["before"][0]["text"] == "frist"
    assert second["files"][0]["sha256"] == Attachment.objects.get().sha256
    assert third["state"] == "deleted"
    assert "regretted" not in archive.read("markdown/0000001.md").decode()
    assert "first &lt;b&gt;" in archive.read("print/0000001.html").decode()
    assert len([name for name in archive.namelist() if name.startswith("files/")]) == 1


# ── Files ────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_picture_is_drawn_anew_and_given_without_a_cookie_to_those_who_may(as_, client, secret, people):
    hidden = png() + b"<script>alert(1)</script>"
    as_("alice").post(secret.get_absolute_url(), {"text": "", "files": upload("../../é.png", hidden)})
    path = f"/collaborate/attachments/{Attachment.objects.get().pk}/"
    assert as_("rita").get(path).status_code == 404
    place = as_("alice").get(path)["Location"]
    answer = client.get(place)
    assert answer.status_code == 200
    assert b"script" not in answer.content
    assert "sandbox" in answer["Content-Security-Policy"]
    assert not answer.cookies
    assert client.get(place.replace("collaborate/", "collaborate/9")).status_code == 404


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("page.html", b"<script>1</script>"),
        ("drawing.svg", b"<svg/>"),
        ("run.exe", b"MZ"),
        ("paper.pdf", b"<html>"),
        ("notes.txt", b"a\0b"),
        ("picture.png", b"no picture"),
        ("noending", b"x"),
    ],
)
def test_what_is_no_harmless_file_is_refused_in_words(as_, alarms, name, content):
    answer = as_("alice").post(alarms.get_absolute_url(), {"text": "look", "files": upload(name, content)})
    assert answer.status_code == 400
    assert name in answer.content.decode()
    assert not Message.objects.exists()


def test_a_paper_is_downloaded_and_never_shown(as_, client, alarms):
    as_("alice").post(alarms.get_absolute_url(), {"text": "", "files": upload("list.csv", b"a,b")})
    answer = client.get(
        as_("alice").get(f"/collaborate/attachments/{Attachment.objects.get().pk}/")["Location"]
    )
    assert answer["Content-Disposition"] == 'attachment; filename="list.csv"'
    assert answer["Content-Type"] == "application/octet-stream"


# ── Links ────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_posted_address_is_read_once_and_shown_with_every_message_that_holds_it(
    settings, alarms, people, told
):
    with serving() as server:
        settings.FETCH_ALLOW = [server.address]
        page = '<title>x</title><meta property="og:title" content="A <b>story</b>">'
        page += '<meta name="description" content="of it">'
        server.answers["/story"] = Answer(page)
        for _ in range(2):
            factories.said(alarms, people["alice"], server.url("/story"))
        link = Link.objects.get()
        linking.read(link=link)
        linking.read(link=Link.objects.get())
        assert len([each for each in server.requests if each.path == "/story"]) == 1
    fetcher.close()
    link.refresh_from_db()
    assert (link.state, link.title, link.description) == ("read", "A <b>story</b>", "of it")
    assert Room.objects.get().clock == 4, "both messages are told anew"


def test_an_address_inside_is_never_asked(alarms, people):
    factories.said(alarms, people["alice"], "http://169.254.169.254/latest/ http://[::1]/ http://2130706433/")
    for link in Link.objects.all():
        linking.read(link=link)
    assert set(Link.objects.order_by().values_list("state", flat=True)) == {"failed"}


# ── Telling ──────────────────────────────────────────────────────────────────────────────────────────────
def called(room, author, user, **values):
    """A mention that has waited long enough to be mailed."""
    factories.seat(room, user)
    factories.said(room, author, f"@{user.name.lower()} come and see", **values)
    Notification.objects.update(at=timezone.now() - telling.PATIENCE * 2)


def test_who_wants_mail_at_once_gets_one_about_what_is_still_unread(alarms, people):
    reading.choose_mail(user=people["rita"], mail="at_once")
    called(alarms, people["alice"], people["rita"])
    assert (telling.write_mails(), telling.write_mails()) == (1, 0)
    mail = OutboxMessage.objects.get()
    assert mail.payload["to"] == [people["rita"].email]
    assert "come and see" in mail.payload["body"]


def test_what_was_read_meanwhile_is_not_mailed(alarms, people):
    reading.choose_mail(user=people["rita"], mail="at_once")
    called(alarms, people["alice"], people["rita"])
    reading.mark_read(user=people["rita"], room=Room.objects.get(), number=1)
    assert telling.write_mails() == 0


def test_a_mail_never_holds_what_bears_a_strict_mark(alarms, people):
    reading.choose_mail(user=people["rita"], mail="at_once")
    called(alarms, people["alice"], people["rita"], tlp="amber")
    telling.write_mails()
    assert "come and see" not in OutboxMessage.objects.get().payload["body"]


def test_without_a_choice_one_digest_a_day(alarms, people):
    called(alarms, people["alice"], people["rita"])
    assert telling.write_mails() == 0
    assert (telling.write_digests(), telling.write_digests()) == (1, 0)


def test_who_lost_the_room_is_not_mailed_about_it(secret, people, partner):
    reading.choose_mail(user=partner, mail="at_once")
    called(secret, people["alice"], partner)
    secret.participants.filter(user=partner).delete()
    assert telling.write_mails() == 0


def test_the_webhooks_of_the_rooms_organisation_hear_of_a_call_but_not_its_words(people, organisation):
    room = factories.room(people["alice"], kind="organisation", organisation=organisation)
    Webhook.objects.create(
        organisation=organisation, url="https://hooks.example/a", events=["collaborate.mention"]
    )
    called(room, people["alice"], people["rita"])
    payload = OutboxMessage.objects.get(kind="webhook").payload
    assert "come and see" not in json.dumps(payload)
    assert payload["data"]["number"] == 1
    assert outbox.signature("x", 1, b"") != ""


# ── Commands and bots ────────────────────────────────────────────────────────────────────────────────────
def test_a_command_is_answered_once_as_a_reply_of_the_portals_bot(alarms, people):
    asked = factories.said(alarms, people["alice"], "/help")
    for _ in range(2):
        answering.answer(message=Message.objects.get(pk=asked.pk))
    answer = alarms.messages.get(by_bot=True)
    assert answer.root == asked
    assert "`/help [command]`" in answer.text


def test_an_unknown_command_is_answered_with_the_way_to_the_known_ones(alarms, people):
    asked = factories.said(alarms, people["alice"], "/nonsense at all")
    answering.answer(message=asked)
    assert "/help" in alarms.messages.get(by_bot=True).text


def test_a_permalink_is_no_command_and_a_bot_commands_nobody(alarms, people):
    assert factories.said(alarms, people["alice"], "/terms/change/abc/").command == ""
    assert factories.said(alarms, Bot.objects.portal().user, "/help").command == ""


def test_a_tool_that_fails_is_answered_for(alarms, people, monkeypatch):
    def fails(_text: str, _ask: Ask) -> None:
        raise RuntimeError("boom")

    monkeypatch.setattr(commands, "answer", fails)
    asked = factories.said(alarms, people["alice"], "/help")
    answering.answer(message=asked)
    assert "went wrong" in alarms.messages.get(by_bot=True).text


def test_a_command_that_no_worker_took_is_taken_by_the_sweep(alarms, people, monkeypatch):
    factories.said(alarms, people["alice"], "/help")
    assert answering.sweep() == 0
    Message.objects.update(said_at=timezone.now() - timedelta(minutes=5))
    assert answering.sweep() == 1


def test_an_administrator_makes_a_bot_that_speaks_by_its_token_until_it_is_closed(
    as_, client, alarms, organisation
):
    made = as_("oscar").post(
        "/collaborate/bots/", {"organisation": organisation.pk, "name": "Watcher", "purpose": ""}
    )
    key = {"headers": {"authorization": f"Bearer {made.context['secret']}"}}
    path = f"/api/v1/collaborate/rooms/{alarms.slug}/messages/"
    said = client.post(path, {"text": "beep"}, content_type="application/json", **key)
    assert said.status_code == 201
    assert said.json()["author"]["is_bot"]
    assert as_("alice").get("/collaborate/bots/").status_code == 403
    as_("oscar").post("/collaborate/bots/", {"bot": Bot.objects.get().pk, "deed": "close"})
    assert client.post(path, {"text": "beep"}, content_type="application/json", **key).status_code == 401
    assert ApiToken.objects.get().revoked_at


def test_the_page_of_bots_is_led_to_for_who_may_open_it(as_, people):
    link = 'href="/collaborate/bots/"'
    assert link in as_("oscar").get("/collaborate/").text
    assert link not in as_("rita").get("/collaborate/").text


def test_a_page_that_shows_the_token_of_a_bot_can_be_loaded_again(as_, organisation, sent_twice):
    oscar, page = as_("oscar"), "/collaborate/bots/"
    made, _again = sent_twice(
        oscar, page, {"organisation": organisation.pk, "name": "Watcher", "purpose": ""}
    )
    bot = Bot.objects.get()
    renewed, again = sent_twice(oscar, page, {"bot": bot.pk, "deed": "renew"})
    assert "nothing new was made" in again.text
    assert made.context["secret"] != renewed.context["secret"]
    assert ApiToken.objects.filter(user=bot.user).count() == 2
    assert ApiToken.objects.for_secret(renewed.context["secret"])
    assert oscar.post(page, {"bot": bot.pk, "deed": "close"}, follow=True).redirect_chain == [(page, 302)]


def test_a_mail_ends_further_mails_in_one_click_and_only_for_its_reader(client, alarms, people):
    factories.said(alarms, people["alice"], "@oscar look")
    telling.write_digests()
    sent = OutboxMessage.objects.get(kind="mail").payload
    address = sent["headers"]["List-Unsubscribe"].strip("<>")
    assert address in sent["body"]
    path = "/" + address.split("/", 3)[3]
    assert people["oscar"].email in client.get(path).text
    assert client.post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert client.post(path.replace("/none/", "/none/9")).status_code == 404
    factories.said(alarms, people["alice"], "@oscar again")
    Notification.objects.update(mailed_at=None)
    assert telling.write_digests() == 0


def test_who_is_kept_out_is_neither_named_nor_told(alarms, people, partner):
    moderating.ban(room=alarms, user=partner, moderator=people["alice"], reason="x", days=None)
    factories.said(alarms, people["alice"], "@paula are you there?")
    assert not Notification.objects.filter(user=partner).exists()


def test_a_moderator_keeps_out_neither_an_owner_nor_themselves(as_, alarms, people, partner):
    factories.seat(alarms, partner)
    factories.seat(alarms, people["rita"], "moderator")
    page = f"{alarms.get_absolute_url()}moderation/"
    rita = as_("rita")
    for who, is_out in ((people["alice"], False), (people["rita"], False), (partner, True)):
        rita.post(page, {"deed": "ban", "user": who.pk, "reason": "x"})
        assert Ban.objects.filter(user=who).exists() is is_out


def test_moderators_see_in_the_room_that_something_is_reported(as_, alarms, people, partner):
    message = factories.said(alarms, people["alice"], "x")
    moderating.report(message=message, reporter=people["oscar"], reason="wrong")
    assert "1 report<" in as_("alice").get(alarms.get_absolute_url()).text
    assert "1 report<" not in as_("rita").get(alarms.get_absolute_url()).text


@pytest.mark.parametrize("deed", [{"deed": "settle", "report": "x"}, {"deed": "unban", "ban": "9" * 40}])
def test_what_is_no_key_is_not_found(as_, alarms, deed):
    assert as_("alice").post(f"{alarms.get_absolute_url()}moderation/", deed).status_code == 404


def test_what_was_written_anew_is_kept_when_it_is_refused(as_, alarms, people):
    message = factories.said(alarms, people["alice"], "short")
    long = "word " * 5_000
    answer = as_("alice").post(f"{message.get_absolute_url()}more/", {"deed": "edit", "text": long})
    assert answer.status_code == 400
    assert "too long" in answer.text
    assert long.strip() in answer.text


def test_a_ban_from_a_private_room_ends_and_its_reason_is_told(as_, secret, people):
    factories.seat(secret, people["rita"], "moderator")
    moderating.ban(room=secret, user=people["rita"], moderator=people["alice"], reason="noise", days=2)
    assert as_("rita").get(secret.get_absolute_url()).status_code == 404
    home = as_("rita").get("/collaborate/").text
    assert "A moderator keeps you out of “Inquiry”" in home
    assert "noise" in home
    assert "kept out" in as_("alice").get(f"{secret.get_absolute_url()}people/").text
    Ban.objects.update(until=timezone.now())
    assert as_("rita").get(secret.get_absolute_url()).status_code == 200
    assert "keeps you out" not in as_("rita").get("/collaborate/").text


def test_an_incident_takes_nobody_along_who_is_kept_out(secret, people, partner):
    factories.seat(secret, partner)
    moderating.ban(room=secret, user=partner, moderator=people["alice"], reason="x", days=None)
    message = factories.said(secret, people["alice"], "look")
    incident = incidents.open_from(message=message, opener=people["alice"])
    assert not incident.room.participants.filter(user=partner).exists()


def test_whose_message_is_hidden_reads_why_and_nobody_else_does(as_, alarms, people, partner):
    message = factories.said(alarms, people["rita"], "x")
    moderating.hide(message=message, moderator=people["alice"], reason="an insult", wanted=True)
    people["paula"] = partner
    page = f"{message.get_absolute_url()}more/"
    assert page in as_("rita").get(alarms.get_absolute_url()).text
    assert "an insult" in as_("rita").get(page).text
    assert "an insult" not in as_("paula").get(page).text
