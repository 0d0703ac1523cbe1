"""``stepcalc.fit``: a model fitted to data by chi-squared, from the derivatives to the numbers."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Final

from stepcalc.calculus.fitting.asking import Asked, understood
from stepcalc.calculus.fitting.numerals import short, shown
from stepcalc.calculus.fitting.precise import OutsideError, Precise, SingularError, refined, solve_linear
from stepcalc.calculus.fitting.symmetry import exchangeable, in_order_of, with_signs_of
from stepcalc.calculus.letters import listed
from stepcalc.calculus.working import Working
from stepcalc.errors import MissingExtraError, NotDerivableError, UsageError
from stepcalc.messages import say
from stepcalc.notation.forms import Form, call, letters_of, relation, vector
from stepcalc.rulebook.book import Rulebook, default_book
from stepcalc.rulebook.fitting import is_linear, way
from stepcalc.trace.derivation import Derivation, Question
from stepcalc.trace.display import outcome
from stepcalc.trace.report import Report

if TYPE_CHECKING:
    from stepcalc.numeric.least_squares.solution import Row, Solution

Array = Any
"""A NumPy array of floats."""

METHODS: Final = ("levenberg-marquardt", "descent")
DROWNED: Final = 1e-9
"""Where rounding is more than this part of the residuals, they are found in more digits."""

DESCENT: Final = 20
"""How many steps of steepest descent are gone where the fit itself takes none."""

MOST_PRECISE: Final = 4000
"""A linear model with more entries in its Jacobian than this is solved in double precision."""


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

    # ------------------------------------------------------------------------------------------ numbers

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

    # -------------------------------------------------------------------------------------- explanation

    @cached_property
    def derivation(self) -> Derivation:
        """χ², its gradient, and the equations that lead to the parameters, step by step."""
        asked = self.asked
        working = Working(self.book, self.prefer, self.form)
        goal = call(
            "fit", asked.model, vector(*asked.parameters), asked.height, asked.scale, *asked.variables
        )
        step = working.solve(goal)
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
    _enough(asked, scaled)
    slopes = slopes_of(asked, Working(book, tuple(prefer)))
    kind = way(_goal(asked))
    if is_linear(asked.model, asked.parameters):
        found = _linear(asked, slopes, book)
        begin = tuple(asked.start.get(each, 1.0) for each in asked.parameters)
        return Fit(
            asked, kind, book, found.parameters, found.inverse, found.chi_squared, found.residuals, scaled,
            begin=begin, method=method, notes=asked.notes, form=form, prefer=tuple(prefer),
        )  # fmt: skip
    curve = _curve(asked, slopes, book, scaled, method)
    return replace(curve, form=form, prefer=tuple(prefer))


def _goal(asked: Asked) -> Form:
    return call("fit", asked.model, vector(*asked.parameters), asked.height, asked.scale, *asked.variables)


def _enough(asked: Asked, scaled: bool) -> None:
    """Refuse fewer points than it takes to tell the parameters and their errors."""
    needed = len(asked.parameters) + scaled
    if asked.count < needed:
        key = "fit-few-scaled" if scaled and asked.count >= len(asked.parameters) else "fit-few"
        names = listed([each.name for each in asked.parameters])
        message = say(key, points=asked.count, needed=needed, names=names) + _words_in(asked)
        raise UsageError(message, code="fit-few")


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


# ------------------------------------------------------------------------------------------- linear models


def _linear(asked: Asked, slopes: Sequence[Form], book: Rulebook) -> Precise:
    if asked.count * len(slopes) > MOST_PRECISE:
        return _linear_in_doubles(asked, slopes, book)
    try:
        return solve_linear(asked, slopes, book.definitions)
    except SingularError:
        raise _not_told_apart(asked, _jacobian(asked, slopes, book, [0.0] * len(slopes))) from None
    except OutsideError as problem:
        raise _outside(asked, problem.args[0]) from None


def _linear_in_doubles(asked: Asked, slopes: Sequence[Form], book: Rulebook) -> Precise:
    import numpy as np

    problem = problem_of(asked, compiled(asked, slopes, book), ())
    nought = np.zeros(len(slopes))
    with np.errstate(all="ignore"):
        left = problem.residuals(nought)
        columns = problem.jacobian(len(slopes))
    bad = np.flatnonzero(~(np.isfinite(left) & np.isfinite(columns).all(axis=1)))
    if len(bad):
        raise _outside(asked, int(bad[0]))
    if _null_names(asked, columns):
        raise _not_told_apart(asked, columns)
    return _from_jacobian(asked, np.linalg.lstsq(columns, left, rcond=None)[0], columns, problem)


def _from_jacobian(asked: Asked, values: Array, columns: Array, problem: Any) -> Precise:
    import numpy as np

    lengths = np.linalg.norm(columns, axis=0)
    inner = np.linalg.inv(np.linalg.qr(columns / lengths)[1])
    inverse = (inner @ inner.T) / np.outer(lengths, lengths)
    left = problem.residuals(np.asarray(values, dtype=float))
    raw = left if problem.sigma is None else left * problem.sigma
    rows = tuple(map(tuple, inverse.tolist()))
    return Precise(tuple(float(each) for each in values), float(left @ left), rows, tuple(raw.tolist()))


def _jacobian(asked: Asked, slopes: Sequence[Form], book: Rulebook, values: Sequence[float]) -> Array:
    import numpy as np

    problem = problem_of(asked, compiled(asked, slopes, book), ())
    with np.errstate(all="ignore"):
        problem.residuals(np.array(values))
        return problem.jacobian(len(slopes))


def _outside(asked: Asked, place: int) -> UsageError:
    return UsageError(say("fit-outside", row=place + 1, values=_point(asked, place)), code="fit-outside")


def _point(asked: Asked, place: int) -> str:
    return ", ".join(
        f"{name} = {asked.data[each][place]:g}"
        for each, name in zip(asked.variables, asked.names, strict=True)
    )


NOTICED: Final = 1e-3


def _null_names(asked: Asked, columns: Array) -> list[str]:
    """The parameters that can be changed together without changing the model at any point."""
    import numpy as np

    lengths = np.linalg.norm(columns, axis=0)
    idle = [each.name for each, length in zip(asked.parameters, lengths, strict=True) if not length > 0]
    if idle:
        return idle
    _, sizes, directions = np.linalg.svd(np.linalg.qr(columns / lengths)[1])
    flat = [row for row, size in zip(directions, sizes, strict=False) if size <= 1e-11 * sizes[0]]
    flat += list(directions[len(sizes) :])
    return [
        each.name
        for place, each in enumerate(asked.parameters)
        if any(abs(row[place]) > NOTICED for row in flat)
    ]


def _not_told_apart(asked: Asked, columns: Array) -> UsageError:
    import numpy as np

    usable = columns if np.isfinite(columns).all() else np.where(np.isfinite(columns), columns, 0)
    names = _null_names(asked, usable) or [each.name for each in asked.parameters]
    key = "fit-singular" if len(names) > 1 else "fit-idle"
    return UsageError(say(key, names=listed(names)) + _words_in(asked), code="fit-singular")


def _words_in(asked: Asked) -> str:
    """That a word was read as a product of letters, which may not have been meant."""
    letters = {each.name for each in asked.parameters}
    for word in re.findall(r"[A-Za-z]{3,}", asked.text):
        if set(word) <= letters | {"e"}:
            return say("fit-word", word=word, product="·".join(word))
    return ""


# ------------------------------------------------------------------------------------------------- curves


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


def _curve(asked: Asked, slopes: Sequence[Form], book: Rulebook, scaled: bool, method: str) -> Fit:
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
        _refuse_idle(asked, values, begin, columns, problem)
        found = _from_jacobian(asked, values, columns, problem)
    if found.chi_squared < (problem.grain / DROWNED) ** 2:
        found = refined(asked, found.parameters, columns, book.definitions) or found
    return Fit(
        asked, "gauss_newton", book, found.parameters, found.inverse, found.chi_squared, found.residuals, scaled,
        tuple(attempts), begin, method, tuple(notes),
    )  # fmt: skip


def _refuse_idle(asked: Asked, values: Array, begin: Sequence[float], columns: Array, problem: Any) -> None:
    """Refuse an end at which changing a parameter by all that it is changes nothing but rounding."""
    import numpy as np

    reach = np.maximum(np.abs(values), np.abs(begin))
    effects = np.linalg.norm(columns, axis=0) * reach
    idle = [
        each.name
        for each, effect, far in zip(asked.parameters, effects, reach, strict=True)
        if far and effect <= problem.rounding
    ]
    if idle:
        raise UsageError(say("fit-idle", names=listed(idle)), code="fit-singular")


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
            raise _not_told_apart(asked, problem.jacobian(len(best.parameters)))
    if best.status == "undefined":
        place = _first_without_value(asked, best, problem)
        key = "fit-undefined" if len(best.rows) == 1 else "fit-undefined-end"
        message = say(key, row=place + 1, values=_point(asked, place))
        raise NotDerivableError(message, code=key)
    raise NotDerivableError(say("fit-not-converged", steps=len(best.rows) - 1), code="fit-not-converged")


def _first_without_value(asked: Asked, attempt: Solution, problem: Any) -> int:
    """The first point at which the model or one of its derivatives has no value where an attempt began."""
    import numpy as np

    with np.errstate(all="ignore"):
        left = np.broadcast_to(problem.residuals(np.array(attempt.parameters)), asked.count)
        columns = problem.jacobian(len(attempt.parameters))
    bad = np.flatnonzero(~(np.isfinite(left) & np.isfinite(columns).all(axis=1)))
    return int(bad[0]) if len(bad) else 0
