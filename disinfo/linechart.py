"""Where the marks of a chart of lines over days go: values in, coordinates out, for an SVG that the server draws."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil

from disinfo.chart import HEIGHT, WIDTH, Rule, round_step

_LEFT, _RIGHT, _TOP, _BOTTOM = 68, 16, 30, 36
_LABELS = 4


@dataclass(frozen=True)
class Dot:
    """One value of a line."""

    day: date
    value: float
    x: float
    y: float


@dataclass(frozen=True)
class Line:
    """One line: its name, its number (which gives its look), its values."""

    name: str
    number: int
    dots: tuple[Dot, ...]

    @property
    def points(self) -> str:
        """As a polyline takes them."""
        return " ".join(f"{dot.x},{dot.y}" for dot in self.dots)


@dataclass(frozen=True)
class Moment:
    """A day that is marked by a vertical line, such as an election."""

    name: str
    day: date
    x: float


@dataclass(frozen=True)
class Row:
    """One day of the table twin: a value a line, None where there is none."""

    day: date
    values: tuple[float | None, ...]


@dataclass(frozen=True)
class LineChart:
    """All that the template draws."""

    lines: tuple[Line, ...]
    moments: tuple[Moment, ...]
    rules: tuple[Rule, ...]
    labels: tuple[Moment, ...]
    rows: tuple[Row, ...]
    base: float
    width: int = WIDTH
    height: int = HEIGHT
    left: int = _LEFT
    right: int = WIDTH - _RIGHT
    top: int = _TOP


def line_chart(
    lines: Sequence[tuple[str, Sequence[tuple[date, float | None]]]],
    moments: Sequence[tuple[str, date]] = (),
) -> LineChart:
    """The geometry of named lines of (day, value), on a scale that starts at zero; a missing value is bridged.

    Moments outside the days of the lines are left out.
    """
    days = sorted({day for _name, values in lines for day, value in values if value is not None})
    first, last = (days[0], days[-1]) if days else (date(1970, 1, 1), date(1970, 1, 2))
    span = max(1, (last - first).days)
    largest = max(
        (value for _name, values in lines for _day, value in values if value is not None), default=0
    )
    step = round_step(largest)
    top = step * max(1, ceil(largest / step))
    height = HEIGHT - _TOP - _BOTTOM

    def x_of(day: date) -> float:
        return round(_LEFT + (WIDTH - _LEFT - _RIGHT) * (day - first).days / span, 1)

    def y_of(value: float) -> float:
        return round(_TOP + height - height * value / top, 1)

    drawn = tuple(
        Line(
            name,
            number,
            tuple(Dot(day, value, x_of(day), y_of(value)) for day, value in values if value is not None),
        )
        for number, (name, values) in enumerate(lines, start=1)
    )
    every = max(1, ceil(len(days) / _LABELS))
    by_day = [dict(values) for _name, values in lines]
    return LineChart(
        lines=drawn,
        moments=tuple(Moment(name, day, x_of(day)) for name, day in moments if first <= day <= last),
        rules=tuple(Rule(step * n, y_of(step * n)) for n in range(round(top / step) + 1)),
        labels=tuple(Moment("", day, x_of(day)) for day in days[::every]),
        rows=tuple(Row(day, tuple(values.get(day) for values in by_day)) for day in days),
        base=y_of(0),
    )
