"""Names of countries, as people and platforms write them, to ISO 3166 codes."""

import re
from functools import cache

from babel import Locale

# What is written beside the names of the Unicode CLDR.
_ALSO = {
    "usa": "US",
    "u.s.": "US",
    "united states of america": "US",
    "uk": "GB",
    "great britain": "GB",
    "england": "GB",
    "drc": "CD",
    "czech republic": "CZ",
    "republic of korea": "KR",
    "russian federation": "RU",
    "macedonia": "MK",
    "turkey": "TR",
    "hong kong": "HK",
    "macao": "MO",
    "palestine": "PS",
    "ivory coast": "CI",
    "european union": "EU",
    "eu": "EU",
    "union européenne": "EU",
    "ue": "EU",
}
_NO_COUNTRY = frozenset({"EZ", "QO", "XA", "XB", "ZZ"})
_SEPARATOR = re.compile(r"\s*[,;/\n]\s*")


@cache
def _codes() -> dict[str, str]:
    named = [
        (code, str(name))
        for language in ("fr", "en")
        for code, name in Locale(language).territories.items()
        if len(code) == 2 and code.isalpha() and code not in _NO_COUNTRY
    ]
    # “Myanmar (Burma)” is called by either; but what is the whole name of one country is no part of another's.
    parts = {_plain(part): code for code, name in named for part in re.split(r"[()]", name)}
    whole = {_plain(called): code for code, name in named for called in (name, code)}
    return {name: code for name, code in (parts | whole | _ALSO).items() if name}


def _plain(name: str) -> str:
    return " ".join(name.casefold().replace("’", "'").replace("&", "and").split())


def code_of(name: str) -> str:
    """The code of a country given by its English or French name, or by its code; empty when it is none of these."""
    return _codes().get(_plain(name), "")


def codes_in(text: str) -> tuple[str, ...]:
    """The codes of the countries in a list such as “Lithuania, Latvia”, each once; what is no country is left out."""
    return tuple(dict.fromkeys(code for name in _SEPARATOR.split(text) if (code := code_of(name))))
