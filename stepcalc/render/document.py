"""What a reader is shown, whatever it is shown on: headings, prose, equations, steps, chains, folds, tables.

One builder makes a document from a derivation, one small writer for each format makes text from a document.
Blocks stand in one flat list and carry their depth: a derivation a thousand steps deep needs no recursion.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from stepcalc.notation.forms import Form


@dataclass(frozen=True, slots=True)
class Words:
    """A run of text.

    Args:
        text: The words.
        role: What they are: ``"rule"``, ``"number"``, ``"note"``, ``"warning"``, ``"strong"``, ``"code"``, or
            nothing in particular.
    """

    text: str
    role: str = ""


@dataclass(frozen=True, slots=True)
class Formula:
    """An expression, and the parts of it that the step rewrites or has rewritten."""

    form: Form
    marked: frozenset[Form] = frozenset()


Inline = tuple[Words | Formula, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """A title."""

    content: Inline


@dataclass(frozen=True, slots=True)
class Prose:
    """A paragraph; its role is that of :class:`Words`, or ``"tree"``: a line of a drawing made of characters."""

    content: Inline
    role: str = ""
    depth: int = 0


@dataclass(frozen=True, slots=True)
class StepHead:
    """The first line of a step.

    Args:
        number: Its number in reading order.
        title: The rules that it uses, by name.
        subject: What the rule's name ends with, as in "Factor out x".
        law: What the law says, written for people.
        bindings: How the law's letters were read: what is said before the formula, and the formula.
        depth: How deep the step is nested.
        failed: Whether the step failed its check.
        label: What is found, where the step is one of several: "∂F₁/∂x, y held fixed".
    """

    number: int
    title: str
    subject: Formula | None = None
    law: str = ""
    bindings: tuple[tuple[str, Formula], ...] = ()
    depth: int = 0
    failed: bool = False
    label: Inline = ()


@dataclass(frozen=True, slots=True)
class Equation:
    """A displayed equation; without a left side it goes on from the line before.

    Args:
        left: The left side.
        right: The right side.
        depth: How deep the step is nested.
        note: What is said beside it.
    """

    left: Formula | None
    right: Formula
    depth: int = 0
    note: Inline = ()


@dataclass(frozen=True, slots=True)
class ChainLine:
    """One line ``= ...`` of a chain, with the rules that led to it and what their names end with."""

    right: Formula
    note: str = ""
    subject: Formula | None = None


@dataclass(frozen=True, slots=True)
class Chain:
    """A column of equal expressions."""

    start: Formula
    lines: tuple[ChainLine, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer in one form or in two equal ones, and where it holds."""

    forms: tuple[Formula, ...]
    domain: Inline = ()


@dataclass(frozen=True, slots=True)
class Fold:
    """Blocks that can be opened; formats that cannot fold show the summary only."""

    summary: Inline
    blocks: tuple[Block, ...]
    depth: int = 0


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells under a row of headings."""

    headings: tuple[str, ...]
    rows: tuple[tuple[Inline, ...], ...]


class Drawing(Protocol):
    """A picture that is drawn when a writer asks for it, and only as that writer needs it."""

    def svg(self) -> str:
        """The picture as the text of an SVG file."""
        ...

    def png(self) -> bytes:
        """The picture as a PNG file."""
        ...

    def text(self, width: int, *, ascii: bool) -> Sequence[str]:
        """The picture in lines of so many characters, for a terminal and for plain text."""
        ...


@dataclass(frozen=True, slots=True)
class Figure:
    """A picture.

    Args:
        drawing: What draws it.
        alt: What is seen on it, for those who do not see it.
        caption: What stands below it.
    """

    drawing: Drawing
    alt: str
    caption: Inline = ()


@dataclass(frozen=True, slots=True)
class Title:
    """The title of a sheet (level 1) or of one of its sections (level 2)."""

    content: Inline
    level: int = 1


@dataclass(frozen=True, slots=True)
class Fields:
    """Places to fill in at the top of a sheet.

    Args:
        entries: For each what is asked for, and what stands behind the place: ``("Score", "/ 20")``.
    """

    entries: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Space:
    """Room to write in.

    Args:
        kind: ``"blank"``, ``"lines"`` or ``"grid"``.
        centimetres: Its height.
        label: What stands before it, such as the number of a step that is to be filled in.
        depth: How deep it is nested.
    """

    kind: str
    centimetres: float
    label: str = ""
    depth: int = 0

    @property
    def lines(self) -> int:
        """How many lines to write on it has."""
        return max(round(self.centimetres / LINE_HEIGHT), 1)


LINE_HEIGHT = 0.8
"""Centimetres from one line to write on to the next."""


@dataclass(frozen=True, slots=True)
class Problem:
    """A problem of a sheet, or a part of one.

    Args:
        label: Its number: ``"3."``, ``"(a)"``.
        content: What is asked.
        marks: What it is worth, in words: ``"[2 marks]"``.
        blocks: What belongs to it: a hint, parts, room to write in, the solution.
        together: Whether a page must not break within it.
    """

    label: str
    content: Inline
    marks: str = ""
    blocks: tuple[Block, ...] = ()
    together: bool = True


Block = (
    Heading
    | Prose
    | StepHead
    | Equation
    | Chain
    | Answer
    | Fold
    | Table
    | Figure
    | Title
    | Fields
    | Space
    | Problem
)


@dataclass(frozen=True, slots=True)
class Document:
    """What is shown, whole.

    Args:
        blocks: The blocks in reading order.
        title: What it is called; the first heading if empty.
        notation: The notation for derivatives, ``"leibniz"`` or ``"prime"``.
        source: The line of Python that gives what the document tells, where there is a short one.
    """

    blocks: tuple[Block, ...]
    title: str = ""
    notation: str = "leibniz"
    source: str = ""


def words(text: str, role: str = "") -> Inline:
    """A line of text on its own."""
    return (Words(text, role),)
