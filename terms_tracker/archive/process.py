"""How git is run: nothing of the machine's or the user's configuration, no hook, no network, no shell."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

from git.cmd import Git

from terms_tracker.archive.errors import ArchiveError

_CONFIG = {
    "core.hooksPath": os.devnull,
    "core.fsmonitor": "false",
    "core.quotePath": "false",
    "protocol.allow": "never",
    "gc.auto": "0",
    "maintenance.auto": "false",
    # A record must be on disk before it is acknowledged, whatever git's default becomes.
    "core.fsync": "committed,loose-object",
}


class Outcome(NamedTuple):
    """What a finished git command answered."""

    status: int
    output: str
    errors: str


def git_at(git_dir: Path, *, config: Mapping[str, str] | None = None) -> Git:
    """Give GitPython's command runner for a repository, closed to everything outside it but what `config` opens."""
    git = Git(str(git_dir))
    git.update_environment(**_environment(git_dir, {**_CONFIG, **(config or {})}))
    return git


def run(git: Git, *arguments: str) -> Outcome:
    """Run git to its end and give what it answered, whatever its status."""
    status, output, errors = git.execute(
        ["git", *arguments], with_extended_output=True, with_exceptions=False, strip_newline_in_stdout=False
    )
    return Outcome(status, str(output), errors)


def run_checked(git: Git, *arguments: str) -> str:
    """Run git to its end and give its output.

    Raises:
        ArchiveError: git failed; the message holds what it said.
    """
    outcome = run(git, *arguments)
    if outcome.status:
        raise ArchiveError(f"git {arguments[0]} failed ({outcome.status}): {outcome.errors.strip()}")
    return outcome.output


@contextmanager
def running(git: Git, *arguments: str, stdin: int | None = None) -> Iterator[Git.AutoInterrupt]:
    """Start git to read from or write to while it runs; it is gone, and its pipes closed, on leaving."""
    process = git.execute(["git", *arguments], istream=stdin, as_process=True)
    try:
        yield process
    finally:
        stop(process)


def stop(process: Git.AutoInterrupt) -> None:
    """End a git that `execute(as_process=True)` started; it removes its locks and temporary files."""
    popen = process.proc
    if popen is None:
        return
    if popen.poll() is None:
        popen.terminate()
    # Leaving the block closes the pipes and waits; what git did not read any more may be lost.
    with suppress(BrokenPipeError), popen:
        pass


def _environment(git_dir: Path, config: Mapping[str, str]) -> dict[str, str]:
    variables = {
        "GIT_DIR": str(git_dir),
        # Set by git itself around hooks: they would lead our git into another repository.
        "GIT_OBJECT_DIRECTORY": str(git_dir / "objects"),
        "GIT_ALTERNATE_OBJECT_DIRECTORIES": "",
        "GIT_CONFIG_PARAMETERS": "",
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_LITERAL_PATHSPECS": "1",
        "GIT_NO_REPLACE_OBJECTS": "1",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_COMMITTER_NAME": "Disinfo",  # only for the reflog of a repository that keeps one
        "GIT_COMMITTER_EMAIL": "disinfo@localhost",
        "HOME": os.devnull,
        "GIT_CONFIG_COUNT": str(len(config)),
    }
    for number, (key, value) in enumerate(config.items()):
        variables[f"GIT_CONFIG_KEY_{number}"] = key
        variables[f"GIT_CONFIG_VALUE_{number}"] = value
    return variables
