"""How a rule asks for the answers to the goals that it leaves open."""

from __future__ import annotations

from collections.abc import Callable

from stepcalc.notation.forms import Form

Solve = Callable[[Form], Form]
"""Gives the answer to a goal: found by rules, looked up in a step, or the goal itself where it is only shown."""
