"""Where answers go: standard output in what it can show, or a file that is written whole or not at all."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from stepcalc.errors import StepcalcError, UsageError
from stepcalc.messages import say

if TYPE_CHECKING:
    from stepcalc.notation.functions import FunctionName
    from stepcalc.render.document import Document

ENDINGS: Final = {
    ".txt": "text",
    ".json": "json",
    ".tex": "latex",
    ".md": "markdown",
    ".html": "html",
    ".htm": "html",
}
SAMPLE: Final = "′·−²ⁿ√π≤≠∂"
"""An output that has these characters has what mathematics needs."""


class OverwriteError(StepcalcError):
    """The file to be written is there already."""

    exit_status = 4


@dataclass(frozen=True, slots=True)
class Sink:
    """Where and how answers are written.

    Args:
        format: One of the formats of ``--format``.
        file: The file, or ``None`` for standard output.
        ascii: Whether to keep to ASCII.
    """

    format: str
    file: Path | None
    ascii: bool


def sink(format: str | None, output: str | None, *, json: bool, ascii: bool, force: bool) -> Sink:
    """Settle format and place from the options.

    Raises:
        UsageError: The ending of the file says nothing about its format.
        OverwriteError: The file is there, and overwriting it was not asked for.
    """
    file = Path(output) if output and output != "-" else None
    chosen = "json" if json else format
    if chosen is None and file is not None:
        chosen = ENDINGS.get(file.suffix.lower())
        if chosen is None:
            raise UsageError(
                say("unknown-ending", file=file, endings=", ".join(ENDINGS)), code="unknown-ending"
            )
    if file is not None and file.exists() and not force:
        raise OverwriteError(say("file-exists", file=file), code="file-exists")
    return Sink(chosen or "text", file, ascii or (file is None and not _has_characters()))


def _has_characters() -> bool:
    from stepcalc.notation.unicode import can_encode

    return can_encode(SAMPLE, getattr(sys.stdout, "encoding", None))


def write_text(text: str, to: Sink) -> None:
    """Write lines of text to the sink's place."""
    if to.file is None:
        sys.stdout.write(text + "\n")
    else:
        write_whole(to.file, text + "\n")


def write_document(document: Document, functions: Mapping[str, FunctionName], to: Sink) -> None:
    """Write a document in the sink's format; in colour where someone is watching."""
    if to.format == "text" and to.file is None and _in_colour():
        from rich.console import Console

        from stepcalc.render.terminal import Shown

        Console(highlight=False, soft_wrap=True).print(Shown(document, functions, ascii=to.ascii))
        return
    write_text(_written(document, functions, to), to)


def _written(document: Document, functions: Mapping[str, FunctionName], to: Sink) -> str:
    match to.format:
        case "latex":
            from stepcalc.render.latexdoc import latex_display

            return latex_display(document, functions=functions)
        case "markdown":
            from stepcalc.render.markdown import markdown

            return markdown(document, functions=functions)
        case "html":
            from stepcalc.render.html import html_page

            return html_page(document, functions=functions)
    from stepcalc.render.plain import plain_text

    return plain_text(document, width=_width(), ascii=to.ascii, functions=functions)


def _in_colour() -> bool:
    watched = bool(getattr(sys.stdout, "isatty", lambda: False)())
    return (watched and os.environ.get("TERM") != "dumb") or bool(os.environ.get("FORCE_COLOR"))


def _width() -> int:
    from stepcalc.render.plain import WIDTH

    columns = os.environ.get("COLUMNS", "")
    return max(int(columns), 40) if columns.isdigit() else WIDTH


def write_whole(file: Path, text: str) -> None:
    """Write a file so that it is there in full or, if anything goes wrong, as it was before.

    Raises:
        UsageError: The place cannot be written to.
    """
    import tempfile

    try:
        handle, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
    except OSError as problem:
        raise _not_written(file, problem) from None
    try:
        with open(handle, "w", encoding="utf-8", newline="\n") as stream:  # noqa: PTH123
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        _readable_like_any_other(name)
        os.replace(name, file)  # noqa: PTH105
    except OSError as problem:
        Path(name).unlink(missing_ok=True)
        raise _not_written(file, problem) from None
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _readable_like_any_other(name: str) -> None:
    """Give a temporary file, which only its owner may read, the permissions that a new file would have."""
    mask = os.umask(0)
    os.umask(mask)
    Path(name).chmod(0o666 & ~mask)


def _not_written(file: Path, problem: OSError) -> UsageError:
    return UsageError(say("not-written", file=file, problem=problem.strerror or problem), code="not-written")


def close_broken_pipe() -> None:
    """Whoever read the output has seen enough: what is left goes nowhere, without a complaint."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
