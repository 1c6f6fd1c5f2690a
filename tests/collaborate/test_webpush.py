"""Pushes: as the RFCs have them, told once, without what a strict mark keeps, and dropped when nobody hears."""

import json
import os

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from collaborate import webpush
from collaborate.models import Notification, PushEndpoint
from collaborate.services import pushing
from disinfo import fetcher
from disinfo.safe_http import HttpStatusError, Response
from tests.collaborate import factories as chat

# RFC 8291, appendix A: the example of section 5.
PLAIN = b"When I grow up, I want to be a watermelon"
SENDER = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"
RECEIVER = "q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94"
BROWSER = webpush.Browser(
    "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
    "BTBZMqHH6r4Tts7J_aSIgg",
)
BODY = (
    "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPT"
    "pK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
)
KEY = webpush.text_of(bytes([7]) * 32)


def test_the_example_of_the_rfc_comes_out_byte_for_byte():
    body = webpush.encrypted(
        PLAIN, BROWSER, salt=webpush.bytes_of("DGv6ra1nlYgDCS1FRnbzlw"), own=webpush.key_of(SENDER)
    )
    assert webpush.text_of(body) == BODY


def opened(body: bytes) -> bytes:
    """What the browser of the example reads: the same steps from the other side."""
    salt, length = body[:16], body[20]
    theirs, sealed = body[21 : 21 + length], body[21 + length :]
    own = webpush.key_of(RECEIVER)
    shared = own.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), theirs))
    info = b"WebPush: info\0" + webpush.public_of(own) + theirs + b"\1"
    pseudo = webpush._mac(salt, webpush._mac(webpush._mac(webpush.bytes_of(BROWSER.auth), shared), info))
    key = webpush._mac(pseudo, b"Content-Encoding: aes128gcm\0\1")[:16]
    nonce = webpush._mac(pseudo, b"Content-Encoding: nonce\0\1")[:12]
    return AESGCM(key).decrypt(nonce, sealed, None).rstrip(b"\0").removesuffix(b"\2")


@given(st.binary(max_size=webpush.MOST_BYTES).filter(lambda content: not content.endswith((b"\0", b"\2"))))
def test_whatever_is_sent_is_read_and_never_the_same_bytes_twice(content):
    first, second = (webpush.encrypted(content, BROWSER) for _ in range(2))
    assert opened(first) == opened(second) == content
    assert first != second
    assert len(first) <= 4_096


def test_what_is_too_long_is_not_sent():
    with pytest.raises(ValueError, match="too long"):
        webpush.encrypted(bytes(webpush.MOST_BYTES + 1), BROWSER)


def test_the_header_is_signed_for_the_push_service_alone():
    key = webpush.key_of(KEY)
    header = webpush.authorization(
        "https://push.example:8443/x/y", key, contact="mailto:a@b.example", now=1e9
    )
    token, public = header.removeprefix("vapid t=").split(", k=")
    head, claims, signature = token.split(".")
    assert json.loads(webpush.bytes_of(head)) == {"typ": "JWT", "alg": "ES256"}
    assert json.loads(webpush.bytes_of(claims)) == {
        "aud": "https://push.example:8443",
        "exp": 1_000_043_200,
        "sub": "mailto:a@b.example",
    }
    numbers = webpush.bytes_of(signature)
    pair = (int.from_bytes(numbers[:32]), int.from_bytes(numbers[32:]))
    public_key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), webpush.bytes_of(public))
    public_key.verify(encode_dss_signature(*pair), f"{head}.{claims}".encode(), ec.ECDSA(hashes.SHA256()))


class PushService:
    """A push service that keeps what it gets, and answers as it is told."""

    def __init__(self):
        self.got, self.status = [], 201

    def post(self, url, body, **options):
        self.got.append((url, body, options["headers"]))
        if self.status >= 400:
            raise HttpStatusError("no", status=self.status)
        return Response(url, self.status, {}, b"", (), 0.1, None)


@pytest.fixture
def service(monkeypatch, settings):
    settings.COLLABORATE_PUSH_KEY = KEY
    made = PushService()
    monkeypatch.setattr(fetcher, "client", lambda: made)
    return made


def subscribe(user, address="https://push.example/rita"):
    return pushing.begin(user=user, address=address, p256dh=BROWSER.p256dh, auth=BROWSER.auth)


def called(alarms, people, text="Look @rita", **values):
    chat.said(alarms, people["alice"], text, **values)
    return Notification.objects.get(user=people["rita"])


@pytest.mark.django_db
def test_who_is_called_is_told_once_with_what_was_said(alarms, people, service):
    subscribe(people["rita"])
    row = called(alarms, people)
    assert [pushing.push(row.pk), pushing.push(row.pk), pushing.sweep()] == [True, False, 0]
    [(url, body, headers)] = service.got
    said = json.loads(opened(body))
    assert (url, said["body"], said["url"]) == (
        "https://push.example/rita",
        "Look @Rita",
        row.message.get_absolute_url(),
    )
    assert "Alice" in said["title"]
    assert headers["Content-Encoding"] == "aes128gcm"
    assert b"Look" not in body


@pytest.mark.django_db
@pytest.mark.parametrize("mark", ["amber", "amber+strict", "red"])
def test_the_text_of_a_strict_mark_stays_in_its_room(alarms, people, service, mark):
    subscribe(people["rita"])
    pushing.push(called(alarms, people, "The source is @rita", tlp=mark).pk)
    assert "source" not in opened(service.got[0][1]).decode()


@pytest.mark.django_db
def test_what_a_killed_worker_left_is_told_by_the_sweep_and_what_was_read_is_not(alarms, people, service):
    subscribe(people["rita"])
    row = called(alarms, people)
    assert pushing.sweep() == 1
    Notification.objects.filter(pk=row.pk).update(pushed_at=None, read_at=row.at)
    assert pushing.sweep() == 0


@pytest.mark.django_db
def test_who_may_no_longer_enter_is_not_told(secret, people, service):
    seat = chat.seat(secret, people["rita"])
    subscribe(people["rita"])
    row = called(secret, people)
    seat.delete()
    pushing.push(row.pk)
    assert service.got == []


@pytest.mark.django_db
@pytest.mark.parametrize(("status", "left"), [(410, 0), (404, 0), (500, 1), (429, 1)])
def test_a_browser_that_is_gone_is_dropped_and_a_service_that_stumbles_is_not(
    alarms, people, service, status, left
):
    subscribe(people["rita"])
    service.status = status
    pushing.push(called(alarms, people).pk)
    assert PushEndpoint.objects.count() == left


@pytest.mark.django_db
def test_a_page_begins_and_ends_it_and_refuses_what_is_no_browser(as_, people, service):
    page = "/collaborate/notifications/push/"
    good = {"address": "https://push.example/1", "p256dh": BROWSER.p256dh, "auth": BROWSER.auth}
    bad = [
        {"address": "http://push.example/1"},
        {"p256dh": "AAAA"},
        {"auth": webpush.text_of(os.urandom(8))},
        {"auth": "?"},
        {"address": ""},
    ]
    for wrong in bad:
        assert as_("rita").post(page, good | wrong | {"deed": "begin"}).status_code == 400
    assert not PushEndpoint.objects.exists()
    assert as_("rita").post(page, good | {"deed": "begin"}).status_code == 204
    assert as_("alice").post(page, good | {"deed": "end"}).status_code == 204
    assert PushEndpoint.objects.get().user == people["rita"]
    assert (
        webpush.text_of(webpush.public_of(webpush.key_of(KEY)))
        in as_("rita").get("/collaborate/notifications/").text
    )
    assert as_("rita").post(page, good | {"deed": "end"}).status_code == 204
    assert not PushEndpoint.objects.exists()


@pytest.mark.django_db
def test_ten_browsers_of_a_person_are_told_the_oldest_gives_way(people, service):
    for number in range(PushEndpoint.MOST + 2):
        subscribe(people["rita"], f"https://push.example/{number}")
    assert PushEndpoint.objects.count() == PushEndpoint.MOST
    assert not PushEndpoint.objects.filter(address__endswith="/0").exists()


@pytest.mark.django_db
def test_without_a_key_nothing_is_offered_and_nothing_sent(as_, alarms, people, settings):
    settings.COLLABORATE_PUSH_KEY = ""
    assert "data-push" not in as_("rita").get("/collaborate/notifications/").text
    assert pushing.push(called(alarms, people).pk) is False
