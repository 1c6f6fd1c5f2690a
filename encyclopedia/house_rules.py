"""The rules of the house, where a program can check them: what it finds is a question to the writer, not a verdict.

Never name people who are not public; no judgement without a source; facts carry their date (the original's
contribution rules, CONTRIBUTING.md of the encyclopedia of 2019).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from encyclopedia.document import Document

_EMAIL = re.compile(r"\b[\w.+-]+@[\w-]+\.[\w.-]*\w\b")
_HANDLE = re.compile(r"(?<![\w/@.\[])@\w{2,30}\b")
_PERSON = re.compile(
    r"\b(?:Mr|Mrs|Ms|Mme|Mlle|M\.|Monsieur|Madame|Mister)\.?[ \u00a0]+[A-ZÀ-Ý][\w'’-]+(?:[ \u00a0]+[A-ZÀ-Ý][\w'’-]+)?"
)
_PHONE = re.compile(r"(?<![\w/.-])(?:\+\d{2}|0)[ .]?\d(?:[ .]?\d{2}){4}\b")
_JUDGEMENT = re.compile(
    r"\b(?:obviously|clearly|shameful\w*|disgraceful\w*|scandalous\w*|notorious\w*|infamous\w*|evil|ridiculous\w*|"
    r"évidemment|manifestement|honteu\w+|scandaleu\w+|tristement célèbre|ridicule\w*|infâme\w*)\b",
    re.IGNORECASE,
)
_FIGURE = re.compile(
    r"\b\d[\d,. \u00a0\u202f]*(?:%|(?:per cent|percent|million|billion|milliard|thousand|mille)s?\b)",
    re.IGNORECASE,
)
_YEAR = re.compile(r"\b(?:1[89]|20)\d\d\b")
_SOURCE = re.compile(r"\[@|\]\(|https?://|\[\^")
_CODE = re.compile(r"```.*?```|`[^`\n]*`", re.DOTALL)
_EXCERPT = 60

PERSONAL = frozenset({"email", "handle", "person", "phone"})
"""What must be confirmed before such a text is saved; the other findings are advice."""


@dataclass(frozen=True)
class Finding:
    """A place that may break a rule: `code` names the rule, `excerpt` the words."""

    code: str
    excerpt: str

    @property
    def is_personal(self) -> bool:
        """Whether it may be somebody's personal data."""
        return self.code in PERSONAL


def check(document: Document) -> list[Finding]:
    """What the writer should look at again, each once, in the order of the text."""
    text = "\n\n".join([document.title, document.summary, *_values(document), _CODE.sub(" ", document.body)])
    return list(dict.fromkeys([*_personal(text), *_unsourced(text)]))


def _values(document: Document) -> Iterator[str]:
    for value in document.fields.values():
        yield from value if isinstance(value, list) else [str(value)]


def _personal(text: str) -> Iterator[Finding]:
    for code, pattern in (("email", _EMAIL), ("handle", _HANDLE), ("phone", _PHONE), ("person", _PERSON)):
        for match in pattern.finditer(text):
            yield Finding(code, match[0].strip()[:_EXCERPT])


def _unsourced(text: str) -> Iterator[Finding]:
    for paragraph in re.split(r"\n\s*\n", text):
        if _SOURCE.search(paragraph) is None:
            yield from (Finding("judgement", each[0]) for each in _JUDGEMENT.finditer(paragraph))
        if _YEAR.search(paragraph) is None:
            yield from (
                Finding("undated", each[0].strip()[:_EXCERPT]) for each in _FIGURE.finditer(paragraph)
            )
