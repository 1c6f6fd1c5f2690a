"""What views share: the page of an address, and who asks for it."""

from typing import Any

from django.core.paginator import Page as Slice
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponseRedirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from disinfo import callers
from disinfo.accounts.models import User
from encyclopedia.models import Page, Redirect
from encyclopedia.permissions import can_moderate, can_publish
from encyclopedia.services.writing import Writer

MOST_AN_HOUR = 20
"""What strangers of one network may send in an hour; moderators read all of it."""
TOO_MANY = _("Much was sent from your network in the last hour. Keep your text, and try again later.")
# Python refuses to read numbers of thousands of digits, and no database has one of twenty.
_LONGEST_NUMBER = 19


class MovedError(Exception):
    """The page has another address now."""

    def __init__(self, page: Page) -> None:
        super().__init__(page.slug)
        self.page = page


def find(request: HttpRequest, language: str, slug: str) -> Page:
    """The page of an address; one that is not published or is deleted is there for moderators only.

    Raises:
        Http404: there is none.
        MovedError: it was renamed.
    """
    page = Page.objects.at(language, slug).first()
    if page is None:
        moved = Redirect.objects.filter(language=language, slug=slug).select_related("page").first()
        if moved is None:
            raise Http404
        raise MovedError(moved.page)
    if page.current is None and not can_moderate(request.user):
        raise Http404
    return page


def is_number(asked: str) -> bool:
    """Whether what an address says may be the number of something; "²" is a digit and no number."""
    return asked.isdecimal() and len(asked) < _LONGEST_NUMBER


def moved_to(error: MovedError, name: str) -> HttpResponseRedirect:
    """The same view of the page at its new address; browsers may remember it, but a rename can be undone."""
    return HttpResponseRedirect(reverse(f"encyclopedia:{name}", args=[error.page.language, error.page.slug]))


def writer_of(request: HttpRequest, page: Page | None) -> Writer:
    """Who writes this request."""
    user = request.user if isinstance(request.user, User) else None
    return Writer(user=user, publishes=can_publish(request.user, page))


def may_send(request: HttpRequest) -> bool:
    """Whether this writer may still send something; members always, a network of strangers 20 times an hour."""
    return can_publish(request.user, None) or callers.may_send(
        request, "encyclopedia", most=MOST_AN_HOUR, seconds=3600
    )


class InTurn:
    """Two lists of the database read as one, the second after the first; each keeps the order of its index."""

    def __init__(self, first: QuerySet[Any], second: QuerySet[Any]) -> None:
        self.first, self.second = first, second

    @cached_property
    def _first_count(self) -> int:
        return self.first.count()

    def count(self) -> int:
        """How many there are in both."""
        return self._first_count + self.second.count()

    def __len__(self) -> int:
        return self.count()

    def __getitem__(self, part: slice) -> list[Any]:
        start, stop, before = part.start or 0, part.stop, self._first_count
        rows = list(self.first[start:stop]) if start < before else []
        if stop > before:
            rows += self.second[max(0, start - before) : stop - before]
        return rows


def slice_of(request: HttpRequest, rows: QuerySet[Any] | list[Any] | InTurn, size: int = 50) -> Slice[Any]:
    """The part of a list that the address asks for; a wrong number gives the nearest."""
    return Paginator(rows, size).get_page(request.GET.get("page"))  # type: ignore[arg-type]  # it slices and counts
