"""A document as Markdown with LaTeX between dollar signs, as GitHub and Jupyter set it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from stepcalc.messages import say
from stepcalc.notation.functions import FUNCTIONS, FunctionName
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
from stepcalc.render.html import data_of
from stepcalc.render.latexdoc import in_latex
from stepcalc.render.mathwords import Maths
from stepcalc.render.mathwords import in_latex as in_math
from stepcalc.render.page import PLAIN, Page
from stepcalc.render.writing import Writer, bound, equated

_NAMES: Final = ((r"\\", r"\cr"), (r"\,", r"\thinspace "), ("<", r"\lt "), (">", r"\gt "), ("|", r"\vert "))
"""Commands in the place of signs that Markdown takes for its own before the mathematics is looked at."""

_WIDTH: Final = 72
"""How wide a figure is drawn in characters."""

_SPECIAL: Final = str.maketrans({character: "\\" + character for character in r"\`*_{}[]<>#|$"})


def markdown(
    document: Document, *, functions: Mapping[str, FunctionName] = FUNCTIONS, pictures: bool = False
) -> str:
    """The document as Markdown.

    Args:
        document: What is written.
        functions: The names of functions, as the rulebook in use has them.
        pictures: Whether figures are pictures within the text, as notebooks show them; else they are drawn
            in characters, since GitHub shows no picture that is not a file.

    Examples:
        >>> from stepcalc.render.document import Heading, words
        >>> markdown(Document((Heading(words("Sum rule")),)))
        '### Sum rule'
    """
    writer = _Blocks(functions, document.notation, pictures=pictures)
    return writer.blocks(document.blocks)


def markdown_file(
    document: Document, *, functions: Mapping[str, FunctionName] = FUNCTIONS, page: Page = PLAIN
) -> str:
    """The document as a Markdown file, between what stands above and below a page."""
    body = markdown(document, functions=functions)
    header = f"*{page.header.translate(_SPECIAL)}*\n\n" if page.header else ""
    footer = f"\n\n---\n\n*{page.footer.translate(_SPECIAL)}*" if page.footer else ""
    return f"{header}{body}{footer}\n"


def _github(written: str) -> str:
    """LaTeX without the signs that Markdown takes for its own."""
    for sign, name in _NAMES:
        written = written.replace(sign, name)
    return written


class _Blocks(Writer):
    def __init__(
        self, functions: Mapping[str, FunctionName], notation: str, *, pictures: bool = False
    ) -> None:
        super().__init__(functions, notation)
        self.pictures = pictures

    def blocks(self, blocks: Iterable[Block]) -> str:
        """The blocks with an empty line between them, the lines of a tree one below the other."""
        written: list[str] = []
        before = False
        for block in blocks:
            tree = isinstance(block, Prose) and block.role == "tree"
            for text in self.lines([block]):
                written.extend(["\\\n" if tree and before else "\n\n"] if written else [])
                written.append(text)
            before = tree
        return "".join(written)

    def formula(self, formula: Formula) -> str:
        return _github(in_latex(formula, self.functions, self.notation))

    def inline(self, content: Inline) -> str:
        written = "".join(
            self.words(part) if isinstance(part, Words) else f"${self.formula(part)}$"
            for part in equated(content)
        )
        return written.replace("$ = $", " = ")

    def text(self, text: str) -> str:
        return text.translate(_SPECIAL)

    def maths(self, piece: Maths) -> str:
        return f"${_github(in_math(piece, self.functions))}$"

    def words(self, part: Words) -> str:
        """Words, in bold if they are that; the stars stand close to them."""
        text = (
            self.text(part.text) if part.role == "code" else self.sentence(part.text, law=part.role == "law")
        )
        inside = text.strip()
        if part.role not in ("strong", "warning", "rule") or not inside:
            return text
        return text.replace(inside, f"**{inside}**")

    def heading(self, block: Heading) -> Iterator[str]:
        yield f"### {self.inline(block.content).replace('**', '')}"

    def prose(self, block: Prose) -> Iterator[str]:
        inside = self.inline(block.content)
        if block.role in ("tree", "instruction"):
            with self.as_typed():
                inside = self.inline(block.content)
        if block.role == "tree":
            inside = inside.replace(" ", "\u00a0")
        yield f"**{inside.strip().replace('**', '')}**" if block.role == "strong" else inside

    def step_head(self, block: StepHead) -> Iterator[str]:
        failed = " " + say("step-failed") if block.failed else ""
        law = f" — {self.sentence(block.law, law=True)}" if block.law else ""
        said = ", ".join(
            name.translate(_SPECIAL) + f"${self.formula(formula)}$"
            for name, formula in (bound(*binding) for binding in block.bindings)
        )
        label = self.inline(block.label).replace("**", "") + (" — " if block.label and block.title else "")
        title = f"**({block.number}) {label}{self.named(block.title, block.subject)}**{failed}{law}"
        yield f"{title}: {said}" if said else title

    def named(self, title: str, subject: Formula | None) -> str:
        """The name of a rule, with the formula that it ends with."""
        return self.sentence(title) + (f" ${self.formula(subject)}$" if subject else "")

    def equation(self, block: Equation) -> Iterator[str]:
        left = self.formula(block.left) if block.left else ""
        yield f"$$\n{left} = {self.formula(block.right)}\n$$".replace("$$\n =", "$$\n=")
        if block.note:
            yield self.inline(block.note)

    def chain(self, block: Chain) -> Iterator[str]:
        rows = [rf"&{self.formula(block.start)}"]
        rows.extend(rf"&= {self.formula(line.right)} && {self.note(line)}" for line in block.lines)
        yield "$$\n\\begin{aligned}\n" + " \\cr\n".join(rows) + "\n\\end{aligned}\n$$"

    def note(self, line: ChainLine) -> str:
        """The rules of a line, inside of a display."""
        return rf"\text{{{line.note}}}" + (rf"\ {self.formula(line.subject)}" if line.subject else "")

    def answer(self, block: Answer) -> Iterator[str]:
        forms = " = ".join(self.formula(form) for form in block.forms)
        yield f"**{say('answer')}** ${forms}$ {self.inline(block.domain)}".rstrip()

    def fold(self, block: Fold) -> Iterator[str]:
        yield self.inline(block.summary)

    def table(self, block: Table) -> Iterator[str]:
        rows = [[self.sentence(head) for head in block.headings], ["---"] * len(block.headings)]
        rows.extend([self.inline(cell) for cell in row] for row in block.rows)
        yield "\n".join(f"| {' | '.join(row)} |" for row in rows)

    def figure(self, block: Figure) -> Iterator[str]:
        if self.pictures:
            yield f"![{block.alt.translate(_SPECIAL)}]({data_of(block)})"
        else:
            drawn = "\n".join(block.drawing.text(_WIDTH, ascii=False))
            yield f"```text\n{drawn}\n```"
        if block.caption:
            yield self.inline(block.caption)

    def title(self, block: Title) -> Iterator[str]:
        with self.as_typed():
            yield f"{'#' * block.level} {self.inline(block.content)}"

    def fields(self, block: Fields) -> Iterator[str]:
        blank = r"\_" * 16
        yield " &emsp; ".join(f"{label} {blank} {after}".strip() for label, after in block.entries)

    def space(self, block: Space) -> Iterator[str]:
        label = f"**({block.label})** " if block.label else ""
        if block.kind == "blank":
            yield (label + "<br>" * block.lines).strip()
        else:
            yield "<br>\n".join((label if place == 0 else "") + r"\_" * 40 for place in range(block.lines))

    def problem(self, block: Problem) -> Iterator[str]:
        marks = f" {block.marks.translate(_SPECIAL)}" if block.marks else ""
        with self.as_typed():
            yield f"**{block.label.translate(_SPECIAL)}** {self.inline(block.content)}{marks}"
        yield from self.lines(block.blocks)
