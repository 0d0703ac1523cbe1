"""Intervals of real numbers with exact ends, and arithmetic on them: every value is inside."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Final, NamedTuple

Number = int | Fraction


End = Number | None


LARGEST_BITS: Final = 400


ROUNDING: Final = Fraction(1, 1 << 40)


class Interval(NamedTuple):
    """The values that a form can take.

    Args:
        lower: The lower end, ``None`` for minus infinity.
        upper: The upper end, ``None`` for infinity.
        lower_open: Whether the lower end itself is excluded.
        upper_open: Whether the upper end itself is excluded.
        nonzero: Whether 0 is excluded, wherever it lies.
        integer: Whether all values are integers.
    """

    lower: End = None
    upper: End = None
    lower_open: bool = True
    upper_open: bool = True
    nonzero: bool = False
    integer: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether no number is in it."""
        if self.lower is None or self.upper is None:
            return False
        return self.lower > self.upper or (
            self.lower == self.upper
            and (self.lower_open or self.upper_open or (self.nonzero and not self.lower))
        )

    @property
    def is_positive(self) -> bool:
        """Whether all values are above 0."""
        lower = self.lower
        return lower is not None and (lower > 0 or (lower == 0 and (self.lower_open or self.nonzero)))

    @property
    def is_negative(self) -> bool:
        """Whether all values are below 0."""
        upper = self.upper
        return upper is not None and (upper < 0 or (upper == 0 and (self.upper_open or self.nonzero)))

    @property
    def is_nonnegative(self) -> bool:
        """Whether no value is below 0."""
        return self.lower is not None and self.lower >= 0

    @property
    def is_nonpositive(self) -> bool:
        """Whether no value is above 0."""
        return self.upper is not None and self.upper <= 0

    @property
    def excludes_zero(self) -> bool:
        """Whether no value is 0."""
        return self.nonzero or self.is_positive or self.is_negative

    def __contains__(self, value: object) -> bool:
        """Whether a number is in it."""
        assert isinstance(value, int | float | Fraction)
        if self.lower is not None and (value < self.lower or (value == self.lower and self.lower_open)):
            return False
        if self.upper is not None and (value > self.upper or (value == self.upper and self.upper_open)):
            return False
        return not (self.nonzero and value == 0)


EVERYTHING: Final = Interval()


EMPTY: Final = Interval(1, 0)


POSITIVE: Final = Interval(0, None)


NONNEGATIVE: Final = Interval(0, None, False)


UNIT: Final = Interval(-1, 1, False, False)


INSIDE_UNIT: Final = Interval(-1, 1)


def point(value: Number) -> Interval:
    whole = value.denominator == 1
    return Interval(
        int(value) if whole else value, int(value) if whole else value, False, False, value != 0, whole
    )


def around(value: float) -> Interval:
    """An interval about a rounded value."""
    exact = Fraction(value)
    return Interval(exact - ROUNDING, exact + ROUNDING)


def shortened(found: Interval) -> Interval:
    """The interval with ends that are short numbers: long fractions are rounded outwards."""
    lower, upper = found.lower, found.upper
    if is_long(lower):
        assert lower is not None
        found = found._replace(lower=_rounded(lower, math.floor), lower_open=True)
    if is_long(upper):
        assert upper is not None
        found = found._replace(upper=_rounded(upper, math.ceil), upper_open=True)
    return found


def is_long(end: End) -> bool:
    return end is not None and end.numerator.bit_length() + end.denominator.bit_length() > LARGEST_BITS


def _rounded(end: Number, direction: Callable[[Fraction], int]) -> End:
    """The end moved outwards to a short number; what is too large becomes infinite."""
    if end.numerator.bit_length() - end.denominator.bit_length() > LARGEST_BITS // 2:
        return None
    return Fraction(direction(Fraction(end) * (1 << 100)), 1 << 100)


def short(end: Fraction | None) -> End:
    return end.numerator if end is not None and end.denominator == 1 else end


def plus(left: Interval, right: Interval) -> Interval:
    lower = None if left.lower is None or right.lower is None else left.lower + right.lower
    upper = None if left.upper is None or right.upper is None else left.upper + right.upper
    return Interval(
        lower,
        upper,
        left.lower_open or right.lower_open,
        left.upper_open or right.upper_open,
        False,
        left.integer and right.integer,
    )


def negative(values: Interval) -> Interval:
    lower, upper, lower_open, upper_open, nonzero, integer = values
    return Interval(
        None if upper is None else -upper,
        None if lower is None else -lower,
        upper_open,
        lower_open,
        nonzero,
        integer,
    )


def meet(left: Interval, right: Interval | None) -> Interval:
    """What is in both."""
    if right is None or right is EVERYTHING:
        return left
    lower, lower_open = left.lower, left.lower_open
    if lower is None or (right.lower is not None and (right.lower, right.lower_open) > (lower, lower_open)):
        lower, lower_open = right.lower, right.lower_open
    upper, upper_open = left.upper, left.upper_open
    if upper is None or (right.upper is not None and (-right.upper, right.upper_open) > (-upper, upper_open)):
        upper, upper_open = right.upper, right.upper_open
    return Interval(
        lower, upper, lower_open, upper_open, left.nonzero or right.nonzero, left.integer or right.integer
    )


def hull(parts: Sequence[Interval]) -> Interval:
    """The least interval that holds all of them."""
    parts = [part for part in parts if not part.is_empty]
    if not parts:
        return EVERYTHING
    lowers = [(part.lower, part.lower_open) for part in parts if part.lower is not None]
    uppers = [(part.upper, not part.upper_open) for part in parts if part.upper is not None]
    lower, lower_open = min(lowers) if len(lowers) == len(parts) else (None, True)
    upper, upper_closed = max(uppers) if len(uppers) == len(parts) else (None, False)
    return Interval(
        lower,
        upper,
        lower_open,
        not upper_closed,
        all(part.excludes_zero for part in parts),
        all(part.integer for part in parts),
    )


def extremum(args: Sequence[Interval], side: int) -> Interval:
    if side < 0:
        return negative(extremum([negative(arg) for arg in args], 1))
    lowers = [(arg.lower, arg.lower_open) for arg in args if arg.lower is not None]
    uppers = [(arg.upper, not arg.upper_open) for arg in args if arg.upper is not None]
    lower, lower_open = max(lowers) if lowers else (None, True)
    upper, upper_closed = max(uppers) if len(uppers) == len(args) else (None, False)
    return Interval(
        lower,
        upper,
        lower_open,
        not upper_closed,
        all(arg.nonzero for arg in args),
        all(arg.integer for arg in args),
    )


_Bound = tuple[End, bool, int]
"""An end of a product: the number, whether it is open, and the sign of an infinite one."""


def times(left: Interval, right: Interval) -> Interval:
    nonzero = left.excludes_zero and right.excludes_zero
    integer = left.integer and right.integer
    if left.is_empty or right.is_empty:
        return EMPTY
    ends = [_corner(a, b) for a in _ends(left) for b in _ends(right)]
    lower, lower_open = _extreme(ends, -1)
    upper, upper_open = _extreme(ends, 1)
    if not nonzero:
        # Nought is reached wherever one factor reaches it, even at a corner whose other end is open.
        lower_open = lower_open and not (lower == 0 and (0 in left or 0 in right))
        upper_open = upper_open and not (upper == 0 and (0 in left or 0 in right))
    return Interval(
        lower,
        upper,
        lower_open or (lower == 0 and nonzero),
        upper_open or (upper == 0 and nonzero),
        nonzero,
        integer,
    )


def _ends(values: Interval) -> tuple[_Bound, _Bound]:
    return (values.lower, values.lower_open, -1), (values.upper, values.upper_open, 1)


def _corner(left: _Bound, right: _Bound) -> _Bound:
    """The product of two ends."""
    a, a_open, a_side = left
    b, b_open, b_side = right
    if a is not None and b is not None:
        if not a and not a_open:
            return 0, False, 0
        if not b and not b_open:
            return 0, False, 0
        return a * b, a_open or b_open, 0
    if a == 0 or b == 0:
        return 0, a_open if a == 0 else b_open, 0
    a_sign = a_side if a is None else (1 if a > 0 else -1)
    b_sign = b_side if b is None else (1 if b > 0 else -1)
    return None, True, a_sign * b_sign


def _extreme(ends: Sequence[_Bound], side: int) -> tuple[End, bool]:
    """The lowest or highest of several ends, closed if one of equal ones is."""
    if any(end is None and sign == side for end, _, sign in ends):
        return None, True
    finite = [(end, is_open) for end, is_open, _ in ends if end is not None]
    if not finite:
        return None, True
    best = (max if side > 0 else min)(end for end, _ in finite)
    return best, all(is_open for end, is_open in finite if end == best)


def inverse(values: Interval) -> Interval:
    """The values of one over a number that is not 0."""
    lower, upper = values.lower, values.upper
    if values.is_empty or values.lower == values.upper == 0:
        return EMPTY
    if values.is_nonnegative:
        bottom = Fraction(0) if upper is None else Fraction(1) / upper
        top = None if not lower else Fraction(1) / lower
        return Interval(
            short(bottom),
            short(top),
            upper is None or values.upper_open,
            top is None or values.lower_open,
            True,
        )
    if values.is_nonpositive:
        return negative(inverse(negative(values)))
    return Interval(nonzero=True)


def squared(values: Interval) -> Interval:
    return even_power(values, 2)


def even_power(values: Interval, exponent: int) -> Interval:
    """A positive even power."""
    if values.is_nonpositive:
        values = negative(values)
    if values.is_nonnegative:
        return _monotone_power(values, exponent)
    largest: End = None
    is_open = True
    if values.lower is not None and values.upper is not None:
        largest = max(-values.lower, values.upper)
        is_open = all(
            flag
            for end, flag in ((-values.lower, values.lower_open), (values.upper, values.upper_open))
            if end == largest
        )
        largest = _raised(largest, exponent)
    return Interval(0, largest, values.nonzero, is_open or largest is None, values.nonzero, values.integer)


def _raised(end: Number, exponent: int) -> End:
    size = end.numerator.bit_length() + end.denominator.bit_length()
    return end**exponent if size * exponent <= LARGEST_BITS else None


def _monotone_power(values: Interval, exponent: int) -> Interval:
    """A positive power of an interval on which it rises; an end too long to write becomes infinite."""
    lower = None if values.lower is None else _raised(values.lower, exponent)
    upper = None if values.upper is None else _raised(values.upper, exponent)
    if lower is None and values.lower is not None and values.lower >= 0:
        lower = 1 if values.lower >= 1 else 0
        return Interval(
            lower, upper, False, values.upper_open or upper is None, values.excludes_zero, values.integer
        )
    return Interval(
        lower,
        upper,
        lower is None or values.lower_open,
        upper is None or values.upper_open,
        values.excludes_zero,
        values.integer,
    )


def fixed_power(base: Interval, exponent: Fraction) -> Interval:
    """A power whose exponent is a known fraction."""
    if exponent == 0:
        return point(1)
    if exponent < 0:
        return inverse(fixed_power(base, -exponent))
    top, index = exponent.numerator, exponent.denominator
    extracted = root_of_index(base, index)
    if extracted.is_empty:
        return EMPTY
    return shortened(even_power(extracted, top) if top % 2 == 0 else _monotone_power(extracted, top))


def general_power(base: Interval, exponent: Interval) -> Interval:
    """A power whose exponent varies: it is real for a positive base, and maybe here and there for others."""
    positive = base.excludes_zero or exponent.is_nonpositive
    if base.lower is not None and base.lower >= 1 and exponent.is_nonnegative:
        return Interval(1, None, False, True, True)
    if base.is_nonnegative and base.upper is not None and base.upper <= 1 and exponent.is_nonnegative:
        return Interval(0, 1, positive, False, positive)
    if base.is_nonnegative or not exponent.integer:
        return Interval(0 if base.is_nonnegative else None, None, positive, True, positive)
    return EVERYTHING


def root_of_index(values: Interval, index: int) -> Interval:
    """The real root with a positive index."""
    if index == 1:
        return values
    if index % 2 == 0:
        values = meet(values, NONNEGATIVE)
        if values.is_empty:
            return EMPTY
    return Interval(
        _extracted(values.lower, index, -1),
        _extracted(values.upper, index, 1),
        values.lower_open,
        values.upper_open,
        values.excludes_zero,
    )


def _extracted(end: End, index: int, side: int) -> End:
    """The root of an end, exactly or rounded outwards."""
    if end is None:
        return None
    if end < 0:
        opposite = _extracted(-end, index, -side)
        return None if opposite is None else -opposite
    found = [_exact_root(part, index) for part in (end.numerator, end.denominator)]
    if found[0] is not None and found[1]:
        return short(Fraction(found[0], found[1]))
    if end.numerator.bit_length() > 900 or end.denominator.bit_length() > 900:
        return 0 if side < 0 else None
    about = Fraction(float(end) ** (1 / index))
    return max(about * (1 + side * ROUNDING), Fraction(0))


def _exact_root(value: int, index: int) -> int | None:
    if value < 2:
        return value
    if value.bit_length() > 900:
        return None
    about = round(value ** (1 / index))
    return about if about**index == value else None
