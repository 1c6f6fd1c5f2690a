"""Sign-up, login, second factors."""

import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount, SocialLogin
from django.core import mail
from django.test import Client

from disinfo import outbox
from disinfo.accounts.adapters import SocialAccountAdapter
from disinfo.accounts.models import User
from disinfo.portal.models import OutboxMessage
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
PASSPHRASE = "several quite long words"


def sign_up(client: Client, address: str = "new@people.example", **more: str):
    fields = {"name": "Nora New", "email": address, "password1": PASSPHRASE, "password2": PASSPHRASE}
    return client.post("/accounts/signup/", fields | more)


def test_signing_up_sends_a_mail_whose_link_opens_the_account(client):
    assert sign_up(client).status_code == 302
    assert User.objects.get(email="new@people.example").name == "Nora New"
    assert OutboxMessage.objects.get().recipient == "new@people.example"
    outbox.send_due()
    link = next(word for word in mail.outbox[0].body.split() if "/accounts/confirm-email/" in word)
    client.post("/" + link.split("/", 3)[3])
    assert EmailAddress.objects.get(email="new@people.example").verified
    answer = client.post("/accounts/login/", {"login": "NEW@people.example", "password": PASSPHRASE})
    assert answer.status_code == 302


@pytest.mark.parametrize(
    ("wanted", "led_to"),
    [("/terms/follow/", "/terms/follow/"), ("https://elsewhere.example/", "/account/"), ("", "/account/")],
)
def test_who_signed_up_for_a_page_is_led_there_after_the_mail(client, wanted, led_to):
    sign_up(client, next=wanted)
    outbox.send_due()
    link = next(word for word in mail.outbox[0].body.split() if "/accounts/confirm-email/" in word)
    client.post("/" + link.split("/", 3)[3])
    fields = {"login": "new@people.example", "password": PASSPHRASE}
    assert client.post("/accounts/login/", fields).url == led_to
    client.logout()
    assert client.post("/accounts/login/", fields).url == "/account/", "once"


def test_an_unverified_address_cannot_log_in(client):
    sign_up(client)
    client.logout()
    client.post("/accounts/login/", {"login": "new@people.example", "password": PASSPHRASE})
    assert client.get("/account/").status_code == 302


def test_a_short_password_is_refused(client):
    fields = {"name": "N", "email": "n@people.example", "password1": "short", "password2": "short"}
    assert client.post("/accounts/signup/", fields).status_code == 200
    assert not User.objects.exists()


def test_sign_up_can_be_closed(client, monkeypatch):
    monkeypatch.setenv("DISINFO_SIGNUP", "0")
    sign_up(client)
    assert not User.objects.exists()


def test_signing_up_twice_does_not_tell_a_stranger_that_an_account_exists(client):
    owner = UserFactory(email="known@people.example")
    EmailAddress.objects.create(user=owner, email=owner.email, verified=True, primary=True)
    known, unknown = sign_up(client, "known@people.example"), sign_up(Client(), "unknown@people.example")
    assert (known.status_code, known.url) == (unknown.status_code, unknown.url)


def test_staff_without_a_second_factor_are_sent_to_set_one_up(client, settings):
    settings.STAFF_MFA_REQUIRED = True
    staff = UserFactory(is_staff=True, is_superuser=True)
    client.force_login(staff, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get("/admin/").url == "/accounts/2fa/"
    settings.STAFF_MFA_REQUIRED = False
    assert client.get("/admin/").status_code == 200


def test_too_many_wrong_passwords_close_the_door_for_a_while(client):
    owner = UserFactory(email="known@people.example")
    owner.set_password(PASSPHRASE)
    owner.save()
    EmailAddress.objects.create(user=owner, email=owner.email, verified=True, primary=True)
    for _ in range(12):
        client.post("/accounts/login/", {"login": owner.email, "password": "wrong wrong wrong"})
    client.post("/accounts/login/", {"login": owner.email, "password": PASSPHRASE})
    assert client.get("/account/").status_code == 302


def test_the_administration_has_no_door_of_its_own(client):
    staff = UserFactory(email="ada@people.example", is_staff=True, is_superuser=True)
    staff.set_password(PASSPHRASE)
    staff.save()
    answer = client.post(
        "/admin/login/", {"username": staff.email, "password": PASSPHRASE, "next": "/admin/"}
    )
    assert answer.url == "/accounts/login/?next=%2Fadmin%2F"
    assert client.get("/admin/").status_code == 302


def test_a_superuser_made_by_command_can_log_in(client):
    User.objects.create_superuser("root@people.example", PASSPHRASE)
    client.post("/accounts/login/", {"login": "root@people.example", "password": PASSPHRASE})
    assert client.get("/account/").status_code == 200


def test_behind_a_proxy_one_visitor_who_guesses_does_not_lock_out_another(client, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    owner = UserFactory(email="known@people.example")
    owner.set_password(PASSPHRASE)
    owner.save()
    EmailAddress.objects.create(user=owner, email=owner.email, verified=True, primary=True)
    for number in range(40):
        guess = {"login": f"guess{number}@people.example", "password": "wrong wrong wrong"}
        client.post("/accounts/login/", guess, headers={"X-Forwarded-For": "203.0.113.9"})
    right = {"login": owner.email, "password": PASSPHRASE}
    client.post("/accounts/login/", right, headers={"X-Forwarded-For": "198.51.100.7"})
    assert client.get("/account/").status_code == 200


@pytest.mark.parametrize(
    "claims", [{"name": "Olga Oidc"}, {"first_name": "Olga", "last_name": "Oidc"}, {"name": "Olga " * 60}]
)
def test_the_name_that_a_provider_gives_is_kept(rf, claims):
    login = SocialLogin(user=User(), account=SocialAccount(provider="oidc", uid="42"))
    user = SocialAccountAdapter().populate_user(rf.get("/"), login, {"email": "o@people.example", **claims})
    assert user.name.startswith("Olga O")
    assert len(user.name) <= 120


class TestLanguage:
    """The language of an account."""

    @pytest.fixture
    def frank(self, client):
        frank = UserFactory(email="frank@people.example", language="fr")
        EmailAddress.objects.create(user=frank, email=frank.email, verified=True, primary=True)
        return frank

    def test_pages_speak_it(self, client, frank):
        client.force_login(frank, backend="django.contrib.auth.backends.ModelBackend")
        assert b'<html lang="fr"' in client.get("/about/", headers={"Accept-Language": "en"}).content
        client.post("/i18n/setlang/", {"language": "en", "next": "/about/"})
        assert b'<html lang="en"' in client.get("/about/").content
        client.post("/account/", {"name": "Frank", "language": "fr"})
        assert b'<html lang="fr"' in client.get("/about/", headers={"Accept-Language": "en"}).content

    def test_mails_speak_it_whoever_asks_for_them(self, client, frank):
        reset = {"email": frank.email}
        client.post("/accounts/password/reset/", reset, headers={"Accept-Language": "en"})
        assert "mot de passe" in OutboxMessage.objects.get().payload["body"]
