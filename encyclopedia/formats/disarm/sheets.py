"""The framework's own sheets, each saved as CSV under its name, such as techniques.csv.

The sheets are those of its two workbooks (DISARM_FRAMEWORKS_MASTER, DISARM_DATA_MASTER). What stands beside the
objects in sheets of its own (where a technique was seen, examples, playbooks, who does what) becomes part of them.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from encyclopedia.formats.disarm.beside import Beside, stix_ids_in
from encyclopedia.formats.disarm.cells import Cells, cells_of, name_of
from encyclopedia.formats.disarm.columns import SHEETS, Sheet
from encyclopedia.formats.disarm.rows import Row

_LISTS = {"RAND": "rand_list", "CredCatalog": "credco_list", "Carnegie": "carnegie_list"}
_NUMBER = re.compile(r"\b[A-Z]{1,2}\d{2,}\b")


def rows(folder: Path) -> Iterator[Row]:
    """The objects of every sheet in a folder.

    Raises:
        ValueError: no such sheet is there, or one has no column for the numbers or the names.
    """
    files = {name_of(each): each for each in sorted(folder.glob("*.csv"))}
    there = [name for name in SHEETS if name in files]
    if not there:
        raise ValueError(f"no sheet of the framework is there; it has {', '.join(SHEETS)}")
    beside = Beside(files, stix_ids_in(folder))
    for name in there:
        for cells in cells_of(files[name], {"disarm_id", "name"}):
            if cells["disarm_id"]:
                yield _row(SHEETS[name], cells, beside)


def kind_in(path: Path) -> str:
    """The kind of the objects of one sheet.

    Raises:
        ValueError: it is no sheet of the framework.
    """
    if name_of(path) not in SHEETS:
        raise ValueError(f"it is no sheet of the framework: {', '.join(SHEETS)}")
    return SHEETS[name_of(path)].kind


def _row(sheet: Sheet, cells: Cells, beside: Beside) -> Row:
    number, name = cells["disarm_id"], cells["name"]
    facts = {fact: cells[column] for fact, column in sheet.facts.items() if cells.get(column)}
    for fact in ("sectors", "frameworks", "resources"):
        if fact in facts:
            facts[fact] = _NUMBER.sub(lambda match: beside.names.get(match[0], match[0]), facts[fact])
    if lists := [list_ for list_, column in _LISTS.items() if cells.get(column, "").startswith("Y")]:
        facts["listed by"] = ", ".join(lists)
    relations = [
        (relation, target)
        for relation, (column, prefix) in sheet.relations.items()
        for target in _targets(cells.get(column, ""), prefix)
    ]
    parent, dot, _part = number.partition(".")
    if dot:
        facts["parent"] = parent
        relations.append(("subtechnique-of", parent))
    notes = {heading: items for heading, items in beside.notes.get(number, {}).items() if items}
    if addresses := [each for each in cells.get("urls", "").split() if each.startswith("http")]:
        notes["Sources"] = [beside.source(each) for each in addresses]
    return Row(
        id=number,
        kind=sheet.kind,
        title=f"{number} {name}".strip() if sheet.is_numbered else name or number,
        text=cells.get("summary", ""),
        facts=facts,
        relations=[*relations, *beside.relations.get(number, [])],
        notes=notes,
        stix_id=beside.stix_ids.get(number, ""),
    )


def _targets(cell: str, prefix: str) -> list[str]:
    if not prefix:
        return [cell] if cell else []
    return re.findall(rf"\b{prefix}\d{{2,}}(?:\.\d+)?\b", cell)
