"""The criterion grid of an incident: what each organisation answers, why, and where they disagree."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from collaborate.models import CriterionVote, Incident


@dataclass(frozen=True)
class Row:
    """One criterion: the answers of the organisations."""

    criterion: str
    label: str
    votes: Sequence[CriterionVote]

    @property
    def counts(self) -> list[tuple[str, int]]:
        """How many organisations gave each answer, in the order yes, no, cannot say."""
        counted = Counter(vote.answer for vote in self.votes)
        return [(str(answer.label), counted[answer.value]) for answer in CriterionVote.Answer]

    @property
    def is_disputed(self) -> bool:
        """Whether one says yes and another no."""
        answers = {vote.answer for vote in self.votes}
        return {CriterionVote.Answer.YES, CriterionVote.Answer.NO} <= answers


def grid_of(incident: Incident) -> list[Row]:
    """Every criterion with the answers to it, those without an answer too."""
    votes = list(incident.votes.select_related("organisation", "voter"))
    return [
        Row(each.value, str(each.label), [vote for vote in votes if vote.criterion == each.value])
        for each in CriterionVote.Criterion
    ]
