"""How programs say who they are, and what their token lets them do."""

from typing import TYPE_CHECKING, Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from disinfo.accounts.models import ApiToken, User
from disinfo.accounts.scopes import READ

if TYPE_CHECKING:  # REST framework loads this module while its own views are being loaded
    from rest_framework.views import APIView


class TokenAuthentication(BaseAuthentication):
    """`Authorization: Bearer disinfo_…` (RFC 6750)."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        """The token's user; None when no token is given, so that the session may be tried."""
        scheme, _separator, secret = get_authorization_header(request).decode("latin-1").partition(" ")
        if scheme.lower() != "bearer":
            return None
        token = ApiToken.objects.for_secret(secret.strip())
        if token is None:
            raise AuthenticationFailed(_("This token is unknown, expired or revoked."))
        token.touch()
        return token.user, token

    def authenticate_header(self, request: HttpRequest | Request) -> str:  # noqa: ARG002 (the signature is the base class's)
        """What a client is asked for (RFC 9110 §11.6.1)."""
        return 'Bearer realm="disinfo"'


class ScopePermission(BasePermission):
    """Reading is open, to what each object allows; writing needs a login, and a token that has the view's scope."""

    def has_permission(self, request: Request, view: "APIView") -> bool:
        """A view names what it needs as `scope` (writes) and may set `login_required`."""
        needs_login = request.method not in SAFE_METHODS or getattr(view, "login_required", False)
        if needs_login and not (request.user and request.user.is_authenticated):
            return False
        if not isinstance(request.auth, ApiToken):
            return True
        scope = READ if request.method in SAFE_METHODS else getattr(view, "scope", None)
        return scope in request.auth.scopes


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # its hook has no types
    """How the schema describes our tokens."""

    target_class = "disinfo.accounts.authentication.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:  # noqa: ARG002 (the signature is the base class's)
        """An HTTP bearer token."""
        return {"type": "http", "scheme": "bearer"}
