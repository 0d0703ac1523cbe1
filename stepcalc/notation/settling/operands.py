"""Operands: numbers and letters, and the sign that is put in where two stand side by side."""

from __future__ import annotations

from stepcalc.notation.forms import INFINITY, E, Form, number
from stepcalc.notation.scanning import Mark
from stepcalc.notation.settling.conditions import holds_condition
from stepcalc.notation.settling.endings import end_argument
from stepcalc.notation.settling.notes import note_exponent, note_root
from stepcalc.notation.settling.parts import first_digit, one_token_ended, wants_one_token
from stepcalc.notation.settling.state import State


def begin(state: State, mark: Mark, *, name: bool = False, bracket: bool = False) -> None:
    """An operand begins: a sign is put in if another one just ended."""
    if not state.ended:
        return
    while state.top.kind == "argument" and (name or state.top.bars or (bracket and mark.gap)):
        state.top.joined |= bracket or state.top.product
        end_argument(state)
    digit_above = state.latex and len(state.out) > 1 and state.out[-2].kind == "POWER"
    if mark.kind == "number" and state.out[-1].kind == "NUMBER" and not digit_above:
        raise state.fail("numbers-side-by-side", state.out[-1].start, mark.end)
    top = state.top
    top.joined |= mark.gap
    top.product = True
    if top.below >= 0:
        top.below_joined = True
    note_exponent(state, mark)
    note_root(state, mark)
    state.put_in("IMPLICIT", mark.start)
    state.ended = False
    state.inside = 0


def numeral(state: State, mark: Mark) -> None:
    """A number; in LaTeX its first digit alone may be a part of a fraction."""
    if state.latex and wants_one_token(state):
        mark = first_digit(state, mark)
    begin(state, mark)
    value = mark.value
    assert not isinstance(value, str | Form)
    state.put("NUMBER", mark, number(value))  # type: ignore[arg-type]
    one_token_ended(state, mark)


def letter(state: State, mark: Mark) -> None:
    """A letter, or what else stands for itself: a constant, a set, a truth."""
    value = mark.value
    if value is E and state.ended and (state.next_is("^") or state.mark.kind == "raised"):
        begin(state, mark, name=True)
    begin(state, mark)
    state.put(mark.kind.upper(), mark, value)
    if mark.kind == "truth":
        holds_condition(state)
    one_token_ended(state, mark)


def infinity(state: State, mark: Mark) -> None:
    """The sign ∞, a constant."""
    letter(state, Mark("constant", INFINITY, mark.start, mark.end, mark.gap))
