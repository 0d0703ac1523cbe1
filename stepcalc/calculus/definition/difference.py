"""A difference quotient near h = 0: F(x + h), F(x) and h in it, and what kind of functions they are."""

from __future__ import annotations

from stepcalc.calculus.limits.near import Near
from stepcalc.notation.forms import Form, negate


def difference(near: Near) -> tuple[Form, Form, Form] | None:
    """F(x + h), F(x) and h of a difference quotient (F(x + h) − F(x))/h."""
    if near.form.head != "quotient" or near.form.args[1] is not near.variable:
        return None
    top = near.form.args[0]
    if top.head != "sum" or len(top.args) != 2:
        return None
    ahead, behind = top.args[0], negate(top.args[1])
    return (ahead, behind, near.variable) if near.varies(ahead) and not near.varies(behind) else None


def is_polynomial(form: Form, near: Near) -> bool:
    """Whether an expression is a polynomial in h."""
    from stepcalc.notation.values import value

    return bool(value(form).is_polynomial(value(near.variable)))


def is_rational(form: Form, near: Near) -> bool:
    """Whether an expression is a quotient of polynomials in h."""
    from stepcalc.notation.values import value

    return bool(value(form).is_rational_function(value(near.variable)))


def is_algebraic(form: Form, near: Near) -> bool:
    """Whether an expression is made of powers and roots of h, and sums, products and quotients of them."""
    from stepcalc.notation.values import value

    return bool(value(form).is_algebraic_expr(value(near.variable)))
