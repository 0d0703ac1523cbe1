"""Where answers go: standard output in what it can show, or a file that is written whole or not at all."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from stepcalc.errors import LimitError, UsageError
from stepcalc.messages import say

if TYPE_CHECKING:
    from stepcalc.notation.forms import Form
    from stepcalc.notation.functions import FunctionName
    from stepcalc.render.document import Document
    from stepcalc.render.page import Paper

MOST_WRITTEN: Final = 2_000_000
"""How many signs, letters and numbers an answer alone may have on its line."""

SAMPLE: Final = "′·−²ⁿ√π≤≠∂"
"""An output that has these characters has what mathematics needs."""


@dataclass(frozen=True, slots=True)
class Sink:
    """Where and how answers are written.

    Args:
        format: One of the formats of ``--format``.
        file: The file, or ``None`` for standard output.
        ascii: Whether to keep to ASCII.
        paper: The paper of formats that have pages.
        font_size: The size of type in points, if not the usual one.
    """

    format: str
    file: Path | None
    ascii: bool
    paper: Paper = "a4"
    font_size: float | None = None


def sink(
    format: str | None,
    output: str | None,
    *,
    json: bool,
    ascii: bool,
    force: bool,
    paper: Paper = "a4",
    font_size: float | None = None,
) -> Sink:
    """Settle format and place from the options.

    Raises:
        UsageError: The ending of the file says nothing about its format, or the format is bytes and there is
            no file for them.
        OverwriteError: The file is there, and overwriting it was not asked for.
        MissingExtraError: The format needs what is not installed.
    """
    file = Path(output) if output and output != "-" else None
    chosen = "json" if json else format
    if file is not None or chosen not in (None, "text", "json"):
        chosen = _settled(chosen, file, force=force)
    plain = ascii or (file is None and not _has_characters())
    return Sink(chosen or "text", file, plain, paper, font_size)


def _settled(chosen: str | None, file: Path | None, *, force: bool) -> str:
    """The format, once it is known that it can be written, and there."""
    from stepcalc.render.files import may_write
    from stepcalc.render.formats import format_of, require

    found = require(chosen or format_of(file).name) if file is not None else require(chosen or "text")
    if file is not None:
        may_write(file, force=force)
    elif found.binary and sys.stdout.isatty():
        example = f"answer{found.endings[0]}"
        raise UsageError(say("format-to-file", name=found.name, example=example), code="format-to-file")
    return found.name


def _has_characters() -> bool:
    from stepcalc.notation.unicode import can_encode

    return can_encode(SAMPLE, getattr(sys.stdout, "encoding", None))


def write_text(text: str, to: Sink) -> None:
    """Write lines of text to the sink's place."""
    _write(text + "\n", to)


def _write(content: str | bytes, to: Sink) -> None:
    if to.file is not None:
        from stepcalc.render.files import write_whole

        write_whole(to.file, content)
    elif isinstance(content, bytes):
        sys.stdout.flush()
        sys.stdout.buffer.write(content)
    else:
        sys.stdout.write(content)


def write_document(document: Document, functions: Mapping[str, FunctionName], to: Sink) -> None:
    """Write a document in the sink's format; in colour where someone is watching."""
    if to.format == "text" and to.file is None and _in_colour():
        from rich.console import Console

        from stepcalc.render.terminal import Shown

        Console(highlight=False, soft_wrap=True).print(Shown(document, functions, ascii=to.ascii))
        return
    from stepcalc.render.formats import written
    from stepcalc.render.page import Page

    page = Page(paper=to.paper, size=to.font_size, width=text_width(), ascii=to.ascii)
    content = written(document, to.format, functions=functions, page=page)
    _write(content if isinstance(content, bytes) else content.rstrip("\n") + "\n", to)


def write_answer(answer: Form, functions: Mapping[str, FunctionName], to: Sink) -> None:
    """Write an answer alone: as one line, or as a page with nothing else on it.

    Raises:
        LimitError: What the answer shares with itself would be written out too many times.
    """
    from stepcalc.render.shorten import Sizes

    size = Sizes()[answer]
    if size > MOST_WRITTEN:
        raise LimitError(say("answer-long", size=f"{size:,}", most=f"{MOST_WRITTEN:,}"), code="answer-long")
    match to.format:
        case "text":
            from stepcalc.notation.unicode import one_line

            write_text(one_line(answer, ascii=to.ascii, functions=functions), to)
        case "latex" | "markdown":
            from stepcalc.notation.latex import latex

            line = latex(answer, functions=functions)
            write_text(line if to.format == "latex" else f"${line}$", to)
        case _:
            from stepcalc.render.document import Answer, Document, Formula

            write_document(Document((Answer((Formula(answer),)),)), functions, to)


def _in_colour() -> bool:
    watched = bool(getattr(sys.stdout, "isatty", lambda: False)())
    return (watched and os.environ.get("TERM") != "dumb") or bool(os.environ.get("FORCE_COLOR"))


def text_width() -> int:
    """How many characters a line of text has: as many as the terminal says, or the usual number."""
    from stepcalc.render.plain import WIDTH

    columns = os.environ.get("COLUMNS", "")
    return max(int(columns), 40) if columns.isdigit() else WIDTH


def close_broken_pipe() -> None:
    """Whoever read the output has seen enough: what is left goes nowhere, without a complaint."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
