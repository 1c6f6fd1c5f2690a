"""The significance of changes beside a reader's judgement: `python -m benchmarks.terms_significance [--list]`.

`labelled_changes.json` holds changes written by hand after what real archives record, each with whether an analyst
would write a memo about it; some are noise (dates, markup, counters, links), most change words but no rule. They were
labelled before they were scored. Exits with 1 when the first tenth is not nearly all worth a memo.
"""

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from terms_tracker.changes import change_between
from terms_tracker.significance import reasons, significance
from terms_tracker.topics import Matcher

LABELLED = Path(__file__).with_name("labelled_changes.json")
TOPICS = Path(__file__).resolve().parents[1] / "terms_tracker" / "starter" / "topics.json"
BAR = 0.8


@dataclass(frozen=True)
class Labelled:
    """A change with what a reader said of it, and what the score says."""

    why: str
    is_worth: bool
    kind: str
    score: float


def scored() -> list[Labelled]:
    """The labelled changes, by falling score; of equals, those not worth a memo stand first."""
    matcher = Matcher(dict(enumerate(each["phrases"] for each in json.loads(TOPICS.read_text("utf-8")))))
    found = []
    for each in json.loads(LABELLED.read_text("utf-8")):
        change = change_between(each["before"], each["after"])
        counted = reasons(change, terms_type=each["type"], topics=len(matcher.topics_of(change.texts)))
        found.append(Labelled(each["why"], each["worth"], change.kind, significance(counted)))
    return sorted(found, key=lambda each: (-each.score, each.is_worth))


def share_worth(ranked: Sequence[Labelled], most: int) -> float:
    """The share of the first `most` that is worth a memo."""
    return sum(each.is_worth for each in ranked[:most]) / most


def main() -> int:
    """Print the figures, and with --list the order."""
    ranked = scored()
    worth, tenth = sum(each.is_worth for each in ranked), len(ranked) // 10
    first = share_worth(ranked, tenth)
    print(f"{len(ranked)} changes, {worth} of them worth a memo")
    print(
        f"first tenth ({tenth}): {first:.0%} worth a memo (>= {BAR:.0%}; by chance {worth / len(ranked):.0%})"
    )
    print(f"first {worth}: {share_worth(ranked, worth):.0%} worth a memo, which are as many of all that are")
    if "--list" in sys.argv:
        for each in ranked:
            print(f"{each.score:6.1f} {'memo' if each.is_worth else '    '} {each.kind:<10} {each.why}")
    return 0 if first >= BAR else 1


if __name__ == "__main__":
    sys.exit(main())
