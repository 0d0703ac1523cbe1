"""Newton's method for one equation or a system: the step derived, the iteration, and what went wrong if it did."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from stepcalc.calculus.letters import letters_given
from stepcalc.calculus.optimisation.asking import (
    functions_of,
    letters_of_question,
    numbers,
    point_of,
    refuse_held,
)
from stepcalc.calculus.working import Working
from stepcalc.errors import UsageError
from stepcalc.messages import say
from stepcalc.notation.forms import ZERO, Form, call, entries_of, vector
from stepcalc.numeric.newton import Iterate, Run, iterate
from stepcalc.rulebook.book import Rulebook, default_book
from stepcalc.trace.derivation import Derivation, Question, reading_order
from stepcalc.trace.display import outcome
from stepcalc.trace.report import Report

if TYPE_CHECKING:
    from stepcalc.numeric.newton import Values

MOST_STEPS: Final = 100
MOST_ASKED: Final = 10_000
TOLERANCE: Final = 1e-14
MOST_EQUATIONS: Final = 40
OTHER_STARTS: Final = (0.5, -0.5, 1, -1, 2, -2, 3, -3, 5, -5, 10, -10)
"""How far from a start that fails others are tried, for one that does not."""

DIGITS: Final = 30
"""How many digits of a number are kept in data."""


@dataclass(frozen=True, slots=True)
class Newton(Report):
    """Newton's method, from the derivative to the root.

    Args:
        derivation: The derivative and Newton's step; for a system the Jacobian.
        start: Where it begins.
        run: The iteration and how it ended.
        damped: Whether steps were halved where they did not help.
        faster: The iteration with steps m times as long, at a root of multiplicity m.
        elsewhere: A start from which it arrives, where it does not from this one.
        shorter: The iteration of a system with halved steps, where it arrives and the one with whole steps does not.
    """

    derivation: Derivation
    start: tuple[Form, ...]
    run: Run
    damped: bool = False
    faster: Run | None = None
    elsewhere: Any = None
    shorter: Run | None = None

    kind = "newton"

    @property
    def derivations(self) -> tuple[Derivation, ...]:
        """The derivation of the step."""
        return (self.derivation,)

    @property
    def letters(self) -> tuple[Form, ...]:
        """The unknowns."""
        return self.derivation.question.letters

    @property
    def functions(self) -> tuple[Form, ...]:
        """What is to be 0."""
        form = self.derivation.question.form
        return form.args if form.head == "vector" else (form,)

    @property
    def rows(self) -> tuple[Iterate, ...]:
        """The rows of the table."""
        return self.run.rows

    @property
    def best(self) -> Run:
        """The iteration that arrived, the plain one if both or neither did."""
        return self.faster if self.run.root is None and self.faster is not None else self.run

    @property
    def converged(self) -> bool:
        """Whether it has arrived at a root."""
        return self.best.ending == "root"

    @property
    def root(self) -> Any:
        """The root as a float, for a system a tuple of floats; ``None`` where it did not arrive."""
        if self.best.root is None:
            return None
        found = tuple(float(part) for part in self.best.root)
        return found if len(found) > 1 else found[0]

    @property
    def answer(self) -> Form:
        """The root, or the last point, as a form."""
        from stepcalc.calculus.optimisation.numerals import decimal_form

        found = [decimal_form(part) for part in self.best.root or self.run.rows[-1].point]
        return found[0] if len(found) == 1 else vector(*found)

    @property
    def failure(self) -> str:
        """That it did not arrive, and how it ended instead."""
        return "" if self.converged else say(f"newton-short-{self.run.ending}")

    @property
    def data(self) -> dict[str, Any]:
        """The iteration as data: numbers as texts of 30 digits, so that nothing is lost."""
        return {
            "ending": self.run.ending,
            "root": None if self.best.root is None else _texts(self.best.root),
            "order": self.run.order,
            "ratio": self.run.ratio,
            "multiplicity": self.run.multiplicity,
            "period": self.run.period,
            "damped": self.damped,
            "rows": [row_data(row) for row in self.run.rows],
            "faster": None if self.faster is None else [row_data(row) for row in self.faster.rows],
        }


def newton(
    expression: Any,
    start: Any = None,
    letters: Any = (),
    *more: Any,
    steps: int = MOST_STEPS,
    tolerance: float = TOLERANCE,
    damped: bool = False,
    form: str = "textbook",
    prefer: Sequence[str] = (),
    rulebook: Rulebook | None = None,
    declared: Collection[str] = (),
    functions: Collection[str] = (),
) -> Newton:
    """Find a root by Newton's method, with the derivative, the iteration formula and the table.

    Args:
        expression: What is to be 0, or an equation; for a system several, as one text with commas between them
            or as a sequence.
        start: Where to begin: a number, for a system as many as there are unknowns.
        letters: The unknowns; those of the expressions by name, if not given. In a sequence, one by
            one, or in one text, as for ``gradient``.
        more: Further letters, where they are given one by one.
        steps: How many steps at most.
        tolerance: It has arrived when a step is shorter than this (relative to the point, where that is above 1).
        damped: Whether to halve steps that do not bring the values nearer to 0.
        form: The form of the derivative, as for ``diff``.
        prefer: The laws to choose where teachers differ, as for ``diff``.
        rulebook: The rules.
        declared: Names to be read as one letter in a text.
        functions: Names of undefined functions in a text.

    Returns:
        The derivation, the rows, and how it ended.

    Raises:
        ReadError: A text cannot be read.
        UsageError: There is no start, it has no value, or there are not as many equations as unknowns.
        NotDerivableError: There is no rule for some part.

    Examples:
        >>> found = newton("x^2 - 2", start=1)
        >>> found.root, [row.digits for row in found.rows][:5]
        (1.4142135623730951, [0, 0, 2, 5, 11])
        >>> newton("x^3 - 2x + 2", start=0).run.ending
        'cycle'
    """
    book = rulebook or default_book()
    asked = functions_of(expression, book, declared, functions)
    unknowns = letters_of_question(letters_given(letters, *more), asked.forms)
    _check(len(asked.forms), len(unknowns), steps, start)
    refuse_held(asked.forms, unknowns)
    begin = point_of(start, unknowns, book, "--from")
    working = Working(book, tuple(prefer), form)
    derivation = _derived(working, asked.forms, unknowns, asked.text)
    values = _values(derivation, asked.forms, unknowns)
    here = numbers(begin, book)
    if values(here) is None:
        raise UsageError(say("newton-start-outside"), code="newton-start-outside")
    bounds = {"most": steps, "tolerance": tolerance}
    run = iterate(values, here, damped=damped, **bounds)  # type: ignore[arg-type]
    found = Newton(derivation, begin, run, damped)
    if run.multiplicity > 1 and len(unknowns) == 1:
        faster = iterate(values, here, factor=run.multiplicity, **bounds)  # type: ignore[arg-type]
        found = replace(found, faster=faster if faster.ending == "root" else None)
    if not found.converged and len(unknowns) == 1:
        return replace(found, elsewhere=_elsewhere(values, here[0]))
    if not found.converged and not damped:
        shorter = iterate(values, here, damped=True, **bounds)  # type: ignore[arg-type]
        return replace(found, shorter=shorter if shorter.ending == "root" else None)
    return found


def _check(equations: int, unknowns: int, steps: int, start: Any) -> None:
    if start is None:
        example = ",".join("1" for _ in range(unknowns))
        raise UsageError(say("newton-needs-start", example=example), code="newton-needs-start")
    if equations != unknowns:
        message = say("newton-as-many", equations=equations, unknowns=unknowns)
        raise UsageError(message, code="newton-as-many")
    if equations > MOST_EQUATIONS:
        raise UsageError(say("newton-many", most=MOST_EQUATIONS), code="newton-many")
    if isinstance(steps, bool) or not 1 <= steps <= MOST_ASKED:
        raise UsageError(say("steps-range", most=MOST_ASKED), code="steps-range")


def _derived(
    working: Working, functions: tuple[Form, ...], unknowns: tuple[Form, ...], text: str
) -> Derivation:
    """Newton's step for one equation; for a system the Jacobian, which a step solves with."""
    if len(functions) == 1:
        step = working.solve(call("newton_step", functions[0], *unknowns))
        trail = working.tidied(outcome(step))
        question = Question("newton", functions[0], unknowns, (), text)
        return working.finished(question, [step, *trail.steps], trail.form)
    subject = vector(*functions)
    step = working.solve(call("jacobian", subject, *unknowns))
    question = Question("jacobian", subject, unknowns, (), text)
    return working.finished(question, [step], step.result)


def slopes_of(derivation: Derivation, count: int) -> list[list[Form]]:
    """The derivatives that the steps found, row by row."""
    if count == 1:
        return [[outcome(derivation.stages[0].substeps[0])]]
    entries = entries_of(derivation.answer)
    return [[entries.get((row, column), ZERO) for column in range(count)] for row in range(count)]


def _values(derivation: Derivation, functions: tuple[Form, ...], unknowns: tuple[Form, ...]) -> Values:
    """The functions and the derivatives that the steps found, at 50 digits."""
    from stepcalc.numeric.evaluate import compile_forms

    count = len(functions)
    slopes = [each for row in slopes_of(derivation, count) for each in row]
    needed = _needed(derivation)
    program = compile_forms([*functions, *slopes, *needed], derivation.rulebook.definitions)

    def values(point: tuple[Any, ...]) -> Any:
        found = program.at(dict(zip(unknowns, point, strict=True)))
        if any(value is None for value in found[:count]):
            return None
        if any(held is False for held in found[count * (count + 1) :]):
            return tuple(found[:count]), ((None,) * count,) * count
        rows = tuple(tuple(found[count * (row + 1) : count * (row + 2)]) for row in range(count))
        return tuple(found[:count]), rows

    return values


def _needed(derivation: Derivation) -> list[Form]:
    """Where the derivatives exist: the conditions of the steps that find them."""
    found = dict.fromkeys(
        condition.relation
        for step in reading_order(derivation.stages[0].substeps)
        for condition in step.conditions
    )
    return list(found)


def _elsewhere(values: Callable[..., Any], start: Any) -> Any:
    """The nearest of some other starts from which it arrives soon."""
    for apart in OTHER_STARTS:
        begin = start + apart
        if values((begin,)) is None:
            continue
        run = iterate(values, (begin,), most=20, tolerance=TOLERANCE)
        if run.ending == "root" and run.multiplicity == 1:
            return begin
    return None


def row_data(row: Iterate) -> dict[str, Any]:
    """A row of a table as data."""
    return {
        "n": row.n,
        "point": _texts(row.point),
        "values": _texts(row.values),
        "slopes": [_texts(line) for line in row.slopes],
        "change": None if row.change is None else _texts(row.change),
        "halvings": row.halvings,
        "digits": row.digits,
    }


def _texts(numbers_: Sequence[Any]) -> list[str | None]:
    from mpmath import nstr

    return [None if each is None else nstr(each, DIGITS) for each in numbers_]
