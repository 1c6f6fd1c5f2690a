"""Refresh the French and English catalogues; with --check, fail when they are not complete."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Message
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
IGNORED = [".venv", "node_modules", "static/vendor", "staticfiles", "var", "tests", "benchmarks", "scripts"]
LANGUAGES = ("fr", "en")
WITHIN = ROOT / "within_f_strings.py"
"""Made for a moment: gettext's own reader sees nothing that stands within an f-string."""
BREAKABLE = re.compile(r" [:;!?»](?=\W|$)|« |\w'\w")
"""A space of French where a line may break before a mark, and an apostrophe that is none."""
CALLS = {"_", "gettext", "ngettext", "pgettext", "npgettext"}


def refresh() -> None:
    """Read every string of code and templates into the catalogues; English says what the code says."""
    ignored = [argument for folder in IGNORED for argument in ("-i", folder)]
    languages = [argument for language in LANGUAGES for argument in ("-l", language)]
    options = ["--no-location", "--no-obsolete", "--no-wrap"]
    command = [sys.executable, "-m", "django", "makemessages", *languages, *options, *ignored, "-v0"]
    WITHIN.write_text("\n".join(_within_f_strings()), encoding="utf-8")
    try:
        subprocess.run(command, cwd=ROOT, check=True)
    finally:
        WITHIN.unlink()
    _fill_english()


def _within_f_strings() -> Iterator[str]:
    """Each call of gettext that stands within an f-string, by itself."""
    for path in sorted(ROOT.rglob("*.py")):
        if any(path.is_relative_to(ROOT / each) for each in IGNORED):
            continue
        for text in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(text, ast.JoinedStr):
                yield from map(ast.unparse, filter(_is_call, ast.walk(text)))


def _is_call(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in CALLS


def _fill_english() -> None:
    """English is never translated: each message is what the code says."""
    with catalogue("en").open("rb") as file:
        messages = read_po(file, locale="en")
    for message in messages:
        if message.id:
            message.string = message.id
            message.flags.discard("fuzzy")
            message.previous_id = []
    messages.fuzzy, messages.header_comment = False, "# Made by scripts/messages.py from the code itself."
    with catalogue("en").open("wb") as file:
        write_po(file, messages, width=0, ignore_obsolete=True)


def catalogue(language: str) -> Path:
    """Where a language's catalogue lies."""
    return ROOT / "locale" / language / "LC_MESSAGES" / "django.po"


def faults(language: str) -> list[str]:
    """What is missing or doubtful in a catalogue."""
    with catalogue(language).open("rb") as file:
        messages = [message for message in read_po(file, locale=language) if message.id]
    return [
        f"{language}: {fault}: {message.id!r}"
        for message in messages
        for fault in _faults_of(message, language)
    ]


def _faults_of(message: Message, language: str) -> Iterator[str]:
    texts = message.string if isinstance(message.string, tuple) else (message.string,)
    if message.fuzzy:
        yield "fuzzy"
    if not all(texts):
        yield "untranslated"
    if language == "fr" and any(BREAKABLE.search(str(text)) for text in texts):
        yield "a space that may break, or a straight apostrophe"


def strings(language: str) -> set[str]:
    """The source strings that a catalogue holds."""
    with catalogue(language).open("rb") as file:
        return {str(message.id) for message in read_po(file, locale=language) if message.id}


def check() -> int:
    """Refresh copies of the catalogues, put the originals back, and compare; gives the exit code."""
    kept = {language: catalogue(language).read_bytes() for language in LANGUAGES}
    known = {language: strings(language) for language in LANGUAGES}
    try:
        refresh()
        found = [
            f"{language}: not in the catalogue: {missing!r}"
            for language in LANGUAGES
            for missing in sorted(strings(language) - known[language])
        ]
    finally:
        for language, content in kept.items():
            catalogue(language).write_bytes(content)
    found += [fault for language in LANGUAGES for fault in faults(language)]
    print("\n".join(found[:40]) or "The catalogues are complete.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(check() if "--check" in sys.argv else refresh())
