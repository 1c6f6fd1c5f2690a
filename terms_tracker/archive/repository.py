"""One archive: a git repository in which every commit records one document."""

import random
import re
import time
from collections.abc import Iterable, Iterator
from datetime import UTC
from pathlib import Path
from typing import Self

from terms_tracker.archive import pushing, upkeep
from terms_tracker.archive.adoption import adopt
from terms_tracker.archive.branch import Branch
from terms_tracker.archive.bulk import BulkImport, ImportResult
from terms_tracker.archive.errors import (
    ArchiveBusyError,
    ArchiveError,
    HistoryRewrittenError,
    UnknownObjectError,
)
from terms_tracker.archive.history import stream_records
from terms_tracker.archive.locks import in_turn
from terms_tracker.archive.messages import SNAPSHOT_MARKER, compose
from terms_tracker.archive.objects import (
    FILE,
    FOLDER,
    ObjectReader,
    Tree,
    format_tree,
    parse_tree,
    root_of,
    tree_of,
    write_object,
)
from terms_tracker.archive.process import git_at, run, run_checked
from terms_tracker.archive.records import Entry, Kind, Record, blob_id, from_timestamp
from terms_tracker.archive.signature import Signature

_SHA = re.compile(r"[0-9a-f]{7,40}")
_ATTEMPTS = 50
_PATIENCE = 5.0  # seconds to wait for other writers of ours
_BOT = Signature()


class Archive:
    """An archive of snapshots or of versions, to be used in a `with` block or closed.

    Any number of processes and threads may record at once, and any of them may be killed at any instant:
    objects are written first, then the branch is moved if it has not moved meanwhile. No index, no work tree.
    Opening costs nothing: git is started when first needed, in each process.

    Args:
        path: a bare repository, or a checkout (then its `.git` and current branch are used and its files left
            as they are: `git reset --hard` brings them up to date).
        signature: author and committer.
        snapshot_template: address of a snapshot, `%SNAPSHOT_ID` standing for its commit.
        stale_after: age in seconds from which a lock of git is taken for a dead process's.
    """

    def __init__(
        self,
        path: Path | str,
        *,
        signature: Signature = _BOT,
        snapshot_template: str = f"./data/snapshots/{SNAPSHOT_MARKER}",
        stale_after: float = 60.0,
    ) -> None:
        self.path = Path(path).absolute()
        self.git_dir = upkeep.find_git_dir(self.path)
        self._signature = signature
        self._snapshot_template = snapshot_template
        self._git = git_at(self.git_dir)
        self._reader = ObjectReader(self.git_dir)
        self._branch = Branch(self.git_dir, self._reader, stale_after)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End git's processes; using the archive again starts others."""
        self._branch.close()
        self._reader.close()

    def init(self) -> None:
        """Make the repository unless it is there."""
        upkeep.init(self.path)

    def head(self) -> str | None:
        """Give the newest commit; None in an empty archive."""
        return self._branch.tip()

    def count(self) -> int:
        """Give the number of commits."""
        head = self.head()
        return int(run_checked(self._git, "rev-list", "--count", "--end-of-options", head)) if head else 0

    def record(self, entry: Entry) -> Record | None:
        """Record a document as one commit.

        Returns:
            The record; None when the newest commit holds the same content at the same path. (A document that
            comes back to an earlier format with that format's last content is therefore not recorded, as in
            Open Terms Archive.)

        Raises:
            InvalidEntryError: the entry breaks the rules of the layout.
            ArchiveBusyError: others hold the branch; try again later.
            ArchiveError: the repository is damaged or git failed.
        """
        entry.check()
        with in_turn(self.git_dir, _PATIENCE):
            return self._record(entry, blob_id(entry.data))

    def import_entries(self, entries: Iterable[Entry]) -> ImportResult:
        """Record many documents at once, in the order of their dates within one document.

        Killed, it is started again with the same entries: what is there is passed over, as is any entry older
        than the newest record of its document.

        Raises:
            InvalidEntryError: an entry breaks the rules of the layout.
            ArchiveBusyError: another process recorded meanwhile; import again.
            ArchiveError: git failed.
        """
        bulk = BulkImport(self._git, self._branch.name, self.head(), self._signature, self._snapshot_template)
        result = bulk.run(entries)
        result.head = self.head()
        return result

    def adopt(self, source: Path) -> str | None:
        """Take over the history of another repository that this archive is an earlier part of; see `adoption`."""
        self.init()
        return adopt(self.git_dir, self._branch, source)

    def read(self, sha: str, path: str) -> bytes:
        """Give the content of a file as a commit left it.

        Raises:
            UnknownObjectError: there is no such commit, or no such file in it.
        """
        object_id = root_of(self._reader, _checked(sha))
        for name in path.split("/"):
            found = self._tree(object_id).get(name.encode())
            if found is None:
                raise UnknownObjectError(f"{path} is not in {sha}")
            object_id = found[1].hex()
        _, kind, content = self._reader.get(object_id)
        if kind != "blob":
            raise UnknownObjectError(f"{path} in {sha} is a {kind}, not a file")
        return content

    def proof(self, sha: str, path: str) -> dict[str, bytes]:
        """Give the objects that lead from a commit to a file, whole as git names them, by id: commit, then folders.

        Raises:
            UnknownObjectError: there is no such commit, or no such folder in it.
        """
        found: dict[str, bytes] = {}
        _, _, content = self._whole(_checked(sha), found)
        object_id = content[len(b"tree ") : len(b"tree ") + 40].decode()
        for name in path.split("/"):
            _, _, content = self._whole(object_id, found)
            entry = parse_tree(content).get(name.encode())
            if entry is None:
                raise UnknownObjectError(f"{path} is not in {sha}")
            object_id = entry[1].hex()
        return found

    def _whole(self, name: str, found: dict[str, bytes]) -> tuple[str, str, bytes]:
        object_id, kind, content = self._reader.get(name)
        found[object_id] = b"%s %d\0%s" % (kind.encode(), len(content), content)
        return object_id, kind, content

    def blob(self, object_id: str) -> bytes:
        """Give the content that a record names: its `blob`, one question to git instead of four.

        Raises:
            UnknownObjectError: there is no such content.
        """
        _, kind, content = self._reader.get(_checked(object_id))
        if kind != "blob":
            raise UnknownObjectError(f"{object_id} is a {kind}, not a file")
        return content

    def show(self, sha: str) -> Record:
        """Give the record that a commit made.

        Raises:
            UnknownObjectError: there is no such commit, or it records nothing.
        """
        commit, kind, _ = self._reader.get(_checked(sha))
        records = list(stream_records(self._git, "--no-walk", commit)) if kind == "commit" else []
        if not records:
            raise UnknownObjectError(f"{sha} records nothing")
        return records[0]

    def latest(self, service: str, terms_type: str, document_id: str | None = None) -> Record | None:
        """Give the last record of a document, in whatever format; None when there is none."""
        head = self.head()
        if head is None:
            return None
        wanted = Entry(
            service=service,
            terms_type=terms_type,
            document_id=document_id,
            content=b"-",
            fetched_at=from_timestamp(0),
        )
        wanted.check()
        folder = self._folder(self._tree(root_of(self._reader, head)), service)
        paths = [f"{service}/{name}" for name in _formats(folder, wanted.place.stem)]
        return next(stream_records(self._git, "-1", head, "--", *paths), None) if paths else None

    def log(self, since: str | None = None) -> Iterator[Record]:
        """Give every record, oldest first, as it is read from git.

        Args:
            since: the commit read last; only what came after it is given.

        Raises:
            HistoryRewrittenError: `since` is no longer part of the history.
        """
        head = self.head()
        if head is None:
            if since:
                raise HistoryRewrittenError(f"{since} is not in an empty archive")
            return
        selection = [head]
        if since:
            self._check_is_past(_checked(since), head)
            selection.append(f"^{since}")
        yield from stream_records(self._git, "--reverse", *selection)

    def fsck(self) -> upkeep.Health:
        """Read every object and every link between them: sound or not, and what git said."""
        return upkeep.check(self._git)

    def maintain(self) -> None:
        """Pack, and index which commit touched which file; nightly, safe beside writers."""
        upkeep.maintain(self._git, self.git_dir)

    def push(self, address: str, *, since: str, proxy: str, authorization: str = "") -> Iterator[str]:
        """Push what came after `since` to a repository elsewhere; see `pushing.push`."""
        branch = self._branch.name
        return pushing.push(
            self.git_dir, branch, address, since=since, proxy=proxy, authorization=authorization
        )

    def bundle(self, target: Path) -> str | None:
        """Save everything into one file.

        Returns:
            The newest commit saved; None, and no file, when the archive is empty.
        """
        head = self.head()
        if head:
            upkeep.save(self._git, target)
        return head

    @classmethod
    def restore_bundle(cls, bundle: Path, path: Path) -> Self:
        """Make the archive that a bundle holds, where there is nothing yet.

        Raises:
            ArchiveError: the place is taken, or the bundle is damaged.
        """
        upkeep.restore(bundle, path)
        return cls(path)

    def _record(self, entry: Entry, blob: str) -> Record | None:
        for attempt in range(_ATTEMPTS):
            tip = self.head()
            root = self._tree(root_of(self._reader, tip)) if tip else {}
            folder = self._folder(root, entry.service)
            current = folder.get(entry.place.file_name.encode())
            if current and current[1].hex() == blob:
                return None
            record = self._write(entry, self._kind(entry, folder), tip, root, folder)
            if self._branch.advance(record.sha, tip):
                return record
            time.sleep(random.uniform(0, 0.002 * min(attempt + 1, 10)))  # noqa: S311  # spreads the writers
        raise ArchiveBusyError(f"{self.path.name} moved at each of {_ATTEMPTS} attempts")

    def _write(self, entry: Entry, kind: Kind, tip: str | None, root: Tree, folder: Tree) -> Record:
        place = entry.place
        # Composed before anything is written: it may refuse the entry.
        message = compose(entry, kind, self._snapshot_template)
        blob = write_object(self.git_dir, b"blob", entry.data)
        folder = folder | {place.file_name.encode(): (FILE, bytes.fromhex(blob))}
        folder_id = write_object(self.git_dir, b"tree", format_tree(folder))
        root = root | {place.service.encode(): (FOLDER, bytes.fromhex(folder_id))}
        root_id = write_object(self.git_dir, b"tree", format_tree(root))
        signature = self._signature.at(entry.timestamp).decode()
        parent = f"parent {tip}\n" if tip else ""
        commit = f"tree {root_id}\n{parent}author {signature}\ncommitter {signature}\n\n{message}"
        return Record(
            sha=write_object(self.git_dir, b"commit", commit.encode()),
            parent=tip,
            kind=kind,
            place=place,
            blob=blob,
            fetched_at=entry.fetched_at.astimezone(UTC).replace(microsecond=0),
            snapshot_ids=entry.snapshot_ids,
            trailers={key.lower(): value for key, value in entry.metadata.items() if value},
        )

    def _kind(self, entry: Entry, folder: Tree) -> Kind:
        if not _formats(folder, entry.place.stem):
            return Kind.FIRST
        return Kind.UPGRADE if entry.is_upgrade else Kind.CHANGE

    def _folder(self, root: Tree, service: str) -> Tree:
        found = root.get(service.encode())
        if found is None:
            return {}
        if found[0] != FOLDER:
            raise ArchiveError(f"{service!r} is a file in {self.path.name}, not the folder of a service")
        return self._tree(found[1].hex())

    def _tree(self, tree_id: str) -> Tree:
        return tree_of(self._reader, tree_id)

    def _check_is_past(self, since: str, head: str) -> None:
        outcome = run(self._git, "merge-base", "--is-ancestor", since, head)
        if outcome.status:
            raise HistoryRewrittenError(f"{since} is not part of the history of {self.path.name}")


def _formats(folder: Tree, stem: str) -> list[str]:
    names = (name.decode(errors="replace") for name in folder)
    return [name for name in names if name.rpartition(".")[0] == stem]


def _checked(sha: str) -> str:
    if not _SHA.fullmatch(sha):
        raise UnknownObjectError(f"{sha!r} is not a commit id")
    return sha
