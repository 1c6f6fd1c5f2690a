"""What an address of this tool shows elsewhere in the portal: an ad, or what went away between two snapshots."""

import re

from django.utils.formats import date_format, number_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from disinfo.portal.tools import Card
from political_ads import comparisons
from political_ads.models import Ad, LibrarySnapshot, Task

_AD = re.compile(r"^/ads/ad/(?P<source>[\w-]+)/(?P<external_id>[^/]+)/$")
_COMPARISON = re.compile(r"^/ads/removals/(?P<source>[\w-]+)/(?P<earlier>\d{1,18})-(?P<later>\d{1,18})/$")
_EXCERPT = 200


def card_of(path: str) -> Card | None:
    """The card of a permalink; None when nothing public is there."""
    if match := _AD.match(path):
        return _of_ad(path, match["source"], match["external_id"])
    if match := _COMPARISON.match(path):
        return _of_comparison(path, match["source"], int(match["earlier"]), int(match["later"]))
    return None


def _of_ad(path: str, source: str, external_id: str) -> Card | None:
    ads = Ad.objects.select_related("creative__task", "advertiser").exclude(
        creative__task__state=Task.State.HIDDEN
    )
    ad = ads.filter(source__slug=source, external_id=external_id).first()
    if ad is None:
        return None
    title = str(ad.advertiser) if ad.advertiser else str(ad)
    return Card(path, title, _("Political ad"), ad.started_on, ad.creative.text[:_EXCERPT], tool="ads")


def _of_comparison(path: str, source: str, earlier: int, later: int) -> Card | None:
    pair = LibrarySnapshot.objects.pair(source, earlier, later)
    if pair is None:
        return None
    first, last = pair
    figures = comparisons.compare(first, last)
    summary = ngettext(
        "From %(first)s to %(last)s, %(removed)d ad of %(before)d went away: gross %(gross)s %%, "
        "net %(net)s %%, unexplained %(unexplained)s %%.",
        "From %(first)s to %(last)s, %(removed)d ads of %(before)d went away: gross %(gross)s %%, "
        "net %(net)s %%, unexplained %(unexplained)s %%.",
        figures.removed,
    ) % {
        "first": date_format(localtime(first.taken_at), "j F Y"),
        "last": date_format(localtime(last.taken_at), "j F Y"),
        "removed": figures.removed,
        "before": figures.before,
        "gross": number_format(figures.gross, 1),
        "net": number_format(figures.net, 1),
        "unexplained": number_format(figures.unexplained_share, 1),
    }
    return Card(path, first.source.name, _("Removed ads, counted"), last.taken_at, summary, tool="ads")
