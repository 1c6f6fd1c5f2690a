"""What a file of evidence holds. The same evidence gives the same manifest, byte for byte, whenever it is asked for."""

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

FORMAT = 1
MANIFEST, TIMESTAMP, FACTS, DECLARATION = (
    "manifest.sha256",
    "timestamp.tsr",
    "evidence.json",
    "declaration.json",
)
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the first date a zip knows: none of ours is told by it


@dataclass(frozen=True)
class Document:
    """A file of an archive, with the commit that recorded it.

    Attributes:
        role: before or after.
        kind: text (a version) or snapshot (as fetched).
        file: its name in the evidence.
        content: its bytes.
        commit, path: where the archive has it.
        fetched_at: when, as ISO 8601.
        metadata: what the archive says of its fetch.
        objects: git's objects that lead from the commit to the file, whole, by id.
        snapshots: for a text, the commits of the snapshots it was extracted from.
    """

    role: str
    kind: str
    file: str
    content: bytes
    commit: str
    path: str
    fetched_at: str
    metadata: Mapping[str, str] = field(default_factory=dict)
    objects: Mapping[str, bytes] = field(default_factory=dict)
    snapshots: Sequence[str] = ()


@dataclass(frozen=True)
class Evidence:
    """All that is handed over: the documents, the declaration they were read by, and what it is about."""

    about: Mapping[str, str]
    documents: Sequence[Document]
    declaration: object
    statements: Mapping[str, str]

    def files(self) -> dict[str, bytes]:
        """Each file but the manifest, by name."""
        facts = {
            "format": FORMAT,
            "about": dict(self.about),
            "documents": [_facts_of(each) for each in self.documents],
        }
        found = {
            FACTS: _json(facts),
            DECLARATION: _json(self.declaration),
            **{f"statement.{language}.md": text.encode() for language, text in self.statements.items()},
        }
        for each in self.documents:
            found[each.file] = each.content
            found |= {f"git/{name}": content for name, content in each.objects.items()}
        return found


def manifest_of(files: Mapping[str, bytes]) -> bytes:
    """A line a file, as `sha256sum --check` reads it."""
    lines = [f"{hashlib.sha256(files[name]).hexdigest()}  {name}\n" for name in sorted(files)]
    return "".join(lines).encode()


def zipped(files: Mapping[str, bytes], token: bytes = b"") -> bytes:
    """The zip of these files with their manifest, and the time-stamp over the manifest when there is one."""
    buffer = io.BytesIO()
    whole = {**files, MANIFEST: manifest_of(files), **({TIMESTAMP: token} if token else {})}
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(whole):
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, whole[name])
    return buffer.getvalue()


def _facts_of(document: Document) -> dict[str, Any]:
    return {
        "role": document.role,
        "kind": document.kind,
        "file": document.file,
        "commit": document.commit,
        "path": document.path,
        "fetched_at": document.fetched_at,
        "fetch": dict(document.metadata),
        "snapshots": list(document.snapshots),
    }


def _json(value: object) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=2, sort_keys=True) + "\n").encode()
