"""Gradient descent on the weights of a network: data in, epochs, what goes wrong, and what was reached."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final

from stepcalc.calculus.networks.compiled import Array, gradient_sums
from stepcalc.errors import UsageError
from stepcalc.messages import say
from stepcalc.notation.forms import Form, call, number
from stepcalc.notation.rounded import rounded
from stepcalc.rulebook.networks import COST, CROSS_ENTROPY, Shape
from stepcalc.trace.derivation import Derivation
from stepcalc.trace.report import Report

if TYPE_CHECKING:
    from stepcalc.calculus.networks.network import Network
    from stepcalc.numeric.batches import Batch

MOST_NAMED: Final = 8
"""How many names of classes are listed."""

MOST_EPOCHS: Final = 1_000_000
GROWN: Final = 1e4
"""A cost so many times the first one is not coming back."""

_BOUNDS: Final[Mapping[str, tuple[float, float]]] = {
    "tanh": (-1.0, 1.0),
    "sigmoid": (0.0, 1.0),
    "relu": (0.0, math.inf),
    "softplus": (0.0, math.inf),
}
"""What the outputs of an activation lie between."""


@dataclass(frozen=True, eq=False)
class Training(Report):
    """What training did.

    Args:
        start: The network before.
        network: The network with the weights found.
        costs: The averaged cost before, and after each epoch.
        rate: The rate.
        batch: How many examples made a step; ``None`` for all.
        inputs: The inputs, shape (examples, inputs).
        targets: The targets, shape (examples, outputs).
        names: What the columns of inputs and targets are called.
        failure: Why it was given up, as a sentence; empty where it was not.
        notes: What there is to say about the data.
    """

    start: Network
    network: Network
    costs: tuple[float, ...]
    rate: float
    batch: int | None
    inputs: Array
    targets: Array
    names: tuple[str, ...]
    failure: str = ""
    notes: tuple[str, ...] = ()

    kind = "training"

    @property
    def derivations(self) -> tuple[Derivation, ...]:
        """The gradient by back-propagation."""
        return (self.start.derivation,)

    @property
    def epochs(self) -> int:
        """How many epochs there were."""
        return len(self.costs) - 1

    def predict(self, inputs: Any) -> Array:
        """The outputs of the trained network, shape (examples, outputs)."""
        return self.network.predict(inputs)

    @property
    def data(self) -> dict[str, Any]:
        """The numbers."""
        shape = self.start.shape
        return {
            "layers": list(shape.sizes),
            "activations": list(shape.activations),
            "cost": shape.cost,
            "seed": self.start.seed,
            "rate": self.rate,
            "batch": self.batch,
            "failure": self.failure or None,
            "costs": [cost if math.isfinite(cost) else None for cost in self.costs],
            "weights": {name: value.tolist() for name, value in self.network.weights.items()},
        }

    @property
    def answer(self) -> Form:
        """The last cost."""
        last = self.costs[-1]
        return number(Fraction(f"{last:.6g}")) if math.isfinite(last) else call("log", number(0))


def trained(
    network: Network,
    data: Any,
    targets: Any,
    rate: float,
    epochs: int,
    batch: int | None,
    progress: Callable[[int, float], None] | None,
) -> Training:
    """Gradient descent; see :meth:`stepcalc.calculus.networks.network.Network.train`."""
    _check(rate, epochs, batch)
    shape = network.shape
    inputs, wanted, names, read = _given(data, targets, shape)
    columns, rows = network.examples(inputs, wanted)
    costs, parameters, failure = _descend(network, columns, rows, rate, epochs, batch, progress)
    return Training(
        start=network,
        network=network.with_parameters(parameters),
        costs=tuple(costs),
        rate=rate,
        batch=batch,
        inputs=columns.T,
        targets=rows.T,
        names=names,
        failure=failure,
        notes=(*read, *_notes(shape, rows)),
    )


def _check(rate: float, epochs: int, batch: int | None) -> None:
    if not (isinstance(rate, int | float) and math.isfinite(rate) and rate > 0):
        raise UsageError(
            say("rate-wrong", rate=rounded(rate) if isinstance(rate, float) else rate), code="rate-wrong"
        )
    if type(epochs) is not int or not 1 <= epochs <= MOST_EPOCHS:
        raise UsageError(say("epochs-wrong", epochs=epochs, most=f"{MOST_EPOCHS:,}"), code="epochs-wrong")
    if batch is not None and (type(batch) is not int or batch < 1):
        raise UsageError(say("batch-wrong", batch=batch), code="batch-wrong")


def _given(data: Any, targets: Any, shape: Shape) -> tuple[Any, Any, tuple[str, ...], tuple[str, ...]]:
    """Inputs, targets, the names of their columns, and how they were read where that was a choice."""
    from stepcalc.calculus.fitting.table import table_of

    before, behind = shape.sizes[0], shape.sizes[-1]
    if targets is not None:
        plain = tuple(f"x{place}" for place in range(1, before + 1)) if before > 1 else ("x",)
        return data, targets, (*plain, *(f"y{place}" for place in range(1, behind + 1))), ()
    table = table_of(data)
    classes = shape.cost == CROSS_ENTROPY and len(table.names) == before + 1
    if len(table.names) != before + behind and not classes:
        told = {"columns": len(table.names), "inputs": before, "targets": behind, "count": before + behind}
        raise UsageError(say("network-table", names=", ".join(table.names), **told), code="network-table")
    columns = [table.numbers(name) for name in table.names[:before]]
    notes = table.notes
    if classes and _are_names(table.columns[table.names[-1]]):
        numbers, note = _by_number(table.names[-1], table.columns[table.names[-1]], behind)
        columns, notes = [*columns, numbers], (*notes, note)
    else:
        columns += [table.numbers(name) for name in table.names[before:]]
    rows = list(zip(*columns, strict=True))
    if not rows:
        raise UsageError(say("network-empty"), code="network-empty")
    return [row[:before] for row in rows], [row[before:] for row in rows], table.names, notes


def _are_names(cells: Sequence[Any]) -> bool:
    """Whether cells are words, none of them missing or a number."""
    from stepcalc.calculus.fitting.table import MISSING, is_number

    texts = [cell.strip() for cell in cells if isinstance(cell, str)]
    return len(texts) == len(cells) > 0 and not any(
        text.lower() in MISSING or is_number(text.replace(",", ".")) for text in texts
    )


def _by_number(column: str, cells: Sequence[str], count: int) -> tuple[tuple[float, ...], str]:
    """The numbers of classes that are given by name, in the order of the alphabet, and a sentence that says so."""
    texts = [cell.strip() for cell in cells]
    names = sorted(set(texts))
    shown = [*names[:MOST_NAMED], *(["…"] if len(names) > MOST_NAMED else [])]
    if len(names) > count:
        told = {"column": column, "found": len(names), "names": ", ".join(shown), "outputs": count}
        raise UsageError(say("network-class-names", **told), code="network-class-names")
    note = say("training-classes", names=", ".join(f"{place} {name}" for place, name in enumerate(shown)))
    return tuple(float(names.index(text)) for text in texts), note


def _descend(
    network: Network,
    columns: Array,
    wanted: Array,
    rate: float,
    epochs: int,
    batch: int | None,
    progress: Callable[[int, float], None] | None,
) -> tuple[list[float], list[Array], str]:
    """The costs before and after each epoch, the weights at the end, and why it was given up."""
    import numpy as np

    _, cost, slopes = network.compiled
    shape = network.shape
    parameters = [value.copy() for value in network.parameters]
    chance = np.random.default_rng([network.seed, 1])
    count = columns.shape[1]
    whole = batch is None or batch >= count
    costs = []
    with np.errstate(all="ignore"):
        for epoch in range(epochs + 1):
            now = float(cost.run([*parameters, columns, wanted])[COST].mean())
            costs.append(now)
            if progress is not None:
                progress(epoch, now)
            if epoch == 0 and not math.isfinite(now):
                return (
                    costs,
                    parameters,
                    say("training-no-value", names=", ".join(dict.fromkeys(shape.activations))),
                )
            if not math.isfinite(now) or now > GROWN * max(costs[0], 1e-12):
                return costs, parameters, _diverged(costs, rate)
            if epoch == epochs:
                break
            order = None if whole else chance.permutation(count)
            for start in range(0, count, count if whole else int(batch or count)):
                part = slice(None) if order is None else order[start : start + int(batch or count)]
                step(slopes, shape, parameters, columns[:, part], wanted[:, part], rate)
    return costs, parameters, ""


def step(
    slopes: Batch, shape: Shape, parameters: Sequence[Array], columns: Array, wanted: Array, rate: float
) -> None:
    """One step: every parameter moves by −rate times its derivative, averaged over the examples given.

    Args:
        slopes: The compiled gradient.
        shape: The network.
        parameters: Its weights and biases, which are changed.
        columns: The inputs, an example in each column.
        wanted: The targets likewise.
        rate: The rate.
    """
    share = rate / columns.shape[1]
    for value, slope in zip(
        parameters, gradient_sums(slopes, shape, parameters, columns, wanted), strict=True
    ):
        slope *= share
        value -= slope


def _diverged(costs: list[float], rate: float) -> str:
    last = next((cost for cost in reversed(costs) if math.isfinite(cost)), costs[0])
    return say(
        "training-diverged",
        first=rounded(costs[0], 3),
        last=rounded(last, 3),
        epoch=len(costs) - 1,
        rate=rounded(rate),
        smaller=rounded(rate / 10),
    )


def _notes(shape: Shape, wanted: Array) -> list[str]:
    """What can be said about the targets beforehand."""
    notes = []
    low, high = _reach(shape.activations[-1])
    if wanted.min() < low or wanted.max() > high:
        others = ",".join([*shape.activations[:-1], "linear"])
        notes.append(
            say("training-reach", name=shape.activations[-1], low=f"{low:g}", high=f"{high:g}", others=others)
        )
    if "relu" in shape.activations:
        notes.append(say("network-relu"))
    return notes


def _reach(activation: str) -> tuple[float, float]:
    """What the outputs of an activation lie between."""
    return _BOUNDS.get(activation, (-math.inf, math.inf))
