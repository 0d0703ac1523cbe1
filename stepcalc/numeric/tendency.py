"""What values scale by scale can be seen to do: close in on a number, grow beyond all bounds, or wander."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, Final

from mpmath import libmp

from stepcalc.numeric.real import Raw, magnitude

CLOSE_BITS: Final = 36
"""A distance that is so many bits smaller than the number, or than 1, as good as vanishes."""

SLOWEST: Final = 0.8
"""A distance that keeps shrinking is left from one scale to the next in this part or less."""

FAST_BITS: Final = 10
FASTEST: Final = 0.2
"""So many bits are enough where no more than this part is left from one scale to the next."""

SLOWEST_NEARING: Final = 0.95
"""Where no more than this part is left, a distance shrinks noticeably."""

SLOWEST_GROWTH: Final = 1.04
"""What leaves all bounds grows by this factor or more from one scale to the next."""

SAME_BITS: Final = 60
"""Numbers that differ by so many bits less than they have are the same."""

ZERO: Final = libmp.fzero
Values = list[list[Raw]]
"""Scale by scale the values at several points."""


def _distances(values: Values, wanted: Raw) -> list[Raw]:
    """How far values are from a number at most, scale by scale."""
    return [_largest(libmp.mpf_sub(value, wanted, 200, "n") for value in row) for row in values]


def is_close(values: Values, wanted: Raw) -> bool:
    """Whether the distance from a number as good as vanishes, and has not grown on the way."""
    distances = _distances(values, wanted)
    if magnitude(distances[-1]) > max(magnitude(wanted), 0) - CLOSE_BITS:
        return False
    return not any(libmp.mpf_gt(late, early) for early, late in pairwise(distances[-3:]))


def closes_in(values: Values, wanted: Raw) -> bool:
    """Whether the distance from a number vanishes, or keeps shrinking in a way that leads to nothing else."""
    distances = _distances(values, wanted)
    if magnitude(distances[-1]) <= max(magnitude(wanted), 0) - CLOSE_BITS:
        return True
    if len(distances) < 3 or distances[-1] == ZERO:
        return False
    ratios = [_ratio(late, early) for early, late in pairwise(distances[-4:])]
    if max(ratios[-2:]) > SLOWEST:
        return False
    # One over a logarithm halves with each scale; that of a logarithm's logarithm takes a little less each time.
    if abs(2 - 1 / ratios[-1]) < 0.25 or (
        1.6 < 1 / ratios[-1] < 2 and ratios == sorted(ratios, reverse=True)
    ):
        return True
    # Too large a number may end the approach early: what vanishes as fast as 1/√x is seen to do so before.
    close = magnitude(distances[-1]) <= max(magnitude(wanted), 0) - FAST_BITS
    return close and max(ratios[-2:]) <= FASTEST


def nears(values: Values, wanted: Raw) -> bool:
    """Whether the distance from a number goes on shrinking noticeably."""
    distances = _distances(values, wanted)
    if len(distances) < 4 or ZERO in distances:
        return False
    return max(_ratio(late, early) for early, late in pairwise(distances[-4:])) < SLOWEST_NEARING


def grows(values: Values, sign: int) -> bool:
    """Whether values have this sign (0 plus, 1 minus) and grow beyond all bounds."""
    last = values[-3:]
    if len(last) < 2 or any(value[0] != sign or value == ZERO for row in last for value in row):
        return False
    sizes = [_largest(row) for row in last]
    return all(_ratio(late, early) >= SLOWEST_GROWTH for early, late in pairwise(sizes))


def wanders(sides: Sequence[Values]) -> bool:
    """Whether the values come to nothing: they keep swinging, or the two sides differ."""
    if any(swings(values) for values in sides):
        return True
    if len(sides) < 2:
        return False
    right, left = (values[-1][0] for values in sides)
    return not agree(right, left, 20)


def swings(values: Values) -> bool:
    """Whether points at one scale, the closest, have quite different values, of a size that stays."""
    row = values[-1]
    apart = _largest(libmp.mpf_sub(value, row[0], 53, "n") for value in row)
    size = _largest(row)
    if size == ZERO or magnitude(apart) < magnitude(size) - 8:
        return False
    if len(values) < 4:
        return False
    late, early = _largest([*values[-1], *values[-2]]), _largest([*values[-3], *values[-4]])
    signs = {value[0] for value in row if value != ZERO}
    return _ratio(late, early) > 0.6 and (len(signs) == 2 or _ratio(late, early) < 1.7)


def agree(first: Raw, second: Raw, bits: int = SAME_BITS) -> bool:
    """Whether two numbers are the same to so many bits."""
    apart = libmp.mpf_sub(first, second, 200, "n")
    return apart == ZERO or magnitude(apart) <= max(magnitude(first), magnitude(second)) - bits


def _largest(values: Any) -> Raw:
    largest: Raw = ZERO
    for value in values:
        size = libmp.mpf_abs(value)
        if libmp.mpf_gt(size, largest):
            largest = size
    return largest


def _ratio(first: Raw, second: Raw) -> float:
    if second == ZERO:
        return 1.0
    return float(libmp.to_float(libmp.mpf_div(first, second, 53, "n")))
