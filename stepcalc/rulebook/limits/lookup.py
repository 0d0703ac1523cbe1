"""The rule of limits that a card stands for; all rules are loaded when the first is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from stepcalc.notation.forms import Form
from stepcalc.rulebook.limits.rule import LimitRule, is_limit

if TYPE_CHECKING:
    from stepcalc.rulebook.cards import Card

OF_DERIVATIVES: Final = frozenset({"definition", "logarithmically"})
"""The rules that answer a derivative and not a limit."""


def rule_of(card: Card, wanted: Form) -> LimitRule | None:
    """The rule of limits that a card stands for where it answers this goal; ``None`` where it is none."""
    if not is_limit(wanted) and card.id not in OF_DERIVATIVES:
        return None
    from stepcalc.rulebook.limits.table import REWRITING, RULES

    return RULES.get(card.id, REWRITING) if is_limit(wanted) else RULES[card.id]
