"""Tags of the terms tracker's templates."""

from django import template

from terms_tracker.services.remembering import digest_of

register = template.Library()


@register.filter
def sentence_anchor(text: str, side: str) -> str:
    """Where a sentence of a change stands on its page; `side` is new or old."""
    return f"{side}-{digest_of(text)}"
