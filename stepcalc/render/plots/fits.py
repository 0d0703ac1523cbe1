"""Plots of fits: the data with the fitted curve and its band, and the residuals, which tell whether it is right."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from stepcalc.messages import say
from stepcalc.notation.unicode import spans
from stepcalc.render.plots.data import Band, Line, Mark, Panel, Picture, Range
from stepcalc.render.plots.describing import place

if TYPE_CHECKING:
    from stepcalc.calculus.fitting.fitted import Fit

Array = Any

GRID: Final = 401
ROOM: Final = 0.06
LONGEST: Final = 112
"""Of a model in a title."""


def of_fit(found: Fit, on: Any) -> Picture:
    """The data with the fitted curve above, the residuals below.

    With several measured letters there is no curve to draw: observed values are shown against fitted ones.

    Args:
        found: The fit.
        on: The range of the horizontal axis; that of the data if not given.
    """
    import numpy as np

    asked = found.asked
    y, left = np.array(asked.y), np.array(found.left)
    sigma = None if asked.sigma is None else np.array(asked.sigma)
    single = len(asked.names) == 1
    if single:
        x = np.array(asked.data[asked.variables[0]])
        name, across = asked.names[0], _across(found, x, on)
        lines, band = _curve(found, across)
        seen = across if on is not None else (float(x.min()), float(x.max()))
    else:
        x, name = y - left, say("plot-fit-fitted")
        seen = across = _with_room(x)
        line = np.array(_with_room(np.concatenate([x, y])))
        lines, band = [Line(((line, line),), say("plot-fit-agree"), "function")], None
    upper = Panel(
        (*lines, *_bars(x, y, sigma)), across, _up(y, sigma, lines, seen), name, asked.response,
        _points(x, y), band=band, data=say("plot-fit-data", response=asked.response),
    )  # fmt: skip
    lower = Panel(
        _bars(x, left, sigma), across, _up(left, sigma, [], seen, level=0.0), name,
        say("plot-fit-residual"), _points(x, left), data=say("plot-fit-residuals"),
    )  # fmt: skip
    model = f"{asked.response} = {_said(found)}"
    title = say("plot-title-fit", model=model, count=asked.count)
    told = {"response": asked.response, "least": place(float(left.min())), "most": place(float(left.max()))}
    if single:
        told |= {"letter": name, "low": place(across[0]), "high": place(across[1]), "curve": model}
        return Picture((upper, lower), title, say("plot-alt-fit", **told))
    return Picture((upper, lower), title, say("plot-alt-fit-several", **told))


def _said(found: Fit) -> str:
    """The model as a title says it, which nobody reads back: words unquoted; f where it is too long."""
    pieces = spans(found.asked.plain, functions=found.rulebook.functions, symbolic=True)
    text = "".join(piece for piece, _ in pieces)
    return text if len(text) <= LONGEST else "f"


def _across(found: Fit, x: Array, on: Any) -> Range:
    if on is None:
        return _with_room(x)
    from stepcalc.render.plots import window_of

    return window_of(on, found.rulebook, 1) or _with_room(x)


def _with_room(x: Array) -> Range:
    low, high = float(x.min()), float(x.max())
    room = ROOM * (high - low) or abs(low) / 2 or 1.0
    return low - room, high + room


def _curve(found: Fit, across: Range) -> tuple[list[Line], Band | None]:
    """The fitted curve where it has values, and one standard deviation of it to either side."""
    import numpy as np

    x = np.linspace(*across, GRID)
    with np.errstate(all="ignore"):
        heights, reach = found.predict(x), found.band(x)
    cuts = np.flatnonzero(np.diff(np.isfinite(heights).astype(int))) + 1
    parts = zip(np.split(x, cuts), np.split(heights, cuts), strict=True)
    pieces = tuple((one, other) for one, other in parts if np.isfinite(other[0]))
    lines = [Line(pieces, say("plot-fit-curve"), "function")]
    if not np.isfinite(reach).any():
        return lines, None
    return lines, Band(x, heights - reach, heights + reach, say("plot-fit-band"))


def _bars(x: Array, y: Array, sigma: Array | None) -> tuple[Line, ...]:
    """The standard deviations of the points, as upright bars."""
    import numpy as np

    if sigma is None:
        return ()
    pieces = tuple(
        (np.array([place, place]), np.array([height - reach, height + reach]))
        for place, height, reach in zip(x, y, sigma, strict=True)
    )
    return (Line(pieces, say("plot-fit-points"), "bar"),)


def _points(x: Array, y: Array) -> tuple[Mark, ...]:
    return tuple(Mark(float(place), float(height), "datum") for place, height in zip(x, y, strict=True))


def _up(
    y: Array,
    sigma: Array | None,
    lines: Sequence[Line],
    seen: Range,
    level: float | None = None,
) -> Range:
    """The range of heights: the points with their bars, and the curve as far as it stays near them."""
    import numpy as np

    reach = 0.0 if sigma is None else sigma
    heights = [y - reach, y + reach]
    if level is not None:
        heights.append(np.array([level]))
    low, high = (float(each(np.concatenate(heights))) for each in (np.min, np.max))
    tall = high - low or abs(low) or 1.0
    for line in lines:
        for places, course in line.pieces:
            between = (places >= seen[0]) & (places <= seen[1])
            for part, far in ((course[between], tall / 2), (course[~between], 2 * ROOM * tall)):
                if part.size:
                    low = min(low, max(float(part.min()), low - far))
                    high = max(high, min(float(part.max()), high + far))
    room = ROOM * (high - low) or abs(low) / 2 or 1.0
    return low - room, high + room
