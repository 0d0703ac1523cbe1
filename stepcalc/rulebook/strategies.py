"""Strategies: rules that open one goal after another and put the results together, which no single law can say.

A strategy is one function, ``compose(goal, bindings, solve)``. The engine calls it with a ``solve`` that derives;
verification calls it again with one that looks up what was recorded. Called with ``solve`` as the identity it gives
the definition of the goal in terms of plain derivatives, which is what numerical checking compares with.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from stepcalc.notation.forms import Form, goal
from stepcalc.rulebook.law import Bindings

Solve = Callable[[Form], Form]
Compose = Callable[[Form, Bindings, Solve], Form]


@dataclass(frozen=True, slots=True)
class Strategy:
    """How a goal is answered.

    Args:
        compose: Puts the answer together from those of the goals it asks ``solve`` for.
    """

    compose: Compose


def strategy_of(form: Form) -> str:
    """The card of the strategy for a goal; empty for a single derivative, which laws answer."""
    if form.head == "goal":
        return "repeated" if len(form.args) > 2 else ""
    return str(form.label) if form.head == "call" and form.label in STRATEGIES else ""


def _repeated(form: Form, _: Bindings, solve: Solve) -> Form:
    """One derivative after another: ∂²f/∂x∂y is ∂/∂y of ∂f/∂x."""
    now = form.args[0]
    for variable in form.args[1:]:
        now = solve(goal(now, variable, kind=str(form.label)))
    return now


STRATEGIES: Final[Mapping[str, Strategy]] = {
    "repeated": Strategy(_repeated),
}
"""By the short name of the card, which is also the name of the goal's operator."""
