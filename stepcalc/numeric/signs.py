"""Decides conditions for all real values of their letters, by intervals with exact ends.

Quick and one-sided: what it says is so, and where it cannot tell it says nothing. Pure Python, no mpmath.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from stepcalc.notation.forms import TRUE, Form, make, negate
from stepcalc.numeric.intervals import Interval
from stepcalc.numeric.ranges import Memo, Ranges, interval, interval_from
from stepcalc.numeric.sturm import count_roots, polynomial

__all__ = ["Interval", "decide", "interval", "interval_from"]


def decide(condition: Form, ranges: Ranges, memo: Memo) -> bool | None:
    """Whether a condition holds for all real values of its letters.

    Args:
        condition: A relation, or relations joined by ``and``, ``or``, ``not``.
        ranges: The values that functions take, by name; those of elementary functions are known here.
        memo: Intervals of forms found before. A caller who knows more about a form (that x > 0, say) may put
            its interval in beforehand.

    Returns:
        ``True`` where it holds wherever its parts are real, ``False`` where it holds nowhere, ``None`` where
        it depends on the values of the letters, or where this is not known.

    Examples:
        >>> from stepcalc.notation.forms import add, exp, letter, number, power, relation
        >>> x = letter("x")
        >>> decide(relation(">", add(power(x, number(2)), number(1)), number(0)), {}, {})
        True
        >>> decide(relation("<=", exp(x), number(0)), {}, {})
        False
        >>> decide(relation(">", x, number(0)), {}, {})
    """
    verdicts: dict[Form, bool | None] = {}
    stack = [condition]
    while stack:
        node = stack[-1]
        waiting = [part for part in node.args if part not in verdicts] if node.head == "logic" else []
        if waiting:
            stack.extend(waiting)
            continue
        stack.pop()
        match node.head:
            case "logic":
                verdicts[node] = _joined(str(node.label), [verdicts[part] for part in node.args])
            case "relation":
                verdicts[node] = _relation(node, ranges, memo)
            case _:
                verdicts[node] = True if node is TRUE else None
    return verdicts[condition]


def _joined(connective: str, parts: Sequence[bool | None]) -> bool | None:
    match connective:
        case "and":
            return False if False in parts else (None if None in parts else True)
        case "or":
            return True if True in parts else (None if None in parts else False)
        case _:
            return None if parts[0] is None else not parts[0]


def _relation(condition: Form, ranges: Ranges, memo: Memo) -> bool | None:
    left, right = condition.args
    sign = str(condition.label)
    if sign in ("in", "not in"):
        inside = _membership(interval(left, ranges, memo), right.name)
        return inside if sign == "in" or inside is None else not inside
    if left is right:
        return sign in ("=", "<=", ">=")
    first, second = interval(left, ranges, memo), interval(right, ranges, memo)
    if first.is_empty or second.is_empty:
        return False
    found = _compared(sign, first, second)
    if found is not None:
        return found
    if right.head == "number" and right.label == 0:
        difference = left
    else:
        difference = make("sum", None, (left, negate(right)))
        found = _against_zero(sign, interval(difference, ranges, memo))
        if found is not None:
            return found
    return _by_polynomial(sign, difference)


def _compared(sign: str, left: Interval, right: Interval) -> bool | None:
    """The relation between two intervals that may overlap."""
    if right.lower == right.upper == 0:
        return _against_zero(sign, left)
    below = _lies_below(left, right)
    above = _lies_below(right, left)
    match sign:
        case "<":
            return True if below == 2 else (False if above else None)
        case "<=":
            return True if below else (False if above == 2 else None)
        case ">":
            return True if above == 2 else (False if below else None)
        case ">=":
            return True if above else (False if below == 2 else None)
        case _:
            apart = True if below == 2 or above == 2 else None
            if left.lower is not None and left.lower == left.upper == right.lower == right.upper:
                apart = False
            return apart if sign == "!=" or apart is None else not apart


def _lies_below(left: Interval, right: Interval) -> int:
    """2 where every value of the first is below every one of the second, 1 where it may equal it, else 0."""
    if left.upper is None or right.lower is None or left.upper > right.lower:
        return 0
    return 2 if left.upper < right.lower or left.upper_open or right.lower_open else 1


def _against_zero(sign: str, values: Interval) -> bool | None:
    """The relation of an interval to 0."""
    positive, negative = values.is_positive, values.is_negative
    match sign:
        case ">":
            return True if positive else (False if values.is_nonpositive else None)
        case ">=":
            return True if values.is_nonnegative else (False if negative else None)
        case "<":
            return True if negative else (False if values.is_nonnegative else None)
        case "<=":
            return True if values.is_nonpositive else (False if positive else None)
        case _:
            nonzero = True if values.excludes_zero else None
            if values.lower == values.upper == 0:
                nonzero = False
            return nonzero if sign == "!=" or nonzero is None else not nonzero


def _membership(values: Interval, which: str) -> bool | None:
    """Whether all values are in a set of numbers that has a name."""
    if values.is_empty:
        return False
    if which == "reals":
        return True
    if which == "nonpositive_integers" and values.is_positive:
        return False
    if which == "naturals" and values.is_nonpositive:
        return False
    if values.integer:
        match which:
            case "integers":
                return True
            case "nonpositive_integers":
                return True if values.is_nonpositive else None
            case "naturals":
                return True if values.is_positive else None
            case _:
                return None
    if values.lower is not None and values.upper is not None and not _holds_integer(values):
        return False
    return None


def _holds_integer(values: Interval) -> bool:
    assert values.lower is not None
    assert values.upper is not None
    first = math.ceil(values.lower)
    if first == values.lower and values.lower_open:
        first += 1
    return first < values.upper or (first == values.upper and not values.upper_open)


def _by_polynomial(sign: str, difference: Form) -> bool | None:
    """The relation to 0 of a polynomial in one letter with rational coefficients, by Sturm's theorem."""
    found = polynomial(difference)
    if found is None:
        return None
    _, coefficients = found
    if len(coefficients) % 2 == 0 or len(coefficients) < 3:
        return None  # an odd degree takes both signs
    roots = count_roots(coefficients)
    if roots:
        return None
    positive = coefficients[-1] > 0
    return {">": positive, ">=": positive, "<": not positive, "<=": not positive, "!=": True, "=": False}[
        sign
    ]
