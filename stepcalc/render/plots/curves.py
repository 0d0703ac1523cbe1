"""Plots of functions of one letter: a function over its derivative, the tangent, secants that turn into it."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final

from stepcalc.errors import UsageError
from stepcalc.messages import say
from stepcalc.notation.forms import Form, rebuild
from stepcalc.notation.unicode import one_line
from stepcalc.numeric.arrays import Curve
from stepcalc.numeric.evaluate import compile_forms
from stepcalc.render.plots import describing
from stepcalc.render.plots.breaks import breaks, critical_forms, even_grid, touches
from stepcalc.render.plots.data import Line, Mark, Panel, Picture, Range
from stepcalc.render.plots.sampling import Sampled, ends_of, even, sampled
from stepcalc.render.plots.window import heights, roots_of, scan, window
from stepcalc.rulebook.book import Rulebook

if TYPE_CHECKING:
    from stepcalc.calculus.slope import Slope
    from stepcalc.trace.derivation import Derivation

Array = Any
Values = Mapping[Form, Form]

LONGEST_NAME: Final = 56
MOST_MARKS: Final = 16
MOST_GUIDES: Final = 6
FINE: Final = 720720
"""Breaks that are within rounding of a fraction with this denominator are that fraction."""


@dataclass(frozen=True, slots=True)
class Studied:
    """A function of one letter with numbers for the others, and what is known of it in a window.

    Args:
        curve: The function.
        places: Where it may be interrupted.
        drawn: Its pieces.
        up: The range of heights that is shown.
    """

    curve: Curve
    places: Array
    drawn: Sampled
    up: Range


class Study:
    """Functions of one letter over one window.

    Args:
        forms: The functions, with numbers for all letters but one; the first decides the window.
        variable: The letter.
        book: The rules.
        given: Places that are to be seen.
        on: The window, if it was asked for.
        conditions: Where the derivation holds.
    """

    def __init__(
        self,
        forms: Sequence[Form],
        variable: Form,
        book: Rulebook,
        given: Sequence[float],
        on: Range | None,
        conditions: Sequence[Form] = (),
    ) -> None:
        self.variable = variable
        self.curves = [Curve(form, (variable,), book.definitions) for form in forms]
        self._definitions = book.definitions
        self._critical = tuple(
            dict.fromkeys(
                item for form in (*forms, *conditions) for item in critical_forms(form, variable, book)
            )
        )
        self._conditions = compile_forms(conditions, book.definitions)
        self._edges = [
            (Curve(item.form, (variable,), book.definitions), item.whole)
            for condition in conditions
            for item in critical_forms(condition, variable, book)
        ]
        if on is None:
            first = self.curves[0]
            first.settle(scan(cost=1)[600:-600])
            slope = self.curves[1] if len(self.curves) > 1 else None
            on = window(first, slope, self._breaks(scan(first.cost)), given)
        self.low, self.high = on
        grid = even_grid(self.low, self.high)
        for curve in self.curves:
            curve.settle(grid)
        self.places = self._breaks(grid)

    def _breaks(self, grid: Array) -> Array:
        return breaks(self.curves, self._critical, self.variable, grid, self._definitions)

    def study(self, curve: Curve, needed: Sequence[float] = (), up: Range | None = None) -> Studied:
        """The curve's pieces, and the range of heights in which it is seen."""
        if up is None:
            ends = ends_of(curve, self.low, self.high, self.places.tolist())
            poles = any(math.isinf(end.y) for end in ends)
            settles = [end.y for end in ends if math.isfinite(end.y)]
            up = heights(even(curve, self.low, self.high), [*needed, *settles[:MOST_MARKS]], poles=poles)
        return Studied(curve, self.places, sampled(curve, self.low, self.high, self.places, up), up)

    def holds(self, place: float) -> bool:
        """Whether a break is none of the numbers that the conditions of the derivation leave out."""
        rational = abs(place * FINE - round(place * FINE)) < 1e-9
        near = (self.high - self.low) * 1e-3
        for edge, whole in self._edges:
            if whole and rational:
                continue  # whether a whole number is left out depends on which; the conditions say
            here, left, right = edge([place, place - near, place + near])
            off = abs(here - round(here)) if whole and math.isfinite(here) else abs(here)
            if not off > 1e-9 * max(abs(left), abs(right), 1e-300):
                return False
        return not rational or all(truth is True for truth in self._conditions.at({self.variable: place}))

    def zeros(self, curve: Curve) -> list[float]:
        """Where a curve is nought inside the window."""
        grid = even_grid(self.low, self.high)[:: curve.cost]
        crossed, touched = roots_of(curve, grid), touches(curve, grid, curve(grid))
        return sorted({*crossed.tolist(), *touched.tolist()})


def poles_of(found: Studied) -> tuple[float, ...]:
    """Where a curve leaves the picture."""
    return tuple(dict.fromkeys(end.x for end in found.drawn.ends if math.isinf(end.y)))


def marks_of(found: Studied, holds: Callable[[float], bool] = lambda _: True) -> tuple[Mark, ...]:
    """Open and closed circles where a curve has a hole or a jump.

    Args:
        found: The curve.
        holds: Whether its value at a place is one that it has.
    """
    marks: list[Mark] = []
    for place in dict.fromkeys(end.x for end in found.drawn.ends):
        ends = [end for end in found.drawn.ends if end.x == place and math.isfinite(end.y)]
        if not ends:
            continue
        exact = Fraction(round(place * FINE), FINE)
        at = float(exact) if abs(float(exact) - place) < 1e-10 * max(1, abs(place)) else place
        value = float(found.curve([at])[0]) if holds(at) else math.nan
        marks += _at_a_break(at, value, [end.y for end in ends], found.up)
    inside = [mark for mark in marks if found.up[0] <= mark.y <= found.up[1]]
    return tuple(inside) if len(inside) <= MOST_MARKS else ()


def _at_a_break(place: float, value: float, heights: Sequence[float], up: Range) -> list[Mark]:
    """The circles at one break: none where the curve goes through."""
    close = 1e-4 * (up[1] - up[0])
    if math.isfinite(value) and all(abs(height - value) < close for height in heights):
        return []
    distinct = [heights[0]] + [height for height in heights[1:] if abs(height - heights[0]) >= close]
    marks = [
        Mark(place, height, "closed" if math.isfinite(value) and abs(height - value) < close else "open")
        for height in distinct
    ]
    if math.isfinite(value) and all(mark.kind == "open" for mark in marks):
        marks.append(Mark(place, value, "closed"))
    return marks


def is_in_pi(places: Sequence[float], low: float, high: float) -> bool:
    """Whether the places of interest are parts of π, so that the axis is best marked in these.

    Examples:
        >>> is_in_pi([0, math.pi / 2, math.pi], -7, 7), is_in_pi([0, 1], -7, 7)
        (True, False)
    """
    parts = [12 * place / math.pi for place in places if abs(place) > 1e-9 and low <= place <= high]
    return (
        len(parts) > 1
        and all(abs(part - round(part)) < 1e-6 * max(abs(part), 1) for part in parts)
        and math.pi / 2 < high - low < 40 * math.pi
    )


def number_of(form: Form, book: Rulebook) -> float:
    """The value of a form without letters; not-a-number where it has none."""
    found = compile_forms([form], book.definitions).at({})[0]
    return float("nan") if found is None else float(found)


def named(left: str, form: Form, book: Rulebook) -> str:
    """ "f(x) = x²", or "f(x)" alone for what is too long to read in a legend."""
    text = one_line(form, functions=book.functions)
    return f"{left} = {text}" if len(text) <= LONGEST_NAME else left


PRIMES: Final = {1: "′", 2: "″", 3: "‴"}


def derivative_name(order: int, letter: str) -> str:
    """ "f′(x)".

    Examples:
        >>> derivative_name(2, "x"), derivative_name(4, "x")
        ('f″(x)', 'f⁽⁴⁾(x)')
    """
    raised = str(order).translate(str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹"))
    return f"f{PRIMES.get(order) or f'⁽{raised}⁾'}({letter})"


def of_derivative(derivation: Derivation, values: Values, at: Form | None, on: Range | None) -> Picture:
    """A function over its derivative; with a point, the tangent there.

    Args:
        derivation: What ``diff`` gave.
        values: A number for each letter that is held fixed.
        at: The point of the tangent.
        on: The window.
    """
    question, book = derivation.question, derivation.rulebook
    variable, order = question.letters[0], len(question.letters)
    forms = [rebuild(form, values) if values else form for form in (question.form, derivation.answer)]
    place = None if at is None else number_of(at, book)
    stated = [rebuild(condition.relation, values) for condition in derivation.conditions]
    study = Study(forms, variable, book, [] if place is None else [place], on, stated)
    function, slope = study.curves
    turns = study.zeros(slope) if order == 1 else []
    roots = study.zeros(function)
    here = [] if place is None else [float(function([place])[0])]
    stationary = [float(height) for height in function(turns)] if turns else []
    if not len(even(function, study.low, study.high)):
        raise UsageError(say("plot-empty"), code="plot-empty")
    top = study.study(function, [*here, *stationary[:MOST_MARKS], *([0.0] if roots else [])])
    bottom = study.study(slope, [float(slope([place])[0])] if place is not None else [])
    letter = variable.name
    lines = [Line(top.drawn.pieces, named(f"f({letter})", question.form, book), "function")]
    marks = list(marks_of(top))
    lower_marks = list(marks_of(bottom, study.holds))
    if place is not None and order == 1:
        steep = float(slope([place])[0])
        lines.append(tangent(place, here[0], steep, (study.low, study.high), top.up, letter))
        lower_marks.append(Mark(place, steep))
    if place is not None:
        marks.append(Mark(place, here[0]))
    in_pi = is_in_pi([*roots, *turns, *study.places], study.low, study.high)
    guides = tuple(turns) if 0 < len(turns) <= MOST_GUIDES else ()
    across = (study.low, study.high)
    name = derivative_name(order, letter)
    panels = (
        Panel(
            tuple(lines), across, top.up, letter, "f", tuple(marks), poles_of(top), guides, in_pi=in_pi
        ),
        Panel(
            (Line(bottom.drawn.pieces, named(name, derivation.answer, book), "derivative"),),
            across, bottom.up, letter, name.partition("(")[0],
            tuple(lower_marks), poles_of(bottom), guides, in_pi=in_pi,
        ),
    )  # fmt: skip
    settings = describing.settings(values)
    title = say("plot-title-diff", function=short(question.form, book), letter=letter) + settings
    alt = describing.of_function(
        short(question.form, book), letter, across, roots, turns, stationary, poles_of(top), marks, settings
    )
    beside = say("plot-alt-derivative", name=name)
    if place is not None and order == 1:
        beside += " " + say("plot-alt-tangent", letter=letter, at=describing.shown(place),
                            slope=describing.shown(float(slope([place])[0])))  # fmt: skip
    return Picture(panels, title, f"{alt} {beside}")


def short(form: Form, book: Rulebook) -> str:
    """A function as a title says it: its text, or f where that is too long."""
    text = one_line(form, functions=book.functions)
    return text if len(text) <= 2 * LONGEST_NAME else "f"


def tangent(place: float, height: float, steep: float, across: Range, up: Range, letter: str) -> Line:
    """The line through a point with a slope, across the window."""
    text = describing.straight(place, height, steep, letter)
    return Line((through(place, height, steep, across, up),), say("plot-tangent", line=text), "tangent")


def through(place: float, height: float, steep: float, across: Range, up: Range) -> tuple[Array, Array]:
    """A straight line's two ends at the edges of the picture."""
    import numpy as np

    low, high = across
    if steep:
        tall = up[1] - up[0]
        reaches = sorted((place + (edge - height) / steep) for edge in (up[0] - tall, up[1] + tall))
        low, high = max(low, reaches[0]), min(high, reaches[1])
    x = np.array([low, high])
    return x, height + steep * (x - place)


def of_slope(found: Slope, on: Range | None) -> Picture:
    """Secants that turn into the tangent.

    Args:
        found: What ``slope`` gave.
        on: The window.
    """
    question, book = found.derivation.question, found.derivation.rulebook
    variable = question.letters[0]
    place, height = (number_of(form, book) for form in (found.at.values[0], found.at.function))
    steep = number_of(found.at.derivative, book)
    across = on or (place - 1.2, place + 1.6)
    study = Study([question.form], variable, book, [place], across)
    shown = found.rows[:SECANTS]
    ends = [height + row.secant * float(row.run) for row in shown]
    function = study.study(study.curves[0], [height, *ends])
    low, high = min([height, *ends]), max([height, *ends])
    if function.up[1] - function.up[0] > TOO_HIGH * (high - low) > 0:
        beyond = 0.6 * (high - low)
        function = study.study(study.curves[0], up=(low - beyond, high + beyond))
    letter = variable.name
    lines = [Line(function.drawn.pieces, named(f"f({letter})", question.form, book), "function")]
    for rank, row in enumerate(shown):
        name = say("plot-secant", h=describing.shown(float(row.run)), slope=describing.shown(row.secant))
        piece = through(place, height, row.secant, across, function.up)
        lines.append(Line((piece,), name, "secant", rank))
    lines.append(
        Line(
            (through(place, height, steep, across, function.up),),
            say("plot-tangent-slope", slope=describing.shown(steep)),
            "tangent",
        )
    )
    marks = [Mark(place, height), *marks_of(function)]
    marks += [Mark(place + float(row.run), end, "secant") for row, end in zip(shown, ends, strict=True)]
    panel = Panel(tuple(lines), across, function.up, letter, "f", tuple(marks), poles_of(function))
    title = say("plot-title-slope", function=short(question.form, book), letter=letter,
                at=describing.shown(place))  # fmt: skip
    alt = say("plot-alt-slope", function=short(question.form, book), letter=letter,
              at=describing.shown(place), slope=describing.shown(steep),
              slopes=", ".join(describing.shown(row.secant) for row in shown))  # fmt: skip
    return Picture((panel,), title, alt)


TOO_HIGH: Final = 6.0
"""A curve that climbs so many times as high as its secants is not shown up to there."""

SECANTS: Final = 3
"""Of the table's secants those that can be told apart."""
