"""What the parts of one document share: the derivation, how it is told, sizes, and formulas cut to size."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import ModuleType
from typing import TYPE_CHECKING, Final

from stepcalc.notation.arithmetic import combine
from stepcalc.notation.forms import Form, goal, postorder, rebuild
from stepcalc.render import dependence, kinds, networks, series
from stepcalc.render.document import Block, Equation, Formula, Prose
from stepcalc.render.presentation import Presentation
from stepcalc.render.shorten import Sizes, shorten
from stepcalc.trace.derivation import Derivation, Question
from stepcalc.trace.step import Step

if TYPE_CHECKING:
    from stepcalc.trace.verification import Verification

MOST_IN_A_LINE: Final = 120
"""How many nodes of an expression a line of working shows."""

OWN: Final[Mapping[str, ModuleType]] = {"taylor": series}
"""The modules with an opening and a closing of their own, for kinds of question that a table tells best."""

Line = tuple[Form | None, Form]
"""The two sides of what a step says; without a left side it goes on from the line before."""


def own_lines(step: Step) -> tuple[Line, ...]:
    """What a step says in the words of its own field; nothing for one that says what its rule gives."""
    own = series.stated(step)
    return (own,) if own is not None else networks.stated(step)


class Telling:
    """A derivation that is being told.

    Args:
        derivation: What is told.
        how: How.
        verification: The outcome of checking, which is stated if given.
    """

    def __init__(self, derivation: Derivation, how: Presentation, verification: Verification | None) -> None:
        self.derivation = derivation
        self.how = how
        self.verification = verification
        self.sizes = Sizes()
        self.partial = _is_partial(derivation.question)

    def formula(self, form: Form, marked: frozenset[Form] = frozenset()) -> Formula:
        """The form as a line of working shows it: cut to size, with ∂ where several letters vary."""
        cut = shorten(form, MOST_IN_A_LINE, self.sizes)
        if not self.partial:
            return Formula(cut, marked)
        goals = {node: goal(*node.args, kind="partial") for node in postorder(cut) if node.head == "goal"}
        return Formula(rebuild(cut, goals), frozenset(goals.get(node, node) for node in marked))

    def equation(
        self, left: Form, right: Form, depth: int, marked: frozenset[Form] = frozenset()
    ) -> Equation:
        """What is asked and what it comes to, as a line of working."""
        called = self.called(left) if dependence.is_dependent(left) else self.formula(left)
        return Equation(called, self.formula(right, marked), depth)

    def called(self, asked: Form) -> Formula:
        """The symbol of a goal about letters that depend on letters: df/dt, or ∂C/∂w where others vary too."""
        symbol = dependence.symbol(asked)
        return self.formula(symbol.form) if self.derivation.question.kind == networks.ONE_WEIGHT else symbol

    def combined(self, step: Step) -> Form:
        """What a step comes to, its numbers together."""
        # What is cut down anyway is cut down before it is put in order: both cost its size.
        return combine(shorten(step.result, 4 * MOST_IN_A_LINE, self.sizes), cancel=True)

    def written_out(self, own: tuple[Line, ...], depth: int) -> Iterator[Block]:
        """What a step about a series or a network says: equations, or an inequality."""
        for left, right in own:
            if left is None and right.head == "relation":
                yield Prose((self.formula(right),), depth=depth + 1)
            else:
                yield Equation(None if left is None else self.formula(left), self.formula(right), depth)

    def failed(self, step: Step) -> bool:
        """Whether a step was checked and found wrong."""
        return self.verification is not None and self.verification.outcomes.get(step) == "failed"


def _is_partial(question: Question) -> bool:
    """Whether more letters vary than the one by which is differentiated."""
    if question.kind in (networks.KIND, networks.ONE_WEIGHT):
        return question.kind == networks.ONE_WEIGHT
    return len(set(question.letters)) > 1 or question.kind in kinds.KINDS
