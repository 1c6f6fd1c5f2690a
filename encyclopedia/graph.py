"""Where the pages around a page are drawn: names in, coordinates out, for an SVG that the server draws."""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from math import cos, pi, sin

WIDTH, HEIGHT = 960, 620
_RADIUS_X, _RADIUS_Y = 300, 240
_LONGEST_LABEL = 30


@dataclass(frozen=True)
class Node:
    """A page in the drawing; the label stands left or right of its dot."""

    key: int
    label: str
    url: str
    x: float
    y: float
    anchor: str


@dataclass(frozen=True)
class Edge:
    """A link between two pages, from dot to dot."""

    x1: float
    y1: float
    x2: float
    y2: float


@dataclass(frozen=True)
class Graph:
    """All that the template draws."""

    centre: Node
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    width: int = WIDTH
    height: int = HEIGHT


def around(
    centre: tuple[int, str, str], others: Sequence[tuple[int, str, str]], links: Set[tuple[int, int]]
) -> Graph:
    """The page `centre` in the middle and `others` around it, each as (key, title, address); `links` by keys."""
    middle = Node(centre[0], _short(centre[1]), centre[2], WIDTH / 2, HEIGHT / 2, "middle")
    nodes = tuple(_placed(at, len(others), each) for at, each in enumerate(others))
    by_key: Mapping[int, Node] = {node.key: node for node in (middle, *nodes)}
    pairs = {(min(pair), max(pair)) for pair in links if pair[0] != pair[1]}
    edges = tuple(
        Edge(by_key[a].x, by_key[a].y, by_key[b].x, by_key[b].y)
        for a, b in sorted(pairs)
        if a in by_key and b in by_key
    )
    return Graph(middle, nodes, edges)


def _placed(at: int, count: int, page: tuple[int, str, str]) -> Node:
    angle = 2 * pi * (at + 0.5) / count - pi / 2
    x, y = WIDTH / 2 + _RADIUS_X * cos(angle), HEIGHT / 2 + _RADIUS_Y * sin(angle)
    anchor = "start" if cos(angle) >= 0 else "end"
    return Node(page[0], _short(page[1]), page[2], round(x, 1), round(y, 1), anchor)


def _short(title: str) -> str:
    return title if len(title) <= _LONGEST_LABEL else f"{title[: _LONGEST_LABEL - 1].rstrip()}…"
