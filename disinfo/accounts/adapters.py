"""Where allauth meets our users."""

import json
from typing import Any

import jwt
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.utils import get_next_redirect_url
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.conf import settings
from django.http import HttpRequest
from django.utils import translation

from disinfo import env
from disinfo.accounts.models import User

_WANTED = "wanted"  # in the session: the page that somebody without an account asked for


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """Sign-up can be closed, and mails speak the user's language."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002 (the signature is allauth's)
        """Open unless DISINFO_SIGNUP=0."""
        return env.flag("DISINFO_SIGNUP", default=True)

    def save_user(self, request: HttpRequest, user: User, form: Any, commit: bool = True) -> User:
        """Keep the name and the language of the page they signed up on."""
        user.name = form.cleaned_data.get("name", "")
        user.language = getattr(request, "LANGUAGE_CODE", settings.LANGUAGE_CODE)
        saved: User = super().save_user(request, user, form, commit=commit)
        if wanted := get_next_redirect_url(request):
            request.session[_WANTED] = wanted
        return saved

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """The page they signed up for: the mail in between, which is opened anew, does not know of it."""
        wanted = request.session.pop(_WANTED, "")
        return wanted or str(super().get_login_redirect_url(request))

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """In the language of the account it is for, whoever asked for it."""
        user = context.get("user")
        with translation.override(getattr(user, "language", "") or translation.get_language()):
            super().send_mail(template_prefix, email, context)


class SocialAccountAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """OpenID Connect providers, among them those whose userinfo is a signed token (as ProConnect's)."""

    def populate_user(self, request: HttpRequest, sociallogin: Any, data: dict[str, Any]) -> User:
        """Keep the name that the provider gives: ours is one field, where allauth looks for two."""
        user: User = super().populate_user(request, sociallogin, data)
        given = data.get("name") or f"{data.get('first_name') or ''} {data.get('last_name') or ''}"
        user.name = given.strip()[: User._meta.get_field("name").max_length]
        return user

    def get_requests_session(self) -> Any:
        """Allauth's session to the provider, which always expects JSON: give it the claims of a signed answer."""
        session = super().get_requests_session()
        session.hooks["response"].append(_open_signed_answer)
        return session


def _open_signed_answer(response: Any, *_args: Any, **_kwargs: Any) -> Any:
    """Replace a JWT body by its claims.

    The signature is not checked again: the answer came over TLS from the provider itself (OIDC Core §5.3.2).
    """
    if response.headers.get("Content-Type", "").startswith("application/jwt"):
        claims = jwt.decode(response.text, options={"verify_signature": False})
        response._content = json.dumps(claims).encode()  # noqa: SLF001 (requests has no public way to replace a body)
    return response
