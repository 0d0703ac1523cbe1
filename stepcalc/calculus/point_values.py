"""A function, its derivative and its tangent at a point."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from stepcalc.errors import UsageError
from stepcalc.messages import say
from stepcalc.notation.forms import ZERO, Form, letters_of
from stepcalc.trace.conditions import Judge
from stepcalc.trace.derivation import Derivation


@dataclass(frozen=True, slots=True)
class PointValue:
    """A function and its derivative at a point.

    Args:
        letters: The letters that were given values.
        values: Their values.
        function: The function's value there.
        derivative: The derivative's.
        tangent: The right-hand side of the tangent's equation in the variable; ``None`` for higher orders.
    """

    letters: tuple[Form, ...]
    values: tuple[Form, ...]
    function: Form
    derivative: Form
    tangent: Form | None


def _no_slope(function: Form, variable: Form, at: Form, there: Form) -> UsageError:
    """That there may be no derivative at a point, and the question that tells."""
    from stepcalc.notation.forms import add, divide, letter, rebuild, subtract
    from stepcalc.notation.unicode import one_line

    taken = {item.name for item in letters_of(function)}
    run = letter(next(name for name in ("h", "k", "t", "h_1") if name not in taken))
    ahead = rebuild(function, {variable: run if at is ZERO else add(at, run)})
    quotient = divide(ahead if there is ZERO else subtract(ahead, there), run)
    return UsageError(
        say(
            "point-no-derivative",
            at=one_line(at), value=one_line(there), quotient=one_line(quotient), run=run.name,
        ),
        code="point-no-derivative",
    )  # fmt: skip


def at_point(derivation: Derivation, point: Mapping[Form, Form]) -> PointValue:
    """The function, its derivative and its tangent at a point.

    Args:
        derivation: A derivation with respect to one letter.
        point: A value for the letters, at least for the one that varies.

    Returns:
        Exact values, with the letters that were given none left in.

    Raises:
        UsageError: The letter that varies has no value, a value is not a number, or the point is outside the
            domain of the function or of its derivative.

    Examples:
        >>> from stepcalc.calculus.questions import diff
        >>> from stepcalc.notation.forms import letter, number
        >>> x = letter("x")
        >>> at_point(diff("x^2"), {x: number(3)}).derivative.label
        6
    """
    from stepcalc.calculus.exact_values import value_at
    from stepcalc.notation.unicode import one_line
    from stepcalc.notation.values import form_of, value

    variable = derivation.question.letters[0]
    if variable not in point:
        raise UsageError(
            say("point-missing", letters=variable.name, example=f"{variable.name}=1"), code="point-missing"
        )
    for letter, given in point.items():
        if letters_of(given) - set(derivation.question.held):
            raise UsageError(
                say("point-not-number", variable=letter.name, value=one_line(given)), code="point-not-number"
            )
    function, derivative = (
        value_at(form, point, derivation.rulebook) for form in (derivation.question.form, derivation.answer)
    )
    given_domain = Judge(derivation.rulebook).of_function(derivation.question.form)
    if not is_finite(function) or any(fails_at(condition, point) for condition in given_domain):
        raise outside(variable, point)
    lost = any(fails_at(condition.relation, point) for condition in derivation.conditions)
    if lost or not is_finite(derivative):
        raise _no_slope(derivation.question.form, variable, point[variable], form_of(function))
    tangent = None
    if len(derivation.question.letters) == 1:
        line = derivative * (value(variable) - value(point[variable])) + function
        # Multiplied out, unless that makes it much longer, as ln(π/2) and powers of π do.
        open_line = line.expand()
        tangent = form_of(open_line if open_line.count_ops() <= line.count_ops() + 4 else line)
    return PointValue(tuple(point), tuple(point.values()), form_of(function), form_of(derivative), tangent)


def fails_at(condition: Form, point: Mapping[Form, Form]) -> bool:
    """Whether a condition is known not to hold at a point."""
    from stepcalc.notation.forms import rebuild
    from stepcalc.numeric.signs import decide

    return decide(rebuild(condition, point), {}, {}) is False


def is_finite(found: Any) -> bool:
    """Whether a SymPy value is a real number, or a matrix of them."""
    import sympy

    return not found.has(sympy.nan, sympy.zoo, sympy.oo, sympy.I)


def outside(variable: Form, point: Mapping[Form, Form]) -> UsageError:
    """The error for a point at which the function or its derivative does not exist."""
    from stepcalc.notation.unicode import one_line

    return UsageError(
        say("point-outside", variable=variable.name, value=one_line(point[variable])), code="point-outside"
    )
