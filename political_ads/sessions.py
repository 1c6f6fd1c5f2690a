"""The anonymous session of a browser: a random number in a signed cookie, and nothing else."""

from uuid import UUID, uuid4

from django.conf import settings
from django.core import signing
from django.http import HttpRequest
from django.http.response import HttpResponseBase

COOKIE = "ads_session"
_DAYS = 90
_SALT = "political_ads.session"


def session_of(request: HttpRequest) -> UUID:
    """The session that the cookie names, or a new one; `keep` writes it down."""
    try:
        return UUID(request.get_signed_cookie(COOKIE, salt=_SALT))
    except (KeyError, signing.BadSignature, ValueError):
        return uuid4()


def keep(response: HttpResponseBase, session: UUID) -> None:
    """Have the browser remember its session for ninety days; no script can read it, no other site sends it."""
    response.set_signed_cookie(
        COOKIE,
        session.hex,
        salt=_SALT,
        max_age=_DAYS * 24 * 3600,
        httponly=True,
        samesite="Lax",
        secure=settings.HTTPS,
    )
