"""Known articles: taken in from a table, asked by /scale."""

from collections.abc import Sequence

from django.db import transaction

from collaborate import scale
from collaborate.models import KnownArticle
from disinfo.accounts import audit


@transaction.atomic
def take_in(*, articles: Sequence[scale.Article]) -> list[str]:
    """Put these in the place of all that is known of their regions; gives the regions."""
    regions = sorted({each.region for each in articles})
    KnownArticle.objects.filter(region__in=regions).delete()
    KnownArticle.objects.bulk_create([KnownArticle(**vars(each)) for each in articles], batch_size=500)
    audit.record("collaborate.scale", actor=None, regions=regions, articles=len(articles))
    return regions


def near(*, region: str, shares: int) -> list[scale.Article]:
    """The nearest known article of each newspaper of a region."""
    low, high = scale.bounds(shares)
    rows = KnownArticle.objects.filter(region=region, shares__gt=low)
    rows = rows.filter(shares__lte=high) if high is not None else rows
    columns = ("region", "source", "title", "url", "published_on", "shares")
    return scale.around(shares, (scale.Article(**row) for row in rows.order_by("pk").values(*columns)))
