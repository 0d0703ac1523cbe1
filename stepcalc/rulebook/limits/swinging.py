"""Limits of what swings between bounds, alone or beside what tends to 0, to a number or to infinity."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Final

from stepcalc.notation.arithmetic import as_fraction, times
from stepcalc.notation.forms import ZERO, Form, add, call, multiply, postorder, rational
from stepcalc.rulebook.goals import Solve
from stepcalc.rulebook.limits.laws import CONTINUOUS
from stepcalc.rulebook.limits.rule import INFINITE, UNDEFINED, LimitRule, Pairs, UnfitError, is_limit, of

BOUNDED: Final = frozenset("sin cos atan acot tanh sech erf erfc sign asin acos".split())
"""Functions that take values between two bounds only."""


def is_bounded(form: Form) -> bool:
    """Whether a form is a bounded function, or a positive power of one."""
    if form.head == "power" and form.args[1].head == "number" and form.args[1].label > 0:  # type: ignore[operator]
        form = form.args[0]
    return form.head == "call" and form.label in BOUNDED


def _squeeze(wanted: Form, bound: Mapping[str, Form], solve: Solve) -> Form:
    """b·g with b bounded: between −|g| and |g| but for a constant."""
    if not is_bounded(bound["b"]):
        raise UnfitError
    found = solve(of(wanted, call("abs", bound["g"])))
    if found is not ZERO and not is_limit(found):
        raise UnfitError
    return found


def _comparison(wanted: Form, bound: Mapping[str, Form], solve: Solve) -> Form:
    """b + g with b bounded and g beyond all bounds."""
    if not is_bounded(bound["b"]):
        raise UnfitError
    found = solve(of(wanted, bound["g"]))
    if found not in INFINITE and not is_limit(found):
        raise UnfitError
    return found


def _bounded_factor(wanted: Form, bound: Mapping[str, Form], solve: Solve) -> Form:
    """b·g with b no closer to 0 than m, and m·g beyond all bounds."""
    least = least_of(bound["b"])
    if least is None:
        raise UnfitError
    found = solve(of(wanted, times(rational(least), bound["g"])))
    if found not in INFINITE and not is_limit(found):
        raise UnfitError
    return found


def least_of(form: Form) -> Fraction | None:
    """The number closest to 0 that an expression of one sign comes to; ``None`` where it may come to 0."""
    from stepcalc.rulebook.bounds import bounds_of

    low, high = bounds_of(form) or (Fraction(0), Fraction(0))
    return low if low > 0 else high if high < 0 else None


def _oscillation(wanted: Form, bound: Mapping[str, Form], solve: Solve) -> Form:
    """b alone, b·g with g beyond all bounds or tending to a number but 0, b + g with g tending to a number."""
    subject, swinging = wanted.args[0], bound["b"]
    turning = swinging.args[0] if swinging.head == "power" else swinging
    if turning.head != "call" or turning.label not in ("sin", "cos") or not is_bounded(swinging):
        raise UnfitError
    reached = solve(of(wanted, turning.args[0]))
    if is_limit(reached):
        return subject
    if reached not in INFINITE or not _takes_all_values(turning.args[0]):
        raise UnfitError
    if "g" in bound:
        beside = solve(of(wanted, bound["g"]))
        if beside in INFINITE if subject.head == "sum" else not _is_not_nought(beside):
            raise UnfitError
    return UNDEFINED


def _takes_all_values(form: Form) -> bool:
    """Whether an expression on its way to infinity passes every number, as it does where it is continuous.

    x + arctan(tan(−x)) does not: it jumps from one multiple of π to the next.
    """
    swinging: set[Form] = set()
    for node in postorder(form):
        name = node.label if node.head == "call" else ""
        if node.head == "call" and name not in _STEADY:
            return False
        if any(arg in swinging for arg in node.args):
            natural = node.head == "power" and (as_fraction(node.args[1]) or 0) in _NATURAL
            if not (node.head in ("sum", "product") or name in _ENTIRE or natural):
                return False
            swinging.add(node)
        elif name in ("sin", "cos"):
            swinging.add(node)
    return True


_STEADY: Final = CONTINUOUS - set("tan cot sec csc acot gamma".split())
_ENTIRE: Final = frozenset("exp sin cos atan sinh cosh tanh asinh abs erf erfc".split())
_NATURAL: Final = range(1, 1000)


def _is_not_nought(form: Form) -> bool:
    """Whether a factor keeps what swings away from 0, whatever its letters are."""
    from stepcalc.notation.values import value

    return form in INFINITE or is_limit(form) or value(form).is_zero is False


def _as_product(wanted: Form, bound: Mapping[str, Form]) -> Pairs:
    return ((wanted.args[0], multiply(bound["b"], bound["g"])),)


def _as_sum(wanted: Form, bound: Mapping[str, Form]) -> Pairs:
    return ((wanted.args[0], add(bound["b"], bound["g"])),)


def _whole(wanted: Form, bound: Mapping[str, Form]) -> Pairs:
    """A sum or product as its swinging part and the rest."""
    if "g" not in bound:
        return ((wanted.args[0], bound["b"]),)
    join = add if wanted.args[0].head == "sum" else multiply
    return ((wanted.args[0], join(bound["b"], bound["g"])),)


RULES: Final[Mapping[str, LimitRule]] = {
    "limit_squeeze": LimitRule(_squeeze, equal=_as_product),
    "limit_comparison": LimitRule(_comparison, equal=_as_sum),
    "limit_bounded_factor": LimitRule(_bounded_factor, equal=_as_product),
    "limit_oscillation": LimitRule(_oscillation, equal=_whole),
}
"""By the short name of the card."""
