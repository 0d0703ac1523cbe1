"""How high a function is at a point: as a form, and as a float to compare points by."""

from __future__ import annotations

from collections.abc import Sequence

from stepcalc.calculus.exact_values import value_at
from stepcalc.calculus.optimisation.families import counters_in, value_on
from stepcalc.calculus.optimisation.numerals import decimal_form, shorter, without_noise
from stepcalc.calculus.optimisation.region import trials
from stepcalc.notation.forms import Form, rebuild
from stepcalc.rulebook.book import Rulebook
from stepcalc.rulebook.equations.algebra import is_rounded, written


def height_at(
    subject: Form, letters: Sequence[Form], row: Sequence[Form], book: Rulebook, *, exact: bool
) -> tuple[Form, float] | None:
    """The value at a point, and the same as a float; ``None`` where there is none.

    Args:
        subject: The function.
        letters: Its letters.
        row: The point; letters in it may have any value.
        book: The rules.
        exact: Whether points are exact.
    """
    from stepcalc.numeric.evaluate import compile_forms

    put_in = rebuild(subject, dict(zip(letters, row, strict=True)))
    program = compile_forms([put_in], book.definitions)
    heights = (program.at(given)[0] for given in trials(program.letters))
    height = next((each for each in heights if each is not None), None)
    if height is None:
        return None
    if not exact or any(map(is_rounded, row)):
        height = without_noise(height)
        return decimal_form(height), float(height)
    if counters_in(row, subject):
        found = value_on(subject, letters, tuple(row))
        if found is None:
            return decimal_form(height), float(height)
    else:
        found = value_at(subject, dict(zip(letters, row, strict=True)), book)
    return written(shorter(found)), float(height)
