"""The signs of arithmetic: what they end, and how deep they put what follows."""

from __future__ import annotations

from typing import Final

from stepcalc.notation.scanning import Mark
from stepcalc.notation.settling.endings import end_arguments, end_denominator, end_here, need_operand
from stepcalc.notation.settling.notes import note_quotient_in_exponent, note_root, numerator
from stepcalc.notation.settling.operands import begin
from stepcalc.notation.settling.state import State

_RADICALS: Final = {"√": 2, "∛": 3, "∜": 4}


def plus_or_minus(state: State, mark: Mark) -> None:
    """A sign between two terms, or before the first."""
    if state.ended:
        end_here(state)
        state.inside = state.top.slashes = 0
    else:
        state.go_inside(mark)
    state.put("PLUS" if mark.value == "+" else "MINUS", mark)
    state.ended = False


def times_or_over(state: State, mark: Mark) -> None:
    """A sign between two factors; what follows a slash may be a denominator that goes on."""
    over = mark.value == "/"
    need_operand(state, mark)
    end_arguments(state, "argument", before="/…" if over else "")
    end_denominator(state)
    state.put("OVER" if over else "TIMES", mark)
    state.inside = 0
    if over:
        state.top.slashes += 1
        state.check_depth(state.top.slashes, mark)
        state.top.above = numerator(state)
        state.top.below = state.mark.start
        note_quotient_in_exponent(state, mark)
    state.ended = False


def power(state: State, mark: Mark) -> None:
    """The sign ^ behind an operand."""
    need_operand(state, mark)
    state.go_inside(mark)
    note_root(state, mark)
    state.top.joined |= state.top.kind == "argument"  # sin x^2: the sine of x², or its square?
    state.put("POWER", mark)
    state.ended = False


def factorial(state: State, mark: Mark) -> None:
    """The sign ! behind an operand."""
    need_operand(state, mark)
    state.go_inside(mark)
    state.put("BANG", mark)


def radical(state: State, mark: Mark) -> None:
    """A radical sign, before an operand."""
    begin(state, mark)
    state.go_inside(mark)
    state.put("RADICAL", mark, _RADICALS[str(mark.value)])
