"""Sentences about what was recorded, the same wherever they are shown."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from terms_tracker.models import Version

_REASONS = {
    "class": _("its class"),
    "whole_clauses": _("whole sentences added or removed"),
    "reworded": _("sentences reworded"),
    "weighty_words": _("words of duty, choice or refusal"),
    "numbers": _("numbers that are no dates"),
    "date_kept": _("says something else under the same date"),
    "topics": _("topics that are watched"),
    "core_terms": _("terms of a main type"),
}


def name_of_reason(code: str) -> str:
    """What counted for the significance of a change."""
    return str(_REASONS.get(code, code))


def size_of(version: Version) -> str:
    """How much a version changed, in words; nothing when it was never counted."""
    if version.words_added is None:
        return ""
    added = ngettext("%d word added", "%d words added", version.words_added) % version.words_added
    removed_count = version.words_removed or 0
    removed = ngettext("%d removed", "%d removed", removed_count) % removed_count
    return f"{added}, {removed}"
