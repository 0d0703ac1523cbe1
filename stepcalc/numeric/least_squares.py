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
from dataclasses import dataclass
from itertools import product
from typing import Any, Final

from stepcalc.numeric.compiled import Bound

Array = Any

FIRST_RADIUS: Final = 1.0
"""The first step may be as long as this times the start."""

SMALL_GAIN: Final = 0.25
LARGE_GAIN: Final = 0.75
"""What part of the foreseen gain makes the linear model trusted less far, and further."""

SHARP: Final = 1e-9
"""Where the least eigenvalue of the normal matrix is a smaller part of the largest, the Jacobian itself is used."""

LEAST_DAMPING: Final = 1e-16
MOST_STEPS: Final = 120
"""Of one attempt."""

MOST_BEFORE_OTHERS: Final = 50
"""Of the first, where parameters stand in front, so that there is a better way."""

MOST_STEPS_OF_LAST: Final = 4000
MOST_TRIALS: Final = 60
ALONG: Final = 1e-8
"""The residuals are at right angles to the Jacobian's columns when no more than this part of them is along these."""

NEARLY_ALONG: Final = 1e-5
"""Where rounding stops the steps, this much is enough."""

POLISHED: Final = 1e-10
MOST_POLISHING: Final = 16

EPSILON: Final = 2.0**-52
UNSEEN: Final = 16 * EPSILON
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
        weights = None if sigma is None else 1 / sigma**2
        middle = y.mean() if weights is None else (weights @ y) / weights.sum()
        heights, centred = (y, y - middle) if sigma is None else (y / sigma, (y - middle) / sigma)
        self.scatter = float(centred @ centred)
        """The sum of squares about the weighted mean, which a constant model would leave."""
        self.rounding = 64 * EPSILON * math.sqrt(float(heights @ heights))
        """The length that rounding alone may give the residuals."""

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
        tried = [
            levenberg_marquardt(problem, start, most=MOST_BEFORE_OTHERS if problem.linear else MOST_STEPS)
        ]
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

    λ is the one that makes the step as long as the distance within which the linear model is trusted, 0 if the
    step is not longer without it.

    Args:
        problem: The residuals.
        start: The parameters to start from.
        projected: Whether the parameters that stand in front are not damped, and solved for after every step.
        most: How many steps.
        before: The attempt that this one goes on with.
    """
    import numpy as np

    search = _Search(problem, np.array(start, dtype=float), problem.linear if projected else ())
    begun = before.start if before else tuple(float(each) for each in start)
    rows = list(before.rows) if before else [Row(0, tuple(search.parameters.tolist()), search.squares)]
    status = "steps" if math.isfinite(search.squares) else "undefined"
    for _ in range(most if status == "steps" else 0):
        status = search.step()
        if status != "steps":
            break
        rows.append(search.row(len(rows)))
    if status in ("converged", "rounding"):
        status = _polish(problem, rows, status, None if search.inner else search.tangent)
    poor = rows[-1].chi_squared > POOR * problem.scatter
    return Solution(tuple(rows), status, projected, begun, poor)


class _Search:
    """Where an iteration is, and how far it trusts the linear model.

    Args:
        problem: The residuals.
        start: The parameters to start from.
        inner: The places of parameters that are not damped.
    """

    def __init__(self, problem: Problem, start: Array, inner: Sequence[int]) -> None:
        import numpy as np

        self.problem = problem
        self.inner = list(inner)
        others = [place for place in range(len(start)) if place not in inner]
        self.outer: Any = others if inner else slice(None)
        self.parameters = problem.projected(start) if inner else start
        self.left = problem.residuals(self.parameters)
        self.squares = float(self.left @ self.left)
        self.damping = 0.0
        self._radius = -1.0
        self._squared = np.zeros(len(others))

    def row(self, number: int) -> Row:
        """The present place as a row of the table."""
        scales = self._lengths
        if self.inner:
            import numpy as np

            scales = np.zeros(len(self.parameters))
            scales[self.outer] = self._lengths
        return Row(
            number, tuple(self.parameters.tolist()), self.squares, self.damping, tuple(scales.tolist())
        )

    def step(self) -> str:
        """Go a step; ``"steps"`` if it was gone, else why there is none."""
        import numpy as np

        columns = self._columns()
        normal = columns.T @ columns
        self._squared = np.maximum(self._squared, normal.diagonal())
        if not math.isfinite(float(self._squared.sum())):
            return "undefined"
        self._lengths = np.sqrt(self._squared)
        if not self._lengths.all():
            self._lengths = np.where(self._lengths > 0, self._lengths, 1.0)
        self.tangent = _tangent(columns, self.left, self._lengths, normal)
        if self.tangent.along <= ALONG * math.sqrt(self.squares):
            return "converged"
        return self._downhill(self.tangent)

    def _columns(self) -> Array:
        """The Jacobian's columns; with parameters that are not damped, what is at right angles to theirs."""
        import numpy as np

        columns = self.problem.jacobian(len(self.parameters))
        if not self.inner or not np.isfinite(columns).all():
            return columns[:, self.outer] if self.inner else columns
        basis = np.linalg.qr(columns[:, self.inner])[0]
        others = columns[:, self.outer]
        return others - basis @ (basis.T @ others)

    def _downhill(self, tangent: _Tangent) -> str:
        """Shorten the step until it makes the sum of squares smaller."""
        place = self.parameters[self.outer] * self._lengths
        if self._radius < 0:
            self._radius = FIRST_RADIUS * (math.sqrt(float(place @ place)) or 1.0)
        for _ in range(MOST_TRIALS):
            damping, turned = _within(tangent.sizes, tangent.slope, self._radius)
            length = math.sqrt(float(turned @ turned))
            foreseen = float(turned @ (tangent.slope + damping * turned))
            if foreseen <= UNSEEN * self.squares:
                break  # rounding hides so small a gain
            trial = self.parameters.copy()
            trial[self.outer] += (tangent.axes @ turned) / self._lengths
            if self.inner:
                trial = self.problem.projected(trial)
            after = self.problem.residuals(trial)
            reached = float(after @ after)
            gain = (self.squares - reached) / foreseen if foreseen > 0 and math.isfinite(reached) else -1.0
            if gain < SMALL_GAIN:
                shorter = self._shorter(gain, reached, float(tangent.slope @ turned))
                self._radius = shorter * min(self._radius, 10 * length)
            elif gain > LARGE_GAIN or damping == 0:
                self._radius = 2 * length
            if reached < self.squares and gain > 0:
                self.parameters, self.left, self.squares = trial, after, reached
                self.damping = damping
                return "steps"
        self.problem.residuals(self.parameters)
        enough = max(NEARLY_ALONG * math.sqrt(self.squares), self.problem.rounding)
        return "rounding" if tangent.along <= enough else "flat"

    def _shorter(self, gain: float, reached: float, downhill: float) -> float:
        """What part of the distance is still trusted: where a parabola through both ends is least (Moré)."""
        if gain >= 0:
            return 0.5
        if not reached <= 100 * self.squares:
            return 0.1
        slope = -downhill / self.squares
        return min(max(0.5 * slope / (slope + 0.5 * (1 - reached / self.squares)), 0.1), 0.5)


def _within(sizes: Array, slope: Array, radius: float) -> tuple[float, Array]:
    """The λ and the step along the axes that is no longer than the radius (Moré's iteration for λ)."""
    import numpy as np

    least = float(sizes[-1] if sizes[0] > sizes[-1] else sizes[0])
    most = float(sizes.max())
    if least > RANK * RANK * most:
        step = slope / sizes
        if float(step @ step) <= (1.1 * radius) ** 2:
            return 0.0, step
    damping = max(float(np.sqrt(slope @ slope)) / radius - most, LEAST_DAMPING * most)
    for _ in range(MOST_TRIALS):
        below = sizes + damping
        step = slope / below
        length = math.sqrt(float(step @ step))
        if abs(length - radius) <= 0.1 * radius:
            break
        bend = float(step @ (step / below))
        damping = max(damping + (length - radius) / radius * length * length / bend, damping * 1e-3, 1e-30)
    return damping, step


def _polish(problem: Problem, rows: list[Row], status: str, tangent: _Tangent | None) -> str:
    """Last steps without damping, as long as they leave less of the residuals along the Jacobian's columns.

    The sum of squares no longer tells such steps apart: it changes by less than its rounding.
    """
    import numpy as np

    parameters = np.array(rows[-1].parameters)
    left = problem.residuals(parameters)
    if tangent is None:
        tangent = _tangent_at(problem, left, len(parameters))
    if tangent is None or tangent.sizes.min() <= RANK * RANK * tangent.sizes.max():
        return "flat"
    for _ in range(MOST_POLISHING):
        squares = float(left @ left)
        if tangent.along <= POLISHED * math.sqrt(squares):
            break
        parameters = parameters + (tangent.axes @ (tangent.slope / tangent.sizes)) / tangent.lengths
        left = problem.residuals(parameters)
        after = _tangent_at(problem, left, len(parameters))
        if after is None or not after.along < 0.9 * tangent.along:
            break
        lengths, tangent = tangent.lengths, after
        reached = float(left @ left)
        rows.append(Row(len(rows), tuple(parameters.tolist()), reached, 0.0, tuple(lengths.tolist())))
    return status


@dataclass(frozen=True, slots=True)
class _Tangent:
    """The linear model of the residuals at a place, along axes in which it is diagonal.

    Args:
        lengths: What the Jacobian's columns are divided by.
        sizes: The eigenvalues of the normal matrix of the scaled columns.
        axes: Its eigenvectors, as columns.
        slope: The residuals times the scaled columns, along the axes.
        along: The length of the part of the residuals that lies along the columns.
    """

    lengths: Array
    sizes: Array
    axes: Array
    slope: Array
    along: float


def _tangent(columns: Array, left: Array, lengths: Array, normal: Array) -> _Tangent:
    import numpy as np

    sizes, axes = np.linalg.eigh(normal / lengths[:, None] / lengths)
    if sizes[0] > SHARP * sizes[-1]:
        slope = axes.T @ ((columns.T @ left) / lengths)
        return _Tangent(lengths, sizes, axes, slope, math.sqrt(float(slope @ (slope / sizes))))
    # The normal matrix has too few digits for its smallest directions.
    basis, triangle = np.linalg.qr(columns / lengths)
    along = basis.T @ left
    turned, values, axes = np.linalg.svd(triangle)
    return _Tangent(lengths, values**2, axes.T, values * (turned.T @ along), math.sqrt(float(along @ along)))


def _tangent_at(problem: Problem, left: Array, size: int) -> _Tangent | None:
    """The linear model where residuals were last asked for; ``None`` where a column is 0 or has no value."""
    import numpy as np

    columns = problem.jacobian(size)
    normal = columns.T @ columns
    squared = normal.diagonal()
    if not math.isfinite(float(normal.sum())) or not squared.min() > 0:
        return None
    return _tangent(columns, left, np.sqrt(squared), normal)


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
                rate = float(downhill @ downhill) / float(turn @ turn)
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
