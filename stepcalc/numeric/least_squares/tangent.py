"""The linear model of residuals at a place, along axes in which it is diagonal."""

from __future__ import annotations

import math
from typing import Final, NamedTuple

from stepcalc.numeric.least_squares.problem import Array, Problem

SHARP: Final = 1e-9
"""Where the least eigenvalue of the normal matrix is a smaller part of the largest, the Jacobian itself is used."""


class Tangent(NamedTuple):
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


def tangent_of(columns: Array, left: Array, lengths: list[float], normal: Array) -> Tangent:
    import numpy as np

    scale = np.array([1 / each for each in lengths])
    found, axes = np.linalg.eigh((normal * scale).T * scale)
    sizes = found.tolist()
    if sizes[0] > SHARP * sizes[-1]:
        slope = axes.T.dot(columns.T.dot(left) * scale).tolist()
        along = math.sqrt(sum(each * each / size for each, size in zip(slope, sizes, strict=True)))
        return Tangent(lengths, sizes, axes, slope, along)
    # The normal matrix has too few digits for its smallest directions.
    basis, values, turned = np.linalg.svd(columns * scale, full_matrices=False)
    part = basis.T.dot(left)
    return Tangent(
        lengths,
        (values * values).tolist(),
        turned.T,
        (values * part).tolist(),
        math.sqrt(float(part.dot(part))),
    )


def tangent_at(problem: Problem, left: Array, squared: list[float]) -> Tangent | None:
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
    return tangent_of(columns, left, [math.sqrt(each) for each in squared], normal)
