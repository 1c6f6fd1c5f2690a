"""Locks that a killed git leaves behind.

git takes a lock by creating `<file>.lock` and holds it for milliseconds. Killed meanwhile, it leaves it, and
every later git fails until somebody removes it. A lock that is older than any git could hold it is
therefore removed, by one process at a time, so that nobody removes the lock another has just taken instead.
"""

import fcntl
import logging
import os
import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from terms_tracker.archive.errors import ArchiveError

logger = logging.getLogger(__name__)


def clear_stale_lock(git_dir: Path, lock: Path, stale_after: float) -> bool:
    """Remove a lock that a dead process left.

    Args:
        git_dir: the repository.
        lock: the lock file in it.
        stale_after: age in seconds from which it is taken for left behind.

    Returns:
        Whether it is gone.
    """
    with _alone(git_dir):
        try:
            age = time.time() - lock.stat().st_mtime
            if age < stale_after:
                return False
            lock.unlink()
        except FileNotFoundError:
            return True
    logger.warning("removed %s, left %d seconds ago by a process that was killed", lock, age)
    return True


@contextmanager
def in_turn(git_dir: Path, patience: float) -> Iterator[None]:
    """Let our own writers record one after the other, so that none has to begin again and again.

    A courtesy, not what keeps the archive right: after `patience` seconds one goes on all the same.
    """
    give_up = time.monotonic() + patience
    with _open_folder(git_dir / "objects") as descriptor:
        while not _is_ours(descriptor) and time.monotonic() < give_up:
            time.sleep(random.uniform(0.001, 0.003))  # noqa: S311  # spreads those who wait
        yield


@contextmanager
def _alone(git_dir: Path) -> Iterator[None]:
    with _open_folder(git_dir) as descriptor:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield


@contextmanager
def _open_folder(folder: Path) -> Iterator[int]:
    # A lock that the kernel holds on a folder goes with its process and leaves no file behind.
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except FileNotFoundError as error:
        raise ArchiveError(f"{folder} is not there: an archive is made with init()") from error
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _is_ours(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
