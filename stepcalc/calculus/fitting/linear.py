"""Models that are linear in their parameters: exactly where they are short, else in double precision."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from stepcalc.calculus.fitting.asking import Asked
from stepcalc.calculus.fitting.model import Array, compiled, problem_of
from stepcalc.calculus.fitting.precise import OutsideError, Precise, SingularError, solve_linear
from stepcalc.calculus.fitting.refusals import first_without_value, not_told_apart, open_parameters, outside
from stepcalc.notation.forms import Form
from stepcalc.rulebook.book import Rulebook

MOST_PRECISE: Final = 4000
"""A linear model with more entries in its Jacobian than this is solved in double precision."""


def solve(asked: Asked, slopes: Sequence[Form], book: Rulebook) -> Precise:
    """The least squares of a model that is linear in its parameters.

    Raises:
        UsageError: The data leave some parameters open, or the model has no value at a point.
    """
    if asked.count * len(slopes) > MOST_PRECISE:
        return _in_doubles(asked, slopes, book)
    try:
        return solve_linear(asked, slopes, book.definitions)
    except SingularError:
        _, _, columns = _at_nought(asked, slopes, book)
        raise not_told_apart(asked, columns) from None
    except OutsideError as problem:
        raise outside(asked, problem.args[0]) from None


def _in_doubles(asked: Asked, slopes: Sequence[Form], book: Rulebook) -> Precise:
    import numpy as np

    problem, left, columns = _at_nought(asked, slopes, book)
    bad = first_without_value(left, columns)
    if bad is not None:
        raise outside(asked, bad)
    if open_parameters(asked, columns):
        raise not_told_apart(asked, columns)
    return from_jacobian(np.linalg.lstsq(columns, left, rcond=None)[0], columns, problem)


def _at_nought(asked: Asked, slopes: Sequence[Form], book: Rulebook) -> tuple[Any, Array, Array]:
    """The problem, and the residuals and the Jacobian where all parameters are 0."""
    import numpy as np

    problem = problem_of(asked, compiled(asked, slopes, book), ())
    with np.errstate(all="ignore"):
        return problem, problem.residuals(np.zeros(len(slopes))), problem.jacobian(len(slopes))


def from_jacobian(values: Array, columns: Array, problem: Any) -> Precise:
    """The errors that belong to the best parameters, from the model's linear part there.

    Args:
        values: The parameters.
        columns: The weighted Jacobian.
        problem: The residuals.
    """
    import numpy as np

    lengths = np.linalg.norm(columns, axis=0)
    inner = np.linalg.inv(np.linalg.qr(columns / lengths)[1])
    inverse = (inner @ inner.T) / np.outer(lengths, lengths)
    left = problem.residuals(np.asarray(values, dtype=float))
    raw = left if problem.sigma is None else left * problem.sigma
    rows = tuple(map(tuple, inverse.tolist()))
    return Precise(tuple(float(each) for each in values), float(left @ left), rows, tuple(raw.tolist()))
