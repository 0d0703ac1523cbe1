"""How back-propagation is told: the network drawn, each step in the letters of its layer, the gradient."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Final

from stepcalc.messages import say
from stepcalc.notation.arithmetic import combine
from stepcalc.notation.forms import (
    Form,
    add,
    call,
    derived,
    entries_of,
    goal,
    matrix,
    multiply,
    negate,
    relation,
)
from stepcalc.notation.names import layered_text
from stepcalc.notation.operators import named
from stepcalc.render.dependence import tree
from stepcalc.render.document import Block, Equation, Formula, Heading, Prose, Words, words
from stepcalc.render.outline import in_a_row
from stepcalc.rulebook.dependence import definitions_of
from stepcalc.rulebook.networks import (
    A_I,
    A_K,
    COST,
    CROSS_ENTROPY,
    IDENTITY,
    Y_I,
    Z_I,
    Shape,
    at_layer,
    entries,
    layer_of,
    lettered,
    shape_of,
    softmax_sum,
    softmax_terms,
)
from stepcalc.trace.derivation import Derivation
from stepcalc.trace.display import outcome
from stepcalc.trace.step import Step

KIND: Final = "backprop"
ONE_WEIGHT: Final = "weight"
MOST_BRANCHES: Final = 40
"""Of more branches than this no tree is drawn: each line below says where it goes on."""

Line = tuple[Form | None, Form]

MOST_UNITS_DRAWN: Final = 6
MOST_LAYERS_DRAWN: Final = 5
MOST_UNITS_WRITTEN: Final = 3
"""Matrices with more rows or columns are not written out beside their letters."""

MOST_WRITTEN: Final = 16
"""How many partial derivatives are written out one by one."""


def stated(step: Step) -> tuple[Line, ...]:
    """What a step about a network says, as equations in the letters of its layer; nothing for other steps."""
    tell = _STATED.get(str(step.goal.label)) if step.goal.head == "call" else None
    return () if tell is None else tuple(tell(step))


def _forward(step: Step) -> Iterator[Line]:
    out, network = step.goal.args
    shape, layer = shape_of(network), layer_of(out)
    yield at_layer("z", layer), step.result.args[0]
    if max(shape.sizes[layer - 1 : layer + 1]) <= MOST_UNITS_WRITTEN:
        letters = lettered(shape)
        w, a, b = (
            matrix(letters[each])
            for each in (at_layer("W", layer), at_layer("a", layer - 1), at_layer("b", layer))
        )
        yield None, add(multiply(w, a), b)
    yield out, step.result.args[1]


def _cost(step: Step) -> Iterator[Line]:
    yield COST, step.result
    shape = shape_of(step.goal.args[1])
    if shape.sizes[-1] <= MOST_UNITS_WRITTEN:
        yield None, entries(step.result, lettered(shape))[0][0]


def _cost_slope(step: Step) -> Iterator[Line]:
    yield by(step.goal.args[0]), step.result


def _slope(step: Step) -> Iterator[Line]:
    z, network = step.goal.args
    name = shape_of(network).activations[layer_of(z) - 1]
    yield derived("f" if name == IDENTITY else name, (1,), z), step.result


def _error(step: Step) -> Iterator[Line]:
    z, network = step.goal.args
    yield relation("=", at_layer("delta", layer_of(z)), by(z)), step.result
    yield from _written_out(step.result, shape_of(network))


def _gradient(step: Step) -> Iterator[Line]:
    whole, network = step.goal.args
    yield by(whole), step.result
    if step.result.head == "product":
        yield from _written_out(step.result, shape_of(network))


def _written_out(result: Form, shape: Shape) -> Iterator[Line]:
    """The same entry by entry, where that is short."""
    rows = entries(result, lettered(shape))
    if len(rows) * len(rows[0]) > 1 and max(len(rows), len(rows[0])) <= MOST_UNITS_WRITTEN:
        yield None, matrix([[combine(entry) for entry in row] for row in rows])


def _own_share(step: Step) -> Iterator[Line]:
    yield goal(A_I, Z_I, kind="partial"), outcome(step)


def _other_share(step: Step) -> Iterator[Line]:
    yield goal(A_K, Z_I, kind="partial"), outcome(step)


def _softmax(step: Step) -> Iterator[Line]:
    """The sum over all units, shortened line by line."""
    found = {substep.goal: outcome(substep) for substep in step.substeps}
    terms = softmax_terms(step.goal, found.__getitem__)
    cost = named("C")
    whole = goal(cost, Z_I, kind="partial")
    by_share = [
        multiply(goal(cost, share, kind="partial"), goal(named(share.name), Z_I, kind="partial"))
        for share in (A_I, A_K)
    ]
    yield whole, add(by_share[0], call("summed", by_share[1]))
    yield None, add(terms[0], call("summed", terms[1]))
    yield None, softmax_sum(terms)
    yield None, add(A_I, negate(Y_I))
    z = step.goal.args[0]
    yield by(z), step.result


def by(whole: Form) -> Form:
    """∂C/∂W⁽¹⁾."""
    return goal(named("C"), whole, kind="partial")


_STATED: Final[Mapping[str, Callable[[Step], Iterator[Line]]]] = {
    "forward_step": _forward,
    "network_cost": _cost,
    "cost_slope": _cost_slope,
    "activation_slope": _slope,
    "output_error": _error,
    "error_back": _error,
    "weight_gradient": _gradient,
    "bias_gradient": _gradient,
    "softmax_own": _own_share,
    "softmax_other": _other_share,
    "softmax_error": _softmax,
}


STEPS: Final = frozenset(_STATED)
"""The cards of steps whose law stands beside their name."""

# ---------------------------------------------------------------------------------------- before and after


def opening(derivation: Derivation) -> Iterator[Block]:
    """The network as a sentence and as a drawing, and how its letters are to be read."""
    network = derivation.stages[0].goal.args[1]
    shape = shape_of(network)
    sizes = "-".join(map(str, shape.sizes))
    yield Heading((Words(say("network-heading"), "strong"), Words(say("network-of", sizes=sizes))))
    for line in drawing(shape):
        yield Prose(words(line), role="tree")
    yield Prose(words(say("network-letters", count=f"{shape.count():,}")), role="note")
    if "relu" in shape.activations:
        yield Prose(words(say("network-relu")), role="note")
    if shape.cost == CROSS_ENTROPY:
        yield Prose(words(say("network-shares")), role="note")


def opening_of_weight(derivation: Derivation) -> Iterator[Block]:
    """The weight, what stands between it and the cost, and the ways down from the cost to it."""
    asked = derivation.stages[0].goal
    subject, weight = asked.args[:2]
    definitions = definitions_of(asked)
    *between, cost = definitions
    yield Heading((Words(say("network-weight"), "strong"), Formula(weight)))
    for name in between:
        yield Prose((Words("  "), Formula(relation("=", name, definitions[name]))), role="note")
    yield Prose((Words("  "), Formula(relation("=", cost, subject))), role="note")
    lines = list(islice(tree(cost.name, subject, weight, definitions), MOST_BRANCHES + 1))
    for line in lines if len(lines) <= MOST_BRANCHES else ():
        yield Prose(words(line), role="tree")
    held = derivation.question.held
    if held:
        yield Prose(
            (
                Words(say("network-held")),
                *in_a_row(held, most=4),
                Words("."),
            ),
            role="note",
        )


OPENINGS: Final[Mapping[str, Callable[[Derivation], Iterator[Block]]]] = {
    KIND: opening,
    ONE_WEIGHT: opening_of_weight,
}


def closing(derivation: Derivation) -> Iterator[Block]:
    """The gradient: every entry where there are few, each matrix where there are many."""
    step = derivation.stages[0]
    shape = shape_of(step.goal.args[1])
    yield Prose(words(say("network-gradient")), role="strong")
    if shape.count() > MOST_WRITTEN:
        for substep in step.substeps:
            if substep.goal.label in ("weight_gradient", "bias_gradient"):
                yield Equation(Formula(by(substep.goal.args[0])), Formula(substep.result))
        yield Prose(words(say("network-entries")), role="note")
        return
    letters = lettered(shape)
    order = [entry for whole in shape.parameters() for row in letters[whole] for entry in row]
    for name, entry in zip(order, entries_of(derivation.answer).values(), strict=True):
        yield Equation(Formula(by(name)), Formula(entry))


def chain(derivation: Derivation) -> Iterator[Block]:
    """What each step found, one line below the other, its rule beside it; what a step rests on comes first."""
    for step in _upwards(derivation.stages[0]):
        for place, (left, right) in enumerate(stated(step)):
            note = words(step.card.name) if place == 0 else ()
            yield Equation(None if left is None else Formula(left), Formula(right), 0, note)


def _upwards(root: Step) -> Iterator[Step]:
    """Every step below one once, its substeps before it."""
    seen: set[Step] = set()
    stack = [(root, False)]
    while stack:
        step, opened = stack.pop()
        if opened:
            yield step
        elif step not in seen:
            seen.add(step)
            stack.append((step, True))
            stack.extend((substep, False) for substep in reversed(step.substeps))


def drawing(shape: Shape) -> list[str]:
    """The network as lines of text: each layer a column of units, every unit joined to all of the next.

    Examples:
        >>> print(*drawing(Shape((1, 2, 1), ("tanh", "tanh"), "squares")), sep="\\n")
                ┌── a⁽¹⁾₁ ──┐
        a⁽⁰⁾₁ ──┤           ├── a⁽²⁾₁ ───── C
                └── a⁽¹⁾₂ ──┘
        input       tanh        tanh        cost
    """
    layers = list(range(len(shape.sizes)))
    columns = [_units(shape, layer) for layer in layers]
    feet = [say("network-input"), *shape.activations]
    if len(columns) > MOST_LAYERS_DRAWN:
        columns = [*columns[:2], ["⋯"], *columns[-2:]]
        feet = [*feet[:2], "", *feet[-2:]]
    return _drawn([*columns, ["C"]], [*feet, say("network-cost")])


def _units(shape: Shape, layer: int) -> list[str]:
    """The units of a layer by name; of many the first and the last."""
    size = shape.sizes[layer]
    shown = [*range(1, size + 1)] if size <= MOST_UNITS_DRAWN else [1, 2, 0, size]
    return [layered_text(f"a^({layer})_{place}") if place else "⋮" for place in shown]


def _drawn(columns: Sequence[Sequence[str]], feet: Sequence[str]) -> list[str]:
    """Columns of names beside each other, between two of them a bar that joins all with all."""
    height = 2 * max(map(len, columns)) - 1
    lines = [""] * (height + 1)
    before: frozenset[int] = frozenset()
    for place, (names, foot) in enumerate(zip(columns, feet, strict=True)):
        rows = {height // 2 - (len(names) - 1) + 2 * index: name for index, name in enumerate(names)}
        here = frozenset(rows)
        if place:
            for row in range(height):
                lines[row] += _bar(row, before, here)
            lines[height] += " " * len(_bar(0, before, here))
        width = max(len(foot), *map(len, names))
        for row in range(height):
            lines[row] += (
                f" {rows[row]} ".ljust(width + 2, "─" if place < len(columns) - 1 else " ")
                if row in rows
                else " " * (width + 2)
            )
        lines[height] += f" {foot} ".ljust(width + 2)
        before = here
    lead = min(len(line) - len(line.lstrip()) for line in lines)
    return [line[lead:].rstrip() for line in lines]


def _bar(row: int, left: frozenset[int], right: frozenset[int]) -> str:
    """What stands in one row between two columns whose units stand in these rows."""
    rows = left | right
    up, down = min(rows) < row <= max(rows), min(rows) <= row < max(rows)
    sign = _JOINTS[row in left, row in right, up, down]
    return ("──" if row in left else "  ") + sign + ("──" if row in right else "  ")


_JOINTS: Final[Mapping[tuple[bool, bool, bool, bool], str]] = {
    (left, right, up, down): " ╴╶─╵┘└┴╷┐┌┬│┤├┼"[left + 2 * right + 4 * up + 8 * down]
    for left in (False, True)
    for right in (False, True)
    for up in (False, True)
    for down in (False, True)
}
"""The sign with lines to the left, to the right, up and down."""
