"""A fitted model: its parameters and their errors, what it predicts, and how its equations are derived."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from stepcalc.calculus.fitting.asking import Asked
from stepcalc.calculus.fitting.model import Array, compiled, goal_of, linear_places, problem_of, slopes_of
from stepcalc.calculus.fitting.numerals import short, shown
from stepcalc.calculus.letters import listed
from stepcalc.calculus.working import Working
from stepcalc.errors import UsageError
from stepcalc.messages import say
from stepcalc.notation.forms import Form, relation, vector
from stepcalc.rulebook.book import Rulebook
from stepcalc.trace.derivation import Derivation, Question
from stepcalc.trace.report import Report

if TYPE_CHECKING:
    from stepcalc.numeric.least_squares.solution import Row, Solution

METHODS: Final = ("levenberg-marquardt", "descent")
"""The iterations that can be told."""

DESCENT: Final = 20
"""How many steps of steepest descent are gone where the fit itself takes none."""


@dataclass(frozen=True, eq=False, repr=False)
class Fit(Report):
    """A model fitted to data.

    Args:
        asked: The question: model, data, what was decided about them.
        way: ``"straight_line"``, ``"normal_equations"`` (linear in the parameters) or ``"gauss_newton"``.
        book: The rules.
        values: The parameters, in order.
        inverse: The inverse of the normal matrix JᵀWJ.
        chi_squared: The least χ²; the sum of squared residuals where no standard deviations are given.
        left: The residuals, in order.
        scaled: Whether errors are scaled by √(χ²/(n−p)), because standard deviations are not given or relative.
        attempts: For a curve the iterations, and those that led nowhere before them; the last one counts.
        begin: Where iterations begin.
        method: Which iterations are told.
        notes: What was decided on the way.
        form: The form of derivatives.
        prefer: The laws to choose where cards offer several.
    """

    asked: Asked
    way: str
    book: Rulebook
    values: tuple[float, ...]
    inverse: tuple[tuple[float, ...], ...]
    chi_squared: float
    left: tuple[float, ...]
    scaled: bool
    attempts: tuple[Solution, ...] = ()
    begin: tuple[float, ...] = ()
    method: str = METHODS[0]
    notes: tuple[str, ...] = field(default=())
    form: str = "textbook"
    prefer: tuple[str, ...] = ()

    kind = "fit"

    def __repr__(self) -> str:
        errors = self.standard_errors
        found = ", ".join(
            f"{name} = {shown(value, errors[name])} ± {shown(errors[name], errors[name])}"
            for name, value in self.parameters.items()
        )
        return f"<Fit to {self.asked.count} points: {found}>"

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the parameters, in order."""
        return tuple(each.name for each in self.asked.parameters)

    @property
    def parameters(self) -> dict[str, float]:
        """The parameters by name."""
        return dict(zip(self.names, self.values, strict=True))

    @property
    def degrees_of_freedom(self) -> int:
        """How many points there are more than parameters."""
        return self.asked.count - len(self.values)

    @property
    def reduced_chi_squared(self) -> float:
        """χ²/(n−p); not a number where there are as many parameters as points."""
        return self.chi_squared / self.degrees_of_freedom if self.degrees_of_freedom else math.nan

    @property
    def covariance(self) -> Array:
        """The covariance matrix of the parameters, in their order."""
        import numpy as np

        found = np.array(self.inverse)
        return found * self.reduced_chi_squared if self.scaled else found

    @property
    def standard_errors(self) -> dict[str, float]:
        """The standard errors of the parameters by name."""
        import numpy as np

        return dict(zip(self.names, np.sqrt(np.diag(self.covariance)).tolist(), strict=True))

    @property
    def correlation(self) -> Array:
        """The correlation matrix of the parameters; 1 on the diagonal."""
        import numpy as np

        found = np.array(self.inverse)
        lengths = np.sqrt(np.diag(found))
        return found / np.outer(lengths, lengths)

    @property
    def residuals(self) -> Array:
        """What the model leaves of the response at each point, y − f."""
        import numpy as np

        return np.array(self.left)

    @property
    def iterations(self) -> tuple[Row, ...]:
        """The rows of the iteration that led to the parameters; none for a model that is linear in them."""
        return self.attempts[-1].rows if self.attempts else ()

    @cached_property
    def linear(self) -> tuple[int, ...]:
        """The places of the parameters that stand in front only."""
        return linear_places(self.asked, slopes_of(self.asked, Working(self.book, self.prefer)))

    @cached_property
    def descent(self) -> tuple[Row, ...]:
        """The rows of steepest descent from the same start, to compare: as many steps as the fit took, or a few."""
        from stepcalc.numeric.least_squares.steepest_descent import steepest_descent

        return steepest_descent(
            self._problem, self.begin, len(self.iterations) - 1 if self.attempts else DESCENT
        )

    def leftovers(self, parameters: Sequence[float]) -> Array:
        """The weighted residuals with other parameters, of which χ² is the sum of squares.

        Args:
            parameters: A value for each, in order.
        """
        import numpy as np

        return self._problem.residuals(np.asarray(parameters, dtype=float))

    def predict(self, data: Any) -> Array:
        """The values of the fitted model.

        Args:
            data: For a single measured letter numbers, one or several; else a mapping of names to them.

        Returns:
            An array of the same shape; for one number a float.
        """
        value = self._compiled.bind(self._points(data), self.asked.parameters)(self.values)[0]
        return self._shaped(value, data)

    def band(self, data: Any) -> Array:
        """One standard deviation of the fitted model, by the covariance of the parameters: √(J Cov Jᵀ).

        Args:
            data: Where, as for :meth:`predict`.
        """
        import numpy as np

        points = self._points(data)
        slopes = self._compiled.bind(points, self.asked.parameters)(self.values)[1:]
        shape = np.broadcast_shapes(*(np.shape(each) for each in points.values()))
        columns = np.stack([np.broadcast_to(slope, shape) for slope in slopes], axis=-1)
        found = np.sqrt(np.maximum(np.einsum("...i,ij,...j->...", columns, self.covariance, columns), 0))
        return self._shaped(found, data)

    def _points(self, data: Any) -> dict[Form, Array]:
        import numpy as np

        if not isinstance(data, Mapping) and not hasattr(data, "columns"):
            if len(self.asked.variables) != 1:
                raise self._no_points()
            data = {self.asked.names[0]: data}
        try:
            return {
                each: np.asarray(data[name], dtype=float)
                for each, name in zip(self.asked.variables, self.asked.names, strict=True)
            }
        except (KeyError, TypeError, ValueError):
            raise self._no_points() from None

    def _no_points(self) -> UsageError:
        return UsageError(say("fit-predict", names=listed(list(self.asked.names))), code="fit-predict")

    def _shaped(self, value: Array, data: Any) -> Array:
        import numpy as np

        shape = (
            np.broadcast_shapes(*(np.shape(each) for each in self._points(data).values()))
            if self.asked.names
            else ()
        )
        found = np.array(np.broadcast_to(value, shape))
        return found if shape else float(found)

    @cached_property
    def _compiled(self) -> Any:
        return compiled(self.asked, slopes_of(self.asked, Working(self.book, self.prefer)), self.book)

    @cached_property
    def _problem(self) -> Any:
        return problem_of(self.asked, self._compiled, ())

    @cached_property
    def derivation(self) -> Derivation:
        """χ², its gradient, and the equations that lead to the parameters, step by step."""
        asked = self.asked
        working = Working(self.book, self.prefer, self.form)
        step = working.solve(goal_of(asked))
        held = (*asked.variables,)
        question = Question("fit", asked.model, asked.parameters, held, asked.text, asked.notes)
        return working.finished(question, [step], step.result)

    @property
    def derivations(self) -> tuple[Derivation, ...]:
        """The derivation of the equations."""
        return (self.derivation,)

    @property
    def rulebook(self) -> Rulebook:
        """The book the rules come from."""
        return self.book

    @property
    def answer(self) -> Form:
        """The parameters as equations."""
        errors = self.standard_errors.values()
        found = [
            relation("=", each, short(value, error))
            for each, value, error in zip(self.asked.parameters, self.values, errors, strict=True)
        ]
        return found[0] if len(found) == 1 else vector(*found)

    @property
    def data(self) -> dict[str, Any]:
        """The numbers as data."""
        return {
            "parameters": self.parameters,
            "standard_errors": self.standard_errors,
            "covariance": self.covariance.tolist(),
            "correlation": self.correlation.tolist(),
            "chi_squared": self.chi_squared,
            "degrees_of_freedom": self.degrees_of_freedom,
            "reduced_chi_squared": None if not self.degrees_of_freedom else self.reduced_chi_squared,
            "scaled": self.scaled,
            "residuals": list(self.left),
            "iterations": [
                {
                    "number": row.number,
                    "parameters": list(row.parameters),
                    "chi_squared": row.chi_squared,
                    "damping": row.damping,
                }
                for row in self.iterations
            ],
            "notes": list(self.notes),
        }

    def code(self) -> str:
        """The same fit as a few lines of SciPy that run."""
        from stepcalc.calculus.fitting.code import code

        return code(self)
