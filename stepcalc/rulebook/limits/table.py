"""Every rule of limits by the short name of its card, and what the other cards stand for there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from stepcalc.notation.forms import ZERO, Form, add, divide, rebuild, subtract
from stepcalc.rulebook.dependence import logarithmically
from stepcalc.rulebook.goals import Solve
from stepcalc.rulebook.limits import cases, laws, quotients, sides, standard, swinging
from stepcalc.rulebook.limits.rule import LimitRule, Pairs, UnfitError, limit, of


def _rewritten(wanted: Form, bound: Mapping[str, Form], solve: Solve) -> Form:
    return solve(of(wanted, bound["g"]))


def _as_g(wanted: Form, bound: Mapping[str, Form]) -> Pairs:
    return ((wanted.args[0], bound["g"]),)


REWRITING: Final = LimitRule(_rewritten, equal=_as_g, passes=True)
"""The limit of what is equal close to the point: any card that rewrites an expression."""


def _definition(wanted: Form, bound: Mapping[str, Form], solve: Solve) -> Form:
    """The limit of rise over run."""
    if wanted.head != "goal" or len(wanted.args) != 2:
        raise UnfitError
    subject, variable = wanted.args
    run = bound["h"]
    ahead = rebuild(subject, {variable: add(variable, run)})
    return solve(limit(divide(subtract(ahead, subject), run), run, ZERO))


RULES: Final[Mapping[str, LimitRule]] = {
    **laws.RULES,
    **sides.RULES,
    **cases.RULES,
    **swinging.RULES,
    **quotients.RULES,
    **standard.RULES,
    "limit_unexplained": LimitRule(lambda _, bound, __: bound["L"], passes=True),
    "definition": LimitRule(_definition),
    "logarithmically": LimitRule(logarithmically, numbers=False),
}
"""By the short name of the card."""
