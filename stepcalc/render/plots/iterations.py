"""Plots of iterations: the tangents of Newton's method, and the paths of descent over height lines."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

from stepcalc.errors import UsageError
from stepcalc.messages import say
from stepcalc.render.plots import describing, window_of
from stepcalc.render.plots.curves import Study, marks_of, named, poles_of, short
from stepcalc.render.plots.data import Line, Mark, Panel, Picture, Range
from stepcalc.render.plots.window import snapped

if TYPE_CHECKING:
    from stepcalc.calculus.optimisation.newton import Newton

MOST_TANGENTS: Final = 4
LOWERED: Final = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def of_newton(found: Newton, on: Any = None) -> Picture:
    """The function, and the tangents that lead from point to point.

    Args:
        found: What ``newton`` gave for one equation.
        on: The window.

    Raises:
        UsageError: It is a system.
    """
    import numpy as np

    if len(found.letters) != 1:
        raise UsageError(say("plot-newton-one"), code="plot-newton-one")
    book, variable, form = found.rulebook, found.letters[0], found.functions[0]
    rows = [row for row in found.rows if row.slopes[0][0] is not None][: MOST_TANGENTS + 1]
    steps = [(float(row.point[0]), float(row.values[0]), float(row.slopes[0][0])) for row in rows]
    places = [place for place, _, _ in steps]
    near = _near(places)
    given: Range | None = window_of(on, book, 1)
    reach = max(max(near) - min(near), 0.5 * max(1.0, abs(near[0]) if near else 1.0))
    across = given or snapped(min(near) - 0.3 * reach, max(near) + 0.3 * reach)
    study = Study([form], variable, book, near, across)
    function = study.study(study.curves[0], up=_up([height for _, height, _ in steps[: len(near)]]))
    letter = variable.name
    lines = [Line(function.drawn.pieces, named(f"f({letter})", form, book), "function")]
    marks = list(marks_of(function))
    for n, (place, height, steep) in enumerate(steps[:MOST_TANGENTS]):
        if not across[0] <= place <= across[1]:
            break
        foot = place - height / steep if steep else across[1]
        x = np.array([place, place, foot])
        y = np.array([0.0, height, 0.0 if steep else height])
        name = say("plot-newton-tangent", letter=letter, n=str(n).translate(LOWERED))
        lines.append(Line(((x, y),), name, "polynomial", n))
        marks.append(Mark(place, height))
    panel = Panel(tuple(lines), across, function.up, letter, "f", tuple(marks), poles_of(function))
    told = {"function": short(form, book), "letter": letter, "start": describing.shown(places[0])}
    title = say("plot-title-newton", **told)
    alt = say("plot-alt-newton", **told, low=describing.shown(across[0]), high=describing.shown(across[1]),
              points=", ".join(describing.shown(place) for place in places[1:]) or "—")  # fmt: skip
    return Picture((panel,), title, alt)


def _up(reached: list[float]) -> Range:
    """A range of heights with the axis and the points in it, and room about them."""
    low, high = min(0.0, *reached), max(0.0, *reached)
    room = 0.35 * (high - low) or 1.0
    return low - room, high + room


def _near(places: list[float]) -> list[float]:
    """The points up to the first that lies far beyond the others."""
    kept = places[:1]
    for before, place in pairwise(places):
        if abs(place - before) > 30 * max(1.0, abs(before)):
            break
        kept.append(place)
    return kept
