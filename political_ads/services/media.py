"""Keeping the pictures of creatives: the platform's own addresses are gone in months."""

from django.core.files.base import ContentFile
from django.db import transaction

from disinfo import fetcher
from disinfo.leases import lease
from disinfo.pictures import MOST_BYTES, PictureError, redraw_as_jpeg
from disinfo.safe_http import FetchError
from political_ads.models import Media

LONGEST_SIDE = 1280
_LEASE_SECONDS = 120


def fetch_waiting(*, most: int = 100) -> int:
    """Fetch pictures that wait, oldest first; gives how many were kept. One worker at a time."""
    kept = 0
    with lease("ads-pictures", seconds=_LEASE_SECONDS) as held:
        if not held:
            return 0
        for media in Media.objects.filter(state=Media.State.WAITING).order_by("pk")[:most]:
            kept += fetch(media=media)
            if not held.renew():
                break
    return kept


def fetch(*, media: Media) -> bool:
    """Fetch one picture and keep it redrawn; what cannot be kept says why, unless it may come later."""
    try:
        content = fetcher.client().get(media.origin, accept="image/*", max_bytes=MOST_BYTES).content
        keep(media=media, content=content)
    except (FetchError, PictureError) as error:
        if getattr(error, "is_transient", False):
            return False
        media.state, media.refused_because = Media.State.REFUSED, str(error)[:200]
        media.save(update_fields=["state", "refused_because"])
        return False
    return True


@transaction.atomic
def keep(*, media: Media, content: bytes) -> None:
    """Redraw and store a picture; the same picture is stored once. Raises PictureError."""
    picture = redraw_as_jpeg(content, longest_side=LONGEST_SIDE)
    same = Media.objects.filter(sha256=picture.sha256, state=Media.State.KEPT).first()
    if same:
        media.file = same.file
    else:
        media.file.save(f"{picture.sha256}.jpg", ContentFile(picture.content), save=False)
    media.mime, media.width, media.height = "image/jpeg", picture.width, picture.height
    media.sha256, media.perceptual_hash = picture.sha256, picture.perceptual_hash
    media.state = Media.State.KEPT
    media.save()
