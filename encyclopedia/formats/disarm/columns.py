"""How each sheet of the framework is read: the kind of its objects, their short values, what they lead to."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Sheet:
    """How a sheet is read: the kind of its objects, its short values, and the columns that name other objects.

    `relations` gives the column and how the numbers begin that are looked for in it; without a beginning the column
    holds a name.
    """

    kind: str
    facts: Mapping[str, str] = field(default_factory=dict)
    relations: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    is_numbered: bool = True


_TACTIC = {"tactic": ("tactic", "TA")}
_ANSWER = {
    **_TACTIC,
    "metatechnique": ("metatechnique", "M"),
    "response type": ("responsetype", "D"),
    "done-by": ("actortypes", "A"),
}
_HOW = {
    "tactic": "tactic",
    "metatechnique": "metatechnique",
    "response type": "responsetype",
    "how found": "how_found",
    "resources": "resources_needed",
    "references": "references",
    "notes": "notes",
}
SHEETS = {
    "phases": Sheet("phase", {"rank": "rank"}),
    "tactics": Sheet("tactic", {"phase": "phase_id", "rank": "rank"}, {"phase": ("phase_id", "P")}),
    "techniques": Sheet("technique", {"tactic": "tactic_id"}, {"tactic": ("tactic_id", "TA")}),
    "countermeasures": Sheet(
        "countermeasure",
        {**_HOW, "tags": "tags"},
        {"counters": ("techniques", "TA?"), **_ANSWER, "seen-in": ("incident_ids", "I")},
    ),
    "detections": Sheet(
        "detection", _HOW, {"detects": ("techniques", "TA?"), **_ANSWER, "seen-in": ("incidents", "I")}
    ),
    "actortypes": Sheet("actortype", {"sectors": "sector_ids", "frameworks": "framework_ids"}),
    "metatechniques": Sheet("metatechnique"),
    "responsetypes": Sheet("responsetype"),
    "tasks": Sheet("task", {"tactic": "tactic_id"}, {"tactic": ("tactic_id", "TA")}),
    "incidents": Sheet(
        "incident",
        {
            "year": "year_started",
            "country": "found_in_country",
            "type": "objecttype",
            "attributions seen": "attributions_seen",
            "notes": "notes",
        },
    ),
    "narratives": Sheet(
        "narrative", {"topic": "main topic", "subtopic": "subtopic", "notes": "notes"}, is_numbered=False
    ),
    "externalgroups": Sheet(
        "actor",
        {
            "url": "url",
            "sector": "sector",
            "primary role": "primary_role",
            "secondary role": "secondary_role",
            "subject": "primary_subject",
            "region": "region",
            "country": "country",
            "volunteers": "volunteers",
            "notes": "notes",
        },
        is_numbered=False,
    ),
    "tools": Sheet(
        "tool",
        {
            "url": "url",
            "category": "category",
            "by": "externalgroup",
            "function": "function",
            "use against disinformation": "disinformation_use",
            "artifacts": "artifacts",
            "access": "accessibility",
            "platform": "platform",
            "code": "code_url",
            "automation": "automation",
            "notes": "notes",
        },
        {"made-by": ("externalgroup", "")},
        is_numbered=False,
    ),
}
