"""The day from which a text says it applies, in English or French. Pure."""

import re
from datetime import date
from functools import lru_cache

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            ("january", "jan", "janvier", "janv"),
            ("february", "feb", "février", "fevrier", "févr"),
            ("march", "mar", "mars"),
            ("april", "apr", "avril", "avr"),
            ("may", "mai"),
            ("june", "jun", "juin"),
            ("july", "jul", "juillet", "juil"),
            ("august", "aug", "août", "aout"),
            ("september", "sep", "sept", "septembre"),
            ("october", "oct", "octobre"),
            ("november", "nov", "novembre"),
            ("december", "dec", "décembre", "decembre", "déc"),
        ),
        1,
    )
    for name in names
}
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
# Each alternative names its day, month and year by position: see `_read`.
DATE = re.compile(
    rf"\b(?:(?P<y1>(?:19|20)\d\d)-(?P<m1>\d\d)-(?P<d1>\d\d)"
    rf"|(?P<d2>\d{{1,2}})(?:st|nd|rd|th|er)?\s+(?:of\s+)?(?P<m2>{_MONTH})\.?,?\s+(?P<y2>(?:19|20)\d\d)"
    rf"|(?P<m3>{_MONTH})\.?\s+(?P<d3>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<y3>(?:19|20)\d\d)"
    r"|(?P<d4>\d\d)[/.](?P<m4>\d\d)[/.](?P<y4>(?:19|20)\d\d))\b",
    re.IGNORECASE,
)
_SAYS = re.compile(
    r"effective|in\s+force|takes?\s+effect|last\s+(?:updated|modified|revised|changed)|updated|revised\s+on"
    r"|mise?\s+à\s+jour|derni[èe]re\s+(?:mise|modification|révision)|en\s+vigueur|applicables?\s+(?:à\s+compter|depuis|au)"
    r"|date\s+d.effet",
    re.IGNORECASE,
)
_AROUND = 90  # characters between what announces the date and the date
_HEAD, _TAIL = 4_000, 2_000  # characters: where texts say it


@lru_cache(maxsize=8)  # each text is asked about twice: as what came after, then as what was before
def effective_date(text: str) -> date | None:
    """The first date that the text says it applies from, or was last changed on; None when it says none."""
    looked = text if len(text) <= _HEAD + _TAIL else f"{text[:_HEAD]}\n{text[-_TAIL:]}"
    for found in _SAYS.finditer(looked):
        near = looked[found.end() : found.end() + _AROUND]
        if (dated := DATE.search(near)) and (day := _read(dated)):
            return day
    return None


def without_dates(text: str) -> str:
    """The text with a sign in place of each date, and of each year of a copyright."""
    return _COPYRIGHT.sub("©", DATE.sub("·", text))


_COPYRIGHT = re.compile(
    r"(?:©|\(c\)|copyright)\s*(?:\d{4}\s*[-–,]\s*)?(?:19|20)\d\d|\b(?:19|20)\d\d\s*©", re.IGNORECASE
)


def _read(found: re.Match[str]) -> date | None:
    for number in "1234":
        if year := found[f"y{number}"]:
            month, day = found[f"m{number}"], found[f"d{number}"]
            try:
                return date(
                    int(year), int(month) if month.isdecimal() else _MONTHS[month.casefold()], int(day)
                )
            except ValueError:
                return None
    return None
