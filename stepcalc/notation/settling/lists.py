"""Commas: where they part the entries of a list, and where they were meant for a decimal point."""

from __future__ import annotations

from stepcalc.errors import ReadError
from stepcalc.notation.scanning import Mark
from stepcalc.notation.settling.endings import end_arguments, end_expression, need_operand
from stepcalc.notation.settling.state import State


def comma(state: State, mark: Mark) -> None:
    """A comma between the entries of a list, the arguments of a function, or the components of a vector."""
    frame = state.innermost()
    between_digits = (
        state.place > 1 and state.marks[state.place - 2].kind == "number" and state.mark.kind == "number"
    ) and not (mark.gap or state.mark.gap)
    if frame.kind == "row" and (state.next_is("&", "\\\\") or state.mark.kind == "command"):
        return
    allowed = frame.kind in ("group", "call") or (frame.kind == "whole" and state.vector)
    if between_digits and (not allowed or not frame.several):
        raise _comma_in_number(state, state.marks[state.place - 2], state.mark)
    if not allowed:
        raise state.fail_at("list-not-here", mark)
    end_expression(state, mark)
    frame.listed = True
    if frame.kind == "group":
        frame.opening.kind = "LIST_OPEN"
    state.put("COMMA", mark)
    state.ended = False
    state.inside = frame.slashes = 0


def _comma_in_number(state: State, before: Mark, behind: Mark) -> ReadError:
    """What to say of 0,5 and of 10,000."""
    left, right = state.typed(before), state.typed(behind)
    thousands = len(left) <= 3 and left[0] != "0" and len(right) == 3
    error = state.fail(
        "thousands-comma" if thousands else "decimal-comma", before.start, behind.end,
        number=f"{left}.{right}", whole=left + right,
    )  # fmt: skip
    error.suggestion = left + right if thousands else f"{left}.{right}"
    return error


def ellipsis(state: State, mark: Mark) -> None:
    """The dots of a law that holds for any number of parts."""
    if not state.known.law:
        raise state.fail_at("unknown-sign", mark, sign=state.typed(mark))
    need_operand(state, mark)
    end_arguments(state, "argument", "term")
    state.put("ELLIPSIS", mark)
