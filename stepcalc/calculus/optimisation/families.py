"""Families of points, one for every integer: the integers of a row, and values at all its points."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product
from typing import Any, Final

from stepcalc.notation.forms import Form, letters_of, rebuild
from stepcalc.rulebook.equations.algebra import counters_of, written

TRIED: Final = (-2, -1, 0, 1, 3)
"""The integers at which the points of a family are looked at."""

Row = tuple[Form, ...]


def counters_in(row: Sequence[Form], subject: Form) -> list[Form]:
    """The integers that a row has of its own."""
    given = letters_of(subject)
    return [item for item in counters_of(*row) if item not in given]


def put_in(row: Sequence[Form], turns: Mapping[Form, Form]) -> Row:
    """A row with other integers, or expressions in them, in the place of its own.

    Examples:
        >>> from stepcalc.notation.forms import PI, letter, multiply, number
        >>> from stepcalc.notation.unicode import one_line
        >>> k = letter("k", (("integer", True),))
        >>> one_line(put_in([multiply(k, PI)], {k: number(3)})[0])
        '3π'
    """
    from stepcalc.notation.values import value

    return tuple(
        written(value(rebuild(part, turns)).expand()) if letters_of(part) & set(turns) else part
        for part in row
    )


def value_on(form: Form, letters: Sequence[Form], row: Row) -> Any:
    """An expression at the points of a family, in the integer; ``None`` where SymPy's value is not that of numbers.

    Args:
        form: The expression.
        letters: Its letters.
        row: The family.
    """
    import sympy

    from stepcalc.notation.values import value
    from stepcalc.rulebook.equations import algebra

    change = {value(letter): value(part) for letter, part in zip(letters, row, strict=True)}
    found = algebra.put_in(value(form), change)
    expanded = found.expand(trig=True)
    for each in (sympy.powsimp(expanded), expanded, found):
        if _is_that(each, form, letters, row):
            return each
    return None


def _is_that(found: Any, form: Form, letters: Sequence[Form], row: Row) -> bool:
    from stepcalc.notation.values import form_of, value
    from stepcalc.numeric.evaluate import compile_forms

    counters = counters_of(*row)
    own = compile_forms(list(row), {})
    for turns in product(TRIED[:3], repeat=len(counters)):
        fixed = dict.fromkeys(own.letters, 1) | dict(zip(counters, turns, strict=True))
        program = compile_forms([form], {})
        point = dict.fromkeys(program.letters, 1) | dict(zip(letters, own.at(fixed), strict=True))
        (wanted,) = program.at(point)
        here = found.subs({value(item): turn for item, turn in zip(counters, turns, strict=True)})
        (told,) = (other := compile_forms([form_of(here)], {})).at(dict.fromkeys(other.letters, 1))
        if wanted is None or told is None or abs(wanted - told) > 1e-20 * (1 + abs(wanted)):
            return False
    return True
