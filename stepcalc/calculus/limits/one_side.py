"""Absolute values, signs, whole parts and pieces as what they are on one side of a point."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import sympy

from stepcalc.calculus.limits.near import Near, Proposal
from stepcalc.notation.forms import ONE, ZERO, Form, negate, number, postorder, rebuild
from stepcalc.notation.values import value
from stepcalc.rulebook.limits.rule import INFINITE, evaluated


def branch(near: Near) -> Proposal | None:
    """Absolute values, signs, whole parts and pieces as what they are on this side of the point."""
    if not near.approach.side:
        return None
    change: dict[Form, Form] = {}
    for node in postorder(near.form):
        if node.head == "call" and near.varies(node):
            settle = _ON_ONE_SIDE.get(str(node.label))
            new = settle(node, near) if settle else None
            if new is not None:
                change[node] = new
    return ("limit_branch", rebuild(near.form, change)) if change else None


def _absolute(node: Form, near: Near) -> Form | None:
    sign = near.approach.sign(node.args[0])
    return None if sign is None else evaluated(negate(node.args[0])) if sign < 0 else node.args[0]


def _sign(node: Form, near: Near) -> Form | None:
    sign = near.approach.sign(node.args[0])
    return None if sign is None else number(sign)


def _whole(node: Form, near: Near) -> Form | None:
    """The whole number that floor or ceiling is close to the point."""
    centre = (
        sympy.floor(value(rebuild(node.args[0], {near.variable: near.point})))
        if near.point not in INFINITE
        else None
    )
    if centre is None or not centre.is_Integer:
        return None
    for step in (0, -1, 1):
        if near.approach.same(node, number(int(centre) + step)):
            return number(int(centre) + step)
    return None


def _piece(node: Form, near: Near) -> Form | None:
    return next((case.args[0] for case in node.args if near.approach.same(node, case.args[0])), None)


_ON_ONE_SIDE: Final[Mapping[str, Callable[[Form, Near], Form | None]]] = {
    "abs": _absolute,
    "sign": _sign,
    "floor": _whole,
    "ceiling": _whole,
    "piecewise": _piece,
    "max": lambda node, near: next((arg for arg in node.args if near.approach.same(node, arg)), None),
    "min": lambda node, near: next((arg for arg in node.args if near.approach.same(node, arg)), None),
    "heaviside": lambda node, near: next((n for n in (ZERO, ONE) if near.approach.same(node, n)), None),
}
