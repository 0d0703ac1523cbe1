"""Plots of Taylor polynomials: the function, approximations of growing order, the band of the remainder."""

from __future__ import annotations

import math
from collections.abc import Sequence
from math import factorial
from typing import TYPE_CHECKING, Any, Final

from stepcalc.errors import UsageError
from stepcalc.messages import say
from stepcalc.notation.forms import letters_of, rebuild
from stepcalc.numeric.arrays import Curve
from stepcalc.render.plots import describing
from stepcalc.render.plots.curves import (
    Study,
    Values,
    is_in_pi,
    marks_of,
    named,
    number_of,
    poles_of,
    short,
)
from stepcalc.render.plots.data import Band, Line, Mark, Panel, Picture, Range
from stepcalc.render.plots.window import scan, snapped, window

if TYPE_CHECKING:
    from stepcalc.calculus.taylor.facts import Facts
    from stepcalc.trace.derivation import Derivation

Array = Any

MOST_POLYNOMIALS: Final = 4
LOWERED: Final = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
BAND_POINTS: Final = 241
OFF: Final = 0.25
"""The window reaches a little beyond where the last polynomial is off by this part of the function's height."""

REACHES: Final = tuple(0.02 * 1.25**k for k in range(36))


def of_taylor(derivation: Derivation, values: Values, on: Range | None) -> Picture:
    """The function and its Taylor polynomials.

    Args:
        derivation: What ``taylor`` gave, for one letter.
        values: A number for each letter that is held fixed.
        on: The window.
    """
    from stepcalc.calculus.taylor.facts import facts

    book, found = derivation.rulebook, facts(derivation)
    if letters_of(found.centre) - set(values):
        raise UsageError(say("plot-centre"), code="plot-centre")
    variable = found.variable
    form = rebuild(derivation.question.form, values)
    centre = number_of(rebuild(found.centre, values), book)
    coefficients = [number_of(rebuild(row.coefficient, values), book) for row in found.rows]
    curve = Curve(form, (variable,), book.definitions)
    bound = _bound(found, book, values)
    across = on or _across(curve, coefficients, centre, bound)
    study = Study([form], variable, book, [centre], across)
    function = study.study(study.curves[0], [coefficients[0]], _up(study, coefficients, centre))
    letter = variable.name
    lines = [Line(function.drawn.pieces, named(f"f({letter})", derivation.question.form, book), "function")]
    orders = growing(coefficients)
    grid = np_grid(across)
    for rank, order in enumerate(orders):
        heights = polynomial(coefficients[: order + 1], centre, grid)
        piece = _clipped(grid, heights, function.up)
        lines.append(
            Line(
                piece,
                say("plot-polynomial", order=order if rank < len(orders) - 1 else found.order),
                "polynomial",
                rank + MOST_POLYNOMIALS - len(orders),
            )
        )
    band = _band(found, bound, coefficients, centre, study, function.up, curve)
    in_pi = is_in_pi([*study.zeros(study.curves[0]), *study.places], *across) and not centre
    marks = (Mark(centre, coefficients[0]), *marks_of(function))
    panel = Panel(
        tuple(lines), across, function.up, letter, "f", marks, poles_of(function), band=band, in_pi=in_pi
    )
    told = describing.settings(values)
    title = say("plot-title-taylor", function=short(derivation.question.form, book), letter=letter,
                centre=describing.place(centre)) + told  # fmt: skip
    alt = say("plot-alt-taylor", function=short(derivation.question.form, book) + told, letter=letter,
              centre=describing.place(centre), low=describing.place(across[0]),
              high=describing.place(across[1]), orders=", ".join(map(str, orders)))  # fmt: skip
    if band is not None:
        alt += " " + say("plot-alt-band", band=band.name)
    return Picture((panel,), title, alt)


def np_grid(across: Range) -> Array:
    """Even steps across the window."""
    import numpy as np

    return np.linspace(*across, 601)


def polynomial(coefficients: Sequence[float], centre: float, x: Array) -> Array:
    """The values of a polynomial in x − centre, lowest power first (Horner's scheme)."""
    import numpy as np

    total = np.zeros_like(x)
    for coefficient in reversed(coefficients):
        total = total * (x - centre) + coefficient
    return total


def growing(coefficients: Sequence[float]) -> list[int]:
    """The orders whose polynomials differ, a few of them, the last one always.

    Examples:
        >>> growing([0, 1, 0, -1 / 6, 0, 1 / 120, 0])
        [1, 3, 5]
        >>> growing([1, 1, 0.5, 1, 1, 1, 1])
        [0, 2, 4, 6]
    """
    orders = [order for order, coefficient in enumerate(coefficients) if coefficient or not order]
    if len(orders) > 1 and not coefficients[0]:
        orders = orders[1:]
    if len(orders) <= MOST_POLYNOMIALS:
        return orders
    step = (len(orders) - 1) / (MOST_POLYNOMIALS - 1)
    return [orders[round(place * step)] for place in range(MOST_POLYNOMIALS)]


def _clipped(x: Array, y: Array, up: Range) -> tuple[tuple[Array, Array], ...]:
    """The parts of a polynomial that are near the picture."""
    import numpy as np

    tall = up[1] - up[0]
    near = (y > up[0] - tall) & (y < up[1] + tall)
    near = near | np.concatenate([near[1:], [False]]) | np.concatenate([[False], near[:-1]])
    cuts = np.flatnonzero(np.diff(near.astype(int))) + 1
    parts = zip(np.split(x, cuts), np.split(y, cuts), np.split(near, cuts), strict=True)
    return tuple(
        (part_x, np.clip(part_y, up[0] - tall, up[1] + tall))
        for part_x, part_y, kept in parts
        if kept[0] and len(part_x) > 1
    )


Bound = tuple[float, float, float]
"""The ends of the interval, and what |f⁽ⁿ⁺¹⁾| does not exceed there."""


def _bound(found: Facts, book: Any, values: Values) -> Bound | None:
    if found.remainder is None:
        return None
    rest = found.remainder
    low, high, largest = (
        number_of(rebuild(form, values), book) for form in (rest.low, rest.high, rest.largest)
    )
    return low, high, largest


def _across(curve: Curve, coefficients: Sequence[float], centre: float, bound: Bound | None) -> Range:
    """The window: the interval of the bound with a margin, or a little beyond where the last one is good."""
    import numpy as np

    if bound is not None:
        low, high, _ = bound
        margin = 0.25 * (high - low)
        return snapped(low - margin, high + margin)
    curve.settle(scan(cost=1)[800:-800])
    for reach in REACHES:
        for side in (-1, 1):
            x = centre + side * reach * np.linspace(0, 1, 61)
            heights, near = curve(x), polynomial(coefficients, centre, x)
            have = np.isfinite(heights)
            tall = float(np.ptp(heights[have])) if np.any(have) else 0.0
            if np.any(have) and np.max(np.abs(heights - near)[have]) > OFF * max(tall, 1e-12):
                return snapped(centre - 1.6 * reach, centre + 1.6 * reach)
    return window(curve, None, [], [centre])


def _up(study: Study, coefficients: Sequence[float], centre: float) -> Range:
    """The range of heights: the function's own, with room for polynomials to leave it."""
    plain = study.study(study.curves[0], [coefficients[0]]).up
    low, high = plain
    room = 0.25 * (high - low)
    return low - room, high + room


def _band(
    found: Facts,
    bound: Bound | None,
    coefficients: Sequence[float],
    centre: float,
    study: Study,
    up: Range,
    curve: Curve,
) -> Band | None:
    """What the remainder may come to, where that was bounded; else what it comes to."""
    import numpy as np

    last, tall = found.order, up[1] - up[0]
    if bound is not None:
        low, high, largest = bound
        x = np.linspace(low, high, BAND_POINTS)
        near = polynomial(coefficients, centre, x)
        reach = largest * np.abs(x - centre) ** (last + 1) / factorial(last + 1)
        name = say("plot-band", order=str(last).translate(LOWERED))
        return Band(x, np.clip(near - reach, up[0] - tall, up[1] + tall),
                    np.clip(near + reach, up[0] - tall, up[1] + tall), name)  # fmt: skip
    left = max([place for place in study.places if place < centre], default=study.low)
    right = min([place for place in study.places if place > centre], default=study.high)
    x = np.linspace(left, right, 2 * BAND_POINTS + 2)[1:-1]
    near, heights = polynomial(coefficients, centre, x), curve(x)
    inside = (heights > up[0] - tall) & (heights < up[1] + tall)
    if not np.any(np.abs(near - heights)[inside] > 1e-3 * tall):
        return None
    near = np.where(inside, np.clip(near, up[0] - tall, up[1] + tall), math.nan)
    heights = np.where(inside, heights, math.nan)
    return Band(x, np.fmin(near, heights), np.fmax(near, heights), say("plot-band-actual", order=last))
