"""Standard quotients such as sin(u)/u taken out of an expression."""

from __future__ import annotations

from typing import Any

import sympy

from stepcalc.calculus.limits.near import MOST_FACTORED, Near, Proposal, factors_of, fraction
from stepcalc.notation.forms import ONE, Form, add, call, divide, multiply, number, power, subtract
from stepcalc.notation.values import form_of, value
from stepcalc.rulebook.limits.rule import INFINITE
from stepcalc.rulebook.limits.standard import U_TO_ONE


def standard_factors(near: Near) -> Proposal | None:
    """Factors such as sin(u) with u → 0 as u times a standard quotient."""
    above, below = fraction(near.form)
    kept: list[Form] = []
    rest: Any = sympy.Integer(1)
    for part, up in ((above, 1), (below, -1)):
        for factor in factors_of(part):
            base, exponent = _base_and_exponent(factor)
            found = _standard_of(base, near) if near.varies(base) else None
            if found is None:
                rest *= value(base) ** (up * exponent)
            else:
                shape, left = found
                kept.append(_raised(shape, up * exponent))
                rest *= value(left) ** (up * exponent)
    if not kept:
        return None
    rest = sympy.cancel(rest) if sympy.count_ops(rest) < MOST_FACTORED else rest
    new = multiply(*(() if rest == 1 else (form_of(rest),)), *kept)
    return "limit_standard_factors", new


def _base_and_exponent(factor: Form) -> tuple[Form, int]:
    if factor.head == "power" and factor.args[1].head == "number" and isinstance(factor.args[1].label, int):
        return factor.args[0], factor.args[1].label
    return factor, 1


def _raised(shape: Form, exponent: int) -> Form:
    return shape if exponent == 1 else power(shape, number(exponent))


def _standard_of(base: Form, near: Near) -> tuple[Form, Form] | None:
    """A standard quotient, and what it has to be multiplied with to be ``base``."""
    if base.head == "call" and base.label in U_TO_ONE and near.vanishes(base.args[0]):
        return divide(base, base.args[0]), base.args[0]
    if base.head == "call" and base.label == "log" and len(base.args) == 1:
        u = form_of(sympy.expand(value(base.args[0]) - 1))
        if near.vanishes(u):
            return divide(call("log", add(ONE, u)), u), u
    if base.head == "sum":
        return _standard_of_sum(base, near)
    return None


def _standard_of_sum(base: Form, near: Near) -> tuple[Form, Form] | None:
    """1 − cos(u) and e^u − 1, with either sign; e^u − e^v as e^v (e^(u − v) − 1)."""
    expr = value(base)
    functions = [part for part in expr.atoms(sympy.cos, sympy.exp, sympy.Pow) if near.varies(form_of(part))]
    for part in sorted(functions, key=sympy.default_sort_key):
        for sign in (1, -1):
            if isinstance(part, sympy.cos) and expr == sign * (1 - part):
                u = form_of(part.args[0])
                if near.vanishes(u):
                    shape = divide(subtract(ONE, call("cos", u)), power(u, number(2)))
                    return shape, form_of(sign * part.args[0] ** 2)
            elif expr == sign * (part - 1) and _is_exponential(part, near):
                u = form_of(part.exp)
                if near.vanishes(u):
                    return divide(subtract(form_of(part), ONE), u), form_of(sign * part.exp)
    exponentials = [part for part in functions if isinstance(part, sympy.exp)]
    if len(exponentials) == 2 and near.point not in INFINITE:
        for first, second in (exponentials, exponentials[::-1]):
            u = form_of(sympy.expand(first.exp - second.exp))
            if expr == first - second and near.vanishes(u):
                return divide(subtract(call("exp", u), ONE), u), form_of(second * value(u))
    return None


def _is_exponential(part: Any, near: Near) -> bool:
    return isinstance(part, sympy.exp) or (part.is_Pow and not near.varies(form_of(part.base)))
