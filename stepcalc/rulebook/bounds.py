"""Bounds of what swings: between which numbers a sum of sines and the like stays, wherever it is looked at."""

from __future__ import annotations

from fractions import Fraction
from typing import Final

from stepcalc.notation.arithmetic import as_fraction
from stepcalc.notation.forms import Form

Bounds = tuple[Fraction, Fraction]

_SWINGS: Final = {
    **dict.fromkeys(("sin", "cos", "tanh", "erf"), (Fraction(-1), Fraction(1))),
    "sech": (Fraction(0), Fraction(1)),
    "erfc": (Fraction(0), Fraction(2)),
    "atan": (Fraction(-8, 5), Fraction(8, 5)),
}
"""Of arctan, whose bounds ±π/2 are no fractions, ones that lie a little further out."""


def bounds_of(form: Form) -> Bounds | None:
    """Two numbers between which an expression stays for every real number; ``None`` where none are seen.

    Args:
        form: A sum, product, quotient or whole power of numbers and bounded functions.

    Examples:
        >>> from stepcalc.notation.reader import read_text
        >>> [str(end) for end in bounds_of(read_text("2 + sin(x)").form)]
        ['1', '3']
        >>> [str(end) for end in bounds_of(read_text("1/(3 - cos(x)^2)").form)]
        ['1/3', '1/2']
        >>> bounds_of(read_text("x").form) is None
        True
    """
    known = as_fraction(form)
    if known is not None:
        return known, known
    if form.head == "call" and len(form.args) == 1:
        return _SWINGS.get(str(form.label))
    if form.head not in ("sum", "product", "quotient", "power"):
        return None
    parts = [bounds_of(part) for part in form.args]
    found = [part for part in parts if part is not None]
    if len(found) < len(parts):
        return None
    match form.head:
        case "sum":
            return sum(low for low, _ in found) + Fraction(0), sum(high for _, high in found) + Fraction(0)
        case "product":
            whole = found[0]
            for other in found[1:]:
                whole = _times(whole, other)
            return whole
        case "quotient":
            low, high = found[1]
            return None if low <= 0 <= high else _times(found[0], (1 / high, 1 / low))
    return _raised(found[0], as_fraction(form.args[1]))


def _times(first: Bounds, second: Bounds) -> Bounds:
    ends = [one * other for one in first for other in second]
    return min(ends), max(ends)


def _raised(base: Bounds, exponent: Fraction | None) -> Bounds | None:
    """A power with a natural exponent; even ones are not negative."""
    if exponent is None or exponent.denominator != 1 or not 0 < exponent <= 12:
        return None
    ends = sorted(end ** int(exponent) for end in base)
    even = exponent % 2 == 0 and base[0] < 0 < base[1]
    return (Fraction(0) if even else ends[0]), ends[1]
