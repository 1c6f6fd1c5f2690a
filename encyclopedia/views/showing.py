"""What people wrote as readers get it: a page with anchors, a way to edit each section, and licences; remarks."""

import re
from collections.abc import Callable, Sequence
from html import escape
from typing import Any

from django.conf import settings
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from disinfo import markdown
from encyclopedia import markup
from encyclopedia.models import Picture, Remark, Source
from encyclopedia.models.pictures import FOLDER
from encyclopedia.services import publishing

_PICTURE = re.compile(
    rf'<p>(<img src="{settings.MEDIA_URL}{FOLDER}/([0-9a-f]{{64}})\.[a-z]{{3,4}}"[^>]*>)</p>'
)
_HEADING = re.compile(r'(<h[1-3] id="(s\d+-[\w-]*)">)(.*?)(</h[1-3]>)', re.DOTALL)


def shown(
    parts: list[dict[str, Any]], *, edit_url: str = ""
) -> tuple[list[dict[str, Any]], list[markdown.Heading]]:
    """The runs of a page with anchors at their headings, and those headings.

    With `edit_url`, the address of the page's form, each heading leads to the form of its section.
    """
    captions = _captions(parts)
    made: list[dict[str, Any]] = []
    headings: list[markdown.Heading] = []
    for part in parts:
        if "html" in part:
            anchored, found = markdown.with_anchors(part["html"], after=len(headings))
            html = _PICTURE.sub(captions, anchored)
            html = _HEADING.sub(_with_link(edit_url), html) if edit_url else html
            made.append({"html": mark_safe(html)})  # noqa: S308 (clean HTML, with what is escaped below)
            headings += found
        elif "card" in part:
            made.append(part)
    return made, headings


def show_remarks(language: str, remarks: Sequence[Remark]) -> None:
    """Give what is said beside a page of this language its HTML; what all of it names is looked up at once."""
    readings = publishing.read(remark.text for remark in remarks)
    known = publishing.known_targets(language, [link for each in readings for link in each.links])
    keys = {key for each in readings for key in each.citations}
    cited = Source.objects.filter(key__in=keys) if keys else ()
    sources = {source.key: source.get_absolute_url() for source in cited}
    for remark, reading in zip(remarks, readings, strict=True):
        html = markup.render_remark(
            reading,
            href_of=lambda target: known.get(target) or publishing.new_page_url(language, target),
            is_known=known.__contains__,
            sources=sources,
            media=settings.MEDIA_URL,
            name=f"remark-{remark.pk}",
        )
        remark.html = mark_safe(html)  # noqa: S308 (`markup` has cleaned it)


def _captions(parts: list[dict[str, Any]]) -> Callable[[re.Match[str]], str]:
    """What puts a picture into a figure with its licence; one query for all of them, none without any."""
    names = {match[2] for part in parts for match in _PICTURE.finditer(part.get("html", ""))}
    known = {each.sha256: each for each in Picture.objects.filter(sha256__in=names)} if names else {}

    def figure(match: re.Match[str]) -> str:
        picture = known.get(match[2])
        if picture is None:
            return match[0]
        sized = match[1].replace(
            "<img ", f'<img width="{picture.width}" height="{picture.height}" loading="lazy" '
        )
        caption = f'<a href="{picture.get_absolute_url()}">{escape(picture.licence)}</a>'
        return f"<figure>{sized}<figcaption>{escape(picture.alt)} · {caption}</figcaption></figure>"

    return figure


def _with_link(edit_url: str) -> Callable[[re.Match[str]], str]:
    def heading(match: re.Match[str]) -> str:
        opening, anchor, inner, closing = match.groups()
        title = re.sub(r"<[^>]*>", "", inner)
        # Not within the f-string, where the catalogue does not see it.
        say = _("Edit this section")
        words = f'{say}<span class="sr-only">: {title}</span>'
        link = f'<p class="edit-section"><a href="{edit_url}?section={anchor}">{words}</a></p>'
        return f"{opening}{inner}{closing}{link}"

    return heading
