"""Plots in lines of characters, drawn on plotille's canvas of braille dots, or in ASCII."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise
from string import ascii_lowercase
from typing import Any, Final

from stepcalc.messages import say
from stepcalc.render.ascii import to_ascii
from stepcalc.render.plots.data import HeightMap, Line, Panel, Picture, Range
from stepcalc.render.plots.describing import in_pi, shown
from stepcalc.render.plots.window import nice

WIDEST: Final = 96
ROWS: Final = {1: 18, 2: 14}
LOWER_ROWS: Final = 9
GUTTER: Final = 9
"""Characters to the left of the axis."""

_BLANK: Final = "⠀"
_EVERY: Final = {
    "tangent": (5, 3),
    "secant": (2, 2),
    "polynomial": (4, 3),
    "derivative": (1, 0),
    "function": (1, 0),
    "bar": (1, 0),
}
"""For each role how many dots are drawn and how many left out."""


def text(picture: Picture, width: int, *, ascii: bool) -> tuple[str, ...]:
    """The picture in lines.

    Args:
        picture: What is drawn.
        width: How many characters a line may have.
        ascii: Whether to keep to ASCII.
    """
    room = max(min(width, WIDEST), 40)
    lines: list[str] = []
    for place, panel in enumerate(picture.panels):
        if place:
            lines.append("")
        if isinstance(panel, HeightMap):
            lines.extend(_map(panel, room, ascii=ascii))
        else:
            rows = LOWER_ROWS if place else ROWS[len(picture.panels)]
            lines.extend(_panel(panel, room, rows, ascii=ascii))
    return tuple(line.rstrip() for line in lines)


def _panel(panel: Panel, width: int, rows: int, *, ascii: bool) -> Iterator[str]:
    columns = width - GUTTER - 1
    canvas = _canvas(columns, rows, panel.across, panel.up)
    for line in reversed(panel.lines):
        _line(canvas, line, panel, (columns * 2, rows * 4))
    cells = _cells(canvas, ascii=ascii)
    _axes(cells, panel, ascii=ascii)
    for line, tag in _tags(panel.lines):
        if tag:
            _tagged(cells, line, panel, tag)
    for mark in panel.marks:
        _put(cells, mark.x, mark.y, panel.across, panel.up, _MARKS[mark.kind][ascii])
    yield from _names(panel, width, ascii=ascii)
    yield from _framed(cells, panel.across, panel.up, panel.letter, in_parts_of_pi=panel.in_pi, ascii=ascii)


_MARKS: Final = {"point": "●o", "secant": "•o", "open": "○O", "closed": "●o", "datum": "•o"}
"""How a mark is drawn, and how in ASCII."""

_SAMPLES: Final = {
    "function": "━━━", "derivative": "━━━", "tangent": "╺ ╺", "secant": "┄┄┄", "polynomial": "╌╌╌",
    "bar": " │ ",
}  # fmt: skip
_PLAIN_SAMPLES: Final = {
    "function": "---",
    "derivative": "---",
    "tangent": "- -",
    "secant": "...",
    "polynomial": "- -",
    "bar": " | ",
}


def _names(panel: Panel, width: int, *, ascii: bool) -> Iterator[str]:
    """The legend: a sample of each line and its name, as many in a row as fit."""
    samples = _PLAIN_SAMPLES if ascii else _SAMPLES
    entries = []
    for line, tag in _tags(panel.lines):
        sample = samples[line.role]
        entries.append(f"{sample[0]}{tag or sample[1]}{sample[2]} {_written(line.name, ascii=ascii)}")
    if panel.data:
        entries.append(f" {_MARKS['datum'][ascii]}  {_written(panel.data, ascii=ascii)}")
    row = " " * GUTTER
    for entry in entries:
        if row.strip() and len(row) + len(entry) + 3 > width:
            yield row
            row = " " * GUTTER
        row += (" " * 3 if row.strip() else " ") + entry
    yield row


def _written(text: str, *, ascii: bool) -> str:
    return to_ascii(text) if ascii else text


def _canvas(columns: int, rows: int, across: Range, up: Range) -> Any:
    from plotille import Canvas

    return Canvas(columns, rows, across[0], up[0], across[1], up[1])


def _axes(cells: list[list[str]], panel: Panel, *, ascii: bool) -> None:
    """Where x is 0, where y is 0, and vertical asymptotes, wherever no curve is."""
    across, up = panel.across, panel.up
    level, upright, pole = "-:!" if ascii else "┄┊╎"
    row = len(cells) - 1 - int((0 - up[0]) / (up[1] - up[0]) * len(cells))
    if up[0] < 0 < up[1]:
        cells[row] = [level if cell == " " else cell for cell in cells[row]]
    for place, sign in ((0.0, upright), *((place, pole) for place in panel.poles)):
        column = int((place - across[0]) / (across[1] - across[0]) * len(cells[0]))
        if across[0] < place < across[1]:
            for line in cells:
                if line[column] in (" ", level):
                    line[column] = sign


def _line(canvas: Any, line: Line, panel: Panel, dots: tuple[int, int]) -> None:
    """A curve, in dashes where it is none of the main ones."""
    on, off = _EVERY[line.role]
    if line.role == "polynomial":
        on = line.rank + 1
    scale = dots[0] / (panel.across[1] - panel.across[0]), dots[1] / (panel.up[1] - panel.up[0])
    for x, y in line.pieces:
        run = 0.0
        for (x0, y0), (x1, y1) in pairwise(zip(x.tolist(), y.tolist(), strict=True)):
            kept = _within(x0, y0, x1, y1, panel.across, panel.up)
            if kept is None:
                continue
            x0, y0, x1, y1 = kept
            length = math.hypot((x1 - x0) * scale[0], (y1 - y0) * scale[1])
            if not off:
                canvas.line(x0, y0, x1, y1)
                continue
            steps = max(1, math.ceil(length))
            for step in range(steps):
                part = step / steps
                if (run + length * part) % (on + off) < on:
                    canvas.point(x0 + (x1 - x0) * part, y0 + (y1 - y0) * part)
            run += length


def _within(
    x0: float, y0: float, x1: float, y1: float, across: Range, up: Range
) -> tuple[float, float, float, float] | None:
    """The part of a straight line inside a rectangle (Liang and Barsky's clipping)."""
    start, end = 0.0, 1.0
    for first, last, low, high in ((x0, x1, *across), (y0, y1, *up)):
        change = last - first
        if not change:
            if not low <= first <= high:
                return None
            continue
        near, far = sorted(((low - first) / change, (high - first) / change))
        start, end = max(start, near), min(end, far)
    if start > end:
        return None
    return x0 + (x1 - x0) * start, y0 + (y1 - y0) * start, x0 + (x1 - x0) * end, y0 + (y1 - y0) * end


def _cells(canvas: Any, *, ascii: bool) -> list[list[str]]:
    """The canvas as rows of characters."""
    rows = [list(row.replace(_BLANK, " ")) for row in canvas.plot(linesep="\n").split("\n")]
    return [[_in_ascii(cell) for cell in row] for row in rows] if ascii else rows


def _in_ascii(cell: str) -> str:
    """A character of dots as the ASCII sign that is most like it."""
    if cell == " ":
        return " "
    bits = ord(cell) - 0x2800
    rows = tuple(bool(bits & mask) for mask in (0x09, 0x12, 0x24, 0xC0))
    if sum(rows) > 2:
        left, right = bool(bits & 0x47), bool(bits & 0xB8)
        if left and right:
            upper_right, lower_left = bool(bits & 0x18), bool(bits & 0x44)
            return "/" if upper_right and lower_left and not bits & 0xA1 else "\\" if not upper_right else "|"
        return "|"
    signs = {(1, 0, 0, 0): "'", (0, 0, 0, 1): "_", (0, 0, 1, 1): ".", (0, 0, 1, 0): "."}
    key = (int(rows[0]), int(rows[1]), int(rows[2]), int(rows[3]))
    return signs.get(key, "-")


def _tags(lines: Sequence[Line]) -> Iterator[tuple[Line, str]]:
    """The lines with letters that tell apart those of one role, which dashes of dots do not."""
    letters = iter(ascii_lowercase)
    for line in lines:
        yield line, next(letters) if line.role in ("secant", "polynomial") else ""


def _tagged(cells: list[list[str]], line: Line, panel: Panel, tag: str) -> None:
    """The line's letter where it leaves the picture, on the left and on the right."""
    inside = [
        (x, y)
        for piece_x, piece_y in line.pieces
        for x, y in _walked(piece_x.tolist(), piece_y.tolist())
        if panel.up[0] < y < panel.up[1] and panel.across[0] < x < panel.across[1]
    ]
    if inside:
        for x, y in (inside[0], inside[-1]):
            _put(cells, x, y, panel.across, panel.up, tag)


def _walked(x: Sequence[float], y: Sequence[float]) -> Iterator[tuple[float, float]]:
    """Points along a line, close to one another."""
    for (x0, y0), (x1, y1) in pairwise(zip(x, y, strict=True)):
        count = 200 if len(x) < 10 else 1
        for step in range(count):
            yield x0 + (x1 - x0) * step / count, y0 + (y1 - y0) * step / count


def _put(cells: list[list[str]], x: float, y: float, across: Range, up: Range, sign: str) -> None:
    """A sign in the cell where a point lies."""
    column = int((x - across[0]) / (across[1] - across[0]) * len(cells[0]))
    row = len(cells) - 1 - int((y - up[0]) / (up[1] - up[0]) * len(cells))
    if 0 <= row < len(cells) and 0 <= column <= len(cells[0]):
        cells[row][min(column, len(cells[0]) - 1)] = sign


# --------------------------------------------------------------------------------------------------- axes


def _framed(
    cells: list[list[str]],
    across: Range,
    up: Range,
    letter: str,
    *,
    in_parts_of_pi: bool = False,
    ascii: bool,
) -> Iterator[str]:
    """The rows with heights to the left, and the horizontal axis under them."""
    corner, bar, tick, side, notch = "+-+|+" if ascii else "└─┬│┤"
    rows, columns = len(cells), len(cells[0])
    heights = {}
    for value in _ticks(up, max(rows // 4, 2)):
        row = rows - 1 - int((value - up[0]) / (up[1] - up[0]) * rows)
        if 0 <= row < rows:
            heights[row] = _written(shown(value), ascii=ascii)
    for row, line in enumerate(cells):
        name = heights.get(row, "")
        yield f"{name:>{GUTTER - 1}} {notch if name else side}{''.join(line)}"
    places = _ticks_in_pi(across) if in_parts_of_pi else _ticks(across, 6)
    axis, names, free = [bar] * columns, [" "] * (columns + GUTTER + 1), 0
    for value in places:
        column = min(int((value - across[0]) / (across[1] - across[0]) * columns), columns - 1)
        name = _written(in_pi(value) if in_parts_of_pi else shown(value), ascii=ascii)
        start = GUTTER + 1 + column - len(name) // 2
        if start < free or start + len(name) > len(names) - 2:
            continue
        axis[column] = tick
        names[start : start + len(name)] = name
        free = start + len(name) + 2
    names[-1] = letter[:1]
    yield " " * GUTTER + corner + "".join(axis)
    yield "".join(names)


def _ticks(ends: Range, count: int) -> list[float]:
    """Round numbers inside a range, about so many.

    Examples:
        >>> _ticks((-1.07, 1.07), 4)
        [-1.0, -0.5, 0.0, 0.5, 1.0]
    """
    step = nice((ends[1] - ends[0]) / count)
    first, last = math.ceil(ends[0] / step - 1e-9), math.floor(ends[1] / step + 1e-9)
    return [step * place for place in range(first, last + 1)]


def _ticks_in_pi(ends: Range) -> list[float]:
    step = math.pi * next(
        part for part in (0.25, 0.5, 1, 2, 4, 8) if (ends[1] - ends[0]) / (part * math.pi) <= 9.01
    )
    return [step * place for place in range(math.ceil(ends[0] / step), math.floor(ends[1] / step) + 1)]


# ---------------------------------------------------------------------------------------------- height maps


_PATH_SIGNS: Final = ("x", "+", "*")
"""By which points of paths are told apart, in the order of the paths."""


def _map(drawn: HeightMap, width: int, *, ascii: bool) -> Iterator[str]:
    """Height lines; arrows as signs that point in eight directions."""
    across, up = (drawn.x[0], drawn.x[-1]), (drawn.y[0], drawn.y[-1])
    columns = min(width - GUTTER - 1, 60)
    rows = columns // 2  # a character is about twice as high as it is wide
    canvas = _canvas(columns, rows, across, up)
    levels = _thinned(drawn.levels)
    for line in _height_lines(drawn.x, drawn.y, drawn.heights, levels):
        _path(canvas, line, dashed=False)
    if drawn.near is not None:
        for line in _height_lines(drawn.x, drawn.y, drawn.near, drawn.levels):
            _path(canvas, line, dashed=True)
    cells = _cells(canvas, ascii=ascii)
    for sign, path in zip(_PATH_SIGNS, drawn.paths, strict=False):
        for x, y in (point for piece in path.pieces for point in zip(*piece, strict=True)):
            _put(cells, float(x), float(y), across, up, sign)
    for mark in drawn.marks:
        _put(cells, mark.x, mark.y, across, up, _MARKS[mark.kind][ascii])
    if drawn.near is None:
        for arrow in drawn.arrows:
            _put(cells, arrow.x, arrow.y, across, up, _direction(arrow.across, arrow.up, ascii=ascii))
    if drawn.mark is not None:
        _put(cells, drawn.mark.x, drawn.mark.y, across, up, "o" if ascii else "●")
    samples = _PLAIN_SAMPLES if ascii else _SAMPLES
    name = f"f = {drawn.name}"
    if len(levels) > 1:
        name += _told(levels)
    yield f"{' ' * GUTTER} {samples['function']} {_written(name, ascii=ascii)}"
    for sign, path in zip(_PATH_SIGNS, drawn.paths, strict=False):
        yield f"{' ' * GUTTER} {sign}   {_written(path.name, ascii=ascii)}"
    if drawn.near is not None:
        yield f"{' ' * GUTTER} {samples['polynomial']} {drawn.near_name}"
    elif drawn.arrows:
        yield f"{' ' * GUTTER} {'->' if ascii else '→'}   {_written(drawn.arrows_name, ascii=ascii)}"
    yield f"{drawn.letters[1]:>{GUTTER + 1}}"
    yield from _framed(cells, across, up, drawn.letters[0], ascii=ascii)


def _thinned(levels: Sequence[float]) -> Sequence[float]:
    """Every other one of many heights that grow in proportion: in a valley they would be one blot."""
    if len(levels) <= MOST_LEVELS or levels[0] <= 0 or levels[-1] < 50 * levels[0]:
        return levels
    decades = [level for level in levels if f"{level:e}".startswith("1.0")]
    return decades if len(decades) > 2 else levels


MOST_LEVELS: Final = 7


def _told(levels: Sequence[float]) -> str:
    """Between which heights there are lines, and how far apart they are where that is the same for all."""
    low, high = shown(levels[0]), shown(levels[-1])
    steps = [after - before for before, after in pairwise(levels)]
    if max(steps) - min(steps) <= 1e-6 * max(steps):
        return say("plot-levels", low=low, high=high, step=shown(steps[0]))
    factors = [after / before if before > 0 else 0.0 for before, after in pairwise(levels)]
    if min(factors) > 1 and max(factors) - min(factors) <= 1e-6 * max(factors):
        return say("plot-levels-times", low=low, high=high, factor=shown(factors[0]))
    return say("plot-levels-uneven", low=low, high=high)


def _height_lines(x: Any, y: Any, heights: Any, levels: Sequence[float]) -> Iterator[Any]:
    import contourpy
    import numpy as np

    found = contourpy.contour_generator(x, y, np.ma.masked_invalid(heights))
    for level in levels:
        yield from found.lines(level)


def _path(canvas: Any, line: Any, *, dashed: bool) -> None:
    for place, ((x0, y0), (x1, y1)) in enumerate(pairwise(line.tolist())):
        if not dashed or place % 4 < 2:
            canvas.line(x0, y0, x1, y1)


def _direction(across: float, up: float, *, ascii: bool) -> str:
    """The sign of an arrow that points that way."""
    turn = round(math.atan2(up, across) / (math.pi / 4)) % 8
    return (">/^\\<" + "/v\\" if ascii else "→↗↑↖←↙↓↘")[turn]
