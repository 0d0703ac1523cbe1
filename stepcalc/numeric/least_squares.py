"""Least squares: Levenberg and Marquardt's method from an exact Jacobian, and steepest descent to compare it with.

The Jacobian's columns are scaled to the length of the longest seen so far, so that the units of parameters do not
matter. Where the plain method runs away or crawls, parameters that stand in front only are solved for in every
step (variable projection), and then starts of other magnitudes are tried. Near the end, where large residuals make
steps without damping overshoot again and again, λ is what the second derivatives left out were along the last step.

Sources: Marquardt, J. SIAM 11 (1963) 431; Moré, Lecture Notes in Mathematics 630 (1978) 105; Nielsen, IMM-REP-1999-05
(the damping); Golub and Pereyra, SIAM J. Numer. Anal. 10 (1973) 413 (variable projection).
"""

from __future__ import annotations

import math
import operator
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any, Final, NamedTuple

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

FEW_STEPS: Final = 20
CRAWLING: Final = 0.01
"""Where parameters stand in front, so that there is another way, an attempt is given up that after a few steps has
this part of the residuals or more along the Jacobian's columns."""

MOST_STEPS_OF_LAST: Final = 4000
MOST_TRIALS: Final = 60
ALONG: Final = 1e-8
"""The residuals are at right angles to the Jacobian's columns when no more than this part of them is along these."""

NEARLY_ALONG: Final = 1e-5
"""Where rounding stops the steps, this much is enough."""

POLISHED: Final = 2e-9
"""Last steps end where the next would be no longer than this part of the standard errors."""

MOST_POLISHING: Final = 16

NEAR: Final = 0.02
SLOW: Final = 0.3
"""Near the end no more than this part of the residuals lies along the Jacobian's columns; steps are slow if that
part of it is left."""

EPSILON: Final = 2.0**-52
UNSEEN: Final = 16 * EPSILON
ROUNDING: Final = 64.0
"""How much more than the rounding of one value the rounding of all operations may come to."""

TOLD_APART: Final = 1e-13
"""Columns that stand in front are told apart where this part of their length or more lies beside the others'."""

RANK: Final = 1e-11
"""Directions in which the scaled Jacobian is smaller than this part of its largest are not told apart."""

POOR: Final = 0.5
"""A fit that leaves more than this part of the scatter unexplained is looked at again from other starts."""

MAGNITUDES: Final = (1.0, 0.1, 10.0, 0.01, 100.0, 1e-3, 1e3)
FINE_MAGNITUDES: Final = (*(10 ** (step / 8) for step in range(-8, 9)), 0.01, 100.0, 1e-3)
"""Of few parameters: fine enough for the frequency of a sine that has gone round a few times."""

MOST_STARTS: Final = 400
TRIED_STARTS: Final = 6
AS_GOOD: Final = 0.5
"""Sums of squares that differ by no more than this part of the variance of a point are not told apart by the data."""


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
        self.grain = EPSILON * math.sqrt(float(heights @ heights))
        """The length that rounding the response gives the residuals."""
        self.rounding = ROUNDING * self.grain
        """The length that rounding alone may give them."""

    def residuals(self, parameters: Array) -> Array:
        """The residuals, weighted."""
        left = self.y - self.model.first(parameters)
        return left if self.sigma is None else left / self.sigma

    def jacobian(self, size: int) -> Array:
        """The derivatives of the model, weighted, at the parameters that residuals were last asked for."""
        import numpy as np

        columns = np.empty((size, self.count))  # each in one piece, which products of them read fastest
        for place, column in enumerate(self.model.others()):
            columns[place] = column
        if self.sigma is not None:
            columns /= self.sigma
        return columns.T

    def projected(self, parameters: Array) -> tuple[Array, Array | None]:
        """The parameters with those that stand in front replaced by the best for the others.

        Returns:
            The parameters, and an orthonormal basis of the columns of those that stand in front: ``None`` where
            there are none, or where they have no values.
        """

        linear = list(self.linear)
        if not linear:
            return parameters, None
        left = self.residuals(parameters)
        columns = self.jacobian(len(parameters))[:, linear]
        lengths = [math.sqrt(column.dot(column)) or 1.0 for column in columns.T]
        if not math.isfinite(sum(lengths) + float(left.dot(left))):
            return parameters, None
        target = left + columns.dot(parameters[linear])
        basis, best = _best(columns / lengths, target)
        found = parameters.copy()
        found[linear] = best / lengths
        return found, basis


def _best(columns: Array, target: Array) -> tuple[Array, Array]:
    """An orthonormal basis of some columns of length 1, and the factors by which they come nearest to a target."""
    import numpy as np

    if columns.shape[1] == 1:
        return columns, columns.T.dot(target)
    basis, triangle = np.linalg.qr(columns)
    pivots = [abs(each) for each in triangle.diagonal().tolist()]
    if min(pivots) > TOLD_APART * max(pivots):
        return basis, np.linalg.solve(triangle, basis.T.dot(target))
    return basis, np.linalg.lstsq(columns, target, rcond=TOLD_APART)[0]


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
        tried = [levenberg_marquardt(problem, start, patient=not problem.linear)]
        if tried[0].is_sound:
            return tried
        if problem.linear:
            tried.append(levenberg_marquardt(problem, start, projected=True))
        if not any(each.is_sound for each in tried):
            others = _other_starts(problem, start)
            tried += [levenberg_marquardt(problem, other, projected=bool(problem.linear)) for other in others]
        best = _best_of(tried, start, problem.count - len(start))
        if best.status == "steps":
            best = levenberg_marquardt(
                problem, best.parameters, projected=best.projected, most=MOST_STEPS_OF_LAST, before=best
            )
        return [*(each for each in tried if _merit(each) > _merit(best)), best]


def _best_of(tried: Sequence[Solution], start: Sequence[float], free: int) -> Solution:
    """The attempt with the least sum of squares; of several that are as good, the one that ends nearest to the start.

    A sine through points at equal distances is as good with a much higher frequency.
    """
    best = min(tried, key=_merit)
    enough = best.chi_squared * (1 + AS_GOOD / max(free, 1))

    def apart(solution: Solution) -> float:
        pairs = zip(solution.parameters, start, strict=True)
        return sum(abs(one - other) / (abs(other) or 1.0) for one, other in pairs)

    equal = [each for each in tried if each.is_sound and each.chi_squared <= enough]
    return min(equal, key=apart, default=best)


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
        parameters = problem.projected(parameters)[0]
        left = problem.residuals(parameters)
        size = float(left @ left)
        if math.isfinite(size):
            found.append((size, tuple(parameters.tolist())))
    found.sort(key=lambda pair: pair[0])
    kept: list[tuple[float, ...]] = []
    for _, begin in found:
        if len(kept) < TRIED_STARTS and not any(_is_near(begin, other, inner) for other in kept):
            kept.append(begin)
    return kept


def _is_near(one: Sequence[float], other: Sequence[float], places: Sequence[int]) -> bool:
    """Whether two starts are about the same at some places, so that they are likely to lead to the same end."""
    return all(abs(one[place] - other[place]) <= 0.2 * abs(other[place]) for place in places)


def _factors(count: int) -> Iterator[tuple[float, ...]]:
    """Factors for each of some parameters: all combinations of magnitudes, of fewer where there are many."""
    for magnitudes in (FINE_MAGNITUDES, MAGNITUDES, MAGNITUDES[:5], MAGNITUDES[:3]):
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
    patient: bool = True,
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
        patient: Whether to go on where a few steps have not come near.
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
        if not patient and len(rows) > FEW_STEPS and search.is_far:
            break
    if status in ("converged", "rounding"):
        status = _polish(problem, rows, status, search)
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

        self.problem = problem
        self.inner = list(inner)
        others = [place for place in range(len(start)) if place not in inner]
        self.outer: Any = others if inner else slice(None)
        self.basis: Array | None = None
        self.parameters = start
        if inner:
            self.parameters, self.basis = problem.projected(start)
        self.left = problem.residuals(self.parameters)
        self.squares = float(self.left.dot(self.left))
        self.damping = 0.0
        self._radius = -1.0
        self.squared = [0.0] * len(others)
        self.bend = _Bend()

    def row(self, number: int) -> Row:
        """The present place as a row of the table."""
        scales = self._lengths
        if self.inner:
            lengths = dict(zip(self.outer, scales, strict=True))
            scales = [lengths.get(place, 0.0) for place in range(len(self.parameters))]
        return Row(number, tuple(self.parameters.tolist()), self.squares, self.damping, tuple(scales))

    def step(self) -> str:
        """Go a step; ``"steps"`` if it was gone, else why there is none."""
        columns = self._columns()
        normal = columns.T.dot(columns)
        squared = normal.diagonal().tolist()
        if not math.isfinite(sum(squared)):
            return "undefined"
        self.squared = list(map(max, self.squared, squared))
        self._lengths = [math.sqrt(each) or 1.0 for each in self.squared]
        self.tangent = _tangent(columns, self.left, self._lengths, normal)
        if self.tangent.along <= ALONG * math.sqrt(self.squares):
            return "converged"
        if not any(self.tangent.slope):
            return "flat"
        self.bend.look(self.tangent, self.squares)
        return self._downhill(self.tangent)

    @property
    def is_far(self) -> bool:
        """Whether much of the residuals lay along the Jacobian's columns before the last step."""
        return self.tangent.along > CRAWLING * math.sqrt(self.squares)

    def _columns(self) -> Array:
        """The Jacobian's columns; with parameters that are not damped, what is at right angles to theirs."""
        columns = self.problem.jacobian(len(self.parameters))
        if self.basis is None:
            return columns[:, self.outer]
        others = columns[:, self.outer]
        return others - self.basis.dot(self.basis.T.dot(others))

    def _downhill(self, tangent: _Tangent) -> str:
        """Shorten the step until it makes the sum of squares smaller."""
        if self._radius < 0:
            place = self.parameters[self.outer] * self._lengths
            self._radius = FIRST_RADIUS * (math.hypot(*place.tolist()) or 1.0)
        for _ in range(MOST_TRIALS):
            damping, turned = _within(tangent.sizes, tangent.slope, self._radius, self.bend.size)
            length = math.hypot(*turned)
            downhill = _dot(tangent.slope, turned)
            foreseen = downhill + damping * length * length
            if foreseen <= UNSEEN * self.squares:
                break  # rounding hides so small a gain
            change, basis = tangent.axes.dot(turned) / self._lengths, None
            if self.inner:
                trial = self.parameters.copy()
                trial[self.outer] += change
                trial, basis = self.problem.projected(trial)
            else:
                trial = self.parameters + change
            after = self.problem.residuals(trial)
            reached = float(after.dot(after))
            gain = (self.squares - reached) / foreseen if math.isfinite(reached) else -1.0
            if gain < SMALL_GAIN:
                self._radius = self._shorter(gain, reached, downhill) * min(self._radius, 10 * length)
            elif gain > LARGE_GAIN or damping == 0:
                self._radius = 2 * length
            if reached < self.squares:
                self.parameters, self.basis = trial, basis
                self.left, self.squares, self.damping = after, reached, damping
                self.bend.step(change, damping)
                return "steps"
            if tangent.along <= self.problem.grain:
                break
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


def _dot(left: Sequence[float], right: Sequence[float]) -> float:
    return float(sum(map(operator.mul, left, right)))


class _Bend:
    """What the second derivatives of the residuals, which the linear model leaves out, are along the last step.

    Where the residuals stay large, it makes up a part of the Hessian of χ² that is never negligible: steps without
    it overshoot by the same part each time.
    """

    def __init__(self) -> None:
        self.size = 0.0
        """The λ that stands for it in the next step; 0 where steps are far from the end, or shrink quickly."""
        self._change: Array | None = None
        self._damping = 0.0
        self._along = math.inf

    def step(self, change: Array, damping: float) -> None:
        """Take note of a step and its λ."""
        self._change, self._damping = change, damping

    def look(self, tangent: _Tangent, squares: float) -> None:
        """Compare the slope with the one that the linear model foresaw after the last step."""
        if tangent.along > NEAR * math.sqrt(squares):
            self.size = 0.0
        elif tangent.along > SLOW * self._along and self._change is not None:
            turned = (self._change * tangent.lengths).dot(tangent.axes).tolist()
            squared = _dot(turned, turned)
            self.size = max(self._damping - _dot(turned, tangent.slope) / squared, 0.0) if squared else 0.0
        self._along = tangent.along


def _within(
    sizes: Sequence[float], slope: Sequence[float], radius: float, bend: float
) -> tuple[float, list[float]]:
    """The λ and the step along the axes that is no longer than the radius (Moré's iteration for λ).

    Args:
        sizes: The eigenvalues of the normal matrix.
        slope: The slope along its eigenvectors.
        radius: How long the step may be.
        bend: The λ of a step that is not too long.
    """
    least, most = min(sizes), max(sizes)
    if least > RANK * RANK * most:
        step = [each / (size + bend) for each, size in zip(slope, sizes, strict=True)]
        if math.hypot(*step) <= 1.1 * radius:
            return bend, step
    damping = max(math.hypot(*slope) / radius - most, LEAST_DAMPING * most)
    for _ in range(MOST_TRIALS):
        below = [size + damping for size in sizes]
        step = list(map(operator.truediv, slope, below))
        length = math.hypot(*step)
        if abs(length - radius) <= 0.1 * radius:
            break
        bend = sum(each * each / size for each, size in zip(step, below, strict=True))
        damping = max(damping + (length - radius) / radius * length * length / bend, damping * 1e-3, 1e-30)
    return damping, step


def _polish(problem: Problem, rows: list[Row], status: str, search: _Search) -> str:
    """Last steps of any length, as long as they leave less of the residuals along the Jacobian's columns.

    The sum of squares no longer tells such steps apart: it changes by less than its rounding.
    """
    parameters = search.parameters
    tangent: _Tangent | None = search.tangent
    squared, bend = search.squared, search.bend
    if search.inner:
        squared, bend = [0.0] * len(parameters), _Bend()
        tangent = _tangent_at(problem, search.left, squared)
    if tangent is None or min(tangent.sizes) <= RANK * RANK * max(tangent.sizes):
        return "flat"
    free = max(problem.count - len(parameters), 1)
    for _ in range(MOST_POLISHING):
        if tangent.along <= POLISHED * math.sqrt(rows[-1].chi_squared / free):
            break
        damping, step = _within(tangent.sizes, tangent.slope, math.inf, bend.size)
        change = tangent.axes.dot(step) / tangent.lengths
        parameters = parameters + change
        left = problem.residuals(parameters)
        after = _tangent_at(problem, left, squared)
        if after is None or not after.along < 0.9 * tangent.along:
            break
        lengths, tangent, squares = tangent.lengths, after, float(left.dot(left))
        rows.append(Row(len(rows), tuple(parameters.tolist()), squares, damping, tuple(lengths)))
        if not search.inner:
            bend.step(change, damping)
            bend.look(tangent, squares)
    return status


class _Tangent(NamedTuple):
    """The linear model of the residuals at a place, along axes in which it is diagonal.

    Args:
        lengths: What the Jacobian's columns are divided by.
        sizes: The eigenvalues of the normal matrix of the scaled columns.
        axes: Its eigenvectors, as columns.
        slope: The residuals times the scaled columns, along the axes.
        along: The length of the part of the residuals that lies along the columns.
    """

    lengths: list[float]
    sizes: list[float]
    axes: Array
    slope: list[float]
    along: float


def _tangent(columns: Array, left: Array, lengths: list[float], normal: Array) -> _Tangent:
    import numpy as np

    scale = np.array([1 / each for each in lengths])
    found, axes = np.linalg.eigh((normal * scale).T * scale)
    sizes = found.tolist()
    if sizes[0] > SHARP * sizes[-1]:
        slope = axes.T.dot(columns.T.dot(left) * scale).tolist()
        along = math.sqrt(sum(each * each / size for each, size in zip(slope, sizes, strict=True)))
        return _Tangent(lengths, sizes, axes, slope, along)
    # The normal matrix has too few digits for its smallest directions.
    basis, values, turned = np.linalg.svd(columns * scale, full_matrices=False)
    part = basis.T.dot(left)
    return _Tangent(
        lengths,
        (values * values).tolist(),
        turned.T,
        (values * part).tolist(),
        math.sqrt(float(part.dot(part))),
    )


def _tangent_at(problem: Problem, left: Array, squared: list[float]) -> _Tangent | None:
    """The linear model where residuals were last asked for; ``None`` where a column is 0 or has no value.

    Args:
        problem: The residuals.
        left: Their values there.
        squared: The squares of the largest lengths that the columns have had; they are brought up to date.
    """
    columns = problem.jacobian(len(squared))
    normal = columns.T.dot(columns)
    fresh = normal.diagonal().tolist()
    if not math.isfinite(sum(fresh)) or not min(fresh) > 0:
        return None
    squared[:] = map(max, squared, fresh)
    return _tangent(columns, left, [math.sqrt(each) for each in squared], normal)


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
