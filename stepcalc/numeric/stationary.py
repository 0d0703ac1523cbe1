"""Points where several functions vanish, sought by Newton's method from many starts at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from stepcalc.notation.forms import Form
from stepcalc.numeric.compiled import Compiled
from stepcalc.numeric.evaluate import compile_forms
from stepcalc.numeric.inlining import Definition
from stepcalc.numeric.newton import iterate

Array = Any
Window = Sequence[tuple[float, float]]

STARTS: Final = {1: 801, 2: 31, 3: 9, 4: 4}
"""How many starts along each axis, by the number of letters."""

FEWEST_STARTS: Final = 3
MOST_LETTERS: Final = 6
ROUNDS: Final = 60
APART: Final = 1e-6
MOST_POINTS: Final = 60
NOUGHT: Final = 1e-4
"""What the functions may be at a zero, as a part of their slopes times the size of the point."""


def common_zeros(
    functions: Sequence[Form],
    slopes: Sequence[Sequence[Form]],
    letters: Sequence[Form],
    window: Window,
    definitions: Mapping[str, Definition],
) -> list[tuple[Any, ...]]:
    """Points in a window at which all functions are 0, to 50 digits; there may be others.

    Args:
        functions: As many as letters.
        slopes: Their Jacobian.
        letters: The letters.
        window: A range for each letter.
        definitions: Functions that cards define.
    """
    import numpy as np

    starts = _starts(window)
    compiled = Compiled([*functions, *(each for row in slopes for each in row)], letters, definitions)
    points = converged(compiled.bind({}, letters), starts, len(letters))
    inside = [
        all(low - APART <= part <= high + APART for part, (low, high) in zip(point, window, strict=True))
        for point in points
    ]
    found: list[Array] = []
    for point in points[np.array(inside, dtype=bool)] if len(points) else []:
        if all(np.max(np.abs(point - other)) > APART * (1 + np.max(np.abs(point))) for other in found):
            found.append(point)
    found.sort(key=lambda point: [round(float(part), 9) for part in point])
    return polished(functions, slopes, letters, found[:MOST_POINTS], definitions)


def _starts(window: Window) -> Array:
    import numpy as np

    count = STARTS.get(len(window), FEWEST_STARTS)
    # Off the symmetric places, where slopes vanish for no reason of interest.
    axes = [
        np.linspace(low, high, count) + (high - low) * 1e-3 * (k + 1) / 7
        for k, (low, high) in enumerate(window)
    ]
    return np.stack([part.ravel() for part in np.meshgrid(*axes, indexing="ij")], axis=1)


def converged(bound: Any, points: Array, count: int) -> Array:
    """Where the starts lead, for those that arrive."""
    import numpy as np

    arrived = np.zeros(len(points), dtype=bool)
    with np.errstate(all="ignore"):
        for _ in range(ROUNDS):
            found = [np.broadcast_to(part, len(points)) for part in bound(list(points.T))]
            values = np.stack(found[:count], axis=1)
            matrices = np.stack(found[count:], axis=1).reshape(-1, count, count)
            good = np.isfinite(values).all(axis=1) & np.isfinite(matrices).all(axis=(1, 2))
            good &= np.abs(points).max(axis=1) < 1e8
            points, values, matrices = points[good], values[good], matrices[good]
            if not len(points):
                return points
            steps = -np.einsum("nij,nj->ni", np.linalg.pinv(matrices), values)
            points = points + steps
            sizes = 1 + np.abs(points).max(axis=1)
            # Where all slopes are 0 there is no step, and yet the functions need not be 0.
            nought = np.abs(values).max(axis=1) <= NOUGHT * sizes * np.abs(matrices).max(axis=(1, 2))
            arrived = (np.abs(steps).max(axis=1) < 1e-7 * sizes) & nought
            if arrived.all():
                break
    return points[arrived]


def polished(
    functions: Sequence[Form],
    slopes: Sequence[Sequence[Form]],
    letters: Sequence[Form],
    points: Sequence[Array],
    definitions: Mapping[str, Definition],
) -> list[tuple[Any, ...]]:
    """The same points to 50 digits; those that do not stay where they are are left out."""
    from stepcalc.numeric.real import context

    count = len(functions)
    program = compile_forms([*functions, *(each for row in slopes for each in row)], definitions)

    def values(point: tuple[Any, ...]) -> Any:
        found = program.at(dict(zip(letters, point, strict=True)))
        if any(value is None for value in found):
            return None
        return tuple(found[:count]), tuple(
            tuple(found[count * (k + 1) : count * (k + 2)]) for k in range(count)
        )

    own, kept = context(), []
    for point in points:
        exact = _nearby_exact(values, point)
        if exact is not None:
            kept.append(exact)
            continue
        run = iterate(values, tuple(own.mpf(float(part)) for part in point), most=60, tolerance=1e-30)
        near = run.root is not None and all(
            abs(a - float(b)) < 1e-4 * (1 + abs(float(b))) for a, b in zip(run.root, point, strict=True)
        )
        if near and run.root is not None:
            kept.append(run.root)
    return kept


def _nearby_exact(values: Any, point: Array) -> tuple[Any, ...] | None:
    """A point with few digits close by at which all functions are exactly 0: there Newton's method may be slow."""
    from stepcalc.numeric.real import context

    own = context()
    rounded = tuple(own.mpf(round(float(part) * 1024)) / 1024 for part in point)
    found = values(rounded)
    return rounded if found is not None and not any(found[0]) else None
