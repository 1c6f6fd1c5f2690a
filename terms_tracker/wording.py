"""Sentences about what was recorded, the same wherever they are shown."""

from django.utils.translation import ngettext

from terms_tracker.models import Version


def size_of(version: Version) -> str:
    """How much a version changed, in words; nothing when it was never counted."""
    if version.words_added is None:
        return ""
    added = ngettext("%d word added", "%d words added", version.words_added) % version.words_added
    removed_count = version.words_removed or 0
    removed = ngettext("%d removed", "%d removed", removed_count) % removed_count
    return f"{added}, {removed}"
