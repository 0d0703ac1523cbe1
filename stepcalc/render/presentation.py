"""How a derivation is to be told."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Presentation:
    """How a derivation is to be told.

    Args:
        style: ``"steps"`` (numbered, nested) or ``"chain"`` (one column of equal expressions).
        detail: ``"brief"`` (the rules and what they gave), ``"normal"``, or ``"full"`` (nothing folded).
        notation: ``"leibniz"`` or ``"prime"`` for steps and laws; empty for d/dx in steps, primes in laws.
        upto: The number of the last step to show, or ``None`` for all and the answer.
        hint: Whether to name the rule that comes next instead of showing what it gives.
        everything: Whether to show all entries of a large answer.
        folds: Whether the lines of a step that stands for several are there to be opened.
        runs: Whether to say how Python asks the question again.
    """

    style: str = "steps"
    detail: str = "normal"
    notation: str = ""
    upto: int | None = None
    hint: bool = False
    everything: bool = False
    folds: bool = False
    runs: bool = False
