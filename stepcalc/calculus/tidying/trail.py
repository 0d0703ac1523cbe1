"""The trail of moves: without circles and detours, each move under the name of what it does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sympy import Add, Expr, Mul, Number

from stepcalc.calculus.tidying.expanding import multiplied_out
from stepcalc.calculus.tidying.limits import size
from stepcalc.calculus.tidying.polynomial import TooLargeError

MOST_MULTIPLIED_OUT = 60  # operations: what is larger is not multiplied out at one go
DISTRIBUTIVE = frozenset(
    ("factor", "like_terms", "collect", "expand", "simplify_terms", "one_fraction", "split_fraction")
)


@dataclass(frozen=True, slots=True)
class Change:
    """One named move on the whole expression.

    Attributes:
        rule: the id of the card that justifies the move.
        before: the whole expression before it.
        after: the whole expression after it.
        conditions: relationals under which the two are equal, beyond those of `before`.
    """

    rule: str
    before: Expr
    after: Expr
    conditions: tuple[Expr, ...] = ()


def shortest_trail(changes: Sequence[Change]) -> tuple[Change, ...]:
    """The moves without circles and detours, renamed where the name says more than was done."""
    kept = _without_circles(changes)
    kept = _without_turned_signs(kept)
    kept = _straight(kept)
    return tuple([replace(change, rule=_name(change)) for change in kept])


def _joined(first: Change, last: Change, rule: str = "") -> Change:
    conditions = tuple(dict.fromkeys([*first.conditions, *last.conditions]))
    return Change(rule or last.rule, first.before, last.after, conditions)


def _without_circles(changes: Sequence[Change]) -> list[Change]:
    """Without the moves between an expression and the place where it is met again."""
    kept: list[Change] = []
    for change in changes:
        kept.append(change)
        for place, earlier in enumerate(kept):
            if earlier.before == change.after:
                del kept[place:]
                break
    if [change.rule for change in kept[-2:]] == ["pythagorean", "double_angle"]:
        # cos² − sin² = 2 cos² − 1 = cos(2u) is one identity, not two.
        kept[-2:] = [_joined(kept[-2], kept[-1])]
    return kept


def _without_turned_signs(changes: list[Change]) -> list[Change]:
    """Moves that prepare the terms without shortening the whole are told together with the next one."""
    kept: list[Change] = []
    for change in changes:
        last = kept[-1] if kept else None
        if last and last.rule == "simplify_terms" and size(last.after) >= size(last.before):
            kept[-1] = _joined(last, change)
        else:
            kept.append(change)
    return kept


def _straight(changes: list[Change]) -> list[Change]:
    """Multiplying out where that leads to the end, or one factoring away from it, by itself."""
    if len(changes) < 2 or not {change.rule for change in changes} <= DISTRIBUTIVE:
        return changes
    start, end = changes[0].before, changes[-1].after
    if size(start) > MOST_MULTIPLIED_OUT:
        return changes
    try:
        middle = _multiplied_above(start)
    except TooLargeError:
        return changes
    if middle == end:
        return [_joined(changes[0], changes[-1], "expand")]
    if len(changes) > 2 and size(middle) < size(start) and below(middle) == below(end):
        whole = _joined(changes[0], changes[-1])
        return [Change("expand", start, middle), Change("factor", middle, end, whole.conditions)]
    return changes


def _multiplied_above(expr: Expr) -> Expr:
    """The expression with what is above its bar multiplied out."""
    bottom = [part for part in Mul.make_args(expr) if part.as_base_exp()[1].could_extract_minus_sign()]
    top = [part for part in Mul.make_args(expr) if part not in bottom]
    return Mul(multiplied_out(Mul(*top)), *bottom)


def _name(change: Change) -> str:
    """The name of a move, by what it does."""
    rule, before, after = change.rule, change.before, change.after
    if rule in ("cancel", "factor", "simplify_terms") and isinstance(before, Add) and after.is_zero:
        return "like_terms"
    if rule == "cancel" and below(before) == below(after):
        return "factor"
    if rule == "factor" and below(before) != below(after) and _leaves_bar(before, after):
        return "cancel"
    return rule


def _leaves_bar(before: Expr, after: Expr) -> bool:
    old, new = below(before), below(after)
    return not isinstance(before, Add) and new.keys() <= old.keys() and size(after) < size(before)


def below(expr: Expr) -> dict[Expr, Expr]:
    """What stands below the bar of an expression or of its terms, without numbers: base and exponent."""
    found: dict[Expr, Expr] = {}
    for term in Add.make_args(expr):
        for part in Mul.make_args(term):
            base, exponent = part.as_base_exp()
            if isinstance(exponent, Number) and exponent < 0 and not base.is_number:
                known = found.get(base)
                found[base] = min(known, exponent) if isinstance(known, Number) else exponent
            elif exponent.could_extract_minus_sign() and not base.is_number:
                found.setdefault(base, exponent)
    return found
