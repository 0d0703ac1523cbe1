"""The third reading: what people leave out is put in, and the grammar's tokens come out.

Here it is settled which factors stand side by side, how far the argument of ``sin 2x cos x`` goes, which bar
of ``|x|`` opens, and whether a bracket holds an expression, a list or a condition. One pass from left to
right with a stack of what is open; each mark is looked at once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from stepcalc.notation.limits import Limits
from stepcalc.notation.parsing import Token
from stepcalc.notation.scanning import Mark
from stepcalc.notation.settling.brackets import bar, close_bracket, no_partner, open_bracket, superscript
from stepcalc.notation.settling.calls import before_argument, differential, function_name
from stepcalc.notation.settling.commands import in_cases, latex_command
from stepcalc.notation.settling.conditions import connective, relation
from stepcalc.notation.settling.endings import end_here, need_operand
from stepcalc.notation.settling.lists import comma, ellipsis
from stepcalc.notation.settling.operands import infinity, letter, numeral
from stepcalc.notation.settling.operators import factorial, plus_or_minus, power, radical, times_or_over
from stepcalc.notation.settling.state import State
from stepcalc.notation.spelling import Tell
from stepcalc.notation.table import END
from stepcalc.notation.words import Vocabulary


def settle(
    text: str,
    marks: list[Mark],
    known: Vocabulary,
    *,
    limits: Limits,
    latex: bool,
    vector: bool,
    relations: bool,
    references: bool,
    tell: Tell,
) -> list[Token]:
    """The tokens of the grammar.

    Args:
        text: What was read.
        marks: From :func:`stepcalc.notation.spelling.spell`.
        known: The names that are known.
        limits: How deep brackets may be nested.
        latex: Whether the text is LaTeX, where ``x^12`` is x¹·2.
        vector: Whether commas outside brackets separate the components of a vector.
        relations: Whether a relation may stand outside brackets.
        references: Whether ``[3]`` is the result of a step.
        tell: Notes a choice that was made.

    Raises:
        ReadError: Something is missing, or a bracket has no partner.
        LimitError: Brackets are nested too deep.
    """
    state = State(
        text=text, marks=marks, known=known, limits=limits, tell=tell,
        latex=latex, vector=vector, relations=relations, references=references,
    )  # fmt: skip
    while state.mark.kind != "end":
        mark = state.mark
        state.place += 1
        if state.function is None or not before_argument(state, mark):
            _KINDS[mark.kind](state, mark)
    _finish(state)
    return state.out


def _finish(state: State) -> None:
    """Nothing may be open where the text ends."""
    end = state.mark
    if state.function is not None:
        raise state.fail_at("function-needs-argument", state.function, name=state.typed(state.function))
    frame = state.innermost()
    if frame.kind == "bar":
        raise state.fail("bar-never-closed", frame.start, frame.start + 1)
    if frame.kind == "part" and not frame.closing:
        no_partner(state, end, frame)
    if frame.kind != "whole":
        raise state.fail("bracket-never-closed", frame.opening.start, max(frame.opening.end, frame.start + 1))
    if not (state.ended or (frame.listed and state.out[-1].kind == "COMMA")):
        need_operand(state, end)
    end_here(state)
    if frame.listed:
        state.out.insert(0, Token("LIST_OPEN", None, 0, 0))
        state.put_in("CLOSE", end.start)
    state.put(END, end)


def _sign(state: State, mark: Mark) -> None:
    _SIGNS.get(str(mark.value), relation)(state, mark)


def _stray_base(state: State, mark: Mark) -> None:
    raise state.fail_at("subscript-not-readable", mark)


def _stray_prime(state: State, mark: Mark) -> None:
    raise state.fail_at("stray-prime", mark)


def _unknown_sign(state: State, mark: Mark) -> None:
    raise state.fail_at("unknown-sign", mark, sign=state.typed(mark))


_Handler = Callable[[State, Mark], None]

_KINDS: Final[Mapping[str, _Handler]] = {
    "number": numeral,
    **dict.fromkeys(("letter", "constant", "set", "truth"), letter),
    "function": function_name,
    "derivative": differential,
    "base": _stray_base,
    "sign": _sign,
    "connective": connective,
    "raised": superscript,
    "lowered": close_bracket,
    "command": latex_command,
}
_SIGNS: Final[Mapping[str, _Handler]] = {
    **dict.fromkeys("+-", plus_or_minus),
    **dict.fromkeys("*/", times_or_over),
    "^": power,
    "!": factorial,
    **dict.fromkeys("√∛∜", radical),
    "∞": infinity,
    **dict.fromkeys("([{⌊⌈", open_bracket),
    **dict.fromkeys(")]}⌋⌉", close_bracket),
    **dict.fromkeys(("|", "|(", "|)"), bar),
    ",": comma,
    "...": ellipsis,
    **dict.fromkeys(("&", "\\\\"), in_cases),
    **dict.fromkeys(("in", "not in", "and", "or", "not"), connective),
    **dict.fromkeys(("'", "''", "'''"), _stray_prime),
    **dict.fromkeys("_∂", _unknown_sign),
}
"""Every other sign is that of a relation."""
