"""A measured number with as many digits as its error leaves meaning."""

from __future__ import annotations

import math
from fractions import Fraction

from stepcalc.notation.forms import Form, multiply, negate, number, power

KEPT = 2
"""How many digits of the error are kept."""


def places_of(value: float, error: float) -> int:
    """How many places after the point are worth writing (negative: before it).

    Examples:
        >>> places_of(2.3456, 0.012), places_of(12345.0, 230.0), places_of(1.5, 0.0)
        (3, -1, 9)
    """
    if not (math.isfinite(error) and error > 0):
        return 9 - _magnitude(value)
    return KEPT - 1 - _magnitude(float(f"{error:.{KEPT - 1}e}"))


def _magnitude(value: float) -> int:
    return math.floor(math.log10(abs(value))) if value and math.isfinite(value) else 0


def short(value: float, error: float) -> Form:
    """The number rounded to the digits that its error leaves.

    Examples:
        >>> short(2.34567, 0.0123).label
        Fraction(1173, 500)
    """
    return written(shown(value, error))


def sized(value: float, digits: int) -> Form:
    """The number with so many digits, by a power of ten where it is very large or very small.

    Examples:
        >>> sized(2.5, 8).label, sized(1.25e-9, 8).head
        (Fraction(5, 2), 'product')
    """
    return written(f"{value:.{digits}g}" if value else "0")


def written(text: str) -> Form:
    """A number as it is written, ``6.02e23`` as 6.02·10²³."""
    mantissa, _, exponent = text.replace("−", "-").partition("e")
    plain = number(Fraction(mantissa))
    if not exponent:
        return plain
    raised = power(number(10), number(int(exponent)))
    return negate(multiply(negate(plain), raised)) if mantissa.startswith("-") else multiply(plain, raised)


def shown(value: float, error: float) -> str:
    """The same as text.

    Examples:
        >>> shown(2.34567, 0.0123), shown(12345.6, 234.0), shown(-6.1813e-12, 3e-14), shown(3.0, 0.0)
        ('2.346', '12350', '−6.181e-12', '3')
    """
    places = places_of(value, error)
    if abs(value) >= LARGE or 0 < abs(value) < SMALL:
        digits = max(places + _magnitude(value), 0)
        text = f"{value:.{digits}e}".replace("e+0", "e").replace("e-0", "e-").replace("e+", "e")
    else:
        text = f"{round(value, places):.{max(places, 0)}f}"
        if not (math.isfinite(error) and error > 0) and "." in text:
            text = text.rstrip("0").rstrip(".")
    return text.replace("-", "−", 1) if value < 0 else text


SMALL = 1e-4
LARGE = 1e7
"""What is smaller, or as large, is written with a power of ten."""
