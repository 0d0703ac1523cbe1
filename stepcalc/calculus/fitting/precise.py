"""Fits in more digits than a double has: normal equations at 50 digits, residuals that rounding would drown."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from stepcalc.calculus.fitting.asking import Asked
from stepcalc.calculus.fitting.table import exactly
from stepcalc.notation.forms import ZERO, Form, rebuild
from stepcalc.numeric.evaluate import compile_forms
from stepcalc.numeric.inlining import Definition

SINGULAR: Final = 1e-24
"""What a pivot of the scaled normal matrix falls below where parameters cannot be told apart."""

EXACT: Final = 1e-70
"""What χ² falls below, relative to the data, where nothing but the rounding of 50 digits is left."""

NOUGHT: Final = 1e-44
"""A term smaller than this, relative to the data, is 0 but for rounding."""

MOST_REFINED: Final = 12


@dataclass(frozen=True, slots=True)
class Precise:
    """The least sum of squares at 50 digits, rounded.

    Args:
        parameters: The parameters.
        chi_squared: χ².
        inverse: The inverse of the normal matrix.
        residuals: What the model leaves of the response.
    """

    parameters: tuple[float, ...]
    chi_squared: float
    inverse: tuple[tuple[float, ...], ...]
    residuals: tuple[float, ...]


class SingularError(ArithmeticError):
    """The normal matrix has no inverse."""


def solve_linear(asked: Asked, slopes: Sequence[Form], definitions: dict[str, Definition] | Any) -> Precise:
    """The normal equations of a linear model, solved.

    Args:
        asked: The question.
        slopes: The derivatives of the model with respect to its parameters.
        definitions: Functions that cards define.

    Raises:
        SingularError: The normal matrix has no inverse.
    """
    rest = rebuild(asked.model, dict.fromkeys(asked.parameters, ZERO))
    program = compile_forms([rest, *slopes], definitions)
    sigma = asked.sigma or (1.0,) * asked.count
    rows, targets = [], []
    for place in range(asked.count):
        found = program.at({each: exactly(values[place]) for each, values in asked.data.items()})
        if any(value is None for value in found):
            raise OutsideError(place)
        weight = 1 / _number(sigma[place])
        rows.append([value * weight for value in found[1:]])
        targets.append((_number(asked.y[place]) - found[0]) * weight)
    parameters, inverse = _normal(rows, targets)
    left = [target - _dot(row, parameters) for row, target in zip(rows, targets, strict=True)]
    if _dot(left, left) <= EXACT * _dot(targets, targets):
        left = [each * 0 for each in left]  # the model goes through every point
    return Precise(
        tuple(map(float, parameters)),
        float(_dot(left, left)),
        tuple(tuple(map(float, row)) for row in inverse),
        tuple(float(each * _number(scale)) for each, scale in zip(left, sigma, strict=True)),
    )


class OutsideError(ArithmeticError):
    """The model has no value at a point; ``args[0]`` is its place."""


def _number(value: float) -> Any:
    from stepcalc.numeric.real import context

    exact = exactly(value)
    return context().mpf(exact.numerator) / exact.denominator


def _dot(left: Sequence[Any], right: Sequence[Any]) -> Any:
    return sum((one * other for one, other in zip(left, right, strict=True)), start=left[0] * 0)


def _normal(rows: Sequence[Sequence[Any]], targets: Sequence[Any]) -> tuple[list[Any], list[list[Any]]]:
    """The solution of the normal equations and the inverse of their matrix, by elimination with scaled columns."""
    from stepcalc.numeric.real import context

    own = context()
    columns = list(zip(*rows, strict=True))
    lengths = [own.sqrt(_dot(column, column)) for column in columns]
    if any(not length for length in lengths):
        raise SingularError
    scaled = [[value / length for value in column] for column, length in zip(columns, lengths, strict=True)]
    size = len(scaled)
    matrix = [
        [_dot(one, other) for other in scaled] + [own.mpf(row == place) for place in range(size)]
        + [_dot(one, targets)]
        for row, one in enumerate(scaled)
    ]  # fmt: skip
    for step in range(size):
        pivot = max(range(step, size), key=lambda row: abs(matrix[row][step]))
        if abs(matrix[pivot][step]) < SINGULAR:
            raise SingularError
        matrix[step], matrix[pivot] = matrix[pivot], matrix[step]
        head = matrix[step][step]
        matrix[step] = [value / head for value in matrix[step]]
        for row in range(size):
            if row != step and matrix[row][step]:
                factor = matrix[row][step]
                matrix[row] = [
                    value - factor * above for value, above in zip(matrix[row], matrix[step], strict=True)
                ]
    size_of_all = own.sqrt(_dot(targets, targets))
    solution = [
        row[-1] / length if abs(row[-1]) > NOUGHT * size_of_all else own.zero
        for row, length in zip(matrix, lengths, strict=True)
    ]
    inverse = [
        [matrix[row][size + place] / (lengths[row] * lengths[place]) for place in range(size)]
        for row in range(size)
    ]
    return solution, inverse


def refined(asked: Asked, parameters: Sequence[float], jacobian: Any, definitions: Any) -> Precise | None:
    """Parameters of a curve made better where residuals are so small that rounding drowns them.

    The residuals are found at 50 digits, the steps by the Jacobian in double precision: such steps shrink by the
    digits of a double each time.

    Args:
        asked: The question.
        parameters: The parameters found in double precision.
        jacobian: The weighted Jacobian there.
        definitions: Functions that cards define.

    Returns:
        What is reached, or ``None`` where the steps do not settle.
    """
    import numpy as np

    program = compile_forms([asked.model], definitions)
    sigma = [_number(each) for each in asked.sigma or (1.0,) * asked.count]
    heights = [_number(each) for each in asked.y]
    points = [
        {each: exactly(values[place]) for each, values in asked.data.items()} for place in range(asked.count)
    ]
    lengths = np.linalg.norm(jacobian, axis=0)
    basis, triangle = np.linalg.qr(jacobian / lengths)
    now = [_number(each) for each in parameters]
    last = math.inf
    for _ in range(MOST_REFINED):
        at = dict(zip(asked.parameters, now, strict=True))
        values = [program.at({**point, **at})[0] for point in points]
        if any(value is None for value in values):
            return None
        left = [(height - value) / scale for height, value, scale in zip(heights, values, sigma, strict=True)]
        step = np.linalg.solve(triangle, basis.T @ np.array([float(each) for each in left]))
        size = float(np.linalg.norm(step))
        if size >= last / 2:
            break
        last = size
        now = [each + float(part) for each, part in zip(now, step / lengths, strict=True)]
    else:
        return None
    inner = np.linalg.inv(triangle)
    inverse = (inner @ inner.T) / np.outer(lengths, lengths)
    return Precise(
        tuple(map(float, now)),
        float(_dot(left, left)),
        tuple(map(tuple, inverse.tolist())),
        tuple(float(each * scale) for each, scale in zip(left, sigma, strict=True)),
    )
