"""Differences with a square root, freed by their conjugates."""

from __future__ import annotations

from typing import Any

import sympy

from stepcalc.calculus.limits.near import Near, Proposal, factors_of, fraction
from stepcalc.notation.forms import MINUS_ONE, Form, divide, multiply
from stepcalc.notation.values import form_of, value


def conjugate(near: Near) -> Proposal | None:
    """A difference with a square root times the sum over the sum."""
    above, below = fraction(near.form)
    for part, other, up in ((above, below, True), (below, above, False)):
        halves = _halves(part, near)
        if halves is None or not _cancel_out(halves, near):
            continue
        first, second = halves
        square = sympy.expand(first**2 - second**2)
        ratio = sympy.factor(sympy.cancel(square / value(other)))
        top, bottom = sympy.fraction(ratio)
        if up:
            new = divide(form_of(top), _times(bottom, first - second))
        else:
            new = (
                divide(_times(bottom, first - second), form_of(top))
                if top != 1
                else _times(bottom, first - second)
            )
        return "limit_conjugate", new
    return None


def _cancel_out(halves: tuple[Any, Any], near: Near) -> bool:
    """Whether two terms come closer and closer to cancelling, so that their difference has to be freed."""
    first, second = halves
    if second == 0:
        return False
    return near.approach.reaches(form_of(first / second), MINUS_ONE) is True


def _times(factor: Any, total: Any) -> Form:
    return form_of(total) if factor == 1 else multiply(*factors_of(form_of(factor)), form_of(total))


def _halves(form: Form, near: Near) -> tuple[Any, Any] | None:
    """A sum as two parts of which one is a square root, if the difference of squares is without roots."""
    if form.head != "sum":
        return None
    terms = [value(term) for term in form.args]
    rooted = [term for term in terms if _roots(term, near)]
    if not rooted or len(rooted) > 2:
        return None
    first = rooted[0]
    second = sympy.Add(*(term for term in terms if term is not first))
    if _roots(sympy.expand(first**2 - second**2), near) >= sum(_roots(term, near) for term in terms):
        return None
    return first, second


def _roots(expr: Any, near: Near) -> int:
    """How many square roots with the letter inside there are."""
    letter = value(near.variable)
    return sum(
        part.exp.is_Rational and part.exp.q == 2 and part.has(letter) for part in expr.atoms(sympy.Pow)
    )
