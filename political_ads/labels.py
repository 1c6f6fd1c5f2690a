"""The six answers a citizen may give: our code, the value the original of 2019 stored, and the word in its addresses.

The stored values are kept to the letter, a typing error included, so that its data and ours compare.
"""

from enum import StrEnum


class Label(StrEnum):
    """What an ad is for."""

    ENGAGEMENT = "engagement"
    NOT_POLITICAL = "not_political"
    CANT_SAY = "cant_say"
    PROMOTES = "promotes"
    NEW_ELEMENT = "new_element"
    SURVEY = "survey"


ORIGINAL_VALUES = {
    Label.ENGAGEMENT: "Nothing suspect",
    Label.NOT_POLITICAL: "Not related to politics or issues of national importance",
    Label.CANT_SAY: "Can't say",
    Label.PROMOTES: "Promotes a candidate, list or political party",
    Label.NEW_ELEMENT: "Introduces of a new controversial element",
    Label.SURVEY: "Contains a survey",
}
ORIGINAL_SLUGS = {
    Label.ENGAGEMENT: "nothing-suspect",
    Label.NOT_POLITICAL: "not-related-to-politics",
    Label.CANT_SAY: "cant-say",
    Label.PROMOTES: "promotes-candidates",
    Label.NEW_ELEMENT: "new-controversial-element",
    Label.SURVEY: "survey",
}
# "Can't say" abstains: it is counted apart and never a class of the consensus.
CLASSES = tuple(label for label in Label if label is not Label.CANT_SAY)
# A finding of one of these could have legal consequences: it asks for more certainty, and for a reviewer.
LEGAL_WEIGHT = frozenset({Label.PROMOTES, Label.NEW_ELEMENT, Label.SURVEY})
