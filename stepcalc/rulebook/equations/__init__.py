"""Solving equations as a teacher does: each step one rule, each rule a card."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from stepcalc.notation.forms import Form
from stepcalc.rulebook.equations import combining, solving, testing
from stepcalc.rulebook.equations.choosing import equation
from stepcalc.rulebook.equations.together import system
from stepcalc.rulebook.goals import Solve

Compose = Callable[[Form, Solve], Form]
Test = Callable[[Form, Form, Mapping[str, Any]], bool | None]


def zeros(conditions: Sequence[Form], letters: Sequence[Form]) -> Form:
    """The goal of finding all points at which conditions are 0.

    Args:
        conditions: The expressions.
        letters: The unknowns.

    Raises:
        NotDerivableError: No rule answers it.

    Examples:
        >>> from stepcalc.notation.forms import letter, multiply, subtract
        >>> x, y = letter("x"), letter("y")
        >>> zeros([x], [x]).name, zeros([multiply(x, y), subtract(x, y)], [x, y]).name
        ('zero_linear', 'system_cases')
    """
    if len(conditions) == len(letters) == 1:
        return equation(conditions[0], letters[0])
    return system(conditions, letters)


STEPS: Final[Mapping[str, tuple[Compose, Test]]] = {
    **{
        name: (compose, testing.rewrites if name in ("zero_factor", "zero_identity") else testing.answers)
        for name, compose in solving.RULES.items()
    },
    **{name: (compose, testing.answer_together) for name, compose in combining.RULES.items()},
}
"""What puts the solutions of each rule together, and what tests them."""
