"""Whether two texts say the same: the same words but for a few. Pure: words in, likeness out."""

import re
import unicodedata

from rapidfuzz import fuzz

SAME = 88
"""Out of 100, above which two texts are one claim; set on pairs of reworded and of different headlines."""
SHORTEST = 20
"""Letters below which nothing is likened: two short texts are near by chance."""
_WORD = re.compile(r"\w+")
_ADDRESS = re.compile(r"https?://\S+", re.IGNORECASE)


def folded(text: str) -> str:
    """The words of a text in lower case, without accents, addresses and signs."""
    plain = unicodedata.normalize("NFKD", _ADDRESS.sub(" ", text).casefold())
    return " ".join(_WORD.findall("".join(sign for sign in plain if not unicodedata.combining(sign))))


def is_same(one: str, other: str) -> bool:
    """Whether two folded texts are one; a figure that differs makes them two, whatever the rest."""
    if one == other:
        return bool(one)
    if min(len(one), len(other)) < SHORTEST or _figures(one) != _figures(other):
        return False
    return fuzz.token_sort_ratio(one, other) >= SAME


def _figures(text: str) -> list[str]:
    return sorted(word for word in text.split() if word.isdecimal())
