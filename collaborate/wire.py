"""A message as programs get it: the same mapping in the API, in the live stream and in exports."""

import json
from typing import Any

from collaborate.models import Attachment, Link, Message, Room
from disinfo.accounts.models import User


def message(row: Message, room: Room) -> dict[str, Any]:
    """A message in JSON values; what was deleted or hidden keeps its place and says so, without its text."""
    said: dict[str, Any] = {
        "id": row.pk,
        "room": room.pk,
        "number": row.number,
        "clock": row.changed,
        "url": f"/collaborate/rooms/{room.slug}/{row.number}/",
        "author": _author(row),
        "said_at": row.said_at.isoformat(timespec="milliseconds"),
        "root": row.root.number if row.root_id and row.root else None,
        "state": _state_of(row),
    }
    return said if row.is_gone else said | _content(row, room)


def _state_of(row: Message) -> str:
    if row.deleted_at:
        return "deleted"
    return "hidden" if row.hidden_at else "shown"


def _author(row: Message) -> dict[str, Any]:
    return {
        "id": row.author_id,
        "name": name_of(row.author),
        "organisation": row.organisation.name if row.organisation_id and row.organisation else "",
        "is_bot": row.by_bot,
    }


def name_of(user: User | None) -> str:
    """How somebody is called; an account that is closed leaves no name."""
    return str(user) if user else ""


def _content(row: Message, room: Room) -> dict[str, Any]:
    return {
        "text": row.text,
        "html": row.html,
        "tlp": row.tlp_in(room),
        "mark": row.mark,
        "assignee": name_of(row.assignee) if row.assignee_id else "",
        "is_settled": row.settled_at is not None,
        "is_pinned": row.pinned_at is not None,
        "is_edited": row.edited_at is not None,
        "is_news": row.is_news,
        "replies": row.reply_count,
        "mentions": row.mentions,
        "cards": row.cards,
        "links": [link(each) for each in row.links.all()] if row.has_link else [],
        "files": [attachment(each) for each in row.attachments.all()] if row.has_file else [],
        "reactions": reactions(row) if row.has_reaction else {},
    }


def reactions(row: Message) -> dict[str, list[int]]:
    """For each sign, who gave it, in the order they came."""
    given: dict[str, list[int]] = {}
    for each in row.reactions.all():
        given.setdefault(each.sign, []).append(each.user_id)
    return given


def link(row: Link) -> dict[str, str]:
    """An address, and what its page says of itself once it was read."""
    return {"url": row.url, "title": row.title, "description": row.description}


def attachment(row: Attachment) -> dict[str, Any]:
    """A file: where it is asked for, what it is."""
    return {
        "url": row.get_absolute_url(),
        "name": row.name,
        "type": row.content_type,
        "size": row.size,
        "sha256": row.sha256,
        "width": row.width,
        "height": row.height,
    }


def as_json(value: object) -> str:
    """Compact JSON."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
