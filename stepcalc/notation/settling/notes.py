"""What is said of a text that can be read in two ways: which of them was taken."""

from __future__ import annotations

from math import gcd

from stepcalc.notation.scanning import Mark
from stepcalc.notation.settling.state import State


def note_exponent(state: State, mark: Mark) -> None:
    """e^2x is e²·x: say so where nothing separates the two."""
    if (
        mark.gap
        or len(state.out) < 3
        or mark.kind not in ("letter", "number")
        or state.out[-2].kind != "POWER"
    ):
        return
    raised = state.out[-1]
    if raised.kind == "NUMBER" and (mark.kind == "letter" or state.latex):
        base = state.typed(state.out[-3]) if state.out[-3].kind in ("LETTER", "CONSTANT", "NUMBER") else "…"
        above, behind = state.typed(raised), state.typed(mark)
        code = "exponent-is-one-digit" if mark.kind == "number" else "exponent-ends-early"
        state.tell(
            code,
            text=f"{base}^{above}{behind}",
            read=f"{base}^{above}·{behind}",
            whole=f"{above}{behind}",
        )


def note_root(state: State, mark: Mark) -> None:
    """√2x is √2·x: say so where nothing separates the two."""
    if not mark.gap and len(state.out) > 1 and state.out[-2].kind == "RADICAL":
        state.tell("root-ends-early", read=state.typed(state.out[-1]))


def note_product(state: State, mark: Mark) -> None:
    """a(x) is a times x: say so, since it could be a function."""
    behind = state.marks[state.place + 1] if state.mark.kind == "letter" else mark
    if not mark.gap and behind.value == ")" and state.out[-2].kind == "LETTER":
        state.tell("letter-times-bracket", name=state.typed(state.out[-2]), argument=state.typed(state.mark))


def note_quotient_in_exponent(state: State, mark: Mark) -> None:
    """x^1/2 is x/2: say so where nothing separates the two."""
    last = state.out[-4:]
    kinds = [token.kind for token in last[1:3]]
    if mark.gap or state.mark.gap or kinds != ["POWER", "NUMBER"]:
        return
    if not (isinstance(state.mark.value, int) and isinstance(last[2].value.label, int)):
        return
    if gcd(last[2].value.label, state.mark.value) > 1:  # x^2/2 can hardly be meant otherwise
        return
    base = state.typed(last[0]) if last[0].kind in ("LETTER", "CONSTANT", "NUMBER") else "…"
    above, below = state.typed(last[2]), state.typed(state.mark)
    state.tell("exponent-before-slash", base=base, above=above, below=below)


def numerator(state: State) -> str:
    """What stands before a slash, if it is short."""
    token, before = state.out[-2], state.out[-3].kind if len(state.out) > 2 else "PLUS"
    simple = token.kind in ("NUMBER", "LETTER", "CONSTANT") and before in (
        "PLUS",
        "MINUS",
        "OPEN",
        "CALL_OPEN",
    )
    return state.typed(token) if simple else "…"
