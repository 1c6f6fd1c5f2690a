"""Checking a file of evidence with nothing but itself."""

import hashlib
import io
import json
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from terms_tracker.archive.objects import parse_tree
from terms_tracker.evidence.contents import FACTS, FORMAT, MANIFEST, TIMESTAMP
from terms_tracker.evidence.timestamps import TimestampError, check

_MOST_BYTES, _MOST_FILES = 500_000_000, 2_000
_LINE = re.compile(r"([0-9a-f]{64})  (.+)")
_COMMIT = re.compile(rb"tree ([0-9a-f]{40})\n")


@dataclass(frozen=True)
class Finding:
    """One thing that was checked, and whether it is as it should be."""

    is_good: bool
    what: str


def verify(data: bytes) -> list[Finding]:
    """Everything that was checked; the evidence holds when each is good."""
    try:
        files = _files(data)
    except (zipfile.BadZipFile, ValueError, OSError, RuntimeError, NotImplementedError) as error:
        return [Finding(False, f"the file cannot be read: {error}")]
    return [*_manifest(files), *_documents(files), *_timestamp(files)]


def _files(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        entries = archive.infolist()
        if len(entries) > _MOST_FILES or sum(each.file_size for each in entries) > _MOST_BYTES:
            raise ValueError("it is too large to be one of ours")
        if len({each.filename for each in entries}) != len(entries):
            raise ValueError("two files have one name")
        return {each.filename: archive.read(each) for each in entries}


def _manifest(files: Mapping[str, bytes]) -> Iterator[Finding]:
    text = files.get(MANIFEST, b"").decode("utf-8", "replace")
    listed = {match[2]: match[1] for line in text.splitlines() if (match := _LINE.fullmatch(line))}
    rest = files.keys() - {MANIFEST, TIMESTAMP}
    yield Finding(bool(listed), f"{MANIFEST} lists {len(listed)} files")
    for name in sorted(rest - listed.keys()):
        yield Finding(False, f"{name} is not listed")
    for name, expected in sorted(listed.items()):
        if name not in rest:
            yield Finding(False, f"{name} is missing")
        elif hashlib.sha256(files[name]).hexdigest() != expected:
            yield Finding(False, f"{name} is not what was listed")
    if listed and all(
        name in rest and hashlib.sha256(files[name]).hexdigest() == expected
        for name, expected in listed.items()
    ):
        yield Finding(True, "every file listed has its SHA-256")


def _documents(files: Mapping[str, bytes]) -> Iterator[Finding]:
    try:
        facts = json.loads(files[FACTS])
        documents = facts["documents"]
        if facts["format"] != FORMAT or not documents:
            raise ValueError
        for each in documents:
            yield _in_git(files, each)
            yield from _read_from(files, each, documents)
    except (KeyError, ValueError, TypeError, AttributeError):
        yield Finding(False, f"{FACTS} cannot be read")


def _in_git(files: Mapping[str, bytes], document: Mapping[str, Any]) -> Finding:
    """Whether the commit leads, object by object, to this very file."""
    name, commit, path = str(document["file"]), str(document["commit"]), str(document["path"])
    content = files.get(name)
    if content is None:
        return Finding(False, f"{name} is missing")
    wanted = _object_id(b"blob %d\0%s" % (len(content), content))
    try:
        found = _led_to(files, commit, path)
    except (KeyError, ValueError, IndexError):
        return Finding(False, f"{name}: its objects of git do not lead to it")
    return Finding(found == wanted, f"{name} is {path} in commit {commit}")


def _led_to(files: Mapping[str, bytes], commit: str, path: str) -> str:
    tree = _COMMIT.match(_object(files, commit, b"commit"))
    if tree is None:
        raise ValueError(commit)
    found = tree[1].decode()
    for part in path.split("/"):
        found = parse_tree(_object(files, found, b"tree"))[part.encode()][1].hex()
    return found


def _object(files: Mapping[str, bytes], name: str, kind: bytes) -> bytes:
    """The content of an object whose bytes have the name they stand under."""
    whole = files[f"git/{name}"]
    header, _, content = whole.partition(b"\0")
    if _object_id(whole) != name or header != b"%s %d" % (kind, len(content)):
        raise ValueError(name)
    return content


def _object_id(whole: bytes) -> str:
    return hashlib.sha1(whole, usedforsecurity=False).hexdigest()


def _read_from(
    files: Mapping[str, bytes], text: Mapping[str, Any], documents: list[Mapping[str, Any]]
) -> Iterator[Finding]:
    """Whether the commit of a text names the snapshots it was extracted from, and which of them are here."""
    message = files.get(f"git/{text['commit']}", b"").partition(b"\n\n")[2].decode("utf-8", "replace")
    present = {each["commit"] for each in documents if each["kind"] == "snapshot"}
    for commit in text["snapshots"]:
        yield Finding(commit in message, f"{text['file']} says it was extracted from snapshot {commit}")
        if commit not in present:
            yield Finding(True, f"note: snapshot {commit} is not in this file (the archive does not hold it)")


def _timestamp(files: Mapping[str, bytes]) -> Iterator[Finding]:
    if TIMESTAMP not in files:
        yield Finding(True, "note: there is no time-stamp")
        return
    try:
        stamp = check(files[TIMESTAMP], files.get(MANIFEST, b""))
    except TimestampError as error:
        yield Finding(False, str(error))
        return
    yield Finding(True, f"time-stamped {stamp.at:%Y-%m-%d %H:%M:%S} UTC, signed by {stamp.signer}")
