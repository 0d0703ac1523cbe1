"""``stepcalc.network``: a network with numbers, what it predicts, and the gradient of its cost."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from stepcalc.calculus.networks import MOST_PARAMETERS, backprop, shape_from
from stepcalc.calculus.networks.compiled import Array, compiled, gradient_sums
from stepcalc.calculus.networks.examples import columns_of, targets_of
from stepcalc.calculus.networks.training import Training, trained
from stepcalc.calculus.networks.worked import Worked, worked
from stepcalc.errors import LimitError, MissingExtraError, UsageError
from stepcalc.messages import say
from stepcalc.rulebook.book import Rulebook, default_book
from stepcalc.rulebook.networks import COST, Shape, at_layer
from stepcalc.trace.derivation import Derivation

if TYPE_CHECKING:
    from stepcalc.numeric.batches import Batch


def network(
    layers: Sequence[int] | str,
    activation: str | Sequence[str] = "tanh",
    cost: str | None = None,
    *,
    seed: int = 0,
    rulebook: Rulebook | None = None,
) -> Network:
    """A network of layers with random weights, ready to be trained.

    Args:
        layers: How many numbers each layer has, the input first: ``[1, 2, 1]`` or ``"1,2,1"``.
        activation: As for :func:`stepcalc.backprop`: one for all layers, or one for each.
        cost: ``"squares"`` or ``"cross-entropy"``.
        seed: The same seed gives the same weights. They are normal with the variance 1/n, where n numbers come
            in to a unit (2/n before ReLU), so that sums have the size of what is added up; biases likewise.
        rulebook: The rules.

    Returns:
        The network.

    Raises:
        UsageError: The layers, the activation or the cost are not known or do not go together.
        LimitError: There are more than 20,000 weights.
        MissingExtraError: NumPy is not installed.

    Examples:
        >>> net = network([1, 2, 1], "tanh")
        >>> net.predict([[0.5], [1.0]]).shape
        (2, 1)
    """
    if find_spec("numpy") is None:
        raise MissingExtraError(say("numpy-missing"), code="numpy-missing")
    book = rulebook or default_book()
    shape = shape_from(layers, activation, cost, book)
    if shape.count() > MOST_PARAMETERS:
        raise LimitError(
            say("network-large", count=f"{shape.count():,}", most=f"{MOST_PARAMETERS:,}"),
            code="network-large",
        )
    return Network(shape, _random(shape, seed), seed, book)


def _random(shape: Shape, seed: int) -> tuple[Array, ...]:
    import numpy as np

    chance = np.random.default_rng(seed)
    found = []
    for before, here, name in zip(shape.sizes, shape.sizes[1:], shape.activations, strict=False):
        spread = math.sqrt((2 if name == "relu" else 1) / before)
        found += [chance.normal(0, spread, (here, before)), chance.normal(0, spread, (here, 1))]
    return tuple(found)


@dataclass(frozen=True, eq=False)
class Network:
    """A network of layers and its weights; it does not change: training gives another.

    Args:
        shape: Its layers, activations and cost.
        parameters: W and b of each layer, shapes (units, incoming) and (units, 1).
        seed: What the weights were drawn by.
        rulebook: The rules that its gradient is derived by.
    """

    shape: Shape
    parameters: tuple[Array, ...]
    seed: int
    rulebook: Rulebook = field(repr=False)

    @property
    def weights(self) -> dict[str, Array]:
        """The matrices W and columns b by name: ``W1``, ``b1``, ``W2``, ..."""
        return dict(zip(self.names, self.parameters, strict=True))

    @property
    def names(self) -> tuple[str, ...]:
        """What the parameters are called, in order."""
        return tuple(f"{base}{layer}" for layer in range(1, self.shape.depth + 1) for base in "Wb")

    @cached_property
    def derivation(self) -> Derivation:
        """The gradient of the cost by back-propagation, with every step."""
        shape = self.shape
        return backprop(shape.sizes, shape.activations, shape.cost, rulebook=self.rulebook)

    @cached_property
    def compiled(self) -> tuple[Batch, Batch, Batch]:
        """What gives the outputs, the cost and the gradients: the derived formulas as operations of NumPy."""
        return compiled(self.shape, self.rulebook)

    def predict(self, inputs: Any) -> Array:
        """The outputs.

        Args:
            inputs: Numbers, shape (examples, inputs); for a single input also (examples,).

        Returns:
            The outputs, shape (examples, outputs).

        Raises:
            UsageError: There are not as many columns as inputs, or something is no number.
        """
        outputs, _, _ = self.compiled
        columns = columns_of(inputs, self.shape.sizes[0], "inputs")
        found = outputs.run([*self.parameters, columns])
        return found[at_layer("a", self.shape.depth)].T

    def cost(self, inputs: Any, targets: Any) -> float:
        """The cost, averaged over the examples.

        Args:
            inputs: Shape (examples, inputs).
            targets: Shape (examples, outputs).
        """
        _, cost, _ = self.compiled
        columns, wanted = self.examples(inputs, targets)
        return float(cost.run([*self.parameters, columns, wanted])[COST].mean())

    def gradient(self, inputs: Any, targets: Any) -> dict[str, Array]:
        """The gradient of the averaged cost, by the derived formulas.

        Args:
            inputs: Shape (examples, inputs).
            targets: Shape (examples, outputs).

        Returns:
            For each of ``W1``, ``b1``, ... an array of its shape.
        """
        return dict(zip(self.names, self._gradient(*self.examples(inputs, targets)), strict=True))

    def examples(self, inputs: Any, targets: Any) -> tuple[Array, Array]:
        """Inputs and targets as columns side by side, checked."""
        columns = columns_of(inputs, self.shape.sizes[0], "inputs")
        wanted = targets_of(targets, self.shape)
        if columns.shape[1] != wanted.shape[1]:
            raise UsageError(
                say("network-examples", inputs=columns.shape[1], targets=wanted.shape[1]),
                code="network-examples",
            )
        return columns, wanted

    def _gradient(self, columns: Array, wanted: Array) -> list[Array]:
        found = gradient_sums(self.compiled[2], self.shape, self.parameters, columns, wanted)
        return [value / columns.shape[1] for value in found]

    def worked(self, inputs: Any, targets: Any) -> Worked:
        """One example in numbers: the forward pass, the errors, the gradient beside central differences.

        Args:
            inputs: The input, as many numbers as the first layer has.
            targets: The target, as many numbers as the last layer has.

        Returns:
            What is found: ``.values`` by letter, ``.gradient``, ``.differences``, ``.cost``; it prints itself.

        Raises:
            UsageError: The numbers do not fit.

        Examples:
            >>> found = network([1, 2, 1], "tanh").worked([0.5], [1.0])
            >>> bool(abs(found.gradient["W1"] - found.differences["W1"]).max() < 1e-8)
            True
        """
        return worked(self, inputs, targets)

    def train(
        self,
        data: Any,
        targets: Any = None,
        *,
        rate: float = 0.1,
        epochs: int = 1000,
        batch: int | None = None,
        progress: Callable[[int, float], None] | None = None,
    ) -> Training:
        """Make the cost smaller by gradient descent: each weight moves against its derivative.

        Args:
            data: The inputs, shape (examples, inputs), if ``targets`` are given. Else a table: the path of a CSV
                file, a mapping or a data frame, whose first columns are the inputs and whose last are the
                targets; for shares one column of class numbers 0, 1, 2, ... or of names will do.
            targets: Shape (examples, outputs).
            rate: How far a step goes: the weights change by −rate times the gradient.
            epochs: How many times all examples are gone through.
            batch: How many examples make a step, drawn by the network's seed; all, if not given.
            progress: Called after each epoch with its number and the cost.

        Returns:
            The training: ``.network`` with the weights found, ``.costs``, ``.plot()``, and what it says when
            printed.

        Raises:
            UsageError: The data do not fit, or the rate, the epochs or the batch make no sense.

        Examples:
            >>> found = network([1, 2, 1], "tanh,linear").train([[0.0], [1.0]], [[0.0], [1.0]], epochs=200)
            >>> found.costs[-1] < found.costs[0] / 10
            True
        """
        return trained(self, data, targets, rate, epochs, batch, progress)

    def with_parameters(self, parameters: Sequence[Array]) -> Network:
        """The same network with other weights; what was compiled is used again."""
        other = Network(self.shape, tuple(parameters), self.seed, self.rulebook)
        other.__dict__["compiled"] = self.compiled
        return other
