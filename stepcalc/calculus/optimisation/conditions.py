"""Lagrange's conditions, solved: in closed form, by Newton's method from a start, or by numbers from many."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from stepcalc.calculus.optimisation.asking import numbers, refuse_held, solved_exactly
from stepcalc.calculus.optimisation.numerals import decimal_form
from stepcalc.calculus.working import Working
from stepcalc.errors import UsageError
from stepcalc.messages import say
from stepcalc.notation.forms import ZERO, Form, call, entries_of, goal, vector
from stepcalc.notation.operators import rows_of
from stepcalc.numeric.inlining import Definition
from stepcalc.numeric.newton import Run
from stepcalc.rulebook.equations.algebra import counters_of
from stepcalc.trace.derivation import Derivation, Question
from stepcalc.trace.display import outcome

SAME: Final = 1e-6
"""Points that differ by less than this part of their size are one."""

MOST_STEPS: Final = 100
TOLERANCE: Final = 1e-14


@dataclass(frozen=True, slots=True)
class Problem:
    """A function under constraints.

    Args:
        working: The work on the question.
        question: The function and the letters that vary.
        constraints: What is to be 0.
        multipliers: A letter for each constraint.
    """

    working: Working
    question: Question
    constraints: tuple[Form, ...]
    multipliers: tuple[Form, ...]

    @property
    def letters(self) -> tuple[Form, ...]:
        """The letters that vary."""
        return self.question.letters

    @property
    def goal(self) -> tuple[Form, ...]:
        """The arguments of the goals that are about the Lagrangian."""
        return (self.question.form, vector(*self.constraints), vector(*self.multipliers), *self.letters)

    @property
    def definitions(self) -> Mapping[str, Definition]:
        """Functions that cards define."""
        return self.working.book.definitions


class Solved(NamedTuple):
    """Where the conditions hold.

    Args:
        derivation: That of the points, or of the conditions where the points were found by numbers.
        points: The coordinates and the multipliers, row by row.
        exact: Whether they are exact, and all.
        run: Newton's iteration, if there was a start.
        others: The derivation of the conditions' Jacobian, where numbers were used.
    """

    derivation: Derivation
    points: list[tuple[Form, ...]]
    exact: bool
    run: Run | None = None
    others: tuple[Derivation, ...] = ()


def conditions_solved(problem: Problem, begin: tuple[Form, ...] | None) -> Solved:
    """The points at which Lagrange's conditions hold.

    Args:
        problem: The function and its constraints.
        begin: Where to start from, if that is given.

    Raises:
        UsageError: Numbers are needed, and there are letters without one; or the start is where something has no
            value.
    """
    working = problem.working
    if begin is None:
        step = solved_exactly(working, "constrained", problem.goal)
        if step is not None and not counters_of(*step.result.args):
            derivation = working.finished(problem.question, [step], step.result)
            return Solved(derivation, [tuple(row) for row in rows_of(step.result)], True)
    step = working.solve(call("lagrange", *problem.goal))
    derivation = working.finished(problem.question, [step], step.result)
    conditions = [part for (part,) in rows_of(step.result)]
    jacobian, slopes = _jacobian(problem, conditions)
    refuse_held([problem.question.form, *problem.constraints], problem.letters)
    found, run = _by_numbers(problem, begin, conditions, slopes)
    return Solved(derivation, [tuple(map(decimal_form, row)) for row in found], False, run, (jacobian,))


def _jacobian(problem: Problem, conditions: Sequence[Form]) -> tuple[Derivation, list[list[Form]]]:
    """The derivatives of the conditions with respect to letters and multipliers."""
    unknowns = (*problem.letters, *problem.multipliers)
    subject, places = vector(*conditions), range(len(unknowns))
    step = problem.working.solve(call("jacobian", subject, *unknowns))
    entries = entries_of(step.result)
    slopes = [[entries.get((row, column), ZERO) for column in places] for row in places]
    return problem.working.finished(Question("jacobian", subject, unknowns), [step], step.result), slopes


def _by_numbers(
    problem: Problem,
    begin: tuple[Form, ...] | None,
    conditions: Sequence[Form],
    slopes: Sequence[Sequence[Form]],
) -> tuple[list[Any], Run | None]:
    """Rows of coordinates and multipliers, the one that Newton's method reached first."""
    from stepcalc.numeric.constrained import Search

    search = Search(
        problem.question.form, conditions, slopes, problem.letters, problem.multipliers, problem.definitions
    )
    if begin is None:
        return search.from_many(), None
    places = numbers(begin, problem.working.book)
    run = _newton(problem, places, conditions, slopes)
    found = search.from_start([float(part) for part in places])
    if run.root is None:
        return found, run
    count = len(problem.letters)
    return [run.root, *(row for row in found if not _is_near(row[:count], run.root[:count]))], run


def _is_near(point: Sequence[Any], other: Sequence[Any]) -> bool:
    return all(abs(a - b) <= SAME * (1 + abs(b)) for a, b in zip(point, other, strict=True))


def _newton(
    problem: Problem,
    places: tuple[Any, ...],
    conditions: Sequence[Form],
    slopes: Sequence[Sequence[Form]],
) -> Run:
    """Newton's method for the conditions, with multipliers that fit the start best."""
    from stepcalc.numeric.evaluate import compile_forms
    from stepcalc.numeric.newton import iterate

    unknowns = (*problem.letters, *problem.multipliers)
    count = len(unknowns)
    program = compile_forms([*conditions, *(each for row in slopes for each in row)], problem.definitions)

    def values(point: tuple[Any, ...]) -> Any:
        found = program.at(dict(zip(unknowns, point, strict=True)))
        if any(value is None for value in found[:count]):
            return None
        rows = tuple(tuple(found[count * (k + 1) : count * (k + 2)]) for k in range(count))
        return tuple(found[:count]), rows

    start = (*places, *_fitting(problem, places))
    if values(start) is None:
        raise UsageError(say("newton-start-outside"), code="newton-start-outside")
    whole = iterate(values, start, most=MOST_STEPS, tolerance=TOLERANCE)
    if whole.root is not None:
        return whole
    return iterate(values, start, most=MOST_STEPS, tolerance=TOLERANCE, damped=True)


def _fitting(problem: Problem, places: tuple[Any, ...]) -> list[Any]:
    """The multipliers that leave least of the Lagrangian's gradient at a point."""
    import numpy as np

    from stepcalc.numeric.evaluate import compile_forms
    from stepcalc.numeric.real import context

    slopes = [
        [outcome(problem.working.solve(goal(part, item, kind="partial"))) for item in problem.letters]
        for part in (problem.question.form, *problem.constraints)
    ]
    point = dict(zip(problem.letters, places, strict=True))
    found = [compile_forms(row, problem.definitions).at(point) for row in slopes]
    if any(part is None for row in found for part in row):
        return [context().mpf(0)] * len(problem.constraints)
    first, *others = np.array([[float(part) for part in row] for row in found])
    fitted = np.linalg.lstsq(np.array(others).T, first, rcond=None)[0]
    return [context().mpf(float(part)) for part in fitted]
