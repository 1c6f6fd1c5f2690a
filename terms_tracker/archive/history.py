"""The history of an archive, read as a stream of records in one git process."""

import logging
from collections.abc import Iterator
from itertools import chain
from typing import BinaryIO, NamedTuple

from git.cmd import Git

from terms_tracker.archive.errors import ArchiveError
from terms_tracker.archive.messages import kind_of, snapshot_ids_of, trailers_of
from terms_tracker.archive.names import parse_path
from terms_tracker.archive.process import running
from terms_tracker.archive.records import Record, from_timestamp

logger = logging.getLogger(__name__)

# Every field ends in NUL, which no field can hold; a commit starts with \x01, a changed file with a colon.
_FORMAT = "--format=tformat:%x01%H%x00%P%x00%at%x00%B%x00"
_START = b"\x01"
_CHUNK = 1 << 20
_DELETED = "D"


class _Change(NamedTuple):
    blob: str
    path: str


class _Commit(NamedTuple):
    sha: str
    parents: list[str]
    timestamp: int
    message: str


def stream_records(git: Git, *selection: str) -> Iterator[Record]:
    """Give the records among the commits that `git log` selects, as it orders them.

    Commits that record nothing (a README, a merge) are passed over.

    Args:
        git: the runner of the repository.
        selection: options and revisions of `git log`, never what a user typed.

    Raises:
        ArchiveError: git failed.
    """
    options = [
        "-z",
        "--raw",
        "--no-abbrev",
        "--no-renames",
        "--no-color",
        "--no-show-signature",
        "--encoding=UTF-8",
    ]
    with running(git, "log", *options, _FORMAT, *selection) as process:
        for commit, changes in _commits(_fields(process.stdout)):
            record = _record(commit, changes)
            if record:
                yield record
        errors = process.stderr.read().decode(errors="replace")
        if process.proc.wait():  # type: ignore[union-attr]  # set as long as the process runs
            raise ArchiveError(f"git log failed: {errors.strip()}")


def _fields(stream: BinaryIO) -> Iterator[bytes]:
    rest = b""
    while chunk := stream.read(_CHUNK):
        *fields, rest = (rest + chunk).split(b"\0")
        yield from fields
    if rest:
        yield rest


def _commits(fields: Iterator[bytes]) -> Iterator[tuple[_Commit, list[_Change]]]:
    field = next(fields, None)
    while field is not None:
        if not field.startswith(_START):
            raise ArchiveError(f"git log gave something unexpected: {field[:80]!r}")
        parents, timestamp, message = next(fields), next(fields), next(fields)
        commit = _Commit(field[1:].decode(), parents.decode().split(), int(timestamp), _text(message))
        changes = []
        for field in chain(fields, [None]):
            # An empty field ends the message, a line end starts the first change.
            if field is None or field.startswith(_START):
                break
            details = field.strip().decode()
            if details:
                change = _change(details, next(fields))
                changes += [change] if change else []
        yield commit, changes


def _change(details: str, path: bytes) -> _Change | None:
    # `:<old mode> <new mode> <old blob> <new blob> <status>`
    _, _, _, blob, status = details.split()
    try:
        return None if status == _DELETED else _Change(blob, path.decode())
    except UnicodeDecodeError:
        logger.warning("passed over the file %r, whose name is not UTF-8", path)
        return None


def _record(commit: _Commit, changes: list[_Change]) -> Record | None:
    kind = kind_of(commit.message.partition("\n")[0])
    if kind is None or not changes:
        return None
    place = parse_path(changes[0].path)
    if len(changes) > 1 or place is None:
        logger.warning("passed over commit %s, which does not change exactly one record", commit.sha)
        return None
    return Record(
        sha=commit.sha,
        parent=commit.parents[0] if commit.parents else None,
        kind=kind,
        place=place,
        blob=changes[0].blob,
        fetched_at=from_timestamp(commit.timestamp),
        snapshot_ids=snapshot_ids_of(commit.message),
        trailers=trailers_of(commit.message),
    )


def _text(message: bytes) -> str:
    return message.decode(errors="replace")
