"""How much of a value rounding may have spoilt: terms that cancel in a sum leave their rounding behind."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from stepcalc.numeric.real import magnitude
from stepcalc.numeric.steps import GoalValues, Operation

DIFFERENCE_BITS: Final = 44
"""How much less the rounding of a function counts in its derivative than in itself."""

_AMPLIFIES: Final[Mapping[str, Callable[[int, int, int], int]]] = {
    "exp": lambda error, loss, size: error,
    "log": lambda error, loss, size: loss - size,
    **dict.fromkeys(("sin", "cos"), lambda error, loss, size: error - size),
    **dict.fromkeys(("tan", "cot", "sec", "csc"), lambda error, loss, size: error + abs(size)),
}
"""Functions that make more of their argument's error than it was: what they lose, by the magnitude of that
error, what the argument had lost, and the magnitude of the value."""


def scales(operations: Sequence[Operation], values: Sequence[Any], derivatives: GoalValues) -> list[int]:
    """The magnitudes, as exponents of two, that the errors of all slots are relative to.

    A derivative's error is also relative to the function, whose values were subtracted.

    Args:
        operations: What was done.
        values: The value of every slot.
        derivatives: What the goals came to.
    """
    sizes: list[int] = []
    losses: list[int] = []
    for slot, head, label, args, _ in operations:
        value = values[slot]
        size = magnitude(value) if isinstance(value, tuple) else 0
        loss = 0
        if head == "goal":
            letters, place = label
            if letters in derivatives:
                loss = max(0, derivatives[letters][1][place] - DIFFERENCE_BITS - size)
        elif head == "integral":
            loss = max(0, -size)
        elif head == "sum":
            loss = max(0, max([sizes[arg] + losses[arg] for arg in args]) - size)
        elif args:
            loss = max([losses[arg] for arg in args])
            if head == "call" and label in _AMPLIFIES:
                loss = max(loss, _AMPLIFIES[label](sizes[args[0]] + losses[args[0]], losses[args[0]], size))
        sizes.append(size)
        losses.append(loss)
    return [size + loss for size, loss in zip(sizes, losses, strict=True)]
