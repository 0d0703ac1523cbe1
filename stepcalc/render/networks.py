"""How back-propagation is told: the network drawn, each step in the letters of its layer, the gradient."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from itertools import islice, pairwise
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
    letters_of,
    matrix,
    multiply,
    negate,
    nodes_of,
    rebuild,
    relation,
)
from stepcalc.notation.operators import named
from stepcalc.render.dependence import tree
from stepcalc.render.document import Block, Chain, Equation, Figure, Formula, Heading, Prose, Words, words
from stepcalc.render.outline import in_a_row
from stepcalc.render.shorten import Sizes
from stepcalc.rulebook.dependence import definitions_of, dependents
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
    in_shares,
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

MOST_WAYS: Final = 6
"""Of so many branches the products are written out before they are worked out."""

Line = tuple[Form | None, Form]

MOST_UNITS_WRITTEN: Final = 3
"""Matrices with more rows or columns are not written out beside their letters."""

MOST_WRITTEN: Final = 16
"""How many partial derivatives are written out one by one."""

MOST_NODES: Final = 20_000
"""How long they may be in all, where every one is asked for."""


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
    yield from _share(step, A_I)


def _other_share(step: Step) -> Iterator[Line]:
    yield from _share(step, A_I, A_K)


def _share(step: Step, *shares: Form) -> Iterator[Line]:
    """The slope of the last share as it was found, and with the shares put in."""
    found = outcome(step.substeps[0])
    lines = list(dict.fromkeys((found, in_shares(found, *shares), outcome(step))))
    yield goal(named(shares[-1].name), Z_I, kind="partial"), lines[0]
    yield from ((None, line) for line in lines[1:])


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
    yield whole, add(by_share[0], call("over_others", by_share[1]))
    yield None, add(terms[0], call("over_others", terms[1]))
    yield None, softmax_sum(terms)
    yield None, add(A_I, negate(Y_I))
    yield from _error(step)


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


def opening(derivation: Derivation, *, training: bool = False) -> Iterator[Block]:
    """The network as a sentence and as a drawing, and how its letters are to be read.

    Args:
        derivation: The derivation of its gradient.
        training: Whether it is trained.
    """
    network = derivation.stages[0].goal.args[1]
    shape = shape_of(network)
    sizes = "-".join(map(str, shape.sizes))
    key = "training-heading" if training else "network-heading"
    yield Heading((Words(say(key), "strong"), Words(say("network-of", sizes=sizes))))
    from stepcalc.render.plots.diagrams import Diagram

    diagram = Diagram(shape)
    yield Figure(diagram, diagram.alt)
    yield Prose(words(say("network-letters", count=f"{shape.count():,}")), role="note")
    if "relu" in shape.activations and not training:
        yield Prose(words(say("network-relu")), role="note")
    if shape.cost == CROSS_ENTROPY and not training:
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
    ways = _ways(subject, weight, definitions)
    if ways:
        yield Prose(words(say("network-branches-many" if len(ways) > 1 else "network-branch")), role="note")
        yield Equation(Formula(by(weight)), Formula(add(*map(_product_along, ways))))
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


def _ways(subject: Form, weight: Form, definitions: Mapping[Form, Form]) -> list[tuple[Form, ...]]:
    """The letters on each way from the cost down to a weight; none where they are many."""
    found: list[tuple[Form, ...]] = []
    stack: list[tuple[Form, ...]] = [(COST,)]
    while stack:
        way = stack.pop()
        body = definitions[way[-1]] if len(way) > 1 else subject
        if weight in letters_of(body):
            found.append((*way, weight))
        stack.extend((*way, each) for each in reversed(dependents(body, weight, definitions)))
        if len(found) + len(stack) > MOST_WAYS:
            return []
    return found


def _product_along(way: tuple[Form, ...]) -> Form:
    """∂C/∂a·∂a/∂z·..., down to the weight."""
    return multiply(*(goal(named(name.name), below, kind="partial") for name, below in pairwise(way)))


def in_partials(block: Block) -> Block:
    """A label or a column of equal expressions with ∂ for d: the other letters are held fixed."""

    def of(formula: Formula) -> Formula:
        goals = {
            node: goal(*node.args, kind="partial") for node in nodes_of(formula.form) if node.head == "goal"
        }
        marked = frozenset(goals.get(node, node) for node in formula.marked)
        return Formula(rebuild(formula.form, goals), marked)

    match block:
        case Prose():
            content = tuple(of(part) if isinstance(part, Formula) else part for part in block.content)
            return replace(block, content=content)
        case Chain():
            lines = tuple(replace(line, right=of(line.right)) for line in block.lines)
            return Chain(of(block.start), lines)
    return block


OPENINGS: Final[Mapping[str, Callable[[Derivation], Iterator[Block]]]] = {
    KIND: opening,
    ONE_WEIGHT: opening_of_weight,
}


def closing(derivation: Derivation, *, everything: bool = False) -> Iterator[Block]:
    """The gradient: every entry where there are few, or all are asked for; each matrix where there are many."""
    step = derivation.stages[0]
    shape = shape_of(step.goal.args[1])
    yield Prose(words(say("network-gradient")), role="strong")
    found = entries_of(derivation.answer)
    sizes = Sizes()
    too_long = sum(sizes[entry] for entry in found.values()) > MOST_NODES
    if too_long or (shape.count() > MOST_WRITTEN and not everything):
        yield from _by_matrices(derivation.stages[0], shape)
        yield Prose(words(say("network-entries-long" if too_long else "network-entries")), role="note")
        return
    letters = lettered(shape)
    entries = [entry for whole in shape.parameters() for row in letters[whole] for entry in row]
    for name, entry in zip(entries, found.values(), strict=True):
        yield Equation(Formula(by(name)), Formula(entry))


def _by_matrices(step: Step, shape: Shape) -> Iterator[Block]:
    """The gradients as they were found, in the order of the parameters."""
    order = {whole: place for place, whole in enumerate(shape.parameters())}
    found = [each for each in step.substeps if each.goal.label in ("weight_gradient", "bias_gradient")]
    for substep in sorted(found, key=lambda each: order[each.goal.args[0]]):
        yield Equation(Formula(by(substep.goal.args[0])), Formula(substep.result))


def formulas(derivation: Derivation) -> Iterator[Block]:
    """The result of each step in matrix form, in the order in which they are computed."""
    for step in _upwards(derivation.stages[0]):
        if step.goal.label not in _COMPUTED:
            continue
        for left, right in stated(step):
            if left is not None and (left.head == "relation" or step.goal.label != "softmax_error"):
                yield Equation(Formula(left), Formula(right))


_COMPUTED: Final = frozenset(
    {
        "forward_step",
        "network_cost",
        "output_error",
        "softmax_error",
        "error_back",
        "weight_gradient",
        "bias_gradient",
    }
)


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
