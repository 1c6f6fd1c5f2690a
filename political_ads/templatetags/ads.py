"""Filters of the tool's templates."""

from django import template

from political_ads import wording

register = template.Library()


@register.filter
def percent(share: float) -> str:
    """A share between 0 and 1 in percent, without the sign."""
    return wording.percent(share)
