r"""A document as LaTeX: a fragment for a page of one's own, or a whole file that LaTeX compiles."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from stepcalc.messages import say
from stepcalc.notation.forms import size
from stepcalc.notation.functions import FUNCTIONS, FunctionName
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
    words,
)
from stepcalc.render.latexdoc import in_latex
from stepcalc.render.latexwords import in_text
from stepcalc.render.mathwords import Maths
from stepcalc.render.mathwords import in_latex as in_math
from stepcalc.render.page import PLAIN, Page
from stepcalc.render.writing import Writer, bound

INDENT: Final = 1.6
"""How far, in ems, a step is set in for each level."""

DEEPEST: Final = 6
"""Steps nested deeper than this are not indented further."""

MOST_ROWS: Final = 30
"""How many rows of a table stand in one piece, which no page breaks."""

MOST_BROKEN_ROWS: Final = 6
"""The same for rows whose cells have several lines."""

WIDEST: Final = 84
"""A table with more characters in a line than this has columns that are broken."""

_LINE: Final = (
    r"\providecommand{\stepline}[2]{{\raggedright\leftskip=#1em\relax\hangindent=2em\noindent #2\par}}"
    r"\providecommand{\stepbox}[1]{\par\noindent\fbox{\parbox"
    r"{\dimexpr\linewidth-2\fboxsep-2\fboxrule}{\raggedright #1}}\par}"
)
"""A line of working, set in; formulas in it may be broken at their outermost signs. And the box of an answer."""

_TYPE_SIZES: Final = ((10.5, "10pt"), (11.5, "11pt"))


def latex_fragment(
    document: Document, *, functions: Mapping[str, FunctionName] = FUNCTIONS, page: Page = PLAIN
) -> str:
    """The document as a piece of LaTeX, for a page with the packages ``amsmath``, ``amssymb`` and ``array``.

    Args:
        document: What is written.
        functions: The names of functions, as the rulebook in use has them.
        page: How pages are set up; a fragment leaves that to the page it is put on.
    """
    return f"{_LINE}\n{_Writer(functions, document.notation).blocks(document.blocks)}"


def inline_text(
    content: Inline, *, functions: Mapping[str, FunctionName] = FUNCTIONS, notation: str = "leibniz"
) -> str:
    """Words and formulas in a row, for a paragraph."""
    return _Writer(functions, notation).inline(content)


def latex_document(
    document: Document, *, functions: Mapping[str, FunctionName] = FUNCTIONS, page: Page = PLAIN
) -> str:
    """The document as a file that ``pdflatex``, ``xelatex`` and ``lualatex`` compile.

    Args:
        document: What is written.
        functions: The names of functions, as the rulebook in use has them.
        page: Its paper, the size of its type, its columns, what stands above and below.
    """
    body = latex_fragment(document, functions=functions, page=page)
    return f"{preamble(page, document.title)}\n\\begin{{document}}\n{body}\n\\end{{document}}\n"


def preamble(page: Page, title: str = "") -> str:
    """What stands before the document."""
    paper = {"a4": "a4paper", "us-letter": "letterpaper"}[page.paper]
    wanted = page.size or 11
    usual = next((name for most, name in _TYPE_SIZES if wanted < most), "12pt")
    large = f"\\AtBeginDocument{{\\fontsize{{{wanted:g}}}{{{1.25 * wanted:g}}}\\selectfont}}\n" * (
        wanted > 12
    )
    columns = ",twocolumn" if page.columns > 1 else ""
    running = page.header or page.footer
    lines = [
        rf"\documentclass[{paper},{usual}{columns}]{{article}}",
        r"\usepackage{iftex}",
        r"\ifpdftex\usepackage[T1]{fontenc}\usepackage[utf8]{inputenc}\fi",
        r"\IfFileExists{lmodern.sty}{\usepackage{lmodern}}{}",
        r"\usepackage{amsmath,amssymb,array,textcomp}",
        r"\usepackage[margin=2.2cm]{geometry}",
        r"\setcounter{MaxMatrixCols}{30}",
        r"\setlength{\parindent}{0pt}\setlength{\parskip}{4pt plus 2pt}",
        r"\allowdisplaybreaks",
    ]
    if running:
        lines += [
            r"\usepackage{fancyhdr}\pagestyle{fancy}\fancyhf{}\renewcommand{\headrulewidth}{0pt}",
            rf"\fancyhead[L]{{{in_text(page.header)}}}\fancyfoot[L]{{{in_text(page.footer)}}}\fancyfoot[R]{{\thepage}}",
        ]
    if title:
        lines.append(rf"\title{{{in_text(title)}}}")
    return "\n".join(lines) + "\n" + large.rstrip("\n")


_FILLED: Final = 0.92
"""How much of the line the columns of a table share, without the gaps between them."""

_SHARE_OF_A_LETTER: Final = 1 / 75


class _Writer(Writer):
    def inline(self, content: Inline) -> str:
        return super().inline(content).replace("$ = $", " = ")

    def text(self, text: str) -> str:
        return in_text(text).replace("   ", r"\quad{}")

    def formula(self, formula: Formula) -> str:
        return f"${in_latex(formula, self.functions, self.notation)}$"

    def line(self, *formulas: Formula | None) -> str:
        """Equal expressions, set as large as on a line of their own."""
        parts = (in_latex(each, self.functions, self.notation) if each else "" for each in formulas)
        return rf"$\displaystyle {' = '.join(parts)}$"

    def words(self, part: Words) -> str:
        text = in_text(part.text) if part.role == "code" else self.sentence(part.text, law=part.role == "law")
        command = _COMMANDS.get(part.role)
        return rf"\{command}{{{text}}}" if command and text.strip() else text

    def maths(self, piece: Maths) -> str:
        return f"${in_math(piece, self.functions)}$"

    def heading(self, block: Heading) -> Iterator[str]:
        yield rf"\par\medskip{{\large {self.inline(block.content)}\par}}\smallskip"

    def prose(self, block: Prose) -> Iterator[str]:
        inside = self.inline(block.content)
        if block.role in ("tree", "instruction"):
            with self.as_typed():
                inside = self.inline(block.content)
        if block.role == "tree":
            inside = inside.replace(" ", r"\enspace{}")
        yield _line(block.depth, rf"\textbf{{{inside}}}" if block.role == "strong" else inside)

    def step_head(self, block: StepHead) -> Iterator[str]:
        label = self.inline(block.label) + (r"\quad " if block.title else "") if block.label else ""
        number = rf"{block.number}\quad " if block.number else ""
        parts = [rf"\textbf{{{number}{label}{self.named(block.title, block.subject)}}}"]
        if block.failed:
            parts.append(rf"\textbf{{{in_text(say('step-failed'))}}}")
        if block.law:
            parts.append(rf"\textit{{{self.sentence(block.law, law=True)}}}")
        if block.bindings:
            named = (bound(*binding) for binding in block.bindings)
            parts.append(r",\ ".join(in_text(name) + self.formula(formula) for name, formula in named))
        yield r"\smallskip" + _line(block.depth, r"\qquad ".join(parts))

    def equation(self, block: Equation) -> Iterator[str]:
        note = rf"\qquad {self.inline(block.note)}" if block.note else ""
        yield _line(block.depth + 1, self.line(block.left, block.right) + note)

    def chain(self, block: Chain) -> Iterator[str]:
        yield _line(0, self.line(block.start))
        for line in block.lines:
            note = rf" \hspace*{{1em plus 1fill}}\textit{{{self.sentence(line.note)}}}" if line.note else ""
            subject = f" {self.formula(line.subject)}" if line.subject else ""
            yield _line(1, self.line(None, line.right) + note + subject)

    def answer(self, block: Answer) -> Iterator[str]:
        domain = rf"\qquad {self.inline(block.domain)}" if block.domain else ""
        inside = rf"\textbf{{{in_text(say('answer'))}}}\quad {self.line(*block.forms)}{domain}"
        yield rf"\medskip\stepbox{{{inside}}}\smallskip"

    def fold(self, block: Fold) -> Iterator[str]:
        yield _line(block.depth, self.inline(block.summary))

    def table(self, block: Table) -> Iterator[str]:
        rows = [[self.inline(cell) for cell in row] for row in block.rows]
        columns = _columns(block)
        # A table is no longer than a page: a long one is cut into several of equal columns.
        most = MOST_ROWS if "p{" not in columns else MOST_BROKEN_ROWS
        for start in range(0, max(len(rows), 1), most):
            # Rows with fractions in them are further apart: LaTeX would let them touch.
            tall = any(r"\frac" in cell for row in rows for cell in row)
            stretch = r"\renewcommand{\arraystretch}{1.45}" if tall else ""
            yield rf"\par\smallskip{{{stretch}\begin{{tabular}}{{{columns}}}"
            if any(block.headings) and start == 0:
                yield (
                    " & ".join(rf"\textbf{{{self.sentence(head)}}}" for head in block.headings)
                    + r" \\ \hline"
                )
            for row in rows[start : start + most]:
                # After a line's end "[" would open the distance to the next one, and "*" forbid a break.
                yield ("{}" if row[:1] and row[0][:1] in ("[", "*") else "") + " & ".join(row) + r" \\"
            yield r"\end{tabular}\par}"
        yield r"\smallskip"

    def figure(self, block: Figure) -> Iterator[str]:
        # A picture is a file of its own, and this is one file: what is seen on it is said.
        yield _line(0, rf"\textit{{{in_text(block.alt)}}}")
        if block.caption:
            yield _line(0, self.inline(block.caption))

    def title(self, block: Title) -> Iterator[str]:
        large = "LARGE" if block.level == 1 else "Large"
        with self.as_typed():
            yield rf"\par\medskip{{\{large}\bfseries {self.inline(block.content)}\par}}\smallskip"

    def fields(self, block: Fields) -> Iterator[str]:
        places = (
            rf"{in_text(label)} \underline{{\hspace{{3cm}}}} {in_text(after)}".rstrip()
            for label, after in block.entries
        )
        yield _line(0, r"\qquad ".join(places))

    def space(self, block: Space) -> Iterator[str]:
        label = rf"\textbf{{{in_text(block.label)}}}\quad " if block.label else ""
        if block.kind == "blank":
            yield _line(block.depth, rf"{label}\rule{{0pt}}{{{block.centimetres:g}cm}}")
            return
        for place in range(block.lines):
            rule = r"\rule[-2pt]{0pt}{0.8cm}\hrulefill"
            yield _line(block.depth, (label if place == 0 else "") + rule)

    def problem(self, block: Problem) -> Iterator[str]:
        marks = rf"\qquad {in_text(block.marks)}" if block.marks else ""
        with self.as_typed():
            asked = rf"{{\everymath{{\displaystyle}}{self.inline(block.content)}}}"
        yield r"\medskip" + _line(0, rf"\textbf{{{in_text(block.label)}}}\quad {asked}{marks}")
        yield from self.lines(block.blocks)


_COMMANDS: Final = {"strong": "textbf", "rule": "textbf", "warning": "textbf", "code": "texttt"}
"""How words are set, by their role."""


def _columns(block: Table) -> str:
    """The columns of a table: as wide as they are, or, where that is too wide, in shares of the line."""
    rows = [tuple(words(head) for head in block.headings), *block.rows]
    count = max(map(len, rows), default=1) or 1
    longest = [
        max(sum(_length(part) for part in row[place]) if place < len(row) else 0 for row in rows)
        for place in range(count)
    ]
    if sum(longest) <= WIDEST and len(block.rows) <= MOST_ROWS:
        return "@{}" + "l" * count + "@{}"
    # A column is as wide as its longest word; what is left goes where the most is to be said.
    words_in = [
        max(max((_word(part) for part in row[place]), default=0) if place < len(row) else 0 for row in rows)
        for place in range(count)
    ]
    least = [_SHARE_OF_A_LETTER * each for each in words_in]
    left = max(_FILLED - sum(least), 0.0)
    whole = sum(longest) or 1
    shares = [own + left * each / whole for own, each in zip(least, longest, strict=True)]
    shrink = min(_FILLED / sum(shares), 1.0)
    return (
        "@{}"
        + "".join(rf">{{\raggedright\arraybackslash}}p{{{each * shrink:.3f}\linewidth}}" for each in shares)
        + "@{}"
    )


def _word(part: Words | Formula) -> int:
    """The length of the longest word; a formula breaks nowhere."""
    if isinstance(part, Formula):
        return _length(part)
    return max(map(len, part.text.split()), default=0)


def _length(part: Words | Formula) -> int:
    return len(part.text) if isinstance(part, Words) else 2 * size(part.form)


def _line(depth: int, inside: str) -> str:
    return rf"\stepline{{{INDENT * min(depth, DEEPEST):g}}}{{{inside}}}"
