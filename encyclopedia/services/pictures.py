"""Adding pictures."""

from django.db import transaction

from disinfo import files
from disinfo.accounts import audit
from disinfo.accounts.models import User
from disinfo.pictures import redraw
from encyclopedia.models import Picture

_LONGEST_SIDE = 2_400


def add(*, content: bytes, alt: str, licence: str, adder: User) -> Picture:
    """A picture from a file that somebody sent; the one that is there already when it is the same.

    Raises:
        PictureError: the file is too large, or no picture.
    """
    drawn = redraw(content, longest_side=_LONGEST_SIDE)
    picture = Picture(
        sha256=drawn.sha256,
        perceptual_hash=drawn.perceptual_hash,
        format=Picture.Format(drawn.extension),
        width=drawn.width,
        height=drawn.height,
        alt=" ".join(alt.split())[:300],
        licence=" ".join(licence.split())[:200],
        added_by=adder,
    )
    # The file first: a row without its file would be a hole in a page, a file without its row is only a file.
    files.keep(picture.name, drawn.content)
    return _kept(picture, adder)


@transaction.atomic
def _kept(picture: Picture, adder: User) -> Picture:
    names = ("perceptual_hash", "format", "width", "height", "alt", "licence", "added_by")
    values = {name: getattr(picture, name) for name in names}
    kept, is_new = Picture.objects.get_or_create(sha256=picture.sha256, defaults=values)
    if is_new:
        audit.record("encyclopedia.add_picture", actor=adder, on=kept, licence=kept.licence)
    return kept
