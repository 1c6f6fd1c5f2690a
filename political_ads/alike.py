"""Which ads show a picture that looks like another one."""

from django.utils.translation import gettext as _

from disinfo import pictures
from disinfo.portal.tools import Card
from political_ads.models import Ad, Media, Task

_MOST_BITS = 10
"""Of 64: a picture made smaller or compressed again stays within them, two different ones hardly ever."""
_MOST = 5


def pictures_like(perceptual_hash: str) -> list[tuple[int, Card]]:
    """The nearest ads, with the bits that differ; of one content, one ad stands for all."""
    rows = Media.objects.exclude(perceptual_hash="").order_by("pk").values_list("creative", "perceptual_hash")
    near: dict[int, int] = {}
    for creative, known in rows.iterator():
        bits = pictures.distance(perceptual_hash, known)
        if bits <= _MOST_BITS:
            near[creative] = min(bits, near.get(creative, bits))
    nearest = sorted(near.items(), key=lambda each: (each[1], each[0]))[:_MOST]
    return [(bits, card) for creative, bits in nearest if (card := _card(creative))]


def _card(creative: int) -> Card | None:
    rows = Ad.objects.filter(creative=creative).exclude(creative__task__state=Task.State.HIDDEN)
    ad = rows.select_related("source", "creative", "advertiser").order_by("started_on", "pk").first()
    if ad is None:
        return None
    return Card(ad.get_absolute_url(), str(ad.advertiser or ad), _("Political ad"), ad.started_on, tool="ads")
