"""Objects of the framework as pages of the encyclopedia.

A relation whose target is not in the framework stays a link by its number: red, until somebody writes it.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from textwrap import indent
from typing import Any

from django.utils.text import slugify

from disinfo.countries import codes_in
from encyclopedia.document import Document, plain
from encyclopedia.formats.disarm.rows import Row
from encyclopedia.formats.incoming import Incoming, IncomingRevision, Refused

_KINDS = {
    "actor": "actor",
    "tool": "tool",
    "technique": "technique",
    "countermeasure": "countermeasure",
    "detection": "practice",
    "incident": "case-study",
}
_PHASES = {"detection": ("detection",), "countermeasure": ("reaction",)}
# The field of the page that a relation fills, by the kind of the object it starts from.
_RELATIONS = {
    ("countermeasure", "counters"): "techniques",
    ("incident", "uses"): "techniques",
    ("technique", "tactic"): "tactic",
}
# The field of the page that a short value fills.
_FIELDS = {
    ("actor", "url"): "link",
    ("actor", "country"): "country",
    ("tool", "url"): "link",
    ("tool", "by"): "by_whom",
    ("tool", "function"): "what_for",
    ("tool", "access"): "price",
    ("incident", "year"): "date_from",
    ("incident", "attributions seen"): "attribution",
}
_TYPES = {
    "Civil Society": "civil society",
    "Civil Society/NGO": "civil society",
    "Education/academia": "research",
    "Government": "authority",
    "Media": "press",
    "Technology": "company",
}
_TAGS = ("category", "primary role", "secondary role", "topic", "subtopic", "type", "tags")
_HEADINGS = {
    "tactic": "Tactic",
    "phase": "Phase",
    "subtechnique-of": "Part of",
    "metatechnique": "Metatechnique",
    "response type": "Response",
    "detects": "Detects",
    "done-by": "Done by",
    "seen-in": "Seen in",
    "made-by": "Made by",
    "does": "Does",
}
# What is said elsewhere on the page: by a relation, by a list of words.
_SAID = {"tactic", "phase", "parent", "metatechnique", "response type", "by", "country", "sector", *_TAGS}
_ETHICS = (
    "The framework lists what has been thought of, not what is advised: weigh the law, the rights of those concerned "
    "and the consequences before it is used."
)
_LONGEST_TITLE, _LONGEST_SUMMARY = 200, 300
_BREAK = re.compile(r"\s*(?:<br ?/?>\s*)+", re.IGNORECASE)
_TAG = re.compile(r"</?(?:i|b|em|strong|u|p)>", re.IGNORECASE)
_ADDRESS = re.compile(r"^https?://\S+$")
_LINK = re.compile(r"\[\[([A-Z]{1,2}\d[\d.]*)\]\]")
# A number in the middle of a sentence: not part of an address, a name or a link.
_MENTION = re.compile(r"(?<![\w/.|\[-])(T\d{4}(?:\.\d{3})?)(?![\w/|\]-]|\.\w)")
# Two signs of a word before the stop: “The U.S.” ends no sentence.
_SENTENCE = re.compile(r".+?(?<=[\w”\")\]]{2})[.!?…][”\")\]]*(?=\s|$)", re.DOTALL)


def incoming(rows: Iterable[Row], *, only: str = "") -> Iterator[Incoming | Refused]:
    """Every object as a page, known by its title and by its number; or those of one kind."""
    there: dict[str, Row] = {}
    for row in rows:
        if row.id in there:
            yield Refused(row.id, "the number is there twice")
        else:
            there[row.id] = row
    titles = {row.id: row.title for row in there.values()}
    for row, slug in zip(there.values(), _slugs(there.values()), strict=True):
        if only not in ("", row.kind):
            continue
        revision = IncomingRevision(
            _document(row, titles), author=row.source, reason=f"{row.source}, {row.licence}"
        )
        yield Incoming(
            f"disarm:{row.id}", row.language, slug, [revision], [slugify(row.id)], framework_id=row.id
        )


def _slugs(rows: Iterable[Row]) -> Iterator[str]:
    taken: set[str] = set()
    for row in rows:
        slug = slugify(row.title)[:120] or slugify(row.id)
        slug = slug if slug not in taken else f"{slug}-{slugify(row.id)}"
        taken.add(slug)
        yield slug


def _document(row: Row, titles: Mapping[str, str]) -> Document:
    kind, text = _KINDS.get(row.kind, "concept"), _prose(row.text)
    lines = [*_lines_of_relations(row, titles), *_lines_of_facts(row)]
    summary = _summary(text)
    blocks = [
        _linked(text, titles) if text != summary else "",
        "\n".join(lines),
        *(_section(heading, items, titles) for heading, items in row.notes.items()),
    ]
    body = "\n\n".join(block for block in blocks if block)
    words = [row.facts[name] for name in _TAGS if row.facts.get(name)]
    return Document(
        title=" ".join(plain(row.title).split())[:_LONGEST_TITLE] or row.id,
        kind=kind,
        summary=summary,
        phases=_PHASES.get(row.kind, ()),
        countries=codes_in(row.facts.get("country", "")),
        tags=tuple(dict.fromkeys(("DISARM", f"DISARM {row.kind}", *(word.lower()[:80] for word in words)))),
        fields=_fields(row),
        body=f"{body}\n" if body else "",
    )


def _fields(row: Row) -> dict[str, Any]:
    fields: dict[str, Any] = {"framework_id": row.id, "stix_id": row.stix_id}
    for name, value in row.facts.items():
        if field := _FIELDS.get((row.kind, name)):
            fields[field] = plain(value)
    if row.kind == "actor" and (type_ := _type_of(row.facts)):
        fields["type"] = type_
    if row.kind == "countermeasure":
        fields["ethics"] = _ETHICS
    for relation, target in row.relations:
        if (field := _RELATIONS.get((row.kind, relation))) and target not in fields.get(field, ()):
            # By its number, which stays when its title changes.
            fields[field] = [*fields.get(field, ()), target]
    return fields


def _type_of(facts: Mapping[str, str]) -> str:
    if facts.get("primary role") == "Fact checking":
        return "fact-checker"
    return _TYPES.get(facts.get("sector", ""), "")


def _lines_of_relations(row: Row, titles: Mapping[str, str]) -> Iterator[str]:
    for relation, heading in _HEADINGS.items():
        targets = dict.fromkeys(target for each, target in row.relations if each == relation)
        if targets and (row.kind, relation) not in _RELATIONS:
            yield f"- {heading}: {', '.join(_named(f'[[{target}]]', titles) for target in targets)}"


def _lines_of_facts(row: Row) -> Iterator[str]:
    for name, value in row.facts.items():
        if name not in _SAID and (row.kind, name) not in _FIELDS:
            said = " ".join(plain(value).split())
            yield f"- {name.capitalize()}: {f'<{said}>' if _ADDRESS.match(said) else said}"


def _section(heading: str, items: Iterable[str], titles: Mapping[str, str]) -> str:
    made = [f"<{item}>" if _ADDRESS.match(item) else _linked(_prose(item), titles) for item in items]
    # A paragraph within an item stands under it (CommonMark §5.2).
    return f"## {heading}\n\n" + "\n".join("- " + indent(item, "  ").lstrip() for item in made)


def _linked(text: str, titles: Mapping[str, str]) -> str:
    return _MENTION.sub(
        lambda match: f"[[{match[1]}]]" if match[1] in titles else match[0], _named(text, titles)
    )


def _named(text: str, titles: Mapping[str, str]) -> str:
    """The text with the title beside each number that leads to an object of the framework."""
    return _LINK.sub(
        lambda match: f"[[{match[1]}|{_in_link(titles[match[1]])}]]" if match[1] in titles else match[0], text
    )


def _in_link(title: str) -> str:
    return re.sub(r"[\[\]|\s]+", " ", title).strip()[:_LONGEST_TITLE]


def _prose(text: str) -> str:
    """Markdown of what its authors wrote with some HTML."""
    return _TAG.sub("", _BREAK.sub("\n\n", plain(text))).strip()


def _summary(text: str) -> str:
    """The text where it is short, else the sentences that it begins with."""
    said = " ".join(text.split())
    if len(said) <= _LONGEST_SUMMARY:
        return text if text == said else said
    summary = ""
    for sentence in _SENTENCE.findall(said):
        if len(summary) + len(sentence) > _LONGEST_SUMMARY:
            break
        summary += sentence
    return summary.strip() or said[:_LONGEST_SUMMARY].rsplit(" ", 1)[0] + "…"
