"""What moderators decide about a page; each is in the audit trail with its reason."""

from collections import defaultdict
from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from disinfo.accounts import audit
from disinfo.accounts.models import User
from encyclopedia.models import Page, Redirect, Revision
from encyclopedia.services import publishing, writing


class AddressTakenError(ValueError):
    """Another page, or the redirect of another page, has this address."""


def _locked(page: Page) -> Page:
    return Page.objects.select_for_update(of=("self",)).select_related("kind", "current").get(pk=page.pk)


@transaction.atomic
def rename(*, page: Page, slug: str, moderator: User) -> Page:
    """Give a page another address; the old one leads there.

    Raises:
        AddressTakenError: the address is another page's, leads to one, or is the form's for new pages.
    """
    page, slug = _locked(page), slugify(slug)[:200]
    if slug == page.slug:
        return page
    others = Page.objects.filter(language=page.language, slug=slug)
    redirects = Redirect.objects.filter(language=page.language, slug=slug)
    if slug in ("", *writing.RESERVED) or others.exists() or redirects.exclude(page=page).exists():
        raise AddressTakenError(slug)
    redirects.delete()
    old = page.slug
    Redirect.objects.create(language=page.language, slug=old, page=page)
    page.slug = slug
    page.save(update_fields=["slug"])
    if page.current:
        publishing.index(page=page, document=page.current.document)
    publishing.refresh_links_to(page)
    audit.record("encyclopedia.rename", actor=moderator, on=page, before=old, after=slug)
    return page


@transaction.atomic
def delete(*, page: Page, moderator: User, reason: str) -> None:
    """Take a page away from readers; its history stays, and it can come back."""
    _set_deleted(page, is_deleted=True, reason=reason, moderator=moderator)


@transaction.atomic
def undelete(*, page: Page, moderator: User, reason: str) -> None:
    """Bring a deleted page back."""
    _set_deleted(page, is_deleted=False, reason=reason, moderator=moderator)


def _set_deleted(page: Page, *, is_deleted: bool, reason: str, moderator: User) -> None:
    page = _locked(page)
    page.is_deleted, page.deletion_reason = is_deleted, reason[:300] if is_deleted else ""
    page.save(update_fields=["is_deleted", "deletion_reason"])
    if page.current:
        document = page.current.document
        publishing.keep_facets(page, document)
        publishing.index(page=page, document=document)
    publishing.refresh_links_to(page)
    verb = "encyclopedia.delete" if is_deleted else "encyclopedia.undelete"
    audit.record(verb, actor=moderator, on=page, reason=reason)


@transaction.atomic
def protect(*, page: Page, level: str, shows_verified: bool, reason: str, moderator: User) -> None:
    """Say who edits the page at once, and whether the public reads its verified revision."""
    page = _locked(page)
    page.protection, page.shows_verified = Page.Protection(level), shows_verified
    page.protection_reason = reason[:300]
    page.save(update_fields=["protection", "shows_verified", "protection_reason"])
    audit.record(
        "encyclopedia.protect",
        actor=moderator,
        on=page,
        level=level,
        shows_verified=shows_verified,
        reason=reason,
    )


@transaction.atomic
def verify(*, revision: Revision, moderator: User) -> None:
    """Vouch for a revision: it carries the badge, and the page counts as checked today."""
    page = _locked(revision.page)
    page.verified, page.checked_on = revision, timezone.localdate()
    page.save(update_fields=["verified", "checked_on"])
    Revision.objects.filter(page=page, number__lte=revision.number).update(is_patrolled=True)
    audit.record("encyclopedia.verify", actor=moderator, on=page, revision=revision.number)


@transaction.atomic
def check(*, page: Page, member: User) -> None:
    """Note that somebody has read the page today and found it still true."""
    page = _locked(page)
    page.checked_on = timezone.localdate()
    page.save(update_fields=["checked_on"])
    audit.record("encyclopedia.check", actor=member, on=page)


def patrol(*, revision: Revision, moderator: User) -> None:
    """Note that somebody has looked at a change."""
    if Revision.objects.filter(pk=revision.pk, is_patrolled=False).update(is_patrolled=True):
        audit.record("encyclopedia.patrol", actor=moderator, on=revision.page, revision=revision.number)


def mixed(*, author: User) -> int:
    """How many pages others have written on after this author, so that words of theirs may stand there still."""
    by_page: dict[int, list[tuple[int | None, str]]] = defaultdict(list)
    written = Revision.objects.published().filter(author=author, page__is_deleted=False)
    rows = Revision.objects.published().filter(page__in=written.values("page")).order_by("page", "number")
    for page, writer, sha256 in rows.values_list("page", "author", "sha256"):
        by_page[page].append((writer, sha256))
    return sum(_is_mixed(revisions, author.pk) for revisions in by_page.values())


def _is_mixed(revisions: Iterable[tuple[int | None, str]], author: int) -> bool:
    """Whether others wrote on after the author; what says again what stood there before has nothing of theirs."""
    before: set[str] = set()
    has_theirs = is_mixed = False
    for writer, sha256 in revisions:
        if sha256 in before:
            has_theirs = is_mixed = False
        elif writer == author:
            has_theirs = True
        elif has_theirs:
            is_mixed = True
        else:
            before.add(sha256)
    return is_mixed


@transaction.atomic
def revert(*, author: User, moderator: User, reason: str) -> int:
    """Undo every edit of somebody that still is what a page says; gives how many pages were put back.

    A page goes back to the last revision by anybody else; one that only they ever wrote is deleted. Where somebody
    else has written after them, what they wrote before that stays: `mixed` counts these pages.
    """
    pages = Page.objects.select_for_update().filter(current__author=author, is_deleted=False)
    count = 0
    for page in pages.order_by("pk"):
        published = page.revisions.published().exclude(author=author).order_by("-number")
        before = published.first()
        if before is None:
            delete(page=page, moderator=moderator, reason=reason)
        else:
            writer = writing.Writer(user=moderator, publishes=True)
            writing.restore(revision=before, writer=writer, reason=reason)
        count += 1
    audit.record("encyclopedia.revert", actor=moderator, on=author, pages=count, reason=reason)
    return count
