"""Points where Lagrange's conditions hold, sought in machine numbers: along the constraints, and from many starts."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, Final

from stepcalc.notation.forms import Form
from stepcalc.numeric.compiled import Compiled
from stepcalc.numeric.inlining import Definition
from stepcalc.numeric.stationary import APART, converged, polished

Array = Any

WINDOW: Final = 4.0
MOST_STARTS: Final = 400
MOST_WALKS: Final = 4
MOST_STEPS: Final = 100
MOST_HALVINGS: Final = 40
PROJECTIONS: Final = 40
MOST_POINTS: Final = 24
FAR: Final = 1e6
ON: Final = 1e-10
"""How near to 0 a constraint must be, measured against its slopes, to hold."""

CLOSE: Final = 0.03
"""Newton's step from a point that is worth many digits is shorter than this part of its size."""

ENOUGH: Final = 1e-4
LEVEL: Final = 1e-9
SLIGHT: Final = 1e-12
"""A fall of less than this part of the value is left to Newton's method."""

FLATTEST: Final = 1e-10
PRIMES: Final = (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37)


class Search:
    """A function, Lagrange's conditions and their slopes, and where they lead to.

    Args:
        function: The function.
        conditions: Its slopes less those of the constraints times the multipliers, then the constraints.
        slopes: Their Jacobian in letters and multipliers.
        letters: The letters.
        multipliers: One for each constraint.
        definitions: Functions that cards define.
    """

    def __init__(
        self,
        function: Form,
        conditions: Sequence[Form],
        slopes: Sequence[Sequence[Form]],
        letters: Sequence[Form],
        multipliers: Sequence[Form],
        definitions: Mapping[str, Definition],
    ) -> None:
        self.conditions, self.slopes, self.definitions = conditions, slopes, definitions
        self.unknowns = (*letters, *multipliers)
        self.free, self.many = len(letters), len(multipliers)
        flat = [*conditions, *(each for row in slopes for each in row)]
        self._all = Compiled(flat, self.unknowns, definitions).bind({}, self.unknowns)
        self._function = Compiled([function], letters, definitions).bind({}, letters)

    def from_start(self, start: Sequence[float]) -> list[tuple[Any, ...]]:
        """The points to which the constraints lead from a start, downhill and uphill, to 50 digits."""
        import numpy as np

        begin = self._on_constraints(np.array([start], dtype=float))
        if not len(begin):  # where slopes vanish it cannot be told which way to go: begin beside it
            around = (
                np.array(start) + _spread(self.free)[2 : 2 + MOST_WALKS] / WINDOW * (1 + np.abs(start)) / 2
            )
            begin = self._on_constraints(around)
        ends = [end for point in begin for sign in (1, -1) if (end := self._walk(point, sign)) is not None]
        return self._exactly(np.array(ends)) if ends else []

    def from_many(self) -> list[tuple[Any, ...]]:
        """Points to which Newton's method and the constraints lead from many starts, to 50 digits."""
        import numpy as np

        begin = self._on_constraints(_spread(self.free))
        if not len(begin):
            return []
        begin = begin[np.argsort(np.abs(begin).max(axis=1), kind="stable")]
        whole = np.concatenate([begin, self._fitted(begin)], axis=1)
        found = list(converged(self._all, whole, self.free + self.many)[:, : self.free])
        for point in begin[:: max(1, len(begin) // MOST_WALKS)][:MOST_WALKS]:
            ends = (self._walk(point, sign) for sign in (1, -1))
            found.extend(end for end in ends if end is not None)
        return self._exactly(np.array(found)) if found else []

    # ------------------------------------------------------------------------------------------ the parts

    def _values(self, points: Array, multipliers: Array | None = None) -> tuple[Array, Array]:
        """The conditions and their slopes at points."""
        import numpy as np

        if multipliers is None:
            multipliers = np.zeros((len(points), self.many))
        whole = np.concatenate([points, multipliers], axis=1)
        count = self.free + self.many
        found = np.empty((count * (count + 1), len(whole)))
        with np.errstate(all="ignore"):
            for place, part in enumerate(self._all(list(whole.T))):
                found[place] = part
        return found[:count].T, found[count:].T.reshape(-1, count, count)

    def _on_constraints(self, points: Array) -> Array:
        """The points moved until the constraints hold, by the shortest steps; those for which they then do."""
        import numpy as np

        held = np.zeros(len(points), dtype=bool)
        for _ in range(PROJECTIONS):
            values, slopes = self._values(points)
            gaps, normals = values[:, self.free :], slopes[:, self.free :, : self.free]
            good = np.isfinite(gaps).all(axis=1) & np.isfinite(normals).all(axis=(1, 2))
            good &= np.abs(points).max(axis=1) < FAR
            points, gaps, normals = points[good], gaps[good], normals[good]
            if not len(points):
                return points
            held = np.abs(gaps).max(axis=1) <= ON * (1 + np.abs(normals).max(axis=(1, 2)))
            if held.all():
                break
            points = points - np.einsum("nij,nj->ni", np.linalg.pinv(normals, rcond=1e-8), gaps)
        return points[held]

    def _fitted(self, points: Array) -> Array:
        """For each point the multipliers that leave least of the conditions."""
        import numpy as np

        values, slopes = self._values(points)
        normals = np.transpose(slopes[:, self.free :, : self.free], (0, 2, 1))
        good = np.isfinite(normals).all(axis=(1, 2)) & np.isfinite(values).all(axis=1)
        found = np.zeros((len(points), self.many))
        found[good] = np.einsum("nij,nj->ni", np.linalg.pinv(normals[good]), values[good, : self.free])
        return found

    def _height(self, point: Array) -> float:
        import numpy as np

        with np.errstate(all="ignore"):
            return float(np.asarray(self._function([np.float64(part) for part in point])[0]))

    def _walk(self, point: Array, sign: int) -> Array | None:
        """Where a walk along the constraints ends that goes down, or up where the sign is −1.

        Newton's method for the directions along the constraints, with every curvature taken as positive and
        steps halved until f falls by enough; after each step the point is put back on the constraints.
        """
        import numpy as np

        height = sign * self._height(point)
        for _ in range(MOST_STEPS):
            if not math.isfinite(height) or np.abs(point).max() > FAR:
                return None
            step, promised = self._step(point, sign)
            if step is None or 0 < promised <= SLIGHT * (1 + abs(height)):
                return point
            for halvings in range(MOST_HALVINGS):
                part = 0.5**halvings
                after = self._on_constraints((point + part * step)[None])
                if len(after):
                    reached = sign * self._height(after[0])
                    if math.isfinite(reached) and reached < height - ENOUGH * part * promised:
                        break
            else:
                return point  # no step leads on: what is left is rounding, or Newton's method will tell
            point, height = after[0], reached
        return None

    def _step(self, point: Array, sign: int) -> tuple[Array | None, float]:
        """A step along the constraints; ``None`` where the function does not fall in any direction."""
        import numpy as np

        values, slopes = self._values(point[None], self._fitted(point[None]))
        normals, bend = slopes[0, self.free :, : self.free], sign * slopes[0, : self.free, : self.free]
        slope = sign * values[0, : self.free]
        if not (np.isfinite(slope).all() and np.isfinite(bend).all()):
            return None, 0.0
        along = null_space(normals)
        if not along.shape[1]:
            return None, 0.0
        down = -along.T @ slope
        sizes, axes = np.linalg.eigh(along.T @ bend @ along)
        largest = max(float(np.abs(sizes).max()), 1e-300)
        if np.abs(down).max() <= LEVEL * (1 + float(np.abs(bend).max())):
            if sizes[0] >= -LEVEL * largest:
                return None, 0.0
            return along @ axes[:, 0] * (1 + np.linalg.norm(point)) / 4, 0.0
        longest = 10 * (1 + float(np.linalg.norm(point)))
        least = max(FLATTEST * largest, float(np.abs(down).max()) / longest)
        step = along @ (axes @ ((axes.T @ down) / np.maximum(np.abs(sizes), least)))
        return step, float(down @ (along.T @ step))

    def _exactly(self, points: Array) -> list[tuple[Any, ...]]:
        """Different points of a list with their multipliers, to 50 digits, those near 0 if there are many."""
        import numpy as np

        ordered = points[np.argsort(np.abs(points).max(axis=1), kind="stable")]
        kept = np.array(
            self._different([point for point in ordered if np.abs(point).max() < FAR])[:MOST_POINTS]
        )
        if not len(kept):
            return []
        multipliers = self._fitted(kept)
        values, slopes = self._values(kept, multipliers)
        whole = np.concatenate([kept, multipliers], axis=1)
        good = np.isfinite(values).all(axis=1) & np.isfinite(slopes).all(axis=(1, 2))
        whole, values, slopes = whole[good], values[good], slopes[good]
        steps = np.abs(np.einsum("nij,nj->ni", np.linalg.pinv(slopes), values)).max(axis=1)
        whole = whole[steps <= CLOSE * (1 + np.abs(whole).max(axis=1))]
        rows = sorted(whole, key=lambda row: [round(float(part), 9) for part in row])
        return self._different(polished(self.conditions, self.slopes, self.unknowns, rows, self.definitions))

    def _different(self, rows: Sequence[Any]) -> list[Any]:
        """Those rows that are not near one before, in the letters."""
        found: list[Any] = []
        for row in rows:
            apart = APART * (1 + max(abs(part) for part in row[: self.free]))
            if all(any(abs(row[k] - other[k]) > apart for k in range(self.free)) for other in found):
                found.append(row)
        return found


def null_space(normals: Array) -> Array:
    """Directions in which no constraint changes, as columns."""
    import numpy as np

    _, sizes, rows = np.linalg.svd(normals)
    rank = int(np.sum(sizes > 1e-10 * max(1.0, float(sizes.max(initial=0.0)))))
    return rows[rank:].T


def _spread(count: int) -> Array:
    """Starts that fill the window evenly: Halton's points, with the middle and 1 in every letter first."""
    import numpy as np

    def inverse(number: int, base: int) -> float:
        found, part = 0.0, 1.0
        while number:
            part /= base
            number, digit = divmod(number, base)
            found += part * digit
        return found

    bases = PRIMES[:count] if count <= len(PRIMES) else tuple(range(2, count + 2))
    rows = [[inverse(k, base) for base in bases] for k in range(1, MOST_STARTS - 1)]
    spread = (2 * np.array(rows) - 1) * WINDOW
    near = [[0.01 * (k + 1) / count for k in range(count)], [1 + 0.01 * k / count for k in range(count)]]
    return np.concatenate([np.array(near), spread])
