"""The limits that are known by heart: sin(u)/u, (1 − cos(u))/u, (eᵘ − 1)/u, ln(1 + u)/u and (1 + 1/u)ᵘ."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from stepcalc.notation.arithmetic import over
from stepcalc.notation.forms import ONE, TWO, ZERO, Form, add, call, divide, exp, power, subtract
from stepcalc.rulebook.goals import Solve
from stepcalc.rulebook.limits.rule import INFINITE, LimitRule, UnfitError, is_limit, of

U_TO_ONE: Final = ("sin", "tan", "asin", "atan", "sinh", "tanh", "asinh", "atanh")


def _standard_sine(u: Form, form: Form) -> tuple[Form, Form]:
    name = str(form.args[0].label) if form.args and form.args[0].head == "call" else ""
    return (divide(call(name, u), u), ONE) if name in U_TO_ONE else (ZERO, ZERO)


def _standard_cosine(u: Form, form: Form) -> tuple[Form, Form]:
    above = subtract(ONE, call("cos", u))
    square = divide(above, power(u, TWO))
    return (square, over(ONE, TWO)) if form is square else (divide(above, u), ZERO)


def _standard_exponential(u: Form, form: Form) -> tuple[Form, Form]:
    natural = divide(subtract(exp(u), ONE), u)
    if form is natural:
        return natural, ONE
    base = form.args[0].args[0].args[0] if _is_power_less_one(form) else ONE
    return divide(subtract(power(base, u), ONE), u), call("log", base)


def _is_power_less_one(form: Form) -> bool:
    return form.head == "quotient" and form.args[0].head == "sum" and form.args[0].args[0].head == "power"


def _standard_logarithm(u: Form, _: Form) -> tuple[Form, Form]:
    return divide(call("log", add(ONE, u)), u), ONE


def _standard_e(u: Form, form: Form) -> tuple[Form, Form]:
    """(1 + 1/u)^u with u beyond all bounds."""
    return power(add(ONE, divide(ONE, u)), u), exp(ONE)


def _standard(pattern: Callable[[Form, Form], tuple[Form, Form]], to: tuple[Form, ...]) -> LimitRule:
    def compose(wanted: Form, bound: Mapping[str, Form], solve: Solve) -> Form:
        shape, result = pattern(bound["u"], wanted.args[0])
        if shape is not wanted.args[0]:
            raise UnfitError
        reached = solve(of(wanted, bound["u"]))
        if reached not in to and not is_limit(reached):
            raise UnfitError
        return result

    return LimitRule(compose)


RULES: Final[Mapping[str, LimitRule]] = {
    "limit_sine": _standard(_standard_sine, (ZERO,)),
    "limit_cosine": _standard(_standard_cosine, (ZERO,)),
    "limit_exponential": _standard(_standard_exponential, (ZERO,)),
    "limit_logarithm": _standard(_standard_logarithm, (ZERO,)),
    "limit_e": _standard(_standard_e, INFINITE),
}
"""By the short name of the card."""
