"""A document as a piece of HTML with formulas in LaTeX, which learning platforms and flash cards set by MathJax."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from html import escape
from typing import Final

from stepcalc.messages import say
from stepcalc.notation.functions import FUNCTIONS, FunctionName
from stepcalc.render.document import (
    Answer,
    Block,
    Chain,
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
from stepcalc.render.latexdoc import in_latex
from stepcalc.render.mathwords import Maths
from stepcalc.render.mathwords import in_latex as in_math
from stepcalc.render.writing import Writer, bound

INDENT: Final = 1.5
DEEPEST: Final = 6

_TAGS: Final = {"strong": "strong", "rule": "strong", "warning": "strong", "code": "code"}


def mathjax(
    blocks: Iterable[Block],
    *,
    functions: Mapping[str, FunctionName] = FUNCTIONS,
    notation: str = "leibniz",
) -> str:
    r"""Blocks as HTML whose formulas stand between ``\(`` and ``\)``.

    Args:
        blocks: What is written.
        functions: The names of functions, as the rulebook in use has them.
        notation: The notation for derivatives.

    Examples:
        >>> from stepcalc.notation.reader import read_text
        >>> mathjax([Prose((Words("Let "), Formula(read_text("x^2").form)))])
        '<p>Let \\(x^{2}\\)</p>'
    """
    return _Writer(functions, notation).blocks(blocks)


def mathjax_inline(
    content: Inline, *, functions: Mapping[str, FunctionName] = FUNCTIONS, notation: str = "leibniz"
) -> str:
    """A question in words and formulas, its fractions as large as on a line of their own."""
    writer = _Writer(functions, notation)
    with writer.as_typed():
        return "".join(
            writer.words(part) if isinstance(part, Words) else writer.line(part) for part in content
        )


class _Writer(Writer):
    def text(self, text: str) -> str:
        return escape(text, quote=False)

    def maths(self, piece: Maths) -> str:
        return rf"\({escape(in_math(piece, self.functions), quote=False)}\)"

    def formula(self, formula: Formula) -> str:
        # A "<" inside a formula would begin a tag before MathJax reads it.
        return rf"\({escape(in_latex(formula, self.functions, self.notation), quote=False)}\)"

    def line(self, *formulas: Formula | None) -> str:
        parts = (in_latex(each, self.functions, self.notation) if each else "" for each in formulas)
        return rf"\(\displaystyle {escape(' = '.join(parts), quote=False)}\)"

    def words(self, part: Words) -> str:
        tag = _TAGS.get(part.role)
        if part.role == "code":
            text = escape(part.text, quote=False)
        else:
            text = self.sentence(part.text, law=part.role == "law")
        return f"<{tag}>{text}</{tag}>" if tag else text

    def heading(self, block: Heading) -> Iterator[str]:
        yield f"<h4>{self.inline(block.content)}</h4>"

    def prose(self, block: Prose) -> Iterator[str]:
        inside = self.inline(block.content)
        yield _paragraph(block.depth, f"<strong>{inside}</strong>" if block.role == "strong" else inside)

    def step_head(self, block: StepHead) -> Iterator[str]:
        label = f"{self.inline(block.label)} &ensp;" if block.label else ""
        parts = [f"<strong>{block.number} &ensp;{label}{self.named(block.title, block.subject)}</strong>"]
        if block.failed:
            parts.append(f"<strong>{escape(say('step-failed'))}</strong>")
        if block.law:
            parts.append(f"<em>{self.sentence(block.law, law=True)}</em>")
        if block.bindings:
            named = (bound(*binding) for binding in block.bindings)
            parts.append(", ".join(escape(name) + self.formula(each) for name, each in named))
        yield _paragraph(block.depth, " &emsp;".join(parts))

    def equation(self, block: Equation) -> Iterator[str]:
        note = f" &emsp;{self.inline(block.note)}" if block.note else ""
        yield _paragraph(block.depth + 1, self.line(block.left, block.right) + note)

    def chain(self, block: Chain) -> Iterator[str]:
        yield _paragraph(0, self.line(block.start))
        for line in block.lines:
            yield _paragraph(1, f"{self.line(None, line.right)} &emsp;{self.named(line.note, line.subject)}")

    def answer(self, block: Answer) -> Iterator[str]:
        domain = f" &emsp;{self.inline(block.domain)}" if block.domain else ""
        yield f"<p><strong>{escape(say('answer'))}</strong> &ensp;{self.line(*block.forms)}{domain}</p>"

    def fold(self, block: Fold) -> Iterator[str]:
        yield _paragraph(block.depth, f"<strong>{self.inline(block.summary)}</strong>")
        yield from self.blocks(block.blocks).splitlines()

    def table(self, block: Table) -> Iterator[str]:
        yield '<table border="1" cellpadding="6">'
        if any(block.headings):
            yield "<tr>" + "".join(f"<th>{self.sentence(head)}</th>" for head in block.headings) + "</tr>"
        for row in block.rows:
            yield "<tr>" + "".join(f"<td>{self.inline(cell)}</td>" for cell in row) + "</tr>"
        yield "</table>"

    def figure(self, block: Figure) -> Iterator[str]:
        # Platforms take pictures as files; what is seen on it is said.
        yield f"<p><em>{escape(block.alt)}</em></p>"
        if block.caption:
            yield f"<p>{self.inline(block.caption)}</p>"

    def title(self, block: Title) -> Iterator[str]:
        with self.as_typed():
            yield f"<h{block.level + 2}>{self.inline(block.content)}</h{block.level + 2}>"

    def fields(self, block: Fields) -> Iterator[str]:
        yield (
            "<p>"
            + " &emsp;".join(f"{escape(name)}: ________ {escape(after)}" for name, after in block.entries)
            + "</p>"
        )

    def space(self, block: Space) -> Iterator[str]:
        yield _paragraph(block.depth, f"<strong>{escape(block.label)}</strong> ________________")

    def problem(self, block: Problem) -> Iterator[str]:
        with self.as_typed():
            asked = self.inline(block.content)
        yield f"<p><strong>{escape(block.label)}</strong> {asked} {escape(block.marks)}</p>"
        yield self.blocks(block.blocks)


def _paragraph(depth: int, inside: str) -> str:
    style = f' style="margin-left:{INDENT * min(depth, DEEPEST):g}em"' if depth else ""
    return f"<p{style}>{inside}</p>"
