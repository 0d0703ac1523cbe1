"""Networks beside others: gradients beside PyTorch's and autograd's, a training step beside one by hand in NumPy.

Run with ``python -m tests.benchmarks.networks``. Gradients are compared with PyTorch's (``pip install torch``) and
autograd's, whichever can be imported; the table of training steps also says what deriving and compiling take.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from typing import Any

import numpy as np

import stepcalc
from stepcalc.calculus.networks.training import step
from tests.calculus.other_gradients import by_autograd, by_torch, difference, random_network

Array = Any

NETWORKS: Sequence[tuple[Sequence[int], str, int]] = (
    ((1, 2, 1), "tanh", 40),
    ((1, 20, 20, 1), "tanh,tanh,linear", 100),
    ((4, 50, 50, 3), "tanh,tanh,softmax", 100),
    ((10, 40, 40, 10, 2), "relu,relu,relu,linear", 64),
    ((8, 60, 40, 2), "sigmoid", 256),
)
"""Layers, activations, and how many examples make a step."""

_FORWARD: dict[str, Callable[[Array], Array]] = {
    "tanh": np.tanh,
    "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
    "relu": lambda z: np.maximum(z, 0),
    "linear": lambda z: z,
    "softmax": lambda z: np.exp(z) / np.exp(z).sum(axis=0),
}
_SLOPE: dict[str, Callable[[Array, Array], Array]] = {
    "tanh": lambda z, a: 1 - a**2,
    "sigmoid": lambda z, a: a * (1 - a),
    "relu": lambda z, a: z > 0,
}


def by_hand(names: Sequence[str], parameters: Sequence[Array], x: Array, y: Array, rate: float) -> None:
    """One step of gradient descent as one would write it."""
    outs, sums = [x], []
    for layer, name in enumerate(names):
        sums.append(parameters[2 * layer] @ outs[-1] + parameters[2 * layer + 1])
        outs.append(_FORWARD[name](sums[-1]))
    last = names[-1]
    delta = outs[-1] - y if last == "softmax" else 2 * (outs[-1] - y)
    if last in _SLOPE:
        delta = delta * _SLOPE[last](sums[-1], outs[-1])
    count = x.shape[1]
    for layer in range(len(names) - 1, -1, -1):
        weights, biases = delta @ outs[layer].T / count, delta.sum(axis=1, keepdims=True) / count
        if layer:
            delta = parameters[2 * layer].T @ delta
            if names[layer - 1] in _SLOPE:
                delta = delta * _SLOPE[names[layer - 1]](sums[layer - 1], outs[layer])
        parameters[2 * layer] -= rate * weights
        parameters[2 * layer + 1] -= rate * biases


@dataclass(frozen=True)
class Measured:
    """Seconds of processor time for one network."""

    layers: Sequence[int]
    weights: int
    prepared: float
    compiled: float
    by_hand: float

    @property
    def ratio(self) -> float:
        """The compiled step over the one by hand."""
        return self.compiled / self.by_hand


def measured(layers: Sequence[int], names: str, examples: int, *, rounds: int = 15) -> Measured:
    """The best of several rounds, one kind of step after the other."""
    chance = np.random.default_rng(0)
    start = time.process_time()
    net = stepcalc.network(list(layers), names, seed=1)
    _, _, batch = net.compiled
    prepared = time.process_time() - start
    x = chance.normal(size=(layers[0], examples))
    y = chance.uniform(0.1, 0.9, size=(layers[-1], examples))
    y /= y.sum(axis=0) if "softmax" in names else 1
    ours = [value.copy() for value in net.parameters]
    theirs = [value.copy() for value in net.parameters]

    def compiled_step() -> None:
        step(batch, net.shape, ours, x, y, 0.01)

    compiled_step()
    by_hand(net.shape.activations, theirs, x, y, 0.01)
    assert all(np.allclose(a, b, rtol=1e-10, atol=1e-12) for a, b in zip(ours, theirs, strict=True))
    best = [np.inf, np.inf]
    steps = max(5, int(4e5 / (net.shape.count() * examples / 50 + 4000)))
    for _ in range(rounds):
        for place, one in enumerate(
            (compiled_step, lambda: by_hand(net.shape.activations, theirs, x, y, 0.01))
        ):
            begin = time.process_time()
            for _ in range(steps):
                one()
            best[place] = min(best[place], (time.process_time() - begin) / steps)
    return Measured(layers, net.shape.count(), prepared, *best)


COMPARED = 200
"""How many random networks are compared."""

OTHERS: Sequence[tuple[str, Callable[..., list[Array]]]] = (("torch", by_torch), ("autograd", by_autograd))


def agreement(gradient: Callable[..., list[Array]], count: int = COMPARED) -> tuple[list[float], list[int]]:
    """The differences from another program's gradients, for random networks, and how many weights these have."""
    differences, weights = [], []
    for seed in range(count):
        net, x, y = random_network(seed)
        differences.append(difference(net, x, y, gradient(net, x, y)))
        weights.append(net.shape.count())
    return differences, weights


def main() -> None:
    """Print what gradients differ by, and the table of training steps."""
    for name, gradient in OTHERS:
        if find_spec(name) is None:
            print(f"{name}: not installed")
            continue
        differences, weights = agreement(gradient)
        print(
            f"{name} {version(name)}: {len(differences)} random networks of {min(weights):,} to {max(weights):,} "
            f"weights, largest difference {max(differences):.1e} (median {np.median(differences):.1e})"
        )
    print("layers                weights  derive+compile  compiled step   by hand   ratio")
    for layers, names, examples in NETWORKS:
        found = measured(layers, names, examples)
        print(
            f"{'-'.join(map(str, found.layers)):20s}{found.weights:9,}{found.prepared * 1e3:13.1f} ms"
            f"{found.compiled * 1e6:12.1f} µs{found.by_hand * 1e6:9.1f} µs{found.ratio:8.2f}"
        )


if __name__ == "__main__":
    main()
