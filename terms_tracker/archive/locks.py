"""Locks that a killed git leaves behind.

git takes a lock by creating `<file>.lock` and holds it for milliseconds. Killed meanwhile, it leaves it, and
every later git fails until somebody removes it. A lock that is older than any git could hold it is
therefore removed, by one process at a time, so that nobody removes the lock another has just taken instead.
"""

import fcntl
import logging
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

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
def _alone(git_dir: Path) -> Iterator[None]:
    # The kernel holds it, on the folder itself: it goes with its process and leaves no file behind.
    descriptor = os.open(git_dir, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
