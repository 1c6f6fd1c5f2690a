"""Writing memos: each save is a revision, and a save on an older one is refused, so that nobody's words are lost."""

from collections.abc import Iterable, Sequence

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from disinfo import search
from disinfo.accounts import audit
from disinfo.accounts.models import Organisation, User
from terms_tracker import archives
from terms_tracker.changes import Change, change_between
from terms_tracker.models import Collection, Memo, MemoRevision, Version
from terms_tracker.permissions import can_publish, can_write_memos, organisation_of_memos
from terms_tracker.services.remembering import digest_of

Passage = dict[str, str]
TOOL, KEY = "terms", "memo:"
_MOST_PASSAGES = 50
_NEXT = {
    "submit": (Memo.State.DRAFT, Memo.State.REVIEW),
    "return": (Memo.State.REVIEW, Memo.State.DRAFT),
    "publish": (Memo.State.REVIEW, Memo.State.PUBLISHED),
    "withdraw": (Memo.State.PUBLISHED, Memo.State.DRAFT),
}


class OverwriteError(Exception):
    """Somebody saved the memo meanwhile."""


def passages_of(version: Version) -> list[Passage]:
    """The sentences of a change that a memo may cite: what came, then what went; side is new or old."""
    before = version.previous()
    change = change_between(archives.text_of(before) if before else "", archives.text_of(version))
    return _listed(change)


def _listed(change: Change) -> list[Passage]:
    new = [*change.added, *(after for _before, after in change.reworded)]
    old = [*change.removed, *(before for before, _after in change.reworded)]
    return [
        {"digest": digest_of(text), "side": side, "text": text}
        for side, texts in (("new", new), ("old", old))
        for text in dict.fromkeys(texts)
    ]


@transaction.atomic
def write(*, version: Version, author: User, title: str, body: str, cited: Iterable[str] = ()) -> Memo:
    """Begin a memo on a change, as a draft of the author's organisation.

    Raises:
        PermissionDenied: the author is no regulator.
        ValidationError: a cited sentence is not of this change.
    """
    organisation = organisation_of_memos(author)
    if organisation is None:
        raise PermissionDenied
    memo = Memo.objects.create(
        terms=version.terms,
        commit=version.commit,
        organisation=Organisation.objects.get(pk=organisation),
        author=author,
        title=title,
        body=body,
        passages=_chosen(passages_of(version), cited),
    )
    _keep(memo, author)
    audit.record("terms.memo_written", actor=author, on=memo, organisation=memo.organisation)
    return memo


@transaction.atomic
def rewrite(
    *, memo: Memo, based_on: int, editor: User, title: str, body: str, cited: Iterable[str] = ()
) -> Memo:
    """Save a new revision of a memo; a published one stays published, with its history.

    Raises:
        OverwriteError: another revision than `based_on` is the last by now.
        PermissionDenied, ValidationError: as for `write`.
    """
    locked = Memo.objects.select_for_update().get(pk=memo.pk)
    if not can_write_memos(editor, locked):
        raise PermissionDenied
    if locked.number != based_on:
        raise OverwriteError
    version = locked.version
    # What was cited once may be kept, also when the archive has lost the change.
    known = [*locked.passages, *(passages_of(version) if version else [])]
    locked.title, locked.body, locked.passages = title, body, _chosen(known, cited)
    locked.number += 1
    locked.save()
    _keep(locked, editor)
    audit.record("terms.memo_rewritten", actor=editor, on=locked, organisation=locked.organisation)
    return locked


@transaction.atomic
def move(*, memo: Memo, deed: str, actor: User) -> Memo:
    """submit, return, publish or withdraw a memo; what is published has been read by a second person.

    Raises:
        PermissionDenied: the actor may not.
        ValidationError: the memo is not in a state that can be left so.
    """
    locked = Memo.objects.select_for_update().get(pk=memo.pk)
    may = can_publish(actor, locked) if deed == "publish" else can_write_memos(actor, locked)
    if not may:
        raise PermissionDenied
    if deed not in _NEXT or locked.state != _NEXT[deed][0]:
        raise ValidationError(_("The memo is not in that state any more: read it again."))
    locked.state = _NEXT[deed][1]
    locked.number += 1
    if deed == "publish":
        locked.published_at = timezone.now()
    locked.save()
    _keep(locked, actor)
    audit.record(f"terms.memo_{deed}", actor=actor, on=locked, organisation=locked.organisation)
    return locked


def _chosen(known: Sequence[Passage], cited: Iterable[str]) -> list[Passage]:
    """The passages of these `side-digest` names, in the order of the change."""
    by_name = {f"{each['side']}-{each['digest']}": each for each in known}
    wanted = set(cited)
    if wanted - by_name.keys():
        raise ValidationError(_("A sentence that is cited is not one of this change."))
    if len(wanted) > _MOST_PASSAGES:
        raise ValidationError(_("Cite %d sentences at most.") % _MOST_PASSAGES)
    return [each for name, each in by_name.items() if name in wanted]


def make_findable(memo: Memo) -> None:
    """Published and about public terms, for everybody; else for its organisation."""
    collection = memo.terms.service.collection
    is_open = memo.state == Memo.State.PUBLISHED
    cited = "\n".join(each["text"] for each in memo.passages)
    search.put(
        tool=TOOL,
        key=f"{KEY}{memo.pk}",
        kind="memo",
        url=memo.get_absolute_url(),
        title=memo.title,
        body=f"{memo.body}\n{cited}",
        date=memo.published_at or timezone.now(),
        organisation=None if is_open and collection.is_public else memo.organisation,
    )


def refresh_search(collection: Collection) -> None:
    """The same for every memo on terms of a collection."""
    rows = Memo.objects.filter(terms__service__collection=collection)
    for memo in rows.select_related("terms__service__collection__organisation", "organisation"):
        make_findable(memo)


def _keep(memo: Memo, author: User) -> None:
    make_findable(memo)
    MemoRevision.objects.create(
        memo=memo,
        number=memo.number,
        title=memo.title,
        body=memo.body,
        passages=memo.passages,
        state=memo.state,
        author=author,
    )
