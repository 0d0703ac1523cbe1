"""Faded worked examples: the first steps of a solution are printed, the others left blank for the reader."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from stepcalc.messages import say
from stepcalc.render.document import (
    LINE_HEIGHT,
    Block,
    Chain,
    Space,
    StepHead,
    Table,
    Words,
)

LINES_FOR_A_STEP: Final = 2
"""How many lines are left for a step."""


def faded(working: Iterable[Block], closing: Iterable[Block], steps: int) -> Iterator[Block]:
    """A solution of which so many steps are printed.

    Args:
        working: The blocks of the steps.
        closing: The blocks of the answer.
        steps: How many steps, lines of a chain or rows of a table are printed.

    Yields:
        The blocks of these; for every other step its number and room to write in; room for the answer, unless
        nothing was left blank.

    Examples:
        >>> from stepcalc.render.document import Prose, words
        >>> blocks = [StepHead(1, "Sum rule"), StepHead(2, "Power rule"), Prose(words("Put it back."))]
        >>> [type(block).__name__ for block in faded(blocks, [], 1)]
        ['StepHead', 'Space', 'Space']
    """
    blank, rows = False, False
    for block in working:
        match block:
            case StepHead(number=number, depth=depth) if number > steps:
                blank = True
                yield Space("lines", LINES_FOR_A_STEP * LINE_HEIGHT, str(number), depth)
            case Chain(start=start, lines=lines):
                yield Chain(start, lines[:steps])
                for _ in lines[steps:]:
                    blank = True
                    yield Space("lines", LINE_HEIGHT, "=", 1)
            case _ if not blank:
                yield block
    closing = tuple(closing)
    for block in closing:
        if isinstance(block, Table):
            rows = len(block.rows) > steps
            yield _faded_table(block, steps)
    if blank or rows:
        yield Space("lines", LINE_HEIGHT, say("answer"))
        return
    for block in closing:
        if not isinstance(block, Table):
            yield block


def _faded_table(table: Table, steps: int) -> Table:
    """A table with its first rows; of the others the first cell alone."""
    blank = (Words("_" * 12),)
    rows = [
        row if place < steps else (row[0], *(blank for _ in row[1:])) for place, row in enumerate(table.rows)
    ]
    return Table(table.headings, tuple(rows))
