"""How figures, answers and rules are said to a citizen."""

from dataclasses import dataclass
from typing import Any

from django.contrib.humanize.templatetags.humanize import intcomma
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from political_ads.labels import Label

# What each answer takes in, in words that judge nothing; the law is told after the answer.
LABEL_HINTS: dict[Label, Any] = {
    Label.PROMOTES: gettext_lazy("Praises or criticises a party, a list, somebody elected or a candidate."),
    Label.NEW_ELEMENT: gettext_lazy("Tells something said to be new or hidden about a party or a candidate."),
    Label.SURVEY: gettext_lazy("Gives voting intentions or a rating of parties or candidates."),
    Label.ENGAGEMENT: gettext_lazy("Calls to vote, sign, march or act on a public matter, for no party."),
    Label.NOT_POLITICAL: gettext_lazy("A product, a service, a job, an event, a charity, practical advice."),
    Label.CANT_SAY: gettext_lazy("Another language, a missing picture, or nothing to go by."),
}


@dataclass(frozen=True)
class Law:
    """A rule that an answer brings up, where it stands, and its words in short."""

    name: Any
    text: Any
    source: str


_ANY_POLITICAL = Law(
    gettext_lazy("Regulation (EU) 2024/900, articles 11 and 12"),
    gettext_lazy(
        "Since 10 October 2025 a political advertisement in the Union must be labelled, and say who pays for it."
    ),
    "https://eur-lex.europa.eu/eli/reg/2024/900/oj",
)
LAWS: dict[str, tuple[Law, ...]] = {
    Label.PROMOTES.value: (
        Law(
            gettext_lazy("France, electoral code, article L. 52-1"),
            gettext_lazy(
                "In the six months before the month of an election, commercial advertising for the purposes of "
                "election propaganda is forbidden."
            ),
            "https://www.legifrance.gouv.fr/codes/article_lc/LEGIARTI000023882821/",
        ),
        _ANY_POLITICAL,
    ),
    Label.NEW_ELEMENT.value: (
        Law(
            gettext_lazy("France, electoral code, article L. 48-2"),
            gettext_lazy(
                "A candidate may not bring up a new matter of dispute so late that opponents cannot usefully answer "
                "before the end of the campaign."
            ),
            "https://www.legifrance.gouv.fr/codes/article_lc/LEGIARTI000023883001/",
        ),
        _ANY_POLITICAL,
    ),
    Label.SURVEY.value: (
        Law(
            gettext_lazy("France, law no. 77-808 on opinion polls"),
            gettext_lazy(
                "A poll is published with who made it and who ordered it; on the eve and the day of the vote none may "
                "be published."
            ),
            "https://www.legifrance.gouv.fr/loda/id/JORFTEXT000000522846/",
        ),
        _ANY_POLITICAL,
    ),
    Label.ENGAGEMENT.value: (_ANY_POLITICAL,),
}


def amount_range(low: int | None, high: int | None, unit: str = "") -> str:
    """A range as platforms give it: "100 – 499 EUR", "at least 1,000,000", "less than 100"; empty when unknown."""
    if low is None and high is None:
        return ""
    if high is None:
        words = _("at least %s") % intcomma(low or 0)
    elif not low:
        words = _("at most %s") % intcomma(high)
    elif low == high:
        words = intcomma(low)
    else:
        words = f"{intcomma(low)} – {intcomma(high)}"
    return f"{words} {unit}".strip()


def percent(share: float) -> str:
    """A share in percent, with one decimal below ten."""
    value = 100 * share
    return f"{value:.1f}" if value < 10 else f"{value:.0f}"
