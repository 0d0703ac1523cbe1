"""Brackets, bars and small raised characters: what opens, and which opening one a closing one belongs to."""

from __future__ import annotations

from typing import Final

from stepcalc.notation.forms import reference
from stepcalc.notation.parsing import Token
from stepcalc.notation.scanning import Mark
from stepcalc.notation.settling.conditions import holds_condition
from stepcalc.notation.settling.endings import end_expression, end_here, need_operand
from stepcalc.notation.settling.notes import note_product, note_root
from stepcalc.notation.settling.operands import begin
from stepcalc.notation.settling.parts import end_part, one_token_ended, wants_one_token
from stepcalc.notation.settling.state import CLOSING, Frame, State

_AWAITS: Final = {"exponent of a name", "base"}
"""What stands between a function and its argument."""


def open_bracket(state: State, mark: Mark) -> None:
    """A bracket opens: of a group, of a floor or ceiling, of a part of a fraction, of the number of a step."""
    value = str(mark.value)
    if wants_one_token(state) and value == "{":
        state.top.closing = "}"
        return
    if state.ended:
        begin(state, mark, bracket=True)
        note_product(state, mark)
    if value in "⌊⌈":
        state.put_in("FUNCTION", mark.start, "floor" if value == "⌊" else "ceiling")
        state.push("call", CLOSING[value], state.put("CALL_OPEN", mark), mark).several = False
    elif value == "[" and state.references and state.mark.kind == "number" and _is_reference(state):
        step = state.mark.value
        assert isinstance(step, int)
        state.out.append(Token("REFERENCE", reference(step), mark.start, state.marks[state.place + 1].end))
        state.place += 2
        one_token_ended(state, mark)
    else:
        state.push("group", CLOSING[value], state.put("OPEN", mark), mark).several = state.vector


def _is_reference(state: State) -> bool:
    """Whether a number alone stands in square brackets."""
    behind = state.marks[state.place + 1]
    return behind.kind == "sign" and behind.value == "]" and isinstance(state.mark.value, int)


def close_bracket(state: State, mark: Mark) -> None:
    """A bracket (or a superscript) ends, and with it every argument without brackets."""
    value = str(mark.value)
    frame = state.innermost()
    if frame.closing != value or (mark.kind == "lowered") != (not frame.closing):
        no_partner(state, mark, frame)
    if not (state.ended or (frame.listed and state.out[-1].kind == "COMMA" and frame.kind == "group")):
        need_operand(state, mark)
    end_here(state)
    state.frames.pop()
    if frame.kind == "part":
        end_part(state, frame, mark.end)
        return
    state.put("CLOSE", mark)
    if frame.kind in _AWAITS:
        state.function = frame.function
        state.ended = False
        return
    if frame.opening.kind == "TRUTH_OPEN":
        holds_condition(state)
    state.ended = True
    one_token_ended(state, mark)


def no_partner(state: State, mark: Mark, frame: Frame) -> None:
    """A closing bracket that does not belong to the innermost open one."""
    if frame.kind == "part":
        raise state.fail_at(
            "command-needs-braces", frame.opening, command=state.text[frame.start : frame.opening.end]
        )
    if frame.kind == "bar":
        raise state.fail("bar-never-closed", frame.start, frame.start + 1)
    if mark.kind == "lowered":
        raise state.fail_at("bracket-never-closed", frame.opening)
    if not frame.closing:
        raise state.fail_at("bracket-never-opened", mark)
    opening = state.text[frame.start]
    raise state.fail_at("wrong-bracket", mark, closing=state.typed(mark), opening=opening)


def bar(state: State, mark: Mark) -> None:
    """A bar opens an absolute value, or closes the innermost one."""
    frame = state.innermost()
    opens = not state.ended or frame.kind != "bar"
    if not opens and mark.value == "|":
        opens = mark.gap and not state.mark.gap and state.mark.kind not in ("end", "lowered")
        opens = opens and not (
            state.mark.kind == "sign" and state.mark.value not in ("(", "[", "{", "|", "√", "-")
        )
    if mark.value != "|":
        opens = mark.value == "|("
    if opens:
        begin(state, mark, bracket=True)
        state.put_in("FUNCTION", mark.start, "abs")
        state.push("bar", "|", state.put("CALL_OPEN", mark), mark).several = False
        return
    if frame.kind != "bar":
        raise state.fail_at("bar-never-opened", mark)
    end_expression(state, mark)
    state.frames.pop()
    state.put("CLOSE", mark)
    one_token_ended(state, mark)


def superscript(state: State, mark: Mark) -> None:
    """Small raised characters begin, behind an operand."""
    if not state.ended:
        raise state.fail_at(
            "cannot-begin", Mark("", "", mark.start, mark.start + 1), sign=state.text[mark.start]
        )
    state.go_inside(mark)
    note_root(state, mark)
    state.push("superscript", "", state.put("RAISED_OPEN", mark), mark)
