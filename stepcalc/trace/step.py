"""One step of a derivation: a rule, what it was applied to, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stepcalc.notation.forms import Form
from stepcalc.rulebook.cards import Card
from stepcalc.trace.conditions import Condition

if TYPE_CHECKING:
    from stepcalc.rulebook.law import Law

Binding = Form | tuple[Form, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """An application of one law.

    Args:
        card: The card that holds the law.
        law: The law on that card, or ``None`` for a rewrite that no single law states (tidying, arithmetic).
        goal: What is sought: a goal form (``d/dx[u]``), or the expression that a rewrite starts from.
        bindings: How the law's letters were read, by name; ``f...`` is bound to a tuple.
        substeps: The steps for the goals that the law left open, in reading order.
        result: What the goal is equal to. It contains the substeps' results as they are (shared, not copied).
        conditions: Where the law holds here, beyond what always holds.
        chain: The card of the chain rule where the inner function is not the variable itself.
    """

    card: Card
    law: Law | None
    goal: Form
    bindings: Mapping[str, Binding]
    substeps: tuple[Step, ...]
    result: Form
    conditions: tuple[Condition, ...] = ()
    chain: Card | None = None

    def __repr__(self) -> str:
        from stepcalc.trace.document import short_text

        goal, result = (short_text(form) or "..." for form in (self.goal, self.result))
        return f"<Step, {self.card.id}: {goal} = {result}>"

    @property
    def rule(self) -> Card:
        """The rule to name first: the chain rule where it is used, else the card of the law."""
        return self.chain or self.card

    @property
    def rules(self) -> tuple[Card, ...]:
        """Every rule that the step uses, the chain rule first."""
        return (self.chain, self.card) if self.chain else (self.card,)
