"""What the framework says of an object in other sheets than its own, and in its STIX bundle."""

import json
import re
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

from encyclopedia.formats.disarm.cells import Cells, cells_of
from encyclopedia.formats.disarm.columns import SHEETS

# Sheets of what is only named: its words take the place of its numbers.
_NAMED = ("sectors", "frameworks", "resources")
_TECHNIQUE = re.compile(r"\bT\d+(?:\.\d+)?\b")


class Beside:
    """What other sheets say of an object, by its number."""

    def __init__(self, files: Mapping[str, Path], stix_ids: Mapping[str, str]) -> None:
        self.stix_ids = stix_ids
        self.notes: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        self.relations: dict[str, list[tuple[str, str]]] = defaultdict(list)
        sheet = {name: list(cells_of(path)) for name, path in files.items() if name not in SHEETS}
        self.names = {
            cells.get("disarm_id", ""): cells.get("name", "")
            for name in _NAMED
            for cells in sheet.get(name, ())
        }
        self.sources = {cells.get("url_id", ""): cells for cells in sheet.get("urls", ())}
        for cells in sheet.get("incidenttechniques", ()):
            self._seen(cells)
        for cells in sheet.get("associatedtechniques", ()):
            item = _said(f"[[{cells.get('associated_technique_id', '')}]]", cells.get("description", ""))
            self.notes[cells.get("technique_id", "")]["See also"].append(item)
        for name, heading in (("examples", "Examples"), ("playbooks", "Playbooks")):
            for cells in sheet.get(name, ()):
                item = _said(cells.get("name", ""), cells.get("summary", ""))
                self.notes[cells.get("object_id", "")][heading].append(item)
        for cells in sheet.get("externalgroupcounters", ()):
            if does := cells.get("activity_id", ""):
                self.relations[cells.get("externalgroup_id", "")].append(("does", does))

    def _seen(self, cells: Cells) -> None:
        incident = cells.get("incident_id", "")
        techniques = _TECHNIQUE.findall(cells.get("technique_ids", ""))
        self.relations[incident] += [("uses", number) for number in techniques]
        # The sheet has a column for it, but its authors write what they saw under the name.
        words = "\n\n".join(cells[each] for each in ("name", "summary") if cells.get(each))
        self.notes[incident]["Techniques seen"].append(
            _said(", ".join(f"[[{each}]]" for each in techniques), words)
        )

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
