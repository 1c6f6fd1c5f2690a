"""How often one caller may ask, counted on the cache that all processes share."""

from typing import TYPE_CHECKING

from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle

from disinfo.accounts.models import ApiToken

if TYPE_CHECKING:  # REST framework loads this module while its own views are being loaded
    from rest_framework.views import APIView


class AnonymousThrottle(SimpleRateThrottle):
    """By network address, for callers who are not logged in."""

    scope = "anonymous"

    def get_cache_key(self, request: Request, view: "APIView") -> str | None:  # noqa: ARG002
        """None, meaning no limit, for callers whom we know."""
        if request.user and request.user.is_authenticated:
            return None
        return self.cache_format % {"scope": self.scope, "ident": self.get_ident(request)}


class TokenThrottle(SimpleRateThrottle):
    """By token, or by user in a browser."""

    scope = "token"

    def get_cache_key(self, request: Request, view: "APIView") -> str | None:  # noqa: ARG002
        """None, meaning no limit, for callers whom we do not know."""
        if not (request.user and request.user.is_authenticated):
            return None
        caller = (
            f"token-{request.auth.pk}" if isinstance(request.auth, ApiToken) else f"user-{request.user.pk}"
        )
        return self.cache_format % {"scope": self.scope, "ident": caller}
