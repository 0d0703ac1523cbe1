"""Difference quotients of functions: addition theorems, and logarithms and powers of what is close to 1."""

from __future__ import annotations

from typing import Any, Final

from stepcalc.calculus.definition.difference import difference, is_polynomial
from stepcalc.calculus.limits.near import Near, Proposal, fraction
from stepcalc.notation.arithmetic import as_fraction
from stepcalc.notation.forms import (
    ONE,
    Form,
    add,
    call,
    divide,
    multiply,
    negate,
    postorder,
    power,
    rebuild,
    subtract,
)


def log_of_ratio(near: Near) -> Proposal | None:
    """ln(u) − ln(v) = ln(1 + (u − v)/v)."""
    import sympy

    from stepcalc.notation.values import form_of, value

    found = difference(near)
    if found is None or any(
        part.head != "call" or part.label != "log" or len(part.args) > 1 for part in found[:2]
    ):
        return None
    u, v = (value(part.args[0]) for part in found[:2])
    apart = form_of(sympy.cancel(sympy.expand(u - v) / v))
    return "join_logs", divide(call("log", add(ONE, apart)), near.variable)


def opened(near: Near) -> Proposal | None:
    """sin(x + h), cosh(x + h), e^(x + h) and the like by what they are in x and h."""
    from stepcalc.notation.values import form_of, value

    if difference(near) is None:
        return None
    change: dict[Form, Form] = {}
    card = ""
    for node in postorder(near.form):
        halves = _halves(node, near)
        if halves is None:
            continue
        still, moving = (form_of(value(half)) for half in halves)
        if node.head == "power":
            base = node.args[0]
            card, change[node] = "power_of_sum", multiply(power(base, still), power(base, moving))
        elif node.label == "exp":
            card, change[node] = "power_of_sum", multiply(call("exp", still), call("exp", moving))
        elif node.label in _OF_SUMS:
            card = "addition_theorems"
            change[node] = _of_sum(str(node.label), still, moving)
    return (card, rebuild(near.form, change)) if change else None


_OF_SUMS: Final = {
    "sin": (("sin", "cos"), ("cos", "sin"), 1),
    "cos": (("cos", "cos"), ("sin", "sin"), -1),
    "sinh": (("sinh", "cosh"), ("cosh", "sinh"), 1),
    "cosh": (("cosh", "cosh"), ("sinh", "sinh"), 1),
}
"""A function of a sum u + v: the pairs of functions of u and of v, and the sign between the products."""


def _of_sum(name: str, still: Form, moving: Form) -> Form:
    first, second, sign = _OF_SUMS[name]
    join = add if sign > 0 else subtract
    return join(_both(first[0], still, first[1], moving), _both(second[0], still, second[1], moving))


def _both(first: str, still: Form, second: str, moving: Form) -> Form:
    return multiply(call(first, still), call(second, moving))


def _halves(node: Form, near: Near) -> tuple[Form, Form] | None:
    """The argument of a function, or the exponent of a power, apart into what stands still and what moves."""
    import sympy

    from stepcalc.notation.values import form_of, value

    if node.head == "call" and (node.label == "exp" or node.label in _OF_SUMS):
        inner = node.args[0]
    elif node.head == "power" and not near.varies(node.args[0]):
        inner = node.args[1]
    else:
        return None
    if not near.varies(inner):
        return None
    whole = value(inner)
    still = whole.subs(value(near.variable), 0)
    moving = sympy.expand(whole - still)
    if still == 0 or not (still.is_finite or still.free_symbols):
        return None
    return form_of(still), form_of(moving)


def collected(near: Near) -> Proposal | None:
    """What stands still in front of what moves: sin(x)(cos(h) − 1)/h + cos(x) sin(h)/h."""
    import sympy

    from stepcalc.notation.values import form_of, value

    above, below = fraction(near.form)
    if below is not near.variable or above.head != "sum" or is_polynomial(above, near):
        return None
    run = value(near.variable)
    expr = sympy.expand(value(above), trig=False, power_exp=False)
    groups: dict[Any, Any] = {}
    for term in sympy.Add.make_args(expr):
        still, moving = term.as_independent(run, as_Add=False)
        key = next((known for known in groups if sympy.simplify(still / known).is_number), still)
        groups[key] = groups.get(key, 0) + moving * (still / key)
    groups = {
        -still if still.could_extract_minus_sign() else still:
        -moving if still.could_extract_minus_sign() else moving
        for still, moving in groups.items()
    }  # fmt: skip
    if len(groups) == len(sympy.Add.make_args(expr)) or not all(part.has(run) for part in groups.values()):
        return None
    terms = []
    for still, moving in groups.items():
        sign, part = _with_standard_sign(moving)
        quotient = divide(form_of(part), below)
        factors = () if still * sign == 1 else (form_of(still * sign),)
        terms.append(multiply(*factors, quotient))
    return ("split_fraction" if len(terms) > 1 else "factor"), add(*terms)


def _with_standard_sign(moving: Any) -> tuple[int, Any]:
    """cos(h) − 1 as −(1 − cos(h)), which is how the standard limit has it."""
    import sympy

    if moving.is_Add and moving.has(sympy.cos) and moving.as_coeff_Add()[0] == -1:
        return -1, -moving
    return 1, moving


def tangents(near: Near) -> Proposal | None:
    """tan(u) − tan(v) = sin(u − v)/(cos(u) cos(v)), which follows from the addition theorem; tanh likewise."""
    import sympy

    from stepcalc.notation.values import form_of, value

    found = difference(near)
    if found is None or any(part.head != "call" or part.label not in ("tan", "tanh") for part in found[:2]):
        return None
    u, v = (part.args[0] for part in found[:2])
    apart = form_of(sympy.expand(value(u) - value(v)))
    end = str(found[0].label).removeprefix("tan")
    below = multiply(near.variable, call("cos" + end, u), call("cos" + end, v))
    return "addition_theorems", divide(call("sin" + end, apart), below)


def inverse_functions(near: Near) -> Proposal | None:
    """arctan(u) − arctan(v) = arctan((u − v)/(1 + uv)) for u close to v; artanh with a minus."""
    import sympy

    from stepcalc.notation.values import form_of, value

    found = difference(near)
    if found is None or any(part.head != "call" or part.label not in ("atan", "atanh") for part in found[:2]):
        return None
    u, v = (part.args[0] for part in found[:2])
    name = str(found[0].label)
    apart = form_of(sympy.expand(value(u) - value(v)))
    below = add(ONE, multiply(v, u)) if name == "atan" else subtract(ONE, multiply(v, u))
    return "addition_theorems", divide(call(name, divide(apart, below)), near.variable)


def any_power(near: Near) -> Proposal | None:
    """uⁿ − vⁿ = vⁿ·(e^(n·ln(1 + (u − v)/v)) − 1) for an exponent of which nothing is known."""
    import sympy

    from stepcalc.notation.values import form_of, value

    found = difference(near)
    if found is None:
        return None
    ahead, behind, run = found
    if not (ahead.head == behind.head == "power" and ahead.args[1] is behind.args[1]):
        return None
    exponent = ahead.args[1]
    if near.varies(exponent) or as_fraction(exponent) is not None:
        return None
    u, v = (value(part.args[0]) for part in (ahead, behind))
    apart = form_of(sympy.cancel(sympy.expand(u - v) / v))
    whole = call("exp", multiply(exponent, call("log", add(ONE, apart))))
    return "factor", multiply(behind, divide(subtract(whole, ONE), run))


def hyperbolic_cosine(near: Near) -> Proposal | None:
    """(cosh(h) − 1)/h = (sinh(h)/h)·(sinh(h)/(cosh(h) + 1)), by cosh² − 1 = sinh²."""
    if near.form.head != "quotient" or near.form.args[0].head != "sum" or len(near.form.args[0].args) != 2:
        return None
    parts = near.form.args[0].args
    cosine = next((part for part in parts if part.head == "call" and part.label == "cosh"), None)
    if cosine is None or negate(ONE) not in parts:
        return None
    sine = call("sinh", cosine.args[0])
    return "limit_conjugate", multiply(divide(sine, near.form.args[1]), divide(sine, add(cosine, ONE)))
