"""What the bot clusters answer in rooms: who shared something, and what is known of them. Numbers, never a name."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from botdetect import histogram
from botdetect.models import Cluster, Collection, Member
from botdetect.services.profiles import scores_of
from disinfo.accounts import audit
from disinfo.portal.tools import Answer, Ask, Command, Picture

_MOST_COLLECTIONS = 50
_NAMES_AT_ONCE = 500
_BAR = 20
_FIFTHS = 5
THRESHOLD = 0.5
"""Above it the profile classifier flags; as in classifier.py, which is not loaded for this alone."""
_CONFIRMED = (Cluster.State.CONFIRMED, Cluster.State.PUBLISHED)


@dataclass
class Found:
    """Shares of one thing: how often each account shared it, and what is known of the accounts.

    `looked_at` are those of collections that were analysed; `scores` what the profile classifier says of each, 0 to 1.
    """

    shares: dict[str, int] = field(default_factory=dict)
    confirmed: set[str] = field(default_factory=set)
    to_check: set[str] = field(default_factory=set)
    looked_at: set[str] = field(default_factory=set)
    scores: dict[str, float] = field(default_factory=dict)
    collections: list[Collection] = field(default_factory=list)

    def classes(self) -> list[tuple[str, str, set[str]]]:
        """(name, short name for a picture, accounts), the surest first; the last is what cannot be said."""
        flagged = {name for name, score in self.scores.items() if score > THRESHOLD}
        to_check = (self.to_check | flagged) - self.confirmed
        # Without a sign only where both were looked at: who it acts with, and its profile.
        clear = (self.looked_at & set(self.scores)) - self.confirmed - to_check
        unknown = set(self.shares) - self.confirmed - to_check - clear
        return [
            (
                _("in a group that two reviewers confirmed to act as one"),
                _("confirmed group"),
                self.confirmed,
            ),
            (
                _(
                    "to be checked: in a group nobody has reviewed, or a profile like those of automated accounts"
                ),
                _("to be checked"),
                to_check,
            ),
            (_("no sign in what was looked at"), _("no sign found"), clear),
            (_("cannot say"), _("cannot say"), unknown),
        ]

    def counts(self) -> list[tuple[str, str, int, int]]:
        """(class, its short name, shares with repeats, accounts once), the surest class first."""
        return [
            (name, short, sum(self.shares[each] for each in who), len(who))
            for name, short, who in self.classes()
        ]


def _bots(ask: Ask) -> Answer:
    """How many of the accounts that shared something are known to act together."""
    if not ask.words:
        return Answer(
            _("Give an address, the address of a post, or words: `/bots https://example.org/article`.")
        )
    found = find(ask.words, Collection.objects.visible_to(ask.caller).order_by("-last_at", "-pk"))
    audit.record(
        "bots.command", actor=ask.caller, collections=len(found.collections), accounts=len(found.shares)
    )
    source = _("Collections of shares that you may read on this portal")
    if not found.shares:
        text = _("Nobody shared this in what was collected here.")
        return Answer(text, source=source, limits=_("Only what was collected was looked at."))
    return Answer(
        _in_words(found),
        source=", ".join(
            [source, *(f"[{each.name}]({each.get_absolute_url()})" for each in found.collections)]
        ),
        at=max((each.last_at for each in found.collections if each.last_at), default=None),
        limits=_(
            "Coordinated is said of a group, not of a person: it does not mean automated, paid or false. "
            "A profile is one signal, wrong for many. “Cannot say” is no acquittal."
        ),
        pictures=(Picture("distribution.png", _picture(found)),),
    )


def find(words: str, collections: Iterable[Collection]) -> Found:
    """Who shared an address, a post or words, in these collections (the first fifty)."""
    from botdetect import sharing  # reads columns of files, which a web process seldom does

    found = Found()
    for collection in list(collections)[:_MOST_COLLECTIONS]:
        if not collection.events_path.exists():
            continue
        shares = sharing.shares_of(collection.events_path, words)
        if not shares:
            continue
        found.collections.append(collection)
        if collection.runs.exists():
            found.looked_at |= set(shares)
        for account, number in shares.items():
            found.shares[account] = found.shares.get(account, 0) + number
        _classify(found, collection, list(shares))
    found.to_check -= found.confirmed
    return found


def _classify(found: Found, collection: Collection, accounts: Sequence[str]) -> None:
    for start in range(0, len(accounts), _NAMES_AT_ONCE):
        names = accounts[start : start + _NAMES_AT_ONCE]
        rows = Member.objects.filter(run__collection=collection, name__in=names)
        known = rows.order_by("pk").values_list("name", "cluster__state")
        found.confirmed |= {name for name, state in known if state in _CONFIRMED}
        found.to_check |= {name for name, state in known if state == Cluster.State.TO_REVIEW}
        found.scores |= scores_of(collection.accounts.filter(name__in=names).order_by("pk"))


def _in_words(found: Found) -> str:
    shares, accounts = sum(found.shares.values()), len(found.shares)
    lines = [
        ngettext("%(number)d share", "%(number)d shares", shares) % {"number": shares}
        + " · "
        + ngettext("%(number)d account", "%(number)d accounts", accounts) % {"number": accounts},
        "",
        f"| | {_('of the shares')} | {_('of the accounts')} | |",
        "| --- | ---: | ---: | --- |",
    ]
    for name, _short, number, who in found.counts():
        bar = "█" * round(_BAR * who / accounts)
        lines.append(
            f"| {name} | {100 * number / shares:.0f} % ({number}) | {100 * who / accounts:.0f} % ({who}) | {bar} |"
        )
    if found.scores:
        known = ngettext("%(number)d profile was known", "%(number)d profiles were known", len(found.scores))
        lines += ["", known % {"number": len(found.scores)}]
    return "\n".join(lines)


def _picture(found: Found) -> bytes:
    """The classes as bars, and where profiles are known, how their scores are spread."""
    shares, accounts = sum(found.shares.values()), len(found.shares)
    rows = [
        (short, 100 * who / accounts, 100 * number / shares) for _name, short, number, who in found.counts()
    ]
    rows += _spread(found)
    return histogram.bars(_("Here is the distribution"), (_("of the accounts"), _("of the shares")), rows)


def _spread(found: Found) -> list[tuple[str, float, float]]:
    """Accounts and shares by the score of the profile, in fifths."""
    shares = sum(found.shares[name] for name in found.scores)
    rows = []
    for fifth in range(_FIFTHS if found.scores else 0):
        who = [
            name for name, score in found.scores.items() if min(int(score * _FIFTHS), _FIFTHS - 1) == fifth
        ]
        label = _("profile score %(low).1f to %(high).1f") % {
            "low": fifth / _FIFTHS,
            "high": (fifth + 1) / _FIFTHS,
        }
        rows.append(
            (
                label,
                100 * len(who) / len(found.scores),
                100 * sum(found.shares[name] for name in who) / shares,
            )
        )
    return rows


COMMANDS: Sequence[Command] = (
    Command(
        "bots",
        gettext_lazy("address, post or words"),
        gettext_lazy("Who shared it, and how many of them are known to act together."),
        _bots,
    ),
)
