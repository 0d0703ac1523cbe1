"""Towards infinity: top and bottom divided by the term that grows fastest."""

from __future__ import annotations

from typing import Any

import sympy

from stepcalc.calculus.limits.near import MOST_FACTORED, Near, Proposal, fraction
from stepcalc.notation.forms import INFINITY, ONE, ZERO, Form, divide, multiply, postorder, size
from stepcalc.notation.values import form_of, value
from stepcalc.rulebook.limits.rule import MINUS_INFINITY, UnfitError


def dominant(near: Near) -> Proposal | None:
    """Top and bottom divided by the term of the bottom that grows fastest; a sum with its own taken out."""
    above, below = fraction(near.form)
    letter = value(near.variable)
    if near.point is not INFINITY and not (near.point is MINUS_INFINITY and _is_rational(near)):
        return None
    if below is ONE:
        if above.head != "sum":
            return None
        lead = _fastest(above, near)
        return "limit_dominant", multiply(form_of(lead), form_of(_divided(value(above), lead, letter)))
    if not any(node.head == "sum" for node in postorder(above, below)):
        return None
    lead = _fastest(below, near)
    return "limit_dominant", _over(_divided(value(above), lead, letter), _divided(value(below), lead, letter))


def _is_rational(near: Near) -> bool:
    return bool(value(near.form).is_rational_function(value(near.variable)))


def _over(top: Any, bottom: Any) -> Form:
    return form_of(top) if bottom == 1 else divide(form_of(top), form_of(bottom))


def _fastest(form: Form, near: Near) -> Any:
    """The fastest-growing term, without its coefficient; for a root or product, what it grows like."""
    letter = value(near.variable)
    expr = sympy.expand(value(form)) if size(form) < MOST_FACTORED else value(form)
    fastest: Any = None
    for term in sympy.Add.make_args(expr):
        bare = _growth(term, letter)
        if bare is None:
            raise UnfitError
        if fastest is None or near.approach.reaches(form_of(fastest / bare), ZERO):
            fastest = bare
    return fastest


def _growth(term: Any, letter: Any) -> Any:
    """What a term grows like: x² for 3x², x for √(x² + 1)."""
    result: Any = sympy.Integer(1)
    for factor in sympy.Mul.make_args(term):
        if not factor.has(letter):
            continue
        base, exponent = factor.as_base_exp()
        if exponent.is_Rational and base.is_polynomial(letter):
            result *= letter ** (sympy.degree(base, letter) * exponent)
        elif exponent.is_Rational and not exponent.is_Integer and base.is_Add:
            result *= _leading_power(base, letter) ** exponent
        elif not factor.has(sympy.sin, sympy.cos):
            result *= factor
    return sympy.powdenest(result, force=True)


def _leading_power(base: Any, letter: Any) -> Any:
    """The largest power of the letter among the terms of a sum of such powers."""
    found = [_growth(term, letter) for term in base.args]
    exponents = [sympy.log(part).expand(force=True).coeff(sympy.log(letter)) for part in found]
    if any(sympy.simplify(letter**size - part) != 0 for size, part in zip(exponents, found, strict=True)):
        raise UnfitError
    return letter ** max(exponents)


def _divided(expr: Any, lead: Any, letter: Any) -> Any:
    """Each term over ``lead``; a root keeps what it is divided by under itself."""
    terms = sympy.Add.make_args(sympy.expand(expr))
    return sympy.Add(*(_quotient(term, lead, letter) for term in terms))


def _quotient(term: Any, lead: Any, letter: Any) -> Any:
    result, under = term / lead, sympy.Integer(1)
    for factor in sympy.Mul.make_args(term):
        base, exponent = factor.as_base_exp()
        if exponent.is_Rational and not exponent.is_Integer and base.is_Add:
            if base.is_polynomial(letter):
                degree = sympy.degree(base, letter)
            else:
                degree = sympy.log(_leading_power(base, letter)).expand(force=True).coeff(sympy.log(letter))
            inner = sympy.expand(base / letter**degree)
            result = result / factor * letter ** (degree * exponent)
            under *= inner**exponent
    return sympy.powsimp(sympy.powdenest(result, force=True)) * under
