"""What is made least: residuals as a function of the parameters."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Final

from stepcalc.numeric.compiled import Bound

Array = Any

EPSILON: Final = 2.0**-52
ROUNDING: Final = 64.0
"""How much more than the rounding of one value the rounding of all operations may come to."""

TOLD_APART: Final = 1e-13
"""Columns that stand in front are told apart where this part of their length or more lies beside the others'."""


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
