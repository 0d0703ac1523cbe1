"""A sheet as a table for spreadsheets: a row for each problem."""

from __future__ import annotations

import csv
import io
import re
from typing import Final

from stepcalc.errors import NotDerivableError
from stepcalc.notation.forms import Form
from stepcalc.notation.latex import latex
from stepcalc.notation.maxima import maxima
from stepcalc.notation.operators import written_out
from stepcalc.notation.unicode import one_line, spans
from stepcalc.render.document import Inline, Words
from stepcalc.render.latexpage import inline_text
from stepcalc.rulebook.book import default_book
from stepcalc.sheets.exports.questions import Numbered, numbered_problems
from stepcalc.sheets.filling import Filled
from stepcalc.sheets.plan import marks_text

COLUMNS: Final = (
    "version", "number", "section", "kind", "asked", "asked_latex", "question", "question_latex", "answer",
    "answer_latex", "answer_maxima", "topic", "level", "marks", "rules", "steps", "checked",
)  # fmt: skip


def spreadsheet(filled: Filled) -> str:
    """The sheet in CSV as RFC 4180 has it, with a row of headings.

    Args:
        filled: The sheet with its problems.

    Returns:
        The table; where a cell would be computed by a spreadsheet, a space stands before its text.
    """
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for each in numbered_problems(filled):
        writer.writerow(
            [as_text(cell) if isinstance(cell, str) else cell for cell in _row(each, filled.letter)]
        )
    return text.getvalue()


_COMPUTED: Final = tuple("=+-@＝＋－＠")
_NUMBER: Final = re.compile(r"-?\d+(\.\d+)?")


def as_text(cell: str) -> str:
    """What a cell holds, so that a spreadsheet shows it and does not compute it.

    A cell that begins with a sign is a formula to a spreadsheet: -2*sin(x) would be a mistake there, and the title of
    a sheet that somebody else wrote could start a program. A space in front makes it text, and means nothing to
    whatever reads expressions; a quotation mark, which is often put there, would be shown, and would be read.

    Examples:
        >>> as_text("-2*sin(x)"), as_text("2*sin(x)"), as_text("-2")
        (' -2*sin(x)', '2*sin(x)', '-2')
    """
    bare = cell.lstrip()
    return f" {bare}" if bare.startswith(_COMPUTED) and not _NUMBER.fullmatch(bare) else cell


def _row(each: Numbered, letter: str) -> list[object]:
    worked = each.worked
    problem, functions = worked.problem, default_book().functions
    marks = each.item.entry.marks
    return [
        letter,
        each.label,
        each.section.title,
        problem.ask.kind,
        in_words(each.asked),
        inline_text(each.asked, functions=functions),
        problem.ask.text,
        latex(worked.question, functions=functions),
        one_line(written_out(worked.result), functions=functions),
        latex(worked.result, functions=functions),
        in_maxima(worked.result),
        problem.topic,
        problem.level or "",
        marks_text(marks) if marks is not None else "",
        " ".join(worked.rules),
        worked.steps,
        worked.status,
    ]


def in_words(asked: Inline) -> str:
    """A sentence as one line of text."""
    functions = default_book().functions
    return "".join(
        part.text
        if isinstance(part, Words)
        else "".join(piece for piece, _ in spans(part.form, functions=functions, symbolic=True))
        for part in asked
    )


def in_maxima(form: Form) -> str:
    """A form in Maxima's syntax, or nothing where Maxima has no name for a part of it."""
    try:
        return maxima(form)
    except NotDerivableError:
        return ""
