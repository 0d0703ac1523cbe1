"""A document laid out in lines of characters, each run with what it is; plain text and terminal share it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Any, Final

from stepcalc.messages import say
from stepcalc.notation.forms import ZERO, entries_of, matrix_label
from stepcalc.notation.functions import FUNCTIONS, FunctionName
from stepcalc.notation.twodim import display
from stepcalc.notation.unicode import spans
from stepcalc.render.ascii import to_ascii
from stepcalc.render.document import (
    Answer,
    Block,
    Chain,
    Document,
    Equation,
    Fields,
    Figure,
    Fold,
    Formula,
    Heading,
    Inline,
    Problem,
    Prose,
    Space,
    StepHead,
    Table,
    Title,
    Words,
)
from stepcalc.render.lines import Box, Line, Run, beside, broken, length, text_box
from stepcalc.render.shorten import DOTS, QUOTED_DOTS

MARGIN: Final = 2
INDENT: Final = 3
HANGING: Final = 4
"""How far the later lines of a broken formula are set in."""

DEEPEST: Final = 8
"""Steps nested deeper than this are not indented further: their numbers say where they belong."""

LABEL_COLUMN: Final = 34
BINDINGS_COLUMN: Final = 51
NARROWEST: Final = 40
NARROWEST_CELL: Final = 30
"""Columns that a cell must have for its words to be broken into lines."""

FIELD: Final = 24
FIELD_SHORT: Final = 6
"""How long a place to fill in is, and one with something behind it."""

PROBLEM_INDENT: Final = 4
"""How far what belongs to a problem is set in."""


@dataclass
class Layout:
    """Lays out documents.

    Args:
        width: How many characters a line may have.
        ascii: Whether to do without characters outside ASCII.
        functions: The names of functions, as the rulebook in use has them.
    """

    width: int = 100
    ascii: bool = False
    functions: Mapping[str, FunctionName] = field(default_factory=lambda: FUNCTIONS)
    notation: str = "leibniz"

    def lines(self, document: Document) -> Iterator[Line]:
        """The lines of a document, from top to bottom."""
        self.notation = document.notation
        for line in self._blocks(document.blocks):
            yield tuple(Run(to_ascii(run.text), run.role, run.marked) for run in line) if self.ascii else line

    def _blocks(self, blocks: Sequence[Block]) -> Iterator[Line]:
        previous: object = None
        for block in blocks:
            if previous is not None and _gap(previous, block):
                yield ()
            yield from _LAYOUT[type(block)](self, block)
            previous = block

    # formulas and words

    def formula(self, formula: Formula, room: int, role: str = "") -> Box:
        """A formula on one line, or in two dimensions where that is easier to read and there is room."""
        block = display(
            formula.form,
            room,
            marks=formula.marked,
            ascii=self.ascii,
            functions=self.functions,
            notation=self.notation,
        )
        lines = []
        dots = self._dots()
        if len(block.lines) > 1:
            dots = dots.center(len(QUOTED_DOTS))  # columns stay under one another
        for row, text in enumerate(block.lines):
            cells = sorted((start, end) for at, start, end in block.marks if at == row)
            lines.append(tuple(_runs(text, cells, role, dots)))
        return Box(tuple(lines), block.baseline)

    def flat(self, formula: Formula, role: str = "") -> Box:
        """A formula on one line, as it stands within a sentence."""
        pieces = spans(
            formula.form, ascii=self.ascii, functions=self.functions, notation=self.notation, symbolic=True
        )
        text = "".join(piece for piece, _ in pieces)
        return text_box(text.replace(QUOTED_DOTS, self._dots()), role)

    def _dots(self) -> str:
        return "..." if self.ascii else "…"

    def words(self, text: str, role: str = "") -> Box:
        """Words on one line, in the characters there are."""
        return text_box(to_ascii(text) if self.ascii else text, role)

    def inline(self, content: Inline, role: str = "", room: int = 0) -> Box:
        """Words and formulas in a row; formulas take several lines only where ``room`` is given."""
        boxes = [
            self.words(part.text, part.role or role)
            if isinstance(part, Words)
            else (self.formula(part, room, role) if room else self.flat(part, role))
            for part in content
        ]
        return beside(*boxes) if boxes else Box(((),))

    def _room(self, indent: int) -> int:
        return max(self.width - indent, NARROWEST)

    # blocks

    def _heading(self, block: Heading) -> Iterator[Line]:
        yield from self._paragraph(block.content, MARGIN)

    def _prose(self, block: Prose) -> Iterator[Line]:
        yield from self._placed(self.inline(block.content, block.role), _indent(block.depth), hanging=0)

    def _paragraph(self, content: Inline, indent: int) -> Iterator[Line]:
        """Words and formulas in a row, or one under the other where a tall formula leaves no room."""
        room = self._room(indent)
        whole = self.inline(content, room=room)
        if len(whole.lines) == 1 or whole.width <= room:
            yield from self._placed(whole, indent, hanging=0)
            return
        row: list[Box] = []
        for part in content:
            box = self.inline((part,), room=room)
            if row and beside(*row, box).width > room:
                yield from self._placed(beside(*row), indent, hanging=0)
                row = []
            row.append(box)
        yield from self._placed(beside(*row), indent, hanging=0)

    def _placed(self, box: Box, indent: int, hanging: int = HANGING) -> Iterator[Line]:
        """A box at an indent; a single line that is too long is broken."""
        margin = Run(" " * indent)
        for line in self._fitted(box, self._room(indent), hanging):
            yield (margin, *line) if line else ()

    def _fitted(self, box: Box, room: int, hanging: int = HANGING) -> Iterator[Line]:
        """The lines of a box, a single one that is too long broken into several."""
        if len(box.lines) > 1 or box.width <= room:
            yield from box.lines
            return
        for place, line in enumerate(broken(box.lines[0], room, hanging)):
            yield (Run(" " * hanging), *line) if place else line

    def _step_head(self, block: StepHead) -> Iterator[Line]:
        indent = _indent(block.depth)
        line = [
            Run(" " * indent),
            Run(f"{block.number} ".ljust(INDENT), "number"),
        ]
        named = tuple(self._named(block.title, block.subject))
        if block.label:
            line.extend(self.inline(block.label, "strong").lines[0])
            used = length(tuple(line))
            gap = max(LABEL_COLUMN - used, 3)
            if used + gap + length(named) > self.width:
                gap = 3
            line.append(Run(" " * gap if block.title else ""))
        line.extend(named)
        if block.failed:
            line.append(Run("  " + say("step-failed"), "warning"))
        if block.law:
            law = self.words(block.law, "law")
            if length(tuple(line)) + 4 + law.width > self.width:
                yield from self._head_lines(tuple(line), indent + INDENT)
                yield from self._paragraph((Words(block.law, "law"),), indent + INDENT)
                line = []
            else:
                line.extend((Run("    "), *law.lines[0]))
        if not block.bindings:
            if line:
                yield from self._head_lines(tuple(line), indent + INDENT)
            return
        parts: list[Words | Formula] = []
        for place, (name, formula) in enumerate(block.bindings):
            parts.append(Words((",  " if place else "") + name))
            parts.append(formula)
        bound = self.inline(tuple(parts), room=self.width)
        gap = max(BINDINGS_COLUMN - length(tuple(line)), 4)
        if not line:
            yield from self._paragraph(tuple(parts), indent + INDENT)
        elif length(tuple(line)) + gap + bound.width <= self.width:
            yield from beside(Box((tuple(line),)), text_box(" " * gap), bound).lines
        else:
            yield from self._head_lines(tuple(line), indent + INDENT)
            yield from self._paragraph(tuple(parts), indent + INDENT)

    def _head_lines(self, line: Line, indent: int) -> Iterator[Line]:
        """The first line of a step, on several where the names of its rules are longer than a line."""
        for place, part in enumerate(broken(line, max(self.width, NARROWEST), indent)):
            yield (Run(" " * indent), *part) if place else part

    def _named(self, title: str, subject: Formula | None) -> Iterator[Run]:
        """The name of a rule, with what it ends with on the same line."""
        yield from self.words(title, "rule").lines[0]
        if subject is not None:
            yield Run(" ")
            yield from self.flat(subject, "rule").lines[0]

    def _equation(self, block: Equation) -> Iterator[Line]:
        indent = _indent(block.depth) + INDENT
        room = self._room(indent)
        drawn = self.formula(block.right, room - 4)
        if _is_matrix(block.right) and len(drawn.lines) == 1 and drawn.width > room - 8:
            yield from self._entries(block, indent)
            return
        right = beside(text_box("= "), drawn)
        if block.left is None:
            yield from self._noted(right, block.note, indent)
            return
        left = self.formula(block.left, room)
        whole = beside(left, text_box(" "), right)
        if whole.width <= room:
            yield from self._noted(whole, block.note, indent)
        else:
            yield from self._placed(left, indent)
            yield from self._noted(right, block.note, indent + 2)

    def _entries(self, block: Equation, indent: int) -> Iterator[Line]:
        """The entries of a matrix wider than the page, one below the other; those that are 0 left out."""
        if block.left is not None:
            yield from self._placed(
                beside(self.formula(block.left, self._room(indent)), text_box(" =")), indent
            )
        width = matrix_label(block.right.form)[1]
        for (row, column), entry in entries_of(block.right.form).items():
            if entry is ZERO or entry is DOTS:
                continue
            key = "entry-row" if width == 1 else "entry-place"
            head = self.words(say(key, row=row + 1, column=column + 1), "note")
            room = self._room(indent + INDENT + head.width)
            yield from self._placed(beside(head, self.formula(Formula(entry), room)), indent + INDENT)
        if block.note:
            yield from self._placed(self.inline(block.note, "note"), indent)

    def _noted(self, box: Box, note: Inline, indent: int) -> Iterator[Line]:
        """A box with a note beside it, or under it where there is no room."""
        whole = beside(box, text_box("   "), self.inline(note, "note")) if note else box
        if whole.width <= self._room(indent) or not note:
            yield from self._placed(whole, indent)
        else:
            yield from self._placed(box, indent)
            yield from self._placed(self.inline(note, "note"), indent + INDENT)

    def _chain(self, block: Chain) -> Iterator[Line]:
        yield from self._placed(self.formula(block.start, self.width - MARGIN), MARGIN)
        indent = MARGIN + 2
        room = self._room(indent)
        boxes = [beside(text_box("= "), self.formula(line.right, room - 2)) for line in block.lines]
        notes = [tuple(self._named(line.note, line.subject)) for line in block.lines]
        beside_notes = [box.width for box in boxes if box.width <= room * 2 // 3]
        column = max(beside_notes, default=0) + 4
        for box, note in zip(boxes, notes, strict=True):
            told = Box(tuple(broken(note, room - column, 0)))
            if box.width + 4 <= column:
                yield from self._placed(beside(box, text_box(" " * (column - box.width)), told), indent)
            else:
                yield from self._placed(box, indent)
                yield from self._placed(told, indent + column)

    def _answer(self, block: Answer) -> Iterator[Line]:
        label = say("answer")
        indent = MARGIN + len(label) + 3
        room = self._room(indent)
        boxes = [self.formula(form, room, "answer") for form in block.forms]
        domain = beside(text_box("   "), self.inline(block.domain)) if block.domain else text_box("")
        row = [boxes[0]]
        for box in boxes[1:]:
            row.extend((text_box("  =  "), box))
        whole = beside(*row, domain)
        if whole.width <= room:
            lines, base = list(whole.lines), whole.base
        else:
            parts = [boxes[0], *(beside(text_box("=  "), box) for box in boxes[1:])]
            parts.extend([self.inline(block.domain)] if block.domain else [])
            lines, base = [line for part in parts for line in self._fitted(part, room)], 0
        for place, line in enumerate(lines):
            head = f"{label}   " if place == base else " " * (len(label) + 3)
            yield (Run(" " * MARGIN), Run(head, "strong"), *line)

    def _fold(self, block: Fold) -> Iterator[Line]:
        yield from self._placed(self.inline(block.summary), _indent(block.depth))

    def _table(self, block: Table) -> Iterator[Line]:
        rows = [[self.inline(cell) for cell in row] for row in block.rows]
        heads = [self.words(head, "strong") for head in block.headings]
        columns = list(zip_longest(*([heads] if any(block.headings) else []), *rows, fillvalue=text_box("")))
        widths = [max(cell.width for cell in column) for column in columns]
        for row in ([heads] if any(block.headings) else []) + rows:
            cells: list[Box] = [text_box(" " * MARGIN)]
            for cell, width in zip(row[:-1], widths, strict=False):
                cells.extend((cell, text_box(" " * (width - cell.width + 3))))
            cells.append(self._last_cell(row[-1], MARGIN + sum(widths[:-1]) + 3 * (len(row) - 1)))
            yield from beside(*cells).lines

    def _last_cell(self, cell: Box, used: int) -> Box:
        """The last cell of a row, words that reach over the edge broken where that leaves them room."""
        room = self.width - used
        if len(cell.lines) > 1 or cell.width <= room or room < NARROWEST_CELL:
            return cell
        return Box(tuple(self._fitted(cell, room, hanging=2)))

    def _figure(self, block: Figure) -> Iterator[Line]:
        for line in block.drawing.text(self._room(MARGIN), ascii=self.ascii):
            yield (Run(" " * MARGIN), Run(line.rstrip()))
        if block.caption:
            yield from self._placed(self.inline(block.caption, "note"), MARGIN)

    def _title(self, block: Title) -> Iterator[Line]:
        box = self.inline(block.content, "strong")
        yield from self._placed(box, MARGIN)
        if block.level == 1:
            yield (Run(" " * MARGIN), Run(("=" if self.ascii else "═") * min(box.width, self._room(MARGIN))))

    def _fields(self, block: Fields) -> Iterator[Line]:
        row: list[Run] = []
        for label, after in block.entries:
            blank = "_" * (FIELD_SHORT if after else FIELD)
            piece = (Run(f"{label} ", "strong"), Run(blank + (f" {after}" if after else "")))
            if row and length(tuple(row)) + length(piece) + 3 > self.width:
                yield tuple(row)
                row = []
            row.extend((Run("   " if row else " " * MARGIN), *piece))
        yield tuple(row)

    def _space(self, block: Space) -> Iterator[Line]:
        indent = _indent(block.depth)
        head = [Run(" " * indent), Run(f"{block.label}  ", "number")] if block.label else [Run(" " * indent)]
        room = max(self.width - length(tuple(head)), 8)
        dots = ((". " if self.ascii else "· ") * (room // 2)).rstrip()
        drawn = {"lines": "_" * room, "grid": dots}.get(block.kind, "")
        for place in range(block.lines):
            lead = tuple(head) if place == 0 else (Run(" " * length(tuple(head))),)
            yield (*lead, Run(drawn)) if drawn or (place == 0 and block.label) else ()

    def _problem(self, block: Problem) -> Iterator[Line]:
        """The number in the margin, the marks at the right, what belongs to it set in."""
        indent = MARGIN + max(len(block.label) + 1, PROBLEM_INDENT)
        marks = f"  {block.marks}" if block.marks else ""
        room = max(self.width - indent - len(marks), NARROWEST)
        box = self.inline(block.content, room=room)
        if len(box.lines) > 1 and box.width > room:
            box = self.inline(block.content)
        lines = list(self._fitted(box, room, hanging=0))
        base = box.base if len(box.lines) > 1 else 0
        label = (Run(" " * MARGIN), Run(block.label.ljust(indent - MARGIN), "number"))
        for place, line in enumerate(lines):
            head = label if place == base else (Run(" " * indent),)
            gap = " " * max(self.width - indent - length(line) - len(marks), 0)
            yield (*head, *line, *((Run(gap + marks),) if marks and place == base else ()))
        inner = Layout(
            max(self.width - indent + MARGIN, NARROWEST), self.ascii, self.functions, self.notation
        )
        margin = Run(" " * (indent - MARGIN))
        for place, below in enumerate(block.blocks):
            previous = block.blocks[place - 1] if place else None
            if (previous is None and not isinstance(below, Space | Prose)) or (
                previous and _gap(previous, below)
            ):
                yield ()
            for line in _LAYOUT[type(below)](inner, below):
                yield (margin, *line) if line else ()


_LAYOUT: Final[Mapping[type, Callable[[Layout, Any], Iterator[Line]]]] = {
    Heading: Layout._heading,
    Prose: Layout._prose,
    StepHead: Layout._step_head,
    Equation: Layout._equation,
    Chain: Layout._chain,
    Answer: Layout._answer,
    Fold: Layout._fold,
    Table: Layout._table,
    Figure: Layout._figure,
    Title: Layout._title,
    Fields: Layout._fields,
    Space: Layout._space,
    Problem: Layout._problem,
}


def _indent(depth: int) -> int:
    return MARGIN + INDENT * min(depth, DEEPEST)


def _gap(previous: object, block: object) -> bool:
    """Whether an empty line stands between two blocks."""
    match block:
        case Prose(role="note"):
            return isinstance(previous, Table) or (
                isinstance(previous, Equation) and _is_matrix(previous.right)
            )
        case Prose(depth=0) if isinstance(previous, Prose) and previous.depth:
            return True
        case Prose(role="strong") if isinstance(previous, Prose):
            return previous.role != "strong"
        case Space(label=label):
            return bool(label) or (isinstance(previous, Space) and bool(previous.label))
        case Heading():
            return not isinstance(previous, Prose) or previous.role != "note"
        case Prose():
            return not isinstance(previous, StepHead | Answer | Heading | Prose)
        case Equation(left=left, right=right) if _is_matrix(right):
            return left is not None or not isinstance(previous, Equation)
        case Equation(left=left, depth=depth):
            # An equation that goes on with an outer step, or stands in the place of one ("as in 2").
            outer = isinstance(previous, Equation) and previous.depth != depth
            return left is not None and (outer or isinstance(previous, Chain))
    return True


def _is_matrix(formula: Formula) -> bool:
    return formula.form.head == "matrix"


def _runs(text: str, cells: list[tuple[int, int]], role: str, dots: str) -> Iterator[Run]:
    """A line of a formula, cut where marked cells begin and end."""
    last = 0
    for start, end in [*cells, (len(text), len(text))]:
        for piece, marked in ((text[last:start], False), (text[start:end], True)):
            if piece:
                yield Run(piece.replace(QUOTED_DOTS, dots), role, marked)
        last = end
