"""Errors of difference quotients as strategies: Taylor's series ahead and behind, subtracted and divided by h."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from stepcalc.notation.arithmetic import opposite
from stepcalc.notation.forms import (
    ZERO,
    Form,
    add,
    call,
    divide,
    multiply,
    number,
    numeral,
    rebuild,
    subtract,
)
from stepcalc.rulebook.goals import Solve
from stepcalc.rulebook.strategy import Strategy, by_values, second
from stepcalc.rulebook.taylor.writing import polynomial


def forward_difference(form: Form, solve: Solve) -> Form:
    """(f(a+h) − f(a))/h − f′(a) as a polynomial in h: every term after the slope, each with one h less.

    The goal's arguments: the function, the variable, the point, h, the order of the series, and f′(a).
    """
    subject, variable, point, run, order, _ = form.args
    ahead = solve(call("taylor", subject, variable, point, order, run))
    return polynomial([ZERO, *_coefficients(ahead, run)[2:]], run)


def central_difference(form: Form, solve: Solve) -> Form:
    """(f(a+h) − f(a−h))/(2h) − f′(a) as a polynomial in h: the odd terms, the even ones cancel."""
    subject, variable, point, run, order, _ = form.args
    ahead = solve(call("taylor", subject, variable, point, order, run))
    behind = solve(call("behind", ahead, run))
    pairs = zip(_coefficients(ahead, run), _coefficients(behind, run), strict=True)
    halves = [_half_difference(first, second) for first, second in pairs]
    return polynomial([ZERO, *halves[2:]], run)


def behind(form: Form, _: Solve) -> Form:
    """A polynomial in h with −h put in: the terms with odd powers change their sign."""
    ahead, run = form.args
    found = _coefficients(ahead, run)
    return polynomial([opposite(each) if k % 2 else each for k, each in enumerate(found)], run)


def _coefficients(form: Form, run: Form) -> list[Form]:
    """The coefficients of a polynomial in h, the constant first."""
    import sympy

    from stepcalc.notation.values import form_of, value

    found = sympy.Poly(value(form), value(run)).all_coeffs()[::-1]
    return [form_of(each) for each in found]


def _half_difference(first: Form, second: Form) -> Form:
    from stepcalc.notation.values import form_of, value

    return form_of((value(first) - value(second)) / 2)


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
    before = rebuild(form, {variable: subtract(point, run)})
    return divide(subtract(ahead, before), multiply(number(2), run))


# ------------------------------------------------------------------------------------------ checking


def _touches_error(form: Form, result: Form, definitions: Mapping[str, Any], *, central: bool) -> bool | None:
    """Whether the quotient less the slope behaves as the polynomial says, by values close to the point."""
    from stepcalc.numeric.contact import touches

    subject, variable, point, run, order, slope = form.args
    off = subtract(quotient_of(variable, subject, point, run, central=central), slope)
    return touches(off, result, [(run, ZERO, run)], int(numeral(order)) - 1, definitions)


def touches_forward(form: Form, result: Form, definitions: Mapping[str, Any]) -> bool | None:
    """The same of the forward difference."""
    return _touches_error(form, result, definitions, central=False)


def touches_central(form: Form, result: Form, definitions: Mapping[str, Any]) -> bool | None:
    """The same of the central difference."""
    return _touches_error(form, result, definitions, central=True)


def is_mirrored(form: Form, result: Form, definitions: Mapping[str, Any]) -> bool | None:
    """Whether the polynomial behind is the one ahead with −h put in."""
    from stepcalc.numeric.contact import same_value

    ahead, run = form.args
    return same_value(rebuild(ahead, {run: opposite(run)}), result, definitions)


STRATEGIES: Final[Mapping[str, Strategy]] = {
    "forward_difference": by_values(forward_difference, touches_forward, letters=second),
    "central_difference": by_values(central_difference, touches_central, letters=second),
    "behind": by_values(behind, is_mirrored, letters=second),
}
"""By the name of the goal."""
