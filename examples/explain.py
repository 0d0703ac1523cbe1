"""Use StepCalc in a program of your own: ask for a derivative, print the working, use the answer."""

import sympy

import stepcalc

x = sympy.Symbol("x")

# Text as people type it, or a SymPy expression: both are taken.
derivation = stepcalc.diff("x^2 sin x")
print(derivation)

# The answer is a SymPy expression with your own symbol in it.
slope = derivation.result.subs(x, sympy.pi)
print(f"The slope at π is {slope}.")

# Each step was checked by arithmetic that knows nothing of the rules.
outcome = derivation.verify()
print(f"{outcome.status} at {outcome.points} points")
