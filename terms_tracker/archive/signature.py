"""Who signs the records of an archive."""

import re
from dataclasses import dataclass

from terms_tracker.archive.errors import ArchiveError

_UNSAFE = re.compile(r"[<>\x00-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Signature:
    """Author and committer of every record.

    Raises:
        ArchiveError: a name or address that a commit cannot hold.
    """

    name: str = "Disinfo Bot"
    email: str = "bot@disinfo.invalid"

    def __post_init__(self) -> None:
        if not self.name.strip() or _UNSAFE.search(self.name + self.email):
            raise ArchiveError(f"{self.name!r} <{self.email!r}> cannot sign a commit")

    def at(self, timestamp: int) -> bytes:
        """Give the line of a commit, in UTC."""
        return f"{self.name} <{self.email}> {timestamp} +0000".encode()
