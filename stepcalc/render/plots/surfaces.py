"""Plots of functions of two letters: height lines with the gradient's arrows, and the quadratic form at a point."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from stepcalc.errors import UsageError
from stepcalc.messages import say
from stepcalc.notation.forms import ZERO, Form, entries_of, number, rebuild
from stepcalc.numeric.arrays import Curve
from stepcalc.render.plots import describing
from stepcalc.render.plots.breaks import critical_forms
from stepcalc.render.plots.curves import Values, number_of, short
from stepcalc.render.plots.data import Arrow, HeightMap, Mark, Picture, Range
from stepcalc.render.plots.window import nice, robust, window
from stepcalc.rulebook.book import Rulebook

if TYPE_CHECKING:
    from stepcalc.trace.derivation import Derivation

Array = Any
Point = tuple[float, float]
Square = tuple[Range, Range]

ACROSS: Final = 161
ARROWS: Final = 11
LEVELS: Final = 13
LONGEST_ARROW: Final = 0.95
"""Of the distance between two arrows."""

LINES_OF_SIGHT: Final = (0.37, -1.13)
"""At which values of one letter the other is looked along, to choose the window."""


def of_gradient(derivation: Derivation, values: Values, at: Point | None, on: Square | None) -> Picture:
    """Height lines, and the gradient as arrows across them.

    Args:
        derivation: What ``gradient`` gave, for two letters.
        values: A number for each letter that is held fixed.
        at: A point that is marked, and whose gradient is drawn.
        on: The window.
    """
    book, letters = derivation.rulebook, two_letters(derivation)
    form = rebuild(derivation.question.form, values)
    entries = entries_of(derivation.answer)
    slopes = [
        Curve(rebuild(entries.get((row, 0), ZERO), values), letters, book.definitions) for row in (0, 1)
    ]
    function = Curve(form, letters, book.definitions)
    square = on or _where_it_is(function, _window(form, slopes, letters, book, at), at)
    square = on or _without_plain(function, square, at)
    x, y, heights = _grid(function, letters, square, book)
    arrows = _arrows(slopes, function, square)
    if at is not None:
        arrows += _arrow_at(at, slopes, square, arrows)
    return _picture(
        derivation, values, x, y, heights, at,
        arrows=arrows, arrows_name=say("plot-arrows"), alt=_gradient_alt(at, slopes),
    )  # fmt: skip


def of_hessian(derivation: Derivation, values: Values, at: Point, on: Square | None) -> Picture:
    """Height lines of the function and, dashed, of its quadratic approximation at a point.

    Args:
        derivation: What ``hessian`` gave, for two letters.
        values: A number for each letter that is held fixed.
        at: The point.
        on: The window.
    """
    import numpy as np

    book, letters = derivation.rulebook, two_letters(derivation)
    form = rebuild(derivation.question.form, values)
    function = Curve(form, letters, book.definitions)
    here = {letter: number_form(place) for letter, place in zip(letters, at, strict=True)}
    matrix = np.zeros((2, 2))
    for (row, column), entry in entries_of(derivation.answer).items():
        matrix[row, column] = number_of(rebuild(rebuild(entry, values), here), book)
    gradient = _slopes_at(function, at)
    square = on or _around(at, _reach(matrix, gradient, function, at))
    x, y, heights = _grid(function, letters, square, book)
    wide, high = np.meshgrid(x - at[0], y - at[1])
    near = (
        float(function([at[0]], [at[1]])[0])
        + gradient[0] * wide + gradient[1] * high
        + (matrix[0, 0] * wide**2 + 2 * matrix[0, 1] * wide * high + matrix[1, 1] * high**2) / 2
    )  # fmt: skip
    sizes, axes = np.linalg.eigh(matrix)
    return _picture(
        derivation, values, x, y, heights, at,
        arrows=_axes(at, sizes, axes, square), arrows_name=say("plot-axes"),
        near=near if np.ptp(near) > 0 else None, near_name=say("plot-quadratic"),
        alt=say("plot-alt-quadratic", sizes=" and ".join(describing.shown(float(size)) for size in sizes)),
    )  # fmt: skip


def two_letters(derivation: Derivation) -> tuple[Form, Form]:
    """The letters of a function of two; others have no map.

    Raises:
        UsageError: There are more, or only one.
    """
    letters = tuple(dict.fromkeys(derivation.question.letters))
    if len(letters) != 2:
        raise UsageError(say("plot-two-letters", count=len(letters)), code="plot-two-letters")
    return letters[0], letters[1]


def number_form(value: float) -> Form:
    """A machine number as a form, exactly."""
    from fractions import Fraction

    from stepcalc.notation.forms import rational

    exact = Fraction(value)
    return number(exact.numerator) if exact.denominator == 1 else rational(exact)


def _picture(
    derivation: Derivation,
    values: Values,
    x: Array,
    y: Array,
    heights: Array,
    at: Point | None,
    *,
    alt: str,
    arrows: tuple[Arrow, ...],
    arrows_name: str,
    near: Array | None = None,
    near_name: str = "",
) -> Picture:
    import numpy as np

    letters = [letter.name for letter in two_letters(derivation)]
    text = short(derivation.question.form, derivation.rulebook)
    told = describing.settings(values)
    if not np.any(np.isfinite(heights)):
        raise UsageError(say("plot-empty"), code="plot-empty")
    mark = None if at is None else Mark(*at)
    drawn = HeightMap(
        x,
        y,
        heights,
        levels(heights),
        (letters[0], letters[1]),
        text,
        arrows,
        arrows_name,
        mark,
        near,
        near_name,
    )
    where = say("plot-title-at", x=describing.place(at[0]), y=describing.place(at[1])) if at else ""
    title = say(f"plot-title-{derivation.question.kind}", function=text) + where + told
    seen = say("plot-alt-heights", function=text + told, first=letters[0], second=letters[1],
               left=describing.shown(x[0]), right=describing.shown(x[-1]),
               bottom=describing.shown(y[0]), top=describing.shown(y[-1]))  # fmt: skip
    return Picture((drawn,), title, f"{seen} {alt}")


# ------------------------------------------------------------------------------------------------ windows


def _window(
    form: Form, slopes: Sequence[Curve], letters: tuple[Form, Form], book: Rulebook, at: Point | None
) -> Square:
    """A square in which what matters along the two letters is seen."""
    ranges = []
    for place, letter in enumerate(letters):
        other = letters[1 - place]
        lines = [*([at[1 - place]] if at else []), *LINES_OF_SIGHT]
        given = [at[place]] if at else []
        found = []
        for level in lines:
            fixed = {other: number_form(level)}
            along = Curve(rebuild(form, fixed), (letter,), book.definitions)
            slope = Curve(rebuild(slopes[place].form, fixed), (letter,), book.definitions)
            found.append(window(along, slope, [], given))
        ranges.append((min(low for low, _ in found), max(high for _, high in found)))
    widths = [high - low for low, high in ranges]
    reach = min(max(widths), 20 * min(widths)) / 2
    first, second = (_middle(*each) for each in ranges)
    if at is not None:
        near = FROM_A_POINT * max(1.0, *map(abs, at))
        if max(abs(at[0] - first), abs(at[1] - second)) < 0.8 * near:
            reach = min(reach, near)
    return _around((first, second), reach)


FROM_A_POINT: Final = 2.5
"""How far the window of a point reaches, as a part of how far the point is from nought."""


def _where_it_is(function: Curve, square: Square, at: Point | None) -> Square:
    """The window without most of what has no value, around a function that lives in a small part of it."""
    import numpy as np

    x, y = (np.linspace(low, high, 81) for low, high in square)
    wide, high = np.meshgrid(x, y)
    have = np.isfinite(function(wide, high)) if function.cost == 1 else np.array([True])
    if not 0 < np.mean(have) < SMALL_PART:
        return square
    places = [(wide[have], 0), (high[have], 1)]
    ends = [
        (
            min([float(np.min(part)), *([at[axis]] if at else [])]),
            max([float(np.max(part)), *([at[axis]] if at else [])]),
        )
        for part, axis in places
    ]
    middle = (_middle(*ends[0]), _middle(*ends[1]))
    reach = max(abs(end - centre) for pair, centre in zip(ends, middle, strict=True) for end in pair)
    return _around(middle, 1.15 * reach) if reach else square


SMALL_PART: Final = 0.3


def _without_plain(function: Curve, square: Square, at: Point | None) -> Square:
    """The window without a plain around its hills, where most of it is one."""
    import numpy as np

    x, y = (np.linspace(low, high, 61) for low, high in square)
    wide, high = np.meshgrid(x, y)
    heights = function(wide, high) if function.cost == 1 else np.array([np.nan])
    off = np.abs(heights - np.median(heights))
    hills = off > 0.03 * np.max(off)
    if not np.all(np.isfinite(heights)) or np.mean(hills) > 0.25 or not np.any(hills):
        return square
    middle = (sum(square[0]) / 2, sum(square[1]) / 2)
    far = np.maximum(np.abs(wide - middle[0]), np.abs(high - middle[1]))[hills]
    point = max(abs(at[0] - middle[0]), abs(at[1] - middle[1])) if at else 0.0
    return _around(middle, 1.25 * max(float(np.max(far)), point))


def _middle(low: float, high: float) -> float:
    """The middle of a range, to round numbers; nought where that is near."""
    step = nice((high - low) / 8)
    middle = round((low + high) / 2 / step) * step
    return 0.0 if abs(middle) < 1.5 * step else middle


def _around(middle: Point, reach: float) -> Square:
    step = nice(reach / 4)
    reach = math.ceil(reach / step - 1e-9) * step
    return (middle[0] - reach, middle[0] + reach), (middle[1] - reach, middle[1] + reach)


def _reach(matrix: Array, gradient: Point, function: Curve, at: Point) -> float:
    """How far around a point its quadratic approximation is worth looking at: to where it is off by a third."""
    import numpy as np

    base = float(function([at[0]], [at[1]])[0])
    turn = np.linspace(0, 2 * np.pi, 33)[:-1]
    for reach in (0.1 * 1.3**k for k in range(24)):
        wide, high = reach * np.cos(turn), reach * np.sin(turn)
        real = function(at[0] + wide, at[1] + high) - base
        form = gradient[0] * wide + gradient[1] * high
        form = form + (matrix[0, 0] * wide**2 + 2 * matrix[0, 1] * wide * high + matrix[1, 1] * high**2) / 2
        if not np.all(np.isfinite(real)):
            return float(max(reach / 1.3, 0.05))
        if np.max(np.abs(real - form)) > 0.35 * np.max(np.abs(real)) + 1e-12:
            return float(reach * 1.3)
    return 2.0


def _slopes_at(function: Curve, at: Point) -> Point:
    """The gradient at a point, by central differences: near enough for a picture."""
    step = 1e-5 * max(1.0, abs(at[0]), abs(at[1]))
    x, y = at
    across = function([x + step, x - step], [y, y])
    up = function([x, x], [y + step, y - step])
    return float(across[0] - across[1]) / (2 * step), float(up[0] - up[1]) / (2 * step)


# -------------------------------------------------------------------------------------------------- grids


def _grid(
    function: Curve, letters: tuple[Form, Form], square: Square, book: Rulebook
) -> tuple[Array, Array, Array]:
    """The heights on a grid, without those beside a place where the function is interrupted."""
    import numpy as np

    def axes(count: int) -> tuple[Array, Array]:
        return np.linspace(*square[0], count), np.linspace(*square[1], count)

    x, y = axes(ACROSS)
    wide, high = np.meshgrid(x, y)
    function.settle(wide, high)
    if function.cost > 1:
        x, y = axes(max(ACROSS // function.cost, 21))
        wide, high = np.meshgrid(x, y)
    heights = function(wide, high)
    for letter in letters:
        for item in critical_forms(function.form, letter, book):
            decider = Curve(item.form, letters, book.definitions)(wide, high)
            heights = np.where(
                _beside(np.floor(decider) if item.whole else np.sign(decider)), np.nan, heights
            )
    return x, y, heights


def _beside(sign: Array) -> Array:
    """The places of a grid from which a neighbour has another sign."""
    import numpy as np

    found = np.zeros(sign.shape, dtype=bool)
    for axis in (0, 1):
        change = np.diff(sign, axis=axis) != 0
        change &= np.isfinite(np.diff(sign, axis=axis))
        pad = [(0, 0), (0, 0)]
        pad[axis] = (0, 1)
        found |= np.pad(change, pad)
    return found


def levels(heights: Array) -> tuple[float, ...]:
    """Round heights for lines, about a dozen, over the range that most of the function has.

    Examples:
        >>> import numpy as np
        >>> levels(np.array([[0.0, 1.0], [2.0, 10.0]]))
        (0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0)
    """
    import numpy as np

    have = heights[np.isfinite(heights)]
    low, high = float(np.min(have)), float(np.max(have))
    if len(have) < heights.size and (low, high) != robust(have):  # it shoots up towards what is left out
        first, last = (float(part) for part in np.quantile(have, (0.1, 0.9)))
        low, high = max(low, first - (last - first) / 2), min(high, last + (last - first) / 2)
    if high - low <= 1e-12 * max(abs(low), abs(high), 1e-300):
        return (low,)
    if low >= -1e-9 * high > -math.inf and high > 0:
        steep = _in_proportion(have, high)
        if steep:
            return steep
    step = nice((high - low) / LEVELS)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return tuple(step * place for place in range(first, last + 1))


def _in_proportion(have: Array, high: float) -> tuple[float, ...]:
    """Heights that grow in proportion, for a function that is nowhere negative and for the most part low.

    Examples:
        >>> import numpy as np
        >>> _in_proportion(np.exp(np.linspace(-8, 8, 1000)), np.exp(8))
        (0.001, 0.01, 0.1, 1.0, 10.0, 100.0, 1000.0)
    """
    import numpy as np

    lowest, middle = (float(part) for part in np.quantile(have, (0.01, 0.5)))
    if middle <= 0 or (high < UNEVEN * max(middle, lowest) and middle < VALLEY * max(lowest, 1e-9 * high)):
        return ()
    least = math.floor(math.log10(max(lowest, 1e-8 * middle, 1e-300)))
    most = math.floor(math.log10(high))
    parts = next((parts for parts in _PARTS if len(parts) * (most - least + 1) <= LEVELS + 2), (1.0,))
    found = [part * 10.0**power for power in range(least, most + 1) for part in parts]
    found = [float(f"{height:.3g}") for height in found if 0.5 * lowest <= height <= high]
    return tuple(found) if 3 < len(found) <= 2 * LEVELS else ()


UNEVEN: Final = 150.0
"""From where on the highest place is too far above the middle one for even steps."""

VALLEY: Final = 400.0
"""The same for the middle one above the lowest hundredth."""

_PARTS: Final = ((1.0, 2.0, 5.0), (1.0, 3.0), (1.0,))


# ------------------------------------------------------------------------------------------------- arrows


def _arrows(slopes: Sequence[Curve], function: Curve, square: Square) -> tuple[Arrow, ...]:
    """The gradient on a coarse grid, its lengths in proportion but for the steepest."""
    import numpy as np

    places = [np.linspace(low, high, ARROWS + 2)[1:-1] for low, high in square]
    wide, high = (part.ravel() for part in np.meshgrid(*places))
    across, up = (slope(wide, high) for slope in slopes)
    sizes = np.hypot(across, up)
    have = np.isfinite(sizes) & np.isfinite(function(wide, high)) & (sizes > 0)
    if not np.any(have):
        return ()
    usual = float(np.quantile(sizes[have], 0.9))
    room = LONGEST_ARROW * (places[0][1] - places[0][0])
    scale = room * np.minimum(sizes, usual) / usual / np.where(sizes > 0, sizes, 1)
    keep = have & (scale * sizes > 0.06 * room)
    return tuple(
        Arrow(float(x), float(y), float(a), float(b))
        for x, y, a, b in zip(wide[keep], high[keep], (across * scale)[keep], (up * scale)[keep], strict=True)
    )


def _arrow_at(
    at: Point, slopes: Sequence[Curve], square: Square, others: Sequence[Arrow]
) -> tuple[Arrow, ...]:
    """The gradient at the point itself, as long as two of the others."""
    across, up = (float(slope([at[0]], [at[1]])[0]) for slope in slopes)
    size = math.hypot(across, up)
    if not size or not math.isfinite(size):
        return ()
    room = 2 * LONGEST_ARROW * (square[0][1] - square[0][0]) / (ARROWS + 1)
    return (Arrow(at[0], at[1], across / size * room, up / size * room),)


def _axes(at: Point, sizes: Array, axes: Array, square: Square) -> tuple[Arrow, ...]:
    """The directions in which the function bends most and least."""
    reach = 0.3 * (square[0][1] - square[0][0])
    largest = max(abs(float(size)) for size in sizes) or 1.0
    found = []
    for place, size in enumerate(sizes):
        length = reach * max(abs(float(size)) / largest, 0.25) if size else 0.0
        across, up = (float(part) * length for part in axes[:, place])
        if length:
            found += [Arrow(*at, across, up), Arrow(*at, -across, -up)]
    return tuple(found)


def _gradient_alt(at: Point | None, slopes: Sequence[Curve]) -> str:
    if at is None:
        return say("plot-alt-arrows")
    across, up = (float(slope([at[0]], [at[1]])[0]) for slope in slopes)
    return say("plot-alt-arrow-at", x=describing.shown(at[0]), y=describing.shown(at[1]),
               across=describing.shown(across), up=describing.shown(up))  # fmt: skip
