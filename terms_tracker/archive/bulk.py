"""Importing many records at once through `git fast-import` (`git help fast-import`).

Many times faster than a record at a time. The branch moves at every checkpoint: an import that was killed
is started again with the same entries, and passes over what is already there.
"""

import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from git.cmd import Git

from terms_tracker.archive.errors import ArchiveBusyError, ArchiveError
from terms_tracker.archive.history import stream_records
from terms_tracker.archive.messages import compose
from terms_tracker.archive.names import Place
from terms_tracker.archive.process import run_checked, running
from terms_tracker.archive.records import Entry, Kind, blob_id
from terms_tracker.archive.signature import Signature

_CHECKPOINT_EVERY = 5_000  # commits


@dataclass(slots=True)
class ImportResult:
    """How many entries were written, equal to what was there, or already imported; and the new tip."""

    written: int = 0
    unchanged: int = 0
    skipped: int = 0
    head: str | None = None


@dataclass(slots=True)
class _Seen:
    """What an earlier import of the same entries has already brought, by path."""

    newest: dict[str, datetime] = field(default_factory=dict)
    blobs: dict[str, set[str]] = field(default_factory=dict)

    def add(self, path: str, date: datetime, blob: str) -> None:
        if date > self.newest.get(path, date) or path not in self.newest:
            self.newest[path] = date
            self.blobs[path] = {blob}
        elif date == self.newest[path]:
            self.blobs[path].add(blob)

    def holds(self, path: str, date: datetime, blob: str) -> bool:
        # Of the newest date there may be a change and an upgrade, and only one of them may be there yet.
        newest = self.newest.get(path)
        return newest is not None and (date < newest or (date == newest and blob in self.blobs[path]))


@dataclass(slots=True)
class BulkImport:
    """One import into a branch that no one else moves meanwhile."""

    git: Git
    branch: str
    tip: str | None
    signature: Signature
    snapshot_template: str

    def run(self, entries: Iterable[Entry]) -> ImportResult:
        """Write the entries, which are in the order of their dates within one document.

        An entry older than the newest record of its document is passed over.

        Raises:
            InvalidEntryError: an entry breaks the rules; what came before the last checkpoint stays.
            ArchiveBusyError: another process moved the branch; importing again is right.
            ArchiveError: git failed.
        """
        result = ImportResult()
        # Folders differ little from one commit to the next, texts that follow each other do not: only folders
        # are stored as differences here, and packing does the rest later.
        arguments = [
            "-c",
            "pack.compression=1",
            "-c",
            "core.compression=1",
            "fast-import",
            "--quiet",
            "--done",
            "--date-format=raw",
            "--depth=50",
            "--big-file-threshold=1",
        ]
        with running(self.git, *arguments, stdin=subprocess.PIPE) as process:
            try:
                for chunk in self._commands(entries, result):
                    process.stdin.write(chunk)
                process.stdin.close()
                broken = False
            except BrokenPipeError:
                broken = True
            errors = process.stderr.read().decode(errors="replace").strip()
            failed = process.proc.wait() != 0  # type: ignore[union-attr]  # set as long as the process runs
        if "Not updating" in errors or "cannot lock ref" in errors:
            raise ArchiveBusyError(f"another process moved {self.branch} during the import: {errors}")
        if failed or broken:
            raise ArchiveError(f"git fast-import failed: {errors}")
        return result

    def _commands(self, entries: Iterable[Entry], result: ImportResult) -> Iterator[bytes]:
        seen, blobs = self._seen(), self._blobs()
        stems = {path.rpartition(".")[0] for path in blobs}
        parent = self.tip
        for entry in entries:
            entry.check()
            place, data, date = entry.place, entry.data, entry.fetched_at.replace(microsecond=0)
            blob = blob_id(data)
            if seen.holds(place.path, date, blob):
                result.skipped += 1
            elif blobs.get(place.path) == blob:
                result.unchanged += 1
            else:
                kind = _kind(entry, f"{place.service}/{place.stem}" in stems)
                yield self._commit(entry, kind, data, parent)
                parent = None  # from here on fast-import goes on from what it wrote
                blobs[place.path] = blob
                stems.add(f"{place.service}/{place.stem}")
                result.written += 1
                if result.written % _CHECKPOINT_EVERY == 0:
                    yield b"checkpoint\n"
        yield b"done\n"

    def _commit(self, entry: Entry, kind: Kind, data: bytes, parent: str | None) -> bytes:
        message = compose(entry, kind, self.snapshot_template).encode()
        signature = self.signature.at(entry.timestamp)
        return b"".join(
            [
                b"commit %s\n" % self.branch.encode(),
                b"author %s\ncommitter %s\n" % (signature, signature),
                b"data %d\n%s" % (len(message), message),
                b"from %s\n" % parent.encode() if parent else b"",
                b"M 100644 inline %s\ndata %d\n" % (_quoted(entry.place), len(data)),
                data,
                b"\n",
            ]
        )

    def _seen(self) -> _Seen:
        seen = _Seen()
        if self.tip:
            for record in stream_records(self.git, "--reverse", self.tip):
                seen.add(record.path, record.fetched_at, record.blob)
        return seen

    def _blobs(self) -> dict[str, str]:
        if not self.tip:
            return {}
        listing = run_checked(self.git, "ls-tree", "-r", "-z", "--end-of-options", self.tip)
        lines = (line.partition("\t") for line in listing.split("\0") if line)
        return {path: details.split()[2] for details, _, path in lines}


def _kind(entry: Entry, is_known: bool) -> Kind:
    if not is_known:
        return Kind.FIRST
    return Kind.UPGRADE if entry.is_upgrade else Kind.CHANGE


def _quoted(place: Place) -> bytes:
    # Names with a backslash or a line end are refused; a quote is what is left to escape.
    escaped = place.path.replace('"', '\\"')
    return f'"{escaped}"'.encode()
