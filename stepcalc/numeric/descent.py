"""Gradient descent and Newton's method for a minimum in machine numbers, with every point that was reached."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

Point = tuple[float, ...]
Function = Callable[[Point], float]
Slopes = Callable[[Point], Point]
Bends = Callable[[Point], Any]

FAR: Final = 1e8
ENOUGH: Final = 1e-4
"""Armijo's constant: which part of the fall that the slope promises is asked for."""

MOST_HALVINGS: Final = 60
STALLED: Final = 1e-15


@dataclass(frozen=True, slots=True)
class Stop:
    """One point on the way.

    Args:
        n: Its number, from 0.
        point: The coordinates.
        value: The function there.
        slopes: The gradient there.
        rate: How many times the gradient the next step is; ``None`` where there is no next, or no rate.
    """

    n: int
    point: Point
    value: float
    slopes: Point
    rate: float | None = None

    @property
    def steepness(self) -> float:
        """The length of the gradient."""
        return math.hypot(*self.slopes)


@dataclass(frozen=True, slots=True)
class Path:
    """A way down and how it ended.

    Args:
        stops: The points.
        ending: ``"arrived"``, ``"unfinished"``, ``"diverged"``, ``"outside"`` (the next point has no value),
            ``"flat"`` (Newton's equations have no solution) or ``"stalled"`` (no step makes f smaller).
    """

    stops: tuple[Stop, ...]
    ending: str


def descend(
    function: Function, slopes: Slopes, start: Point, *, rate: float | None, most: int, tolerance: float
) -> Path:
    """Walk against the gradient.

    Args:
        function: The function.
        slopes: Its gradient.
        start: Where to begin.
        rate: The rate; ``None`` for a line search that begins with 1 and halves.
        most: How many steps at most.
        tolerance: It has arrived where the gradient is shorter than this.
    """
    stops: list[Stop] = []
    point, value = start, function(start)
    for n in range(most + 1):
        slope = slopes(point)
        if not _is_finite(slope):
            return Path((*stops, Stop(n, point, value, slope)), "outside")
        steep = math.hypot(*slope)
        if steep <= tolerance or n == most:
            return Path(
                (*stops, Stop(n, point, value, slope)), "arrived" if steep <= tolerance else "unfinished"
            )
        taken = _searched(function, point, value, slope) if rate is None else rate
        if taken is None:
            return Path((*stops, Stop(n, point, value, slope)), "stalled")
        stops.append(Stop(n, point, value, slope, taken))
        point = tuple(x - taken * s for x, s in zip(point, slope, strict=True))
        if math.hypot(*point) > FAR * (1 + math.hypot(*start)):
            return Path(tuple(stops), "diverged")
        value = function(point)
        if not math.isfinite(value):
            return Path(tuple(stops), "outside")
    raise AssertionError("the last step returns")


def newton(
    function: Function, slopes: Slopes, bends: Bends, start: Point, *, most: int, tolerance: float
) -> Path:
    """Go from point to point to where the quadratic approximation is level."""
    import numpy as np

    stops: list[Stop] = []
    point = start
    for n in range(most + 1):
        value, slope = function(point), slopes(point)
        if not math.isfinite(value) or not _is_finite(slope):
            return Path(tuple(stops), "outside")
        stops.append(Stop(n, point, value, slope))
        if stops[-1].steepness <= tolerance:
            return Path(tuple(stops), "arrived")
        if math.hypot(*point) > FAR * (1 + math.hypot(*start)):
            return Path(tuple(stops), "diverged")
        try:
            step = np.linalg.solve(np.array(bends(point)), -np.array(slope))
        except np.linalg.LinAlgError:
            return Path(tuple(stops), "flat")
        if not np.all(np.isfinite(step)):
            return Path(tuple(stops), "flat")
        point = tuple(float(x + s) for x, s in zip(point, step, strict=True))
    return Path(tuple(stops), "unfinished")


def _searched(function: Function, point: Point, value: float, slope: Point) -> float | None:
    """The largest of 1, 1/2, 1/4, ... with which f falls by enough."""
    rate, promised = 1.0, sum(part * part for part in slope)
    for _ in range(MOST_HALVINGS):
        after = function(tuple(x - rate * s for x, s in zip(point, slope, strict=True)))
        if math.isfinite(after) and after <= value - ENOUGH * rate * promised and after < value:
            return rate
        rate /= 2
    return None


def _is_finite(point: Sequence[float]) -> bool:
    return all(math.isfinite(part) for part in point)


def central_slopes(function: Function) -> Slopes:
    """The gradient by central differences, of width ε^(1/3) times the size of the coordinate."""

    def slopes(point: Point) -> Point:
        found = []
        for place, part in enumerate(point):
            width = difference_width(part)
            ends = [function((*point[:place], part + side * width, *point[place + 1 :])) for side in (1, -1)]
            found.append((ends[0] - ends[1]) / (2 * width))
        return tuple(found)

    return slopes


def difference_width(part: float) -> float:
    """The width of a central difference, rounded so that adding it loses nothing.

    Examples:
        >>> difference_width(0.0) == 2**-17
        True
    """
    import sys

    width = sys.float_info.epsilon ** (1 / 3) * max(1.0, abs(part))
    return float(2.0 ** round(math.log2(width)))
