"""Lines of characters, each run with what it is, and boxes of lines that stand side by side."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Run:
    """Characters of one kind: the role of :class:`Words`, and whether they are a marked part of a formula."""

    text: str
    role: str = ""
    marked: bool = False


Line = tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Box:
    """Lines of equal standing in a row of others: the line at ``base`` is the one to align."""

    lines: tuple[Line, ...]
    base: int = 0

    @property
    def width(self) -> int:
        """The length of the longest line."""
        return max((length(line) for line in self.lines), default=0)


def length(line: Line) -> int:
    """How many characters a line has."""
    return sum(len(run.text) for run in line)


def beside(*boxes: Box) -> Box:
    """Boxes side by side, their base lines level."""
    above = max(box.base for box in boxes)
    below = max(len(box.lines) - box.base for box in boxes)
    rows: list[Line] = []
    for row in range(above + below):
        line: list[Run] = []
        for box in boxes:
            place = row - above + box.base
            found = box.lines[place] if 0 <= place < len(box.lines) else ()
            line.extend((*found, Run(" " * (box.width - length(found)))))
        rows.append(_trimmed(line))
    return Box(tuple(rows), above)


def _trimmed(line: list[Run]) -> Line:
    while line and not line[-1].text.strip() and not line[-1].marked:
        line.pop()
    return tuple(run for run in line if run.text)


def text_box(text: str, role: str = "") -> Box:
    """One line of words."""
    return Box(((Run(text, role),),))


def broken(line: Line, room: int, more: int) -> Iterator[Line]:
    """A long line in pieces that fit, broken at the outermost signs; later ones leave ``more`` room."""
    while length(line) > room:
        head, line = split(line, _break_at("".join(run.text for run in line), room))
        yield head
        line = _trim_start(line)
        room, more = max(room - more, 1), 0
    yield line


def _break_at(text: str, room: int) -> int:
    """Where to break: as far out of the brackets as can be without leaving much of the line empty."""
    places: list[tuple[int, int, int]] = []
    depth = 0
    for place, character in enumerate(text[: room + 1]):
        depth += (character in _OPENING) - (character in _CLOSING)
        if character in _DOTS and place < room:
            places.append((depth, 1, place + 1))
        elif character == " ":
            # A sign begins the next line; a gap between words or factors is the second choice.
            places.append((depth, 0 if text[place + 1 : place + 2] in _SIGNS else 2, place))
        elif character in _OPENING and place < room:
            places.append((depth, 3, place + 1))
    for least in (room * 2 // 3, room // 3, 1):
        fitting = [found for found in places if found[2] >= least]
        if fitting:
            return min(fitting, key=lambda found: (found[0], found[1], -found[2]))[2]
    return room


_OPENING: Final = "(["
_CLOSING: Final = ")]"
_DOTS: Final = "·*"
_SIGNS: Final = ("+", "−", "-", "=")


def split(line: Line, place: int) -> tuple[Line, Line]:
    """A line cut in two after so many characters."""
    left: list[Run] = []
    right: list[Run] = []
    for run in line:
        if place >= len(run.text):
            left.append(run)
        elif place <= 0:
            right.append(run)
        else:
            left.append(Run(run.text[:place], run.role, run.marked))
            right.append(Run(run.text[place:], run.role, run.marked))
        place -= len(run.text)
    return tuple(left), tuple(right)


def _trim_start(line: Line) -> Line:
    runs = list(line)
    while runs:
        text = runs[0].text.lstrip(" ")
        if text:
            runs[0] = Run(text, runs[0].role, runs[0].marked)
            break
        runs.pop(0)
    return tuple(runs)
