"""Which pages show a picture or cite a source: found by the search, then looked at one by one."""

from collections.abc import Callable, Iterable
from typing import Any

from django.contrib.auth.models import AnonymousUser

from disinfo import search
from encyclopedia.models import Page, Picture
from encyclopedia.services.publishing import TOOL

_MOST = 500


def pages_citing(key: str) -> list[Page]:
    """The pages that cite this source, by title."""
    return _with(key.replace(":", " "), lambda parts: any(key in part.get("citations", ()) for part in parts))


def pages_showing(picture: Picture) -> list[Page]:
    """The pages whose text shows this picture, by title."""
    return _with(picture.sha256, lambda parts: any(picture.address in part.get("html", "") for part in parts))


def _with(words: str, has: Callable[[Iterable[dict[str, Any]]], bool]) -> list[Page]:
    found = search.keys(words, AnonymousUser(), tool=TOOL, limit=_MOST)
    pages = Page.objects.live().filter(pk__in=[int(key) for key in found]).select_related("kind")
    return [page for page in pages.by_title() if has(page.parts)]
