"""Pictures of pages that look like a given one."""

from django.utils.translation import gettext as _

from disinfo import pictures
from disinfo.portal.tools import Card
from encyclopedia.models import Picture
from encyclopedia.services.publishing import TOOL

_MOST_BITS = 10
_MOST = 5


def pictures_like(perceptual_hash: str) -> list[tuple[int, Card]]:
    """The nearest ones, with the bits that differ."""
    near = []
    rows = Picture.objects.exclude(perceptual_hash="").order_by("pk")
    for pk, known in rows.values_list("pk", "perceptual_hash").iterator():
        bits = pictures.distance(perceptual_hash, known)
        if bits <= _MOST_BITS:
            near.append((bits, pk))
    nearest = sorted(near)[:_MOST]
    found = Picture.objects.in_bulk([pk for _bits, pk in nearest])
    return [(bits, _card(found[pk])) for bits, pk in nearest if pk in found]


def _card(picture: Picture) -> Card:
    return Card(
        picture.get_absolute_url(), picture.alt, _("Picture of the encyclopedia"), picture.added_at, tool=TOOL
    )
