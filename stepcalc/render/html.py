"""A document as HTML: MathML that browsers show without a script, steps that fold, one file with nothing outside."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from html import escape
from importlib.resources import files
from typing import Final

from stepcalc.messages import say
from stepcalc.notation.forms import size
from stepcalc.notation.functions import FUNCTIONS, FunctionName
from stepcalc.notation.unicode import one_line
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
from stepcalc.render.mathml import MathML
from stepcalc.render.mathwords import Maths, in_latex
from stepcalc.render.nesting import StepTree, Substeps, depth_of, nested
from stepcalc.render.page import PLAIN, Page
from stepcalc.render.shorten import QUOTED_DOTS, shorten
from stepcalc.render.writing import Writer, bound

_LONGEST_TITLE: Final = 25
"""A formula with more nodes than this is cut down in the title of a page."""

_LONGEST_NUMBER: Final = 16
"""A cell with no more characters than this stays on one line."""

_LONGEST_ROW: Final = 30
"""A table whose rows have no more characters than this is not wider than a phone."""

_FURTHEST: Final = 3
_REACHED: Final = ' tabindex="0"'

_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
"""Nothing is fetched from anywhere, and no script runs."""


def html_fragment(
    document: Document, *, functions: Mapping[str, FunctionName] = FUNCTIONS, level: int = 3
) -> str:
    """The document as a piece of a page, as notebooks show it.

    Args:
        document: What is written.
        functions: The names of functions, as the rulebook in use has them.
        level: The level of its first heading: 1 for a page of its own.
    """
    return f"<style>\n{_style('style.css')}</style>\n{_body(document, functions, level)}"


def html_page(
    document: Document, *, functions: Mapping[str, FunctionName] = FUNCTIONS, page: Page = PLAIN
) -> str:
    """The document as a page on its own, in one file.

    Args:
        document: What is written.
        functions: The names of functions, as the rulebook in use has them.
        page: Its language, the size of its type, what stands above and below.
    """
    large = f"body{{font-size:{page.size:g}pt}}" if page.size else ""
    header = f'<header class="running">{escape(page.header)}</header>' if page.header else ""
    footer = f'<footer class="running">{escape(page.footer)}</footer>' if page.footer else ""
    paper = f"@page{{size:{page.paper.removeprefix('us-')}}}"
    return (
        f'<!doctype html>\n<html lang="{escape(page.language)}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="generator" content="StepCalc">\n<link rel="icon" href="data:,">\n'
        f"<title>{escape(document.title or title_of(document, functions))}</title>\n"
        f"<style>\n{_style('style.css')}{_style('page.css')}{paper}{large}\n</style>\n</head>\n<body>\n"
        f"{header}<main>\n{_body(document, functions, 1)}\n</main>{footer}\n</body>\n</html>\n"
    )


def title_of(document: Document, functions: Mapping[str, FunctionName] = FUNCTIONS) -> str:
    """The first heading as one line of text, its formulas cut to size."""
    heading = next((block for block in document.blocks if isinstance(block, Heading)), None)
    if heading is None:
        return "StepCalc"
    parts = (
        part.text
        if isinstance(part, Words)
        else one_line(shorten(part.form, _LONGEST_TITLE), functions=functions).replace(QUOTED_DOTS, "…")
        for part in heading.content
    )
    return " ".join("".join(parts).split())


@cache
def _style(name: str) -> str:
    return files("stepcalc.render").joinpath(name).read_text(encoding="utf-8")


def _body(document: Document, functions: Mapping[str, FunctionName], level: int) -> str:
    writer = _Writer(functions, document.notation, level)
    return f'<div class="stepcalc">\n{writer.blocks(document.blocks)}\n</div>'


class _Writer(Writer):
    """Writes blocks; the level of the headings follows from how deep a step is nested."""

    def __init__(self, functions: Mapping[str, FunctionName], notation: str, level: int) -> None:
        super().__init__(functions, notation)
        self.math = MathML(functions, notation)
        self.level = level
        self.last = level - 1
        self.titles = 0

    def blocks(self, blocks: Iterable[Block]) -> str:
        return "\n".join(self._top(nested(blocks)))

    def _top(self, parts: Iterable[Block | StepTree]) -> Iterator[str]:
        """What stands in no step or is one; lines that belong to one before them are set in."""
        for part in parts:
            further = 0 if isinstance(part, StepTree) else depth_of(part)
            written = "\n".join(self._parts([part]))
            yield f'<div class="in{min(further, _FURTHEST)}">{written}</div>' if further > 0 else written

    def _parts(self, parts: Iterable[Block | StepTree | Substeps]) -> Iterator[str]:
        for part in parts:
            match part:
                case StepTree():
                    yield '<section class="step">'
                    yield from self.step_head(part.head, part.depth)
                    yield from self._parts(part.parts)
                    yield "</section>"
                case Substeps():
                    yield f"<details open><summary>{escape(_summary(part.numbers))}</summary>"
                    yield from self._parts(part.parts)
                    yield "</details>"
                case _:
                    yield from self.lines([part])

    def _heading(self, further: int) -> str:
        """A heading so much below the first; no level is left out on the way down."""
        self.last = max(min(self.level + further, self.last + 1, 6), 1)
        return f"h{self.last}"

    def inline(self, content: Inline) -> str:
        return _joined(super().inline(content))

    def formula(self, formula: Formula) -> str:
        return self.math.inline(formula)

    def line(self, *formulas: Formula | None, after: str = "") -> str:
        """Equal expressions as a line of their own."""
        inside, wide = self.math.display(*formulas)
        # What scrolls must be reached by the keyboard, too.
        return f'<div class="eq"{_REACHED if wide else ""}>{inside}{after}</div>'

    def words(self, part: Words) -> str:
        tag = _TAGS.get(part.role)
        if part.role == "code":
            text = escape(part.text).replace("_", "_<wbr>")  # a long name is broken there on a phone
        else:
            text = self.sentence(part.text, law=part.role == "law")
        return text if tag is None else f"<{tag[0]}>{text}</{tag[1]}>"

    def heading(self, block: Heading) -> Iterator[str]:
        tag = self._heading(1 if self.titles else 0)
        again = " again" if self.titles else ""
        self.titles += 1
        yield f'<{tag} class="title{again}">{self.inline(block.content)}</{tag}>'

    def prose(self, block: Prose) -> Iterator[str]:
        if block.role == "tree":
            yield _branch("".join(part.text for part in block.content if isinstance(part, Words)))
            return
        inside = self.inline(block.content)
        if block.role == "instruction":
            with self.as_typed():
                inside = self.inline(block.content)
        if block.role == "strong":
            inside = f"<strong>{inside}</strong>"
        role = f' class="{block.role}"' if block.role in ("note", "warning") else ""
        yield f"<p{role}>{inside}</p>"

    def step_head(self, block: StepHead, depth: int = 0) -> Iterator[str]:
        tag = self._heading(1 + depth)
        label = self.inline(block.label) + (" &ensp;" if block.title else "") if block.label else ""
        named = self.named(block.title, block.subject)
        number = f'<span class="number">{block.number}</span>' if block.number else ""
        parts = [f'<{tag} class="name">{number}{label}{named}</{tag}>']
        if block.failed:
            parts.append(f'<p class="warning">{escape(say("step-failed"))}</p>')
        if block.law:
            parts.append(f'<p class="law">{self.sentence(block.law, law=True)}</p>')
        if block.bindings:
            said = [
                f"<span>{escape(name)}{self.formula(formula)}"
                for name, formula in (bound(*binding) for binding in block.bindings)
            ]
            parts.append(f'<p class="bound">{",</span> ".join(said)}</span></p>')
        yield f'<div class="head">{"".join(parts)}</div>'

    def text(self, text: str) -> str:
        return escape(text).replace("   ", " &emsp;")

    def maths(self, piece: Maths) -> str:
        return self.math.written(in_latex(piece, self.functions), len(piece.text))

    def equation(self, block: Equation) -> Iterator[str]:
        note = f' &emsp;<span class="note">{self.inline(block.note)}</span>' if block.note else ""
        yield self.line(block.left, block.right, after=note)

    def chain(self, block: Chain) -> Iterator[str]:
        yield f'<ol class="chain"><li class="start">{self.line(block.start)}</li>'
        for line in block.lines:
            note = f'<span class="rule">{self.named(line.note, line.subject)}</span>'
            yield f"<li>{self.line(None, line.right)}{note}</li>"
        yield "</ol>"

    def answer(self, block: Answer) -> Iterator[str]:
        tag = self._heading(1)
        yield f'<section class="answer"><{tag} class="name">{escape(say("answer"))}</{tag}>'
        yield self.line(*block.forms)
        if block.domain:
            yield f"<p>{self.inline(block.domain)}</p>"
        yield "</section>"

    def fold(self, block: Fold) -> Iterator[str]:
        inside = _Writer(self.functions, self.math.notation, self.level + 1).blocks(block.blocks)
        yield f"<details><summary>{self.inline(block.summary)}</summary>{inside}</details>"

    def table(self, block: Table) -> Iterator[str]:
        yield f'<div class="wide"{_REACHED if _is_wide(block) else ""}><table>'
        if any(block.headings):
            heads = "".join(f'<th scope="col">{self.sentence(head)}</th>' for head in block.headings)
            yield f"<thead><tr>{heads}</tr></thead>"
        yield "<tbody>"
        for row in block.rows:
            yield "<tr>" + "".join(f"<td{_short(cell)}>{self.inline(cell)}</td>" for cell in row) + "</tr>"
        yield "</tbody></table></div>"

    def figure(self, block: Figure) -> Iterator[str]:
        yield f'<figure><img alt="{escape(block.alt)}" src="{data_of(block)}">'
        if block.caption:
            yield f"<figcaption>{self.inline(block.caption)}</figcaption>"
        yield "</figure>"

    def title(self, block: Title) -> Iterator[str]:
        with self.as_typed():
            yield f"<h{block.level}>{self.inline(block.content)}</h{block.level}>"
        self.level, self.last = block.level + 1, block.level

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
        with self.as_typed():
            yield f"<div>{self.inline(block.content)}</div>{marks}</div>"
        if block.blocks:
            yield f'<div class="below">{self.blocks(block.blocks)}</div>'
        yield "</section>"


_TAGS: Final = {
    "strong": ("strong", "strong"),
    "rule": ("strong", "strong"),
    "code": ("code", "code"),
    "note": ('span class="note"', "span"),
    "warning": ('strong class="warning"', "strong"),
}
"""How words are marked up, by their role."""


def _joined(written: str) -> str:
    """Formulas kept on one line with the bracket or the comma beside them, for browsers would break there."""
    if "<math" not in written:
        return written
    parts = _FORMULA.split(written)
    for place in range(1, len(parts), 2):
        before, after = parts[place - 1], parts[place + 1]
        opening = before[-1:] if before[-1:] in ("(", "[") else ""
        closing = after[: len(after) - len(after.lstrip(_CLOSING))]
        if opening or closing:
            parts[place - 1] = before[: len(before) - len(opening)]
            parts[place + 1] = after[len(closing) :]
            parts[place] = f'<span class="tight">{opening}{parts[place]}{closing}</span>'
    return "".join(parts)


_FORMULA: Final = re.compile(r"(<math.*?</math>)", re.DOTALL)
_CLOSING: Final = ")].,;:!?"


def data_of(figure: Figure) -> str:
    """A picture as an address that holds it, so that nothing is fetched."""
    from base64 import b64encode

    return "data:image/svg+xml;base64," + b64encode(figure.drawing.svg().encode()).decode()


def _is_wide(block: Table) -> bool:
    """Whether a table may be wider than a phone."""
    return any(
        sum(len(part.text) if isinstance(part, Words) else size(part.form) for cell in row for part in cell)
        > _LONGEST_ROW
        for row in block.rows
    )


def _short(cell: Inline) -> str:
    """Numbers and names are not broken at their hyphens."""
    plain = all(isinstance(part, Words) for part in cell)
    length = sum(len(part.text) for part in cell if isinstance(part, Words))
    return ' class="short"' if plain and length <= _LONGEST_NUMBER else ""


def _branch(text: str) -> str:
    """A line of a tree; its lines are for the eye only."""
    drawn = len(text) - len(text.lstrip(" │├└─"))
    return f'<p class="tree"><span aria-hidden="true">{text[:drawn]}</span>{escape(text[drawn:])}</p>'


def _summary(numbers: tuple[int, ...]) -> str:
    """What a group of substeps is called: "Step 2", "Steps 2 to 5"."""
    if not numbers:
        return say("fold-as-before")
    first, last = min(numbers), max(numbers)
    return say("fold-step", number=first) if first == last else say("fold-steps", first=first, last=last)
