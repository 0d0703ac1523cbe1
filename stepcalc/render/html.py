"""A document as HTML; formulas are text, set in one line or as the terminal sets them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from html import escape
from typing import Any, Final

from stepcalc.messages import say
from stepcalc.notation.forms import postorder
from stepcalc.notation.functions import FUNCTIONS, FunctionName
from stepcalc.notation.twodim import two_dimensional
from stepcalc.notation.unicode import spans
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
from stepcalc.render.page import PLAIN, Page
from stepcalc.render.shorten import QUOTED_DOTS

_STYLE: Final = (
    ".stepcalc{line-height:1.6;max-width:60rem}"
    ".stepcalc .m{font-family:'STIX Two Math','Cambria Math',serif;font-size:1.05em;overflow-wrap:anywhere}"
    ".stepcalc .matrix{display:inline-block;vertical-align:middle;white-space:pre;font-family:monospace;"
    "line-height:1.2}"
    ".stepcalc u{text-decoration-thickness:.1em;font-weight:bold}"
    ".stepcalc .note{opacity:.75}.stepcalc .warning{font-weight:bold}"
    ".stepcalc .fields{display:flex;flex-wrap:wrap;gap:.5em 1.5em}"
    ".stepcalc .field{display:flex;flex:1 1 12em;gap:.4em}"
    ".stepcalc .field.short{flex:0 0 10em}.stepcalc .blank{flex:1;border-bottom:1px solid}"
    ".stepcalc .asked{display:flex;gap:.6em}.stepcalc .asked>div{flex:1}"
    ".stepcalc .label{font-weight:bold;min-width:1.6em}"
    ".stepcalc .marks{white-space:nowrap}.stepcalc .below{margin-left:2.2em}"
    ".stepcalc .problem{margin:1em 0}.stepcalc .together{break-inside:avoid}.stepcalc .space{margin:.4em 0}"
    ".stepcalc .lines{background:repeating-linear-gradient(transparent 0 calc(.8cm - 1px),"
    "currentColor calc(.8cm - 1px) .8cm)}"
    ".stepcalc .grid{background:repeating-linear-gradient(#8886 0 1px,transparent 1px .5cm),"
    "repeating-linear-gradient(90deg,#8886 0 1px,transparent 1px .5cm)}"
    ".stepcalc .lines,.stepcalc .grid{print-color-adjust:exact;-webkit-print-color-adjust:exact}"
    ".stepcalc table{border-spacing:1.5em .2em;margin-left:-1.5em}"
)


def html_fragment(document: Document, *, functions: Mapping[str, FunctionName] = FUNCTIONS) -> str:
    """The document as a piece of a page, as notebooks show it.

    Args:
        document: What is written.
        functions: The names of functions, as the rulebook in use has them.
    """
    writer = _Blocks(functions, document.notation)
    return f'<style>{_STYLE}</style><div class="stepcalc">{writer.blocks(document.blocks)}</div>'


def html_page(
    document: Document, *, functions: Mapping[str, FunctionName] = FUNCTIONS, page: Page = PLAIN
) -> str:
    """The document as a page on its own."""
    return (
        f'<!doctype html>\n<html lang="{page.language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{escape(document.title or 'StepCalc')}</title>"
        "<style>:root{color-scheme:light dark}body{font-family:system-ui,sans-serif;margin:1rem}</style>"
        "</head>\n"
        f"<body><main>{html_fragment(document, functions=functions)}</main></body></html>"
    )


class _Blocks:
    def __init__(self, functions: Mapping[str, FunctionName], notation: str) -> None:
        self.functions = functions
        self.notation = notation

    def blocks(self, blocks: tuple[Block, ...]) -> str:
        return "\n".join(line for block in blocks for line in _BLOCKS[type(block)](self, block))

    def formula(self, formula: Formula) -> str:
        if any(node.head == "matrix" for node in postorder(formula.form)):
            return self.block(formula)
        pieces = spans(
            formula.form, formula.marked, functions=self.functions, notation=self.notation, symbolic=True
        )
        return '<span class="m">' + "".join(_piece(text, marked) for text, marked in pieces) + "</span>"

    def block(self, formula: Formula) -> str:
        """A formula with a matrix in it, in lines as the terminal has them."""
        drawn = two_dimensional(formula.form, functions=self.functions, notation=self.notation)
        lines = (line.replace(QUOTED_DOTS, "…".center(len(QUOTED_DOTS))).rstrip() for line in drawn.lines)
        return '<span class="m matrix">' + escape("\n".join(lines)) + "</span>"

    def inline(self, content: Inline) -> str:
        return "".join(
            self.words(part) if isinstance(part, Words) else self.formula(part) for part in content
        )

    def words(self, part: Words) -> str:
        text = escape(part.text)
        return f"<strong>{text}</strong>" if part.role in ("strong", "rule") else text

    def heading(self, block: Heading) -> Iterator[str]:
        yield f"<h2>{self.inline(block.content)}</h2>"

    def prose(self, block: Prose) -> Iterator[str]:
        yield f'<p class="{block.role}"{_indented(block.depth)}>{self.inline(block.content)}</p>'

    def step_head(self, block: StepHead) -> Iterator[str]:
        bound = ", &nbsp;".join(escape(name) + self.formula(formula) for name, formula in block.bindings)
        failed = f' <span class="warning">{escape(say("step-failed"))}</span>' if block.failed else ""
        law = f' &emsp;<i class="m">{escape(block.law)}</i>' if block.law else ""
        label = f"{self.inline(block.label)} &emsp;" if block.label else ""
        title = f"<strong>{block.number} &ensp;{label}{self.named(block.title, block.subject)}</strong>"
        yield f"<p{_indented(block.depth)}>{title}{failed}{law}{' &emsp;' + bound if bound else ''}</p>"

    def named(self, title: str, subject: Formula | None) -> str:
        """The name of a rule, with the formula that it ends with."""
        return escape(title) + (f" {self.formula(subject)}" if subject else "")

    def equation(self, block: Equation) -> Iterator[str]:
        left = self.formula(block.left) if block.left else ""
        note = f' &emsp;<span class="note">{self.inline(block.note)}</span>' if block.note else ""
        yield f"<p{_indented(block.depth + 1)}>{left} = {self.formula(block.right)}{note}</p>"

    def chain(self, block: Chain) -> Iterator[str]:
        yield f"<table><tr><td colspan=2>{self.formula(block.start)}</td></tr>"
        for line in block.lines:
            note = self.named(line.note, line.subject)
            yield f"<tr><td>= {self.formula(line.right)}</td><td>{note}</td></tr>"
        yield "</table>"

    def answer(self, block: Answer) -> Iterator[str]:
        forms = " &ensp;=&ensp; ".join(self.formula(form) for form in block.forms)
        domain = f" &emsp;{self.inline(block.domain)}" if block.domain else ""
        yield f"<p><strong>{escape(say('answer'))}</strong> &ensp;{forms}{domain}</p>"

    def fold(self, block: Fold) -> Iterator[str]:
        inside = self.blocks(block.blocks)
        yield f"<details><summary>{self.inline(block.summary)}</summary>{inside}</details>"

    def table(self, block: Table) -> Iterator[str]:
        yield "<table>"
        if any(block.headings):
            yield "<tr>" + "".join(f"<th>{escape(head)}</th>" for head in block.headings) + "</tr>"
        for row in block.rows:
            yield "<tr>" + "".join(f"<td>{self.inline(cell)}</td>" for cell in row) + "</tr>"
        yield "</table>"

    def figure(self, block: Figure) -> Iterator[str]:
        from base64 import b64encode

        picture = b64encode(block.drawing.svg().encode()).decode()
        yield f'<figure><img alt="{escape(block.alt)}" src="data:image/svg+xml;base64,{picture}">'
        yield f"<figcaption>{self.inline(block.caption)}</figcaption></figure>"

    def title(self, block: Title) -> Iterator[str]:
        yield f"<h{block.level}>{self.inline(block.content)}</h{block.level}>"

    def fields(self, block: Fields) -> Iterator[str]:
        places = []
        for label, after in block.entries:
            kind = "field short" if after else "field"
            blank = f'{escape(label)} <span class="blank"></span>{escape(after)}'
            places.append(f'<span class="{kind}">{blank}</span>')
        yield f'<p class="fields">{"".join(places)}</p>'

    def space(self, block: Space) -> Iterator[str]:
        label = f"<strong>{escape(block.label)}</strong>" if block.label else ""
        style = f"height:{block.centimetres:g}cm"
        if block.depth:
            style += f";margin-left:{1.5 * min(block.depth, 6)}em"
        yield f'<div class="space {block.kind}" style="{style}">{label}</div>'

    def problem(self, block: Problem) -> Iterator[str]:
        marks = f'<span class="marks">{escape(block.marks)}</span>' if block.marks else ""
        together = " together" if block.together else ""
        label = f'<span class="label">{escape(block.label)}</span>'
        yield f'<section class="problem{together}"><div class="asked">{label}'
        yield f"<div>{self.inline(block.content)}</div>{marks}</div>"
        yield f'<div class="below">{self.blocks(block.blocks)}</div></section>'


_BLOCKS: Final[Mapping[type, Callable[[_Blocks, Any], Iterator[str]]]] = {
    Heading: _Blocks.heading,
    Prose: _Blocks.prose,
    StepHead: _Blocks.step_head,
    Equation: _Blocks.equation,
    Chain: _Blocks.chain,
    Answer: _Blocks.answer,
    Fold: _Blocks.fold,
    Table: _Blocks.table,
    Figure: _Blocks.figure,
    Title: _Blocks.title,
    Fields: _Blocks.fields,
    Space: _Blocks.space,
    Problem: _Blocks.problem,
}


def _piece(text: str, marked: bool) -> str:
    written = escape(text.replace(QUOTED_DOTS, "…"))
    return f"<u>{written}</u>" if marked else written


def _indented(depth: int) -> str:
    return f' style="margin-left:{1.5 * min(depth, 6)}em"' if depth else ""
