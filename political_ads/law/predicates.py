"""What a rule asks of an ad, each by its name: facts in, yes or no out. A yes is something "to check", no more."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

_MINORS = "13-17"


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of an ad.

    Attributes:
        label: what the crowd settled on; empty while it has not.
        payer: who paid, as given; empty when the platform gives none.
        currency: of the payment.
        has_amount: whether any bound of the spend is known.
        details: the rest, under the platform's names.
        checks: what enough people agree on of the optional questions (looks_ai, ai_label…): yes or no.
    """

    label: str = ""
    payer: str = ""
    currency: str = ""
    has_amount: bool = False
    details: Mapping[str, Any] = field(default_factory=dict)
    checks: Mapping[str, bool] = field(default_factory=dict)


def reached_minors(facts: Facts) -> bool:
    """Whether any delivery to 13 to 17 year olds is told, in Meta's list or in flat columns."""
    shares = facts.details.get("demographic_distribution")
    if isinstance(shares, list):
        return any(
            each.get("age") == _MINORS and _number(each.get("percentage")) > 0
            for each in shares
            if isinstance(each, Mapping)
        )
    return any(
        name.endswith(f"_{_MINORS}") and _number(value) > 0
        for name, value in facts.details.items()
        if isinstance(name, str)
    )


def _number(value: object) -> float:
    try:
        return float(str(value))
    except ValueError:
        return 0.0


def _has_label(*labels: str) -> Callable[[Facts], bool]:
    return lambda facts: facts.label in labels


_POLITICAL = ("promotes", "new_element", "survey", "engagement")

PREDICATES: dict[str, Callable[[Facts], bool]] = {
    "promotes_or_new_element": _has_label("promotes", "new_element"),
    "new_element": _has_label("new_element"),
    "survey": _has_label("survey"),
    "political": _has_label(*_POLITICAL),
    "payer_or_amount_missing": lambda facts: (
        facts.label in _POLITICAL and not (facts.payer and facts.has_amount)
    ),
    "payer_missing": lambda facts: facts.label in _POLITICAL and not facts.payer,
    "paid_in_foreign_currency": lambda facts: facts.label in _POLITICAL and facts.currency not in {"", "EUR"},
    "reached_minors": reached_minors,
    "looks_ai_unlabelled": lambda facts: (
        facts.checks.get("looks_ai", False) and not facts.checks.get("ai_label", True)
    ),
    "political_unlabelled": lambda facts: (
        facts.label in _POLITICAL and not facts.checks.get("political_label", True)
    ),
}
"""By the name an administrator chooses."""

NEEDED_LABELS = {
    "promotes_or_new_element": ("promotes", "new_element"),
    "new_element": ("new_element",),
    "survey": ("survey",),
    "reached_minors": (),
    "looks_ai_unlabelled": (),
}
"""The labels without which a predicate cannot hold, to look at fewer ads; empty for none needed."""


def labels_needed(predicate: str) -> tuple[str, ...]:
    """The labels of which an ad must have one for the predicate to hold; empty when any ad may."""
    return NEEDED_LABELS.get(predicate, _POLITICAL)
