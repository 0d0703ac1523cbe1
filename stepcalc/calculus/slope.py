"""Secant slopes beside the slope of the tangent, and why too small an h spoils them on a computer."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final

from stepcalc.calculus.point_values import PointValue, at_point
from stepcalc.calculus.questions import diff
from stepcalc.calculus.understanding import understand
from stepcalc.calculus.working import Working
from stepcalc.errors import UsageError
from stepcalc.messages import say
from stepcalc.notation.forms import ZERO, Form, call, number
from stepcalc.rulebook.book import Rulebook, default_book
from stepcalc.rulebook.cards import Card
from stepcalc.trace.derivation import Derivation, Question, presenter
from stepcalc.trace.step import Step

if TYPE_CHECKING:
    from stepcalc.trace.verification import Verification

RUNS: Final = tuple(Fraction(n) for n in ("1", "0.5", "0.1", "0.01", "0.001", "0.0001", "0.00001"))
"""The runs of the table, from a plain secant to one that is hard to tell from the tangent."""

SMALLEST_POWER: Final = 15
"""Errors are shown for runs from 0.1 to 10 to the minus so many: a double has about sixteen digits."""


@dataclass(frozen=True, slots=True)
class SecantRow:
    """One secant.

    Args:
        run: The distance h between the two points.
        secant: Its slope, exact to the digits of a double.
        apart: How far that is from the slope of the tangent.
    """

    run: Fraction
    secant: float
    apart: float


@dataclass(frozen=True, slots=True)
class ErrorRow:
    """What differences in double precision are off by, for one run.

    Args:
        power: The run is 10 to the minus this.
        forward: The error of (f(a + h) − f(a))/h; ``None`` where the function has no value.
        central: The error of (f(a + h) − f(a − h))/(2h).
    """

    power: int
    forward: float | None
    central: float | None


@dataclass(frozen=True, slots=True)
class DifferenceError:
    """How the error of a difference depends on h, by Taylor's series.

    Args:
        derivation: What derives it, in one step from Taylor's series ahead and behind.
        order: The power of h that the error goes with; ``None`` where there is no error.
        leading: The first term of the error, an expression in h.
    """

    derivation: Derivation
    order: int | None
    leading: Form

    @property
    def step(self) -> Step:
        """The step that derives it."""
        return self.derivation.stages[0]

    @property
    def card(self) -> Card:
        """The card that derives it."""
        return self.step.card


@dataclass(frozen=True, slots=True)
class Slope:
    """The slope of a function at a point, approached by secants.

    Args:
        derivation: The derivative by rules, which gives the slope of the tangent.
        at: The point, and the values there.
        rows: The secants.
        errors: Forward and central differences, where they were asked for.
        table: Their errors in double precision.
    """

    derivation: Derivation
    at: PointValue
    rows: tuple[SecantRow, ...]
    errors: tuple[DifferenceError, ...] = ()
    table: tuple[ErrorRow, ...] = ()

    @property
    def tangent(self) -> Any:
        """The slope of the tangent as a SymPy number."""
        from stepcalc.notation.values import value

        return value(self.at.derivative)

    def to_json(self) -> str:
        """The tables as a JSON text; forms as one-line text."""
        import json
        from dataclasses import asdict

        from stepcalc.notation.unicode import one_line

        data = {
            "function": one_line(self.derivation.question.form),
            "at": one_line(self.at.values[0]),
            "tangent": one_line(self.at.derivative),
            "secants": [{**asdict(row), "run": float(row.run)} for row in self.rows],
            "errors": [
                {
                    "card": each.card.id,
                    "order": each.order,
                    "leading": one_line(each.leading),
                    "derivation": json.loads(each.derivation.to_json()),
                }
                for each in self.errors
            ],
            "table": [asdict(row) for row in self.table],
        }
        return json.dumps(data, ensure_ascii=False)

    def plot(self, *, on: Any = None) -> Any:
        """The plot of secants that turn into the tangent, as ``Derivation.plot`` gives one.

        Args:
            on: The range: ``"-2,2"``; one is chosen if not given.
        """
        return presenter("slope-plot")(self, on=on)

    def verify(self, *, points: int = 8) -> Verification:
        """Check the derivative, and the errors if there are any, step by step.

        Args:
            points: At how many points.
        """
        from stepcalc.trace.verification import together

        derivations = (self.derivation, *(error.derivation for error in self.errors))
        return together([each.verify(points=points) for each in derivations])

    def best(self, kind: str) -> ErrorRow:
        """The row of the error table in which a difference (``"forward"``, ``"central"``) is closest."""
        rows = [row for row in self.table if getattr(row, kind) is not None]
        return min(rows, key=lambda row: getattr(row, kind))


def slope(
    expression: Any,
    at: Any,
    letter: Any = None,
    *,
    error: bool = False,
    tidy: bool = True,
    form: str = "textbook",
    prefer: Collection[str] = (),
    rulebook: Rulebook | None = None,
    declared: Collection[str] = (),
    functions: Collection[str] = (),
) -> Slope:
    """Secant slopes at a point as h shrinks, beside the slope of the tangent.

    Args:
        expression: Text or a SymPy expression in one letter.
        at: The point: a text, a number or a SymPy number.
        letter: The letter; the only one of the expression if not given.
        error: Whether to add the errors of forward and central differences, by Taylor's series and as they
            come out in double precision.
        tidy: Whether to bring the derivative into the form a textbook prints.
        form: Which form, as for ``diff``.
        prefer: Laws to prefer where teachers differ, as for ``diff``.
        rulebook: The rules; those that come with StepCalc if not given.
        declared: Names to be read as one letter in a text.
        functions: Names of undefined functions in a text.

    Returns:
        The rows, and the derivation of the slope that they approach.

    Raises:
        ReadError: A text cannot be read.
        UsageError: The point is outside the domain, or there are other letters without a value.
        NotDerivableError: There is no rule for some part of the expression.

    Examples:
        >>> found = slope("x^2", 1)
        >>> found.tangent, [round(row.secant, 6) for row in found.rows][:4]
        (2, [3.0, 2.5, 2.1, 2.01])
    """
    book = rulebook or default_book()
    options: dict[str, Any] = {"rulebook": book, "declared": declared, "functions": functions}
    manner: dict[str, Any] = {"tidy": tidy, "form": form, "prefer": prefer}
    derivation = diff(expression, () if letter is None else letter, **options, **manner)
    variable = derivation.question.letters[0]
    if derivation.question.held:
        names = ", ".join(item.name for item in derivation.question.held)
        raise UsageError(say("slope-other-letters", letters=names), code="slope-other-letters")
    point = understand(at if not isinstance(at, int | float) else str(at), book, declared).form
    found = at_point(derivation, {variable: point})
    evaluate = _exact(derivation.question.form, variable, point, book)
    tangent = _number(found.derivative, book)
    rows = tuple(_secant(evaluate, run, tangent) for run in RUNS)
    if not error:
        return Slope(derivation, found, tuple(row for row in rows if row is not None))
    from stepcalc.calculus.taylor import written_out

    place = float(_number(point, book))
    subject = written_out(derivation.question.form, book)
    errors = tuple(_errors_by_series(subject, variable, point, found.derivative, book))
    return Slope(
        derivation,
        found,
        tuple(row for row in rows if row is not None),
        errors,
        tuple(_errors(subject, variable, place, tangent)),
    )


Exact = Callable[[Fraction], Any]


def _exact(form: Form, variable: Form, point: Form, book: Rulebook) -> Exact:
    """The function at a distance from the point, to 50 digits."""
    from stepcalc.numeric.evaluate import compile_forms

    place = compile_forms([point], book.definitions).at({})[0]
    program = compile_forms([form], book.definitions)
    return lambda run: program.at({variable: place + run.numerator / _mpf(run.denominator)})[0]


def _mpf(whole: int) -> Any:
    from stepcalc.numeric.real import context

    return context().mpf(whole)


def _number(form: Form, book: Rulebook) -> Any:
    from stepcalc.numeric.evaluate import compile_forms

    return compile_forms([form], book.definitions).at({})[0]


def _secant(evaluate: Exact, run: Fraction, tangent: Any) -> SecantRow | None:
    ahead, here = evaluate(run), evaluate(Fraction(0))
    if ahead is None or here is None:
        return None
    steepness = (ahead - here) * run.denominator / run.numerator
    return SecantRow(run, float(steepness), float(abs(steepness - tangent)))


HIGHEST_SERIES: Final = 9
"""Up to this order a term is looked for that does not vanish."""


def _errors_by_series(
    subject: Form, variable: Form, point: Form, tangent: Form, book: Rulebook
) -> Iterator[DifferenceError]:
    """Both errors, to the first term that does not vanish, from one Taylor polynomial."""
    from stepcalc.notation.forms import letter

    working = Working(book)
    run = letter("h" if variable.name != "h" else "k")
    question = Question("difference", subject, (variable,))
    for card in ("forward_difference", "central_difference"):
        for order in range(3, HIGHEST_SERIES + 1, 2):
            step = working.solve(call(card, subject, variable, point, run, number(order), tangent))
            if step.result is not ZERO:
                break
        yield _told(working.finished(question, [step], step.result), run)


def _told(derivation: Derivation, run: Form) -> DifferenceError:
    """An error with its first term and the power of h in it."""
    import sympy

    from stepcalc.notation.values import form_of, value

    if derivation.answer is ZERO:
        return DifferenceError(derivation, None, ZERO)
    h = value(run)
    (power,), coefficient = sympy.Poly(value(derivation.answer), h).terms()[-1]
    return DifferenceError(derivation, int(power), form_of(coefficient * h**power))


def _errors(form: Form, variable: Form, place: float, tangent: Any) -> list[ErrorRow]:
    """What double precision makes of the differences."""
    import sympy

    from stepcalc.notation.values import value

    function = sympy.lambdify(value(variable), value(form), "math")
    exact = float(tangent)

    def off(above: Callable[[float], float], run: float) -> float | None:
        try:
            return abs(above(run) - exact)
        except (ValueError, ZeroDivisionError, OverflowError, TypeError):
            return None

    def forward(run: float) -> float:
        return float((function(place + run) - function(place)) / run)

    def central(run: float) -> float:
        return float((function(place + run) - function(place - run)) / (2 * run))

    rows = [
        ErrorRow(power_, off(forward, 10.0**-power_), off(central, 10.0**-power_))
        for power_ in range(1, SMALLEST_POWER + 1)
    ]
    return [
        row
        for row in rows
        if not any(part is not None and math.isnan(part) for part in (row.forward, row.central))
    ]
