"""Derive the gradient of a small network, check it, then train the network on data with the compiled formulas."""

from pathlib import Path

import stepcalc

# The course's network: one input, two hidden units, one output.
derivation = stepcalc.backprop([1, 2, 1], "tanh")
for step in derivation.stages[0].substeps:
    print(step.rule.name)
print("each step:", derivation.verify().status)

# One weight in full, along every branch from the cost down to it.
print(stepcalc.backprop([1, 2, 1], "tanh", weight="W1[2,1]").result)

# Training takes the same formulas, compiled once to operations of NumPy on all examples at a time.
network = stepcalc.network([1, 5, 1], "tanh,linear", seed=0)
training = network.train(Path(__file__).parent / "sine.csv", rate=0.1, epochs=2000)
print(f"the cost went from {training.costs[0]:.3f} to {training.costs[-1]:.4f}")
print("at x = 1.5 the network gives", round(float(training.predict([[1.5]])[0, 0]), 2))
