"""The interval in which a form lies for all real values of its letters."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, MutableMapping, Sequence
from fractions import Fraction
from typing import Any, Final

from stepcalc.notation.forms import Form, negate
from stepcalc.numeric.intervals import (
    EMPTY,
    EVERYTHING,
    Interval,
    around,
    extremum,
    fixed_power,
    general_power,
    hull,
    inverse,
    meet,
    plus,
    point,
    root_of_index,
    short,
    shortened,
    squared,
    times,
)
from stepcalc.numeric.monotone import FUNCTIONS

Ranges = Mapping[str, Interval]


Memo = MutableMapping[Form, Any]


def interval(form: Form, ranges: Ranges, memo: Memo) -> Interval:
    """The interval in which all real values of a form lie, for all real values of its letters.

    Examples:
        >>> from stepcalc.notation.forms import add, call, letter, number
        >>> found = interval(add(number(2), call("sin", letter("x"))), {}, {})
        >>> found.lower, found.upper
        (1, 3)
    """
    known = memo.get(form)
    if known is not None:
        return known  # type: ignore[no-any-return]
    for node in _unknown(form, memo):
        memo[node] = _of_node(node, [memo[arg] for arg in node.args], ranges, memo)
    return memo[form]  # type: ignore[no-any-return]


def _unknown(form: Form, memo: Memo) -> Iterator[Form]:
    """The nodes below a form that have no interval yet, arguments first; each must be given one at once."""
    stack = [form]
    while stack:
        node = stack[-1]
        if node in memo:
            stack.pop()
            continue
        waiting = [arg for arg in node.args if arg not in memo]
        if waiting:
            stack.extend(waiting)
        else:
            stack.pop()
            yield node


def _of_node(node: Form, args: Sequence[Interval], ranges: Ranges, memo: Memo) -> Interval:
    if any(arg.is_empty for arg in args):
        return EVERYTHING if node.head in ("vector", "relation", "logic") else EMPTY
    match node.head:
        case "number":
            assert isinstance(node.label, int | Fraction)
            return point(node.label)
        case "letter":
            return _of_letter(node)
        case "constant":
            return _CONSTANTS.get(node.name, EVERYTHING)
        case "sum":
            return _of_sum(node, args)
        case "product":
            return _of_product(node, args)
        case "quotient":
            return times(args[0], inverse(args[1]))
        case "power":
            return _power(args[0], args[1], node.args[1])
        case "root":
            return _root(args[0], node.args[1])
        case "call":
            return _of_call(node, args, ranges, memo)
        case _:
            return EVERYTHING


_CONSTANTS: Final = {
    "pi": around(math.pi),
    "e": around(math.e),
    "euler_gamma": around(0.5772156649015329),
}


def _of_letter(node: Form) -> Interval:
    label = node.label
    assert isinstance(label, tuple)
    facts = dict(label[1]) if isinstance(label[1], tuple) else {}
    if not facts:
        return EVERYTHING
    lower = 0 if facts.get("positive") or facts.get("nonnegative") else None
    upper = 0 if facts.get("negative") or facts.get("nonpositive") else None
    nonzero = bool(facts.get("nonzero") or facts.get("positive") or facts.get("negative"))
    nonzero = nonzero or facts.get("zero") is False
    return Interval(
        lower, upper, lower is None or nonzero, upper is None or nonzero, nonzero, bool(facts.get("integer"))
    )


def _of_sum(node: Form, args: Sequence[Interval]) -> Interval:
    total = args[0]
    for arg in args[1:]:
        total = plus(total, arg)
    if (total.lower is None) or (total.upper is None) or not total.excludes_zero:
        total = meet(total, _of_quadratic(node, args))
        if _root_outweighs(node):
            total = meet(total, Interval(lower=0))
    return shortened(total)


def _root_outweighs(node: Form) -> bool:
    """Whether a sum is u + √(u² + c) with c > 0 (or -u in front), which is positive however negative u is."""
    if len(node.args) != 2:
        return False
    for first, second in (node.args, node.args[::-1]):
        inner = first.args[0] if first.head == "root" and first.args[1].label == 2 else None
        if inner is None or inner.head != "sum" or len(inner.args) != 2:
            continue
        square, extra = sorted(inner.args, key=lambda term: term.head == "number")
        positive = extra.head == "number" and extra.label > 0  # type: ignore[operator]
        squared = square.head == "power" and square.args[1].label == 2
        if positive and squared and second in (square.args[0], negate(square.args[0])):
            return True
    return False


def _of_product(node: Form, args: Sequence[Interval]) -> Interval:
    total = args[0]
    for place, arg in enumerate(args[1:], start=1):
        total = squared(arg) if place == 1 and node.args[0] is node.args[1] else times(total, arg)
    return shortened(total)


def _power(base: Interval, exponent: Interval, written: Form) -> Interval:
    """A real power: an integer one of any base, otherwise one of a positive base."""
    if base.is_empty or exponent.is_empty:
        return EMPTY
    if exponent.lower is not None and exponent.lower == exponent.upper:
        return fixed_power(base, Fraction(exponent.lower))
    if exponent.integer:
        # 0 to an exponent that is not known may be undefined, but is never anything but 0.
        return Interval(
            0 if base.is_nonnegative else None, None, base.excludes_zero, True, base.excludes_zero
        )
    known = _as_fraction(written)
    if known is not None:
        return fixed_power(base, known)
    return general_power(base, exponent)


def _root(radicand: Interval, index: Form) -> Interval:
    known = _as_fraction(index)
    if known is None or not known or known.denominator != 1:
        return Interval(
            0 if radicand.is_nonnegative else None, None, radicand.excludes_zero, True, radicand.excludes_zero
        )
    return (
        inverse(root_of_index(radicand, -known.numerator))
        if known < 0
        else root_of_index(radicand, known.numerator)
    )


def _as_fraction(form: Form) -> Fraction | None:
    """The fraction that a quotient of integers, or its negative, is."""
    match form.head:
        case "number":
            assert isinstance(form.label, int | Fraction)
            return Fraction(form.label)
        case "quotient":
            parts = [_as_fraction(arg) for arg in form.args]
            return None if parts[0] is None or not parts[1] else parts[0] / parts[1]
        case "product" if len(form.args) == 2:
            parts = [_as_fraction(arg) for arg in form.args]
            return None if parts[0] is None or parts[1] is None else parts[0] * parts[1]
        case _:
            return None


def _of_call(node: Form, args: Sequence[Interval], ranges: Ranges, memo: Memo) -> Interval:
    name = node.name
    found = EVERYTHING
    if len(args) == 1 and name in FUNCTIONS:
        found = FUNCTIONS[name](args[0])
    elif name in ("min", "max") and args:
        found = extremum(args, -1 if name == "min" else 1)
    elif name == "piecewise":
        found = hull(
            [interval(branch.args[0], ranges, memo) for branch in node.args if branch.head == "vector"]
        )
    return found if name in FUNCTIONS else meet(found, ranges.get(name))


def _of_quadratic(node: Form, args: Sequence[Interval]) -> Interval | None:
    """The exact range of a·t² + b·t + c, where t is any form; ``None`` for other sums."""
    if len(node.args) > 3:
        return None
    unknown: Form | None = None
    known: dict[int, Fraction] = {}
    for term in node.args:
        coefficient, power, degree = _monomial(term)
        if degree:
            if unknown is not None and power is not unknown:
                return None
            unknown = power
        known[degree] = known.get(degree, Fraction(0)) + coefficient
    a, b, c = known.get(2, Fraction(0)), known.get(1, Fraction(0)), known.get(0, Fraction(0))
    if not a or not b or max(known) > 2 or unknown is None:
        return None
    extreme = c - b * b / (4 * a)
    bound = short(extreme)
    return Interval(bound, None, False) if a > 0 else Interval(None, bound, True, False)


def _monomial(term: Form) -> tuple[Fraction, Form, int]:
    """A term as coefficient, form and degree: 2x² as (2, x, 2), 5 as (5, 5, 0), others as (1, term, 1)."""
    coefficient = Fraction(1)
    rest: Form | None = None
    degree = 0
    number = _as_fraction(term)
    if number is not None:
        return number, term, 0
    if term.head == "quotient":
        below = _as_fraction(term.args[1])
        if below:
            coefficient, term = 1 / below, term.args[0]
    for factor in term.args if term.head == "product" else (term,):
        value = _as_fraction(factor)
        if value is not None:
            coefficient *= value
            continue
        base, exponent = factor, 1
        if (
            factor.head == "power"
            and factor.args[1].head == "number"
            and isinstance(factor.args[1].label, int)
        ):
            base, exponent = factor.args[0], factor.args[1].label
        if exponent not in (1, 2) or (rest is not None and rest is not base) or degree + exponent > 2:
            return Fraction(1), term, 1
        rest, degree = base, degree + exponent
    return (coefficient, rest, degree) if rest is not None else (coefficient, term, 0)


def interval_from(condition: Form) -> Interval:
    """The interval that a condition on one letter describes, such as a card's ``range``: -pi/2 <= y <= pi/2.

    Args:
        condition: A relation with the letter on one side, or several joined by ``and`` or ``or``; ends that
            are not rational are rounded outwards.

    Examples:
        >>> from stepcalc.notation.forms import letter, number, relation
        >>> interval_from(relation("<", number(0), letter("y"))).is_positive
        True
    """
    if condition.head == "logic" and condition.label == "and":
        found = EVERYTHING
        for part in condition.args:
            found = meet(found, interval_from(part))
        return found
    if condition.head == "logic" and condition.label == "or":
        return hull([interval_from(part) for part in condition.args])
    if condition.head != "relation":
        return EVERYTHING
    left, right = condition.args
    sign = str(condition.label)
    if sign == "in" and right.name == "integers":
        return EVERYTHING._replace(integer=True)
    if right.head == "letter":
        left, right = right, left
        sign = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}.get(sign, sign)
    end = interval(right, {}, {})
    match sign:
        case ">" | ">=":
            return Interval(end.lower, None, sign == ">" or end.lower_open)
        case "<" | "<=":
            return Interval(None, end.upper, True, sign == "<" or end.upper_open)
        case "!=" if end.lower == end.upper == 0:
            return Interval(nonzero=True)
        case "=":
            return end
        case _:
            return EVERYTHING
