"""A small picture of two series of percentages beside each other, for answers in rooms. Pure, without Django."""

import io
from collections.abc import Sequence

from PIL import Image, ImageDraw, ImageFont

WIDTH, _ROW, _TOP, _LEFT, _RIGHT = 1_000, 92, 96, 40, 120
_ACCOUNTS, _SHARES, _INK, _LINE, _PAPER = "#1f7a4d", "#1f5fa8", "#1b1b1b", "#c8c8c8", "#ffffff"


def bars(title: str, names: tuple[str, str], rows: Sequence[tuple[str, float, float]]) -> bytes:
    """A PNG: for each row its label, and two bars of 0 to 100 percent.

    Args:
        title: written above.
        names: what the first bar (green) and the second (blue) stand for.
        rows: (label, percentage, percentage), drawn from above.
    """
    image = Image.new("RGB", (WIDTH, _TOP + _ROW * len(rows) + 16), _PAPER)
    draw = ImageDraw.Draw(image)
    large, small = ImageFont.load_default(24), ImageFont.load_default(18)
    draw.text((_LEFT, 14), title, _INK, large)
    for place, (name, colour) in enumerate(zip(names, (_ACCOUNTS, _SHARES), strict=True)):
        left = _LEFT + place * 320
        draw.rectangle((left, 58, left + 18, 76), colour)
        draw.text((left + 28, 55), name, _INK, small)
    for place, (label, *values) in enumerate(rows):
        top = _TOP + place * _ROW
        draw.text((_LEFT, top), label, _INK, small)
        for step, (value, colour) in enumerate(zip(values, (_ACCOUNTS, _SHARES), strict=True)):
            _bar(draw, top + 26 + step * 28, value, colour, small)
    content = io.BytesIO()
    image.save(content, "PNG", optimize=True)
    return content.getvalue()


def _bar(
    draw: ImageDraw.ImageDraw,
    top: int,
    value: float,
    colour: str,
    font: ImageFont.FreeTypeFont | ImageFont.ImageFont,
) -> None:
    right = WIDTH - _RIGHT
    draw.rectangle((_LEFT, top, right, top + 22), outline=_LINE)
    if value > 0:
        draw.rectangle(
            (_LEFT, top, _LEFT + max(2, (right - _LEFT) * min(value, 100) / 100), top + 22), colour
        )
    draw.text((right + 12, top), f"{value:.0f} %", _INK, font)
