"""A document for a terminal: the plain text's lines, with Rich's colours and the marked parts underlined."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from rich.console import Console, ConsoleOptions, RenderResult
from rich.segment import Segment
from rich.style import Style

from stepcalc.notation.functions import FUNCTIONS, FunctionName
from stepcalc.render.document import Document
from stepcalc.render.layout import Layout
from stepcalc.render.lines import Line, Run

_STYLES: Final = {
    "number": Style(bold=True, color="cyan"),
    "rule": Style(bold=True, color="cyan"),
    "law": Style(italic=True),
    "answer": Style(bold=True, color="green"),
    "note": Style(dim=True),
    "strong": Style(bold=True),
    "warning": Style(bold=True, color="red"),
    "code": Style(color="yellow"),
}
# Underlined, not only coloured: the mark is seen without colour, too.
_MARKED: Final = Style(underline=True, bold=True)


class Shown:
    """A document that Rich can print.

    Args:
        document: What is shown.
        functions: The names of functions, as the rulebook in use has them.
        ascii: Whether to do without characters outside ASCII; an output that lacks them decides for itself.
    """

    def __init__(
        self,
        document: Document,
        functions: Mapping[str, FunctionName] = FUNCTIONS,
        *,
        ascii: bool = False,
    ) -> None:
        self.document = document
        self.functions = functions
        self.ascii = ascii

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        layout = Layout(options.max_width, self.ascii or options.ascii_only, self.functions)
        for line in layout.lines(self.document):
            yield from _segments(line)
            yield Segment.line()


def _segments(line: Line) -> Iterator[Segment]:
    for run in line:
        yield Segment(run.text, _style(run))


def _style(run: Run) -> Style | None:
    style = _STYLES.get(run.role)
    if not run.marked:
        return style
    return _MARKED if style is None else style + _MARKED
