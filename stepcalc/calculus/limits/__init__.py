"""Limits: which rule to take next, and the algebra that brings an expression into a shape a rule fits."""
