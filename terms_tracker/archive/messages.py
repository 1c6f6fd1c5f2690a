"""The commit messages of Open Terms Archive, written and read.

Layout: subject, paragraphs and trailers, apart by one blank line, as `git commit -m` leaves them.
"""

import re
from collections.abc import Mapping

from terms_tracker.archive.errors import InvalidEntryError
from terms_tracker.archive.records import Entry, Kind

SNAPSHOT_MARKER = "%SNAPSHOT_ID"
_PREFIXES = {
    Kind.FIRST: "First record of",
    Kind.CHANGE: "Record new changes of",
    Kind.UPGRADE: "Apply technical or declaration upgrade on",
}
# The second line of each kind is what engines wrote before 2022.
_READ_PREFIXES = {prefix: kind for kind, prefix in _PREFIXES.items()} | {
    "Start tracking": Kind.FIRST,
    "Update": Kind.CHANGE,
    "Refilter": Kind.UPGRADE,
}
_EXTRACTED = "This version was recorded after extracting from snapshot {address}"
_ASSEMBLED = (
    "This version was recorded after extracting from and assembling the following snapshots "
    "from {count} source documents:"
)
_TRAILER_KEY = re.compile(r"[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*")
_SNAPSHOT_ID = re.compile(r"(?:/commit/|\b)([0-9a-f]{5,40})\s*$|/commit/([0-9a-f]{5,40})\b", re.MULTILINE)
_HASH_ID = re.compile(r"[0-9a-f]{5,40}")


def compose(entry: Entry, kind: Kind, snapshot_template: str) -> str:
    """Write the message of a record.

    Args:
        entry: what is recorded.
        kind: why.
        snapshot_template: address of a snapshot with `%SNAPSHOT_ID` where its id goes.

    Raises:
        InvalidEntryError: a trailer or snapshot id that could not be read back.
    """
    subject = f"{_PREFIXES[kind]} {entry.service} {entry.terms_type}"
    document = f"Document ID {entry.document_id}" if entry.document_id else ""
    paragraphs = [subject, document, _snapshots(entry, snapshot_template), _trailers(entry.metadata)]
    return "\n\n".join(paragraph for paragraph in paragraphs if paragraph) + "\n"


def kind_of(subject: str) -> Kind | None:
    """Tell why a commit was made by its subject; None when it records nothing."""
    return next((kind for prefix, kind in _READ_PREFIXES.items() if subject.startswith(f"{prefix} ")), None)


def snapshot_ids_of(message: str) -> tuple[str, ...]:
    """Read the ids of the snapshots a version was extracted from.

    Ids are taken after `/commit/` or at the end of a line only: elsewhere a word such as `facade` or a
    number could pass for one.
    """
    paragraphs = [p for p in message.split("\n\n")[1:] if p.startswith("This version was recorded")]
    found = (first or second for p in paragraphs for first, second in _SNAPSHOT_ID.findall(p))
    return tuple(dict.fromkeys(found))


def trailers_of(message: str) -> dict[str, str]:
    """Read the trailers: the `Key: value` lines of the last paragraph, keys in lower case."""
    paragraphs = re.split(r"\n\n+", message.strip())
    trailers = {}
    for line in paragraphs[-1].split("\n") if len(paragraphs) > 1 else []:
        key, colon, value = line.strip().partition(":")
        if colon and value.strip() and _TRAILER_KEY.fullmatch(key):
            trailers[key.lower()] = value.strip()
    return trailers


def _snapshots(entry: Entry, template: str) -> str:
    ids = entry.snapshot_ids
    for snapshot_id in ids:
        if not _HASH_ID.fullmatch(snapshot_id):
            raise InvalidEntryError(f"snapshot id {snapshot_id!r} is not a hash")
    addresses = [template.replace(SNAPSHOT_MARKER, snapshot_id) for snapshot_id in ids]
    if not addresses:
        return ""
    if len(addresses) == 1:
        return _EXTRACTED.format(address=addresses[0])
    count = entry.source_documents or len(ids)
    return "\n".join([_ASSEMBLED.format(count=count), *(f"- {address}" for address in addresses)])


def _trailers(metadata: Mapping[str, str]) -> str:
    lines = []
    for key, value in metadata.items():
        if not _TRAILER_KEY.fullmatch(key) or not value.isprintable() or value != value.strip():
            raise InvalidEntryError(f"trailer {key!r}: {value!r} could not be read back")
        if value:
            lines.append(f"{key.capitalize()}: {value}")
    return "\n".join(lines)
