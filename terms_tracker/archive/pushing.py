"""Pushing an archive to a repository elsewhere: over https, through a proxy that checks where it goes, step by step."""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from git.cmd import Git

from terms_tracker.archive.errors import ArchiveError
from terms_tracker.archive.process import git_at, run, run_checked

STEP = 1_000
"""Commits pushed at once: what was pushed before a kill is not pushed again."""
_SLOWEST, _SLOW_SECONDS = "1000", "60"


class PushError(ArchiveError):
    """The other side did not take what was pushed; the message says why."""


def push(
    git_dir: Path,
    branch: str,
    address: str,
    *,
    since: str,
    proxy: str,
    authorization: str = "",
    step: int = STEP,
) -> Iterator[str]:
    """Push the commits after `since` to the same branch of another repository, oldest first; never by force.

    Args:
        git_dir: the archive.
        branch: its full name, `refs/heads/…`.
        address: of the other repository, https only.
        since: the last commit that is known to be there; empty for none.
        proxy: through which alone git goes out.
        authorization: the value of that header; it goes by the environment, never on a command line.
        step: commits at once.

    Yields:
        The newest commit that the other repository holds, after each step.

    Raises:
        PushError: it refused, holds commits that this archive does not, or was not reached.
        ArchiveError: this archive cannot be read.
    """
    git = _outward(git_dir, address, proxy, authorization)
    for commit in _steps(git_at(git_dir), branch, since, step):
        outcome = run(git, "push", "--porcelain", "--no-verify", "--", address, f"{commit}:{branch}")
        if outcome.status:
            raise PushError(_reason(outcome.output + outcome.errors, authorization))
        yield commit


def _outward(git_dir: Path, address: str, proxy: str, authorization: str) -> Git:
    config = {
        "protocol.https.allow": "always",
        "http.proxy": proxy,
        "http.followRedirects": "false",
        "http.lowSpeedLimit": _SLOWEST,
        "http.lowSpeedTime": _SLOW_SECONDS,
        "credential.helper": "",
        "push.default": "nothing",
    }
    if authorization:
        config[f"http.{address}.extraHeader"] = f"Authorization: {authorization}"
    git = git_at(git_dir, config=config)
    # Of the machine's environment nothing may lead past the proxy, ask a person, or write headers down.
    git.update_environment(
        **dict.fromkeys(("no_proxy", "NO_PROXY", "GIT_ASKPASS", "SSH_ASKPASS", "GIT_PROXY_SSL_CERT"), ""),
        **dict.fromkeys(("GIT_TRACE", "GIT_TRACE_CURL", "GIT_CURL_VERBOSE", "GIT_TRACE_PACKET"), "0"),
    )
    return git


def _steps(git: Git, branch: str, since: str, step: int) -> Iterator[str]:
    """The last commit of each step after `since`; from the beginning when `since` is not of this branch."""
    is_known = since and not run(git, "merge-base", "--is-ancestor", since, branch).status
    span = f"{since}..{branch}" if is_known else branch
    listed = iter(run_checked(git, "rev-list", "--reverse", "--topo-order", span, "--").split())
    while batch := list(islice(listed, step)):
        yield batch[-1]


def _reason(said: str, authorization: str) -> str:
    """What git said, in a line that an administrator may read."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    telling = [line for line in lines if line.startswith(("!", "fatal:", "error:", "remote:"))] or lines
    text = " ".join(telling)[:500] or "no reason was given"
    return text.replace(authorization, "…") if authorization else text
