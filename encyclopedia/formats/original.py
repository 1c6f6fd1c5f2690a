"""The encyclopedia of 2019 with its history, its catalogue and its glossary, as four files beside each other.

`pages.jsonl` and `revisions.jsonl` hold the pages; `entries.csv` what they list, one row a tool, actor, practice or
case; `glossary.csv` its terms.
"""

import csv
import json
import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from django.utils.text import slugify

from encyclopedia.document import Document, plain
from encyclopedia.formats.incoming import Incoming, IncomingRevision

_KINDS = {"case-studies": "case-study", "practices": "practice", "tools": "tool", "actors": "actor"}
_JEKYLL = re.compile(r"^\{[%:].*?[%}]\}?[ \t]*\n?", re.MULTILINE)
_AUTHOR = "Encyclopedia of 2019"
_SUMMARY = (
    "From the encyclopedia that the office of the French ambassador for digital affairs began (CC-BY-SA)."
)


def read(folder: Path) -> Iterator[Incoming]:
    """Every page with its history, then the entries of the catalogue, then the glossary."""
    yield from _pages(folder)
    yield from _entries(folder / "entries.csv")
    yield from _glossary(folder / "glossary.csv")


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)


def _pages(folder: Path) -> Iterator[Incoming]:
    revisions: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in _lines(folder / "revisions.jsonl"):
        revisions[row["slug"]].append(row)
    for page in _lines(folder / "pages.jsonl"):
        rows = sorted(revisions[page["slug"]], key=lambda row: row["rev"])
        if rows:
            texts = [
                IncomingRevision(
                    document=_document(page, row["body"]),
                    author=row["author"],
                    saved_at=datetime.fromisoformat(row["date"]),
                    reason=row["summary"],
                )
                for row in rows
            ]
            yield Incoming(f"original:{page['slug']}", page["lang"], _slug(page), texts)


def _slug(page: dict[str, Any]) -> str:
    address = re.sub(r"/fr/?$|\.html$", "", page["permalink"])
    return f"2019-{slugify(address.replace('/', ' ')) or 'introduction'}"


def _document(page: dict[str, Any], body: str) -> Document:
    title = page["title"] if page["title"] != "index" else page["permalink"].strip("/").split("/")[0]
    phase = page["phase"]
    named = f"{title} ({phase})" if phase and page["type"] in _KINDS else title.capitalize()
    return Document(
        title=named.strip() or "Introduction",
        kind=_KINDS.get(page["type"], "concept"),
        phases=(phase,) if phase and phase != "position" else (),
        tags=("encyclopedia of 2019",),
        body=_JEKYLL.sub("", plain(body)),
    )


def _entries(path: Path) -> Iterator[Incoming]:
    seen: set[tuple[str, str]] = set()
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            slug = slugify(row["name"])
            if not slug or (row["lang"], slug) in seen or row["type"] not in _KINDS:
                continue
            seen.add((row["lang"], slug))
            document = Document(
                title=row["name"],
                kind=_KINDS[row["type"]],
                phases=(row["phase"],) if row["phase"] else (),
                criteria=(slugify(row["criterion"]),) if row["criterion"] else (),
                tags=tuple(tag for tag in ("encyclopedia of 2019", row["category"]) if tag),
                fields={"link": row["url"]} if row["url"].startswith("http") else {},
                body=plain(row["text"]),
            )
            key = f"original:{row['lang']}/{slug}"
            yield Incoming(key, row["lang"], slug, [IncomingRevision(document, _AUTHOR, reason=_SUMMARY)])


def _glossary(path: Path) -> Iterator[Incoming]:
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            document = Document(
                title=row["term"],
                kind="concept",
                phases=("introduction",),
                tags=("encyclopedia of 2019", "glossary"),
                body=re.sub(r"\[([^\]]+)\]\(#[\w-]+\)", r"[[\1]]", plain(row["definition"])),
            )
            slug = slugify(row["term"])
            key = f"original:glossary/{slug}"
            yield Incoming(key, "en", slug, [IncomingRevision(document, _AUTHOR, reason=_SUMMARY)])
