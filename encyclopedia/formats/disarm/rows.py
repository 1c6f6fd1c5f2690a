"""What every form of the framework gives: its objects, each with its number and what it leads to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

LICENCE = "CC-BY-SA-4.0"
SOURCE = "DISARM Foundation"


@dataclass(frozen=True)
class Row:
    """An object of the framework.

    `text` says what it is; `facts` are short values by their English name; `relations` are (what it is to the other,
    number or name of the other); `notes` are lists of Markdown under a heading of their own.
    """

    id: str
    kind: str
    title: str
    text: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)
    relations: Sequence[tuple[str, str]] = ()
    notes: Mapping[str, Sequence[str]] = field(default_factory=dict)
    stix_id: str = ""
    language: str = "en"
    source: str = SOURCE
    licence: str = LICENCE
