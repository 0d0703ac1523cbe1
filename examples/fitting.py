"""Four data sets with the same line: what the numbers of a fit do not say, and its residuals do."""

from pathlib import Path

import stepcalc

DATA = Path(__file__).parent / "anscombe.csv"

for place, (x, y) in enumerate([("x", "y1"), ("x", "y2"), ("x", "y3"), ("x4", "y4")], 1):
    found = stepcalc.fit(f"m {x} + c", DATA, y=y)
    slope, error = found.parameters["m"], found.standard_errors["m"]
    print(f"{place}: slope {slope:.3f} ± {error:.3f}, χ² = {found.chi_squared:.2f}")
    print("   residuals", " ".join(f"{each:+.1f}" for each in found.residuals))

# The second bends: a square is missing.
curve = stepcalc.fit("a + b x + k x^2", DATA, y="y2")
print(f"With a square χ² falls to {curve.chi_squared:.6f}.")

# Where the equations come from, and that each step was checked.
print([step.rule.name for step in curve.derivation.steps if step.goal.head == "call"])
print(curve.verify().status)
