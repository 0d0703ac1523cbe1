"""A sheet as its file describes it: what is asked, how it is laid out, and on which line each thing stands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, Literal

from stepcalc.render.page import Page, Paper
from stepcalc.sheets.problem import Ask

Show = Literal["problems", "answers", "solutions"]
SHOWN: Final[tuple[Show, ...]] = ("problems", "answers", "solutions")
ORDERS: Final = ("given", "difficulty")


@dataclass(frozen=True, slots=True)
class Room:
    """Space to write in.

    Args:
        kind: ``"blank"``, ``"lines"`` or ``"grid"``.
        centimetres: Its height.
    """

    kind: str = "blank"
    centimetres: float = 0.0


@dataclass(frozen=True, slots=True)
class Entry:
    """What one ``[[section.problem]]`` says: a problem that is given, or several to be drawn.

    Args:
        ask: The question, if it is given.
        topics: The topics of problems to be drawn; where a given question came from.
        levels: Their levels.
        count: How many are drawn.
        marks: What each is worth, if anything.
        space: Space to write in, if it differs from the sheet's.
        hint: A hint of the teacher's own; ``None`` for none, empty for the rule that comes first.
        text: The teacher's own wording.
        solution: The teacher's own solution.
        together: Whether it must stand on one page; if not said, all but solutions do.
        parts: Parts (a), (b), ...
        include: Rules that drawn problems use.
        exclude: Rules that drawn problems do not use.
        line: The line of the file on which it begins; 0 if it comes from no file.
        file: The file.
    """

    ask: Ask | None = None
    topics: tuple[str, ...] = ()
    levels: tuple[int, ...] = ()
    count: int = 1
    marks: float | None = None
    space: Room | None = None
    hint: str | None = None
    text: str = ""
    solution: str = ""
    together: bool | None = None
    parts: tuple[Entry, ...] = ()
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    line: int = 0
    file: str = ""

    @property
    def is_drawn(self) -> bool:
        """Whether problems are drawn for it."""
        return self.ask is None and bool(self.topics)

    @property
    def worth(self) -> float | None:
        """Its marks: its own, or those of its parts."""
        if self.marks is not None or not self.parts:
            return self.marks
        found = [part.marks for part in self.parts if part.marks is not None]
        return sum(found) if found else None

    def slots(self) -> Iterator[tuple[str, int]]:
        """The topic and level of each problem to be drawn: from easy to hard, the topics by turns."""
        rounds = [(topic, level) for level in self.levels for topic in self.topics]
        each, more = divmod(self.count, len(rounds))
        counts = {place: each + (place < more) for place in range(len(rounds))}
        width = len(self.topics)
        for begin in range(0, len(rounds), width):
            places = range(begin, begin + width)
            for turn in range(each + 1):
                yield from (rounds[place] for place in places if turn < counts[place])


@dataclass(frozen=True, slots=True)
class Section:
    """Problems under one heading, with one instruction."""

    title: str = ""
    instructions: str = ""
    entries: tuple[Entry, ...] = ()


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet.

    Args:
        title: The title.
        instructions: What stands below it.
        sections: The problems.
        fields: What is to be filled in at the top: name, date, class, score.
        header: What stands at the top of each page.
        footer: What stands at the bottom of each page, before seed and version.
        columns: How many columns the problems stand in.
        font_size: The size of type in points.
        paper: The paper.
        numbering: How problems are numbered, such as ``"1."``.
        part_numbering: How parts are, such as ``"(a)"``.
        space: Space to write in below each problem that does not say otherwise.
        seed: What the drawn problems follow from.
        versions: How many parallel sheets are made.
        order: ``"given"`` or ``"difficulty"``.
        show: What is written, a file each.
        fade: How many steps of each solution are printed, blanks for the others; ``None`` for no such thing.
        style: How solutions are told; see ``Presentation``.
        detail: How much of them.
        notation: How derivatives are written in them.
        total: Whether marks are totalled.
        file: The file that it was read from.
    """

    title: str = ""
    instructions: str = ""
    sections: tuple[Section, ...] = ()
    fields: tuple[str, ...] = ()
    header: str = ""
    footer: str = ""
    columns: int = 1
    font_size: float | None = None
    paper: Paper = "a4"
    numbering: str = "1."
    part_numbering: str = "(a)"
    space: Room | None = None
    seed: int = 1
    versions: int = 1
    order: str = "given"
    show: tuple[Show, ...] = ("problems",)
    fade: int | None = None
    style: str = "steps"
    detail: str = "normal"
    notation: str = ""
    total: bool = True
    file: str = field(default="", compare=False)

    @property
    def entries(self) -> Iterator[Entry]:
        """Every entry, in reading order."""
        return (entry for section in self.sections for entry in section.entries)

    @property
    def marks(self) -> float | None:
        """The marks in total, if there are any."""
        found = [
            worth * (entry.count if entry.is_drawn else 1)
            for entry in self.entries
            if (worth := entry.worth) is not None
        ]
        return sum(found) if found else None

    def page(self, footer: str, *, language: str = "en-GB") -> Page:
        """How its pages are set up."""
        return Page(
            paper=self.paper,
            size=self.font_size,
            columns=self.columns,
            header=self.header,
            footer=footer,
            language=language,
        )


def marks_text(marks: float) -> str:
    """Marks without a decimal point that says nothing.

    Examples:
        >>> marks_text(3.0), marks_text(2.5)
        ('3', '2.5')
    """
    return str(int(marks)) if marks == int(marks) else str(marks)
