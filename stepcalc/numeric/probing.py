"""Looks for a point at which a condition fails, to tell one that restricts from one that may always hold."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any, Final

from stepcalc.notation.forms import Form, letters_of, subtract

_PLACES: Final = tuple(Fraction(k, 8) for k in (7, -11, 23, -37, 3, -5, 70, -61))
_TURNS: Final = (1, -1, 2, -2, 3, -3)
_FIRST_TOGETHER: Final = len(_PLACES) + 2 * len(_TURNS) - 3
"""From this place on all letters have the same value; the last one is the origin."""
_TINY: Final = 1e-15
_NOTHING_LEFT: Final = 120
"""A difference that is smaller than the largest of its terms by so many bits is nought."""


def fails_somewhere(condition: Form, definitions: Mapping[str, Any]) -> bool:
    """Whether a point was found at which a relation does not hold.

    Args:
        condition: A relation between expressions; of others nothing is known, and the answer is yes.
        definitions: The functions that cards define.

    Returns:
        False where none was found: the relation may hold everywhere.

    Examples:
        >>> from stepcalc.notation.forms import ONE, ZERO, add, call, letter, relation
        >>> x = letter("x")
        >>> fails_somewhere(relation("!=", add(ONE, call("cos", x)), ZERO), {})
        True
        >>> fails_somewhere(relation(">", add(call("exp", x), ONE), ZERO), {})
        False
    """
    if condition.head != "relation" or condition.label not in ("!=", "<", "<=", ">", ">="):
        return True
    from stepcalc.numeric.evaluate import compile_forms
    from stepcalc.numeric.real import context

    program = compile_forms([subtract(*condition.args)], definitions)
    letters = sorted(letters_of(condition), key=lambda item: item.name)
    own, signs = context(), set()
    for turn, place in enumerate([*_PLACES, *(own.pi * k / 2 for k in _TURNS), *_TURNS, 0]):
        apart = turn % 3 if turn < _FIRST_TOGETHER else 0
        point = {letter: place + slot * apart for slot, letter in enumerate(letters)}
        (value,) = program.at(point)
        if value is None:
            continue
        if abs(value) < _TINY:
            # Only what is nearly nought need be held against the terms it was added up from.
            found = program.evaluate(point)
            small = not value or abs(value) < own.ldexp(1, found.scales[0] - _NOTHING_LEFT)
        else:
            small = False
        signs.add(0 if small else 1 if value > 0 else -1)
        if not signs <= _HOLDING[str(condition.label)] or signs >= {1, -1}:
            return True
    return False


def decided_number(condition: Form, definitions: Mapping[str, Any]) -> bool | None:
    """Whether a relation without letters holds; ``None`` where that is not seen.

    Examples:
        >>> from stepcalc.notation.forms import ONE, call, relation
        >>> decided_number(relation(">", call("exp", ONE), ONE), {})
        True
    """
    if condition.head != "relation" or condition.label not in _HOLDING or letters_of(condition):
        return None
    from stepcalc.numeric.evaluate import compile_forms
    from stepcalc.numeric.real import context

    found = compile_forms([subtract(*condition.args)], definitions).evaluate({})
    value, scale = found.values[0], found.scales[0]
    if value is None or abs(value) < context().ldexp(1, scale - _NOTHING_LEFT):
        return None
    return (1 if value > 0 else -1) in _HOLDING[str(condition.label)]


_HOLDING: Final[Mapping[str, frozenset[int]]] = {
    "!=": frozenset({1, -1}),
    "<": frozenset({-1}),
    "<=": frozenset({-1, 0}),
    ">": frozenset({1}),
    ">=": frozenset({1, 0}),
}
