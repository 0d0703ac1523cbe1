"""A model as it is computed with: its derivatives, both compiled, and the residuals that they leave."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from stepcalc.calculus.fitting.asking import Asked
from stepcalc.calculus.working import Working
from stepcalc.notation.forms import Form, call, letters_of, vector
from stepcalc.rulebook.book import Rulebook
from stepcalc.trace.display import outcome

Array = Any
"""A NumPy array of floats."""


def goal_of(asked: Asked) -> Form:
    """The goal that the derivation of the equations answers."""
    return call("fit", asked.model, vector(*asked.parameters), asked.height, asked.scale, *asked.variables)


def slopes_of(asked: Asked, working: Working) -> list[Form]:
    """The derivatives of the model with respect to its parameters, as the rules give them."""
    return [outcome(working.derivative(asked.model, each, "partial")) for each in asked.parameters]


def compiled(asked: Asked, slopes: Sequence[Form], book: Rulebook) -> Any:
    """The model and its derivatives, compiled for NumPy."""
    from stepcalc.numeric.compiled import Compiled

    letters = [*asked.parameters, *asked.variables]
    return Compiled([asked.model, *slopes], letters, book.definitions)


def problem_of(asked: Asked, program: Any, linear: Sequence[int]) -> Any:
    """The residuals, as a function of the parameters."""
    import numpy as np

    from stepcalc.numeric.least_squares.problem import Problem

    sigma = None if asked.sigma is None else np.array(asked.sigma)
    return Problem(program.bind(asked.data, asked.parameters), np.array(asked.y), sigma, linear)


def linear_places(asked: Asked, slopes: Sequence[Form]) -> tuple[int, ...]:
    """The places of parameters that stand in front only: the model is linear in them together."""
    letters = [letters_of(slope) for slope in slopes]
    able = [place for place, each in enumerate(asked.parameters) if each not in letters[place]]

    def clash(one: int, other: int) -> bool:
        return asked.parameters[one] in letters[other] or asked.parameters[other] in letters[one]

    found: list[int] = []
    for place in sorted(
        able, key=lambda place: (sum(clash(place, other) for other in able if other != place), place)
    ):
        if not any(clash(place, other) for other in found):
            found.append(place)
    # All of them are so in a model such as floor(a x), whose slopes are 0: then there is nothing to be gained.
    return tuple(sorted(found)) if len(found) < len(slopes) else ()
