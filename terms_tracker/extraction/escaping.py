"""Keep text from being read as Markdown. Source: research/terms.md §6.3.

"Leading" means at the start of one text node, wherever that is in the line: that is what the reference
engine does.
"""

import re

_ANYWHERE = re.compile(r"[\\*`\[\]_]")
_LEADING = re.compile(
    r"""
      (?P<mark> - | > | =+ | ~~~ | \+(?=[ ]) | \#{1,6}(?=[ ]) )
    | (?P<number> [0-9]+ ) (?=\.[ ])
    """,
    re.VERBOSE,
)
_MARKS = frozenset("->=~+#0123456789")


def escape(text: str) -> str:
    r"""Return one text node's `text`, with a backslash before what Markdown would read as markup."""
    if not text:
        return text
    lead = ""
    if text[0] in _MARKS and (found := _LEADING.match(text)):
        lead = f"\\{found[0]}" if found["mark"] else f"{found[0]}\\"
        text = text[found.end() :]
        if found["number"]:
            # The full stop and the space after it stay as they are.
            lead, text = lead + text[:2], text[2:]
    return lead + _ANYWHERE.sub(r"\\\g<0>", text)
