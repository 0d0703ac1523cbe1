"""What a plot shows, apart from how it is drawn: panels of curves in pieces, marks, bands and height lines."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

Array = Any
"""A NumPy array of floats."""

Range = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Line:
    """A curve, left open where the function has no value or jumps.

    Args:
        pieces: For each piece its points, as an array for each axis.
        name: What the legend calls it.
        role: What it is: ``"function"``, ``"derivative"``, ``"tangent"``, ``"secant"``, ``"polynomial"``,
            ``"bar"``.
        rank: Its place among those of its role, which decides dash and colour; the last is the strongest.
    """

    pieces: tuple[tuple[Array, Array], ...]
    name: str
    role: str
    rank: int = 0


@dataclass(frozen=True, slots=True)
class Mark:
    """A point.

    Args:
        x: Where it is.
        y: How high it is.
        kind: ``"point"`` for one that is spoken of, ``"open"`` for one that a curve comes to but does not
            have, ``"closed"`` for the one that it has instead, ``"datum"`` for one that was measured.
    """

    x: float
    y: float
    kind: str = "point"


@dataclass(frozen=True, slots=True)
class Band:
    """The stretch between two curves."""

    x: Array
    low: Array
    high: Array
    name: str


@dataclass(frozen=True, slots=True)
class Panel:
    """Curves over one pair of axes.

    Args:
        lines: The curves, in the order of the legend.
        across: The range of the horizontal axis.
        up: The range of the vertical axis.
        letter: The name of the horizontal axis.
        name: The name of the vertical axis.
        marks: Points.
        poles: Where curves leave the picture: vertical asymptotes.
        guides: Where vertical lines show what belongs together in panels that stand over one another.
        band: A stretch between two curves.
        in_pi: Whether the horizontal axis is marked in parts of π.
        data: What the legend calls the points that were measured; nothing if empty.
    """

    lines: tuple[Line, ...]
    across: Range
    up: Range
    letter: str
    name: str
    marks: tuple[Mark, ...] = ()
    poles: tuple[float, ...] = ()
    guides: tuple[float, ...] = ()
    band: Band | None = None
    in_pi: bool = False
    data: str = ""


@dataclass(frozen=True, slots=True)
class Arrow:
    """An arrow from a point, as long as it is drawn."""

    x: float
    y: float
    across: float
    up: float


@dataclass(frozen=True, slots=True)
class HeightMap:
    """A function of two letters, seen from above.

    Args:
        x: The places of the grid along the horizontal axis.
        y: The places of the grid along the vertical axis.
        heights: The function's values, a row for each y; not-a-number where it has none.
        levels: The heights at which lines are drawn.
        letters: The names of the axes.
        name: What the function is called.
        arrows: Arrows, each drawn from its tail.
        arrows_name: What the legend says of them.
        mark: A point that is spoken of.
        near: The heights of an approximation near the point, drawn at the same levels.
        near_name: What the legend calls it.
        paths: Curves across the map.
        marks: Further points.
    """

    x: Array
    y: Array
    heights: Array
    levels: tuple[float, ...]
    letters: tuple[str, str]
    name: str
    arrows: tuple[Arrow, ...] = ()
    arrows_name: str = ""
    mark: Mark | None = None
    near: Array | None = None
    near_name: str = ""
    paths: tuple[Line, ...] = ()
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True, slots=True)
class Picture:
    """All of a plot.

    Args:
        panels: Panels, one under the other, over one horizontal axis; or a single map of heights.
        title: What stands above it.
        alt: What is seen, in words.
    """

    panels: tuple[Panel | HeightMap, ...]
    title: str
    alt: str
    notes: tuple[str, ...] = field(default=())
