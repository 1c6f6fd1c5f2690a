"""Stems of French and English words (Porter's Snowball), of words that the search has folded already.

Without accents the algorithms leave a few endings on (« manipulées »), on both sides of the search alike.
"""

import threading
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

_ALGORITHMS = {"fr": "french", "en": "english"}
# A shorter word has no ending to lose, and a number none at all.
_SHORTEST = 4
# Its algorithms keep the word that they are at in themselves: each thread has its own.
_own = threading.local()


@lru_cache(maxsize=100_000)
def stem(word: str, language: str) -> str:
    """The stem of a word: bots → bot, campagnes → campagn; the word itself in a language that is not known here."""
    if language not in _ALGORITHMS or len(word) < _SHORTEST or not word.isalpha():
        return word
    return str(_stemmer(_ALGORITHMS[language]).stemWord(word))


def _stemmer(algorithm: str) -> Any:
    stemmers: dict[str, Any] = _own.__dict__.setdefault("stemmers", {})
    if algorithm not in stemmers:
        import snowballstemmer  # loaded with the first search, not with the portal

        stemmers[algorithm] = snowballstemmer.stemmer(algorithm)
    return stemmers[algorithm]


def new_in(words: Iterable[str], language: str) -> list[str]:
    """The stems of the words of a text that are none of its words, each once."""
    there = dict.fromkeys(words)
    return [each for each in dict.fromkeys(stem(word, language) for word in there) if each not in there]


def forms_of(word: str) -> list[str]:
    """What a word of a query is looked for as: itself, then its stem in each language."""
    return list(dict.fromkeys([word, *(stem(word, language) for language in _ALGORITHMS)]))
