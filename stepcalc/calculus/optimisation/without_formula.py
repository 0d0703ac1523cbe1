"""Descent without a formula: of a Python function, or of a table, by differences."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any, Final

from stepcalc.calculus.optimisation.asking import numbers, point_of
from stepcalc.calculus.optimisation.descents import Descent
from stepcalc.errors import UsageError
from stepcalc.messages import say
from stepcalc.notation.forms import Form, letter
from stepcalc.numeric import descent
from stepcalc.numeric.descent import Point, central_slopes
from stepcalc.rulebook.book import Rulebook

LOOSE: Final = 1e-5
"""How short a gradient is where a way has arrived: by differences it has fewer right digits."""


def is_table(given: Any) -> bool:
    """Whether something is a table of one letter: columns by name, or pairs of numbers."""
    if isinstance(given, Mapping):
        return True
    return (
        isinstance(given, list | tuple)
        and bool(given)
        and all(
            isinstance(pair, list | tuple)
            and len(pair) == 2
            and all(isinstance(each, int | float) for each in pair)
            for pair in given
        )
    )


def without_formula(
    given: Any,
    start: Any,
    letters: tuple[Form, ...],
    rate: float | None,
    steps: int,
    tolerance: float | None,
    book: Rulebook,
) -> Descent:
    """Descent of a Python function or a table, whose slopes are differences."""
    spacing: float | None = None
    if callable(given):
        count = len(start) if hasattr(start, "__len__") and not isinstance(start, str) else _count(start)
        function = _not_a_number_outside(given)
        slopes = central_slopes(function)
    else:
        function, slopes, spacing = _from_table(given)
        count = 1
    names = letters or _names(count)
    begin = tuple(float(part) for part in numbers(point_of(start, names, book, "--from"), book))
    if not math.isfinite(function(begin)):
        raise UsageError(say("newton-start-outside"), code="newton-start-outside")
    close = LOOSE if tolerance is None else tolerance
    path = descent.descend(function, slopes, begin, rate=rate, most=steps, tolerance=close)
    return Descent(names, begin, path, rate, function, book=book, spacing=spacing)


def _count(start: Any) -> int:
    return len(start.split(",")) if isinstance(start, str) else 1


def _names(count: int) -> tuple[Form, ...]:
    if count <= 3:
        return tuple(letter(name) for name in "xyz"[:count])
    return tuple(letter(f"x_{place + 1}") for place in range(count))


def _not_a_number_outside(given: Callable[..., Any]) -> Callable[[Point], float]:
    """A Python function; where it has no value it is not a number."""

    def function(point: Point) -> float:
        try:
            return float(given(*point))
        except (ValueError, ZeroDivisionError, OverflowError):
            return math.nan

    return function


def _from_table(given: Any) -> tuple[Callable[[Point], float], Callable[[Point], Point], float]:
    """A table as a function between its points, its slopes by differences of neighbours, and its spacing."""
    import numpy as np

    columns = list(given.values()) if isinstance(given, Mapping) else list(zip(*given, strict=True))
    if len(columns) != 2:
        raise UsageError(say("table-two-columns"), code="table-two-columns")
    x, f = (np.asarray(list(column), dtype=float) for column in columns)
    order = np.argsort(x)
    x, f = x[order], f[order]
    if len(x) < 3 or np.any(np.diff(x) <= 0) or not np.all(np.isfinite([x, f])):
        raise UsageError(say("table-points"), code="table-points")
    slopes = np.gradient(f, x)

    def function(point: Point) -> float:
        return float(np.interp(point[0], x, f)) if x[0] <= point[0] <= x[-1] else math.nan

    def slope(point: Point) -> Point:
        return (float(np.interp(point[0], x, slopes)),)

    return function, slope, float(np.max(np.diff(x)))
