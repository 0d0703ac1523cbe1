"""From the name of a function to its argument: primes, orders, an exponent or a base may stand between."""

from __future__ import annotations

from stepcalc.notation.forms import Form, number
from stepcalc.notation.parsing import Token
from stepcalc.notation.scanning import Mark
from stepcalc.notation.settling.operands import begin
from stepcalc.notation.settling.parts import first_digit
from stepcalc.notation.settling.state import CLOSING, State
from stepcalc.notation.spelling import read_orders


def function_name(state: State, mark: Mark) -> None:
    """The name of a function: what follows belongs to it."""
    begin(state, mark, name=True)
    state.put("FUNCTION", mark, mark.value)
    state.function = mark


def differential(state: State, mark: Mark) -> None:
    """An operator such as d/dx: what follows belongs to it."""
    begin(state, mark, name=True)
    state.put("DERIVATIVE", mark, mark.value)
    state.function = mark


def before_argument(state: State, mark: Mark) -> bool:
    """Deal with what stands between a function and its argument; whether the mark is done with."""
    function = state.function
    assert function is not None
    if mark.kind == "sign":
        match mark.value:
            case "'" | "''" | "'''":
                return _primes(state, mark)
            case "^":
                return _exponent_of_name(state, mark)
            case "_":
                return _base_in_latex(state, mark)
            case "(" | "[" | "{":
                state.function = None
                frame = state.push("call", CLOSING[str(mark.value)], state.put("CALL_OPEN", mark), mark)
                frame.several = _takes_several(state, function)
                return True
    if mark.kind == "raised":
        if not _orders(state, mark):
            state.put("RAISED", mark)
            _push_awaiting(state, "exponent of a name", "", state.put_in("OPEN", mark.start), mark)
        return True
    if mark.kind == "base":
        state.put_in("BASE_OPEN", mark.start)
        leaf = mark.value if isinstance(mark.value, Form) else number(mark.value)  # type: ignore[arg-type]
        state.put("LETTER" if isinstance(mark.value, Form) else "NUMBER", mark, leaf)
        state.put_in("CLOSE", mark.end)
        return True
    _open_argument(state, function, mark)
    return False


def _push_awaiting(state: State, kind: str, closing: str, opening: Token, mark: Mark) -> None:
    """Open what stands between a function and its argument."""
    state.push(kind, closing, opening, mark).function = state.function
    state.function = None


def _takes_several(state: State, function: Mark) -> bool:
    """Whether a comma may stand between the arguments of a function."""
    entry = state.known.functions.get(str(function.value))
    if function.kind == "derivative" or function.value in ("sqrt", "cbrt", "log2", "log10"):
        return False
    return entry is None or not entry.arities or max(entry.arities) > 1


def _open_argument(state: State, function: Mark, mark: Mark) -> None:
    """The argument has no brackets: it goes on until something ends it."""
    starts = mark.kind not in ("sign", "connective", "end", "lowered") or (
        mark.value in ("-", "+", "√", "∛", "∜", "|", "|(", "⌊", "⌈", "∞") and mark.kind == "sign"
    )
    entry = state.known.functions.get(str(function.value))
    alone = function.kind == "derivative" or entry is None or 1 in entry.arities or not entry.arities
    written = state.typed(function)
    if not starts:
        raise state.fail_at("function-needs-argument", function, name=written)
    if not alone or function.value == "root":
        raise state.fail_at("function-needs-brackets", function, name=written)
    state.function = None
    kind = "term" if function.kind == "derivative" else "argument"
    frame = state.push(kind, "", state.put_in("CALL_OPEN", mark.start), mark)
    frame.function = function
    frame.bars = mark.value in ("|", "|(") and mark.kind == "sign"


def _primes(state: State, mark: Mark) -> bool:
    """f′(x): a derivative of an undefined function."""
    function = state.function
    assert function is not None
    count = len(str(mark.value))
    end = mark.end
    while state.mark.kind == "sign" and str(state.mark.value).startswith("'"):
        count += len(str(state.mark.value))
        end = state.mark.end
        state.place += 1
    if function.value in state.known.functions or function.kind == "derivative":
        raise state.fail("prime-not-readable", mark.start, end, name=state.typed(function))
    state.out.append(Token("ORDERS", (count,), mark.start, end))
    return True


def _orders(state: State, mark: Mark) -> bool:
    """f^(4)(x) and f^(1,0)(x, y): derivatives of an undefined function."""
    function = state.function
    assert function is not None
    if function.value in state.known.functions or function.kind == "derivative":
        return False
    values, place = read_orders(state.marks, state.place)
    if mark.kind == "raised":
        if state.marks[place].kind != "lowered":
            return False
        place += 1
    if not values:
        return False
    state.out.append(Token("ORDERS", values, mark.start, state.marks[place - 1].end))
    state.place = place
    return True


def _exponent_of_name(state: State, mark: Mark) -> bool:
    """sin^2 x, sin^-1 x, sin^(2n) x."""
    if _orders(state, mark):
        return True
    state.put("RAISED", mark)
    while state.next_is("-"):
        state.put("MINUS", state.mark)
        state.place += 1
    here = state.mark
    state.place += 1
    match here.kind, here.value:
        case ("number", int() as value):
            if state.latex:
                here = first_digit(state, here)
                value = here.value  # type: ignore[assignment]
            state.put("NUMBER", here, number(value))
        case ("letter" | "constant", _):
            state.put(here.kind.upper(), here, here.value)
        case ("sign", "(" | "{" | "["):
            _push_awaiting(
                state, "exponent of a name", CLOSING[str(here.value)], state.put("OPEN", here), here
            )
        case _:
            raise state.fail_at("something-missing", mark, sign=state.typed(mark))
    return True


def _base_in_latex(state: State, mark: Mark) -> bool:
    r"""\log_{10} x, \log_2 x."""
    here = state.mark
    state.place += 1
    match here.kind, here.value:
        case ("sign", "(" | "{"):
            _push_awaiting(state, "base", CLOSING[str(here.value)], state.put("BASE_OPEN", here), here)
        case ("number" | "letter" | "constant", _):
            state.put_in("BASE_OPEN", here.start)
            here = first_digit(state, here) if here.kind == "number" else here
            value = here.value if isinstance(here.value, Form) else number(here.value)  # type: ignore[arg-type]
            state.put(here.kind.upper(), here, value)
            state.put_in("CLOSE", here.end)
        case _:
            raise state.fail_at("something-missing", mark, sign=state.typed(mark))
    return True
