"""The least sum of squares: attempts from the start, and where they run away or crawl, from elsewhere.

Where the plain method does not arrive, parameters that stand in front only are solved for in every step (variable
projection), and then starts of other magnitudes are tried.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import product
from typing import Final

from stepcalc.numeric.least_squares.levenberg_marquardt import levenberg_marquardt
from stepcalc.numeric.least_squares.problem import Problem
from stepcalc.numeric.least_squares.solution import Solution

MOST_STEPS_OF_LAST: Final = 4000

MAGNITUDES: Final = (1.0, 0.1, 10.0, 0.01, 100.0, 1e-3, 1e3)
FINE_MAGNITUDES: Final = (*(10 ** (step / 8) for step in range(-8, 9)), 0.01, 100.0, 1e-3)
"""Of few parameters: fine enough for the frequency of a sine that has gone round a few times."""

MOST_STARTS: Final = 400
TRIED_STARTS: Final = 6
AS_GOOD: Final = 0.5
"""Sums of squares that differ by no more than this part of the variance of a point are not told apart by the data."""


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
