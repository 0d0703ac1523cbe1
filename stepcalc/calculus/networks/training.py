"""Gradient descent on the weights of a network: data in, epochs, what goes wrong."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from stepcalc.calculus.networks.network import (
    GROWN,
    MOST_EPOCHS,
    Array,
    Network,
    Training,
    gradient_sums,
    reach,
)
from stepcalc.errors import UsageError
from stepcalc.messages import say
from stepcalc.rulebook.networks import COST, CROSS_ENTROPY, Shape

if TYPE_CHECKING:
    from stepcalc.numeric.batches import Batch


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
    inputs, wanted, names = _given(data, targets, shape)
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
        notes=tuple(_notes(shape, rows)),
    )


def _check(rate: float, epochs: int, batch: int | None) -> None:
    if not (isinstance(rate, int | float) and math.isfinite(rate) and rate > 0):
        raise UsageError(say("rate-wrong", rate=rate), code="rate-wrong")
    if type(epochs) is not int or not 1 <= epochs <= MOST_EPOCHS:
        raise UsageError(say("epochs-wrong", epochs=epochs, most=f"{MOST_EPOCHS:,}"), code="epochs-wrong")
    if batch is not None and (type(batch) is not int or batch < 1):
        raise UsageError(say("batch-wrong", batch=batch), code="batch-wrong")


def _given(data: Any, targets: Any, shape: Shape) -> tuple[Any, Any, tuple[str, ...]]:
    """Inputs, targets and the names of their columns."""
    from stepcalc.calculus.fitting.table import table_of

    before, behind = shape.sizes[0], shape.sizes[-1]
    if targets is not None:
        plain = tuple(f"x{place}" for place in range(1, before + 1)) if before > 1 else ("x",)
        return data, targets, (*plain, *(f"y{place}" for place in range(1, behind + 1)))
    table = table_of(data)
    classes = shape.cost == CROSS_ENTROPY and len(table.names) == before + 1
    if len(table.names) != before + behind and not classes:
        told = {"columns": len(table.names), "inputs": before, "targets": behind, "count": before + behind}
        raise UsageError(say("network-table", names=", ".join(table.names), **told), code="network-table")
    rows = list(zip(*(table.numbers(name) for name in table.names), strict=True))
    if not rows:
        raise UsageError(say("network-empty"), code="network-empty")
    return [row[:before] for row in rows], [row[before:] for row in rows], table.names


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
        first=f"{costs[0]:.3g}",
        last=f"{last:.3g}",
        epoch=len(costs) - 1,
        rate=f"{rate:g}",
        smaller=f"{rate / 10:g}",
    )


def _notes(shape: Shape, wanted: Array) -> list[str]:
    """What can be said about the targets beforehand."""
    notes = []
    low, high = reach(shape.activations[-1])
    if wanted.min() < low or wanted.max() > high:
        others = ",".join([*shape.activations[:-1], "linear"])
        notes.append(
            say("training-reach", name=shape.activations[-1], low=f"{low:g}", high=f"{high:g}", others=others)
        )
    if "relu" in shape.activations:
        notes.append(say("network-relu"))
    return notes
