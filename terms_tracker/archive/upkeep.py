"""Making, checking, packing, saving and restoring the repository of an archive."""

import logging
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from git.cmd import Git

from terms_tracker.archive.errors import ArchiveError
from terms_tracker.archive.locks import clear_stale_lock
from terms_tracker.archive.process import git_at, run, run_checked

logger = logging.getLogger(__name__)

DEFAULT_BRANCH = "refs/heads/main"
# Of `git gc` and `git commit-graph`, which run for minutes: far older than any of them.
_STALE_UPKEEP = 6 * 3600.0  # seconds
_UPKEEP_LOCKS = (
    "packed-refs.lock",
    "objects/info/commit-graph.lock",
    "objects/info/commit-graphs/commit-graph-chain.lock",
)
_BUNDLED = re.compile(r"([0-9a-f]{40}) (HEAD|refs/\S+)")


class Health(NamedTuple):
    """Whether every object is there and whole, and what git said."""

    is_sound: bool
    report: str


def find_git_dir(path: Path) -> Path:
    """Give the repository at a path: the path itself, or the `.git` folder of a checkout."""
    return path / ".git" if (path / ".git").is_dir() else path


def init(path: Path) -> None:
    """Make an empty bare repository at a path; leave one that is there as it is."""
    git_dir = find_git_dir(path)
    if (git_dir / "HEAD").exists() and (git_dir / "objects").is_dir():
        return
    path.mkdir(parents=True, exist_ok=True)
    git = git_at(path)
    run_checked(
        git, "init", "--quiet", "--bare", "--template=", "--initial-branch=main", "--object-format=sha1"
    )


def check(git: Git) -> Health:
    """Read every object and every link between them (`git fsck --full`)."""
    outcome = run(git, "fsck", "--full", "--no-dangling", "--no-progress")
    return Health(outcome.status == 0, (outcome.output + outcome.errors).strip())


def maintain(git: Git, git_dir: Path) -> None:
    """Pack what accumulated and index which commit touched which file.

    Safe beside writers: git keeps unreachable objects two weeks, and every record is far younger.

    Raises:
        ArchiveError: git failed.
    """
    for lock in _UPKEEP_LOCKS:
        clear_stale_lock(git_dir, git_dir / lock, _STALE_UPKEEP)
    for report in git_dir.glob("fast_import_crash_*"):
        report.unlink(missing_ok=True)
    run_checked(git, "-c", "gc.writeCommitGraph=false", "gc", "--quiet")
    run_checked(git, "commit-graph", "write", "--reachable", "--changed-paths", "--no-progress")


def save(git: Git, target: Path) -> None:
    """Write every branch and tag into one file; the file appears whole or not at all.

    Raises:
        ArchiveError: git failed, as it does for an archive without any commit.
    """
    partial = target.absolute().with_name(f"{target.name}.partial")
    try:
        run_checked(git, "bundle", "create", "--quiet", str(partial), "--all")
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)


def restore(bundle: Path, path: Path) -> None:
    """Make the repository that a bundle holds, at a path where there is nothing yet.

    The objects are unpacked and the branches set by hand, because a clone would need git's transports, which
    are closed here.

    Raises:
        ArchiveError: the place is taken, or the bundle is damaged or needs commits it does not hold.
    """
    if path.exists() and any(path.iterdir()):
        raise ArchiveError(
            f"{path} is not empty: an archive is restored beside the old one, then put in its place"
        )
    init(path)
    git = git_at(path)
    run_checked(git, "bundle", "verify", "--quiet", str(bundle.absolute()))
    unpacked = run_checked(git, "bundle", "unbundle", str(bundle.absolute()))
    references = {name: sha for sha, name in _BUNDLED.findall(unpacked)}
    head = references.pop("HEAD", None)
    for name, sha in references.items():
        run_checked(git, "update-ref", "--end-of-options", name, sha)
    run_checked(git, "symbolic-ref", "HEAD", _head_branch(references, head))
    health = check(git)
    if not health.is_sound:
        raise ArchiveError(f"{bundle} is damaged: {health.report}")


def _head_branch(references: dict[str, str], head: str | None) -> str:
    def candidates() -> Iterator[str]:
        yield DEFAULT_BRANCH
        yield from sorted(name for name in references if name.startswith("refs/heads/"))

    return next(
        (name for name in candidates() if name in references and references[name] == head), DEFAULT_BRANCH
    )
