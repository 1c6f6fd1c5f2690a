"""Taking over another repository's history, as it is: commits keep their names, so that links to them still work."""

import subprocess
import tempfile
from pathlib import Path

from git.cmd import Git

from terms_tracker.archive.branch import Branch
from terms_tracker.archive.errors import ArchiveError, HistoryRewrittenError
from terms_tracker.archive.history import stream_records
from terms_tracker.archive.process import git_at, run, run_checked, running
from terms_tracker.archive.records import Record
from terms_tracker.archive.upkeep import find_git_dir, init


def adopt(git_dir: Path, branch: Branch, source: Path) -> str | None:
    """Bring the commits of another repository's HEAD into this archive, which has none or an earlier part of them.

    Nothing of the other repository's configuration is used and nothing in it is changed: its objects are read beside
    ours, packed, and the branch is moved. Killed, it is started again.

    Returns:
        The newest commit; None when the other repository is empty.

    Raises:
        HistoryRewrittenError: this archive holds records that the other one does not.
        ArchiveError: there is no repository, or it is damaged.
    """
    theirs = repository_at(source)
    head, ours = _head_of(theirs), branch.tip()
    if head is None or head == ours:
        return head
    git = _beside(git_dir, theirs)
    if ours and run(git, "merge-base", "--is-ancestor", ours, head).status:
        raise HistoryRewrittenError(
            "This collection holds records that the other repository does not: import it into a collection of its own."
        )
    _pack(git, git_dir, head, ours)
    if not branch.advance(head, ours):
        raise ArchiveError("another process recorded meanwhile: import again")
    return head


def repository_at(source: Path) -> Path:
    """The git folder of a whole repository, bare or not.

    Raises:
        ArchiveError: there is none, or it lacks the older commits.
    """
    found = find_git_dir(source.absolute())
    if (source / ".git").is_file():
        raise ArchiveError(f"{source} is a worktree or a submodule: give the repository that its .git names")
    if not (found / "objects").is_dir():
        raise ArchiveError(f"{source} is not a git repository")
    if (found / "shallow").exists():
        raise ArchiveError(
            f"{source} is a shallow clone, without its older commits: run `git fetch --unshallow` in it first"
        )
    return found


def newest_record(source: Path) -> Record | None:
    """The record made last in another repository; None when it holds none.

    Raises:
        ArchiveError: there is no repository, or it is damaged.
    """
    theirs = repository_at(source)
    head = _head_of(theirs)
    if head is None:
        return None
    with tempfile.TemporaryDirectory(prefix="disinfo-adopt-") as folder:
        # Read beside an empty one of ours, so that nothing of their configuration is used.
        ours = Path(folder) / "empty.git"
        init(ours)
        return next(stream_records(_beside(ours, theirs), head), None)


def _head_of(git_dir: Path) -> str | None:
    outcome = run(git_at(git_dir), "rev-parse", "--verify", "--quiet", "HEAD^{commit}")
    return outcome.output.strip() or None


def _beside(git_dir: Path, theirs: Path) -> Git:
    """Our git, which also sees the objects of the other repository."""
    git = git_at(git_dir)
    git.update_environment(GIT_ALTERNATE_OBJECT_DIRECTORIES=str(theirs / "objects"))
    return git


def _pack(git: Git, git_dir: Path, head: str, ours: str | None) -> None:
    # What they stored as differences stays so; nothing new is searched for, nightly packing does that.
    arguments = ("pack-objects", "--revs", "--delta-base-offset", "--window=0", "--threads=2", "-q")
    target = git_dir / "objects" / "pack" / "pack"
    target.parent.mkdir(parents=True, exist_ok=True)
    with running(git, *arguments, str(target), stdin=subprocess.PIPE) as process:
        process.stdin.write(f"{head}\n{f'^{ours}' if ours else ''}\n".encode())
        process.stdin.close()
        errors = process.stderr.read().decode(errors="replace").strip()
        if process.proc.wait():  # type: ignore[union-attr]  # set as long as the process runs
            raise ArchiveError(f"the other repository cannot be read: {errors}")
    run_checked(git_at(git_dir), "rev-list", "--count", "--end-of-options", head)
