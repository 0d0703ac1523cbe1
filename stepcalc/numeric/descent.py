"""Gradient descent and Newton's method for a minimum in machine numbers, with every point that was reached."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

Point = tuple[float, ...]
Function = Callable[[Point], float]
Slopes = Callable[[Point], Point]
Bends = Callable[[Point], Any]

FAR: Final = 1e8
ENOUGH: Final = 1e-4
"""Armijo's constant: which part of the fall that the slope promises is asked for."""

MOST_HALVINGS: Final = 60
ROUNDED: Final = 1e-15
"""What is promised of a step and is less than this part of f is lost in rounding."""

FLATTEST: Final = 1e-12
"""Curvatures below this part of the largest are taken as so large, so that no step is without bounds."""

LEVEL: Final = 1e-8
TINY: Final = 1e-140


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
            ``"flat"`` (Newton's equations have no solution), ``"stalled"`` (no step makes f smaller) or
            ``"rounded"`` (no step can make f smaller: what is left of the gradient is rounding).
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


def guarded(
    function: Function, slopes: Slopes, bends: Bends, start: Point, *, most: int, tolerance: float
) -> Path:
    """Newton's method with every curvature taken as positive, and steps halved until f falls by enough.

    From a saddle point it steps aside.

    The source of both: J. Nocedal, S. Wright, Numerical Optimization, second edition, section 3.4.
    """
    stops: list[Stop] = []
    point, value = start, function(start)
    for n in range(most + 1):
        slope = slopes(point)
        here = Stop(n, point, value, slope)
        bend = bends(point)
        step, promised = bowl_step(slope, bend) if _is_finite(slope) else (None, 0.0)
        if step is None:
            return Path((*stops, here), "outside")
        level = here.steepness <= tolerance
        if (level or promised <= ROUNDED * abs(value)) and is_bowl(bend):
            return Path((*stops, here), "arrived" if level else "rounded")
        if level:
            step, promised = _aside(point, bend), 0.0
        if n == most or math.hypot(*point) > FAR * (1 + math.hypot(*start)):
            return Path((*stops, here), "unfinished" if n == most else "diverged")
        rate = _halved(function, point, value, step, promised)
        if rate is None:
            return Path((*stops, here), "stalled")
        stops.append(replace(here, rate=rate))
        point = tuple(x + rate * part for x, part in zip(point, step, strict=True))
        value = function(point)
    raise AssertionError("the last step returns")


def bowl_step(slope: Point, bend: Any) -> tuple[Point | None, float]:
    """Newton's step as if all curvatures were positive, and how fast f falls along it.

    Each letter is measured in a unit in which its own curvature is 1, so that letters of very different sizes
    do no harm.
    """
    import numpy as np

    bend = np.array(bend)
    if not np.all(np.isfinite(bend)):
        return None, 0.0
    units = np.sqrt(np.abs(np.diag(bend)))
    units[units < TINY] = 1.0
    sizes, axes = np.linalg.eigh(bend / np.outer(units, units))
    sizes = np.maximum(np.abs(sizes), FLATTEST * max(float(np.max(np.abs(sizes))), TINY))
    down = -np.array(slope) / units
    step = axes @ ((axes.T @ down) / sizes) / units
    return tuple(map(float, step)), float(-np.dot(slope, step))


def _aside(point: Point, bend: Any) -> Point:
    """A step from a saddle point, as long as the point is far from 0, along which the function bends down most."""
    import numpy as np

    bend = np.array(bend)
    units = np.sqrt(np.abs(np.diag(bend)))
    units[units < TINY] = 1.0
    _, axes = np.linalg.eigh(bend / np.outer(units, units))
    way = axes[:, 0] / units
    return tuple(map(float, way / np.linalg.norm(way) * (1 + math.hypot(*point))))


def is_bowl(bend: Any) -> bool:
    """Whether no curvature is negative, but for rounding.

    Examples:
        >>> is_bowl([[2.0, 0.0], [0.0, 0.0]]), is_bowl([[2.0, 0.0], [0.0, -1.0]])
        (True, False)
    """
    import numpy as np

    bend = np.array(bend)
    units = np.sqrt(np.abs(np.diag(bend)))
    units[units < TINY] = 1.0
    sizes = np.linalg.eigvalsh(bend / np.outer(units, units))
    return bool(sizes[0] >= -LEVEL * max(1.0, float(sizes[-1])))


def _halved(function: Function, point: Point, value: float, step: Point, promised: float) -> float | None:
    """The largest of 1, 1/2, 1/4, ... of a step with which f falls by enough."""
    rate = 1.0
    for _ in range(MOST_HALVINGS):
        after = function(tuple(x + rate * part for x, part in zip(point, step, strict=True)))
        if math.isfinite(after) and after <= value - ENOUGH * rate * promised and after < value:
            return rate
        rate /= 2
    return None


def _searched(function: Function, point: Point, value: float, slope: Point) -> float | None:
    """The largest of 1, 1/2, 1/4, ... with which f falls by enough."""
    down = tuple(-part for part in slope)
    return _halved(function, point, value, down, sum(part * part for part in slope))


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
