"""Random networks, and their gradients by programs that differentiate automatically: autograd and PyTorch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

import stepcalc

ACTIVATIONS = ("tanh", "sigmoid", "relu", "softplus", "linear", "silu")


def random_network(seed: int) -> tuple[stepcalc.Network, Any, Any]:
    """1 to 4 layers and up to 3,000 weights, with data."""
    chance = np.random.default_rng(seed)
    depth = int(chance.integers(1, 5))
    while True:
        sizes = [int(chance.integers(1, 41)) for _ in range(depth + 1)]
        names = [str(chance.choice(ACTIVATIONS)) for _ in range(depth)]
        if chance.random() < 0.4:
            names[-1], sizes[-1] = "softmax", max(sizes[-1], 2)
        net = stepcalc.network(sizes, names, seed=seed)
        if net.shape.count() <= 3000:
            break
    count = int(chance.integers(1, 20))
    x = chance.normal(size=(count, sizes[0]))
    y = chance.uniform(0.05, 1, size=(count, sizes[-1]))
    return net, x, y / y.sum(axis=1, keepdims=True) if names[-1] == "softmax" else y


def difference(net: stepcalc.Network, x: Any, y: Any, wanted: Sequence[Any]) -> float:
    """The largest difference between our gradient and another, relative to its largest entry or to 1."""
    found = net.gradient(x, y)
    scale = max(1.0, *(float(np.abs(value).max()) for value in wanted))
    for name, right in zip(net.names, wanted, strict=True):
        assert found[name].shape == right.shape
    return max(
        float(np.abs(found[name] - right).max()) / scale
        for name, right in zip(net.names, wanted, strict=True)
    )


def by_autograd(net: stepcalc.Network, x: Any, y: Any) -> list[Any]:
    """The gradient of the averaged cost by autograd."""
    import autograd
    import autograd.numpy as anp

    functions = {
        "tanh": anp.tanh,
        "sigmoid": lambda z: 1 / (1 + anp.exp(-z)),
        "relu": lambda z: anp.where(z > 0, z, 0.0),
        "softplus": lambda z: anp.log(1 + anp.exp(z)),
        "silu": lambda z: z / (1 + anp.exp(-z)),
        "linear": lambda z: z,
        "softmax": lambda z: anp.exp(z) / anp.sum(anp.exp(z), axis=1, keepdims=True),
    }

    def cost(parameters: list[Any]) -> Any:
        out = x
        for layer, name in enumerate(net.shape.activations):
            out = functions[name](out @ parameters[2 * layer].T + parameters[2 * layer + 1].T)
        if net.shape.cost == "cross-entropy":
            return -anp.mean(anp.sum(y * anp.log(out), axis=1))
        return anp.mean(anp.sum((out - y) ** 2, axis=1))

    found: list[Any] = autograd.grad(cost)([np.array(value) for value in net.parameters])
    return found


def by_torch(net: stepcalc.Network, x: Any, y: Any) -> list[Any]:
    """The gradient of the averaged cost by PyTorch, in double precision, its own layers and costs."""
    import torch
    from torch.nn import functional

    functions = {
        "tanh": torch.tanh,
        "sigmoid": torch.sigmoid,
        "relu": torch.relu,
        "softplus": lambda z: functional.softplus(z, threshold=1e6),
        "silu": functional.silu,
        "linear": lambda z: z,
        "softmax": lambda z: z,  # within PyTorch's cross-entropy
    }
    parameters = [torch.tensor(value, dtype=torch.float64, requires_grad=True) for value in net.parameters]
    out, wanted = torch.tensor(x, dtype=torch.float64), torch.tensor(y, dtype=torch.float64)
    for layer, name in enumerate(net.shape.activations):
        weights, biases = parameters[2 * layer : 2 * layer + 2]
        out = functions[name](functional.linear(out, weights, biases[:, 0]))
    if net.shape.cost == "cross-entropy":
        cost = functional.cross_entropy(out, wanted)
    else:
        cost = functional.mse_loss(out, wanted, reduction="sum") / len(x)
    cost.backward()
    return [value.grad.numpy() for value in parameters]
