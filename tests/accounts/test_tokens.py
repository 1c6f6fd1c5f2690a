"""API tokens: what they open, and when they stop."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from disinfo.accounts import services
from disinfo.accounts.models import ApiToken, AuditEntry
from tests.factories import ServiceFactory, TermsFactory, UserFactory

pytestmark = pytest.mark.django_db


def ask(path: str, secret: str, method: str = "get"):
    return getattr(Client(), method)(path, headers={"Authorization": f"Bearer {secret}"})


def test_a_token_opens_what_its_owner_may_read():
    owner = UserFactory(name="Olga")
    _token, secret = services.create_token(user=owner, name="script", scopes=["read"])
    assert ask("/api/v1/me/", secret).json()["name"] == "Olga"


def test_only_a_digest_of_the_secret_is_kept():
    token, secret = services.create_token(user=UserFactory(), name="script", scopes=["read"])
    stored = str(ApiToken.objects.filter(pk=token.pk).values().get())
    assert secret not in stored
    assert secret.removeprefix(ApiToken.PREFIX) not in stored


@pytest.mark.parametrize(
    "change", [{"revoked_at": timezone.now()}, {"expires_at": timezone.now() - timedelta(days=1)}]
)
def test_a_revoked_or_expired_token_opens_nothing(change):
    token, secret = services.create_token(user=UserFactory(), name="script", scopes=["read"])
    ApiToken.objects.filter(pk=token.pk).update(**change)
    response = ask("/api/v1/me/", secret)
    assert response.status_code == 401
    assert response["Content-Type"] == "application/problem+json"


def test_a_token_of_somebody_inactive_opens_nothing():
    owner = UserFactory()
    _token, secret = services.create_token(user=owner, name="script", scopes=["read"])
    owner.is_active = False
    owner.save()
    assert ask("/api/v1/me/", secret).status_code == 401


def test_a_token_without_the_scope_cannot_write(people, private_collection):
    terms = TermsFactory(service=ServiceFactory(collection=private_collection))
    path = f"/api/v1/terms/terms/{terms.pk}/check/"
    _token, reading = services.create_token(user=people["rita"], name="reads", scopes=["read"])
    _token, writing = services.create_token(
        user=people["rita"], name="writes", scopes=["read", "terms:write"]
    )
    assert ask(path, reading, "post").status_code == 403
    assert ask(path, writing, "post").status_code == 202


def test_a_token_without_the_reading_scope_cannot_read():
    _token, secret = services.create_token(user=UserFactory(), name="writes", scopes=["terms:write"])
    assert ask("/api/v1/terms/services/", secret).status_code == 403


def test_an_unknown_scope_is_refused():
    user = UserFactory()
    with pytest.raises(ValueError, match="fly"):
        services.create_token(user=user, name="x", scopes=["fly"])


def test_a_secret_is_shown_once_and_its_making_is_in_the_trail(as_):
    alice = as_("alice")
    answer = alice.post("/account/tokens/", {"name": "my script", "scopes": ["read"], "days": "30"})
    secret = answer.context["secret"]
    assert secret in answer.content.decode()
    assert secret not in alice.get("/account/tokens/").content.decode()
    assert AuditEntry.objects.filter(verb="accounts.token_created").exists()


def test_the_page_of_a_new_token_loaded_again_makes_no_other(as_, people, sent_twice):
    asked = {"name": "my script", "scopes": ["read"], "days": "30"}
    first, again = sent_twice(as_("alice"), "/account/tokens/", asked)
    assert first.context["secret"]
    assert people["alice"].api_tokens.count() == 1
    assert "nothing new was made" in again.text
    assert again.redirect_chain == [("/account/tokens/", 302)]
    sent_twice(as_("alice"), "/account/tokens/", asked)
    assert people["alice"].api_tokens.count() == 2, "from a page shown anew it is another one"


def test_nobody_revokes_the_token_of_another(as_, people):
    token, secret = services.create_token(user=people["alice"], name="hers", scopes=["read"])
    assert as_("charlie").post(f"/account/tokens/{token.pk}/revoke/").status_code == 404
    assert ask("/api/v1/me/", secret).status_code == 200
    as_("alice").post(f"/account/tokens/{token.pk}/revoke/")
    assert ask("/api/v1/me/", secret).status_code == 401


def test_use_is_remembered():
    token, secret = services.create_token(user=UserFactory(), name="script", scopes=["read"])
    ask("/api/v1/me/", secret)
    token.refresh_from_db()
    assert token.last_used_at
