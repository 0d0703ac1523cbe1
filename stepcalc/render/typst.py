"""A document as Typst markup, which becomes a PDF; nothing in it is evaluated but what stands in this module."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from importlib.resources import files
from itertools import groupby, zip_longest
from typing import Final
from unicodedata import normalize

from stepcalc.messages import say
from stepcalc.notation.forms import ZERO, Form, entries_of, matrix_label
from stepcalc.notation.functions import FUNCTIONS, FunctionName
from stepcalc.notation.speech import spoken
from stepcalc.notation.typst import tokens
from stepcalc.notation.typst.lettering import quoted
from stepcalc.notation.typst.lines import Token, breadth, broken, joined
from stepcalc.notation.unicode import one_line
from stepcalc.render.document import (
    Answer,
    Block,
    Chain,
    ChainLine,
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
from stepcalc.render.latexwords import level_of
from stepcalc.render.mathwords import Maths, aloud, in_typst
from stepcalc.render.page import PLAIN, Page
from stepcalc.render.shorten import DOTS, QUOTED_DOTS, shorten
from stepcalc.render.writing import Writer, bound, equated

SIZE: Final = 11.0
"""The size of type in points where none is asked for."""

DEEPEST: Final = 8
"""Steps nested deeper than this are not indented further: their numbers say where they belong."""

_INDENTED: Final = 0.35
"""How much of a line may be indented at most, where lines are short."""

_WIDTHS: Final = {"a4": 210.0, "us-letter": 215.9}
_MARGIN: Final = 22.0
_GUTTER: Final = 8.0
_MILLIMETRES: Final = 25.4 / 72
_INDENT: Final = 1.6
_TALLEST_MATRIX: Final = 16
_SMALLEST: Final = 0.7
"""How far a matrix may be made smaller until its entries are rather listed."""

_NARROWEST: Final = 4.0
_BETWEEN: Final = 1.5

_BESIDE: Final = 0.58
"""How much of a line a formula may take if a note is to stand beside it."""

_EM: Final = 0.5
"""About how wide a letter is in em."""

_MOST_LINES: Final = 3
"""In so many lines at most a note stands beside a formula; otherwise it stands below."""

_LEAST_NOTE: Final = 8.0
"""How much of a note, in em, must have room beside a formula; otherwise it stands below."""

_EQUALS: Final = 1.3
_FULL: Final = 0.96
_SURE: Final = 0.85
"""How far a line is filled by estimate, and up to where it is not measured: estimates are seldom so much too low."""

_MANY: Final = 12
"""A formula with more fractions than this could be taller than a page."""

_OVERFULL: Final = 1.2
"""A fraction by so much wider than its line is made smaller; one that is wider still is written with a slash."""

_BRANCHES: Final = frozenset("├└│")
"""What lines of a tree are drawn with."""

_LONGEST_PAGE: Final = 40_000
"""Columns are filled evenly on a page that has no more characters of markup than this."""

_LABEL: Final = 2.2
"""How wide, in em, the numbers of problems are at least."""

_HANDWRITING: Final = {"name": 50.0, "score": 20.0}
_OTHER_FIELD: Final = 25.0
"""So many millimetres are needed at least to fill in what a label asks for."""

_LONGEST_TITLE: Final = 40
_SPACES: Final = re.compile(r"(  +)")


def typst_markup(
    document: Document, *, functions: Mapping[str, FunctionName] = FUNCTIONS, page: Page = PLAIN
) -> str:
    """The document as a file of Typst.

    Args:
        document: What is written.
        functions: The names of functions, as the rulebook in use has them.
        page: Paper, size of type, columns, what stands above and below, language.

    Returns:
        Markup that reads no other file, and in which every formula has its spoken text.
    """
    writer = _Writer(functions, document.notation, page)
    opening = _opening(document, functions, page)
    if page.columns < 2:
        return f"{opening}{writer.blocks(document.blocks)}\n"
    head, body = _across_columns(document.blocks)
    across = f"#across[{writer.blocks(head)}]\n" if head else ""
    with writer.labelled(body):
        parts = [(_leads(block), "\n".join(writer.written((block,)))) for block in body]
    if sum(len(part) for _, part in parts) > _LONGEST_PAGE:
        return f"{opening}{across}{writer.blocks(body)}\n"
    evenly = ", ".join(f"({_flag(leads)}, [{part}])" for leads, part in parts)
    return f"{opening}{across}#balanced({page.columns}, {evenly},)\n"


def _leads(block: Block) -> bool:
    """Whether a block must not be the last in its column."""
    return isinstance(block, Title) or (isinstance(block, Prose) and block.role == "instruction")


def _across_columns(blocks: tuple[Block, ...]) -> tuple[tuple[Block, ...], tuple[Block, ...]]:
    """What stands above the columns of a sheet, and the rest: its title, places to fill in, instructions."""
    count = 0
    for block in blocks:
        match block:
            case Title(level=1) | Fields() | Prose(role="instruction"):
                count += 1
            case _:
                break
    return blocks[:count], blocks[count:]


def title_of(document: Document, functions: Mapping[str, FunctionName] = FUNCTIONS) -> str:
    """What a document is called: its title, or its first heading on one line."""
    if document.title:
        return document.title
    found = (block.content for block in document.blocks if isinstance(block, Heading | Title))
    parts = (
        part.text if isinstance(part, Words) else _short_text(part.form, functions)
        for part in next(found, ())
    )
    return " ".join("".join(parts).split()) or "StepCalc"


def _short_text(form: Form, functions: Mapping[str, FunctionName]) -> str:
    return one_line(shorten(form, _LONGEST_TITLE), functions=functions).replace(QUOTED_DOTS, "…")


def _opening(document: Document, functions: Mapping[str, FunctionName], page: Page) -> str:
    """What the markup begins with: title, language, paper, and the functions of page.typ."""
    language, _, region = page.language.partition("-")
    said = ([f"lang: {quoted(language)}"] if language != "en" else []) + (
        [f"region: {quoted(region)}"] if region else []
    )
    paper = [f"margin: {_MARGIN:g}mm"]
    if page.paper != "a4":
        paper.append(f"paper: {quoted(page.paper)}")
    if page.columns > 1:
        paper.append(f"columns: {page.columns}")
    if page.header:
        paper.append(f"header: text(0.85em, fill: luma(70), {quoted(page.header)})")
    return (
        f"#let size = {page.size or SIZE:g}pt\n#let footer-text = {quoted(page.footer)}\n"
        f"#set document(title: {quoted(title_of(document, functions))}, date: none)\n"
        + (f"#set text({', '.join(said)})\n" if said else "")
        + f"#set page({', '.join(paper)})\n"
        + (f"#set columns(gutter: {_GUTTER:g}mm)\n" if page.columns > 1 else "")
        + _functions()
    )


@cache
def _functions() -> str:
    return files("stepcalc.render").joinpath("page.typ").read_text(encoding="utf-8")


def room_of(page: Page) -> float:
    """How wide a line is, in em."""
    columns = max(page.columns, 1)
    width = (_WIDTHS[page.paper] - 2 * _MARGIN - _GUTTER * (columns - 1)) / columns
    return width / ((page.size or SIZE) * _MILLIMETRES)


class _Writer(Writer):
    """Writes blocks; formulas are broken into lines by what they are estimated to need."""

    def __init__(self, functions: Mapping[str, FunctionName], notation: str, page: Page) -> None:
        super().__init__(functions, notation)
        self.room = room_of(page)
        self.whole = room_of(replace(page, columns=1))
        self.size = page.size or SIZE
        self.label = _LABEL
        self.deepest = min(int(self.room * _INDENTED / _INDENT), DEEPEST)
        # Much of a derivation is said and set several times.
        self.known: dict[tuple[Formula, float], list[Token]] = {}
        self.widths: dict[Form, float] = {}
        self.said: dict[Form, str] = {}
        self.level = 0  # of the heading before: levels must not be left out
        self.base = 0  # of the titles of a sheet
        self.leads_on = False  # whether the next block must not stand on another page
        self.answered = False  # whether the next block is the answer, which does not stand on a page alone
        self.in_tree = False
        self.in_cell = False  # of a table that may be too wide

    @contextmanager
    def narrower(self, by: float) -> Iterator[None]:
        """For what stands in shorter lines."""
        room = self.room
        self.room = max(room - by, _NARROWEST)
        yield
        self.room = room

    def blocks(self, blocks: Iterable[Block]) -> str:
        some = tuple(blocks)
        with self.labelled(some):
            return "\n".join(self.written(some))

    def written(self, some: tuple[Block, ...]) -> Iterator[str]:
        """The markup of blocks that follow each other."""
        for block, after in zip_longest(some, some[1:]):
            self.leads_on = isinstance(after, Equation | Chain | Table)
            self.answered = isinstance(after, Answer)
            self.in_tree = _is_branch(block) or (isinstance(block, Prose) and _is_branch(after))
            yield from self.lines([block])

    def depth(self, block: Prose | StepHead | Equation | Fold | Space) -> int:
        """By how many indents a block is set in."""
        return min(block.depth, self.deepest)

    # formulas

    def tokens(self, formula: Formula, room: float = float("inf")) -> list[Token]:
        known = self.known.get((formula, room))
        if known is None:
            known = self.known[formula, room] = tokens(
                formula.form,
                marks=formula.marked,
                functions=self.functions,
                notation=self.notation,
                room=room,
                widths=self.widths,
            )
        return known

    def speech(self, *forms: Form) -> str:
        """What is said for equal expressions."""
        for form in forms:
            if form not in self.said:
                self.said[form] = spoken(form, functions=self.functions)
        return quoted(f" {say('spoken =')} ".join(self.said[form] for form in forms))

    def formula(self, formula: Formula, *, large: bool = False) -> str:
        """A formula within a line of words; one that needs more than a line has lines of its own."""
        some = self.tokens(formula, self.room)
        if breadth(some) > self.room * 0.9:
            return self.display(self.speech(formula.form), _set_in(broken(some, self.room)), self.room)
        if self.in_cell:
            return f"#fit(alt: {self.speech(formula.form)}, ${joined(some)}$.body)"
        return f"#{'l' if large else 'i'}(alt: {self.speech(formula.form)}, ${joined(some)}$.body)"

    def display(self, alt: str, rows: Sequence[Row], room: float) -> str:
        """A formula on lines of its own, made smaller by Typst where a line is too long."""
        body = " \\ ".join("quad " * indent + joined(row) for indent, row in rows)
        tight = any(indent + breadth(row) > room * _SURE for indent, row in rows)
        name = "long" if len(rows) > 12 else "w" if tight or body.count("frac(") > _MANY else "d"
        return f"#{name}(alt: {alt}, ${body}$.body)"

    def equal(self, parts: Sequence[Formula], room: float, *, opened: bool = False) -> str:
        """Equal expressions as a display.

        Args:
            parts: The expressions.
            room: How wide a line is, in em.
            opened: Whether there is an equals sign before the first.
        """
        alt = self.speech(*(part.form for part in parts))
        if opened:
            alt = quoted(f"{say('spoken =')} ")[:-1] + alt[1:]
        sides = [self.tokens(part, room * _OVERFULL) for part in parts]
        some: list[Token] = [Token("=", _EQUALS, "sign")] if opened else []
        for place, side in enumerate(sides):
            some.extend([Token("=", _EQUALS, "sign")] if place else [])
            some.extend(side)
        if breadth(some) <= room * _FULL:
            return self.display(alt, [(0, some)], room)
        if opened or len(sides) == 1:
            return self.display(alt, _set_in(broken(some, room * _FULL)), room)
        rows = _set_in(broken(sides[0], room * _FULL))
        for side in sides[1:]:
            more = broken([Token("=", _EQUALS, "sign"), *side], room * _FULL - 1)
            rows += [(1 + indent, row) for indent, row in _set_in(more)]
        return self.display(alt, rows, room)

    # words

    def inline(self, content: Inline, *, large: bool = False) -> str:
        """Words and formulas in a row; ``large`` gives fractions their full size."""
        return "".join(
            self.words(part) if isinstance(part, Words) else self.formula(part, large=large)
            for part in equated(content)
        )

    def text(self, text: str) -> str:
        return "".join(_text(piece) for piece in _SPACES.split(text) if piece)

    def maths(self, piece: Maths) -> str:
        return f"#i(alt: {quoted(aloud(piece))}, ${in_typst(piece)}$.body)"

    def words(self, part: Words) -> str:
        if part.role == "code":
            return f"#code({quoted(part.text)})"
        text = self.sentence(part.text, law=part.role == "law")
        name = _ROLES.get(part.role)
        return f"#{name}[{text}]" if name else text

    def heading_level(self, wanted: int) -> int:
        """A level that is no more than one below the level before, as PDF/UA asks."""
        self.level = max(min(wanted, self.level + 1), 1)
        return self.level

    # blocks

    def heading(self, block: Heading) -> Iterator[str]:
        text = self.inline(block.content, large=True)
        yield f"#question({self.heading_level(self.base + 1)}, {_flag(_tall(text))})[{text}]"

    def prose(self, block: Prose) -> Iterator[str]:
        if self.in_tree:
            yield f"#branch({quoted(_words_of(block.content))})"
            return
        if block.role == "instruction" and self.lettering:
            with self.as_typed():
                yield from self.prose(block)
            return
        role = block.role if block.role in ("note", "strong", "warning") else "plain"
        with self.narrower(_INDENT * self.depth(block)):
            text = self.inline(block.content, large=role == "strong" or self._is_led_by(block, "strong"))
        sticky = self.leads_on or block.role == "instruction"
        depth, tall = self.depth(block), _tall(text)
        if role == "plain" and not tall and self.needs(block.content) < self.room - _INDENT * depth:
            yield f"#in{depth}{'(sticky: true)' if sticky else ''}[{text}]"
        else:
            yield f'#prose("{role}", {depth}, {_flag(sticky)}, {_flag(tall)})[{text}]'

    def _is_led_by(self, block: Prose, role: str) -> bool:
        first = block.content[0] if block.content else None
        return isinstance(first, Words) and first.role == role

    def step_head(self, block: StepHead) -> Iterator[str]:
        level = self.heading_level(self.base + 2 + min(block.depth, DEEPEST))
        with self.narrower(_INDENT * (self.depth(block) + 1)):
            yield self.in_step(block, level)

    def in_step(self, block: StepHead, level: int) -> str:
        title = self.named(block.title, block.subject)
        label = self.inline(block.label) + ("#h(0.8em)" if block.label and block.title else "")
        failed = f"#warning[{_text(say('step-failed'))}]" if block.failed else ""
        law = f"#emph[{self.sentence(block.law, law=True)}]" if block.law else ""
        bindings = self.bindings(block)
        below = f"{law}{'#gap' if law and bindings else ''}{bindings}"
        return (
            f"#step({level}, {self.depth(block)}, {_flag(_tall(label))}, {quoted(str(block.number))}, "
            f"[{label}{title}{failed}], [{below}])"
        )

    def bindings(self, block: StepHead) -> str:
        parts = []
        for name, formula in (bound(*binding) for binding in block.bindings):
            shown = self.formula(formula)
            short = breadth(self.tokens(formula, self.room)) < self.room / 3
            parts.append(_text(name) + (f"#box[{shown}]" if short else shown))
        return "#comma".join(parts)

    def named(self, title: str, subject: Formula | None) -> str:
        """The name of a rule, with the formula that it ends with."""
        return self.sentence(title) + (f"#sym.space.nobreak{self.formula(subject)}" if subject else "")

    def equation(self, block: Equation) -> Iterator[str]:
        depth = self.depth(block) + 1
        room = self.room - _INDENT * depth
        if self._is_too_large(block.right.form, room):
            yield from self.entries(block, depth)
            return
        parts = [block.right] if block.left is None else [block.left, block.right]
        shown = self.equal(parts, room, opened=block.left is None)
        if not block.note:
            yield f"#in{depth}{'(sticky: true)' if self.answered else ''}[{shown}]"
            return
        width = sum(breadth(self.tokens(part, room)) + _EQUALS for part in parts)
        if width + min(self.needs(block.note), _LEAST_NOTE) > room:
            yield f"#in{depth}(sticky: true)[{shown}]"
            yield f"#in{depth}[#note[{self.inline(block.note)}]]"
        else:
            yield f"#in{depth}[#beside([{shown}], [{self.inline(block.note)}])]"

    def _is_too_large(self, form: Form, room: float) -> bool:
        """Whether a matrix is too large for a page even when made smaller."""
        if form.head != "matrix":
            return False
        width = breadth(self.tokens(Formula(form)))
        return matrix_label(form)[0] > _TALLEST_MATRIX or width * _SMALLEST > room

    def entries(self, block: Equation, depth: int) -> Iterator[str]:
        """The entries of a large matrix one below the other, those that are 0 left out."""
        if block.left is not None:
            yield f"#in{depth}[{self.equal([block.left], self.room)}]"
        width = matrix_label(block.right.form)[1]
        for (row, column), entry in entries_of(block.right.form).items():
            if entry is ZERO or entry is DOTS:
                continue
            key = "entry-row" if width == 1 else "entry-place"
            head = _text(say(key, row=row + 1, column=column + 1))
            yield f'#prose("plain", {depth + 1}, false, true)[#note[{head}]{self.formula(Formula(entry))}]'
        if block.note:
            yield f'#prose("note", {depth}, false, false)[{self.inline(block.note)}]'

    def chain(self, block: Chain) -> Iterator[str]:
        room = self.room - _INDENT
        widths = [breadth(self.tokens(line.right, room)) for line in block.lines]
        narrow = [width for width in widths if width <= room * _BESIDE]
        left = room - _BETWEEN - _EQUALS - max(narrow, default=0.0)
        rows = [
            self.chain_line(
                line, beside=width <= room * _BESIDE and _EM * len(line.note) < _MOST_LINES * left
            )
            for line, width in zip(block.lines, widths, strict=True)
        ]
        yield f"#in0{'(sticky: true)' if rows else ''}[{self.equal([block.start], self.room)}]"
        yield f"#chain({', '.join(rows)},)" if rows else ""

    def chain_line(self, line: ChainLine, *, beside: bool) -> str:
        """An equation and its note, and whether the note stands beside it."""
        shown = self.equal([line.right], self.room - _INDENT, opened=True)
        return f"([{shown}], [{self.named(line.note, line.subject)}], {_flag(beside)})"

    def answer(self, block: Answer) -> Iterator[str]:
        room = self.room - 3
        shown = self.equal(block.forms, room)
        long = sum(breadth(self.tokens(each)) for each in block.forms) > 6 * room
        domain = f"[{self.inline(block.domain)}]" if block.domain else "none"
        yield f"#answer({_flag(long)}, [{_text(say('answer'))}], [{shown}], {domain})"

    def fold(self, block: Fold) -> Iterator[str]:
        yield f'#prose("plain", {self.depth(block)}, false, false)[{self.inline(block.summary)}]'

    def table(self, block: Table) -> Iterator[str]:
        count = max((len(row) for row in (block.headings, *block.rows)), default=0)
        if not count:
            return
        headed = any(block.headings)
        columns = self.columns(block, count)
        self.in_cell = any(columns)
        small = self.in_cell and not any(map(_is_sentence, (cell for row in block.rows for cell in row)))
        cells = ", ".join(
            f"[{self.cell(cell, width, large=not headed)}]"
            for row in block.rows
            for cell, width in zip(row + ((),) * (count - len(row)), columns, strict=True)
        )
        self.in_cell = False
        specs = ", ".join(f"{width:.1f}fr" if width else "auto" for width in columns)
        heads = "".join(f"[{self.sentence(head)}], " for head in block.headings) if headed else ""
        name = "data" if headed else "rows"
        yield f"#{name}({_flag(_tall(cells))}, {_flag(small)}, ({specs},), ({heads}), ({cells},))"

    def cell(self, content: Inline, width: float, *, large: bool) -> str:
        """What stands in a column of this width; 0 for one that is as wide as it needs to be."""
        with self.narrower(self.room - width if width else 0.0):
            return self.inline(content, large=large)

    def columns(self, block: Table, count: int) -> list[float]:
        """How wide columns are in em: 0 for as they are, else in proportion where they need more than the page."""
        widths, fixed = [1.0] * count, [False] * count
        for row in block.rows:
            for place, cell in enumerate(row):
                widths[place] = max(widths[place], self.needs(cell))
                fixed[place] |= any(isinstance(part, Words) and part.role == "code" for part in cell)
        for place, head in enumerate(block.headings):
            widths[place] = max(widths[place], 0.55 * len(head))
        if sum(widths) + _BETWEEN * count < self.room * 0.95:
            return [0.0] * count
        share = self.room / count
        free = [
            0.0 if unbroken or width < share * 0.6 else width
            for width, unbroken in zip(widths, fixed, strict=True)
        ]
        taken = sum(width for width, own in zip(widths, free, strict=True) if not own)
        left = max(self.room - taken - _BETWEEN * count, _NARROWEST)
        return [width * left / sum(free) if width else 0.0 for width in free]

    def needs(self, content: Inline) -> float:
        """About how wide words and formulas are side by side, in em."""
        return sum(
            0.5 * len(part.text) if isinstance(part, Words) else breadth(self.tokens(part))
            for part in content
        )

    def figure(self, block: Figure) -> Iterator[str]:
        caption = f"[{self.inline(block.caption)}]" if block.caption else "none"
        yield f"#picture({_string(block.drawing.svg())}, {quoted(block.alt)}, {caption})"

    # sheets

    def title(self, block: Title) -> Iterator[str]:
        level = self.heading_level(block.level)
        self.base = level
        with self.as_typed():
            yield f"#title-line({level})[{self.inline(block.content)}]"

    def fields(self, block: Fields) -> Iterator[str]:
        entries = "".join(f"([{_text(label)}], [{_text(after)}]), " for label, after in block.entries)
        yield f"#fields({self.shares(block)}, {entries})"

    def shares(self, block: Fields) -> str:
        """The columns of what is to be filled in: two, if both leave room enough to write."""
        needed = [
            _EM * (len(label) + len(after)) + 1 + self.handwriting(label) for label, after in block.entries
        ]
        left, right = max(needed[::2], default=0.0), max(needed[1::2], default=0.0)
        room = self.whole - _BETWEEN
        if not right:
            return "(1fr,)"
        if left <= room * 2 / 3 and right <= room / 3:
            return "(2fr, 1fr)"
        return "(1fr, 1fr)" if max(left, right) <= room / 2 else "(1fr,)"

    def handwriting(self, label: str) -> float:
        """How wide the line behind a label has to be, in em."""
        return _HANDWRITING.get(label.lower(), _OTHER_FIELD) / (self.size * _MILLIMETRES)

    def space(self, block: Space) -> Iterator[str]:
        kind = block.kind if block.kind in ("lines", "grid") else "blank"
        yield (
            f'#space("{kind}", {block.centimetres:g}cm, {block.lines}, [{_text(block.label)}], '
            f"{self.depth(block)})"
        )

    def problem(self, block: Problem) -> Iterator[str]:
        label = self.label
        with self.narrower(label):
            inside = self.blocks(block.blocks)
            with self.as_typed():
                asked = self.inline(block.content, large=True)
        yield (
            f"#problem([{_text(block.label)}], {label:.2g}em, {_flag(_tall(asked))}, [{asked}], "
            f"[{_text(block.marks)}], {_flag(block.together)})"
            f"[{inside}]"
        )

    @contextmanager
    def labelled(self, blocks: Iterable[Block]) -> Iterator[None]:
        """For problems that stand one below the other: as much room for each number as the widest needs."""
        before = self.label
        labels = [block.label for block in blocks if isinstance(block, Problem)]
        self.label = max([_LABEL, *(_bold_breadth(label) + _AFTER_LABEL for label in labels)])
        yield
        self.label = before


_AFTER_LABEL: Final = 0.5


def _bold_breadth(label: str) -> float:
    """About how wide the number of a problem is in em."""
    return sum(0.32 if each in ".,:il" else 0.45 if each in "()[]" else 0.62 for each in label)


_ROLES: Final = {
    "rule": "bold",
    "number": "bold",
    "strong": "bold",
    "warning": "warning",
    "note": "note",
    "law": "emph",
    "code": "raw",
}
"""The function of Typst for each role of words."""


def _is_branch(block: Block | None) -> bool:
    """Whether a block is a line of a tree."""
    return isinstance(block, Prose) and not _BRANCHES.isdisjoint(_words_of(block.content))


def _words_of(content: Inline) -> str:
    return "".join(part.text for part in content if isinstance(part, Words))


def _is_sentence(content: Inline) -> bool:
    """Whether there are words enough to be broken into lines."""
    return any(isinstance(part, Words) and len(part.text.split()) > 3 for part in content)


def _tall(markup: str) -> bool:
    """Whether there is something in the lines that is taller than words, for which Typst leaves no room."""
    return any(name in markup for name in ("frac(", "cases(", "mat("))


Row = tuple[int, Sequence[Token]]
"""By how much a line of a formula is set in, in em, and what stands on it."""


def _set_in(rows: Iterable[Sequence[Token]]) -> list[Row]:
    """Lines of a formula, the later ones a little to the right."""
    return [(2 if place else 0, row) for place, row in enumerate(rows)]


def _text(text: str) -> str:
    """Words as they are: a string is never read as markup. Wide gaps stay, and are not stretched."""
    if not text:
        return ""
    if len(text) > 1 and not text.strip():
        return f"#h({0.3 * len(text):g}em)"
    written = "".join(
        f"#super(typographic: false)[#{quoted(normalize('NFKC', part))}]" if raised else f"#{quoted(part)}"
        for raised, part in _by_level(text)
    )
    # The font makes one dash of two hyphens: of --all, which is to be typed.
    return f"#text(ligatures: false)[{written}]" if "--" in text else written


def _by_level(text: str) -> Iterator[tuple[bool, str]]:
    """The parts of a text, and which are long exponents: a font's own small brackets and letters are hardly read."""
    if text.isascii():
        yield False, text
        return
    plain = ""
    for level, run in groupby(text, level_of):
        part = "".join(run)
        if level != "^" or len(part) == 1:
            plain += part
            continue
        if plain:
            yield False, plain
        yield True, part
        plain = ""
    if plain:
        yield False, plain


def _string(text: str) -> str:
    """A text of several lines as a string."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\0", "") + '"'


def _flag(value: bool) -> str:
    return "true" if value else "false"
