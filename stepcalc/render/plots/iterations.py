"""Plots of iterations: the tangents of Newton's method, and the paths of descent over height lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise, product
from typing import TYPE_CHECKING, Any, Final

from stepcalc.errors import UsageError
from stepcalc.messages import say
from stepcalc.notation.forms import Form
from stepcalc.render.plots import describing, window_of
from stepcalc.render.plots.curves import Study, marks_of, named, poles_of, short
from stepcalc.render.plots.data import HeightMap, Line, Mark, Panel, Picture, Range
from stepcalc.render.plots.surfaces import levels
from stepcalc.render.plots.window import snapped

if TYPE_CHECKING:
    from stepcalc.calculus.optimisation.constrained_points import Lagrange
    from stepcalc.calculus.optimisation.critical_points import Critical, CriticalPoint
    from stepcalc.calculus.optimisation.descents import Descent
    from stepcalc.calculus.optimisation.newton import Newton
    from stepcalc.rulebook.book import Rulebook

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


# -------------------------------------------------------------------------------------- over height lines


def of_descent(found: Descent, on: Any = None) -> Picture:
    """The way down: over height lines for two letters, on the graph for one.

    Args:
        found: What ``descend`` gave.
        on: The window.

    Raises:
        UsageError: There are more letters, or the function is no formula.
    """
    if found.derivation is None:
        raise UsageError(say("plot-no-formula"), code="plot-no-formula")
    form, book, letters = found.derivation.question.form, found.rulebook, found.letters
    stops = [stop.point for stop in found.path.stops]
    told = {
        "start": _place(stops[0]),
        "end": _place(stops[-1]),
        "steps": len(stops) - 1,
    }
    title, alt = say("plot-title-descent", function=short(form, book)), say("plot-alt-descent", **told)
    if len(letters) == 1:
        shown = [Mark(stop.point[0], stop.value) for stop in found.path.stops[:MOST_MARKED]]
        return _graph(form, letters[0], book, shown, on, title, alt)
    beside = [] if found.newton is None else [stop.point for stop in found.newton.stops]
    around = stops if found.path.ending == "arrived" else [*stops[:12], *beside[-1:]]
    paths = [_line(stops, say("plot-descent"), "derivative")]
    if beside:
        paths.append(_line(beside, say("plot-newton-path"), "tangent"))
    marks = (Mark(stops[0][0], stops[0][1], "open"), Mark(stops[-1][0], stops[-1][1]))
    return _map(form, letters, book, around, on, title, alt, paths=tuple(paths), marks=marks)


def of_critical(found: Critical, on: Any = None) -> Picture:
    """The function with its critical points.

    Args:
        found: What ``critical`` gave, for one or two letters.
        on: The window; the region, if there is one.
    """
    form, book, letters = found.function, found.rulebook, found.letters
    _need_numbers(found.derivation.question.held)
    points = [near for each in (*found.points, *found.boundary) for near in members(found, each)]
    title = say("plot-title-critical", function=short(form, book))
    alt = say("plot-alt-critical", points=", ".join(_place(each.places) for each in points[:8]) or "—")
    if on is None and found.box is not None:
        on = [part for pair in found.box for part in pair]
    if len(letters) == 1:
        marks = [Mark(each.places[0], each.height) for each in points]
        return _graph(form, letters[0], book, marks, on, title, alt)
    return _map(form, letters, book, [each.places for each in points], on, title, alt,
                marks=tuple(Mark(each.places[0], each.places[1]) for each in points))  # fmt: skip


def members(found: Critical, each: CriticalPoint) -> list[CriticalPoint]:
    """A point, or of a family those next to the origin."""
    from stepcalc.numeric.evaluate import compile_forms

    if not each.counters:
        return [each]
    program = compile_forms([*each.point, each.value], found.rulebook.definitions)
    near = []
    for turns in product((-1, 0, 1), repeat=len(each.counters)):
        *places, height = program.at(dict(zip(each.counters, turns, strict=True)))
        if height is not None and all(place is not None for place in places):
            near.append(replace(each, places=tuple(map(float, places)), height=float(height)))
    return near


def of_lagrange(found: Lagrange, on: Any = None) -> Picture:
    """Height lines, the constraint as a line, and the points where the two touch.

    Args:
        found: What ``lagrange`` gave, for two letters.
        on: The window.
    """
    form, book, letters = found.function, found.rulebook, found.letters
    _need_numbers(found.derivation.question.held)
    if len(letters) != 2:
        raise UsageError(say("plot-two-letters", count=len(letters)), code="plot-two-letters")
    places = [each.places for each in found.candidates]
    wide = on if on is not None else [end for ends in _square(places, None, book, 0.9) for end in ends]
    square = _square(places, wide, book)
    title = say("plot-title-lagrange", function=short(form, book))
    alt = say("plot-alt-lagrange", points=", ".join(map(_place, places[:8])) or "—")
    lines = tuple(_zero_line(part, letters, square, book) for part in found.constraints)
    heights = [each.height for each in found.candidates]
    return _map(form, letters, book, places, wide, title, alt, paths=lines, at=heights,
                marks=tuple(Mark(place[0], place[1]) for place in places))  # fmt: skip


MOST_MARKED: Final = 40
ACROSS: Final = 161

Points = Sequence[tuple[float, ...]]


def _need_numbers(held: Sequence[Form]) -> None:
    if held:
        names = ", ".join(item.name for item in held)
        raise UsageError(say("plot-other-letters", letters=names), code="plot-other-letters")


def _place(point: tuple[float, ...]) -> str:
    inside = ", ".join(describing.shown(part) for part in point)
    return inside if len(point) == 1 else f"({inside})"


def _line(points: Points, name: str, role: str) -> Line:
    import numpy as np

    x, y = (np.array([point[axis] for point in points]) for axis in (0, 1))
    return Line(((x, y),), name, role)


def _graph(
    form: Form, variable: Form, book: Rulebook, marks: Sequence[Mark], on: Any, title: str, alt: str
) -> Picture:
    """A function of one letter, with marks on it."""
    near = [mark.x for mark in marks]
    study = Study([form], variable, book, near, window_of(on, book, 1) if on is not None else None)
    function = study.study(study.curves[0], [mark.y for mark in marks])
    lines = (Line(function.drawn.pieces, named(f"f({variable.name})", form, book), "function"),)
    panel = Panel(lines, (study.low, study.high), function.up, variable.name, "f",
                  (*marks, *marks_of(function)), poles_of(function))  # fmt: skip
    return Picture((panel,), title, alt)


def _square(points: Points, on: Any, book: Rulebook, room: float = 0.7) -> tuple[Range, Range]:
    """The window: as asked for, or with all points in it, as high as it is wide."""
    if on is not None:
        first, second = window_of(on, book, 2)
        return first, second
    across, up = ([point[axis] for point in points] or [0.0] for axis in (0, 1))
    middle = (max(across) + min(across)) / 2, (max(up) + min(up)) / 2
    reach = room * max(max(across) - min(across), max(up) - min(up)) or 2.0
    (left, right), (bottom, top) = (snapped(at - reach, at + reach) for at in middle)
    return (left, right), (bottom, top)


def _heights(form: Form, letters: Sequence[Form], square: tuple[Range, Range], book: Rulebook) -> Any:
    import numpy as np

    from stepcalc.numeric.arrays import Curve

    x, y = (np.linspace(*ends, ACROSS) for ends in square)
    wide, high = np.meshgrid(x, y)
    return x, y, Curve(form, letters, book.definitions)(wide, high)


def _zero_line(form: Form, letters: Sequence[Form], square: tuple[Range, Range], book: Rulebook) -> Line:
    """Where a function is 0, as a curve."""
    import contourpy
    import numpy as np

    x, y, heights = _heights(form, letters, square, book)
    found = contourpy.contour_generator(x, y, np.ma.masked_invalid(heights)).lines(0.0)
    pieces = tuple((np.asarray(piece)[:, 0], np.asarray(piece)[:, 1]) for piece in found)
    return Line(pieces, say("plot-constraint"), "derivative")


def _map(
    form: Form, letters: Sequence[Form], book: Rulebook, points: Points, on: Any, title: str, alt: str,
    *, paths: tuple[Line, ...] = (), marks: tuple[Mark, ...] = (), at: Sequence[float] = (),
) -> Picture:  # fmt: skip
    """Height lines with paths and marks across them, and a line at each of some heights besides."""
    if len(letters) != 2:
        raise UsageError(say("plot-two-letters", count=len(letters)), code="plot-two-letters")
    square = _square(points, on, book)
    x, y, heights = _heights(form, letters, square, book)
    drawn = HeightMap(
        x, y, heights, tuple(sorted({*levels(heights), *at})), (letters[0].name, letters[1].name), short(form, book),
        paths=paths, marks=tuple(mark for mark in marks if _is_within(mark, square)),
    )  # fmt: skip
    return Picture((drawn,), title, alt)


def _is_within(mark: Mark, square: tuple[Range, Range]) -> bool:
    (left, right), (bottom, top) = square
    return left <= mark.x <= right and bottom <= mark.y <= top


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
