"""Limits from one side, and the change of sides that turns −∞ into ∞."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from stepcalc.notation.forms import INFINITY, ONE, Form, negate, rebuild
from stepcalc.rulebook.goals import Solve
from stepcalc.rulebook.limits.rule import (
    INFINITE,
    MINUS_INFINITY,
    UNDEFINED,
    LimitRule,
    UnfitError,
    evaluated,
    is_limit,
    limit,
    side_of,
)


def _sides(wanted: Form, _: Mapping[str, Form], solve: Solve) -> Form:
    if side_of(wanted):
        raise UnfitError
    subject, variable, point = wanted.args
    right, left = (solve(limit(subject, variable, point, side)) for side in (1, -1))
    if right is left or is_limit(right):
        return right
    known = _same_number(right, left)
    if known is None:
        raise UnfitError
    return right if known else UNDEFINED


def _same_number(first: Form, second: Form) -> bool | None:
    """Whether two limits are one number, as ln(8) and 3 ln(2) are; ``None`` where that depends on letters."""
    import sympy

    from stepcalc.notation.values import value

    if {first, second} & {*INFINITE, UNDEFINED}:
        return False
    apart = sympy.simplify(value(first) - value(second))
    return None if apart.is_zero is None and apart.free_symbols else bool(apart.is_zero or apart == 0)


def _only_side(wanted: Form, bound: Mapping[str, Form], solve: Solve) -> Form:
    subject, variable, point = wanted.args[:3]
    return solve(limit(subject, variable, point, 1 if bound["s"] is ONE else -1))


def _mirror(wanted: Form, _: Mapping[str, Form], solve: Solve) -> Form:
    subject, variable, point = wanted.args[:3]
    if point is not MINUS_INFINITY:
        raise UnfitError
    return solve(limit(evaluated(rebuild(subject, {variable: negate(variable)})), variable, INFINITY))


RULES: Final[Mapping[str, LimitRule]] = {
    "limit_sides": LimitRule(_sides, passes=True),
    "limit_only_side": LimitRule(_only_side, passes=True),
    "limit_mirror": LimitRule(_mirror, passes=True),
}
"""By the short name of the card."""
