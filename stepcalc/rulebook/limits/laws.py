"""The laws of limits: a limit of a sum, a product, a quotient or a function from the limits of its parts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from stepcalc.notation.arithmetic import over, plus
from stepcalc.notation.forms import (
    INFINITY,
    ONE,
    ZERO,
    Form,
    call,
    depending,
    divide,
    exp,
    multiply,
    rebuild,
    with_args,
)
from stepcalc.rulebook.goals import Solve
from stepcalc.rulebook.limits.rule import (
    INFINITE,
    MINUS_INFINITY,
    LimitRule,
    UnfitError,
    is_limit,
    of,
    parts_of,
)


def _substitution(wanted: Form, _: Mapping[str, Form], __: Solve) -> Form:
    subject, variable, point = wanted.args[:3]
    if point in INFINITE:
        raise UnfitError
    return rebuild(subject, {variable: point})


def _constant(wanted: Form, _: Mapping[str, Form], __: Solve) -> Form:
    subject, variable = wanted.args[:2]
    if depending([subject], frozenset({variable})):
        raise UnfitError
    return subject


def _variable(wanted: Form, _: Mapping[str, Form], __: Solve) -> Form:
    if wanted.args[0] is not wanted.args[1]:
        raise UnfitError
    return wanted.args[2]


def _sum(wanted: Form, _: Mapping[str, Form], solve: Solve) -> Form:
    return plus(*(solve(of(wanted, term)) for term in parts_of(wanted, "sum")))


def _product(wanted: Form, _: Mapping[str, Form], solve: Solve) -> Form:
    # Not the arithmetic that drops noughts: 0·∞ is no 0.
    return multiply(*(solve(of(wanted, factor)) for factor in parts_of(wanted, "product")))


def _quotient(wanted: Form, _: Mapping[str, Form], solve: Solve) -> Form:
    above, below = parts_of(wanted, "quotient")
    return over(solve(of(wanted, above)), solve(of(wanted, below)))


def _not_over_zero(wanted: Form, _: Mapping[str, Form], solve: Solve) -> bool:
    return solve(of(wanted, wanted.args[0].args[1])) is not ZERO


def constant_and_rest(wanted: Form) -> tuple[Form, Form]:
    """A subject as c·f with c free of the letter.

    Raises:
        UnfitError: There is no constant factor in it.
    """
    subject, variable = wanted.args[:2]
    varying = depending([subject], frozenset({variable}))
    above, below = subject.args if subject.head == "quotient" else (subject, ONE)
    factors = above.args if above.head == "product" else (above,)
    free = [factor for factor in factors if factor not in varying]
    rest = multiply(*(factor for factor in factors if factor in varying))
    if below in varying:
        return _checked(multiply(*free), divide(rest, below), subject)
    return _checked(over(multiply(*free), below), rest, subject)


def _checked(free: Form, rest: Form, subject: Form) -> tuple[Form, Form]:
    if free is ONE or rest is subject:
        raise UnfitError
    return free, rest


def _multiple(wanted: Form, _: Mapping[str, Form], solve: Solve) -> Form:
    free, rest = constant_and_rest(wanted)
    return multiply(free, solve(of(wanted, rest)))


def _power(wanted: Form, _: Mapping[str, Form], solve: Solve) -> Form:
    subject, variable = wanted.args[:2]
    if subject.head not in ("power", "root") or depending([subject.args[1]], frozenset({variable})):
        raise UnfitError
    found = solve(of(wanted, subject.args[0]))
    return with_args(subject, (found, subject.args[1]))


CONTINUOUS: Final = frozenset(
    "exp log sin cos tan cot sec csc asin acos atan acot sinh cosh tanh coth sech csch asinh acosh atanh"
    " abs erf erfc gamma".split()
)
"""Functions that are continuous wherever they are defined, and settle, if at all, towards infinity.

Only arccot(u) jumps, where u is 0.
"""


def _composite(wanted: Form, _: Mapping[str, Form], solve: Solve) -> Form:
    subject = wanted.args[0]
    if subject.head != "call" or subject.label not in CONTINUOUS:
        raise UnfitError
    inner = solve(of(wanted, subject.args[0]))
    if subject.label == "log" and len(subject.args) == 1 and inner is ZERO:
        return MINUS_INFINITY
    if subject.label == "acot" and inner is ZERO:
        raise UnfitError  # arctan(1/u) jumps there
    return with_args(subject, (inner, *subject.args[1:]))


def _exponent(wanted: Form, _: Mapping[str, Form], solve: Solve) -> Form:
    base, exponent = parts_of(wanted, "power")
    return exp(solve(of(wanted, multiply(exponent, call("log", base)))))


def _pole(wanted: Form, bound: Mapping[str, Form], solve: Solve) -> Form:
    """c over what vanishes, where that keeps the sign s."""
    above, below = parts_of(wanted, "quotient")
    top, bottom = solve(of(wanted, above)), solve(of(wanted, below))
    if is_limit(top) or is_limit(bottom):
        return over(top, bottom)
    if bottom is not ZERO or top is ZERO:
        raise UnfitError
    return multiply(call("sign", top), bound["s"], INFINITY)


RULES: Final[Mapping[str, LimitRule]] = {
    "limit_substitution": LimitRule(_substitution),
    "limit_constant": LimitRule(_constant),
    "limit_variable": LimitRule(_variable),
    "limit_sum": LimitRule(_sum),
    "limit_product": LimitRule(_product),
    "limit_constant_multiple": LimitRule(_multiple),
    "limit_quotient": LimitRule(_quotient, _not_over_zero),
    "limit_power": LimitRule(_power),
    "limit_composite": LimitRule(_composite),
    "limit_exponent": LimitRule(_exponent),
    "limit_pole": LimitRule(_pole),
}
"""By the short name of the card."""
