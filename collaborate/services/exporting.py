"""A room taken out whole: JSON, Markdown and a page to print, its files, and the hash of each."""

import hashlib
import html
import json
from collections.abc import Iterator

from django.core.files.storage import default_storage
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from collaborate import wire
from collaborate.models import Attachment, Message, Room

_AT_A_TIME = 500


def parts(room: Room) -> Iterator[tuple[str, bytes]]:
    """The files of the export (name, content), one after the other; the last one lists the SHA-256 of all before it."""
    hashes: list[str] = []
    for name, content in _contents(room):
        hashes.append(f"{hashlib.sha256(content).hexdigest()}  {name}")
        yield name, content
    yield "SHA256SUMS", ("\n".join(hashes) + "\n").encode()


def _contents(room: Room) -> Iterator[tuple[str, bytes]]:
    about = {
        "id": room.pk,
        "name": room.name,
        "kind": room.kind,
        "topic": room.topic,
        "tlp": room.tlp,
        "organisation": room.organisation.name if room.organisation else "",
        "participants": [
            {"id": seat.user_id, "name": str(seat.user), "role": seat.role}
            for seat in room.participants.by_name()
        ],
        "messages": room.last_number,
    }
    yield "room.json", _pretty(about)
    for start in range(1, room.last_number + 1, _AT_A_TIME):
        rows = (
            room.messages.filter(number__range=(start, start + _AT_A_TIME - 1))
            .for_showing()
            .order_by("number")
        )
        page = list(rows.prefetch_related("edits"))
        stem = f"{start:07d}"
        yield f"messages/{stem}.json", _pretty([_with_history(row, room) for row in page])
        yield f"markdown/{stem}.md", _markdown(room, page).encode()
        yield f"print/{stem}.html", _printable(room, page).encode()
    for row in (
        Attachment.objects.filter(message__room=room, message__hidden_at=None).order_by("pk").iterator()
    ):
        if default_storage.exists(row.file_name):
            with default_storage.open(row.file_name) as file:
                yield f"files/{row.pk}-{row.name}", file.read()


def _pretty(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1).encode()


def _with_history(row: Message, room: Room) -> dict[str, object]:
    said = wire.message(row, room)
    if not row.is_gone:
        said["before"] = [{"text": edit.text, "at": edit.at.isoformat()} for edit in row.edits.all()]
    return said


def _head(row: Message) -> str:
    who = wire.name_of(row.author) or _("closed account")
    organisation = f", {row.organisation}" if row.organisation else ""
    return f"{row.number} · {who}{organisation} · {date_format(localtime(row.said_at), 'DATETIME_FORMAT')}"


def _markdown(room: Room, rows: list[Message]) -> str:
    lines = [f"# {room.name}", ""]
    for row in rows:
        lines += [f"## {_head(row)}", "", _gone(row) or row.text, ""]
        lines += [f"- {each.name} ({each.sha256})" for each in row.attachments.all() if not row.is_gone]
    return "\n".join(lines)


def _printable(room: Room, rows: list[Message]) -> str:
    items = "".join(
        f"<article><h2>{html.escape(_head(row))}</h2>{_gone(row) or row.html}</article>\n" for row in rows
    )
    name = html.escape(room.name)
    return f'<!doctype html>\n<meta charset="utf-8">\n<title>{name}</title>\n<h1>{name}</h1>\n{items}'


def _gone(row: Message) -> str:
    if row.deleted_at:
        return _("Deleted.")
    return _("Hidden by a moderator.") if row.hidden_at else ""
