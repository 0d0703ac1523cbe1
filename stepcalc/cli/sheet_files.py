"""Where a sheet goes: a file for each version and for each of problems, answers and solutions, or standard output."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from stepcalc.cli.output import SAMPLE, text_width
from stepcalc.cli.report import notice
from stepcalc.errors import UsageError
from stepcalc.messages import say

if TYPE_CHECKING:
    from stepcalc.sheets.filling import Filled, Tick
    from stepcalc.sheets.plan import Sheet, Show

FAILED_CHECK: Final = 3
_SUFFIXES: Final = {"problems": "", "answers": "-answers", "solutions": "-key"}


@dataclass(frozen=True, slots=True)
class Target:
    """One file of a sheet: which version, what is shown, where it goes (``None``: standard output)."""

    version: int
    show: Show
    file: Path | None


def write_sheet(
    sheet: Sheet,
    *,
    format: str | None,
    output: str | None,
    force: bool,
    ascii: bool,
    workers: int | None,
    replaced: Sequence[int] = (),
) -> int:
    """Build a sheet and write it.

    Args:
        sheet: The plan.
        format: The name of the format; that of the file's ending, or text, if not given.
        output: The file; standard output if not given.
        force: Whether to overwrite files.
        ascii: Whether text keeps to ASCII.
        workers: How many processes work; as many as there are cores, if not given.
        replaced: The numbers of problems to be drawn anew.

    Returns:
        The exit status.
    """
    from stepcalc.render.files import may_write, write_whole
    from stepcalc.sheets.exports import EXPORTS, format_named
    from stepcalc.sheets.filling import count, fill

    base = Path(output) if output and output != "-" else None
    name = format_named(format, base)
    # Places are settled before the work: a file that may not be written is said at once.
    _require(name, base)
    by_show = name not in EXPORTS or EXPORTS[name].by_show
    targets = _targets(sheet, base, by_show=by_show)
    for target in targets:
        if target.file is not None:
            may_write(target.file, force=force)
    hands = workers or os.cpu_count() or 1
    if name == "jsonl" and _can_stream(sheet, replaced):
        return _stream(sheet, base, hands)
    with _progress(count(sheet)) as tick:
        versions = fill(sheet, workers=hands, replaced=replaced, tick=tick)
    plain = ascii or (base is None and not _has_characters())
    contents = [
        (target, _content(versions[target.version], target.show, name, sheet, plain)) for target in targets
    ]
    for target, content in contents:
        if target.file is not None:
            write_whole(target.file, content)
        else:
            _print(content)
    return _status(versions)


def _require(name: str, base: Path | None) -> None:
    """Say what to install before any work is done, and that bytes are not for a terminal."""
    from stepcalc.render.formats import require
    from stepcalc.sheets.exports import EXPORTS

    if name in EXPORTS:
        export = EXPORTS[name]
        export.require()
        binary, ending = export.binary, export.ending
    else:
        format = require(name)
        binary, ending = format.binary, format.endings[0] if format.endings else ""
    if binary and base is None and sys.stdout.isatty():
        raise UsageError(say("format-to-file", name=name, example=f"sheet{ending}"), code="format-to-file")


def _targets(sheet: Sheet, base: Path | None, *, by_show: bool) -> list[Target]:
    """The files: the letter of the version and, where there are several, what is shown go into their names."""
    shown: Sequence[Show] = sheet.show if by_show else sheet.show[:1]
    found = []
    for version in range(sheet.versions):
        letter = f"-{chr(ord('A') + version)}" if sheet.versions > 1 else ""
        for show in shown:
            suffix = _SUFFIXES[show] if len(shown) > 1 else ""
            file = base.with_name(f"{base.stem}{letter}{suffix}{base.suffix}") if base else None
            found.append(Target(version, show, file))
    return found


def _content(filled: Filled, show: Show, name: str, sheet: Sheet, ascii: bool) -> str | bytes:
    from stepcalc.render.formats import written
    from stepcalc.rulebook.book import default_book
    from stepcalc.sheets.exports import EXPORTS
    from stepcalc.sheets.laying_out import document, page

    fade = sheet.fade if show == _faded(sheet) else None
    if name in EXPORTS:
        chosen = {"show": show, "fade": fade} if EXPORTS[name].by_show else {}
        return EXPORTS[name].write(filled, **chosen)
    paged = page(filled, width=text_width(), ascii=ascii)
    functions = default_book().functions
    found = written(document(filled, show, fade=fade), name, functions=functions, page=paged)
    return found if isinstance(found, bytes) else found.rstrip("\n") + "\n"


def _faded(sheet: Sheet) -> Show:
    """Which of the files has faded solutions: what students get, if there is such a file."""
    return "problems" if "problems" in sheet.show else "solutions"


def _print(content: str | bytes) -> None:
    if isinstance(content, bytes):
        sys.stdout.flush()
        sys.stdout.buffer.write(content)
    else:
        sys.stdout.write(content if content.endswith("\n") else content + "\n")


def _status(versions: Sequence[Filled]) -> int:
    """The exit status: a solution with a step that failed its check is still written, and said."""
    failed = [
        worked.problem.question
        for filled in versions
        for worked in filled.problems
        if worked.status == "failed"
    ]
    for question in failed:
        notice(say("sheet-failed", question=question))
    return FAILED_CHECK if failed else 0


# ------------------------------------------------------------------------------------------ many problems


def _can_stream(sheet: Sheet, replaced: Sequence[int]) -> bool:
    drawn = all(entry.is_drawn for entry in sheet.entries)
    return drawn and sheet.versions == 1 and sheet.order == "given" and not replaced


def _stream(sheet: Sheet, base: Path | None, workers: int) -> int:
    """Write problems as they are made, in little memory however many there are."""
    from stepcalc.render.files import whole
    from stepcalc.sheets.exports.lines import stream
    from stepcalc.sheets.filling import count

    with _progress(count(sheet)) as tick:
        lines = stream(sheet, workers=workers, tick=tick)
        if base is None:
            for line in lines:
                sys.stdout.write(line)
        else:
            with whole(base) as file:
                for line in lines:
                    file.write(line.encode())
    return 0


@contextmanager
def _progress(total: int) -> Iterator[Tick]:
    """A bar on standard error, where someone is watching; an interruption is heeded when a problem is done."""
    with _interruptible() as check, _bar(total) as advance:

        def tick() -> None:
            check()
            advance()

        yield tick


@contextmanager
def _interruptible() -> Iterator[Tick]:
    """A check that raises KeyboardInterrupt if there was one.

    Raised at once it could come while Python clears up an object that is no longer used, of which there are
    many here, and would be lost. A second interruption does not wait.
    """
    from threading import current_thread, main_thread

    if current_thread() is not main_thread():
        yield lambda: None
        return
    interrupted = False

    def note(*_: object) -> None:
        nonlocal interrupted
        if interrupted:
            raise KeyboardInterrupt
        interrupted = True

    def check() -> None:
        if interrupted:
            raise KeyboardInterrupt

    before = signal.signal(signal.SIGINT, note)
    try:
        yield check
        check()
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def _bar(total: int) -> Iterator[Tick]:
    """The bar, which is drawn when a problem is done and not by a thread of its own: processes are forked here."""
    if not sys.stderr.isatty() or os.environ.get("TERM") == "dumb":
        yield lambda: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True, auto_refresh=False) as bar:
        task = bar.add_task(say("sheet-working"), total=total)

        def advance() -> None:
            bar.advance(task)
            bar.refresh()

        yield advance


def _has_characters() -> bool:
    from stepcalc.notation.unicode import can_encode

    return can_encode(SAMPLE, getattr(sys.stdout, "encoding", None))
