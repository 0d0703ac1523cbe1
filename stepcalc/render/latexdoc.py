"""A document as one display of LaTeX, as a notebook shows it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from stepcalc.messages import say
from stepcalc.notation.functions import FUNCTIONS, FunctionName
from stepcalc.notation.latex import latex
from stepcalc.render.document import (
    Answer,
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
from stepcalc.render.shorten import DOTS

_SPECIAL: Final = str.maketrans(
    {
        "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "#": r"\#", "%": r"\%",
        "_": r"\_", "^": r"\textasciicircum{}", "~": r"\textasciitilde{}", "′": "'", "″": "''", "−": "-",
    }
)  # fmt: skip


def latex_display(document: Document, *, functions: Mapping[str, FunctionName] = FUNCTIONS) -> str:
    """The document as one display: a row for each block, in an ``aligned`` environment between ``$$``.

    Args:
        document: What is written.
        functions: The names of functions, as the rulebook in use has them.
    """
    writer = _Rows(functions, document.notation)
    rows = [row for block in document.blocks for row in _ROWS[type(block)](writer, block)]
    body = " \\\\\n".join(rows)
    return f"$$\\begin{{aligned}}\n{body}\n\\end{{aligned}}$$"


def in_latex(formula: Formula, functions: Mapping[str, FunctionName], notation: str) -> str:
    """A formula in LaTeX, the marked parts underlined, dots where something was left out."""
    text = latex(formula.form, marks=formula.marked, functions=functions, notation=notation)
    return text.replace(latex(DOTS), r"\dots ")


class _Rows:
    def __init__(self, functions: Mapping[str, FunctionName], notation: str) -> None:
        self.functions = functions
        self.notation = notation

    def formula(self, formula: Formula) -> str:
        return in_latex(formula, self.functions, self.notation)

    def inline(self, content: Inline) -> str:
        return "".join(
            _text(part.text) if isinstance(part, Words) else self.formula(part) for part in content
        )

    def heading(self, block: Heading) -> Iterator[str]:
        yield "&" + self.inline(block.content)

    def prose(self, block: Prose) -> Iterator[str]:
        yield "&" + _quad(block.depth) + self.inline(block.content)

    def step_head(self, block: StepHead) -> Iterator[str]:
        bound = r",\ ".join(_text(name) + self.formula(formula) for name, formula in block.bindings)
        label = rf"{self.inline(block.label)}\qquad " if block.label else ""
        title = rf"\textbf{{{block.number}}}\quad {label}{self.named(block.title, block.subject)}"
        yield "&" + _quad(block.depth) + title + (rf"\qquad {bound}" if bound else "")

    def named(self, title: str, subject: Formula | None) -> str:
        """The name of a rule, with the formula that it ends with."""
        return _text(title) + (rf"\ {self.formula(subject)}" if subject else "")

    def equation(self, block: Equation) -> Iterator[str]:
        left = self.formula(block.left) if block.left else ""
        note = rf"\qquad {self.inline(block.note)}" if block.note else ""
        yield "&" + _quad(block.depth + 1) + f"{left} = {self.formula(block.right)}{note}"

    def chain(self, block: Chain) -> Iterator[str]:
        yield "&" + self.formula(block.start)
        for line in block.lines:
            yield rf"&\quad = {self.formula(line.right)} \qquad {self.named(line.note, line.subject)}"

    def answer(self, block: Answer) -> Iterator[str]:
        forms = " = ".join(self.formula(form) for form in block.forms)
        domain = rf"\qquad {self.inline(block.domain)}" if block.domain else ""
        yield rf"&\textbf{{{_escaped(say('answer'))}}}\quad {forms}{domain}"

    def fold(self, block: Fold) -> Iterator[str]:
        yield "&" + _quad(block.depth) + self.inline(block.summary)

    def table(self, block: Table) -> Iterator[str]:
        for row in block.rows:
            yield "&" + r"\quad ".join(self.inline(cell) for cell in row)

    def figure(self, block: Figure) -> Iterator[str]:
        yield "&" + (self.inline(block.caption) or _text(block.alt))

    def title(self, block: Title) -> Iterator[str]:
        yield (
            r"&\textbf{"
            + "".join(
                _escaped(part.text) if isinstance(part, Words) else f"${self.formula(part)}$"
                for part in block.content
            )
            + "}"
        )

    def fields(self, block: Fields) -> Iterator[str]:
        places = (
            _text(f"{label} ") + r"\underline{\hspace{3cm}}" + (_text(f" {after}") if after else "")
            for label, after in block.entries
        )
        yield "&" + r"\quad ".join(places)

    def space(self, block: Space) -> Iterator[str]:
        label = _text(f"{block.label} ") if block.label else ""
        if block.kind == "blank":
            yield "&" + _quad(block.depth) + label + rf"\rule{{0pt}}{{{block.centimetres:g}cm}}"
            return
        for place in range(block.lines):
            yield "&" + _quad(block.depth) + (label if place == 0 else "") + r"\underline{\hspace{10cm}}"

    def problem(self, block: Problem) -> Iterator[str]:
        marks = rf"\qquad {_text(block.marks)}" if block.marks else ""
        yield rf"&\textbf{{{_escaped(block.label)}}}\quad {self.inline(block.content)}{marks}"
        for below in block.blocks:
            yield from _ROWS[type(below)](self, below)


_ROWS: Final[Mapping[type, Callable[[_Rows, Any], Iterator[str]]]] = {
    Heading: _Rows.heading,
    Prose: _Rows.prose,
    StepHead: _Rows.step_head,
    Equation: _Rows.equation,
    Chain: _Rows.chain,
    Answer: _Rows.answer,
    Fold: _Rows.fold,
    Table: _Rows.table,
    Figure: _Rows.figure,
    Title: _Rows.title,
    Fields: _Rows.fields,
    Space: _Rows.space,
    Problem: _Rows.problem,
}


def _quad(depth: int) -> str:
    return r"\quad " * min(depth, 6)


def _escaped(text: str) -> str:
    return text.translate(_SPECIAL)


def _text(text: str) -> str:
    return rf"\text{{{_escaped(text)}}}" if text else ""
