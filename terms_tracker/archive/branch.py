"""The branch an archive grows on: where it stands, and moving it forward if nobody else did."""

import re
import subprocess
import time
from pathlib import Path

from git.cmd import Git

from terms_tracker.archive.companion import Companion
from terms_tracker.archive.errors import ArchiveBusyError, ArchiveError, UnknownObjectError
from terms_tracker.archive.locks import clear_stale_lock
from terms_tracker.archive.objects import ObjectReader
from terms_tracker.archive.process import git_at, stop

_NO_COMMIT = "0" * 40
_BRANCH = re.compile(r"ref: (refs/heads/[^\s~^:?*\[\\]+)\n?")
_PATIENCE = 10.0  # seconds


class Branch:
    """The branch that HEAD names.

    Args:
        git_dir: the repository.
        reader: reads its objects.
        stale_after: age in seconds from which a lock is a dead process's, see `locks`.
    """

    def __init__(self, git_dir: Path, reader: ObjectReader, stale_after: float) -> None:
        self._git_dir = git_dir
        self._reader = reader
        self._mover = _Mover(git_dir)
        self._stale_after = stale_after

    @property
    def name(self) -> str:
        """The full name, `refs/heads/…`.

        Raises:
            ArchiveError: HEAD names no branch, or there is no repository.
        """
        try:
            head = (self._git_dir / "HEAD").read_text()
        except OSError as error:
            raise ArchiveError(f"{self._git_dir} is not a repository: {error}") from error
        match = _BRANCH.fullmatch(head)
        if not match:
            raise ArchiveError(f"HEAD of {self._git_dir} names no branch: {head.strip()!r}")
        return match[1]

    def tip(self) -> str | None:
        """Give the newest commit; None when there is none yet."""
        try:
            return self._reader.get(f"{self.name}^{{commit}}")[0]
        except UnknownObjectError:
            # A missing object under an existing branch is damage, not an empty archive.
            if self._exists():
                raise
            return None

    def advance(self, new: str, old: str | None) -> bool:
        """Move the branch from `old` to `new` unless it has moved meanwhile.

        Returns:
            Whether it was moved.

        Raises:
            ArchiveBusyError: a lock did not go away.
            ArchiveError: git refused for another reason.
        """
        give_up = time.monotonic() + _PATIENCE
        while True:
            refusal = self._mover.move(self.name, new, old or _NO_COMMIT)
            if refusal is None:
                return True
            # Whether it moved is told by where it stands: git may have been killed just after moving it.
            tip = self.tip()
            if tip != old:
                return tip == new
            if refusal and "File exists" not in refusal:
                raise ArchiveError(f"cannot move {self.name}: {refusal}")
            if not self._clear_locks():
                if time.monotonic() > give_up:
                    raise ArchiveBusyError(f"another process holds {self.name}: {refusal}")
                time.sleep(0.05)

    def close(self) -> None:
        """End the process that moves it."""
        self._mover.close()

    def _clear_locks(self) -> bool:
        # git also locks HEAD when it moves the branch that HEAD names.
        locks = [self._git_dir / "HEAD.lock", self._git_dir / f"{self.name}.lock"]
        states = [clear_stale_lock(self._git_dir, lock, self._stale_after) for lock in locks]
        return all(states)

    def _exists(self) -> bool:
        packed = self._git_dir / "packed-refs"
        line = f" {self.name}\n".encode()
        return (self._git_dir / self.name).exists() or (packed.exists() and line in packed.read_bytes())


class _Mover(Companion):
    """Moves branches through one `git update-ref --stdin`, one transaction a question."""

    _process: Git.AutoInterrupt | None = None

    def move(self, name: str, new: str, old: str) -> str | None:
        """Give None when it moved, else git's reason; an empty one when git was killed."""
        with self._asking():
            if self._process is None:
                git = git_at(self._git_dir)
                self._process = git.execute(
                    ["git", "update-ref", "--stdin"], istream=subprocess.PIPE, as_process=True
                )
            try:
                self._process.stdin.write(f"start\nupdate {name} {new} {old}\ncommit\n".encode())
                self._process.stdin.flush()
                answer = self._process.stdout.readline() + self._process.stdout.readline()
                if answer == b"start: ok\ncommit: ok\n":
                    return None
                # It ends itself at the first refusal.
                refusal: str = self._process.stderr.read().decode(errors="replace").strip()
            except BrokenPipeError:
                refusal = ""
            self._stop()
            return refusal

    def _stop(self) -> None:
        if self._process is not None:
            stop(self._process)
            self._process = None

    def _forget(self) -> None:
        self._process = None
