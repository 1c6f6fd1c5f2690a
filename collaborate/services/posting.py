"""Saying something, and changing what was said."""

import re
from collections.abc import Collection, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import timedelta

from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from collaborate import hearing, markup, people
from collaborate.live import bus
from collaborate.models import Bot, Edit, Message, Notification, Reaction, Room
from collaborate.services import files, linking, placing
from collaborate.services.refusals import RefusedError
from collaborate.services.telling import notify
from collaborate.signs import SIGNS
from disinfo import search
from disinfo.accounts import audit
from disinfo.accounts.models import Organisation, User
from disinfo.accounts.permissions import roles_of
from disinfo.celery import send_after_commit

_WORD = re.compile(r"\w+")
_COMMAND = re.compile(r"^/[a-z][a-z-]*(?=\s|$)")


@dataclass(frozen=True)
class Draft:
    """What is about to be said: its text as it will be shown, and whom it names."""

    text: str
    rendered: markup.Rendered
    named: dict[str, people.Named] = field(default_factory=dict)

    @property
    def concerned(self) -> set[int]:
        """The people it names, by themselves or in a group."""
        return {person for handle in self.rendered.handles for person in self.named[handle].people}

    def columns(self) -> dict[str, object]:
        """What a message keeps of it."""
        return {
            "text": self.text,
            "html": self.rendered.html,
            "words": " ".join(_WORD.findall(search.fold(self.text))),
            "cards": list(self.rendered.cards),
            "mentions": sorted(self.concerned),
            "has_link": bool(self.rendered.links),
        }


def draft(text: str, room: Room) -> Draft:
    """Read what somebody wrote for a room.

    Raises:
        RefusedError: it is too long.
    """
    text = text.replace("\x00", "").replace("\r\n", "\n").strip()
    if len(text) > Message.LONGEST:
        raise RefusedError(
            _("This is too long: %(longest)d characters at most. Send it in parts, or as a file.")
            % {"longest": Message.LONGEST}
        )
    named: dict[str, people.Named] = {}
    if handles := markup.handles_in(text):
        nameable = people.nameable(room)
        named = {handle: nameable[handle] for handle in handles if handle in nameable}
    names = {handle: each.name for handle, each in named.items()}
    return Draft(text, markup.render(text, names=names, home=settings.SITE_URL), named)


def post(
    *,
    room: Room,
    author: User,
    text: str,
    nonce: str = "",
    root: Message | None = None,
    tlp: str = "",
    uploads: Sequence[files.Upload] = (),
    shared_from: Message | None = None,
) -> Message:
    """Say something in a room, which the author may enter.

    Sent again with the same nonce it is the message that is there already. A reply to a reply stands in the thread of
    its root.

    Raises:
        RefusedError: nothing in it, too long, a file that cannot be taken, the room closed, slow mode.
    """
    said = draft(text, room)
    if not said.text and not uploads:
        raise RefusedError(_("Nothing was sent: write something first."))
    _check_open(room, author)
    kept = [files.keep(upload) for upload in uploads]
    root = (root.root if root and root.root_id else root) if root else None
    row = Message(
        room=room,
        author=author,
        organisation=voice_of(author, room),
        by_bot=author.email.endswith(Bot.DOMAIN),
        nonce=nonce[:64],
        root=root,
        tlp=tlp,
        has_file=bool(kept),
        shared_from=shared_from,
        command=Message.Command.WAITING if _is_command(said.text, author) else Message.Command.NONE,
        **said.columns(),
    )
    try:
        # Within a transaction it has a savepoint, or a message that is there already would end that transaction.
        is_apart = connection.in_atomic_block or _is_more_than_itself(row, said)
        with transaction.atomic() if is_apart else nullcontext():
            _write(row, said, kept)
    except IntegrityError:
        again = room.messages.filter(author=author, nonce=row.nonce).first() if row.nonce else None
        if again is None:
            raise
        return again
    return row


def _is_more_than_itself(row: Message, said: Draft) -> bool:
    """Whether more is written with it, which must stand or fall with it; a plain message is a statement of its own."""
    is_heard = bool(said.concerned) or row.room.kind == Room.Kind.DIRECT or hearing.is_awaited(row)
    return bool(row.root_id or row.has_file or row.command or said.rendered.links or is_heard)


def _write(row: Message, said: Draft, kept: Sequence[files.Kept]) -> None:
    room = row.room
    placing.place(row)
    if row.root_id:
        Message.objects.filter(pk=row.root_id).update(reply_count=F("reply_count") + 1)
    for each in kept:
        row.attachments.create(**vars(each))
    linking.note(message=row, urls=said.rendered.links)
    notify(message=row, named=said.concerned)
    bus.tell_message(row, room, is_new=True)
    if row.command:
        from collaborate import tasks  # it imports the services

        send_after_commit(tasks.answer_command, row.pk)


def _is_command(text: str, author: User) -> bool:
    """A word after a slash; what bots say never is one, or two of them could talk for ever."""
    return bool(_COMMAND.match(text)) and not author.email.endswith(Bot.DOMAIN)


def _check_open(room: Room, author: User) -> None:
    if room.is_archived:
        raise RefusedError(_("This room is closed for writing."))
    # Slow mode is for people: a bot answers as often as it is asked.
    if room.slow_seconds and not author.email.endswith(Bot.DOMAIN):
        since = timezone.now() - timedelta(seconds=room.slow_seconds)
        if room.messages.filter(author=author, said_at__gt=since).exists():
            raise RefusedError(
                _("Slow mode: wait %(seconds)d seconds between two messages.")
                % {"seconds": room.slow_seconds}
            )


def voice_of(author: User, room: Room) -> Organisation | None:
    """The organisation somebody speaks for: the room's if it is theirs, else the one they joined first; asked once."""
    spoken: dict[int | None, Organisation | None] = vars(author).setdefault("voices", {})
    if room.organisation_id not in spoken:
        own = list(roles_of(author))
        key = room.organisation_id if room.organisation_id in own else (own[0] if own else None)
        spoken[room.organisation_id] = Organisation.objects.filter(pk=key).first() if key else None
    return spoken[room.organisation_id]


@transaction.atomic
def edit(*, message: Message, text: str, editor: User) -> Message:
    """Change what one said; what it said before stays to be seen.

    Raises:
        RefusedError: nothing in it, too long, or gone meanwhile.
    """
    said = draft(text, message.room)
    if not said.text and not message.has_file:
        raise RefusedError(_("Nothing is left of it: delete the message instead."))
    row = _locked(message)
    if row.is_gone:
        raise RefusedError(_("This message is no longer there."))
    if row.text == said.text:
        return row
    before = set(row.mentions)
    Edit.objects.create(message=row, text=row.text)
    for name, value in said.columns().items():
        setattr(row, name, value)
    row.edited_at = timezone.now()
    row.save()
    linking.note(message=row, urls=said.rendered.links)
    notify(message=row, named=said.concerned - before)
    bus.tell_message(row, row.room)
    audit.record("collaborate.edit", actor=editor, on=row)
    return row


@transaction.atomic
def delete(*, message: Message, deleter: User) -> None:
    """Take back what was said: its text, its history and its files go; that something stood there stays."""
    row = _locked(message)
    if row.deleted_at is not None:
        return
    row.deleted_at = timezone.now()
    row.text = row.html = row.words = row.mark = ""
    row.cards, row.mentions = [], []
    row.pinned_at = None
    row.save()
    row.edits.all().delete()
    row.reactions.all().delete()
    row.links.clear()
    files.forget(row.attachments.all())
    Notification.objects.filter(message=row).delete()
    bus.tell_message(row, row.room)
    audit.record("collaborate.delete", actor=deleter, on=row, author=row.author_id)


@transaction.atomic
def react(*, message: Message, user: User, sign: str, wanted: bool) -> None:
    """Put a sign under a message, or take it away.

    Raises:
        RefusedError: no such sign, or the message is gone.
    """
    if sign not in SIGNS:
        raise RefusedError(_("There is no such sign."))
    message.room.tick()
    if wanted:
        Reaction.objects.get_or_create(message=message, user=user, sign=sign)
    else:
        Reaction.objects.filter(message=message, user=user, sign=sign).delete()
    row = _as_it_is(message)
    if row.is_gone:
        raise RefusedError(_("This message is no longer there."))
    row.has_reaction = bool(row.reactions.all())
    row.save(update_fields=["has_reaction", "changed"])
    bus.tell_message(row, row.room)


@transaction.atomic
def pin(*, message: Message, pinner: User, wanted: bool) -> None:
    """Keep a message in sight, or no longer."""
    row = _locked(message)
    row.pinned_at = timezone.now() if wanted and not row.is_gone else None
    row.save(update_fields=["pinned_at", "changed"])
    bus.tell_message(row, row.room)
    audit.record("collaborate.pin", actor=pinner, on=row, pinned=wanted)


@transaction.atomic
def mark(*, message: Message, marker: User, what: str, assignee: User | None = None) -> None:
    """Say what a message is: a task (for somebody), an open question, a decision; "" for nothing of that."""
    row = _locked(message)
    row.mark = Message.Mark(what) if what and not row.is_gone else ""
    row.assignee = assignee if row.mark == Message.Mark.TASK else None
    row.settled_at = None
    row.save(update_fields=["mark", "assignee", "settled_at", "changed"])
    if row.assignee_id and row.assignee_id != marker.pk:
        Notification.objects.update_or_create(
            user_id=row.assignee_id, message=row, defaults={"kind": Notification.Kind.TASK, "read_at": None}
        )
    bus.tell_message(row, row.room)
    audit.record("collaborate.mark", actor=marker, on=row, what=what)


@transaction.atomic
def settle(*, message: Message, settler: User, wanted: bool) -> None:
    """A task is done or a question answered, or open again."""
    row = _locked(message)
    row.settled_at = timezone.now() if wanted else None
    row.save(update_fields=["settled_at", "changed"])
    bus.tell_message(row, row.room)
    audit.record("collaborate.settle", actor=settler, on=row, settled=wanted)


def touch(messages: Collection[Message]) -> None:
    """Tell everybody these messages anew, because what is shown with them has come."""
    for message in messages:
        with transaction.atomic():
            row = _locked(message)
            row.save(update_fields=["changed"])
            bus.tell_message(row, row.room)


def _locked(message: Message) -> Message:
    """The message as it is now, its room locked and the change counted; to be saved by the caller."""
    message.room.tick()
    return _as_it_is(message)


def _as_it_is(message: Message) -> Message:
    """The message read anew, at the clock that its room has just been moved to."""
    row = Message.objects.for_showing().get(pk=message.pk)
    row.room, row.changed = message.room, message.room.clock
    return row
