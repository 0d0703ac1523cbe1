"""The formulas of a network as they are derived, compiled for many examples at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from stepcalc.calculus.networks import PREFERRED
from stepcalc.calculus.working import Working
from stepcalc.notation.forms import Form, call
from stepcalc.rulebook.book import Rulebook
from stepcalc.rulebook.networks import COST, TARGET, Shape, at_layer, equations_of, error_goal, network_form
from stepcalc.trace.display import outcome

if TYPE_CHECKING:
    from stepcalc.numeric.batches import Batch

Array = Any
"""A NumPy array of floats."""


def compiled(shape: Shape, book: Rulebook) -> tuple[Batch, Batch, Batch]:
    """The forward pass, the cost and the gradients as they are derived, each compiled once."""
    from stepcalc.numeric.batches import Batch

    form = network_form(shape)
    working = Working(book, PREFERRED, "raw")

    def found(wanted: Form) -> Form:
        return outcome(working.solve(wanted))

    forward = [(letter, body) for letter, body in equations_of(form).items() if letter is not COST]
    cost = (COST, found(call("network_cost", COST, form)))
    backward = []
    for layer in range(shape.depth, 0, -1):
        backward.append((at_layer("delta", layer), found(error_goal(layer, form))))
        for base, card in (("W", "weight_gradient"), ("b", "bias_gradient")):
            backward.append((at_layer(f"{base}", layer), found(call(card, at_layer(base, layer), form))))
    # A gradient has the shape of its parameter, not its letter: W still stands for the weights behind it.
    named = [(_slope(letter) if letter.name[0] in "Wb" else letter, body) for letter, body in backward]
    given = [*shape.parameters(), at_layer("a", 0)]
    definitions = book.definitions
    return (
        Batch(forward, given, definitions),
        Batch([*forward, cost], [*given, TARGET], definitions),
        Batch([*forward, *named], [*given, TARGET], definitions),
    )


def _slope(whole: Form) -> Form:
    """A letter for the gradient of a parameter."""
    return call("gradient", whole)


def gradient_sums(
    batch: Batch, shape: Shape, parameters: Sequence[Array], columns: Array, wanted: Array
) -> list[Array]:
    """The gradients of the cost added over a batch of examples, in the order of the parameters.

    The product δ·aᵀ of columns side by side is already the sum over the examples.
    """
    values = batch.run([*parameters, columns, wanted])
    found = [values[_slope(whole)] for whole in shape.parameters()]
    found[1::2] = [value.sum(axis=1, keepdims=True) for value in found[1::2]]
    return found
