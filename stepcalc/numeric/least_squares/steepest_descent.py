"""Steepest descent on a sum of squares, to compare Levenberg and Marquardt's method with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from stepcalc.numeric.least_squares.problem import Problem
from stepcalc.numeric.least_squares.solution import Row

MOST_HALVINGS: Final = 60


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
            for _ in range(MOST_HALVINGS):
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
