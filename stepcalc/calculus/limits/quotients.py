"""Quotients written otherwise: in lowest terms, over one bar, or a product as a quotient."""

from __future__ import annotations

from typing import Any, Final

import sympy

from stepcalc.calculus.limits.near import MOST_FACTORED, Near, Proposal, fraction
from stepcalc.notation.forms import ONE, Form, call, divide, multiply, negate, size
from stepcalc.notation.values import form_of, value
from stepcalc.rulebook.limits.rule import INFINITE, evaluated

MOST_CANCELLED: Final = 250
"""Larger quotients of polynomials are not brought to lowest terms."""


def cancelled(near: Near) -> Proposal | None:
    """A rational function in lowest terms."""
    above, below = fraction(near.form)
    if below is ONE or not near.varies(below) or size(near.form) > MOST_CANCELLED:
        return None
    top, bottom = value(above), value(below)
    if not all(_is_polynomial(part, near) for part in (top, bottom)):
        if size(near.form) > MOST_FACTORED:
            return None
        plain = (top / bottom).is_rational_function(value(near.variable))
        return (one_fraction(near) if plain else None) or _cancelled_generators(near)
    new = sympy.cancel(top / bottom)
    lower = sympy.fraction(new)[1]
    if sympy.degree(lower, value(near.variable)) >= sympy.degree(bottom, value(near.variable)):
        return None
    return "cancel", form_of(_factored_again(new))


def _factored_again(expr: Any) -> Any:
    top, bottom = sympy.fraction(expr)
    return top / sympy.factor(bottom) if bottom.is_Add else expr


def _cancelled_generators(near: Near) -> Proposal | None:
    """The same where functions of the letter stand in for letters, as in sin²(x)/(1 − cos(x))."""
    expr = value(near.form)
    if near.point in INFINITE:
        return None
    other = expr.replace(lambda part: part.is_Pow and part.exp == 2 and isinstance(part.base, sympy.sin),
                         lambda part: 1 - sympy.cos(part.base.args[0]) ** 2)  # fmt: skip
    for start in dict.fromkeys((expr, other)):
        new = sympy.cancel(start)
        if sympy.count_ops(new) < sympy.count_ops(expr) and not new.has(sympy.nan):
            return "cancel", form_of(new)
    return None


def _is_polynomial(expr: Any, near: Near) -> bool:
    return bool(expr.is_polynomial(value(near.variable)))


def one_fraction(near: Near) -> Proposal | None:
    """Terms that are fractions, over one bar; complex fractions made plain."""
    if not any(_has_inner_fraction(part, near) for part in (near.form, *fraction(near.form))):
        return None
    above, below = fraction(near.form)
    if below is not ONE and _is_polynomial(value(below), near):
        # What can be cancelled stays, to be cancelled in a step of its own.
        top, bottom = sympy.fraction(sympy.together(value(above)))
        under = form_of(bottom)
        parts = [*(under.args if under.head == "product" else (under,)), below]
        parts.sort(key=lambda part: (part.head != "number", size(part) > 1))  # 2x (x−2)
        return "one_fraction", divide(form_of(sympy.factor_terms(sympy.expand(top))), multiply(*parts))
    top, bottom = sympy.fraction(sympy.together(value(near.form)))
    top = sympy.factor_terms(sympy.expand(top))
    new = form_of(top if bottom == 1 else sympy.Mul(top, 1 / bottom))
    return "one_fraction", new


def _has_inner_fraction(form: Form, near: Near) -> bool:
    """A sum in which a term is divided by something that varies."""
    parts = form.args if form.head == "product" else (form,)
    return any(
        part.head == "sum" and any(near.varies(fraction(term)[1]) for term in part.args) for part in parts
    )


def as_quotient(near: Near) -> Proposal | None:
    """A product 0·∞ as a quotient: logarithms stay above, exponentials go below as their reciprocals."""
    above, below = fraction(near.form)
    factors = list(above.args) if above.head == "product" else [above]
    down = [factor for factor in factors if _shrinking_exponential(factor, near)]
    if down:
        up = [factor for factor in factors if factor not in down]
        flipped = [call("exp", evaluated(negate(factor.args[0]))) for factor in down]
        return "limit_as_quotient", divide(multiply(*up), multiply(*_kept(below), *flipped))
    if below is not ONE or len(factors) < 2:
        return None
    varying = [factor for factor in factors if near.varies(factor)]
    top = next((factor for factor in varying if _is_logarithmic(factor)), None)
    if top is None:
        top = next((factor for factor in varying if not _is_simple(factor)), None)
    if top is None or len(varying) < 2:
        return None
    rest = multiply(*(factor for factor in factors if factor is not top))
    return "limit_as_quotient", divide(top, form_of(1 / value(rest)))


def _kept(below: Form) -> tuple[Form, ...]:
    return () if below is ONE else (below,)


def _shrinking_exponential(factor: Form, near: Near) -> bool:
    return factor.head == "call" and factor.label == "exp" and near.vanishes(factor)


def _is_logarithmic(factor: Form) -> bool:
    inner = factor.args[0] if factor.head in ("power", "root") else factor
    return inner.head == "call" and inner.label == "log"


def _is_simple(factor: Form) -> bool:
    return factor.head in ("letter", "power", "root", "number")
