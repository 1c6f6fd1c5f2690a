"""Counting again what pages keep of large libraries, so that no reader waits for it."""

from political_ads import advertiser_figures, comparisons, scorecards
from political_ads.models import Advertiser, LibrarySnapshot, Source

_MOST_ADVERTISERS = 200


def count_again(source: Source) -> None:
    """The figures of one library, as its pages first show them, and of its large advertisers."""
    scorecards.card_of(source, again=True)
    complete = list(LibrarySnapshot.objects.complete().of_ads().filter(source=source))
    if len(complete) > 1:
        earlier, later = complete[0], complete[-1]
        comparisons.compare(earlier, later, again=True)
        for what in comparisons.BY:
            comparisons.compare_by(what, earlier, later, again=True)
        comparisons.survival(source, again=True)
    large = Advertiser.objects.filter(platform=source.platform, ads_count__gte=advertiser_figures.LARGE)
    for advertiser in large.largest_first()[:_MOST_ADVERTISERS]:
        advertiser_figures.profile_of(advertiser, again=True)
