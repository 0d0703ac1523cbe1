"""Levenberg and Marquardt's method: steps by a linear model, as long as that is trusted.

The Jacobian's columns are scaled to the length of the longest seen so far, so that the units of parameters do not
matter. Near the end, where large residuals make steps without damping overshoot again and again, λ is what the
second derivatives left out were along the last step.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Sequence
from typing import Any, Final

from stepcalc.numeric.least_squares.problem import EPSILON, Array, Problem
from stepcalc.numeric.least_squares.solution import Row, Solution
from stepcalc.numeric.least_squares.tangent import Tangent, tangent_at, tangent_of

FIRST_RADIUS: Final = 1.0
"""The first step may be as long as this times the start."""

SMALL_GAIN: Final = 0.25
LARGE_GAIN: Final = 0.75
"""What part of the foreseen gain makes the linear model trusted less far, and further."""

LEAST_DAMPING: Final = 1e-16
MOST_STEPS: Final = 120
"""Of one attempt."""

FEW_STEPS: Final = 20
CRAWLING: Final = 0.01
"""Where parameters stand in front, so that there is another way, an attempt is given up that after a few steps has
this part of the residuals or more along the Jacobian's columns."""

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

UNSEEN: Final = 16 * EPSILON

RANK: Final = 1e-11
"""Directions in which the scaled Jacobian is smaller than this part of its largest are not told apart."""

POOR: Final = 0.5
"""A fit that leaves more than this part of the scatter unexplained is looked at again from other starts."""


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
        self.tangent = tangent_of(columns, self.left, self._lengths, normal)
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

    def _downhill(self, tangent: Tangent) -> str:
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

    def look(self, tangent: Tangent, squares: float) -> None:
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
    tangent: Tangent | None = search.tangent
    squared, bend = search.squared, search.bend
    if search.inner:
        squared, bend = [0.0] * len(parameters), _Bend()
        tangent = tangent_at(problem, search.left, squared)
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
        after = tangent_at(problem, left, squared)
        if after is None or not after.along < 0.9 * tangent.along:
            break
        lengths, tangent, squares = tangent.lengths, after, float(left.dot(left))
        rows.append(Row(len(rows), tuple(parameters.tolist()), squares, damping, tuple(lengths)))
        if not search.inner:
            bend.step(change, damping)
            bend.look(tangent, squares)
    return status
