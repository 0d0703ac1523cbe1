"""``stepcalc.fit``: a model fitted to data by chi-squared, from the derivatives to the numbers."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from importlib.util import find_spec
from typing import Any

from stepcalc.calculus.fitting.asking import understood
from stepcalc.calculus.fitting.curve import fitted_curve
from stepcalc.calculus.fitting.fitted import METHODS, Fit
from stepcalc.calculus.fitting.linear import solve
from stepcalc.calculus.fitting.model import goal_of, slopes_of
from stepcalc.calculus.fitting.refusals import refuse_few
from stepcalc.calculus.working import Working
from stepcalc.errors import MissingExtraError, UsageError
from stepcalc.messages import say
from stepcalc.rulebook.book import Rulebook, default_book
from stepcalc.rulebook.fitting import is_linear, way


def fit(
    model: Any,
    data: Any,
    *,
    start: Any = None,
    y: str | None = None,
    sigma: Any = None,
    relative_sigma: bool = False,
    method: str = METHODS[0],
    form: str = "textbook",
    prefer: Sequence[str] = (),
    rulebook: Rulebook | None = None,
    declared: Collection[str] = (),
    functions: Collection[str] = (),
) -> Fit:
    """Fit a model to data by chi-squared.

    Args:
        model: Text such as ``"m x + c"``, or a SymPy expression. Letters that are columns of the data are
            measured, the others are the parameters.
        data: A mapping of names to numbers, a pandas data frame, or the path of a CSV file with named columns.
        start: Where to begin with a model that is not linear in its parameters: a mapping of names to numbers, or
            text (``"a=1,b=2"``). 1 for each if not given.
        y: The column that the model is to give; the model's own name (``"y = m x + c"``), ``y``, or the only
            column left if not given.
        sigma: The standard deviations of the points: a number, a sequence, or the name of a column; the column
            ``sigma`` if there is one. Without any, σ = 1 and errors are scaled by √(χ²/(n−p)).
        relative_sigma: Whether sigma says only how the points compare, so that errors are scaled all the same.
        method: Which iterations are told: ``"levenberg-marquardt"`` or ``"descent"`` (steepest descent).
        form: The form of derivatives, as for ``diff``.
        prefer: The laws to choose where teachers differ, as for ``diff``.
        rulebook: The rules.
        declared: Names to be read as one letter in a text.
        functions: Names of undefined functions in a text.

    Returns:
        The parameters with their errors, and the derivation of the equations that give them.

    Raises:
        ReadError: The model cannot be read.
        UsageError: The data are not what is needed, or parameters cannot be told apart; the error says which.
        NotDerivableError: There is no rule for some part of the model, or no minimum was found.
        MissingExtraError: NumPy is not installed.

    Examples:
        >>> found = fit("m x + c", {"x": [1, 2, 3, 4], "y": [3.1, 4.9, 7.2, 8.8]})
        >>> {name: round(value, 6) for name, value in found.parameters.items()}
        {'m': 1.94, 'c': 1.15}
    """
    if find_spec("numpy") is None:
        raise MissingExtraError(say("extra-missing", what=say("fit-what"), extra="fit"), code="extra-missing")
    if method not in METHODS:
        raise UsageError(say("fit-method", method=method), code="fit-method")
    book = rulebook or default_book()
    asked = understood(
        model, data, y=y, sigma=sigma, start=start, book=book, declared=declared, functions=functions
    )
    scaled = asked.sigma is None or relative_sigma
    refuse_few(asked, scaled)
    slopes = slopes_of(asked, Working(book, tuple(prefer), form))
    kind = way(goal_of(asked))
    if is_linear(asked.model, asked.parameters):
        found = solve(asked, slopes, book)
        begin = tuple(asked.start.get(each, 1.0) for each in asked.parameters)
        return Fit(
            asked, kind, book, found.parameters, found.inverse, found.chi_squared, found.residuals, scaled,
            begin=begin, method=method, notes=asked.notes, form=form, prefer=tuple(prefer),
        )  # fmt: skip
    curve = fitted_curve(asked, slopes, book, scaled, method)
    return replace(curve, form=form, prefer=tuple(prefer))
