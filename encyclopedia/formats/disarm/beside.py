"""What the framework says of an object in other sheets than its own, and in its STIX bundle."""

import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

from encyclopedia.formats.disarm.cells import Cells, cells_of
from encyclopedia.formats.disarm.columns import SHEETS

# Sheets of what is only named: its words take the place of its numbers.
_NAMED = ("sectors", "frameworks", "resources")
# Earlier versions keep these relations in sheets of their own: what it is, and the column of the other.
_CROSSED = {
    "cross_counter_technique": ("counters", "technique_id"),
    "cross_counter_actortype": ("done-by", "actortype_id"),
    "cross_detection_technique": ("detects", "technique_id"),
    "cross_detection_actortype": ("done-by", "actortype_id"),
}
_NUMBER = re.compile(r"[A-Z]{1,2}\d{2,}(?:\.\d+)?")
_TECHNIQUE = re.compile(r"\bT\d+(?:\.\d+)?\b")


class Beside:
    """What other sheets say of an object, by its number."""

    def __init__(self, files: Mapping[str, Path], stix_ids: Mapping[str, str]) -> None:
        self.stix_ids = stix_ids
        self.notes: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        self.relations: dict[str, list[tuple[str, str]]] = defaultdict(list)
        self._files = {name: path for name, path in files.items() if name not in SHEETS}
        self.names = {each.get("disarm_id", ""): each.get("name", "") for each in self._rows(*_NAMED)}
        self.sources = {each.get("url_id", ""): each for each in self._rows("urls")}
        for cells in self._rows("incidenttechniques", "cross_incident_technique"):
            self._seen(cells)
        for cells in self._rows("associatedtechniques"):
            other = f"[[{cells.get('associated_technique_id', '')}]]"
            self._note(cells.get("technique_id", ""), "See also", other, cells.get("description", ""))
        for sheet, heading in (("examples", "Examples"), ("playbooks", "Playbooks")):
            for cells in self._rows(sheet):
                name, summary = cells.get("name", ""), cells.get("summary", "")
                self._note(cells.get("object_id", ""), heading, name, summary)
        self._relate()

    def _rows(self, *sheets: str) -> Iterator[Cells]:
        return (cells for name in sheets if name in self._files for cells in cells_of(self._files[name]))

    def _note(self, number: str, heading: str, name: str, words: str) -> None:
        if said := _said(name, words):
            self.notes[number][heading].append(said)

    def _relate(self) -> None:
        for cells in self._rows("externalgroupcounters", "cross_externalgroup_counter"):
            if does := cells.get("activity_id", ""):
                self.relations[cells.get("externalgroup_id", "")].append(("does", does))
        for sheet, (relation, column) in _CROSSED.items():
            for cells in self._rows(sheet):
                if _NUMBER.fullmatch(cells.get(column, "")):
                    self.relations[cells.get("disarm_id", "")].append((relation, cells[column]))

    def _seen(self, cells: Cells) -> None:
        incident = cells.get("incident_id", "")
        techniques = _TECHNIQUE.findall(cells.get("technique_ids", ""))
        if not techniques:
            return
        self.relations[incident] += [("uses", number) for number in techniques]
        # The sheet has a column for it, but its authors write what they saw under the name.
        words = "\n\n".join(cells[each] for each in ("name", "summary") if cells.get(each))
        self._note(incident, "Techniques seen", ", ".join(f"[[{each}]]" for each in techniques), words)

    def source(self, address: str) -> str:
        """A line that leads to a source, with what is known of it."""
        known = self.sources.get(address, {})
        about = ", ".join(known[each] for each in ("authors", "org", "pub_date") if known.get(each))
        copy = known.get("archive_link", "")
        line = f"[{re.sub(r'[][]', ' ', about)}](<{address}>)" if about else f"<{address}>"
        return line + (f", [archived copy](<{copy}>)" if copy.startswith("http") else "")


def _said(name: str, words: str) -> str:
    return ": ".join(part for part in (name, words) if part)


def stix_ids_in(folder: Path) -> dict[str, str]:
    """The STIX id of each number, where the framework's bundle lies beside its sheets."""
    ids: dict[str, str] = {}
    for path in sorted(folder.glob("DISARM*.json")):
        try:
            objects = json.loads(path.read_text(encoding="utf-8")).get("objects", [])
            ids |= {
                reference["external_id"]: each["id"]
                for each in objects
                for reference in each.get("external_references", [])
                if each["type"] in {"attack-pattern", "x-mitre-tactic"} and "external_id" in reference
            }
        except (ValueError, AttributeError, KeyError, TypeError) as error:
            raise ValueError(f"{path.name} is no bundle of the framework: {error}") from error
    return ids
