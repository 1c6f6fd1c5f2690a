"""Mail and webhooks: written first, sent once, tried again, and signed."""

import hashlib
import hmac
import json
from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.core.mail import EmailMessage, send_mail
from django.utils import timezone

from disinfo import fetcher, outbox
from disinfo.accounts.models import Role
from disinfo.portal.models import DeliveryAttempt, OutboxMessage, Webhook
from tests.factories import MembershipFactory, UserFactory
from tests.servers import Answer, serving

pytestmark = pytest.mark.django_db


@pytest.fixture
def listener(settings):
    """A server on the loopback that keeps what it is told, and the webhook that points at it."""
    with serving() as server:
        settings.FETCH_ALLOW = [server.address]
        yield server
        fetcher.close()


def test_djangos_mail_waits_in_the_outbox():
    send_mail("Hello", "World", None, ["a@people.example"])
    assert mail.outbox == []
    assert outbox.send_due() == 1
    assert mail.outbox[0].subject == "Hello"
    assert outbox.send_due() == 0


def test_one_key_is_one_message():
    for _ in range(2):
        outbox.put_mail(EmailMessage("x", "y", to=["a@people.example"]), key="digest:1")
    assert OutboxMessage.objects.count() == 1


def test_a_mail_server_that_fails_is_tried_again_later(settings):
    settings.OUTBOX_EMAIL_BACKEND = "tests.disinfo.test_outbox.BrokenBackend"
    send_mail("Hello", "World", None, ["a@people.example"])
    assert outbox.send_due() == 0
    message = OutboxMessage.objects.get()
    assert (message.state, message.attempts) == ("waiting", 1)
    assert "mail server is down" in DeliveryAttempt.objects.get().detail
    assert outbox.send_due() == 0
    settings.OUTBOX_EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    with time_machine.travel(timezone.now() + timedelta(seconds=61)):
        assert outbox.send_due() == 1


def test_after_six_failures_it_is_given_up(settings):
    settings.OUTBOX_EMAIL_BACKEND = "tests.disinfo.test_outbox.BrokenBackend"
    send_mail("Hello", "World", None, ["a@people.example"])
    for _ in range(8):
        OutboxMessage.objects.update(next_attempt_at=timezone.now())
        outbox.send_due()
    message = OutboxMessage.objects.get()
    assert (message.state, message.attempts) == ("given_up", 6)


class BrokenBackend:
    def __init__(self, **_: object) -> None: ...

    def send_messages(self, _messages: object) -> int:
        raise ConnectionError("the mail server is down")


def test_a_webhook_call_is_signed_so_that_its_receiver_can_check_it(listener):
    hook = Webhook.objects.create(url=f"http://{listener.address}/hook")
    assert outbox.put_event("terms.change", {"service": "Chirper"}, key="change:1") == 1
    assert outbox.send_due() == 1
    (request,) = listener.requests
    timestamp = request.headers["X-Disinfo-Timestamp"]
    signed = f"{timestamp}.".encode() + request.body
    expected = hmac.new(hook.secret.encode(), signed, hashlib.sha256).hexdigest()
    assert request.headers["X-Disinfo-Signature"] == f"sha256={expected}"
    assert json.loads(request.body)["data"] == {"service": "Chirper"}


def given_up(key):
    """An event that six calls could not bring to anybody."""
    outbox.put_event("terms.change", {}, key=key)
    for _ in range(6):
        OutboxMessage.objects.filter(kind="webhook", state="waiting").update(next_attempt_at=timezone.now())
        outbox.send_due()
    assert OutboxMessage.objects.get(key__startswith=f"{key}:").state == "given_up"


def test_of_a_webhook_that_cannot_be_reached_its_people_are_told_once_until_it_was_reached_again():
    admin = UserFactory(is_superuser=True, language="fr")
    theirs = MembershipFactory(role=Role.ADMIN)
    MembershipFactory(role=Role.MEMBER, organisation=theirs.organisation)
    hook = Webhook.objects.create(url="https://10.0.0.1/hook", organisation=theirs.organisation)
    given_up("change:1")
    given_up("change:2")
    mails = {each.recipient: each.payload for each in OutboxMessage.objects.filter(kind="mail")}
    assert set(mails) == {admin.email, theirs.user.email}
    assert "ne peut pas être joint" in mails[admin.email]["subject"]
    assert f"/admin/portal/webhook/{hook.pk}/change/" in mails[admin.email]["body"]
    assert hook.url in mails[theirs.user.email]["body"]
    arrived = OutboxMessage.objects.filter(webhook=hook).first().deliveries.create(succeeded=True)
    given_up("change:3")
    assert arrived.at < OutboxMessage.objects.get(key__startswith="change:3:").created_at
    assert OutboxMessage.objects.filter(kind="mail").count() == 4


def test_a_webhook_that_is_switched_off_is_no_news():
    UserFactory(is_superuser=True)
    hook = Webhook.objects.create(url="https://10.0.0.1/hook")
    outbox.put_event("terms.change", {}, key="change:1")
    Webhook.objects.update(is_active=False)
    given_up("change:1")
    assert not OutboxMessage.objects.filter(kind="mail").exists()
    assert not hook.last_call.succeeded


def test_an_event_told_twice_is_sent_once(listener):
    Webhook.objects.create(url=f"http://{listener.address}/hook")
    for _ in range(2):
        outbox.put_event("terms.change", {}, key="change:1")
    assert outbox.send_due() == 1


def test_a_receiver_that_refuses_is_tried_again(listener):
    Webhook.objects.create(url=f"http://{listener.address}/hook")
    listener.answers["/hook"] = Answer(status=500)
    outbox.put_event("terms.change", {}, key="change:1")
    assert outbox.send_due() == 0
    assert OutboxMessage.objects.get().state == "waiting"


def test_a_webhook_hears_only_of_what_it_asked_for(listener, organisation):
    Webhook.objects.create(url=f"http://{listener.address}/all")
    Webhook.objects.create(url=f"http://{listener.address}/ads", events=["ads.removed"])
    Webhook.objects.create(url=f"http://{listener.address}/off", is_active=False)
    Webhook.objects.create(url=f"http://{listener.address}/own", organisation=organisation)
    assert outbox.put_event("terms.change", {}, key="1") == 2
    assert outbox.put_event("terms.change", {}, key="2", organisation_id=organisation.pk) == 1


def test_a_webhook_cannot_reach_the_inside():
    Webhook.objects.create(url="http://169.254.169.254/latest/meta-data/")
    outbox.put_event("terms.change", {}, key="1")
    assert outbox.send_due() == 0
    assert "efused" in DeliveryAttempt.objects.get().detail


def test_who_is_called_can_read_why_it_failed(listener):
    hook = Webhook.objects.create(url=f"http://{listener.address}/hook")
    assert hook.last_call is None
    listener.answers["/hook"] = Answer(status=500)
    outbox.put_event("terms.change", {}, key="1")
    outbox.send_due()
    assert hook.last_call.why == "The site answered with error 500."
    listener.answers["/hook"] = Answer()
    outbox.put_event("terms.change", {}, key="2")
    outbox.send_due()
    assert (hook.last_call.succeeded, hook.last_call.why) == (True, "")


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"url": "http://10.0.0.1/hook"}, "public addresses only"),
        ({"url": "https://name:word@partner.example/"}, "without a user name"),
        ({"events": "5"}, "Write a list of names"),
        ({"events": '{"terms.change": 1}'}, "Write a list of names"),
    ],
)
def test_an_administrator_is_told_what_is_wrong_with_a_webhook(as_, wrong, words):
    asked = {"url": "https://partner.example/hook", "events": "[]", "secret": "s", "is_active": "on"}
    ada = as_("ada")
    answer = ada.post("/admin/portal/webhook/add/", asked | wrong)
    assert words in answer.text
    assert not Webhook.objects.exists()
    assert ada.post("/admin/portal/webhook/add/", asked).status_code == 302
    assert "partner.example" in ada.get("/admin/portal/webhook/").text
