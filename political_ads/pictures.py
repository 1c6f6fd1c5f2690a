"""A picture that somebody sent, made anew: what is kept holds its pixels and nothing else of the file."""

import hashlib
import io
import warnings
from dataclasses import dataclass
from typing import IO

from PIL import Image, ImageOps, UnidentifiedImageError

MOST_BYTES = 8 * 1024 * 1024
_MOST_PIXELS = 40_000_000
_LARGEST_SIDE = 1600
_FORMATS = ("JPEG", "PNG", "WEBP", "GIF")


class BadPictureError(ValueError):
    """What cannot be read as a picture, or is too large to be read at all."""


@dataclass(frozen=True)
class Picture:
    """A WebP file of 1,600 pixels a side at most, without place, device or any other note."""

    content: bytes
    width: int
    height: int

    @property
    def sha256(self) -> str:
        """Of its content."""
        return hashlib.sha256(self.content).hexdigest()


def made_anew(file: IO[bytes]) -> Picture:
    """Read a JPEG, PNG, WebP or GIF (its first frame) and write it again; raises BadPictureError."""
    data = file.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise BadPictureError("larger than 8 MB")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=_FORMATS) as opened:
                if opened.width * opened.height > _MOST_PIXELS:
                    raise BadPictureError("too many pixels")
                upright = ImageOps.exif_transpose(opened).convert("RGB")
    except (
        UnidentifiedImageError,
        OSError,
        ValueError,
        SyntaxError,
        Image.DecompressionBombWarning,
    ) as error:
        if isinstance(error, BadPictureError):
            raise
        raise BadPictureError("not a picture that can be read") from error
    upright.thumbnail((_LARGEST_SIDE, _LARGEST_SIDE))
    out = io.BytesIO()
    upright.save(out, "WEBP", quality=82)
    return Picture(out.getvalue(), upright.width, upright.height)
