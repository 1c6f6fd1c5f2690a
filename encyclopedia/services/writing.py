"""Saving a page: every text that somebody wrote becomes a revision, whatever comes of it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from disinfo.accounts import audit
from disinfo.accounts.models import User
from disinfo.celery import send_after_commit
from encyclopedia import storage
from encyclopedia.document import Document
from encyclopedia.merge import merge
from encyclopedia.models import Kind, Page, Revision
from encyclopedia.services import publishing

_LONGEST_SLUG = 120
RESERVED = frozenset({"new"})
"""Where a page would never be seen: the form for new pages stands there."""


@dataclass(frozen=True)
class Writer:
    """Who writes: an account, the name an imported history gives, or neither; and whether it is published at once.

    What an import brings counts as looked at: an administrator chose to take it in.
    """

    user: User | None = None
    name: str = ""
    publishes: bool = False
    imports: bool = False


@dataclass(frozen=True)
class Saved:
    """What came of a save. A revision always holds what was written; `conflicts` names what a person must decide."""

    revision: Revision
    conflicts: tuple[str, ...] = ()
    was_merged: bool = False
    is_unchanged: bool = False


def free_slug(name: str, language: str) -> str:
    """An address for a new page of this title or address, which no page has and no redirect leads away from."""
    stem = slugify(name)[:_LONGEST_SLUG] or "page"
    taken = set(Page.objects.filter(language=language, slug__startswith=stem).values_list("slug", flat=True))
    taken |= publishing.redirected_slugs(language, stem) | RESERVED
    return free_of(stem, taken)


def free_of(name: str, taken: Collection[str]) -> str:
    """The first of name, name-2, name-3… that is not taken."""
    slug, number = name, 1
    while slug in taken:
        number += 1
        slug = f"{name}-{number}"
    return slug


@transaction.atomic
def create(
    *,
    document: Document,
    language: str,
    writer: Writer,
    reason: str = "",
    slug: str = "",
    translation_of: Page | None = None,
    saved_at: datetime | None = None,
) -> Saved:
    """A new page; the proposal of a page that nobody has published yet is not shown."""
    page = Page.objects.create(
        language=language,
        slug=slug or free_slug(document.title, language),
        kind=Kind.objects.get(code=document.kind),
        title=document.title[:200],
    )
    if translation_of:
        join(page=page, other=translation_of)
    status = Revision.Status.PUBLISHED if writer.publishes else Revision.Status.PROPOSED
    revision = append(
        page=page, document=document, status=status, writer=writer, reason=reason, saved_at=saved_at
    )
    if writer.publishes:
        publishing.publish(page=page, revision=revision, document=document)
    return Saved(revision)


def join(*, page: Page, other: Page) -> None:
    """Say that a page translates what another one says now."""
    if other.translations is None:
        other.translations = other.pk
        other.save(update_fields=["translations"])
    page.translations = other.translations
    page.translated_from = other.current
    page.save(update_fields=["translations", "translated_from"])


@transaction.atomic
def catch_up(*, page: Page, origin: Revision, member: User) -> None:
    """Note that a translation says what this revision of the page it translates says."""
    Page.objects.filter(pk=page.pk).update(translated_from=origin)
    audit.record("encyclopedia.translation", actor=member, on=page, revision=origin.number)


@transaction.atomic
def save(
    *,
    page: Page,
    base: Revision | None,
    document: Document,
    writer: Writer,
    reason: str = "",
    is_minor: bool = False,
    saved_at: datetime | None = None,
) -> Saved:
    """A new text of a page, written from `base`. What others published meanwhile is merged in, or nothing is.

    Two people at once: the page's row is locked, so each save sees the one before it. What cannot be merged is kept as
    a revision of its own, beside what came first, for the writer to put together.
    """
    page = Page.objects.select_for_update(of=("self",)).select_related("kind").get(pk=page.pk)
    current = page.current
    if not writer.publishes:
        revision = append(
            page=page, document=document, status=Revision.Status.PROPOSED, writer=writer, reason=reason,
            is_minor=is_minor, base=base or current, saved_at=saved_at,
        )  # fmt: skip
        return Saved(revision)
    was_merged = False
    if current is not None and base is not None and base.pk != current.pk:
        merged = merge(base.document, document, current.document)
        if not merged.is_clean:
            revision = append(
                page=page, document=document, status=Revision.Status.CONFLICT, writer=writer, reason=reason,
                is_minor=is_minor, base=base, saved_at=saved_at,
            )  # fmt: skip
            return Saved(revision, conflicts=merged.conflicts)
        was_merged, document = True, merged.document
    if current is not None and document.sha256 == current.sha256:
        return Saved(current, is_unchanged=True)
    revision = append(
        page=page, document=document, status=Revision.Status.PUBLISHED, writer=writer, reason=reason,
        is_minor=is_minor, base=base or current, saved_at=saved_at,
    )  # fmt: skip
    publishing.publish(page=page, revision=revision, document=document)
    return Saved(revision, was_merged=was_merged)


def append(
    *,
    page: Page,
    document: Document,
    status: str,
    writer: Writer,
    reason: str = "",
    is_minor: bool = False,
    base: Revision | None = None,
    saved_at: datetime | None = None,
) -> Revision:
    """Add a revision; the caller holds the page's row, so that numbers have no gap and no double."""
    page.revisions_count += 1
    page.save(update_fields=["revisions_count"])
    text = document.text
    keyframe = _keyframe(page)
    data = storage.pack(text, storage.unpack(bytes(keyframe.data)) if keyframe else None)
    if keyframe and storage.is_worth_a_keyframe(data, text):
        keyframe, data = None, storage.pack(text)
    return Revision.objects.create(
        page=page,
        number=page.revisions_count,
        status=status,
        author=writer.user,
        author_name="" if writer.user else writer.name[:120],
        saved_at=saved_at or timezone.now(),
        reason=reason[:300],
        is_minor=is_minor,
        is_imported=writer.imports,
        is_patrolled=writer.imports,
        base=base,
        keyframe=keyframe,
        data=data,
        size=len(text),
        sha256=document.sha256,
    )


def _keyframe(page: Page) -> Revision | None:
    """The page's latest keyframe, which new texts are kept against."""
    return page.revisions.filter(keyframe=None).order_by("-number").first()


@transaction.atomic
def restore(*, revision: Revision, writer: Writer, reason: str) -> Saved:
    """Make an earlier text what the page says again; what it said until now stays in the history."""
    return save(
        page=revision.page,
        base=revision.page.current,
        document=revision.document,
        writer=writer,
        reason=reason,
    )


@transaction.atomic
def accept(*, proposal: Revision, moderator: User, reason: str = "") -> Saved:
    """Publish a proposal, merged into what was published since; a conflict leaves it as it is and says what it is."""
    from encyclopedia import tasks  # it imports the services

    page = Page.objects.select_for_update().get(pk=proposal.page_id)
    proposal = Revision.objects.select_for_update().get(pk=proposal.pk)
    if proposal.status != Revision.Status.PROPOSED:
        return Saved(proposal, is_unchanged=True)
    document = proposal.document
    if page.current is not None and proposal.base is not None and proposal.base.pk != page.current.pk:
        merged = merge(proposal.base.document, document, page.current.document)
        if not merged.is_clean:
            return Saved(proposal, conflicts=merged.conflicts)
        document = merged.document
    proposal.status, proposal.decision_reason = Revision.Status.ACCEPTED, reason[:300]
    proposal.save(update_fields=["status", "decision_reason"])
    writer = Writer(user=proposal.author, name=proposal.author_name, publishes=True)
    revision = append(
        page=page, document=document, status=Revision.Status.PUBLISHED, writer=writer,
        reason=reason or proposal.reason, is_minor=proposal.is_minor, base=page.current,
    )  # fmt: skip
    revision.is_patrolled = True
    revision.save(update_fields=["is_patrolled"])
    publishing.publish(page=page, revision=revision, document=document)
    audit.record("encyclopedia.accept", actor=moderator, on=page, proposal=proposal.number)
    send_after_commit(tasks.tell_proposer, proposal.pk)
    return Saved(revision)


@transaction.atomic
def reject(*, proposal: Revision, moderator: User, reason: str) -> None:
    """Turn a proposal down; it stays readable with the reason."""
    from encyclopedia import tasks  # it imports the services

    is_open = Revision.objects.filter(pk=proposal.pk, status=Revision.Status.PROPOSED)
    if is_open.update(status=Revision.Status.REJECTED, decision_reason=reason[:300]):
        audit.record(
            "encyclopedia.reject", actor=moderator, on=proposal.page, proposal=proposal.number, reason=reason
        )
        send_after_commit(tasks.tell_proposer, proposal.pk)
