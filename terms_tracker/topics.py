"""Which topics a text speaks of, by the phrases that name them. Pure."""

import re
import unicodedata
from collections.abc import Iterable, Mapping


class Matcher:
    """Finds topics by their phrases, whatever their case and accents; a phrase's last word may be longer.

    Args:
        phrases: for each topic (any key), the phrases that name it, in any language. "publicité politique" also finds
            "publicités politiques": each word may end in s, x or es.
    """

    def __init__(self, phrases: Mapping[int, Iterable[str]]) -> None:
        self._patterns = {
            topic: re.compile(r"\b(?:" + "|".join(_pattern(each) for each in given) + r")\b")
            for topic, named in phrases.items()
            if (given := [each for each in named if each.strip()])
        }

    def topics_of(self, texts: Iterable[str]) -> set[int]:
        """The topics that any of these texts names."""
        whole = folded("\n".join(texts))
        return {topic for topic, pattern in self._patterns.items() if pattern.search(whole)}


def folded(text: str) -> str:
    """Without case, accents and typographic apostrophes."""
    decomposed = unicodedata.normalize("NFKD", text.casefold().replace("’", "'"))
    return "".join(each for each in decomposed if not unicodedata.combining(each))


def _pattern(phrase: str) -> str:
    return r"\s+".join(re.escape(word) + r"(?:s|x|es)?" for word in folded(phrase).split())
