"""Pages as a git repository: one commit a revision, written as a stream for `git fast-import` and read back.

A commit holds the whole text of one revision at `<language>/<slug>.md`; its author date is when it was saved.
"""

import re
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from git import Commit as GitCommit
from git import GitError, Repo

from encyclopedia.document import DocumentError, parse
from encyclopedia.formats.incoming import Incoming, IncomingRevision, Refused

_SAME = "\n\nThe text of {path} stays as it was.\n"
_SAYS_SAME = re.compile(r"\n\nThe text of (\S+\.md) stays as it was\.\n?\Z")
_COMMITTER = "Disinfo encyclopedia <encyclopedia@invalid>"


@dataclass(frozen=True)
class Commit:
    """A revision as it is written to git."""

    language: str
    slug: str
    text: str
    author: str
    saved_at: datetime
    reason: str

    @property
    def path(self) -> str:
        """Where its text lies."""
        return f"{self.language}/{self.slug}.md"


def write(path: Path, commits: Iterable[Commit]) -> int:
    """Write commits, the oldest first, into a new bare repository; gives how many.

    Raises:
        FileExistsError: something is there already.
        OSError: git failed.
    """
    if path.exists() and any(path.iterdir()):
        raise FileExistsError(path)
    Repo.init(path, bare=True, initial_branch="main")
    importer = subprocess.Popen(
        ["git", "fast-import", "--quiet", "--date-format=raw"], cwd=path, stdin=subprocess.PIPE
    )
    assert importer.stdin is not None  # asked for above  # noqa: S101
    count = 0
    latest: dict[str, bytes] = {}
    with importer.stdin as stream:
        for commit in commits:
            digest = sha256(commit.text.encode()).digest()
            stream.write(_stanza(commit, is_same=latest.get(commit.path) == digest))
            latest[commit.path] = digest
            count += 1
    if importer.wait() != 0:
        raise OSError(f"git fast-import ended with {importer.returncode}")
    return count


def _stanza(commit: Commit, *, is_same: bool) -> bytes:
    seconds = int(commit.saved_at.timestamp())
    # A commit that changes no file does not tell which page it is about.
    message = (commit.reason + (_SAME.format(path=commit.path) if is_same else "")).encode()
    text = commit.text.encode()
    lines = [
        b"commit refs/heads/main",
        f"author {_name(commit.author)} <> {seconds} +0000".encode(),
        f"committer {_COMMITTER} {seconds} +0000".encode(),
        b"data %d" % len(message),
        message,
        f"M 100644 inline {commit.path}".encode(),
        b"data %d" % len(text),
        text,
        b"",
    ]
    return b"\n".join(lines)


def _name(author: str) -> str:
    """A name without what git's format takes for its own signs."""
    return " ".join(author.translate({ord(sign): " " for sign in "<>\n\0"}).split())


def read(path: Path) -> Iterator[Incoming | Refused]:
    """Every page of a repository that `write` made, with its whole history.

    Raises:
        ValueError: it is no such repository.
    """
    try:
        repository = Repo(path)
    except GitError as error:
        raise ValueError("it is no git repository") from error
    if "main" not in repository.heads:
        raise ValueError("the repository has no branch “main”")
    history: dict[str, list[IncomingRevision]] = {}
    for commit in repository.iter_commits("main", reverse=True):
        names, reason = _said_by(commit)
        for name in names:
            try:
                document = parse((commit.tree / name).data_stream.read().decode())
            except (DocumentError, UnicodeDecodeError) as error:
                yield Refused(f"{commit.hexsha[:8]} {name}", str(error))
                continue
            saved_at = datetime.fromtimestamp(commit.authored_date, UTC)
            author = str(commit.author.name or "")
            history.setdefault(name, []).append(IncomingRevision(document, author, saved_at, reason))
    for name, revisions in sorted(history.items()):
        language, _slash, rest = name.partition("/")
        yield Incoming(f"git:{name}", language, rest.removesuffix(".md"), revisions)


def _said_by(commit: GitCommit) -> tuple[list[str], str]:
    """The files that a commit is about, and the reason it gives."""
    message = str(commit.message)
    if same := _SAYS_SAME.search(message):
        return [same[1]], message[: same.start()]
    parents = commit.parents
    changed = commit.diff(parents[0]) if parents else commit.tree.traverse()
    names = [str(getattr(item, "a_path", None) or getattr(item, "path", "")) for item in changed]
    return [name for name in names if name.endswith(".md")], message
