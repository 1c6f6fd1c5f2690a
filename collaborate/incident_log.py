"""The log of an incident as a chain: each line holds the hash of the one before, so that none can be changed or lost.

Pure: `python -m collaborate.incident_log verify FILE` checks an exported log with nothing else at hand. A whole chain
can be written anew by who holds the database; the last hash is therefore said in the room when the incident is closed,
and stands on its papers. `--head HASH` compares the end with it; `--through HASH` asks that an entry has it, for a log
that went on after it was told.
"""

import argparse
import hashlib
import json
import sys
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

START = "0" * 64
"""What stands before the first line."""
_HASHED = ("incident", "number", "at", "kind", "author", "organisation", "text", "data", "previous")


def digest(entry: Mapping[str, Any]) -> str:
    """The SHA-256 of an entry's fields (all but `hash`) as JSON with sorted names and no spaces, in hexadecimal.

    Raises:
        KeyError: a field is missing.
    """
    values = {name: entry[name] for name in _HASHED}
    text = json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", errors="surrogatepass")).hexdigest()


def faults(lines: Iterable[str], *, head: str = "", through: Collection[str] = ()) -> Iterator[str]:
    """What is wrong with an exported log (one JSON object a line), each with its line; nothing when it is whole.

    Args:
        lines: the lines of the file.
        head: the hash of the last entry as it was told elsewhere; without it, lines cut off at the end go unseen.
        through: hashes that were told while the log went on; each has to be that of an entry.
    """
    previous, number, incident, missing = START, 0, None, set(through)
    for place, line in enumerate(lines, 1):
        number += 1
        entry = _read(line)
        if entry is None:
            yield f"line {place}: not an entry of a log"
            continue
        incident = entry["incident"] if incident is None else incident
        yield from (f"line {place}: {fault}" for fault in _faults_of(entry, previous, number, incident))
        previous, number = str(entry["hash"]), _number(entry, number)
        missing.discard(previous)
    if number == 0:
        yield "the log is empty"
    yield from (f"no entry is {each}: what stood there was written anew" for each in sorted(missing))
    if head and previous != head:
        yield f"the last entry is {previous}, not {head}: lines are missing at the end, or the whole was written anew"


def _read(line: str) -> dict[str, Any] | None:
    try:
        entry = json.loads(line)
    except (ValueError, RecursionError):
        return None
    is_whole = isinstance(entry, dict) and all(name in entry for name in (*_HASHED, "hash"))
    return entry if is_whole else None


def _number(entry: Mapping[str, Any], otherwise: int) -> int:
    return entry["number"] if isinstance(entry["number"], int) else otherwise


def _faults_of(entry: Mapping[str, Any], previous: str, number: int, incident: object) -> Iterator[str]:
    if entry["number"] != number:
        yield f"entry {entry['number']} stands where {number} should"
    if entry["incident"] != incident:
        yield "it belongs to another incident"
    if entry["previous"] != previous:
        yield "it does not follow the entry before it"
    if entry["hash"] != digest(entry):
        yield "it was changed after it was written"


def main(arguments: Sequence[str] | None = None) -> int:
    """Check a file; 0 when it is whole, 1 when not, 2 when it cannot be read."""
    parser = argparse.ArgumentParser(prog="python -m collaborate.incident_log", description=__doc__)
    verify = parser.add_subparsers(required=True).add_parser("verify", help="check an exported log")
    verify.add_argument("file", type=Path)
    verify.add_argument("--head", default="", help="the last hash, as it was told elsewhere")
    verify.add_argument("--through", action="append", default=[], help="a hash that an entry has to have")
    asked = parser.parse_args(arguments)
    try:
        lines = asked.file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        print(f"{asked.file} cannot be read: {error}", file=sys.stderr)
        return 2
    found = list(faults(lines, head=asked.head, through=asked.through))
    for fault in found:
        print(fault, file=sys.stderr)
    if not found:
        print(f"{len(lines)} entries, each follows the one before; last: {json.loads(lines[-1])['hash']}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
