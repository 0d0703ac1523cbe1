"""Functions that stand in for undefined ones, so that a law about f and g can be tried with numbers."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from fractions import Fraction

from mpmath import libmp

from stepcalc.numeric.real import LARGEST_ANGLE, ZERO, Nary, Raw, from_fraction, magnitude


def coefficients(name: str, count: int) -> tuple[list[Fraction], list[Fraction], Fraction]:
    """What fixes the function that stands in for an undefined one: frequencies, square terms, phase."""

    def drawn(part: str) -> Fraction:
        return Fraction(zlib.crc32(f"{name}/{part}".encode()) % 997 + 300, 1024)

    return [drawn(f"a{i}") for i in range(count)], [drawn(f"b{i}") for i in range(count)], drawn("c")


def undefined(name: str, orders: Sequence[int]) -> Nary:
    """An undefined function, or its derivative of these orders: sin(a·x + c) + Σ bᵢxᵢ², fixed by the name.

    The numbers a, b, c come from the name, so a law about ``f`` and ``g`` is tried on two functions.
    """
    frequencies, squares, phase = coefficients(name, len(orders))
    turns = sum(orders) % 4
    factor = Fraction(1)
    for frequency, order in zip(frequencies, orders, strict=True):
        factor *= frequency**order
    places = places_of_squares(orders)

    def value(arguments: Sequence[Raw], precision: int) -> Raw | None:
        angle = from_fraction(phase, precision)
        for argument, frequency in zip(arguments, frequencies, strict=True):
            angle = libmp.mpf_add(
                angle, libmp.mpf_mul(argument, from_fraction(frequency, precision)), precision
            )
        if magnitude(angle) > LARGEST_ANGLE:
            return None
        wave = (libmp.mpf_cos if turns % 2 else libmp.mpf_sin)(angle, precision)
        wave = libmp.mpf_mul(wave, from_fraction(factor if turns < 2 else -factor, precision), precision)
        parabolas = [
            _square_term(arguments[place], squares[place], orders[place], precision) for place in places
        ]
        return libmp.mpf_sum([wave, *parabolas], precision)  # type: ignore[no-any-return]

    return value


def places_of_squares(orders: Sequence[int]) -> Sequence[int]:
    """Whose squares are left by a derivative: all by none, one's by its own, none by a mixed one."""
    touched = [place for place, order in enumerate(orders) if order]
    if not touched:
        return range(len(orders))
    return touched if len(touched) == 1 else []


def _square_term(argument: Raw, coefficient: Fraction, order: int, precision: int) -> Raw:
    """The derivative of that order of b·x²."""
    if order > 2:
        return ZERO
    scaled = from_fraction(coefficient * (1 if order == 0 else 2), precision)
    for _ in range(2 - order):
        scaled = libmp.mpf_mul(scaled, argument, precision)
    return scaled
