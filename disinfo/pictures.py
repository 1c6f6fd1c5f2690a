"""Pictures sent by strangers, made safe to show: decoded within limits, drawn anew, hashed twice.

Whatever was hidden in the file (places, names, code after the end) stays behind.
"""

import hashlib
import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from PIL import Image, ImageOps

MOST_BYTES = 10_000_000
MOST_PIXELS = 40_000_000
"""Width × height beyond which a file is refused before it is unpacked: it could fill the memory."""
_READ = ("JPEG", "PNG", "GIF", "WEBP")
_WRITTEN = {"JPEG": ("jpg", "JPEG"), "WEBP": ("webp", "WEBP")}
_OTHERWISE = ("png", "PNG")  # without loss, as PNG and GIF are


_WHY = {
    "size": "more than 10 MB",
    "pixels": "more than 40 million pixels",
    "format": "not a picture that can be read",
}


class PictureError(ValueError):
    """What was sent is not shown; `code` is "size", "pixels" or "format"."""

    def __init__(self, code: str) -> None:
        super().__init__(_WHY[code])
        self.code = code


@dataclass(frozen=True, slots=True)
class Drawn:
    """A picture drawn anew: nothing of the file it came in is left but what is seen."""

    content: bytes
    extension: str
    width: int
    height: int
    sha256: str
    perceptual_hash: str


def redraw(content: bytes, *, longest_side: int) -> Drawn:
    """The same picture, upright, at most `longest_side` pixels wide and high, in a format like its own, first frame.

    Raises:
        PictureError: too large, broken, or no PNG, JPEG, WebP or GIF.
    """
    with _opened(content, longest_side) as image:
        extension, written_as = _WRITTEN.get(image.format or "", _OTHERWISE)
        upright = ImageOps.exif_transpose(image)
        has_alpha = written_as != "JPEG" and upright.has_transparency_data
        return _saved(upright.convert("RGBA" if has_alpha else "RGB"), extension, written_as, longest_side)


def redraw_as_jpeg(content: bytes, *, longest_side: int) -> Drawn:
    """As `redraw`, always a JPEG on white: one small format for pictures that are looked at by the thousand."""
    with _opened(content, longest_side) as image:
        return _saved(_flat(ImageOps.exif_transpose(image)), "jpg", "JPEG", longest_side)


@contextmanager
def _opened(content: bytes, longest_side: int) -> Iterator[Image.Image]:
    if len(content) > MOST_BYTES:
        raise PictureError("size")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=_READ) as image:
                if image.width * image.height > MOST_PIXELS:
                    raise PictureError("pixels")
                image.draft("RGB", (longest_side, longest_side))
                yield image
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise PictureError("pixels") from error
    except PictureError:
        raise
    except Exception as error:  # decoders of hostile files raise whatever they stumble on
        raise PictureError("format") from error


def _saved(image: Image.Image, extension: str, written_as: str, longest_side: int) -> Drawn:
    image.thumbnail((longest_side, longest_side))
    image.info.clear()
    target = io.BytesIO()
    image.save(target, written_as, **({} if written_as == "PNG" else {"quality": 85}), optimize=True)
    data = target.getvalue()
    looks = difference_hash(image)
    return Drawn(data, extension, *image.size, hashlib.sha256(data).hexdigest(), looks)


def _flat(image: Image.Image) -> Image.Image:
    """On white, without transparency."""
    if not image.has_transparency_data and image.mode != "P":
        return image.convert("RGB")
    layer = image.convert("RGBA")
    return Image.alpha_composite(Image.new("RGBA", layer.size, "white"), layer).convert("RGB")


def difference_hash(image: Image.Image) -> str:
    """64 bits as 16 hexadecimal digits: in a 9 by 8 grey miniature, whether each pixel is darker than the next one.

    The same look gives hashes few bits apart, whatever the size or compression.
    """
    grey = image.convert("L").resize((9, 8), Image.Resampling.BILINEAR).tobytes()
    bits = 0
    for row in range(8):
        for column in range(8):
            bits = bits << 1 | (grey[row * 9 + column] < grey[row * 9 + column + 1])
    return f"{bits:016x}"


def distance(one: str, other: str) -> int:
    """How many bits two such hashes differ by."""
    return (int(one, 16) ^ int(other, 16)).bit_count()
