"""Newton's iteration for one equation or several, at 50 digits, with what became of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, Final

Number = Any
"""A number of ``numeric.real.context()``: mpmath at 50 digits."""

Point = tuple[Number, ...]
Matrix = tuple[Point, ...]
Values = Callable[[Point], tuple[Point, Matrix] | None]
"""The values of the functions and their Jacobian at a point; ``None`` where there are none."""

LONGEST_CYCLE: Final = 8
FAR: Final = 1e12
POLISHED: Final = 1e-44
ROUNDING: Final = 1e-46
MOST_POLISHING: Final = 80
SHORTEST_DAMPING: Final = 30
SAME: Final = 1e-9
"""How close a point is to an earlier one, relative to its size, to be called the same again."""


@dataclass(frozen=True, slots=True)
class Iterate:
    """One row of the table.

    Args:
        n: Its number, from 0.
        point: The coordinates.
        values: The functions there.
        slopes: Their Jacobian there, row by row.
        change: What is added to get to the next point; ``None`` where there is no next.
        halvings: How often the step was halved before it was taken.
        digits: How many digits are right, if it is known where the iteration leads.
    """

    n: int
    point: Point
    values: Point
    slopes: Matrix
    change: Point | None = None
    halvings: int = 0
    digits: int | None = None


@dataclass(frozen=True, slots=True)
class Run:
    """An iteration and how it ended.

    Args:
        rows: The iterates.
        ending: ``"root"``, ``"flat"`` (the slope, or the Jacobian's determinant, is 0), ``"cycle"``,
            ``"diverged"``, ``"outside"`` (a point has no value), ``"sharp"`` (it has a value and no slope),
            ``"slow"`` (it draws near and is not there yet) or ``"unsettled"``.
        root: Where it leads, for ``"root"``.
        order: The order of convergence observed; ``None`` where there are too few steps to tell.
        ratio: What each of the last steps left of the error.
        period: The length of the cycle.
        lost: The point that has no value or no slope.
    """

    rows: tuple[Iterate, ...]
    ending: str
    root: Point | None = None
    order: float | None = None
    ratio: float | None = None
    period: int = 0
    lost: Point | None = None

    @property
    def multiplicity(self) -> int:
        """That of the root, as far as the convergence tells: 1 where it is quadratic."""
        if self.ratio is None or self.order is None or self.order > 1.3 or not 0.4 < self.ratio < 0.97:
            return 1
        found = 1 / (1 - self.ratio)
        return round(found) if abs(found - round(found)) < 0.03 * found else 1


def iterate(
    values: Values, start: Point, *, most: int, tolerance: float, damped: bool = False, factor: int = 1
) -> Run:
    """Follow Newton's steps from a point.

    Args:
        values: The functions and their Jacobian.
        start: Where to begin; the functions must have values there.
        most: How many steps at most.
        tolerance: It has arrived when a step is shorter than this, relative to the point's size if that is
            above 1.
        damped: Whether to halve steps that do not bring the values nearer to 0.
        factor: How many times as far as the tangent says to go: the multiplicity of the root.
    """
    rows: list[Iterate] = []
    point = start
    for n in range(most + 1):
        found = values(point)
        if found is None:
            return Run(tuple(rows), "outside", lost=point)
        row = Iterate(n, point, *found)
        if any(slope is None for line in row.slopes for slope in line):
            return Run((*rows, row), "sharp", lost=point)
        if not any(row.values):
            rows.append(replace(row, change=tuple(part * 0 for part in point)))
            return _arrived(rows, point)
        period = _cycle(rows, point)
        if period:
            return Run((*rows, row), "cycle", period=period)
        step = _step(row, factor)
        if step is None:
            return Run((*rows, row), "flat")
        step, halvings = _halved(values, row, step) if damped else (step, 0)
        row = replace(row, change=step, halvings=halvings)
        rows.append(row)
        following = tuple(x + s for x, s in zip(point, step, strict=True))
        if size(step) <= tolerance * max(1, size(point)) and halvings < SHORTEST_DAMPING:
            return _arrived(rows, _snapped(values, _polished(values, following, factor)))
        if size(following) > FAR * (1 + size(start)):
            return Run(tuple(rows), "diverged")
        point = following
    slowly = _shrinking(rows)
    if slowly is not None:
        return Run(tuple(rows), "slow", order=1.0, ratio=slowly)
    return Run(tuple(rows), "diverged" if _runs_away(rows) else "unsettled")


def _shrinking(rows: Sequence[Iterate]) -> float | None:
    """What each of the last steps is of the one before, if that is the same for all and less than 1."""
    sizes = [size(row.change) for row in rows[-7:] if row.change]
    if len(sizes) < 7 or not all(sizes):
        return None
    ratios = [float(after / before) for before, after in pairwise(sizes)]
    return ratios[-1] if max(ratios) < 0.99 and max(ratios) - min(ratios) < 0.01 else None


def size(point: Point) -> Number:
    """The largest coordinate, without its sign."""
    return max(abs(part) for part in point)


def _step(row: Iterate, factor: int) -> Point | None:
    """The solution of J·s = −F; ``None`` where there is none."""
    from stepcalc.numeric.real import context

    own = context()
    if len(row.point) == 1:
        slope = row.slopes[0][0]
        return None if slope == 0 else (-factor * row.values[0] / slope,)
    largest = max(abs(entry) for line in row.slopes for entry in line)
    if not largest:
        return None
    try:
        solved = own.lu_solve(own.matrix(row.slopes), own.matrix([-value for value in row.values]))
    except (ZeroDivisionError, TypeError):  # of a column of zeros mpmath's decomposition gives a TypeError
        return None
    step = tuple(solved)
    # A singular matrix seldom has a pivot of exactly 0; what it gives then is of no use.
    return None if size(step) * largest > size(row.values) * 1e40 else step


def _halved(values: Values, row: Iterate, step: Point) -> tuple[Point, int]:
    """The longest of the step, its half, its quarter, ... that makes the largest value smaller."""
    for halvings in range(SHORTEST_DAMPING):
        found = values(tuple(x + s for x, s in zip(row.point, step, strict=True)))
        if found is not None and _length(found[0]) < _length(row.values):
            return step, halvings
        step = tuple(part / 2 for part in step)
    return step, SHORTEST_DAMPING


def _length(values: Point) -> Number:
    return sum(value * value for value in values)


def _cycle(rows: Sequence[Iterate], point: Point) -> int:
    """After how many steps the iteration comes back to a point; 0 if it does not."""
    scale = max(1, size(point))
    for period in range(2, min(LONGEST_CYCLE, len(rows)) + 1):
        before = rows[-period].point
        apart = max(abs(a - b) for a, b in zip(point, before, strict=True))
        # What converges is near to earlier points too, but then to all of them.
        moved = size(rows[-1].change or point)
        if apart <= SAME * scale and moved > 1e3 * SAME * scale:
            return period
    return 0


def _runs_away(rows: Sequence[Iterate]) -> bool:
    """Whether the last points lie farther and farther out, by steps that do not shrink."""
    tail = [size(row.point) for row in rows[-8:]]
    steps = [size(row.change) for row in rows[-8:] if row.change]
    return all(a < b for a, b in pairwise(tail)) and len(steps) > 1 and steps[-1] > steps[0] / 2


def _polished(values: Values, point: Point, factor: int) -> Point:
    """The limit, to nearly all digits of the arithmetic, as far as further steps bring it nearer."""
    last: Number | None = None
    for _ in range(MOST_POLISHING):
        found = values(point)
        if found is None or any(slope is None for line in found[1] for slope in line):
            break
        step = _step(Iterate(0, point, *found), factor) if any(found[0]) else None
        if step is None or (last is not None and size(step) > last):
            break
        point = tuple(x + s for x, s in zip(point, step, strict=True))
        last = size(step)
        if last <= POLISHED * max(size(point), POLISHED):
            break
    return point


def _snapped(values: Values, root: Point) -> Point:
    """The root with coordinates that are 0 but for rounding set to 0, if it stays a root."""
    least = 1e-24 * max(1, size(root))
    snapped = tuple(part * 0 if abs(part) < least else part for part in root)
    before, after = values(root), values(snapped)
    if before is None or after is None or size(after[0]) > max(size(before[0]), ROUNDING):
        return root
    return snapped


def _arrived(rows: Sequence[Iterate], root: Point) -> Run:
    from mpmath import log

    scale = size(root)
    errors = [max(abs(a - b) for a, b in zip(row.point, root, strict=True)) for row in rows]
    counted = tuple(
        replace(row, digits=_digits(error, scale)) for row, error in zip(rows, errors, strict=True)
    )
    usable = [error for error in errors if 1e-40 < error < 0.5 * max(1, scale)]
    order = ratio = None
    if len(usable) >= 3:
        a, b, c = usable[-3:]
        if a > b > c:
            order, ratio = float(log(c / b) / log(b / a)), float(c / b)
    return Run(counted, "root", root, order, ratio)


def _digits(error: Number, scale: Number) -> int:
    """How many significant digits are right; decimals, where the root is 0."""
    from mpmath import floor, log10

    if error == 0:
        return 50
    relative = error / scale if scale > 1e-20 else error
    return max(0, min(50, int(floor(-log10(2 * relative)))))
