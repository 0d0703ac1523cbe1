"""Limits of 0/0 and ∞/∞ that no algebra frees: orders of growth, and l'Hôpital."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from stepcalc.notation.arithmetic import over
from stepcalc.notation.forms import INFINITY, ZERO, Form, call, depending, divide, goal, multiply
from stepcalc.rulebook.goals import Solve
from stepcalc.rulebook.growth import growth_of
from stepcalc.rulebook.limits.rule import INFINITE, LimitRule, Pairs, UnfitError, evaluated, is_limit, of


def _growth(wanted: Form, bound: Mapping[str, Form], _: Solve) -> Form:
    """A quotient of products whose orders of growth differ."""
    variable, point = wanted.args[1:3]
    above, below = (growth_of(bound[name], variable) for name in "uv")
    if point is not INFINITY or above is None or below is None or not (above.sign > 0 and below.sign > 0):
        raise UnfitError
    sign = above.over(below).sign
    if sign < 0:
        return ZERO
    constant_part = evaluated(multiply(*_constants(bound["u"], variable), *_constants(bound["v"], variable)))
    if not sign:
        raise UnfitError
    return evaluated(multiply(call("sign", constant_part), INFINITY))


def _constants(form: Form, variable: Form) -> list[Form]:
    """The factors without the letter."""
    factors = form.args if form.head == "product" else (form,)
    return [factor for factor in factors if not depending([factor], frozenset({variable}))]


def _as_quotient(wanted: Form, bound: Mapping[str, Form]) -> Pairs:
    return ((wanted.args[0], divide(bound["u"], bound["v"])),)


def _lhopital(wanted: Form, bound: Mapping[str, Form], solve: Solve) -> Form:
    """The hypotheses first: top and bottom both vanish, or both leave all bounds."""
    variable = wanted.args[1]
    above, below = bound["u"], bound["v"]
    top, bottom = solve(of(wanted, above)), solve(of(wanted, below))
    if not (is_limit(top) or (top is ZERO and bottom is ZERO) or (top in INFINITE and bottom in INFINITE)):
        raise UnfitError
    return solve(of(wanted, over(solve(goal(above, variable)), solve(goal(below, variable)))))


RULES: Final[Mapping[str, LimitRule]] = {
    "limit_growth": LimitRule(_growth, equal=_as_quotient),
    "limit_lhopital": LimitRule(_lhopital, equal=_as_quotient),
}
"""By the short name of the card."""
