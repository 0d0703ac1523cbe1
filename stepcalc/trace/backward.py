"""Checks the steps of reverse accumulation against the graph of the function, made anew from the cards."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stepcalc.notation.arithmetic import plus, times
from stepcalc.notation.forms import ONE, Form
from stepcalc.rulebook.accumulation import Graph
from stepcalc.trace.conditions import Judge
from stepcalc.trace.display import outcome
from stepcalc.trace.step import Step

if TYPE_CHECKING:
    from stepcalc.trace.derivation import Derivation


class BackwardPasses:
    """The graphs of the functions that a derivation differentiates backwards.

    Args:
        derivation: The derivation.
        judge: Judges conditions.
    """

    def __init__(self, derivation: Derivation, judge: Judge) -> None:
        self._derivation = derivation
        self._judge = judge
        self._graphs: dict[Form, Graph] = {}

    def fault(self, step: Step) -> str:
        """What is wrong with a step of a backward pass, as the key of a message; empty if nothing is."""
        book = self._derivation.rulebook
        if step.card is not book.card(step.card.id) or step.law or step.chain:
            return "step-wrong-rule"
        if step.card.id == "accumulated":
            return self._read_off(step)
        if step.goal.head != "call" or step.goal.label != "adjoint" or len(step.goal.args) != 2:
            return "step-wrong-goal"
        return self._adjoint(step)

    def _read_off(self, step: Step) -> str:
        """An input's adjoint is the partial derivative with respect to it."""
        if step.bindings or step.conditions or len(step.substeps) != 1 or len(step.goal.args) != 2:
            return "step-wrong-rule"
        (adjoint,) = step.substeps
        if step.goal.head != "goal" or adjoint.goal.args != step.goal.args or adjoint.card.id != "adjoint":
            return "step-wrong-goals"
        return "" if outcome(adjoint) is step.result else "step-wrong-result"

    def _adjoint(self, step: Step) -> str:
        root, node = step.goal.args
        graph = self._graphs.get(root)
        if graph is None:
            graph = Graph(self._derivation.rulebook, root, self._derivation.question.letters)
            self._graphs[root] = graph
        if node not in graph:
            return "step-wrong-goal"
        uses = graph.uses(node)
        used_in, slopes = (tuple(use[side] for use in uses) for side in (0, 1))
        if dict(step.bindings) != {"uses": used_in, "slopes": slopes}:
            return "step-wrong-bindings"
        known = {substep.goal.args[1]: substep for substep in step.substeps}
        if tuple(known) != tuple(dict.fromkeys(used_in)) or any(
            s.goal.args[0] is not root for s in step.substeps
        ):
            return "step-wrong-goals"
        found = graph.applications.get(node)
        if step.conditions != (self._judge.kept(found.conditions) if found is not None else ()):
            return "step-wrong-conditions"
        result = ONE if node is root else plus(*(times(known[place].result, slope) for place, slope in uses))
        return "" if result is step.result else "step-wrong-result"
