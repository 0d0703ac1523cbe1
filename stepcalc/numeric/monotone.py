"""The intervals that functions take intervals to."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from typing import Final

from stepcalc.numeric.intervals import (
    EMPTY,
    EVERYTHING,
    INSIDE_UNIT,
    NONNEGATIVE,
    POSITIVE,
    ROUNDING,
    UNIT,
    End,
    Interval,
    inverse,
    meet,
    negative,
    point,
)


def _monotone(
    function: Callable[[float], float], lower: Interval, largest: float = 700.0
) -> Callable[..., Interval]:
    """The interval of a rising function: its values at the ends, rounded outwards, within its range."""

    def of(values: Interval) -> Interval:
        lower_end = _at(function, values.lower, -1, largest)
        upper_end = _at(function, values.upper, 1, largest)
        return meet(
            lower,
            Interval(
                lower_end,
                upper_end,
                lower_end is None or values.lower_open,
                upper_end is None or values.upper_open,
            ),
        )

    return of


def _at(function: Callable[[float], float], end: End, side: int, largest: float) -> End:
    if end is None or not -largest <= end <= largest:
        return None
    if end == 0:
        known = function(0.0)
        if known == int(known):
            return int(known)
    about = Fraction(function(float(end)))
    return about + side * abs(about) * ROUNDING


def _exponential(values: Interval) -> Interval:
    found = _monotone(math.exp, POSITIVE)(values)
    return found._replace(nonzero=True)


def _logarithm(values: Interval) -> Interval:
    values = meet(values, POSITIVE)
    if values.is_empty:
        return EMPTY
    ends: list[End] = []
    for end, side in ((values.lower, -1), (values.upper, 1)):
        if end is None or end == 0 or end > 10**300 or end < Fraction(1, 10**300):
            ends.append(None)
        elif end == 1:
            ends.append(0)
        else:
            about = Fraction(math.log(end))
            ends.append(about + side * abs(about) * ROUNDING)
    # 1 between two exact ends keeps the sign exact: log rises through 0 there.
    return Interval(
        ends[0],
        ends[1],
        ends[0] is None or values.lower_open,
        ends[1] is None or values.upper_open,
        1 not in values,
    )


def _absolute(values: Interval) -> Interval:
    if values.is_nonnegative:
        return values
    if values.is_nonpositive:
        return negative(values)
    largest: End = None
    is_open = True
    if values.lower is not None and values.upper is not None:
        largest = max(-values.lower, values.upper)
        is_open = False
    return Interval(0, largest, values.nonzero, is_open, values.nonzero, values.integer)


def _sign_of(values: Interval) -> Interval:
    if values.is_positive:
        return point(1)
    if values.is_negative:
        return point(-1)
    return Interval(
        0 if values.is_nonnegative else -1,
        0 if values.is_nonpositive else 1,
        False,
        False,
        values.nonzero,
        True,
    )


def _hyperbolic_cosine(values: Interval) -> Interval:
    return Interval(1, None, values.excludes_zero, True, True)


def _floor(values: Interval) -> Interval:
    lower = None if values.lower is None else math.floor(values.lower)
    upper = None if values.upper is None else math.floor(values.upper)
    return Interval(lower, upper, lower is None, upper is None, False, True)


def _ceiling(values: Interval) -> Interval:
    return negative(_floor(negative(values)))


def _factorial(values: Interval) -> Interval:
    positive = values.lower is not None and values.lower > -1
    return POSITIVE._replace(nonzero=True, integer=values.integer) if positive else Interval(nonzero=True)


def _gamma(values: Interval) -> Interval:
    return POSITIVE._replace(nonzero=True) if values.is_nonnegative else Interval(nonzero=True)


def _keeps_sign(bounds: Interval) -> Callable[[Interval], Interval]:
    """A function that has the sign of its argument, and values within bounds."""

    def of(values: Interval) -> Interval:
        lower = 0 if values.is_nonnegative else None
        upper = 0 if values.is_nonpositive else None
        nonzero = values.excludes_zero
        return meet(
            bounds, Interval(lower, upper, lower is None or nonzero, upper is None or nonzero, nonzero)
        )

    return of


def _fixed(found: Interval) -> Callable[[Interval], Interval]:
    return lambda _: found


_HALF_PI: Final = Interval(-Fraction(math.pi) / 2 - ROUNDING, Fraction(math.pi) / 2 + ROUNDING)


FUNCTIONS: Final[dict[str, Callable[[Interval], Interval]]] = {
    "exp": _exponential,
    "log": _logarithm,
    "sin": _fixed(UNIT),
    "cos": _fixed(UNIT),
    "sec": _fixed(Interval(nonzero=True)),
    "csc": _fixed(Interval(nonzero=True)),
    "sinh": _monotone(math.sinh, EVERYTHING),
    "cosh": _hyperbolic_cosine,
    "tanh": _keeps_sign(INSIDE_UNIT),
    "sech": _fixed(Interval(0, 1, True, False, True)),
    "csch": lambda values: inverse(_keeps_sign(EVERYTHING)(values)),
    "coth": lambda values: inverse(_keeps_sign(INSIDE_UNIT)(values)),
    "asin": _keeps_sign(_HALF_PI),
    "acos": _fixed(Interval(0, Fraction(math.pi) + ROUNDING, False)),
    "atan": _keeps_sign(_HALF_PI),
    "asinh": _monotone(math.asinh, EVERYTHING, 1e300),
    "acosh": _fixed(NONNEGATIVE),
    "atanh": _keeps_sign(EVERYTHING),
    "abs": _absolute,
    "sign": _sign_of,
    "floor": _floor,
    "ceiling": _ceiling,
    "heaviside": _fixed(Interval(0, 1, False, False)),
    "erf": _keeps_sign(INSIDE_UNIT),
    "erfc": _fixed(Interval(0, 2, True, True, True)),
    "erfi": _keeps_sign(EVERYTHING),
    "gamma": _gamma,
    "factorial": _factorial,
    "lambertw": _keeps_sign(Interval(-1, None, False)),
}
