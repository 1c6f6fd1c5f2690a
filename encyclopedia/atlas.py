"""The map of countries: which of them have a shape, which window shows them, and how dark each is drawn.

The shapes are in static/vendor/countries.svg, one a country by its ISO 3166 code; scripts/vendor.mjs makes it.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.contrib.staticfiles import finders

SHADES = 5
_EUROPE = frozenset((
    "AD", "AL", "AM", "AT", "AZ", "BA", "BE", "BG", "BY", "CH", "CY", "CZ", "DE", "DK", "EE", "ES", "FI",
    "FR", "GB", "GE", "GR", "HR", "HU", "IE", "IS", "IT", "LI", "LT", "LU", "LV", "MC", "MD", "ME", "MK",
    "MT", "NL", "NO", "PL", "PT", "RO", "RS", "RU", "SE", "SI", "SK", "SM", "TR", "UA", "VA", "XK",
))  # fmt: skip
# What is seen of the sheet: left, top, width, height, in its own units.
_EUROPE_WINDOW, _WORLD_WINDOW = "866 112 364 242", "20 60 1960 880"


@dataclass(frozen=True)
class Country:
    """A country with how many there are in it, and how that compares with the most, in percent."""

    code: str
    name: str
    number: int
    share: int

    @property
    def shade(self) -> int:
        """1 for one, 2 for two or three, 3 for four to seven, and so on: each is twice the one before."""
        return min(self.number.bit_length(), SHADES)


@dataclass(frozen=True)
class Map:
    """A window on the sheet; keys go to `countries` once, to those of Europe in its own window."""

    name: str
    window: str
    countries: list[Country]
    skipped: frozenset[str] = frozenset()


@cache
def shapes() -> frozenset[str]:
    """The codes of the countries that have a shape; none where `make vendor` has not been run."""
    found = finders.find("vendor/countries.svg")
    return frozenset(re.findall(r'<path id="([A-Z]{2})"', Path(found).read_text())) if found else frozenset()


def maps(countries: Iterable[Country]) -> list[Map]:
    """Europe, where it has any, and the world; none without a country that has a shape."""
    drawn = sorted((each for each in countries if each.code in shapes()), key=lambda each: each.name)
    near = [each for each in drawn if each.code in _EUROPE]
    europe = [Map("europe", _EUROPE_WINDOW, near)] if near else []
    return [*europe, Map("world", _WORLD_WINDOW, drawn, _EUROPE)] if drawn else []


def legend(countries: Iterable[Country]) -> list[tuple[int, int, int | None]]:
    """The shades in use up to the darkest: (shade, least, most); the last has no most."""
    darkest = max((each.shade for each in countries), default=0)
    return [
        (shade, 2 ** (shade - 1), None if shade == SHADES else 2**shade - 1)
        for shade in range(1, darkest + 1)
    ]
