"""A sheet with its problems becomes a document: what students get, the answers alone, or the solutions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from stepcalc._version import __version__
from stepcalc.messages import MESSAGES, say
from stepcalc.notation.forms import matrix_label
from stepcalc.render.document import (
    LINE_HEIGHT,
    Answer,
    Block,
    Chain,
    Document,
    Equation,
    Fields,
    Formula,
    Inline,
    Problem,
    Prose,
    Space,
    StepHead,
    Table,
    Title,
    Words,
    words,
)
from stepcalc.render.page import Page
from stepcalc.sheets.asking import own_words
from stepcalc.sheets.fading import faded
from stepcalc.sheets.filling import Filled, FilledSection, Item
from stepcalc.sheets.numbering import numbered
from stepcalc.sheets.plan import Sheet, Show, marks_text

SCORE: Final = "score"

TALLEST: Final = 21.0
TALLEST_SOLUTION: Final = 9.0
"""So many centimetres of a page are not broken: of a problem, and of a solution."""


def document(filled: Filled, show: Show, *, fade: int | None = None) -> Document:
    """The document of one version of a sheet.

    Args:
        filled: The sheet with its problems.
        show: ``"problems"`` with room to write in, ``"answers"`` or ``"solutions"``.
        fade: How many steps of each solution are printed, blanks for the others; ``None`` for all.

    Returns:
        The document, for a writer to put into a format.
    """
    sheet = filled.sheet
    blocks: list[Block] = []
    title = title_of(filled, show)
    if title:
        blocks.append(Title(words(title)))
    if show == "problems" and sheet.fields:
        blocks.append(Fields(tuple(_field(sheet, name) for name in sheet.fields)))
    if sheet.instructions and show != "answers":
        blocks.extend(paragraphs(sheet.instructions, "instruction"))
    number = 0
    for section in filled.sections:
        blocks.extend(_heading(section, show))
        for item in section.items:
            number += 1
            label = numbered(sheet.numbering, number)
            blocks.append(problem(filled, section, item, label, show, fade))
    if sheet.total and sheet.marks is not None and show != "answers" and not _has_score(sheet):
        blocks.append(Prose(words(say("sheet-total", marks=marks_text(sheet.marks)), "strong")))
    return Document(tuple(blocks), title=title, notation=sheet.notation or "leibniz")


def page(filled: Filled, *, width: int = 100, ascii: bool = False) -> Page:
    """How the pages of one version are set up: seed and version stand in the footer."""
    from dataclasses import replace

    sheet = filled.sheet
    version = say("sheet-version", letter=filled.letter) if filled.letter else ""
    made = say("sheet-made", seed=sheet.seed, version=__version__)
    footer = " · ".join(part for part in (sheet.footer, version, made) if part)
    return replace(sheet.page(footer), width=width, ascii=ascii)


def title_of(filled: Filled, show: Show) -> str:
    """The title, with what the document is beside the problems, and the letter of the version."""
    parts = [filled.sheet.title]
    if show != "problems":
        parts.append(say(f"sheet-{show}"))
    if filled.letter:
        parts.append(say("sheet-version", letter=filled.letter))
    title = ", ".join(part for part in parts if part)
    return title[:1].upper() + title[1:]


def _has_score(sheet: Sheet) -> bool:
    return any(name.lower() == SCORE for name in sheet.fields)


def _field(sheet: Sheet, name: str) -> tuple[str, str]:
    key = f"sheet-field-{name.lower()}"
    label = say(key) if key in MESSAGES else name[:1].upper() + name[1:]
    if name.lower() == SCORE and sheet.marks is not None:
        return label, say("sheet-out-of", marks=marks_text(sheet.marks))
    return label, ""


def _heading(section: FilledSection, show: Show) -> Iterator[Block]:
    if section.section.title:
        yield Title(words(section.section.title), 2)
    if section.section.instructions and show != "answers":
        yield from paragraphs(section.section.instructions, "instruction")


def paragraphs(text: str, role: str = "") -> Iterator[Prose]:
    """A text of a teacher's own, a paragraph for each run of lines; expressions stand in braces."""
    for paragraph in text.strip().split("\n\n"):
        yield Prose(own_words(" ".join(paragraph.split()), ()), role=role)


def problem(
    filled: Filled, section: FilledSection, item: Item, label: str, show: Show, fade: int | None
) -> Problem:
    """A problem, with what belongs to it."""
    sheet, entry = filled.sheet, item.entry
    marks = say("sheet-marks", marks=marks_text(entry.marks)) if entry.marks is not None else ""
    parts = [
        problem(filled, section, part, numbered(sheet.part_numbering, place), show, fade)
        for place, part in enumerate(item.parts, 1)
    ]
    if show == "answers":
        return Problem(label, answer(item), "", tuple(parts))
    content = question(item, under_instruction=bool(section.section.instructions))
    below = (*_below(sheet, item, show, fade), *parts)
    # What is longer than a page must break, and a page that is left half empty is one more to print.
    most = TALLEST if show == "problems" or entry.together else TALLEST_SOLUTION
    together = entry.together is not False and _height(below) * (sheet.font_size or 11) / 11 <= most
    return Problem(label, content, marks, below, together)


def _height(blocks: Iterable[Block]) -> float:
    """About how many centimetres blocks take at the usual size of type."""
    found = 0.0
    for block in blocks:
        match block:
            case Space():
                found += block.centimetres + 0.3
            case Problem():
                found += 1 + _height(block.blocks)
            case Table():
                found += 0.7 * (len(block.rows) + 1)
            case Chain():
                found += 0.9 * (len(block.lines) + 1)
            case Answer():
                found += 2.2
            case Equation(right=right) if right.form.head == "matrix":
                found += 0.8 * matrix_label(right.form)[0] + 0.5
            case StepHead() | Equation():
                found += 1.2
            case _:
                found += 0.6
    return found


def question(item: Item, *, under_instruction: bool) -> Inline:
    """What is asked, in the teacher's words if there are any."""
    worked = item.worked
    briefly = worked.briefly if worked else ()
    if item.entry.text:
        return own_words(" ".join(item.entry.text.split()), briefly)
    if worked is None:
        return ()
    return briefly if under_instruction else worked.asked


def hint(item: Item) -> Inline:
    """The hint, the teacher's own or the rule to begin with; empty if none is wanted."""
    wanted = item.entry.hint
    if wanted is None:
        return ()
    own = own_words(wanted, ()) if wanted else item.worked.hint if item.worked else ()
    return (Words(say("sheet-hint"), "strong"), *own) if own else ()


def _below(sheet: Sheet, item: Item, show: Show, fade: int | None) -> Iterator[Block]:
    """What stands under a question."""
    told = hint(item)
    if told and (show == "problems" or fade is not None):
        yield Prose(told)
    blank = fade is not None and bool(item.entry.solution)
    if (show == "solutions" or fade is not None) and not blank:
        yield from solution(item, fade)
        return
    room = item.entry.space or (None if item.parts else sheet.space)
    if room is not None and room.centimetres:
        yield Space(room.kind, room.centimetres)
    elif blank:
        yield Space("lines", 2 * LINE_HEIGHT)  # a solution in words has no steps to leave out


def answer(item: Item) -> Inline:
    """The answer on one line."""
    if item.entry.solution:
        return tuple(
            part for block in paragraphs(item.entry.solution) for part in (*block.content, Words(" "))
        )
    pieces: list[Words | Formula] = []
    for block in item.worked.answer if item.worked else ():
        match block:
            case Answer(forms=forms, domain=domain):
                for place, form in enumerate(forms):
                    pieces.extend([Words("  =  ")] if place else [])
                    pieces.append(form)
                pieces.extend((Words("   "), *domain) if domain else ())
            case Equation(left=left, right=right):
                pieces.extend((left, Words(" = ")) if left else ())
                pieces.append(right)
            case Prose(content=content):
                pieces.extend(content)
    return tuple(pieces)


def solution(item: Item, fade: int | None = None) -> Iterator[Block]:
    """The teacher's own solution, or the steps."""
    worked = item.worked
    if item.entry.solution:
        yield from paragraphs(item.entry.solution)
    elif worked is not None and fade is not None:
        yield from worked.opening
        yield from faded(worked.working, worked.closing, fade)
    elif worked is not None:
        yield from worked.solution
