"""Names of countries, as platforms write them, to ISO 3166 codes."""

from functools import lru_cache

from babel import Locale


@lru_cache(maxsize=1)
def _codes() -> dict[str, str]:
    territories = {str(code): str(name) for code, name in Locale("en").territories.items()}
    codes = {name.casefold(): code for code, name in territories.items() if len(code) == 2}
    return codes | {code.casefold(): code for code in territories if len(code) == 2}


def code_of(name: str) -> str:
    """The code of a country given by its English name or by its code; empty when it is neither."""
    return _codes().get(name.casefold().strip(), "")
