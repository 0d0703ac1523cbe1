"""Looks for a point at which a condition fails, to tell one that restricts from one that may always hold."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final

from stepcalc.notation.forms import Form, letters_of, subtract
from stepcalc.numeric.floats import NO_VALUE, rough_values

if TYPE_CHECKING:
    from stepcalc.numeric.evaluate import Program

_TINY: Final = 1e-15
_NOTHING_LEFT: Final = 120
"""A difference that is smaller than the largest of its terms by so many bits is nought."""


def fails_somewhere(condition: Form, definitions: Mapping[str, Any], *, thorough: bool = True) -> bool:
    """Whether a point was found at which a relation does not hold.

    Args:
        condition: A relation between expressions; of others nothing is known, and the answer is yes.
        definitions: The functions that cards define.
        thorough: Whether to look at high precision where machine numbers do not tell.

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
    sign, difference = str(condition.label), subtract(*condition.args)
    letters = sorted(letters_of(condition), key=lambda item: item.name)
    exactly = _Exactly(difference, letters, definitions)
    signs: set[int] = set()
    rough = rough_values(difference, (_near(place, letters) for place in _PLACES))
    for place, found in zip(_PLACES, rough, strict=True):
        if found is NO_VALUE:
            continue
        clear = found is not None and abs(found[0]) > found[1]
        if found is not None and clear:
            own: int | None = 1 if found[0] > 0 else -1
        else:
            own = exactly.sign(place) if thorough else None
        if own is None:
            continue
        signs.add(own)
        if not signs <= _HOLDING[sign] or signs >= {1, -1}:
            return True
    return False


@dataclass(frozen=True, slots=True)
class _Place:
    """A value for the first letter, so many quarter turns and a number; each next letter lies ``apart`` more."""

    offset: Fraction
    quarters: int = 0
    apart: int = 0


_EIGHTHS: Final = (7, -11, 23, -37, 3, -5, 70, -61)
_TURNS: Final = (1, -1, 2, -2, 3, -3)
_PLACES: Final = (
    *(_Place(Fraction(k, 8), apart=turn % 3) for turn, k in enumerate(_EIGHTHS)),
    *(_Place(Fraction(0), quarters=k, apart=turn % 3) for turn, k in enumerate(_TURNS, len(_EIGHTHS))),
    *(_Place(Fraction(k, 8), apart=9 if k < 0 else -9) for k in _EIGHTHS),
    *(_Place(Fraction(k)) for k in (*_TURNS, 0)),
)
"""The letters apart from each other first, then on either side of nought, then together; the last is the origin."""


def _near(place: _Place, letters: Sequence[Form]) -> dict[Form, float]:
    first = float(place.offset) + place.quarters * math.pi / 2
    return {letter: first + slot * place.apart for slot, letter in enumerate(letters)}


class _Exactly:
    """Signs at high precision; the program is compiled when it is first needed."""

    def __init__(self, difference: Form, letters: Sequence[Form], definitions: Mapping[str, Any]) -> None:
        self._difference = difference
        self._letters = letters
        self._definitions = definitions
        self._compiled: tuple[Program, Any] | None = None

    def sign(self, place: _Place) -> int | None:
        """1, 0 or -1, or ``None`` where there is no value."""
        program, own = self._ready()
        first = own.pi * place.quarters / 2 + place.offset if place.quarters else place.offset
        point = {letter: first + slot * place.apart for slot, letter in enumerate(self._letters)}
        (value,) = program.at(point)
        if value is None:
            return None
        if abs(value) < _TINY:
            # Only what is nearly nought need be held against the terms it was added up from.
            scale = program.evaluate(point).scales[0]
            if not value or abs(value) < own.ldexp(1, scale - _NOTHING_LEFT):
                return 0
        return 1 if value > 0 else -1

    def _ready(self) -> tuple[Program, Any]:
        from stepcalc.numeric.evaluate import compile_forms
        from stepcalc.numeric.real import context

        if self._compiled is None:
            self._compiled = compile_forms([self._difference], self._definitions), context()
        return self._compiled


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
