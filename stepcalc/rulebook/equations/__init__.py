"""Solving equations as a teacher does: each step one rule, each rule a card."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from stepcalc.notation.forms import Form
from stepcalc.rulebook.equations import combining, solving, testing
from stepcalc.rulebook.equations.choosing import equation
from stepcalc.rulebook.equations.together import system
from stepcalc.rulebook.strategy import Strategy, by_values


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


def _none(_: Form) -> tuple[Form, ...]:
    """Equations are differentiated with respect to no letter."""
    return ()


STRATEGIES: Final[Mapping[str, Strategy]] = {
    **{
        name: by_values(
            compose,
            testing.rewrites if name in ("zero_factor", "zero_identity") else testing.answers,
            letters=_none,
        )
        for name, compose in solving.RULES.items()
    },
    **{
        name: by_values(compose, testing.answer_together, letters=_none)
        for name, compose in combining.RULES.items()
    },
}
"""What puts the solutions of each rule together, and what tests them."""
