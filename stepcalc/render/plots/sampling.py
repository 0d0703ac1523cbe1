"""A curve between its breaks: enough points to look smooth, more where it bends, none across a gap."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

from stepcalc.numeric.arrays import Curve

Array = Any

EVEN: Final = 480
"""Points across the whole window before any are added where the curve bends."""

MOST: Final = 6000
ROUNDS: Final = 7
FLAT: Final = 4e-4
"""How far a point may be off the line between its neighbours, as a part of the picture's height."""

JUMP: Final = 0.04
"""A step between neighbours that is larger, as a part of the picture's height, is looked into."""

HUGE: Final = 1e100

OVERFLOWING: Final = 1e30
"""A curve that has no more machine numbers after such a height goes on growing, as e^(−1/x) does to the left of 0."""

ALIKE: Final = 0.25
"""How far the parts by which steps become shorter may differ; those of sin(1/x) are any."""

CLOSEST: Final = 1e-9
"""How near the ends of a stretch come to its breaks, as a part of the window."""


@dataclass(frozen=True, slots=True)
class End:
    """How a curve comes to one of its ends.

    Args:
        x: Where the break is.
        y: What the curve tends to there; infinite towards a pole; not-a-number where it tends to nothing.
        side: 1 where the curve lies to the right of the break, -1 where it lies to the left.
    """

    x: float
    y: float
    side: int


@dataclass(frozen=True, slots=True)
class Sampled:
    """A curve.

    Args:
        pieces: For each piece its points, as two arrays.
        ends: How the pieces come to the breaks.
    """

    pieces: tuple[tuple[Array, Array], ...]
    ends: tuple[End, ...]

    @property
    def values(self) -> Array:
        """All heights."""
        import numpy as np

        return np.concatenate([y for _, y in self.pieces]) if self.pieces else np.array([])


def even(curve: Curve, low: float, high: float) -> Array:
    """The heights at evenly spread places, for choosing a scale."""
    import numpy as np

    count = max(EVEN // curve.cost, 48)
    x = np.linspace(low, high, count)
    x[1:-1] += (high - low) / count * 0.137
    y = curve(x)
    return y[np.isfinite(y)]


def sampled(curve: Curve, low: float, high: float, places: Array, up: tuple[float, float]) -> Sampled:
    """The pieces of a curve in a window.

    Args:
        curve: The function.
        low: The left edge.
        high: The right edge.
        places: Where it may be interrupted.
        up: The range of heights that is shown.
    """
    pieces: list[tuple[Array, Array]] = []
    inner = [float(place) for place in places]
    for left, right in pairwise([low, *inner, high]):
        x, y = _stretch(curve, left, right, (left in inner, right in inner), (low, high), up)
        for part_x, part_y in _runs(x, y):
            for run_x, run_y in _without_jumps(curve, part_x, part_y, up):
                pieces.append(_clipped(run_x, run_y, up))
    return Sampled(tuple(pieces), ends_of(curve, low, high, inner))


def ends_of(curve: Curve, low: float, high: float, places: Sequence[float]) -> tuple[End, ...]:
    """How a curve comes to its breaks, from the left and from the right."""
    found: list[End] = []
    for left, right in pairwise([low, *places, high]):
        if left > low:
            found.append(_end(curve, left, 1, right - left))
        if right < high:
            found.append(_end(curve, right, -1, right - left))
    return tuple(found)


def _stretch(
    curve: Curve,
    left: float,
    right: float,
    broken: tuple[bool, bool],
    across: tuple[float, float],
    up: tuple[float, float],
) -> tuple[Array, Array]:
    import numpy as np

    width, whole = right - left, across[1] - across[0]
    most = MOST / curve.cost
    count = max(int(EVEN / curve.cost * width / whole), 16)
    gap = min(CLOSEST * whole, width / 4)
    x = np.linspace(left + gap * broken[0], right - gap * broken[1], count)
    close = min(max(int(most * width / whole / 8), 10), 40)
    nearer = width * np.geomspace(max(CLOSEST * whole / width, 1e-12), 0.1, close)
    extra = ([left + nearer] if broken[0] else []) + ([right - nearer] if broken[1] else [])
    x = np.unique(np.concatenate([x, *extra]))
    y = curve(x)
    if not np.any(np.isfinite(y)):
        return x[:0], y[:0]
    for _ in range(ROUNDS):
        added = _where_it_bends(x, y, across, up)
        if not len(added) or len(x) + len(added) > most * max(width / whole, 0.005):
            break
        x = np.concatenate([x, added])
        order = np.argsort(x, kind="stable")
        x, y = x[order], np.concatenate([y, curve(added)])[order]
    return x, y


def _where_it_bends(x: Array, y: Array, across: tuple[float, float], up: tuple[float, float]) -> Array:
    """The middles of the steps beside a point that is off the line between its neighbours."""
    import numpy as np

    height, whole = up[1] - up[0], across[1] - across[0]
    shown = np.clip(y, up[0] - height / 2, up[1] + height / 2) / height
    with np.errstate(invalid="ignore", divide="ignore"):
        part = (x[1:-1] - x[:-2]) / (x[2:] - x[:-2])
        off = np.abs(shown[:-2] + (shown[2:] - shown[:-2]) * part - shown[1:-1])
        bends = np.concatenate([[False], off > FLAT, [False]])
    wide = np.diff(x) > whole * 1e-6
    steps = (bends[:-1] | bends[1:]) & wide & np.isfinite(y[:-1]) & np.isfinite(y[1:])
    return ((x[:-1] + x[1:]) / 2)[steps]


def _runs(x: Array, y: Array) -> list[tuple[Array, Array]]:
    """The points with a value, cut where some have none."""
    import numpy as np

    have = np.isfinite(y)
    cuts = np.flatnonzero(np.diff(have.astype(int))) + 1
    parts = zip(np.split(x, cuts), np.split(y, cuts), strict=True)
    return [(part_x, part_y) for part_x, part_y in parts if len(part_x) > 1 and np.isfinite(part_y[0])]


def _without_jumps(curve: Curve, x: Array, y: Array, up: tuple[float, float]) -> list[tuple[Array, Array]]:
    """A piece cut where a step stays as high however short it is made."""
    import numpy as np

    height = up[1] - up[0]
    shown = np.clip(y, up[0] - height, up[1] + height)
    high = np.flatnonzero(np.abs(np.diff(shown)) > JUMP * height)
    if not len(high) or len(high) > len(x) // 3:
        return [(x, y)]
    low_x, high_x, low_y, high_y = x[high], x[high + 1], y[high], y[high + 1]
    for _ in range(45):
        if np.all(np.abs(high_y - low_y) < JUMP * height / 2):
            return [(x, y)]
        middle = (low_x + high_x) / 2
        value = curve(middle)
        first = np.abs(value - low_y) >= np.abs(high_y - value)
        low_x, low_y = np.where(first, low_x, middle), np.where(first, low_y, value)
        high_x, high_y = np.where(first, middle, high_x), np.where(first, value, high_y)
    jumps = high[~(np.abs(high_y - low_y) < JUMP * height / 2)]
    cuts = jumps + 1
    parts = zip(np.split(x, cuts), np.split(y, cuts), strict=True)
    return [(part_x, part_y) for part_x, part_y in parts if len(part_x) > 1]


def _clipped(x: Array, y: Array, up: tuple[float, float]) -> tuple[Array, Array]:
    """A piece without the points that are far outside the picture, but for those that lead there."""
    import numpy as np

    height = up[1] - up[0]
    bounded = np.clip(y, up[0] - height, up[1] + height)
    outside = bounded != y
    needless = outside[1:-1] & outside[:-2] & outside[2:]
    keep = np.concatenate([[True], ~needless, [True]])
    return x[keep], bounded[keep]


def _end(curve: Curve, place: float, side: int, width: float) -> End:
    """What the curve does as it comes to a break: it settles, it grows without end, or neither."""
    import numpy as np

    size = max(abs(place), width)
    distances = min(width, size) * 10.0 ** -np.arange(2, 10)
    heights = curve(place + side * distances)
    if not np.all(np.abs(heights[-4:]) < HUGE):
        had = np.abs(heights[np.isfinite(heights)])
        over = len(had) > 0 and not np.isfinite(heights[-1]) and had[-1] > OVERFLOWING
        return End(place, math.inf if over and np.all(np.diff(had) > 0) else math.nan, side)
    steps = np.abs(np.diff(heights[-5:]))
    scale = np.max(np.abs(heights[-4:])) + 1e-300
    if np.all(steps < 1e-6 * scale) or np.all(steps == 0):
        return End(place, float(heights[-1]), side)
    growing = np.all(np.diff(np.abs(heights[-5:])) > 0) and steps[-1] >= 0.97 * steps[-2]
    if growing:
        return End(place, float(np.copysign(np.inf, heights[-1])), side)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratios = steps[1:] / steps[:-1]
    ratio = float(ratios[-1])
    if np.all(ratios < 0.9) and np.ptp(ratios) < ALIKE:  # in proportion: where it leads is known (Aitken)
        return End(place, float(heights[-1] + (heights[-1] - heights[-2]) * ratio / (1 - ratio)), side)
    return End(place, float("nan"), side)
