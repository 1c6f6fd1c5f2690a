"""What pages give to other tools through the portal: a technique by its code, steps of a practice, `/wiki`."""

import re
from collections.abc import Sequence

from django.db.models import Q
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from disinfo import search
from disinfo.accounts.models import User
from disinfo.portal.tools import Answer, Ask, Card, Command, Draft
from encyclopedia import overviews
from encyclopedia.document import Document
from encyclopedia.models import Kind, Page
from encyclopedia.permissions import can_publish
from encyclopedia.services import writing
from encyclopedia.services.publishing import TOOL

_ITEM = re.compile(r"^\s*(?:\d+[.)]|[-*+](?:\s+\[[ xX]\])?)\s+(?P<text>\S.*)$", re.MULTILINE)
_MARKS = re.compile(r"\[\[(?:[^|\]]*\|)?([^\]]*)\]\]|\s*\[@[^\]]*\]|[*_`]{1,3}")
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-ZÀ-Þ])")
_SHORTEST_STEP = 8


def technique(code: str) -> Page | None:
    """The live page whose field `framework_id` is this code, in the reader's language if there is one."""
    rows = list(Page.objects.live().filter(fields__framework_id=code).select_related("kind").order_by("pk"))
    return next((page for page in rows if page.language == get_language()), rows[0] if rows else None)


def techniques_like(words: str, limit: int) -> list[tuple[str, Page]]:
    """Live pages whose code begins with this or whose title holds it, by code; of one code, the reader's language."""
    rows = Page.objects.live().exclude(fields__framework_id=None)
    rows = rows.filter(Q(fields__framework_id__istartswith=words) | Q(title__icontains=words))
    found: dict[str, Page] = {}
    for page in rows.select_related("kind").order_by("pk"):
        code = str(page.fields.get("framework_id") or "")
        if code and (code not in found or page.language == get_language()):
            found[code] = page
    return sorted(found.items())[:limit]


def card_of(page: Page) -> Card:
    """The card of a page."""
    return Card(page.get_absolute_url(), page.title, page.kind.name, page.changed_at, page.summary, tool=TOOL)


def steps_in(body: str) -> list[str]:
    """What a text in Markdown says to do: the items of its lists; without a list, its sentences."""
    items = [found["text"] for found in _ITEM.finditer(body)]
    if not items:
        prose = "\n".join(line for line in body.splitlines() if not line.startswith(("#", "|", ">")))
        items = _SENTENCE.split(" ".join(prose.split()))
    plain = (_MARKS.sub(lambda found: found[1] or "", item).strip() for item in items)
    return [item for item in plain if len(item) >= _SHORTEST_STEP]


def publish(draft: Draft, caller: User) -> str | None:
    """Make a page of it, published at once by who may, proposed by others; its address."""
    if not Kind.objects.filter(code=draft.kind).exists():
        return None
    publishes = can_publish(caller, None)
    document = Document(
        title=draft.title[:200], kind=draft.kind, summary=draft.summary, fields=draft.fields, body=draft.text
    )
    saved = writing.create(
        document=document,
        language=draft.language,
        writer=writing.Writer(user=caller, publishes=publishes),
        reason=draft.reason,
    )
    return (saved.revision.page if publishes else saved.revision).get_absolute_url()


def _wiki(ask: Ask) -> Answer:
    """Pages with these words, the best first."""
    if not ask.words:
        return Answer(_("Say what to look for: `/wiki sock puppets`."))
    entries = search.find(ask.words, ask.caller, tool=TOOL, limit=5)
    lines = [f"- [{entry.title}]({entry.url})" for entry in entries]
    if not lines:
        near = overviews.titled_nearly(ask.words)
        lines = [f"- {_('Did you mean')} [{title}]({url})" for url, title in near]
    if not lines:
        return Answer(
            _("The encyclopedia has no page with these words."),
            source=_("Encyclopedia of this portal"),
            limits=_("Titles and texts of published pages were looked at, in every language."),
        )
    newest = max((entry.date for entry in entries if entry.date), default=None)
    return Answer(
        "\n".join(lines),
        source=_("Encyclopedia of this portal"),
        at=newest,
        limits=_("Five pages at most; the date is that of the latest change."),
    )


COMMANDS: Sequence[Command] = (
    Command("wiki", gettext_lazy("words"), gettext_lazy("Pages of the encyclopedia."), _wiki),
)
