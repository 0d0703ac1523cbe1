"""Reverse accumulation as two tables: the intermediates going forward, their adjoints going back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from stepcalc.messages import say
from stepcalc.notation.arithmetic import combine, plus, times
from stepcalc.notation.forms import Form, goal, letter, postorder, rebuild, relation, with_args
from stepcalc.notation.operators import named
from stepcalc.render.document import Block, Formula, Inline, Prose, Table, Words, words
from stepcalc.render.outline import names_for
from stepcalc.render.shorten import Sizes, shorten
from stepcalc.trace.derivation import reading_order
from stepcalc.trace.step import Step

MOST_ROWS: Final = 12
"""How many rows of each table are shown unasked."""

_MOST_IN_A_CELL: Final = 40


def is_accumulated(step: Step) -> bool:
    """Whether a derivative was read off at the end of a backward pass."""
    first = step.substeps[0] if step.card.matcher == "sequence" else step
    return first.card.matcher == "accumulated"


def passes(steps: Sequence[Step], *, everything: bool) -> Iterator[Block]:
    """The forward and the backward table of the pass that some derivatives were read off from.

    Args:
        steps: The derivatives.
        everything: Whether to show all rows.
    """
    adjoints = {
        step.goal.args[1]: step for step in reading_order(tuple(steps)) if step.card.matcher == "adjoint"
    }
    if not adjoints:
        return
    root = next(iter(adjoints.values())).goal.args[0]
    taken = {node.name for node in postorder(root) if node.head == "letter"}
    base = next(name for name in "vwzqVWZQ" if not any(each.split("_")[0] == name for each in taken))
    nodes = [node for node in postorder(root) if node in adjoints and node.head != "letter"]
    names = {node: letter(f"{base}_{place + 1}") for place, node in enumerate(nodes)}
    told = _Passes(adjoints, names, named(names_for(root).name), everything)
    yield Prose(words(say("forward-pass")))
    yield told.table([told.forward(node) for node in told.shown(nodes)], len(nodes))
    inputs = [node for node in adjoints if node.head == "letter"]
    yield Prose(
        (Words(say("backward-pass")), *told.adjoint_symbol(letter(f"{base}_k")), Words(say("is-sum")))
    )
    for part in (nodes[::-1], inputs):
        yield told.table([told.backward(node) for node in told.shown(part)], len(part))


def several(step: Step, key: str) -> tuple[Form, ...]:
    """What several forms a letter of a rule is bound to."""
    found = step.bindings.get(key, ())
    return found if isinstance(found, tuple) else (found,)


class _Passes:
    def __init__(
        self, adjoints: Mapping[Form, Step], names: Mapping[Form, Form], function: Form, everything: bool
    ) -> None:
        self.adjoints = adjoints
        self.names = names
        self.function = function
        self.everything = everything
        self.sizes = Sizes()

    def shown(self, nodes: Sequence[Form]) -> Sequence[Form]:
        return nodes if self.everything else nodes[:MOST_ROWS]

    def table(self, rows: Sequence[Inline], count: int) -> Table:
        more = count - len(rows)
        last = [((Words(say("more-rows", count=f"{more:,}")),),)] if more else []
        return Table(("",), (*((cell,) for cell in rows), *last))

    def name(self, node: Form) -> Form:
        return self.names.get(node, node)

    def adjoint_symbol(self, name: Form) -> Inline:
        return (Formula(self.symbol(name)),)

    def symbol(self, name: Form) -> Form:
        """∂f/∂v₃."""
        return goal(self.function, name, kind="partial")

    def forward(self, node: Form) -> Inline:
        """v₃ = sin(v₂)."""
        made = with_args(node, tuple(self.name(arg) for arg in node.args))
        return (Formula(relation("=", self.name(node), self.cut(made))),)

    def backward(self, node: Form) -> Inline:
        """∂f/∂v₂ = ∂f/∂v₃·cos(v₂) = cos(xy): the sum over the places where it is used."""
        step = self.adjoints[node]
        uses, slopes = (several(step, key) for key in ("uses", "slopes"))
        left = self.symbol(self.name(node))
        result = self.cut(combine(step.result))
        if not uses:
            return (Formula(relation("=", left, result)),)
        terms = [
            times(self.symbol(self.name(used)), rebuild(slope, self.names))
            for used, slope in zip(uses, slopes, strict=True)
        ]
        total = self.cut(plus(*terms))
        return (Formula(relation("=", left, total)), Words(" = "), Formula(result))

    def cut(self, form: Form) -> Form:
        return shorten(form, _MOST_IN_A_CELL, self.sizes)
