"""Whether a polynomial touches a function to some order, tested at points close to where they touch.

The difference f − p of two functions that agree to order n behaves like hᵐ with m > n: a sixteenth of h
divides it by 16ᵐ. A coefficient that is wrong shows as a smaller m. Only values are asked for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any, Final

from stepcalc.notation.forms import Form, letters_of
from stepcalc.numeric.evaluate import compile_forms
from stepcalc.numeric.real import magnitude

_STEP_BITS: Final = (40, 24, 10, 5)
_DIRECTIONS: Final = (Fraction(1), Fraction(-1), Fraction(3, 5), Fraction(-4, 7))
_PLACES: Final = (Fraction(3, 8), Fraction(17, 16), Fraction(-5, 9), Fraction(29, 10))


def touches(
    function: Form,
    polynomial: Form,
    moving: Sequence[tuple[Form, Form, Form]],
    order: int,
    definitions: Mapping[str, Any],
) -> bool | None:
    """Whether a polynomial agrees with a function to an order about a point.

    Args:
        function: The function.
        polynomial: The polynomial.
        moving: For each variable of the function: the variable, the centre, and the letter that the
            polynomial has for the distance from it (the variable itself where it has none of its own).
        order: To which order.
        definitions: The functions that cards define.

    Returns:
        ``None`` where there were no points to tell by.
    """
    centres = [centre for _, centre, _ in moving]
    program = compile_forms([function, *centres], definitions)
    other = compile_forms([polynomial], definitions)
    free = sorted(letters_of(function, polynomial, *centres), key=lambda item: item.name)
    told: bool | None = None
    for turn in range(len(_DIRECTIONS)):
        base = {letter: _PLACES[(turn + slot) % len(_PLACES)] for slot, letter in enumerate(free)}
        for bits in _STEP_BITS:
            outcome = _at(program, other, moving, order, base, turn, bits)
            if outcome is False:
                return False
            if outcome:
                told = True
                break
    return told


def _at(
    program: Any,
    other: Any,
    moving: Sequence[tuple[Form, Form, Form]],
    order: int,
    base: dict[Form, Fraction],
    turn: int,
    bits: int,
) -> bool | None:
    precision = (order + 5) * (bits + 6) + 40 * order + 400
    gaps = []
    for extra in (0, 4):
        found = _gap(program, other, moving, base, turn, bits + extra, precision)
        if found is None:
            return None
        gaps.append(found)
    (first, size), (second, _) = gaps
    if magnitude(second) < size - precision + 120:
        return True
    return magnitude(first) - magnitude(second) >= 4 * order + 2


def _gap(
    program: Any,
    other: Any,
    moving: Sequence[tuple[Form, Form, Form]],
    base: dict[Form, Fraction],
    turn: int,
    bits: int,
    precision: int,
) -> tuple[Any, int] | None:
    """f − p at a distance of 2^−bits from the centre, and how large the values are."""
    from mpmath import libmp

    from stepcalc.numeric.real import from_fraction

    prepared = program.prepare(base)
    centres = program.root_values(program.run(prepared, precision, False))[1:]
    point, inner = dict(prepared), dict(prepared)
    for slot, (variable, _, letter) in enumerate(moving):
        if centres[slot] is None:
            return None
        share = _DIRECTIONS[(turn + slot * (turn + 1)) % len(_DIRECTIONS)]
        step = libmp.mpf_shift(from_fraction(share, precision), -bits)
        point[variable] = libmp.mpf_add(centres[slot], step, precision)
        inner[letter] = point[variable] if letter is variable else step
    value = program.root_values(program.run(point, precision, False))[0]
    near = other.root_values(other.run(inner, precision, False))[0]
    if value is None or near is None:
        return None
    return libmp.mpf_sub(value, near, precision), max(magnitude(value), magnitude(near), 0)


def same_value(first: Form, second: Form, definitions: Mapping[str, Any]) -> bool | None:
    """Whether two expressions have the same value, wherever their letters are put; ``None`` without a value.

    Rounding may leave something of what is exactly 0, such as cos(π/2), so small is measured against 1.
    """
    program = compile_forms([first, second], definitions)
    free = sorted(letters_of(first, second), key=lambda item: item.name)
    told: bool | None = None
    for turn in range(len(_PLACES)):
        base = {letter: _PLACES[(turn + slot) % len(_PLACES)] for slot, letter in enumerate(free)}
        left, right = program.at(base)
        if left is None or right is None:
            continue
        if abs(left - right) > (1 + abs(left)) * Fraction(1, 1 << 100):
            return False
        told = True
    return told
