"""Secant slopes beside the slope of the tangent, and why too small an h spoils them on a computer."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

from stepcalc.calculus.questions import PointValue, at_point, diff, understand
from stepcalc.errors import UsageError
from stepcalc.messages import say
from stepcalc.notation.forms import Form, add, divide, multiply, number, rebuild, subtract
from stepcalc.rulebook.book import Rulebook, default_book
from stepcalc.rulebook.cards import Card
from stepcalc.trace.derivation import Derivation

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
        card: The card that derives it.
        order: The power of h that the error goes with.
        leading: The first term of the error, an expression in h.
    """

    card: Card
    order: int
    leading: Form


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
                {"card": each.card.id, "order": each.order, "leading": one_line(each.leading)}
                for each in self.errors
            ],
            "table": [asdict(row) for row in self.table],
        }
        return json.dumps(data, ensure_ascii=False)

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
    derivation = diff(expression, *(() if letter is None else (letter,)), **options)
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
    return Slope(
        derivation,
        found,
        tuple(row for row in rows if row is not None),
        _orders(derivation, variable, point, options),
        tuple(_errors(derivation.question.form, variable, float(_number(point, book)), tangent)),
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


def _orders(
    derivation: Derivation, variable: Form, point: Form, options: dict[str, Any]
) -> tuple[DifferenceError, ...]:
    """The first term of each error: h/2·f″(a) and h²/6·f‴(a)."""
    from stepcalc.notation.forms import letter
    from stepcalc.notation.values import form_of, value

    run = letter("h" if variable.name != "h" else "k")
    found = []
    for card, order, below in (("forward_difference", 1, 2), ("central_difference", 2, 6)):
        higher = diff(derivation.question.form, variable, order=order + 1, **options).answer
        at = value(rebuild(higher, {variable: point}))
        found.append(
            DifferenceError(derivation.rulebook.card(card), order, form_of(at * value(run) ** order / below))
        )
    return tuple(found)


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


def quotient_of(variable: Form, form: Form, point: Form, run: Form, *, central: bool = False) -> Form:
    """A difference quotient at a point, as it is written.

    Examples:
        >>> from stepcalc.notation.forms import letter, power
        >>> from stepcalc.notation.unicode import one_line
        >>> x, h = letter("x"), letter("h")
        >>> one_line(quotient_of(x, power(x, number(2)), number(1), h))
        '((1+h)² − 1²)/h'
    """
    ahead = rebuild(form, {variable: add(point, run)})
    if not central:
        return divide(subtract(ahead, rebuild(form, {variable: point})), run)
    behind = rebuild(form, {variable: subtract(point, run)})
    return divide(subtract(ahead, behind), multiply(number(2), run))
