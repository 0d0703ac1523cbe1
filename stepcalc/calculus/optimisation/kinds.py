"""What kind a critical point is: by the Hessian, else by sections, by its neighbours, or along a curve of points."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from stepcalc.calculus.exact_values import value_at
from stepcalc.calculus.letters import free_letters
from stepcalc.calculus.optimisation.corners import beside
from stepcalc.calculus.optimisation.critical_points import CriticalPoint
from stepcalc.calculus.optimisation.families import counters_in
from stepcalc.calculus.optimisation.heights import height_at
from stepcalc.calculus.optimisation.region import places_of
from stepcalc.calculus.optimisation.sections import everywhere, follow_up
from stepcalc.calculus.optimisation.signs import Curvature, along_curve
from stepcalc.calculus.working import Working
from stepcalc.notation.forms import Form, goal, vector
from stepcalc.rulebook.equations.algebra import is_rounded
from stepcalc.trace.derivation import Derivation, Question
from stepcalc.trace.display import outcome


def classified(
    working: Working, question: Question, hessian: Derivation, row: tuple[Form, ...], *, exact: bool
) -> CriticalPoint | None:
    """The point with its kind; ``None`` where the function has no value.

    Args:
        working: The work on the question.
        question: The function and its letters.
        hessian: The derivation of its second derivatives.
        row: The point.
        exact: Whether points were found exactly.
    """
    subject, letters, definitions = question.form, question.letters, working.book.definitions
    known = height_at(subject, letters, row, working.book, exact=exact)
    if known is None:
        return None  # where the equations were multiplied out it may have lost its value
    settled = (exact or _is_exact(working, question, row)) and not any(map(is_rounded, row))
    bend = Curvature(hessian, row, exact=settled)
    found = CriticalPoint(
        row, known[0], places_of(row, definitions), known[1], bend.verdict, "second" if bend.verdict else "",
        bend.minors, bend.eigenvalues, counters=tuple(counters_in(row, subject)),
    )  # fmt: skip
    if bend.verdict:
        return found
    if bend.missing and len(letters) == 1:
        return replace(found, verdict=beside(subject, letters[0], found.places[0], definitions), how="beside")
    if bend.missing:
        told = everywhere(working, subject, letters, row) if settled else ("", "", ())
    elif row == letters:
        return replace(found, verdict="constant", how="constant")
    else:
        told = follow_up(working, subject, letters, row, exact=settled)
    verdict, how, sections = told
    if not verdict and not bend.missing and set(letters) & free_letters(vector(*row)):
        verdict, how = along_curve(hessian, row), "curve"
    return replace(found, verdict=verdict or "undecided", how=how if verdict else "", sections=sections)


def _is_exact(working: Working, question: Question, row: Sequence[Form]) -> bool:
    """Whether a point that was found by numbers is exact: the gradient there is 0 and not only small."""
    point = dict(zip(question.letters, row, strict=True))
    slopes = (outcome(working.solve(goal(question.form, item, kind="partial"))) for item in question.letters)
    return all(value_at(slope, point, working.book) == 0 for slope in slopes)
