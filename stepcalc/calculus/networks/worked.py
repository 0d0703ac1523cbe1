"""One example worked through a network in numbers: forward, backward, and the derivatives beside differences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final

from stepcalc.calculus.networks.compiled import Array, gradient_sums
from stepcalc.errors import UsageError
from stepcalc.messages import say
from stepcalc.notation.forms import Form, number
from stepcalc.rulebook.networks import COST, TARGET, at_layer
from stepcalc.trace.derivation import Derivation
from stepcalc.trace.report import Report

if TYPE_CHECKING:
    from stepcalc.calculus.networks.network import Network

WIDTH: Final = 1e-5
"""How far a weight is moved to both sides for a central difference: its error is about the square of this."""

MOST_COMPARED: Final = 200


@dataclass(frozen=True, eq=False)
class Worked(Report):
    """One example in numbers.

    Args:
        network: The network.
        values: By letter: a⁽⁰⁾, z, a and δ of each layer, C and y, each a column.
        gradient: The derivative by each weight and bias, by name: ``W1``, ``b1``, ...
        differences: The same by central differences of the cost; none for a network of many weights.
    """

    network: Network
    values: Mapping[Form, Array]
    gradient: Mapping[str, Array]
    differences: Mapping[str, Array]

    kind = "worked"

    @property
    def derivations(self) -> tuple[Derivation, ...]:
        """The gradient by back-propagation."""
        return (self.network.derivation,)

    @property
    def cost(self) -> float:
        """The cost of the example."""
        return float(self.values[COST].item())

    @property
    def data(self) -> dict[str, Any]:
        """The numbers."""
        return {
            "weights": {name: value.tolist() for name, value in self.network.weights.items()},
            "values": {letter.name: value.ravel().tolist() for letter, value in self.values.items()},
            "gradient": {name: value.tolist() for name, value in self.gradient.items()},
            "differences": {name: value.tolist() for name, value in self.differences.items()},
        }

    @property
    def answer(self) -> Form:
        """The cost."""
        return number(Fraction(f"{self.cost:.10g}"))


def worked(network: Network, inputs: Any, targets: Any) -> Worked:
    """One example worked through a network; see :meth:`stepcalc.Network.worked`."""
    columns, wanted = network.examples(
        [inputs], [targets] if network.shape.sizes[-1] > 1 else [[*_flat(targets)]]
    )
    if columns.shape[1] != 1:
        raise UsageError(say("worked-single"), code="worked-single")
    given = [*network.parameters, columns, wanted]
    _, cost, slopes = network.compiled
    values = {at_layer("a", 0): columns, TARGET: wanted, **cost.run(given)}
    found = slopes.run(given)
    layers = range(1, network.shape.depth + 1)
    values.update({at_layer("delta", layer): found[at_layer("delta", layer)] for layer in layers})
    sums = gradient_sums(slopes, network.shape, network.parameters, columns, wanted)
    gradient = dict(zip(network.names, sums, strict=True))
    few = network.shape.count() <= MOST_COMPARED
    return Worked(network, values, gradient, _differences(network, columns, wanted) if few else {})


def _flat(targets: Any) -> list[Any]:
    return list(targets) if isinstance(targets, list | tuple) else [targets]


def _differences(network: Network, columns: Array, wanted: Array) -> dict[str, Array]:
    """(C(w + h) − C(w − h))/2h for every weight w."""
    import numpy as np

    _, cost, _ = network.compiled
    found = {}
    parameters = [value.copy() for value in network.parameters]
    for name, value in zip(network.names, parameters, strict=True):
        slopes = np.empty_like(value)
        for place in np.ndindex(value.shape):
            own = value[place]
            sides = []
            for sign in (1, -1):
                value[place] = own + sign * WIDTH
                sides.append(cost.run([*parameters, columns, wanted])[COST].item())
            value[place] = own
            slopes[place] = (sides[0] - sides[1]) / (2 * WIDTH)
        found[name] = slopes
    return found
