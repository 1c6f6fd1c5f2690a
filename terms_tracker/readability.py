"""How hard a text is to read. Pure.

English: Flesch reading ease (R. Flesch, "A new readability yardstick", Journal of Applied Psychology 32, 1948),
206.835 - 1.015 x words a sentence - 84.6 x syllables a word. French: its adaptation by L. Kandel and A. Moles
("Application de l'indice de Flesch a la langue francaise", Cahiers d'etudes de radio-television 19, 1958),
207 - 1.015 x words a sentence - 73.6 x syllables a word. Higher is easier; 60 is plain, below 30 very difficult.
Syllables are counted by groups of vowels, which errs by a few points on either side: read it as a trend.
"""

import re
from dataclasses import dataclass

from terms_tracker.clauses import clauses

_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_VOWELS = re.compile(r"[aeiouyàâäéèêëîïôöùûüÿœæ]+", re.IGNORECASE)
_FRENCH = frozenset("le la les des une et est vous nous pour dans que qui sur vos nos ou par avec".split())  # noqa: SIM905 (a list of words reads better so)
_ENGLISH = frozenset("the of and to you we your our for in is are that with or this by any not".split())  # noqa: SIM905 (as above)
_FEWEST_WORDS = 100  # fewer say nothing of a text


@dataclass(frozen=True)
class Readability:
    """What was measured: `ease` is None for a text that is too short, or in neither language."""

    language: str
    words: int
    sentences: int
    ease: float | None


def readability(text: str) -> Readability:
    """Measure a Markdown text; headings and labels, which are no sentences, are left out."""
    said = [words for clause in clauses(text) if len(words := _WORD.findall(clause.text)) > 3]
    words = [word.lower() for sentence in said for word in sentence]
    language = language_of(words)
    if len(words) < _FEWEST_WORDS or not language:
        return Readability(language, len(words), len(said), None)
    length = len(words) / len(said)
    syllables = sum(_syllables(word, language) for word in words) / len(words)
    if language == "fr":
        ease = 207 - 1.015 * length - 73.6 * syllables
    else:
        ease = 206.835 - 1.015 * length - 84.6 * syllables
    return Readability(language, len(words), len(said), round(ease, 1))


def language_of(words: list[str]) -> str:
    """Fr or en, by the small words; empty when there are too few of either."""
    french, english = sum(word in _FRENCH for word in words), sum(word in _ENGLISH for word in words)
    if max(french, english) < 0.05 * len(words) or french == english:
        return ""
    return "fr" if french > english else "en"


def _syllables(word: str, language: str) -> int:
    count = len(_VOWELS.findall(word))
    is_silent = word.endswith(("e", "es", "ent") if language == "fr" else ("e", "es", "ed"))
    if is_silent and count > 1 and not word.endswith(("le", "ted", "ded")):
        count -= 1
    return max(1, count)
