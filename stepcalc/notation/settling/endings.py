"""What has no brackets ends by itself: arguments, terms and denominators."""

from __future__ import annotations

import re
from typing import Final

from stepcalc.notation.scanning import Mark
from stepcalc.notation.settling.state import CLOSING, State

_COMMAND: Final = "\\"


def need_operand(state: State, mark: Mark) -> None:
    """Something must have ended before this mark."""
    if state.ended:
        return
    last = state.out[-1] if state.out else None
    if last is None:
        if mark.kind == "end":
            raise state.fail("nothing-to-read", 0, len(state.text))
        raise state.fail_at("cannot-begin", mark, sign=state.typed(mark))
    if last.kind.endswith("OPEN"):
        if mark.kind == "sign" and mark.value in CLOSING.values():
            raise state.fail("empty-bracket", last.start, mark.end)
        if mark.kind != "end":
            raise state.fail_at("cannot-begin", mark, sign=state.typed(mark) or ",")
        raise state.fail("bracket-never-closed", last.start, last.end)
    raise state.fail("something-missing", last.start, last.end, sign=state.typed(last))


def end_argument(state: State, before: str = "") -> None:
    """Close an argument that has no brackets, and say how it was read where that was a choice."""
    frame = state.frames.pop()
    end = state.out[-1].end
    state.put_in("CLOSE", end)
    digit = frame.function is not None and frame.function.end == frame.start and frame.product
    if (frame.joined or before or digit) and frame.function is not None:
        name = state.excerpt(frame.function.start, frame.start).strip()
        argument = state.excerpt(frame.start, end)
        gap = " " if frame.function.end < frame.start else ""
        square = not gap and re.match(r"[23]\(", argument)
        state.tell(
            "digit-behind-name" if square else "argument-without-brackets",
            text=f"{name}{gap}{argument}{before}",
            read=f"{name.removeprefix(_COMMAND)}({argument}){before}",
            power=f"{name}^{argument}",
        )
    state.ended = True


def end_arguments(state: State, *kinds: str, before: str = "") -> None:
    """Close the arguments without brackets that end here, ``before`` what."""
    if not state.ended:
        return
    while state.top.kind in kinds:
        if state.top.kind == "argument":
            end_argument(state, before)
        else:
            end_denominator(state)
            state.frames.pop()
            state.put_in("CLOSE", state.out[-1].end)


def end_here(state: State) -> None:
    """Close all that has no brackets and ends here: arguments, terms and a denominator."""
    end_arguments(state, "argument", "term")
    end_denominator(state)


def end_expression(state: State, mark: Mark) -> None:
    """An expression must have ended before this mark, and with it all that has no brackets."""
    need_operand(state, mark)
    end_here(state)


def end_denominator(state: State) -> None:
    """1/2x is 1/(2x): say so when the denominator is over."""
    top = state.top
    if top.below >= 0 and top.below_joined and state.out:
        below = state.excerpt(top.below, state.out[-1].end)
        state.tell("denominator-goes-on", above=top.above, below=below)
    top.below, top.below_joined = -1, False
