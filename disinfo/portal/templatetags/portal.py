"""Tags of our templates, available everywhere."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import template
from django.http import QueryDict
from django.templatetags.static import static
from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from disinfo import chart as charts
from disinfo import linechart
from disinfo.diffview import Block, Section
from disinfo.diffview import sections as sections_of
from disinfo.markdown import clean, to_html
from disinfo.portal.tools import ask_each, card_for

register = template.Library()
_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """An icon of the sprite; without a label it is hidden from screen readers."""
    address = f"{static('vendor/icons.svg')}#{name}"
    if label:
        return format_html(
            '<svg class="icon" role="img" aria-label="{}"><use href="{}"></use></svg>', label, address
        )
    return format_html('<svg class="icon" aria-hidden="true"><use href="{}"></use></svg>', address)


@register.simple_tag(takes_context=True)
def with_query(context: template.RequestContext, **changes: object) -> str:
    """This page's query string with some values changed; None drops one. Works in `include … only` too."""
    query: QueryDict = context.request.GET.copy()
    for name, value in changes.items():
        if value is None:
            query.pop(name, None)
        else:
            query[name] = str(value)
    return f"?{query.urlencode()}" if query else "?"


@register.filter
def markdown(source: str) -> SafeString:
    """Markdown as safe HTML, its pictures as links."""
    return to_html(source, images=False)


@register.filter
def cleaned(html: str) -> SafeString:
    """HTML made of what a user wrote, cleaned once more as it is shown: it was kept by the rules of its day."""
    return mark_safe(clean(html, images=False))  # noqa: S308 (just cleaned)


@register.filter
def scientific(value: float) -> str:
    """A number of any size by its first two digits and a power of ten, as the reader's language writes it."""
    digits, _e, power = f"{value:.1e}".partition("e")
    number = number_format(digits, use_l10n=True)
    return f"{number}\u00a0×\u00a010{str(int(power)).translate(_RAISED)}" if value else "0"


@register.filter
def sections(blocks: Sequence[Block]) -> list[Section]:
    """The blocks of a comparison under their headings."""
    return sections_of(blocks)


@register.inclusion_tag("components/card.html", takes_context=True)
def card(context: template.Context, path: str, *, or_link: bool = True) -> dict[str, Any]:
    """The card of a permalink of any tool; when there is none a plain link, or nothing."""
    return {"card": card_for(path, context["request"].user), "path": path, "or_link": or_link}


@register.inclusion_tag("components/mentions.html", takes_context=True)
def mentions(context: template.Context, path: str) -> dict[str, Any]:
    """What other tools have that names this page and that the reader may open; nothing when there is none."""
    caller = context["request"].user
    return {
        "cards": [
            card for _tool, cards in ask_each(lambda tool: tool.mentions(path, caller)) for card in cards
        ]
    }


@register.inclusion_tag("components/chart.html")
def chart(
    points: Sequence[dict[str, Any]],
    title: str,
    kind: str = "bar",
    label_name: str = "",
    value_name: str = "",
) -> dict[str, Any]:
    """Points (mappings of label and value) as bars or a line with their table, or ("names") as a table with bars."""
    drawn = charts.chart([(str(point["label"]), point["value"]) for point in points])
    return {"chart": drawn, "title": title, "kind": kind, "label_name": label_name, "value_name": value_name}


@register.inclusion_tag("components/line_chart.html")
def line_chart(
    lines: Sequence[tuple[str, Sequence[tuple[date, float | None]]]],
    title: str,
    moments: Sequence[tuple[str, date]] = (),
) -> dict[str, Any]:
    """Named lines of (day, value) as an SVG, days such as elections marked, with the figures in a table."""
    return {"chart": linechart.line_chart(lines, moments), "title": title}
