"""From files of ad libraries to records: `python -m political_ads.sources FORMAT FILE` tries one. No Django."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from political_ads.sources import dsa, generic, google, ira, meta, snapchat, totals
from political_ads.sources.files import rows_of, rows_of_ndjson
from political_ads.sources.records import (
    UNKNOWN,
    AdRecord,
    BadRowError,
    Range,
    Record,
    Refused,
    SourceFileError,
    TotalRecord,
)

__all__ = [
    "FORMATS",
    "UNKNOWN",
    "AdRecord",
    "BadRowError",
    "Range",
    "Record",
    "Refused",
    "SourceFileError",
    "TotalRecord",
    "parser_of",
    "records_of",
    "rows_of",
    "rows_of_ndjson",
]

Parser = Callable[[Mapping[str, Any]], Record]
FORMATS: dict[str, Parser] = {
    "meta": meta.parse,
    "totals": totals.parse,
    "google": google.parse,
    "snapchat": snapchat.parse,
    "ira": ira.parse,
    "dsa": dsa.parse,
    "generic": generic.parse,
}


def parser_of(name: str, columns: Mapping[str, str] | None = None) -> Parser:
    """The parser of a format. Raises SourceFileError when there is none, or `columns` names no field of ours."""
    try:
        return generic.parser_for(columns) if name == "generic" and columns else FORMATS[name]
    except KeyError as error:
        raise SourceFileError(f"No such format: {name}. There are: {', '.join(FORMATS)}") from error
    except BadRowError as error:
        raise SourceFileError(str(error)) from error


def records_of(
    rows: Iterable[tuple[int, Mapping[str, Any] | Refused]], parse: Parser
) -> Iterator[Record | Refused]:
    """Each row as a record, or as refused with its line and reason: one bad row never stops the rest."""
    for line, row in rows:
        if isinstance(row, Refused):
            yield row
            continue
        try:
            yield parse(row)
        except BadRowError as error:
            yield Refused(line, str(error))
        except (TypeError, AttributeError, KeyError, IndexError) as error:
            yield Refused(line, f"not the shape of this format: {type(error).__name__}")
