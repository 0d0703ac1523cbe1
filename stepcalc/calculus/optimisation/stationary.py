"""Where the gradient of a function vanishes: in closed form, or by numbers in a window."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from stepcalc.calculus.optimisation.asking import refuse_held, solved_exactly
from stepcalc.calculus.optimisation.families import Row
from stepcalc.calculus.optimisation.numerals import ROUNDING, decimal_form, without_noise
from stepcalc.calculus.optimisation.region import Box, ends_of
from stepcalc.calculus.working import Working
from stepcalc.notation.forms import ZERO, Form, call, goal, relation
from stepcalc.notation.operators import rows_of
from stepcalc.trace.derivation import Derivation, Question
from stepcalc.trace.display import outcome

WINDOW: Final = {1: (-10.0, 10.0)}
USUAL_WINDOW: Final = (-5.0, 5.0)
"""Where points are sought by numbers, if no region was given: for so many letters, and for others."""


def stationary(working: Working, question: Question, box: Box | None) -> tuple[Derivation, list[Row], bool]:
    """The derivation and the points, exactly or by numbers."""
    subject, letters = question.form, question.letters
    if len(letters) > 1:
        working.solve(call("gradient", subject, *letters))
    step = solved_exactly(working, "stationary", (subject, *letters))
    if step is not None:
        derivation = working.finished(question, [step], step.result)
        return derivation, [tuple(row) for row in rows_of(step.result)], True
    if len(letters) == 1:
        step = working.solve(goal(subject, *letters))
        derivation = working.finished(replace(question, kind="diff"), [step], outcome(step))
    else:
        step = working.solve(call("gradient", subject, *letters))
        derivation = working.finished(replace(question, kind="gradient"), [step], step.result)
    if is_never_nought(working, slopes_of(derivation)):
        return derivation, [], True
    return derivation, _by_numbers(working, subject, letters, box), False


def slopes_of(derivation: Derivation) -> list[Form]:
    """The first derivatives that the first step of a derivation found or rests on."""
    stage = derivation.stages[0]
    step = stage.substeps[0] if stage.card.matcher == "stationary" else stage
    found = outcome(step)
    return [slope for (slope,) in rows_of(found)] if found.head == "matrix" else [found]


def is_never_nought(working: Working, slopes: Sequence[Form]) -> bool:
    """Whether some first derivative is proved to be different from 0 everywhere."""
    return any(not working.judge.kept([relation("!=", slope, ZERO)]) for slope in slopes)


def _by_numbers(working: Working, subject: Form, letters: Sequence[Form], box: Box | None) -> list[Row]:
    from stepcalc.numeric.stationary import common_zeros

    refuse_held([subject], letters)
    count = len(letters)
    firsts = [outcome(working.solve(goal(subject, item, kind="partial"))) for item in letters]
    matrix = [
        [outcome(working.solve(goal(slope, item, kind="partial"))) for item in letters] for slope in firsts
    ]
    window = ends_of(box, working.book) or [WINDOW.get(count, USUAL_WINDOW)] * count
    found = common_zeros(firsts, matrix, letters, window, working.book.definitions)
    found = [point for point in found if not _creeps(working, subject, letters, point)]
    return [tuple(decimal_form(part) for part in point) for point in found]


def _creeps(working: Working, subject: Form, letters: Sequence[Form], point: Sequence[Any]) -> bool:
    """Whether a point is one at which the function has no value, as near as an iteration comes to it."""
    from stepcalc.numeric.evaluate import compile_forms

    if not any(0 < abs(part) < ROUNDING for part in point):
        return False
    rounded = [without_noise(part) for part in point]
    (found,) = compile_forms([subject], working.book.definitions).at(dict(zip(letters, rounded, strict=True)))
    return found is None
