"""``stepcalc.critical``: where the gradient vanishes, what kind of point each is, and the boundary of a region."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any, Final

from stepcalc.calculus.letters import by_name, free_letters, letters_given, listed
from stepcalc.calculus.optimisation.asking import functions_of, letters_of_question, need_numpy, usual_letters
from stepcalc.calculus.optimisation.boundary import Boundary
from stepcalc.calculus.optimisation.corners import corners
from stepcalc.calculus.optimisation.critical_points import Critical
from stepcalc.calculus.optimisation.family_parts import one_by_one
from stepcalc.calculus.optimisation.kinds import classified
from stepcalc.calculus.optimisation.region import Box, box_of, ends_of, is_inside, places_of
from stepcalc.calculus.optimisation.signs import seconds_of
from stepcalc.calculus.optimisation.stationary import stationary
from stepcalc.calculus.working import Working
from stepcalc.errors import UsageError
from stepcalc.messages import say
from stepcalc.notation.forms import Form, call, goal
from stepcalc.rulebook.book import Rulebook, default_book
from stepcalc.trace.derivation import Derivation, Question
from stepcalc.trace.display import outcome

MOST_LETTERS: Final = 6


def critical(
    expression: Any,
    letters: Any = (),
    *more: Any,
    on: Any = None,
    form: str = "textbook",
    prefer: Sequence[str] = (),
    rulebook: Rulebook | None = None,
    declared: Collection[str] = (),
    functions: Collection[str] = (),
) -> Critical:
    """The critical points of a function, each with what kind of point it is.

    Args:
        expression: Text or a SymPy expression.
        letters: The letters that vary; those of the expression by name, if not given. Others stand for positive
            numbers. In a sequence, one by one, or in one text, as for ``gradient``.
        more: Further letters, where they are given one by one.
        on: A region, closed: ``"-1,2"`` for one letter, ``"-1,2; 0,3"`` (or a sequence of pairs) for several.
            Its boundary is looked at, too, and the largest and smallest values are found.
        form: The form of derivatives, as for ``diff``.
        prefer: The laws to choose where teachers differ, as for ``diff``.
        rulebook: The rules.
        declared: Names to be read as one letter in a text.
        functions: Names of undefined functions in a text.

    Returns:
        The points, exact where they can be found so within bounds, and their classification.

    Raises:
        ReadError: A text cannot be read.
        UsageError: The region does not fit the letters.
        NotDerivableError: There is no rule for some part of the expression.

    Examples:
        >>> [(point.places, point.verdict) for point in critical("x^3 + y^3 - 3x y").points]
        [((0.0, 0.0), 'saddle'), ((1.0, 1.0), 'minimum')]
        >>> critical("x^3 - 3x", on="0,3").largest.value.label
        18
    """
    need_numpy("what-critical")
    book = rulebook or default_book()
    asked = functions_of(expression, book, declared, functions)
    if len(asked.forms) != 1 or asked.equations[0] is not None:
        raise UsageError(say("critical-one-function"), code="critical-one-function")
    (subject,) = asked.forms
    named = letters_given(letters, *more)
    varying = letters_of_question(named or usual_letters(asked.forms), asked.forms, named)
    if len(varying) > MOST_LETTERS:
        raise UsageError(say("critical-many", most=MOST_LETTERS), code="critical-many")
    held = tuple(sorted(free_letters(subject) - set(varying), key=by_name))
    notes = (say("critical-positive", letters=listed([item.name for item in held])),) if held else ()
    question = Question("critical", subject, varying, held, asked.text, notes)
    return _found(Working(book, tuple(prefer), form), question, box_of(on, varying, book))


def _found(working: Working, question: Question, box: Box | None) -> Critical:
    """The points inside, in the order of their coordinates, and the candidates on the boundary."""
    subject, letters, definitions = question.form, question.letters, working.book.definitions

    def place(row: Sequence[Form]) -> tuple[float, ...]:
        return places_of(row, definitions)

    hessian = _hessian(working, replace(question, notes=()))
    derivation, rows, exact = stationary(working, question, box)
    ends = ends_of(box, working.book)
    bends = [each for row in seconds_of(hessian) for each in row]
    rows = sorted(one_by_one(subject, letters, rows, ends, definitions, bends), key=place)
    inside = [row for row in rows if is_inside(row, letters, ends, definitions)]
    outside = len(rows) - len(inside)
    inside += [row for row in corners(derivation, ends, definitions) if row not in inside]
    inside.sort(key=place)
    told = (classified(working, question, hessian, row, exact=exact) for row in inside)
    points = tuple(point for point in told if point is not None)
    if box is None:
        return Critical(
            derivation, hessian, points, exact and not any(each.rounded for each in points),
            outside=outside, complete=exact,
        )  # fmt: skip
    edges = Boundary(working, question, box, exact)
    boundary = tuple(edges.candidates())
    return Critical(
        derivation, hessian, points, edges.exact and not any(each.rounded for each in (*points, *boundary)),
        box, boundary, tuple(edges.derivations), outside, edges.exact,
    )  # fmt: skip


def _hessian(working: Working, question: Question) -> Derivation:
    """The second derivatives; of a function of one letter the second derivative."""
    subject, letters = question.form, question.letters
    if len(letters) > 1:
        step = working.solve(call("hessian", subject, *letters))
        return working.finished(replace(question, kind="hessian"), [step], step.result)
    step = working.solve(goal(subject, *letters, *letters))
    twice = replace(question, kind="diff", letters=letters * 2)
    return working.finished(twice, [step], outcome(step))
