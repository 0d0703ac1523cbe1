"""Tidying: from the derivative as the rules give it to the form of a textbook's answer key, move by move."""
from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from sympy import Expr, nan, oo, zoo

from stepcalc.calculus.tidying.limits import is_too_large, size
from stepcalc.calculus.tidying.moves import Way, ways

Form = Literal["textbook", "expanded", "factored", "raw"]
ROUNDS = 2


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


@dataclass(frozen=True, slots=True)
class Tidied:
    """What came out, the chain of moves, and whether a move was refused because it would be too large."""

    result: Expr
    changes: tuple[Change, ...]
    refused: bool


def tidy(expr: Expr, *, form: Form = "textbook") -> Tidied:
    if form == "raw" or not expr.args:
        return Tidied(expr, (), False)
    if is_too_large(expr):
        return Tidied(expr, (), True)
    if expr.has(nan, zoo, oo) or not expr.is_commutative:
        return Tidied(expr, (), False)
    refused: list[str] = []
    changes: list[Change] = []
    for _ in range(ROUNDS):
        steps = _improved(expr, refused)
        if not steps:
            break
        changes.extend(steps)
        expr = steps[-1].after
    return Tidied(expr, tuple(changes), bool(refused))


def _improved(expr: Expr, refused: list[str]) -> list[Change]:
    best: Way | None = None
    for way in ways(expr, refused):
        if best is None or way.cost < best.cost:
            best = way
    if best is None or best.cost >= size(expr):
        return []
    changes = []
    before = expr
    for move in best.moves:
        after = move.build()
        if after != before or move.conditions:
            changes.append(Change(move.rule, before, after, move.conditions))
            before = after
    return changes if changes and size(before) < size(expr) else []
