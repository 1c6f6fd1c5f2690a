"""Where the marks of a small chart go: values in, coordinates out, for an SVG that the server draws."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor, log10

WIDTH, HEIGHT = 720, 240
_LEFT, _RIGHT, _TOP, _BOTTOM = 68, 8, 14, 36
_MOST_LABELS = 5


@dataclass(frozen=True)
class Mark:
    """One value: its bar from (x, y), `width` by `height`, and the middle of its top for a line."""

    label: str
    value: float
    x: float
    y: float
    width: float
    height: float
    middle: float
    is_labelled: bool


@dataclass(frozen=True)
class Rule:
    """A horizontal line at a round value."""

    value: float
    y: float


@dataclass(frozen=True)
class Chart:
    """All that the template draws."""

    marks: tuple[Mark, ...]
    rules: tuple[Rule, ...]
    base: float
    width: int = WIDTH
    height: int = HEIGHT
    left: int = _LEFT
    right: int = WIDTH - _RIGHT

    @property
    def curve(self) -> str:
        """The points of a line through the values."""
        return " ".join(f"{mark.middle:.1f},{mark.y:.1f}" for mark in self.marks)


def chart(points: Sequence[tuple[str, float]]) -> Chart:
    """The geometry of these labelled values, none negative, on a scale that starts at zero."""
    step = round_step(max((value for _label, value in points), default=0))
    top = step * max(1, ceil(max((value for _label, value in points), default=0) / step))
    height = HEIGHT - _TOP - _BOTTOM
    slot = (WIDTH - _LEFT - _RIGHT) / max(1, len(points))
    every = max(1, ceil(len(points) / _MOST_LABELS))
    base = float(_TOP + height)
    marks = tuple(
        Mark(
            label=label,
            value=value,
            x=round(_LEFT + slot * (place + 0.15), 1),
            y=round(base - height * value / top, 1),
            width=round(slot * 0.7, 1),
            height=round(height * value / top, 1),
            middle=round(_LEFT + slot * (place + 0.5), 1),
            is_labelled=(len(points) - 1 - place) % every == 0,
        )
        for place, (label, value) in enumerate(points)
    )
    rules = tuple(
        Rule(step * n, round(base - height * step * n / top, 1)) for n in range(round(top / step) + 1)
    )
    return Chart(marks, rules, base)


def round_step(largest: float) -> float:
    """The distance between rules: 1, 2 or 5 times a power of ten, for two to five rules above zero."""
    if largest <= 0:
        return 1
    power: float = 10 ** floor(log10(largest))
    steps = (power / 5, power / 2, power, power * 2)
    step = next(step for step in steps if largest / step <= 5)
    return max(1, step) if largest >= 1 else step
