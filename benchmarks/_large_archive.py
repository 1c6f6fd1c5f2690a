"""A versions repository of the shape of a real one: 860 terms, 42,632 versions of 5,500 words.

38 % of what is recorded brings an earlier text back; the rest is layout, dates, a few words, or a paragraph.
"""

import random
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from terms_tracker.archive import Archive, Entry

TERMS, VERSIONS, PARAGRAPHS = 860, 42_632, 73
START = datetime(2020, 1, 1, tzinfo=UTC)


def made(path: Path, versions: int) -> Path:
    """Terms that change, blink and are laid out anew, one after the other."""
    began = time.perf_counter()
    with Archive(path) as archive:
        archive.init()
        archive.import_entries(entries(versions))
    print(f"made a repository of {versions:,} versions in {time.perf_counter() - began:.0f} s", flush=True)
    return path


def entries(versions: int) -> Iterator[Entry]:
    """Round after round over all terms."""
    chance = random.Random(11)
    words = [*_words(), "data", "advertising", "political", "parties", "third"]
    texts: dict[int, list[list[str]]] = {}
    for number in range(versions):
        place = number % TERMS
        history = texts.setdefault(place, [])
        history.append(_next(history, chance, words))
        del history[:-3]
        service, kind = divmod(place, 2)
        yield Entry(
            service=f"Service {service}",
            terms_type=("Terms of Service", "Privacy Policy")[kind],
            content="\n\n".join(history[-1]),
            fetched_at=START + timedelta(minutes=70 * number),
        )


def _next(history: list[list[str]], chance: random.Random, words: list[str]) -> list[str]:
    if not history:
        return [_paragraph(at, chance, words) for at in range(PARAGRAPHS)]
    if len(history) > 1 and chance.random() < 0.38:
        return history[-2]
    text, at = list(history[-1]), chance.randrange(1, PARAGRAPHS - 6)
    drawn = chance.random()
    if drawn < 0.3:
        text[at] = text[at].replace(". ", ".  ", 1) + "\u200a"
    elif drawn < 0.4:
        text[0] = (
            f"Terms\n=====\n\nLast updated: 2024-{chance.randrange(1, 13):02}-{chance.randrange(1, 29):02}"
        )
    elif drawn < 0.7:
        text[at] = text[at].replace(chance.choice(words), chance.choice(words), 2)
        text[at] = f"{text[at][:-1]} {chance.choice(words)}."
    else:
        text[at] = _paragraph(at, chance, words)
    return text


def _words() -> list[str]:
    """Three thousand that look like words; a few are numbers, as in real terms."""
    syllables = [one + other for one in "bdfglmnprst" for other in ("a", "e", "i", "o", "u", "an")]
    made = [one + two + three for one in syllables for two in syllables[::3] for three in syllables[::29]]
    return [*made[:2_990], *map(str, range(2, 12))]


def _paragraph(at: int, chance: random.Random, words: list[str]) -> str:
    said = [" ".join(chance.choices(words, k=25)).capitalize() + "." for _ in range(3)]
    return (f"## Section {at}\n\n" if at % 6 == 0 else "") + " ".join(said)


def megabyte(*, is_rewritten: bool = False) -> tuple[str, str]:
    """A document of a megabyte and what it became: every tenth paragraph otherwise, or all of them."""
    chance = random.Random(17)
    words = _words()
    before = [_paragraph(at, chance, words) for at in range(1_770)]
    after = [
        _paragraph(at, chance, words) if is_rewritten or at % 10 == 3 else text
        for at, text in enumerate(before)
    ]
    return "\n\n".join(before), "\n\n".join(after)
