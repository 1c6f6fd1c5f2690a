"""Tags of the terms tracker's templates."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import template

from disinfo.linechart import line_chart
from terms_tracker.refusals import in_words
from terms_tracker.services.remembering import digest_of

register = template.Library()
register.filter("in_words", in_words)


@register.filter
def sentence_anchor(text: str, side: str) -> str:
    """Where a sentence of a change stands on its page; `side` is new or old."""
    return f"{side}-{digest_of(text)}"


@register.inclusion_tag("components/line_chart.html")
def measured_chart(values: Sequence[tuple[date, float | None]], name: str, title: str) -> dict[str, Any]:
    """One line over days; a value below zero, which the scale does not have, is drawn as zero."""
    drawn = [(day, None if value is None else max(0.0, value)) for day, value in values]
    return {"chart": line_chart([(name, drawn)]), "title": title}
