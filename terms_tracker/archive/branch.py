"""The branch an archive grows on: where it stands, and moving it forward if nobody else did."""

import re
import time
from pathlib import Path

from git.cmd import Git

from terms_tracker.archive.errors import ArchiveBusyError, ArchiveError, UnknownObjectError
from terms_tracker.archive.locks import clear_stale_lock
from terms_tracker.archive.objects import ObjectReader
from terms_tracker.archive.process import run

NO_COMMIT = "0" * 40
_BRANCH = re.compile(r"ref: (refs/heads/[^\s~^:?*\[\\]+)\n?")
_PATIENCE = 10.0  # seconds


class Branch:
    """The branch that HEAD names.

    Args:
        git_dir: the repository.
        stale_after: age in seconds from which a lock is a dead process's, see `locks`.
    """

    def __init__(self, git_dir: Path, stale_after: float) -> None:
        self._git_dir = git_dir
        self._stale_after = stale_after

    @property
    def name(self) -> str:
        """The full name, `refs/heads/…`.

        Raises:
            ArchiveError: HEAD names no branch.
        """
        head = (self._git_dir / "HEAD").read_text()
        match = _BRANCH.fullmatch(head)
        if not match:
            raise ArchiveError(f"HEAD of {self._git_dir} names no branch: {head.strip()!r}")
        return match[1]

    def tip(self, reader: ObjectReader) -> str | None:
        """Give the newest commit; None when there is none yet."""
        try:
            return reader.get(f"{self.name}^{{commit}}")[0]
        except UnknownObjectError:
            # A missing object under an existing branch is damage, not an empty archive.
            if self._exists():
                raise
            return None

    def advance(self, git: Git, reader: ObjectReader, new: str, old: str | None) -> bool:
        """Move the branch from `old` to `new` unless it has moved meanwhile.

        Returns:
            Whether it was moved.

        Raises:
            ArchiveBusyError: a lock did not go away.
            ArchiveError: git refused for another reason.
        """
        give_up = time.monotonic() + _PATIENCE
        while True:
            outcome = run(git, "update-ref", "--end-of-options", self.name, new, old or NO_COMMIT)
            if outcome.status == 0:
                return True
            # Whether it moved is told by where it stands now: git may have been killed just after moving it.
            tip = self.tip(reader)
            if tip != old:
                return tip == new
            if "File exists" not in outcome.errors:
                raise ArchiveError(f"cannot move {self.name}: {outcome.errors.strip()}")
            if not self._clear_locks():
                if time.monotonic() > give_up:
                    raise ArchiveBusyError(f"another process holds {self.name}: {outcome.errors.strip()}")
                time.sleep(0.05)

    def _clear_locks(self) -> bool:
        # git also locks HEAD when it moves the branch that HEAD names.
        locks = [self._git_dir / "HEAD.lock", self._git_dir / f"{self.name}.lock"]
        states = [clear_stale_lock(self._git_dir, lock, self._stale_after) for lock in locks]
        return all(states)

    def _exists(self) -> bool:
        packed = self._git_dir / "packed-refs"
        line = f" {self.name}\n".encode()
        return (self._git_dir / self.name).exists() or (packed.exists() and line in packed.read_bytes())
