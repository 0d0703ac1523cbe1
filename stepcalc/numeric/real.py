"""Arithmetic of real numbers at any precision: odd roots are real roots, and off the domain is ``None``.

Numbers are mpmath's raw quadruples (sign, mantissa, exponent, bits), which no context owns, so nothing here
changes or depends on a precision that someone else has set. A function takes its arguments and the working
precision in bits, and gives a raw number, or ``None`` where the value is not a finite real number or where
computing it would take unbounded time.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import cache
from typing import Any, Final

import mpmath
from mpmath import libmp

Raw = tuple[int, int, int, int]
Unary = Callable[[Raw, int], Raw | None]
Binary = Callable[[Raw, Raw, int], Raw | None]
Nary = Callable[[Sequence[Raw], int], Raw | None]

PRECISION: Final = 192
"""The working precision in bits: 50 digits and some in reserve."""

ARITHMETIC_ERRORS: Final = (ArithmeticError, ValueError, NotImplementedError, libmp.NoConvergence)
"""What mpmath raises where a function has no value."""

# Magnitudes are exponents of two. Beyond these a value could only be had by working for ever.
LARGEST: Final = 1 << 22
SMALLEST: Final = -(1 << 40)
LARGEST_ANGLE: Final = 4096
_POWER_BITS: Final = 22
"""A power whose natural logarithm is larger than two to this is too large, or too small, to be had."""

NOISE_BITS: Final = 16

ZERO: Final[Raw] = libmp.fzero
ONE: Final[Raw] = libmp.fone


@cache
def context() -> Any:
    """A context of our own, at our precision, so that the user's ``mpmath.mp`` stays as it is."""
    own = mpmath.MPContext()
    own.prec = PRECISION
    return own


def magnitude(value: Raw) -> int:
    """The exponent of two just above a number's size; very negative for zero."""
    return value[2] + value[3] if value[1] else SMALLEST * 4


def is_finite(value: Raw) -> bool:
    """Whether a raw number is neither infinite nor undefined."""
    return bool(value[1]) or not value[2]


def as_integer(value: Raw) -> int | None:
    """The integer that a raw number is, or ``None`` where it is none (or too long to be of use)."""
    sign, mantissa, exponent, bits = value
    if not mantissa:
        return 0 if not exponent else None
    if exponent < 0 or exponent + bits > 128:
        return None
    return -(mantissa << exponent) if sign else mantissa << exponent


def from_fraction(value: Fraction | int, precision: int) -> Raw:
    """A rational number rounded to the working precision."""
    if isinstance(value, int):
        return libmp.from_int(value, precision, "n")  # type: ignore[no-any-return]
    return libmp.from_rational(value.numerator, value.denominator, precision, "n")  # type: ignore[no-any-return]


def add(terms: Sequence[Raw], precision: int) -> Raw:
    """The sum; what cancels to within rounding is nought, not noise that has a sign."""
    total: Raw = libmp.mpf_sum(terms, precision)
    mantissa, exponent = total[1], total[2]
    if mantissa:
        floor = exponent + total[3] + precision - NOISE_BITS
        for term in terms:
            if term[2] + term[3] > floor and term[1]:
                return ZERO
    return total


def multiply(factors: Sequence[Raw], precision: int) -> Raw:
    """The product."""
    product = factors[0]
    for factor in factors[1:]:
        product = libmp.mpf_mul(product, factor, precision)
    return product


def divide(numerator: Raw, denominator: Raw, precision: int) -> Raw | None:
    """The quotient, undefined for a denominator of nought."""
    if not denominator[1]:
        return None
    return libmp.mpf_div(numerator, denominator, precision)  # type: ignore[no-any-return]


def integer_power(base: Raw, exponent: int, precision: int) -> Raw | None:
    """The power with an integer exponent; 0⁰ and negative powers of 0 are undefined."""
    if not base[1]:
        return ZERO if exponent > 0 and not base[2] else None
    size = (base[2] + base[3]) * exponent
    if size > LARGEST or exponent.bit_length() > 64:
        return None
    if size < SMALLEST:
        return ZERO
    return libmp.mpf_pow_int(base, exponent, precision)  # type: ignore[no-any-return]


def power(base: Raw, exponent: Raw, precision: int) -> Raw | None:
    """The real power: any base for an integer exponent, otherwise a positive one."""
    whole = as_integer(exponent)
    if whole is not None:
        return integer_power(base, whole, precision)
    if base[0]:
        return None
    if not base[1]:
        return ZERO if not exponent[0] and not base[2] else None
    growth = libmp.mpf_mul(exponent, libmp.mpf_log(base, 32), 32)
    size = magnitude(growth)
    if size > _POWER_BITS:
        return ZERO if growth[0] else None
    working = precision + max(0, size, magnitude(exponent)) + 8
    logarithm = libmp.mpf_log(base, working)
    return exponential(libmp.mpf_mul(exponent, logarithm, working), precision)


def rational_power(exponent: Fraction) -> Unary:
    """The power with this exponent; an odd denominator takes negative bases, as odd roots do."""
    top, index = exponent.numerator, exponent.denominator
    if index == 1:
        return lambda base, precision: integer_power(base, top, precision)
    if index > 20:
        return _fractional_power(exponent)
    extract = (
        libmp.mpf_sqrt if index == 2 else lambda base, precision: libmp.mpf_nthroot(base, index, precision)
    )

    def value(base: Raw, precision: int) -> Raw | None:
        if not base[1]:
            return ZERO if top > 0 and not base[2] else None
        if not base[0]:
            found = extract(base, precision)
        elif index % 2:
            found = libmp.mpf_neg(extract(libmp.mpf_neg(base), precision))
        else:
            return None
        return found if top == 1 else integer_power(found, top, precision)

    return value


def _fractional_power(exponent: Fraction) -> Unary:
    """The same for long denominators, by logarithm and exponential."""

    def value(base: Raw, precision: int) -> Raw | None:
        if base[0] and exponent.denominator % 2 == 0:
            return None
        found = power(libmp.mpf_abs(base), from_fraction(exponent, precision + 64), precision)
        return libmp.mpf_neg(found) if found is not None and base[0] and exponent.numerator % 2 else found

    return value


def root(radicand: Raw, index: Raw, precision: int) -> Raw | None:
    """The root whose index is itself computed."""
    whole = as_integer(index)
    if whole:
        return rational_power(Fraction(1, whole))(radicand, precision)
    inverse = divide(ONE, index, precision + 64)
    return None if inverse is None else power(radicand, inverse, precision)


def exponential(value: Raw, precision: int) -> Raw | None:
    """e to a power; overflow is refused, and what is smaller than any use is nought."""
    size = value[2] + value[3]
    if size > _POWER_BITS and not value[0] and value[1]:
        return None
    if size > 40 and value[1]:
        return ZERO
    return libmp.mpf_exp(value, precision)  # type: ignore[no-any-return]


def logarithm(value: Raw, precision: int) -> Raw | None:
    """The natural logarithm of a positive number."""
    if value[0] or not value[1]:
        return None
    return libmp.mpf_log(value, precision)  # type: ignore[no-any-return]


def bounded(function: Callable[[Raw, int], Raw], size: int) -> Unary:
    """The function, refused where its argument is too large to be reduced or its value to be held."""
    return lambda value, precision: None if value[2] + value[3] > size else function(value, precision)


def is_rounding(difference: Raw, size: int, precision: int) -> bool:
    """Whether a difference is no more than rounding of numbers of that magnitude, yet not nought."""
    return bool(difference[1]) and difference[2] + difference[3] < size - precision + NOISE_BITS


def compare(sign: str, left: Raw, right: Raw, precision: int) -> bool | None:
    """Whether the relation holds; undecided where the two sides differ by no more than rounding."""
    difference: Raw = libmp.mpf_sub(left, right, precision)
    if is_rounding(difference, max(magnitude(left), magnitude(right)), precision):
        return None
    negative, equal = bool(difference[0]), difference == ZERO
    if not difference[1] and not equal:  # an infinite side
        negative = bool(libmp.mpf_lt(left, right))
    return {
        "=": equal,
        "!=": not equal,
        "<": negative,
        "<=": negative or equal,
        ">": not negative and not equal,
        ">=": not negative,
    }[sign]


def belongs(value: Raw, which: str, precision: int) -> bool | None:
    """Whether a number is in one of the sets that have names; undecided within rounding of an integer."""
    if which == "reals":
        return True
    if not value[1]:
        nearest: Raw = value
    elif value[2] >= 0:
        nearest = value
    else:
        nearest = libmp.mpf_nint(value)
        difference = libmp.mpf_sub(value, nearest)
        if difference[1]:
            return None if is_rounding(difference, magnitude(value), precision) else False
    members: dict[str, bool] = {
        "integers": True,
        "nonpositive_integers": bool(nearest[0]) or not nearest[1],
        "naturals": not nearest[0] and bool(nearest[1]),
    }
    return members.get(which)
