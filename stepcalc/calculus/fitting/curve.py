"""Curves: models that are not linear in their parameters, fitted by iterations."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Final

from stepcalc.calculus.fitting.asking import Asked
from stepcalc.calculus.fitting.fitted import Fit
from stepcalc.calculus.fitting.linear import from_jacobian
from stepcalc.calculus.fitting.model import Array, compiled, linear_places, problem_of
from stepcalc.calculus.fitting.precise import refined
from stepcalc.calculus.fitting.refusals import not_told_apart, refuse_idle, without_value
from stepcalc.calculus.fitting.symmetry import exchangeable, in_order_of, with_signs_of
from stepcalc.errors import NotDerivableError
from stepcalc.messages import say
from stepcalc.notation.forms import Form
from stepcalc.rulebook.book import Rulebook

if TYPE_CHECKING:
    from stepcalc.numeric.least_squares.solution import Solution

DROWNED: Final = 1e-9
"""Where rounding is more than this part of the residuals, they are found in more digits."""


def fitted_curve(asked: Asked, slopes: Sequence[Form], book: Rulebook, scaled: bool, method: str) -> Fit:
    """The fit of a model that is not linear in its parameters.

    Args:
        asked: The question.
        slopes: The derivatives of the model.
        book: The rules.
        scaled: Whether errors are scaled by √(χ²/(n−p)).
        method: Which iterations are told.

    Raises:
        UsageError: The data leave some parameters open.
        NotDerivableError: No minimum was found.
    """
    import numpy as np

    from stepcalc.numeric.least_squares.attempts import minimise

    begin = tuple(asked.start.get(each, 1.0) for each in asked.parameters)
    notes = list(asked.notes)
    if len(asked.start) < len(begin):
        notes.append(say("fit-start-ones"))
    program = compiled(asked, slopes, book)
    linear = linear_places(asked, slopes)
    problem = problem_of(asked, program, linear)
    attempts = minimise(problem, begin)
    values = np.array(_reached(asked, attempts, problem))
    order = in_order_of(
        begin, values.tolist(), exchangeable(asked.model, asked.parameters), asked.parameters, linear
    )
    turned = with_signs_of(begin, values[order].tolist(), _values_of(problem))
    if turned != values.tolist():
        values = np.array(turned)
        notes.append(say("fit-exchanged"))
    with np.errstate(all="ignore"):
        problem.residuals(values)
        columns = problem.jacobian(len(values))
        refuse_idle(asked, values, begin, columns, problem)
        found = from_jacobian(values, columns, problem)
    if found.chi_squared < (problem.grain / DROWNED) ** 2:
        found = refined(asked, found.parameters, columns, book.definitions) or found
    return Fit(
        asked, "gauss_newton", book, found.parameters, found.inverse, found.chi_squared, found.residuals, scaled,
        tuple(attempts), begin, method, tuple(notes),
    )  # fmt: skip


def _values_of(problem: Any) -> Callable[[Sequence[float]], Array]:
    """The model's values at the points of the data."""
    import numpy as np

    def values(parameters: Sequence[float]) -> Array:
        with np.errstate(all="ignore"):
            return np.array(problem.model.first([np.float64(each) for each in parameters]))

    return values


def _reached(asked: Asked, attempts: Sequence[Solution], problem: Any) -> tuple[float, ...]:
    """The parameters that the best attempt ended with, if it ended well."""
    best = attempts[-1]
    if best.status in ("converged", "rounding"):
        return best.parameters
    if best.status == "flat":
        import numpy as np

        with np.errstate(all="ignore"):
            problem.residuals(np.array(best.parameters))
            raise not_told_apart(asked, problem.jacobian(len(best.parameters)))
    if best.status == "undefined":
        raise without_value(asked, best, problem)
    raise NotDerivableError(say("fit-not-converged", steps=len(best.rows) - 1), code="fit-not-converged")
