"""``stepcalc.descend``: gradient descent beside Newton's method, the step derived and the ways gone."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from fractions import Fraction
from typing import Any, Final

from stepcalc.calculus.letters import letters_given
from stepcalc.calculus.optimisation.asking import (
    functions_of,
    letters_of_question,
    need_numpy,
    numbers,
    point_of,
    refuse_held,
)
from stepcalc.calculus.optimisation.descents import Descent
from stepcalc.calculus.optimisation.machine import Machine
from stepcalc.calculus.optimisation.without_formula import is_table, without_formula
from stepcalc.calculus.working import Working
from stepcalc.errors import UsageError
from stepcalc.messages import say
from stepcalc.notation.forms import Form, call, letter, number, rational
from stepcalc.numeric import descent
from stepcalc.numeric.descent import Point
from stepcalc.rulebook.book import Rulebook, default_book
from stepcalc.trace.derivation import Derivation, Question

MOST_STEPS: Final = 1000
MOST_ASKED: Final = 100_000
MOST_LETTERS: Final = 20
NEWTON_STEPS: Final = 50
GUARDED_STEPS: Final = 300

TOLERANCE: Final = 1e-8


def descend(
    expression: Any,
    start: Any = None,
    letters: Any = (),
    *more: Any,
    rate: float | None = None,
    steps: int = MOST_STEPS,
    tolerance: float | None = None,
    form: str = "textbook",
    prefer: Sequence[str] = (),
    rulebook: Rulebook | None = None,
    declared: Collection[str] = (),
    functions: Collection[str] = (),
) -> Descent:
    """Look for a minimum by gradient descent, with Newton's method beside it.

    Args:
        expression: The function: text, a SymPy expression, a Python function of as many numbers as ``start``
            has, or a table of one letter: pairs (x, f), or a mapping of two columns.
        start: Where to begin: as many numbers as there are letters.
        letters: The letters; those of the expression by name, if not given. In a sequence, one by
            one, or in one text, as for ``gradient``.
        more: Further letters, where they are given one by one.
        rate: The rate, the same for all steps; a line search if not given.
        steps: How many steps at most.
        tolerance: It has arrived where the gradient is shorter than this; 1e-8, or 1e-5 by differences.
        form: The form of derivatives, as for ``diff``.
        prefer: The laws to choose where teachers differ, as for ``diff``.
        rulebook: The rules.
        declared: Names to be read as one letter in a text.
        functions: Names of undefined functions in a text.

    Returns:
        The step with its derivation, the way down, Newton's way, and the curvatures that explain them.

    Raises:
        ReadError: A text cannot be read.
        UsageError: There is no start, or the function has no value there.

    Examples:
        >>> found = descend("x^2 + 10y^2", "10,1", rate=0.09)
        >>> found.converged, len(found.newton.stops), found.limit
        (True, 2, 0.1)
        >>> descend("x^2 + 10y^2", "10,1", rate=0.11).path.ending
        'diverged'
        >>> [round(part, 4) for part in descend(lambda x, y: (x - 1)**2 + y**2, (0, 1)).point]
        [1.0, 0.0]
    """
    need_numpy("what-descend")
    _check(rate, steps)
    book = rulebook or default_book()
    named = letters_given(letters, *more)
    if callable(expression) or is_table(expression):
        _need_start(start, len(named) or 2)
        return without_formula(expression, start, named, rate, steps, tolerance, book)
    asked = functions_of(expression, book, declared, functions)
    if len(asked.forms) != 1 or asked.equations[0] is not None:
        raise UsageError(say("critical-one-function"), code="critical-one-function")
    varying = letters_of_question(named, asked.forms)
    _need_start(start, len(varying))
    if len(varying) > MOST_LETTERS:
        raise UsageError(say("critical-many", most=MOST_LETTERS), code="critical-many")
    refuse_held(asked.forms, varying)
    begin = tuple(float(part) for part in numbers(point_of(start, varying, book, "--from"), book))
    working = Working(book, tuple(prefer), form)
    question = Question("descent", asked.forms[0], varying, (), asked.text)
    machine = Machine(*_derived(working, question, rate))
    if not math.isfinite(machine.value(begin)):
        raise UsageError(say("newton-start-outside"), code="newton-start-outside")
    return _walked(machine, begin, rate, steps, TOLERANCE if tolerance is None else tolerance)


def _derived(working: Working, question: Question, rate: float | None) -> tuple[Derivation, Derivation]:
    """The derivations of the step and of the Hessian."""
    subject, varying = question.form, question.letters
    taken = letter("eta") if rate is None else _as_typed(rate)
    step = working.solve(call("descent_step", subject, taken, *varying))
    bend = working.solve(call("hessian", subject, *varying))
    return (
        working.finished(question, [step], step.result),
        working.finished(Question("hessian", subject, varying), [bend], bend.result),
    )


def _walked(machine: Machine, begin: Point, rate: float | None, steps: int, tolerance: float) -> Descent:
    """Gradient descent, Newton's method beside it, and its guarded form where neither comes to a minimum."""
    path = descent.descend(machine.value, machine.slopes, begin, rate=rate, most=steps, tolerance=tolerance)
    path, guarded = machine.judged(path), None
    beside = descent.newton(
        machine.value, machine.slopes, machine.bends, begin, most=NEWTON_STEPS, tolerance=tolerance
    )
    arrived = next((way for way in (path, beside) if machine.kind(way) == "minimum"), None)
    if arrived is None:
        guarded = descent.guarded(
            machine.value, machine.slopes, machine.bends, begin, most=GUARDED_STEPS, tolerance=tolerance
        )
        arrived = guarded if machine.kind(guarded) == "minimum" else None
    where = begin if path.ending in ("diverged", "outside") else path.stops[-1].point
    return Descent(
        machine.letters,
        begin,
        path,
        rate,
        machine.value,
        machine.derivation,
        machine.hessian,
        newton=beside,
        guarded=guarded,
        minimum=None if arrived is None else arrived.stops[-1],
        kinds=tuple(machine.kind(way) for way in (path, beside, guarded) if way is not None),
        curvatures=machine.curvatures(where),
        book=machine.derivation.rulebook,
    )


def _need_start(start: Any, count: int) -> None:
    if start is None:
        example = ",".join("1" for _ in range(count))
        raise UsageError(say("descent-needs-start", example=example), code="descent-needs-start")


def _check(rate: float | None, steps: int) -> None:
    if rate is not None and not 0 < rate < math.inf:
        raise UsageError(say("rate-positive"), code="rate-positive")
    if isinstance(steps, bool) or not 1 <= steps <= MOST_ASKED:
        raise UsageError(say("steps-range", most=MOST_ASKED), code="steps-range")


def _as_typed(rate: float) -> Form:
    """A rate as the decimal that was typed."""
    exact = Fraction(repr(float(rate)))
    return number(exact) if exact.denominator == 1 or len(repr(rate)) < 20 else rational(exact)
