"""Pictures of ads, made safe to show: decoded within limits, drawn anew, hashed twice."""

import hashlib
import io
import warnings
from dataclasses import dataclass

from PIL import Image, ImageOps, UnidentifiedImageError

MOST_BYTES = 10_000_000
_MOST_PIXELS = 40_000_000
_LONGEST_SIDE = 1280
_FORMATS = ("JPEG", "PNG", "GIF", "WEBP")
_QUALITY = 82


class PictureError(ValueError):
    """Something that is no picture we show; the message says why."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture drawn anew: its bytes are ours, nothing of the file it came in is left but what is seen."""

    content: bytes
    width: int
    height: int
    sha256: str
    perceptual_hash: str


def redraw(content: bytes) -> Picture:
    """The picture as a JPEG of at most 1280 pixels a side, with the SHA-256 of that and a hash of its look.

    Raises PictureError for what is too large, broken, or no picture.
    """
    if len(content) > MOST_BYTES:
        raise PictureError("more than 10 MB")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=_FORMATS) as image:
                if image.width * image.height > _MOST_PIXELS:
                    raise PictureError("more than 40 million pixels")
                image.draft("RGB", (_LONGEST_SIDE, _LONGEST_SIDE))
                drawn = _flat(ImageOps.exif_transpose(image))
    except (UnidentifiedImageError, Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise PictureError(f"not a picture: {type(error).__name__}") from error
    except (OSError, ValueError, SyntaxError, MemoryError, EOFError) as error:
        if isinstance(error, PictureError):
            raise
        raise PictureError(f"a broken picture: {type(error).__name__}") from error
    drawn.thumbnail((_LONGEST_SIDE, _LONGEST_SIDE))
    out = io.BytesIO()
    drawn.save(out, "JPEG", quality=_QUALITY, optimize=True)
    data = out.getvalue()
    return Picture(data, *drawn.size, hashlib.sha256(data).hexdigest(), difference_hash(drawn))


def _flat(image: Image.Image) -> Image.Image:
    """On white, without transparency."""
    if image.mode not in {"RGBA", "LA", "P", "PA"}:
        return image.convert("RGB")
    layer = image.convert("RGBA")
    paper = Image.new("RGBA", layer.size, "white")
    return Image.alpha_composite(paper, layer).convert("RGB")


def difference_hash(image: Image.Image) -> str:
    """64 bits as 16 hexadecimal digits: in a 9 by 8 grey miniature, whether each pixel is darker than the next one.

    The same look gives hashes few bits apart, whatever the size or compression.
    """
    small = image.convert("L").resize((9, 8), Image.Resampling.BILINEAR)
    grey = small.tobytes()
    bits = 0
    for row in range(8):
        for column in range(8):
            bits = bits << 1 | (grey[row * 9 + column] < grey[row * 9 + column + 1])
    return f"{bits:016x}"


def distance(one: str, other: str) -> int:
    """How many bits two such hashes differ by."""
    return (int(one, 16) ^ int(other, 16)).bit_count()
