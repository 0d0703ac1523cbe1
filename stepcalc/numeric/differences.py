"""Derivatives by real central differences of two step widths, which must agree.

Complex steps and contours would be wrong on |x|, on max and beyond the edge of a domain; real differences are
only taken between points where the function is real, and refuse a kink, a jump or an edge nearby.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from mpmath import libmp

from stepcalc.numeric.real import Raw, is_finite, magnitude

STEP_BITS: Final = 40
"""The step is 2⁻⁴⁰ of the size of the point, so that an error of order h⁴ is beyond 40 digits."""

BITS_LOST: Final = 48
"""What dividing by the step costs in precision, at most; it is added beforehand."""

AGREEMENT_BITS: Final = 36
"""How closely the two widths must agree; what is extrapolated is then right to twice as many bits."""

FLOOR_BITS: Final = -40
"""What agreement is relative to where the function itself is nought."""

_THIRD_STEPS: Final = libmp.from_int(3)


def step_exponent(at: Raw) -> int:
    """The exponent of two that is the step's width at a point."""
    return min(max(magnitude(at), -8), 64) - STEP_BITS


def central(
    values: Callable[[Raw], Sequence[Raw | None]], at: Raw, exponent: int, precision: int
) -> list[Raw | None]:
    """The derivative of each of several functions, evaluated together at five points.

    Args:
        values: Gives the values of all functions at a point, ``None`` where one has no value.
        at: The point.
        exponent: The step is 2 to this power.
        precision: Working precision in bits.

    Returns:
        For each function the derivative, or ``None`` where it has none, or where the point is within reach of
        a kink, a jump or the edge of the domain.
    """
    middle = values(at)
    if all(value is None for value in middle):
        return [None] * len(middle)
    step: Raw = (0, 1, exponent, 1)
    double: Raw = (0, 1, exponent + 1, 1)
    columns = zip(
        values(libmp.mpf_sub(at, double)),
        values(libmp.mpf_sub(at, step)),
        middle,
        values(libmp.mpf_add(at, step)),
        values(libmp.mpf_add(at, double)),
        strict=True,
    )
    return [_combine(column, exponent, precision) for column in columns]


def _combine(column: tuple[Raw | None, ...], exponent: int, precision: int) -> Raw | None:
    """One derivative from the values at x−2h, x−h, x, x+h, x+2h, by Richardson's extrapolation."""
    far_left, left, middle, right, far_right = column
    if far_left is None or left is None or middle is None or right is None or far_right is None:
        return None
    near = libmp.mpf_shift(libmp.mpf_sub(right, left, precision), -exponent - 1)
    far = libmp.mpf_shift(libmp.mpf_sub(far_right, far_left, precision), -exponent - 2)
    gap = libmp.mpf_sub(near, far, precision)
    size = max(magnitude(near), magnitude(middle) if middle[1] else FLOOR_BITS)
    allowed = size - AGREEMENT_BITS
    if not is_finite(gap) or magnitude(gap) > allowed:
        return None
    # On a smooth curve the bend across 2h is four times that across h; at a kink it is twice.
    twice = libmp.mpf_shift(middle, 1)
    bend = libmp.mpf_sub(libmp.mpf_add(left, right, precision), twice, precision)
    far_bend = libmp.mpf_sub(libmp.mpf_add(far_left, far_right, precision), twice, precision)
    kink = libmp.mpf_shift(libmp.mpf_sub(far_bend, libmp.mpf_shift(bend, 2), precision), -exponent)
    if magnitude(kink) > allowed:
        return None
    return libmp.mpf_add(near, libmp.mpf_div(gap, _THIRD_STEPS, precision), precision)  # type: ignore[no-any-return]


def nested(
    values: Callable[[tuple[Raw, ...]], Sequence[Raw | None]],
    at: tuple[Raw, ...],
    order: Sequence[int],
    precision: int,
    finer: int = 0,
) -> list[Raw | None]:
    """The mixed derivative of each of several functions.

    Args:
        values: Gives the values of all functions at a point with these coordinates.
        at: The point.
        order: Places of the coordinates to differentiate in, the first one first.
        precision: Working precision in bits.
        finer: How many bits finer than usual the steps are to be.
    """
    exponents = tuple(step_exponent(each) - finer for each in at)
    known: dict[tuple[int, tuple[Raw, ...]], Sequence[Raw | None]] = {}

    def differentiated(times: int, point: tuple[Raw, ...]) -> Sequence[Raw | None]:
        found = known.get((times, point))
        if found is None:
            if times == 0:
                found = values(point)
            else:
                place = order[times - 1]

                def along(value: Raw) -> Sequence[Raw | None]:
                    return differentiated(times - 1, (*point[:place], value, *point[place + 1 :]))

                found = central(along, point[place], exponents[place], precision)
            known[times, point] = found
        return found

    return list(differentiated(len(order), at))
