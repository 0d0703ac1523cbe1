"""Difference quotients of sums, products, quotients, powers and roots, by the algebra that frees the h."""

from __future__ import annotations

from typing import Final

from stepcalc.calculus.definition.difference import difference, is_algebraic, is_polynomial, is_rational
from stepcalc.calculus.limits.near import Near, Proposal, fraction
from stepcalc.notation.arithmetic import as_fraction, over, raised, times
from stepcalc.notation.forms import (
    MINUS_ONE,
    ONE,
    Form,
    add,
    divide,
    multiply,
    negate,
    number,
    size,
    subtract,
)

MOST_EXPANDED: Final = 80
"""Larger quotients are not multiplied out."""

HIGHEST_ROOT: Final = 8
"""Roots up to this order are freed by aⁿ − bⁿ."""


def split(near: Near) -> Proposal | None:
    """The difference quotient of a sum, term by term; terms that are polynomials stay together."""
    found = difference(near)
    if found is None:
        return None
    ahead, behind, run = found
    if ahead.head != "sum" or behind.head != "sum" or len(ahead.args) != len(behind.args):
        return None
    pairs = list(zip(ahead.args, behind.args, strict=True))
    plain = [pair for pair in pairs if is_polynomial(pair[0], near)]
    groups = [[pair] for pair in pairs if pair not in plain and pair[0] is not pair[1]]
    if plain and any(first is not second for first, second in plain):
        groups.insert(0, plain)
    if len(groups) < 2 and not (groups and len(groups[0]) < len(pairs)):
        return None
    quotients = [
        divide(subtract(add(*(first for first, _ in group)), add(*(second for _, second in group))), run)
        for group in groups
    ]
    return "split_fraction", add(*quotients)


def factored_out(near: Near) -> Proposal | None:
    """A constant factor of the function before its difference quotient."""
    found = difference(near)
    if found is None:
        return None
    ahead, behind, run = found
    parts = [_constant_factor(form) for form in (ahead, behind)]
    (free, first), (other, second) = parts
    if free is ONE or free is not other or near.varies(free):
        return None
    return "factor", multiply(free, divide(subtract(first, second), run))


def _constant_factor(form: Form) -> tuple[Form, Form]:
    """A leading number apart from the rest; a number above or below a bar, too."""
    if form.head == "product" and len(form.args) > 1 and not form.args[0].args:
        return form.args[0], multiply(*form.args[1:])
    if form.head == "quotient" and form.args[1].head == "number":
        return over(ONE, form.args[1]), form.args[0]
    if form.head == "quotient" and form.args[0].head == "number" and form.args[0] is not ONE:
        return form.args[0], divide(ONE, form.args[1])
    return ONE, form


def multiplied_out(near: Near) -> Proposal | None:
    """Powers of x + h multiplied out above the bar."""
    import sympy

    from stepcalc.notation.values import form_of, value

    above, below = fraction(near.form)
    if size(near.form) > MOST_EXPANDED or not is_polynomial(above, near) or below is ONE:
        return None
    new = sympy.expand(value(above))
    if (
        not new.is_Add
        or sympy.cancel(new / value(near.variable)).is_polynomial(value(near.variable)) is False
    ):
        return None
    written = form_of(new)
    return ("expand", divide(written, below)) if written is not above else None


def common_denominator(near: Near) -> Proposal | None:
    """A difference of fractions over one bar."""
    import sympy

    from stepcalc.notation.values import form_of, value

    found = difference(near)
    if found is None or fraction(found[0])[1] is ONE or not near.varies(fraction(found[0])[1]):
        return None
    (up, down), (top, bottom) = (fraction(part) for part in found[:2])
    crossed = value(up) * value(bottom) - value(top) * value(down)
    above = form_of(sympy.expand(crossed)) if crossed.is_polynomial() else form_of(crossed)
    return "one_fraction", divide(above, multiply(near.variable, down, bottom))


def added_and_taken_off(near: Near) -> Proposal | None:
    """f(x + h)·g(x + h) − f(x)·g(x) as f(x + h)·(g(x + h) − g(x)) + g(x)·(f(x + h) − f(x)), over h."""
    found = difference(near)
    if found is None or is_rational(found[0], near):
        return None  # a common denominator is the shorter way
    ahead, behind, run = found
    pairs = list(zip(_as_factors(ahead), _as_factors(behind), strict=False))
    moving = [pair for pair in pairs if pair[0] is not pair[1]]
    if len(_as_factors(ahead)) != len(_as_factors(behind)) or len(pairs) < 2 or not moving:
        return None
    free = [first for first, second in pairs if first is second]
    (first, first_still), *others = moving
    if not others:
        return "factor", multiply(*free, divide(subtract(first, first_still), run))
    rest, rest_still = (multiply(*(pair[place] for pair in others)) for place in (0, 1))
    return "add_and_take_off", add(
        multiply(*free, first, divide(subtract(rest, rest_still), run)),
        multiply(*free, rest_still, divide(subtract(first, first_still), run)),
    )


def common_factor(near: Near) -> Proposal | None:
    """f·g(h) − f as f·(g(h) − 1), over h."""
    found = difference(near)
    if found is None or found[0].head != "product" or found[1] not in found[0].args:
        return None
    ahead, behind, run = found
    rest = multiply(*(factor for factor in ahead.args if factor is not behind))
    return "factor", multiply(behind, divide(subtract(rest, ONE), run))


def _as_factors(form: Form) -> tuple[Form, ...]:
    """The factors of a product; of a quotient those above, then one over what is below."""
    if form.head == "quotient" and form.args[0] is not ONE:
        return (*_as_factors(form.args[0]), divide(ONE, form.args[1]))
    return form.args if form.head == "product" else (form,)


def powers_taken_apart(near: Near) -> Proposal | None:
    """aⁿ − bⁿ = (a − b)(aⁿ⁻¹ + ... + bⁿ⁻¹) for a small power of a function."""
    found = difference(near)
    if found is None or is_polynomial(found[0], near):
        return None
    ahead, behind, run = found
    exponent = as_fraction(ahead.args[1]) if ahead.head == behind.head == "power" else None
    if exponent not in (2, 3, 4) or ahead.args[1] is not behind.args[1]:
        return None
    first, second, last = ahead.args[0], behind.args[0], int(exponent) - 1
    terms = [times(raised(first, number(last - k)), raised(second, number(k))) for k in range(last + 1)]
    return "factor", multiply(add(*terms), divide(subtract(first, second), run))


def set_apart(near: Near) -> Proposal | None:
    """(F(x + h) − F(x))/(h·g) as 1/g times the difference quotient."""
    if near.form.head != "quotient" or near.form.args[1].head != "product":
        return None
    above, below = near.form.args
    if is_algebraic(above, near):
        return None  # cancelling or a conjugate is the shorter way
    rest = [factor for factor in below.args if factor is not near.variable]
    if len(rest) != len(below.args) - 1 or any(near.vanishes(factor) for factor in rest):
        return None
    if above.head == "sum" and len(above.args) == 2 and not near.varies(above.args[0]):
        turned = subtract(negate(above.args[1]), above.args[0])
        return "factor", multiply(divide(MINUS_ONE, multiply(*rest)), divide(turned, near.variable))
    return "factor", multiply(divide(ONE, multiply(*rest)), divide(above, near.variable))


def higher_roots(near: Near) -> Proposal | None:
    """a − b = (aⁿ − bⁿ)/(aⁿ⁻¹ + ... + bⁿ⁻¹) for roots of an order n beyond 2."""
    import sympy

    from stepcalc.notation.values import form_of, value

    found = difference(near)
    if found is None:
        return None
    ahead, behind = (value(part) for part in found[:2])
    if not (ahead.is_Pow and ahead.exp.is_Rational and 3 <= ahead.exp.q <= HIGHEST_ROOT):
        return None
    order = int(ahead.exp.q)
    rise = sympy.cancel(sympy.expand(ahead**order - behind**order) / value(near.variable))
    below = sympy.Add(*(ahead ** (order - 1 - k) * behind**k for k in range(order)))
    return "limit_conjugate", divide(form_of(rise), form_of(below))
