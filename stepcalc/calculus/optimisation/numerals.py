"""Numbers as people read them: decimals of a few digits, and the fraction or root that a decimal stands for."""

from __future__ import annotations

from fractions import Fraction
from typing import Any, Final

from stepcalc.notation.forms import Form, is_decimal, number, rational

DIGITS: Final = 15

ROUNDING: Final = 1e-20
"""A value at a point of 15 digits that is smaller than this is 0."""


def decimal_form(value: Any, digits: int = DIGITS) -> Form:
    """A number as a decimal form of so many significant digits.

    Args:
        value: A float or a number of mpmath.
        digits: How many digits.

    Examples:
        >>> decimal_form(0.1).label
        Fraction(1, 10)
    """
    from mpmath import mpmathify, nstr

    exact = Fraction(nstr(mpmathify(value), digits, strip_zeros=True))
    if exact.denominator == 1:
        return number(exact.numerator)
    return number(exact) if is_decimal(exact) else rational(exact)


def shown(value: Any, digits: int = 6) -> str:
    """A number with so many significant digits, without noughts at the end: 0.6823278, −1.2e-9.

    Examples:
        >>> shown(0.5), shown(-123456789.0, 3), shown(0.0)
        ('0.5', '−1.23e8', '0')
    """
    from mpmath import mpmathify, nstr

    if value is None:
        return ""
    text = str(nstr(mpmathify(value), digits, min_fixed=-4, max_fixed=max(digits, 7), strip_zeros=True))
    text = text.removesuffix(".0").replace("e+", "e").replace(".0e", "e")
    return "0" if text in ("-0", "0.0") else text.replace("-", "−", 1) if text.startswith("-") else text


def without_noise(value: Any) -> Any:
    """A computed value, 0 where it is no more than the rounding of the point it was computed at."""
    return value if abs(value) >= ROUNDING else value * 0


def shorter(found: Any) -> Any:
    """A value as a textbook writes it."""
    import sympy

    if found.is_Rational or found.count_ops() > 80:
        return found
    candidates = [found, sympy.radsimp(sympy.expand(found)), sympy.factor_terms(sympy.radsimp(found))]
    return min(candidates, key=lambda each: each.count_ops())
