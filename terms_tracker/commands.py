"""What the terms tracker answers in rooms."""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from disinfo import search
from disinfo.portal.tools import Answer, Ask, Command
from terms_tracker.clauses import plain
from terms_tracker.models import Service, Terms, Version

_MOST = 5
_WIDTH = 180


def _terms(ask: Ask) -> Answer:
    """Where the terms of a service speak of something, and when they last changed."""
    name, _space, phrase = ask.words.partition(" ")
    services = Service.objects.visible_to(ask.caller).select_related("collection")
    # A name may have several words: the longest beginning that is one wins.
    words = ask.words.split()
    for count in range(len(words), 0, -1):
        name, phrase = " ".join(words[:count]), " ".join(words[count:])
        found = list(services.filter(name__icontains=name).order_by("name", "pk")[:_MOST])
        if found:
            return _about(found, phrase, ask)
    if not words:
        return Answer(_("Say which service, and what to look for: `/terms Chirper appeal`."))
    return Answer(
        _("No service of this name is tracked here."),
        source=_source(),
        limits=_("Only services that you may read on this portal were looked at."),
    )


def _source() -> str:
    return _("Terms tracker of this portal")


def _about(services: list[Service], phrase: str, ask: Ask) -> Answer:
    terms = (
        Terms.objects.visible_to(ask.caller)
        .filter(service__in=services)
        .select_related("service__collection")
    )
    rows = list(terms.order_by("service__name", "slug", "pk"))
    lines = _passages(rows, phrase, ask) if phrase else [_last_change(row) for row in rows[:_MOST]]
    # Nothing found has no date of its own: it is so as of now.
    dates = [row.last_change_at for row in rows if row.last_change_at and lines]
    if not lines:
        lines = [_("None of their terms has these words.")]
    number = len(rows)
    limits = ngettext("%(number)d document was looked at.", "%(number)d documents were looked at.", number)
    return Answer(
        "\n".join(lines), source=_source(), at=max(dates, default=None), limits=limits % {"number": number}
    )


def _passages(rows: list[Terms], phrase: str, ask: Ask) -> list[str]:
    keys = {str(row.pk) for row in rows}
    entries = search.find(phrase, ask.caller, tool="terms", limit=200)
    return [
        f"- [{entry.title}]({entry.url}) " + _("“%(text)s”") % {"text": _excerpt(entry.body, phrase)}
        for entry in entries
        if entry.key in keys
    ][:_MOST]


def _excerpt(body: str, phrase: str) -> str:
    text = " ".join(filter(None, map(plain, body.splitlines())))
    piece = search.excerpt(text, phrase, width=_WIDTH)
    return " ".join("".join(text for text, _is_match in piece.parts).split())


def _last_change(row: Terms) -> str:
    version = Version.objects.filter(terms=row).changes().order_by("-fetched_at", "-pk").first()
    if version is None:
        return f"- [{row}]({row.get_absolute_url()}): {_('no change recorded yet')}"
    when = _("last change on %(day)s") % {"day": f"{version.fetched_at:%Y-%m-%d}"}
    return f"- [{row}]({version.get_change_url()}): {when}"


COMMANDS: Sequence[Command] = (
    Command(
        "terms",
        gettext_lazy("service [words]"),
        gettext_lazy("Where the terms of a service say so, or when they last changed."),
        _terms,
    ),
)
