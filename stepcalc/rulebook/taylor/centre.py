"""Values at the centre of a series: of an expression put in, or the limit where its formula changes there."""

from __future__ import annotations

from fractions import Fraction
from typing import Any, Final

from stepcalc.errors import UsageError
from stepcalc.messages import say
from stepcalc.notation.arithmetic import plus
from stepcalc.notation.forms import ZERO, Form, letters_of, postorder, rational, rebuild
from stepcalc.rulebook.goals import Solve

BREAKING: Final = frozenset({"abs", "sign", "floor", "ceiling", "heaviside", "min", "max", "piecewise"})


class CentreError(UsageError):
    """A function has no value at the centre of its series; ``derivative`` names which: f, f′, ∂f/∂x."""

    derivative = ""


def centre_error(name: str, variable: Form, centre: Form) -> CentreError:
    """The error that says which derivative does not exist at the centre."""
    from stepcalc.notation.unicode import one_line

    place = ", ".join(
        f"{item.name} = {one_line(at)}"
        for item, at in (
            zip(variable.args, centre.args, strict=True)
            if variable.head == "vector"
            else [(variable, centre)]
        )
    )
    problem = CentreError(say("taylor-centre", name=name, place=place), code="taylor-centre")
    problem.derivative = name
    return problem


def value_at(form: Form, _: Solve) -> Form:
    """The value of an expression at a point.

    Raises:
        CentreError: It has none.
    """
    from stepcalc.notation.values import form_of, value

    subject, variables, centres = form.args
    put_in = substituted(subject, variables, centres)
    if put_in is subject or not put_in.args:
        return put_in
    found = value(put_in)
    if not _is_real(found):
        raise CentreError(say("taylor-no-value"), code="taylor-centre")
    return form_of(found)


def substituted(subject: Form, variables: Form, centres: Form) -> Form:
    """The expression with the centre put in for the variable, or for each of several."""
    if variables.head == "vector":
        return rebuild(subject, dict(zip(variables.args, centres.args, strict=True)))
    return rebuild(subject, {variables: centres})


def _is_real(found: Any) -> bool:
    import sympy

    if found.has(sympy.nan, sympy.zoo, sympy.oo, sympy.S.NegativeInfinity, sympy.I, sympy.AccumBounds):
        return False
    return found.is_extended_real is not False


def limit_at(form: Form, _: Solve) -> Form:
    """What an expression tends to at a point, from both sides the same.

    If f is continuous at a and f′ tends to a number there, that is f′(a) (from the mean value theorem).

    Raises:
        CentreError: It does not tend to one number.
    """
    from stepcalc.notation.values import form_of

    subject, variable, centre = form.args
    found = _limits(subject, variable, centre)
    if found is None:
        raise CentreError(say("taylor-no-value"), code="taylor-centre")
    return form_of(found)


def _limits(subject: Form, variable: Form, centre: Form) -> Any:
    """The limit that both sides share, ``None`` if there is none."""
    import sympy

    from stepcalc.notation.values import value

    x, a, sides = value(variable), value(centre), []
    for direction in ("-", "+"):
        side = value(_beside(subject, variable, centre, 1 if direction == "+" else -1))
        try:
            sides.append(
                sympy.S.Zero if _dies_out(side, x, a, direction) else sympy.limit(side, x, a, direction)
            )
        except (NotImplementedError, ValueError, TypeError):
            return None
    same = _is_real(sides[0]) and _is_real(sides[1]) and sympy.simplify(sides[0] - sides[1]) == 0
    return sides[1] if same else None


def _dies_out(expression: Any, x: Any, a: Any, direction: str) -> bool:
    """Whether every term is a rational function times an exponential that beats every power."""
    import sympy

    for part in sympy.Add.make_args(sympy.expand(expression)):
        found = sympy.powsimp(part)
        exponents = [factor.args[0] for factor in sympy.Mul.make_args(found) if isinstance(factor, sympy.exp)]
        if len(exponents) != 1 or not exponents[0].is_rational_function(x):
            return False
        rest = sympy.cancel(found / sympy.exp(exponents[0]))
        tends = sympy.limit(exponents[0], x, a, direction)
        if not rest.is_rational_function(x) or tends != sympy.S.NegativeInfinity:
            return False
    return True


def _beside(subject: Form, variable: Form, centre: Form, side: int) -> Form:
    """The piece that holds just to one side of a point."""
    from stepcalc.numeric.evaluate import compile_forms

    at = plus(centre, rational(Fraction(side, 10**6)))
    change: dict[Form, Form] = {}
    for node in postorder(subject):
        if node.head == "call" and node.label == "piecewise":
            for pair in node.args:
                (holds,) = compile_forms([rebuild(pair.args[1], {variable: at})], {}).at({})
                if holds or pair.args[1].head == "constant":
                    change[node] = pair.args[0]
                    break
    return rebuild(subject, change) if change else subject


def assert_continuous(subject: Form, variable: Form, centre: Form, value: Form) -> None:
    from stepcalc.notation.values import value as value_of

    found = _limits(subject, variable, centre)
    if found is None or (found - value_of(value)).simplify() != 0:
        raise CentreError(say("taylor-no-value"), code="taylor-centre")


def breaks_at(subject: Form, variable: Form, centre: Form) -> bool:
    """Whether a part of an expression changes its formula at a point: |x| at 0, the border of two pieces."""
    if centre is variable:
        return False
    return any(
        node.head == "call" and node.label in BREAKING and _has_border(node, variable, centre)
        for node in postorder(subject)
    )


def _has_border(node: Form, variable: Form, centre: Form) -> bool:
    from stepcalc.notation.values import value

    if node.label == "piecewise":
        pairs = [
            part.args for pair in node.args for part in postorder(pair.args[1]) if part.head == "relation"
        ]
    elif node.label in ("min", "max"):
        pairs = [(first, second) for place, first in enumerate(node.args) for second in node.args[:place]]
    elif node.label in ("floor", "ceiling"):
        return bool(value(rebuild(node.args[0], {variable: centre})).is_integer)
    else:
        pairs = [(node.args[0], ZERO)]
    return any(
        (value(rebuild(left, {variable: centre})) - value(rebuild(right, {variable: centre}))).is_zero
        is not False
        for left, right in pairs
        if variable in letters_of(left, right)
    )
