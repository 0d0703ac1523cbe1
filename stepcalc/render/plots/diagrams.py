"""The picture of a network: a column of units for each layer, every unit joined to all of the next."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

from stepcalc.errors import UsageError
from stepcalc.messages import say
from stepcalc.notation.names import layered_text
from stepcalc.rulebook.networks import Shape

MOST_UNITS: Final = 6
MOST_LAYERS: Final = 7
"""Of more units or layers the first and the last are drawn."""

_STEP, _GAP, _RADIUS = 52, 120, 18
_BLUE, _GREY, _INK = "#0072B2", "#9a9a9a", "#222222"
_FONT: Final = "New Computer Modern, Libertinus Serif, STIX Two Text, serif"


@dataclass(frozen=True, slots=True)
class Diagram:
    """A network to be drawn.

    Args:
        shape: The network.

    Examples:
        >>> print(*Diagram(Shape((1, 2, 1), ("tanh", "tanh"), "squares")).text(60, ascii=False), sep="\\n")
                ┌── a⁽¹⁾₁ ──┐
        a⁽⁰⁾₁ ──┤           ├── a⁽²⁾₁ ───── C
                └── a⁽¹⁾₂ ──┘
        input       tanh        tanh        cost
    """

    shape: Shape

    @property
    def alt(self) -> str:
        """What is seen, in words."""
        sizes = ", ".join(map(str, self.shape.sizes))
        return say("network-alt", sizes=sizes, names=", ".join(self.shape.activations))

    def text(self, width: int, *, ascii: bool) -> Sequence[str]:
        """The network in lines of characters.

        Args:
            width: How many characters a line may have; a wider drawing is left out.
            ascii: Whether to do with plain ASCII.
        """
        for most in range(MOST_LAYERS, 2, -2):
            lines = _in_characters(*self._columns(ascii=ascii, most=most))
            if max(map(len, lines)) <= width:
                return [line.translate(_ASCII) for line in lines] if ascii else lines
        return [say("network-wide")]

    def svg(self) -> str:
        """The network as the text of an SVG file."""
        columns, feet = self._columns(ascii=False)
        height = max(map(len, columns)) * _STEP + 34
        width = (len(columns) - 1) * _GAP + 2 * _RADIUS + 44
        places = [
            [(_RADIUS + 22 + column * _GAP, _height(row, len(names), height)) for row in range(len(names))]
            for column, names in enumerate(columns)
        ]
        body = [*_edges(places, columns), *_nodes(places, columns), *_feet(places, feet, height)]
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
            f'viewBox="0 0 {width} {height}" role="img" font-family="{_FONT}" fill="{_INK}">'
            f"<title>{escape(self.alt)}</title>\n" + "\n".join(body) + "\n</svg>\n"
        )

    def png(self) -> bytes:
        """There is none: lines and letters are drawn as SVG.

        Raises:
            UsageError: Always.
        """
        raise UsageError(say("network-svg"), code="network-svg")

    def _columns(self, *, ascii: bool, most: int = MOST_LAYERS) -> tuple[list[list[str]], list[str]]:
        """The units of each layer by name, and what stands below each; of many layers the outer ones."""
        columns = [self._units(layer, ascii) for layer in range(len(self.shape.sizes))]
        feet = [say("network-input"), *self.shape.activations]
        if len(columns) > most:
            side = most // 2
            columns = [*columns[:side], [_MORE], *columns[-side:]]
            feet = [*feet[:side], "", *feet[-side:]]
        return [*columns, ["C"]], [*feet, say("network-cost")]

    def _units(self, layer: int, ascii: bool) -> list[str]:
        size = self.shape.sizes[layer]
        shown = [*range(1, size + 1)] if size <= MOST_UNITS else [1, 2, 0, size]
        return [
            layered_text(f"a^({layer})_{place}", ascii=ascii) if place else _MORE_UNITS for place in shown
        ]


_MORE: Final = "⋯"
_MORE_UNITS: Final = "⋮"


# ---------------------------------------------------------------------------------------------- characters


def _in_characters(columns: Sequence[Sequence[str]], feet: Sequence[str]) -> list[str]:
    """Columns of names beside each other, between two of them a bar that joins all with all."""
    height = 2 * max(map(len, columns)) - 1
    lines = [""] * (height + 1)
    before: frozenset[int] = frozenset()
    for place, (names, foot) in enumerate(zip(columns, feet, strict=True)):
        rows = {height // 2 - (len(names) - 1) + 2 * index: name for index, name in enumerate(names)}
        here = frozenset(rows)
        width = max(len(foot), *map(len, names)) + 2
        ends = " " if place == len(columns) - 1 else "─"
        for row in range(height):
            lines[row] += _bar(row, before, here) if place else ""
            lines[row] += f" {rows[row]} ".ljust(width, ends) if row in rows else " " * width
        lines[height] += " " * (5 if place else 0) + f" {foot} ".ljust(width)
        before = here
    lead = min(len(line) - len(line.lstrip()) for line in lines)
    return [line[lead:].rstrip() for line in lines]


def _bar(row: int, left: frozenset[int], right: frozenset[int]) -> str:
    """What stands in one row between two columns whose units stand in these rows."""
    rows = left | right
    up, down = min(rows) < row <= max(rows), min(rows) <= row < max(rows)
    sign = _JOINTS[(row in left) + 2 * (row in right) + 4 * up + 8 * down]
    return ("──" if row in left else "  ") + sign + ("──" if row in right else "  ")


_JOINTS: Final = " ╴╶─╵┘└┴╷┐┌┬│┤├┼"
"""Signs with lines to the left (1), to the right (2), up (4) and down (8)."""

_ASCII: Final = str.maketrans("╴╶─╵┘└┴╷┐┌┬│┤├┼⋮⋯", "---|+++|+++|+++:~")


# ----------------------------------------------------------------------------------------------------- SVG

_Places = Sequence[Sequence[tuple[int, int]]]


def _height(row: int, count: int, height: int) -> int:
    return (height - 34) // 2 + round((row - (count - 1) / 2) * _STEP)


def _edges(places: _Places, columns: Sequence[Sequence[str]]) -> Iterator[str]:
    for column in range(len(places) - 1):
        for left, name in zip(places[column], columns[column], strict=True):
            for right, other in zip(places[column + 1], columns[column + 1], strict=True):
                if _MORE_UNITS not in (name, other) and _MORE not in (name, other):
                    yield (
                        f'<line x1="{left[0]}" y1="{left[1]}" x2="{right[0]}" y2="{right[1]}" '
                        f'stroke="{_GREY}" stroke-width="1"/>'
                    )


def _nodes(places: _Places, columns: Sequence[Sequence[str]]) -> Iterator[str]:
    for column, names in zip(places, columns, strict=True):
        for (x, y), name in zip(column, names, strict=True):
            if name in (_MORE, _MORE_UNITS):
                yield f'<text x="{x}" y="{y + 6}" font-size="20" text-anchor="middle">{name}</text>'
                continue
            shape = f'cx="{x}" cy="{y}" r="{_RADIUS}"'
            yield f'<circle {shape} fill="#ffffff" stroke="{_BLUE}" stroke-width="1.6"/>'
            yield _label(x, y, name)


def _label(x: int, y: int, name: str) -> str:
    """A letter with its layer above and its place below, as it is typeset."""
    if name == "C":
        return f'<text x="{x}" y="{y + 5}" font-size="16" font-style="italic" text-anchor="middle">C</text>'
    above = "".join(str(_DIGITS_ABOVE.index(sign)) for sign in name if sign in _DIGITS_ABOVE)
    below = "".join(str(_DIGITS_BELOW.index(sign)) for sign in name if sign in _DIGITS_BELOW)
    return (
        f'<text x="{x - 13}" y="{y + 5}" font-size="16" font-style="italic">a</text>'
        f'<text x="{x - 4}" y="{y - 2}" font-size="9.5">({above})</text>'
        f'<text x="{x - 4}" y="{y + 10}" font-size="9.5">{below}</text>'
    )


_DIGITS_ABOVE: Final = "⁰¹²³⁴⁵⁶⁷⁸⁹"
_DIGITS_BELOW: Final = "₀₁₂₃₄₅₆₇₈₉"


def _feet(places: _Places, feet: Sequence[str], height: int) -> Iterator[str]:
    for column, foot in zip(places, feet, strict=True):
        if foot:
            x = column[0][0]
            yield f'<text x="{x}" y="{height - 10}" font-size="13" text-anchor="middle">{escape(foot)}</text>'
