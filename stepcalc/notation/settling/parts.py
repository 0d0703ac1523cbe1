"""The parts of a LaTeX fraction or root, which may be one token without braces."""

from __future__ import annotations

from stepcalc.notation.scanning import Mark
from stepcalc.notation.settling.state import Frame, State


def wants_one_token(state: State) -> bool:
    r"""Whether a part of \frac or \sqrt begins here without braces."""
    return state.top.kind == "part" and not state.top.closing and not state.ended


def one_token_ended(state: State, mark: Mark) -> None:
    """An operand ended; if it was a part of a fraction without braces, so did that."""
    state.ended = True
    if state.top.kind == "part" and not state.top.closing:
        end_part(state, state.frames.pop(), mark.end)


def open_part(state: State, mark: Mark, parts: int) -> Frame:
    """A part begins, with ``parts`` more to come after it."""
    frame = state.push("part", "", state.put_in("OPEN", mark.end), mark)
    frame.parts = parts
    return frame


def end_part(state: State, frame: Frame, at: int) -> None:
    """A part of a fraction is complete; the next one begins, or the fraction ends."""
    while True:
        state.put_in("CLOSE", at)
        if frame.parts:
            open_part(state, Mark("", "", frame.start, at), frame.parts - 1)
            return
        state.ended = True
        if state.top.kind != "part" or state.top.closing:
            return
        frame = state.frames.pop()


def first_digit(state: State, mark: Mark) -> Mark:
    r"""\frac12 is \frac{1}{2}: split off the first digit, and read the rest again."""
    digits = state.typed(mark)
    if len(digits) < 2 or not digits.isdigit():
        return mark
    state.place -= 1
    state.marks[state.place] = Mark("number", int(digits[1:]), mark.start + 1, mark.end)
    return Mark("number", int(digits[0]), mark.start, mark.start + 1, mark.gap)
