"""Pictures written anew: whatever was hidden in what was sent (places, names, code after the end) stays behind."""

import io
from dataclasses import dataclass

from PIL import Image, ImageOps

LARGEST_BYTES = 10_000_000
LARGEST_PIXELS = 40_000_000
"""Width × height beyond which a file is refused before it is unpacked: it could fill the memory."""
LONGEST_SIDE = 2_400
_READ = ("PNG", "JPEG", "WEBP", "GIF")
_WRITTEN = {"JPEG": ("jpg", "JPEG"), "WEBP": ("webp", "WEBP")}
_OTHERWISE = ("png", "PNG")  # without loss, as PNG and GIF are


class PictureError(ValueError):
    """What was sent is not shown; `code` is "size", "pixels" or "format"."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Encoded:
    """A picture: its bytes, the ending of its name, its size in pixels."""

    content: bytes
    extension: str
    width: int
    height: int


def encode(content: bytes) -> Encoded:
    """The same picture, upright, at most `LONGEST_SIDE` wide and high, without metadata; the first of moving ones.

    Raises:
        PictureError: too large, or no PNG, JPEG, WebP or GIF.
    """
    if len(content) > LARGEST_BYTES:
        raise PictureError("size")
    try:
        with Image.open(io.BytesIO(content), formats=_READ) as opened:
            if opened.width * opened.height > LARGEST_PIXELS:
                raise PictureError("pixels")
            return _written(opened)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise PictureError("pixels") from error
    except PictureError:
        raise
    except Exception as error:  # decoders of hostile files raise whatever they stumble on
        raise PictureError("format") from error


def _written(opened: Image.Image) -> Encoded:
    extension, written_as = _WRITTEN.get(opened.format or "", _OTHERWISE)
    upright = ImageOps.exif_transpose(opened)
    has_alpha = written_as != "JPEG" and upright.has_transparency_data
    clean = upright.convert("RGBA" if has_alpha else "RGB")
    clean.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    clean.info.clear()
    target = io.BytesIO()
    options = {"optimize": True} if written_as == "PNG" else {"quality": 88}
    clean.save(target, written_as, **options)
    return Encoded(target.getvalue(), extension, clean.width, clean.height)
