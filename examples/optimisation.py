"""From derivatives to decisions: a root, an optimum, an optimum under a constraint, and a way down."""

import stepcalc

# A root, with the derivative, the table, and how fast it converged.
root = stepcalc.newton("x^3 - 2x + 2", start=0.5)
print(root)

# From 0 the same iteration goes round in a circle, and says so.
print(stepcalc.newton("x^3 - 2x + 2", start=0).failure)

# Critical points, each with what kind it is, and the largest value on a box.
for point in stepcalc.critical("x^3 + y^3 - 3x y").points:
    print(f"{point.places}: {point.verdict}")
best = stepcalc.critical("x^2 + 2y^2 - x", on="-1,1; -1,1").largest
print(f"largest at {best.places}, where it is {best.height}")

# The largest product of two numbers on a circle; what the multiplier says; every step checked.
product = stepcalc.lagrange("x y", "x^2 + y^2 = 1")
found = product.data["largest"]
print(f"largest product {found['value']}, multiplier {found['multipliers'][0]}")
print("checked" if product.verify() else "not checked")

# How the curvatures set a limit to the rate.
for rate in (0.09, 0.11):
    walk = stepcalc.descend("x^2 + 10y^2", "10,1", rate=rate)
    print(f"rate {rate}, limit {walk.limit}: {walk.path.ending} after {len(walk.stops) - 1} steps")
