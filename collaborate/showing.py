"""Messages as a page shows them to one reader."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from collaborate import wire
from collaborate.models import Message, Room
from collaborate.services import reading
from collaborate.signs import SIGNS
from disinfo.accounts.models import User

_BLANK: dict[str, Any] = {
    **dict.fromkeys(("number", "clock", "url", "said_at", "state", "html", "tlp", "mark", "assignee"), ""),
    **dict.fromkeys(("is_edited", "is_settled", "is_pinned", "is_news"), False),
    "root": None,
    "replies": 0,
    "cards": (),
    "links": (),
    "files": (),
    "author": {"id": "", "name": "", "organisation": "", "is_bot": False},
}
"""What a template may ask of a message that is gone, or of the pattern."""


@dataclass(frozen=True)
class Sign:
    """A sign under a message: how many gave it, and whether the reader did."""

    sign: str
    label: str
    count: int = 0
    is_own: bool = False


@dataclass(frozen=True)
class Shown:
    """One message for one reader; without a row it is the pattern that the page's script fills in."""

    row: Message | None = None
    data: dict[str, Any] = field(default_factory=dict)
    signs: Sequence[Sign] = ()
    is_own: bool = False
    is_first_unread: bool = False
    root_author: str = ""

    @property
    def day(self) -> Any:
        """The day it was said, which heads the first message of each."""
        return self.row.said_at if self.row else None


def shown(
    rows: Sequence[Message], room: Room, reader: User, *, unread_after: int | None = None
) -> list[Shown]:
    """Messages of a room for this reader; that they were shown strictly marked ones is written down."""
    watched = [row.pk for row in rows if row.is_watched_in(room) and not row.is_gone]
    reading.write_sightings(messages=watched, users=[reader.pk])
    first = next((row.number for row in rows if unread_after is not None and row.number > unread_after), None)
    return [_one(row, room, reader, is_first_unread=row.number == first) for row in rows]


def _one(row: Message, room: Room, reader: User, *, is_first_unread: bool) -> Shown:
    data = wire.message(row, room)
    given = data.get("reactions", {})
    return Shown(
        row,
        _BLANK | data,
        [_sign(sign, given.get(sign, ()), reader.pk) for sign in SIGNS],
        row.is_by(reader),
        is_first_unread,
        wire.name_of(row.root.author) if row.root_id and row.root else "",
    )


def _sign(sign: str, givers: Sequence[int], reader: int) -> Sign:
    return Sign(sign, str(SIGNS[sign]), len(givers), reader in givers)


def pattern() -> Shown:
    """An empty message, for the page's script."""
    return Shown(data=_BLANK, signs=[Sign(sign, str(label)) for sign, label in SIGNS.items()])
