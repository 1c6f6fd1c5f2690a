"""Which terms say a phrase, since when and until when."""

from dataclasses import dataclass

from terms_tracker.models import Appearance, AppearanceQuerySet, Caller, Sentence, Terms
from terms_tracker.services.remembering import digest_of, folded_words

_MOST_SENTENCES = 2_000


@dataclass
class Mention:
    """One terms that says it, or said it: its sentences, the earliest first."""

    terms: Terms
    appearances: list[Appearance]

    @property
    def since(self) -> Appearance:
        """The first that came."""
        return self.appearances[0]

    @property
    def is_current(self) -> bool:
        """Whether any is still there."""
        return any(each.until is None for each in self.appearances)

    @property
    def gone(self) -> Appearance | None:
        """The last that went, when none is left."""
        if self.is_current:
            return None
        return max(
            self.appearances, key=lambda each: each.until.fetched_at if each.until else each.since.fetched_at
        )


def appearances_of(query: str, caller: Caller, *, is_sentence: bool = False) -> AppearanceQuerySet:
    """Where a phrase, or one very sentence, stood and stands, among what the caller may read."""
    if is_sentence:
        found = Sentence.objects.filter(digest=digest_of(query))
    else:
        found = Sentence.objects.with_phrase(folded_words(query[:300]), limit=_MOST_SENTENCES)
    return Appearance.objects.visible_to(caller).filter(sentence__in=found)


def mentions(rows: AppearanceQuerySet) -> list[Mention]:
    """Grouped by terms, in the order in which the services began to say it."""
    grouped: dict[int, Mention] = {}
    for each in rows.earliest_first()[:_MOST_SENTENCES]:
        grouped.setdefault(each.terms_id, Mention(each.terms, [])).appearances.append(each)
    return list(grouped.values())
