"""Least squares: Levenberg and Marquardt's method from an exact Jacobian, and steepest descent to compare it with.

The Jacobian's columns are scaled to the length of the longest seen so far, so that the units of parameters do not
matter. Where the plain method runs away or crawls, parameters that stand in front only are solved for in every
step (variable projection), and then starts of other magnitudes are tried.

Sources: Marquardt, J. SIAM 11 (1963) 431; Moré, Lecture Notes in Mathematics 630 (1978) 105; Nielsen, IMM-REP-1999-05
(the damping); Golub and Pereyra, SIAM J. Numer. Anal. 10 (1973) 413 (variable projection).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Any, Final

from stepcalc.numeric.compiled import Bound

Array = Any

FIRST_DAMPING: Final = 1e-3
LEAST_DAMPING: Final = 1e-16
MOST_STEPS: Final = 120
"""Of one attempt."""

MOST_STEPS_OF_LAST: Final = 4000
MOST_TRIALS: Final = 60
ALONG: Final = 1e-8
"""The residuals are at right angles to the Jacobian's columns when no more than this part of them is along these."""

NEARLY_ALONG: Final = 1e-5
"""Where rounding stops the steps, this much is enough."""

POLISHED: Final = 1e-10
MOST_POLISHING: Final = 16

RANK: Final = 1e-11
"""Directions in which the scaled Jacobian is smaller than this part of its largest are not told apart."""

POOR: Final = 0.5
"""A fit that leaves more than this part of the scatter unexplained is looked at again from other starts."""

MAGNITUDES: Final = (1.0, 0.1, 10.0, 0.01, 100.0, 1e-3, 1e3)
MOST_STARTS: Final = 400
TRIED_STARTS: Final = 4


@dataclass(frozen=True, slots=True)
class Row:
    """One iteration.

    Args:
        number: 0 for the start.
        parameters: The parameters that were reached.
        chi_squared: The sum of squares there.
        damping: The λ of the step that led here; ``None`` for the start.
        scales: The lengths D by which the columns of the Jacobian were scaled in that step.
    """

    number: int
    parameters: tuple[float, ...]
    chi_squared: float
    damping: float | None = None
    scales: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Solution:
    """Where an attempt ended.

    Args:
        rows: The iterations, from the start on.
        status: ``"converged"``, ``"rounding"`` (no step helps any more), ``"steps"`` (too many), ``"flat"`` (the
            Jacobian has directions in which nothing changes), or ``"undefined"`` (the model has no value).
        projected: Whether the parameters that stand in front were solved for in every step.
        start: The parameters that were started from.
        poor: Whether most of the scatter is left unexplained.
    """

    rows: tuple[Row, ...]
    status: str
    projected: bool
    start: tuple[float, ...]
    poor: bool = False

    @property
    def parameters(self) -> tuple[float, ...]:
        """The parameters at the end."""
        return self.rows[-1].parameters

    @property
    def chi_squared(self) -> float:
        """The sum of squares at the end."""
        return self.rows[-1].chi_squared

    @property
    def is_sound(self) -> bool:
        """Whether this is a minimum, and one that explains something."""
        return self.status in ("converged", "rounding") and not self.poor


class Problem:
    """Residuals (y − f)/σ as a function of the parameters.

    Args:
        model: The model and its partial derivatives, compiled, with the data in place.
        y: What was observed.
        sigma: The standard deviations, or ``None`` for 1.
        linear: The places of the parameters that stand in front only, together.
    """

    def __init__(
        self, model: Bound, y: Array, sigma: Array | None = None, linear: Sequence[int] = ()
    ) -> None:
        self.model = model
        self.y = y
        self.sigma = sigma
        self.linear = tuple(linear)
        self.count = len(y)

    def residuals(self, parameters: Array) -> Array:
        """The residuals, weighted."""
        left = self.y - self.model.first(list(parameters))
        return left if self.sigma is None else left / self.sigma

    def jacobian(self, size: int) -> Array:
        """The derivatives of the model, weighted, at the parameters that residuals were last asked for."""
        import numpy as np

        columns = np.empty((self.count, size))
        for place, column in enumerate(self.model.others()):
            columns[:, place] = column
        return columns if self.sigma is None else columns / self.sigma[:, None]

    def projected(self, parameters: Array) -> Array:
        """The parameters with those that stand in front replaced by the best for the others."""
        import numpy as np

        if not self.linear:
            return parameters
        left = self.residuals(parameters)
        linear = list(self.linear)
        columns = self.jacobian(len(parameters))[:, linear]
        if not (np.isfinite(columns).all() and np.isfinite(left).all()):
            return parameters
        lengths = np.linalg.norm(columns, axis=0)
        lengths[lengths == 0] = 1.0
        target = left + columns @ parameters[linear]
        found = parameters.copy()
        found[linear] = np.linalg.lstsq(columns / lengths, target, rcond=1e-13)[0] / lengths
        return found

    def rounding(self) -> float:
        """The length that rounding alone may give the residuals."""
        import numpy as np

        heights = self.y if self.sigma is None else self.y / self.sigma
        return 64 * float(np.finfo(float).eps) * math.sqrt(heights @ heights)

    def scatter(self) -> float:
        """The sum of squares about the weighted mean, which a constant model would leave."""
        import numpy as np

        weights = np.ones(self.count) if self.sigma is None else 1 / self.sigma**2
        centred = self.y - (weights @ self.y) / weights.sum()
        return float(weights @ centred**2)


def minimise(problem: Problem, start: Sequence[float]) -> list[Solution]:
    """The least sum of squares, from a start.

    Args:
        problem: The residuals.
        start: The parameters to start from.

    Returns:
        The attempts in the order in which they were made, the best last.
    """
    import numpy as np

    with np.errstate(all="ignore"):
        tried = [levenberg_marquardt(problem, start)]
        if tried[0].is_sound:
            return tried
        if problem.linear:
            tried.append(levenberg_marquardt(problem, start, projected=True))
        if not any(each.is_sound for each in tried):
            others = _other_starts(problem, start)
            tried += [levenberg_marquardt(problem, other, projected=bool(problem.linear)) for other in others]
        best = min(tried, key=_merit)
        if best.status == "steps":
            best = levenberg_marquardt(
                problem, best.parameters, projected=best.projected, most=MOST_STEPS_OF_LAST, before=best
            )
        return [*(each for each in tried if _merit(each) > _merit(best)), best]


def _merit(solution: Solution) -> tuple[bool, float]:
    size = solution.chi_squared
    return solution.status in ("flat", "undefined"), size if math.isfinite(size) else math.inf


def _other_starts(problem: Problem, start: Sequence[float]) -> list[tuple[float, ...]]:
    """The best of many starts in which the parameters that do not stand in front have other magnitudes."""
    import numpy as np

    inner = [place for place in range(len(start)) if place not in problem.linear]
    found: list[tuple[float, tuple[float, ...]]] = []
    for factors in _factors(len(inner)):
        parameters = np.array(start, dtype=float)
        parameters[inner] *= factors
        parameters = problem.projected(parameters)
        left = problem.residuals(parameters)
        size = float(left @ left)
        if math.isfinite(size):
            found.append((size, tuple(parameters.tolist())))
    found.sort(key=lambda pair: pair[0])
    return [parameters for _, parameters in found[:TRIED_STARTS]]


def _factors(count: int) -> Iterator[tuple[float, ...]]:
    """Factors for each of some parameters: all combinations of magnitudes, of fewer where there are many."""
    for magnitudes in (MAGNITUDES, MAGNITUDES[:5], MAGNITUDES[:3]):
        if len(magnitudes) ** count <= MOST_STARTS:
            yield from product(magnitudes, repeat=count)
            return
    yield from ((magnitude,) * count for magnitude in MAGNITUDES)


# ---------------------------------------------------------------------------------- Levenberg and Marquardt


def levenberg_marquardt(
    problem: Problem,
    start: Sequence[float],
    *,
    projected: bool = False,
    most: int = MOST_STEPS,
    before: Solution | None = None,
) -> Solution:
    """Steps δ with (JᵀJ + λD²)δ = Jᵀr, each accepted if it makes the sum of squares smaller.

    Args:
        problem: The residuals.
        start: The parameters to start from.
        projected: Whether the parameters that stand in front are not damped, and solved for after every step.
        most: How many steps.
        before: The attempt that this one goes on with.
    """
    import numpy as np

    size = len(start)
    parameters = np.array(start, dtype=float)
    free = list(problem.linear) if projected else []
    rows = list(before.rows) if before else []
    if free and not before:
        parameters = problem.projected(parameters)
    left = problem.residuals(parameters)
    squares = float(left @ left)
    if not rows:
        rows = [Row(0, tuple(parameters.tolist()), squares)]
    begun = before.start if before else tuple(float(each) for each in start)
    damping, growth = FIRST_DAMPING, 2.0
    scales = np.zeros(size)
    status = "steps" if math.isfinite(squares) else "undefined"
    identity, nought = np.eye(size), np.zeros(size)
    identity[free, free] = 0.0
    for _ in range(most if status == "steps" else 0):
        columns = problem.jacobian(size)
        if not np.isfinite(columns).all():
            status = "undefined"
            break
        scales = np.maximum(scales, np.sqrt(np.einsum("ij,ij->j", columns, columns)))
        lengths = np.where(scales > 0, scales, 1.0)
        basis, triangle = np.linalg.qr(columns / lengths)
        slope = basis.T @ left
        along = math.sqrt(slope @ slope)
        if along <= ALONG * math.sqrt(squares):
            status = "converged"
            break
        accepted = False
        for _ in range(MOST_TRIALS):
            system = np.concatenate((triangle, math.sqrt(damping) * identity))
            step = np.linalg.lstsq(system, np.concatenate((slope, nought)), rcond=None)[0]
            trial = parameters + step / lengths
            if free:
                trial = problem.projected(trial)
            after = problem.residuals(trial)
            reached = float(after @ after)
            missed = slope - triangle @ step
            foreseen = along * along - float(missed @ missed)
            if reached < squares and foreseen > 0:
                accepted = True
                break
            if np.all(np.abs(step) <= 1e-15 * np.abs(parameters * lengths)):
                break
            damping, growth = max(damping, LEAST_DAMPING) * growth, growth * 2
        if not accepted:
            enough = max(NEARLY_ALONG * math.sqrt(squares), problem.rounding())
            status = "rounding" if along <= enough else "flat"
            break
        rows.append(Row(len(rows), tuple(trial.tolist()), reached, damping, tuple(lengths.tolist())))
        gain = (squares - reached) / foreseen
        parameters, left, squares = trial, after, reached
        damping *= max(1 / 3, 1 - (2 * gain - 1) ** 3) * (0.3 if gain > 0.9 else 1.0) if gain < 2 else 0.5
        damping, growth = (damping if damping > LEAST_DAMPING else 0.0), 2.0
    if status in ("converged", "rounding"):
        status = _polish(problem, rows, status, along)
    squares = rows[-1].chi_squared
    poor = squares > POOR * problem.scatter()
    return Solution(tuple(rows), status, projected, begun, poor)


def _polish(problem: Problem, rows: list[Row], status: str, along: float) -> str:
    """Last steps without damping, as long as they leave less of the residuals along the Jacobian's columns.

    The sum of squares no longer tells such steps apart: it changes by less than its rounding.
    """
    import numpy as np

    parameters = np.array(rows[-1].parameters)
    left = problem.residuals(parameters)
    columns = problem.jacobian(len(parameters))
    for _ in range(MOST_POLISHING):
        lengths = np.linalg.norm(columns, axis=0)
        if not (np.isfinite(lengths).all() and (lengths > 0).all()):
            return "flat"
        basis, triangle = np.linalg.qr(columns / lengths)
        sizes = np.linalg.svd(triangle, compute_uv=False)
        if sizes[-1] <= RANK * sizes[0]:
            return "flat"
        if along <= POLISHED * math.sqrt(left @ left):
            break
        trial = parameters + np.linalg.solve(triangle, basis.T @ left) / lengths
        after = problem.residuals(trial)
        columns = problem.jacobian(len(parameters))
        if not np.isfinite(columns).all():
            break
        slope = np.linalg.qr(columns / lengths)[0].T @ after
        if not math.sqrt(slope @ slope) < 0.9 * along:
            break
        parameters, left, along = trial, after, math.sqrt(slope @ slope)
        reached = float(left @ left)
        rows.append(Row(len(rows), tuple(trial.tolist()), reached, 0.0, tuple(lengths.tolist())))
    return status


def again_in(solution: Solution, order: Sequence[int]) -> Solution:
    """The same with the parameters in another order, where the model is the same in both.

    Args:
        solution: What was found.
        order: For each place the place that its value comes from.
    """

    def turned(values: tuple[float, ...]) -> tuple[float, ...]:
        return tuple(values[place] for place in order) if values else values

    rows = tuple(
        replace(row, parameters=turned(row.parameters), scales=turned(row.scales)) for row in solution.rows
    )
    return replace(solution, rows=rows)


# ------------------------------------------------------------------------------------------ steepest descent


def steepest_descent(problem: Problem, start: Sequence[float], steps: int) -> tuple[Row, ...]:
    """Steps along Jᵀr, down the gradient of the sum of squares, halved until they make it smaller.

    Args:
        problem: The residuals.
        start: The parameters to start from.
        steps: How many.

    Returns:
        The rows; ``damping`` holds the rate η of the step δ = η·Jᵀr.
    """
    import numpy as np

    parameters = np.array(start, dtype=float)
    with np.errstate(all="ignore"):
        left = problem.residuals(parameters)
        rows = [Row(0, tuple(parameters.tolist()), float(left @ left))]
        rate = 0.0
        for number in range(1, steps + 1):
            downhill = problem.jacobian(len(parameters)).T @ left
            if not np.isfinite(downhill).all() or not downhill.any():
                break
            if not rate:
                turn = problem.jacobian(len(parameters)) @ downhill
                rate = 2 * float(downhill @ downhill) / float(turn @ turn)
            squares = rows[-1].chi_squared
            for _ in range(MOST_TRIALS):
                trial = parameters + rate * downhill
                after = problem.residuals(trial)
                reached = float(after @ after)
                if reached < squares:
                    break
                rate /= 2
            else:
                break
            parameters, left = trial, after
            rows.append(Row(number, tuple(trial.tolist()), reached, rate))
            rate *= 2
        return tuple(rows)
