"""Which part of a function is shown: where it has its noughts, turns, bends and breaks, and how high it goes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from stepcalc.numeric.arrays import Curve
from stepcalc.render.plots.breaks import halved

Array = Any
Range = tuple[float, float]

SMALLEST: Final = 1e-3
LARGEST: Final = 1e6
STEPS: Final = 1800
"""On each side of nought, places are tried whose distances grow in proportion."""

FEW: Final = 9
"""Of a function that goes on turning, so many of the places nearest to nought are shown."""

FOR_EVER: Final = 200.0
"""Where there are still places of interest at such distances, there always are."""

FLAT: Final = 0.02
"""What is lower, as a part of the highest, is not worth a place in the window."""

USUAL: Final = 3.0
"""How far the window reaches from a single place of interest."""

FURTHER: Final = (0.12, 0.25, 0.5, 1.0, 1.6, 2.2)
"""How much further than the outermost place the window may reach, in widths, while the curve stays as low."""

MARGIN: Final = 0.08
BESIDE: Final = 1.0
"""How far the window goes beyond a pole or a jump, in widths."""

TALLER: Final = 1.2
"""How much the curve may leave the heights between, as a part of these, and more the further out."""


@dataclass(frozen=True, slots=True)
class Feature:
    """A place of interest: a nought (``"root"``), a turn (``"turn"``), a bend, an end, a pole, a given one."""

    x: float
    kind: str


def features(
    function: Curve, slope: Curve | None, places: Sequence[float], given: Sequence[float]
) -> list[Feature]:
    """The places of interest on the whole line, as far as they can be told.

    Args:
        function: The function.
        slope: Its derivative.
        places: Where it may be interrupted.
        given: Places that are to be seen.
    """
    import numpy as np

    grid = scan(max(function.cost, slope.cost if slope else 1))
    y = function(grid)
    found = [Feature(float(place), "root") for place in roots_of(function, grid)]
    if slope is not None:
        rise = slope(grid)
        found += [Feature(float(place), "turn") for place in roots_of(slope, grid)]
        found += [
            Feature(float(place), "bend")
            for place in _bends(grid, rise)
            if all(
                abs(place - other) > 0.05 * abs(place) + SMALLEST / 10
                for other in (*places, *(item.x for item in found))
            )
        ]
    found += [Feature(float(place), "break") for place in places]
    found += [Feature(float(place), "given") for place in given]
    return sorted(found, key=lambda item: item.x) if np.any(np.isfinite(y)) else []


def scan(cost: int) -> Array:
    """Places at distances from nought that grow in proportion, dense near nought.

    Args:
        cost: How dear a place is; so many fewer there are.
    """
    import numpy as np

    count = max(STEPS // cost, 60)
    side = SMALLEST * np.sinh(np.linspace(0, math.asinh(LARGEST / SMALLEST), count) * 1.0)
    return np.concatenate([-side[:0:-1], side]) + SMALLEST * 0.0137


def roots_of(curve: Curve, grid: Array) -> Array:
    """Where a function is nought: where it changes sign without a jump.

    Args:
        curve: The function.
        grid: Where it is looked, in order.
    """
    import numpy as np

    values = curve(grid)
    left, right = values[:-1], values[1:]
    change = np.sign(left) * np.sign(right) < 0
    places = halved(lambda x: np.sign(curve(x)) == np.sign(left[change]), grid[:-1][change], grid[1:][change])
    if not len(places):
        return places
    here = np.abs(curve(places))
    around = np.minimum(np.abs(left[change]), np.abs(right[change]))
    return places[here <= around + 1e-12]


def _bends(grid: Array, rise: Array) -> Array:
    """Where the slope itself turns, roughly."""
    import numpy as np

    with np.errstate(all="ignore"):
        change = np.diff(rise)
        noise = 1e-9 * (np.abs(rise[:-1]) + np.abs(rise[1:]))
        turns = (np.sign(change[:-1]) * np.sign(change[1:]) < 0) & (np.abs(change[:-1]) > noise[:-1])
        turns &= np.abs(change[1:]) > noise[1:]
    return grid[1:-1][turns]


def window(function: Curve, slope: Curve | None, places: Sequence[float], given: Sequence[float]) -> Range:
    """A stretch of the horizontal axis on which what matters is seen.

    Args:
        function: The function.
        slope: Its derivative.
        places: Where it may be interrupted, on the whole line.
        given: Places that are to be seen.
    """
    everything = sorted({feature.x for feature in features(function, slope, places, given)})
    found = chosen(function, everything, given)
    if not found:
        reach = _natural(function, slope, 0.0)
        return snapped(-reach, reach)
    low, high = found[0], found[-1]
    if high - low < 1e-9 * max(abs(low), abs(high), SMALLEST):
        reach = _natural(function, slope, low) if abs(low) < 10 else abs(low) / 2
        return snapped(*_gentler(function, *_inside(function, low - reach, high + reach), low))
    low_end, high_end = (
        0.03 if more else MARGIN if not _is_among(edge, places) else BESIDE
        for edge, more in ((low, low > everything[0]), (high, high < everything[-1]))
    )
    return snapped(*_widened(function, low, high, low_end, high_end, places))


def _is_among(edge: float, places: Sequence[float]) -> bool:
    return any(abs(edge - place) <= 1e-9 * max(abs(edge), 1) for place in places)


def chosen(function: Curve, places: Sequence[float], given: Sequence[float]) -> list[float]:
    """The places that the window is to hold: all, or of very many those nearest to nought.

    Args:
        function: The function.
        places: The places of interest, in order.
        given: Those that were asked for.
    """
    import numpy as np

    if len(places) <= FEW:
        return list(places)
    if max(map(abs, places)) < FOR_EVER:
        # As of sin(1/x) or e^(−x²) cos(50x): all there is, but not where it is too flat to be seen.
        grid = np.linspace(places[0], places[-1], 2001)
        sizes = np.nan_to_num(np.abs(function(grid)))
        seen = grid[sizes > FLAT * np.quantile(sizes, 0.99)]
        return sorted({float(seen[0]), float(seen[-1]), *given}) if len(seen) else list(places)
    for centre in (0.0, *given[:1]):
        reach = sorted(abs(place - centre) for place in places)[FEW - 1] * 1.03
        nearest = [place for place in places if abs(place - centre) <= reach]
        if all(nearest[0] <= place <= nearest[-1] for place in given):
            return nearest
    return sorted({*nearest, *given})


def _natural(function: Curve, slope: Curve | None, place: float) -> float:
    """How far to look from a single place: of a function that grows e-fold in one distance, three of these."""
    import numpy as np

    if slope is None:
        return USUAL
    at = place + np.array([-1.0, -0.1, 0.1, 1.0])
    with np.errstate(all="ignore"):
        lengths = np.abs(function(at) / slope(at))
    if np.all(np.isfinite(lengths)) and 0 < np.max(lengths) < 3 * np.min(lengths) and np.max(lengths) < 1e8:
        return USUAL * float(np.median(lengths))
    return _of_a_step(function, slope, place)


def _of_a_step(function: Curve, slope: Curve, place: float) -> float:
    """How far to look from the middle of a step, such as tanh(100x): so that it is seen to be no jump."""
    import numpy as np

    y = function(place + USUAL * np.linspace(-1, 1, 101))
    steep = abs(float(slope([place])[0]))
    if not (np.all(np.isfinite(y)) and 0 < steep < math.inf):
        return USUAL
    length = float(np.ptp(y)) / steep
    return ACROSS_A_STEP * length if 0 < length * STEEP < USUAL else USUAL


STEEP: Final = 15.0
"""A slope that would climb so many times as high in the window is that of a step."""

ACROSS_A_STEP: Final = 4.0


def _gentler(function: Curve, low: float, high: float, place: float) -> Range:
    """The window made smaller while most of the curve lies flat below its two ends, as that of x²⁰ does."""
    import numpy as np

    first = low, high
    while high - low > 0.35 * (first[1] - first[0]):
        y = function(np.linspace(low, high, 201))
        if not np.all(np.isfinite(y)):
            return first
        off = np.abs(y - function([place])[0])
        if np.max(off) < HIGH or np.median(off) > FLATTEST * np.max(off):
            break
        low, high = place + 0.85 * (low - place), place + 0.85 * (high - place)
    return low, high


HIGH: Final = 50.0
FLATTEST: Final = 2e-3
"""Heights at the ends of a window, and how low half of the curve may lie beside them."""


def _inside(function: Curve, low: float, high: float) -> Range:
    """The window without most of what has no value: at a domain's end, a margin is enough."""
    import numpy as np

    grid = np.linspace(low, high, 201)
    have = grid[np.isfinite(function(grid))]
    if not len(have):
        return low, high
    first, last = float(have[0]), float(have[-1])
    margin = (high - low) * 0.08
    if first > low + margin:
        high, low = high + (first - low) - margin, first - margin
    if last < high - margin:
        low, high = low - (high - last) + margin, last + margin
    return low, high


def _widened(
    function: Curve, low: float, high: float, left: float, right: float, places: Sequence[float]
) -> Range:
    """The window beyond its outermost places, as far as the curve does not outgrow what is between.

    Args:
        function: The function.
        low: The lowest place.
        high: The highest place.
        left: How far to go at least, in widths; the least of all says that more of the same follows.
        right: The same to the right.
        places: Where the function may be interrupted.
    """
    import numpy as np

    width = high - low
    inner = _heights(function, low, high, poles=any(low < place < high for place in places))
    tall = max(inner[1] - inner[0], 1e-300)

    def reach(edge: float, direction: int, least: float) -> float:
        best = MARGIN
        for part in FURTHER:
            # Of the nearer half nothing is asked: the outermost place may be a pole.
            y = function(edge + direction * width * np.linspace(part / 2, part, 40))
            beyond = y[np.isfinite(y)]
            if len(beyond) < 30:
                return best
            bottom, top = robust(beyond)
            if max(top - inner[1], inner[0] - bottom) <= (TALLER + 2 * part) * tall:
                best = part
        return max(best, least)

    left, right = (
        least if least < MARGIN else reach(edge, side, least)
        for edge, side, least in ((low, -1, left), (high, 1, right))
    )
    return low - left * width, high + right * width


def _heights(function: Curve, low: float, high: float, *, poles: bool) -> Range:
    import numpy as np

    grid = np.linspace(low, high, 401)
    grid[1:-1] += (high - low) * 1e-4
    y = function(grid)
    have = y[np.isfinite(y)]
    if not len(have):
        return 0.0, 1.0
    bottom, top = robust(have)
    return _away_from_poles(have, bottom, top) if poles else (bottom, top)


def robust(values: Array) -> Range:
    """The range of heights without those that shoot up: beyond what most of the curve has, several times over.

    Examples:
        >>> import numpy as np
        >>> robust(np.array([0.0, 1.0, 2.0, 3.0, 4.0]))
        (0.0, 4.0)
        >>> low, high = robust(1 / np.linspace(0.001, 5, 400))
        >>> high < 20
        True
    """
    import numpy as np

    low, high = float(np.min(values)), float(np.max(values))
    first, last = (float(part) for part in np.quantile(values, (0.08, 0.92)))
    room = max(last - first, 1e-300)
    if high > last + 4 * room:
        high = last + 1.2 * room
    if low < first - 4 * room:
        low = first - 1.2 * room
    return low, high


def heights(values: Array, needed: Sequence[float], *, poles: bool) -> Range:
    """The range of the vertical axis.

    Args:
        values: The heights of the curve at evenly spread places.
        needed: Heights that are to be seen, where they are no further off than the curve is tall.
        poles: Whether the curve leaves the picture somewhere.
    """
    import numpy as np

    values = values[np.isfinite(values)]
    if not len(values):
        return -1.0, 1.0
    low, high = robust(values)
    if poles:
        low, high = _away_from_poles(values, low, high)
    wanted = [height for height in needed if math.isfinite(height)]
    # Where the curve goes on beyond such a height, towards a pole, that is to be seen, too.
    tall = max([high, *wanted]) - min([low, *wanted])
    room = BEYOND * tall if poles else 0.0
    bottom, top = float(np.min(values)), float(np.max(values))
    low, high = (
        min([low, *(min(height, max(height - room, bottom)) for height in wanted)]),
        max([high, *(max(height, min(height + room, top)) for height in wanted)]),
    )
    tall = high - low
    if tall <= 1e-9 * max(abs(low), abs(high), 1e-300):
        tall = abs(low) if abs(low) > ROUNDING else 1.0
        low, high = min(low - tall / 2, 0.0), max(high + tall / 2, 0.0)
    if 0 < low < tall * 0.5:
        low = 0.0
    if 0 > high > -tall * 0.5:
        high = 0.0
    return low - 0.07 * (high - low), high + 0.07 * (high - low)


BEYOND: Final = 0.45
"""How much is shown beyond a height that is to be seen, as a part of the picture, where there are poles."""

ROUNDING: Final = 1e-13
"""A constant that is smaller is taken for nought with the rounding of machine numbers."""


def _away_from_poles(values: Array, low: float, high: float) -> Range:
    """The heights of a curve where it is not on its way to a pole."""
    import numpy as np

    first, last = (float(part) for part in np.quantile(values, (0.3, 0.7)))
    room = max(2 * (last - first), 1e-300)
    return max(low, first - room), min(high, last + room)


def snapped(low: float, high: float) -> Range:
    """A range to round numbers that is hardly wider.

    Examples:
        >>> snapped(-1.43, 1.43)
        (-1.5, 1.5)
    """
    step = nice((high - low) / 24)
    places = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return float(f"{places[0] * step:.12g}"), float(f"{places[1] * step:.12g}")


def nice(size: float) -> float:
    """The nearest of 1, 2, 2.5, 5 times a power of ten.

    Examples:
        >>> nice(0.24), nice(7)
        (0.25, 5.0)
    """
    power = 10.0 ** math.floor(math.log10(size))
    part = min((1, 2, 2.5, 5, 10), key=lambda each: abs(math.log(each * power / size)))
    return float(part * power)
