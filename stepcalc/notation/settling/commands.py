"""Commands of LaTeX: fractions, roots and cases."""

from __future__ import annotations

from stepcalc.notation.scanning import Mark
from stepcalc.notation.settling.endings import end_arguments, end_expression, need_operand
from stepcalc.notation.settling.operands import begin
from stepcalc.notation.settling.parts import one_token_ended, open_part
from stepcalc.notation.settling.state import State


def latex_command(state: State, mark: Mark) -> None:
    """A command that is no name and no sign."""
    match mark.value:
        case "frac":
            begin(state, mark)
            state.put("FRACTION", mark)
            open_part(state, mark, 1)
        case "sqrt":
            begin(state, mark)
            if state.next_is("["):
                state.place += 1
                state.put("INDEXED_ROOT", mark)
                open_part(state, mark, 1).closing = "]"
            else:
                state.put("RADICAL", mark, 2)
                open_part(state, mark, 0)
        case "begin cases":
            begin(state, mark)
            state.put("FUNCTION", mark, "piecewise")
            state.push("cases", "", state.put_in("CALL_OPEN", mark.end), mark)
            state.push("row", "", state.put_in("LIST_OPEN", mark.end), mark)
        case "end cases":
            _end_cases(state, mark)
        case _:
            raise state.fail_at("unknown-command", mark, command=state.typed(mark), hint="")


def in_cases(state: State, mark: Mark) -> None:
    """The parts of a row are set apart by &, the rows by a double backslash."""
    if state.innermost().kind != "row":
        raise state.fail_at("unknown-sign", mark, sign=state.typed(mark))
    end_expression(state, mark)
    if mark.value == "&":
        state.put("COMMA", mark)
        state.ended = False
        return
    state.put("CLOSE", mark)
    state.frames.pop()
    if state.mark.value == "end cases":
        return
    state.put("COMMA", mark)
    state.push("row", "", state.put("LIST_OPEN", mark), mark)


def _end_cases(state: State, mark: Mark) -> None:
    """The last row ends, and with it the cases."""
    if state.innermost().kind == "row":
        need_operand(state, mark)
        end_arguments(state, "argument", "term")
        state.frames.pop()
        state.put_in("CLOSE", mark.start)
    if state.innermost().kind != "cases":
        raise state.fail_at("unknown-command", mark, command=state.typed(mark), hint="")
    state.frames.pop()
    state.put("CLOSE", mark)
    one_token_ended(state, mark)
