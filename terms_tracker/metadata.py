"""A collection's metadata.yml, as Open Terms Archive describes it: who tracks what, where and since when. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import yaml

_LARGEST = 200_000
_REQUIRED = ("id", "name", "tagline", "languages", "jurisdictions")
_LANGUAGE = re.compile(r"^[a-z]{2}\Z")
_JURISDICTION = re.compile(r"^[A-Z]{2}(-[A-Z0-9]{1,3})?\Z")


class MetadataError(ValueError):
    """The file is no metadata of a collection; the message says why."""


@dataclass(frozen=True)
class Metadata:
    """What a collection says of itself; `others` is the rest of the file, with dates as text."""

    id: str
    name: str
    tagline: str
    languages: tuple[str, ...]
    jurisdictions: tuple[str, ...]
    description: str = ""
    others: Mapping[str, Any] = field(default_factory=dict)


def read(path: Path) -> Metadata:
    """Read a metadata.yml.

    Raises:
        MetadataError: it cannot be read, or lacks what is required.
    """
    try:
        text = path.read_text("utf-8")[: _LARGEST + 1]
        if len(text) > _LARGEST:
            raise MetadataError("the file is larger than 200 KB")
        values = yaml.safe_load(text)
    except OSError as error:
        raise MetadataError(f"cannot be read: {error.strerror}") from error
    except (UnicodeDecodeError, yaml.YAMLError) as error:
        raise MetadataError(f"not YAML: {error}") from error
    return parse(values)


def parse(values: Any) -> Metadata:
    """The metadata in what was read.

    Raises:
        MetadataError: something required is missing or of another kind.
    """
    if not isinstance(values, Mapping):
        raise MetadataError("not a list of names and values")
    if missing := [name for name in _REQUIRED if not values.get(name)]:
        raise MetadataError(f"missing: {', '.join(missing)}")
    languages = _codes(values["languages"], _LANGUAGE, "languages")
    jurisdictions = _codes(values["jurisdictions"], _JURISDICTION, "jurisdictions")
    others = {str(name): _plain(value) for name, value in values.items()}
    for name in ("id", "name", "tagline", "languages", "jurisdictions", "description"):
        others.pop(name, None)
    return Metadata(
        id=str(values["id"]).strip()[:60],
        name=str(values["name"]).strip()[:120],
        tagline=str(values["tagline"]).strip()[:300],
        languages=languages,
        jurisdictions=jurisdictions,
        description=str(values.get("description") or "").strip(),
        others=others,
    )


def _codes(value: Any, pattern: re.Pattern[str], name: str) -> tuple[str, ...]:
    # YAML reads Norway's code as "no": it is told apart here rather than lost.
    listed = value if isinstance(value, list) else [value]
    codes = tuple("NO" if each is False else str(each) for each in listed)
    if name == "languages":
        codes = tuple(each.lower() for each in codes)
    if wrong := [each for each in codes if not pattern.match(each)]:
        raise MetadataError(f"{name}: {', '.join(wrong)[:200]} is no code")
    return codes


def _plain(value: Any) -> Any:
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(name): _plain(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return value
