"""What every format gives: pages with their revisions, and what could not be read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from encyclopedia.document import Document


@dataclass(frozen=True)
class IncomingRevision:
    """One text of a page that comes from elsewhere."""

    document: Document
    author: str = ""
    saved_at: datetime | None = None
    reason: str = ""


@dataclass(frozen=True)
class Incoming:
    """A page that comes from elsewhere: where it belongs, and its texts from the oldest to the latest.

    `key` is what it is known by there, whatever its title or address become, such as disarm:T0002. `others` are
    further addresses it is known by here, such as its number in a framework. `framework_id` is that number where a page
    that was written here and carries it is the same page.
    """

    key: str
    language: str
    slug: str
    revisions: Sequence[IncomingRevision]
    others: Sequence[str] = ()
    framework_id: str = ""

    @property
    def document(self) -> Document:
        """Its latest text."""
        return self.revisions[-1].document


@dataclass(frozen=True)
class Refused:
    """A part that could not be read: where, and why."""

    place: str
    why: str
