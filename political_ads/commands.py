"""What political ads answer in rooms."""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from disinfo import search
from disinfo.portal.tools import Answer, Ask, Command
from political_ads.models import Ad, Advertiser

_MOST = 5


def _ads(ask: Ask) -> Answer:
    """The ads of an advertiser, or the ads with these words, and how many of them are gone."""
    if not ask.words:
        return Answer(_("Say whose ads, or which words: `/ads Renew Energy`."))
    source = _("Ad libraries kept on this portal")
    limits = _(
        "Removed: not in two complete looks at their library, two days apart; the reason is not known."
    )
    advertisers = list(
        Advertiser.objects.filter(name__icontains=ask.words).order_by("-ads_count", "pk")[:_MOST]
    )
    if advertisers:
        at = Ad.objects.filter(advertiser__in=advertisers).order_by("-last_seen_at").first()
        lines = [_of(advertiser) for advertiser in advertisers]
        return Answer("\n".join(lines), source=source, at=at.last_seen_at if at else None, limits=limits)
    entries = search.find(ask.words, ask.caller, tool="ads", limit=_MOST)
    if not entries:
        none = _("No ad kept here has these words, and no advertiser this name.")
        return Answer(none, source=source, limits=_("Only libraries kept on this portal were looked at."))
    newest = max((entry.date for entry in entries if entry.date), default=None)
    lines = [f"- [{entry.title}]({entry.url}): {entry.body[:140]}" for entry in entries]
    return Answer("\n".join(lines), source=source, at=newest, limits=limits)


def _of(advertiser: Advertiser) -> str:
    number = advertiser.ads_count
    ads = ngettext("%(number)d ad", "%(number)d ads", number) % {"number": number}
    removed = _("%(number)d removed") % {"number": advertiser.removed_count}
    return f"- [{advertiser.name}]({advertiser.get_absolute_url()}) ({advertiser.platform}): {ads}, {removed}"


COMMANDS: Sequence[Command] = (
    Command("ads", gettext_lazy("advertiser or words"), gettext_lazy("Political ads kept here."), _ads),
)
