"""Forms read aloud: the text that stands for a formula where it cannot be seen.

What is heard must be one formula and no other. A function, a root or a power takes the smallest thing that
follows or goes before; what is larger stands between "open bracket" and "close bracket", or between
"the fraction" and "end fraction". What is differentiated, or whose limit is sought, goes on to the end.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import groupby
from typing import Final

from stepcalc.messages import MESSAGES, say
from stepcalc.notation.appearance import is_cases, is_negative, without_minus
from stepcalc.notation.forms import (
    MINUS_ONE,
    ONE,
    TRUE,
    TWO,
    Form,
    derived_label,
    entries_of,
    matrix_label,
    number,
    numeral,
)
from stepcalc.notation.functions import FUNCTIONS, FunctionName
from stepcalc.notation.names import FROM_GREEK, GREEK, is_increment, split_layered, split_name
from stepcalc.notation.names import numeral as digits_of
from stepcalc.notation.operators import MATRIX_SIGNS, OPERATORS, is_named

MOST: Final = 4_000
"""After so many characters speech breaks off: nobody listens longer to one formula."""

Part = str | tuple["Place", Form]
"""Words, or a form still to be spoken and the place where it stands."""

Place = Callable[["_Speaker", Form], list["Part"]]

_TIGHT: Final = ("number", "letter", "constant", "reference", "vector", "matrix")
_COMMA: Final = "comma"


def spoken(form: Form, *, functions: Mapping[str, FunctionName] = FUNCTIONS) -> str:
    """The form in words.

    Args:
        form: What is read aloud.
        functions: The functions that have names, by name.

    Returns:
        Words with single spaces between them; very long ones break off.

    Examples:
        >>> from stepcalc.notation.forms import ONE, TWO, add, call, goal, letter, multiply, power
        >>> x = letter("x")
        >>> print(spoken(goal(multiply(power(x, TWO), call("sin", x)), x)))
        d by d x of x squared times sine of x
        >>> print(spoken(call("sin", add(x, ONE))))
        sine of open bracket x plus 1 close bracket
    """
    speaker = _Speaker(functions)
    stack: list[Part] = [(_group, form)]
    said: list[str] = []
    length = 0
    while stack:
        part = stack.pop()
        if isinstance(part, str):
            said.append(part)
            length += len(part) + 1
            if length > MOST:
                said.append(say("spoken-and-so-on"))
                break
        else:
            place, inside = part
            stack.extend(reversed(place(speaker, inside)))
    return " ".join(said)


class _Speaker:
    """What the parts of one reading share."""

    def __init__(self, functions: Mapping[str, FunctionName]) -> None:
        self.functions = functions

    def function(self, name: str) -> str:
        """The name of a function, as it is said."""
        known = MESSAGES.get(f"spoken {name}")
        if known is not None:
            return known
        entry = self.functions.get(name)
        return entry.shown if entry is not None else _letter(name)


# places: what surrounds a form, and with it which brackets must be heard


def _group(it: _Speaker, form: Form) -> list[Part]:
    """Where nothing else can follow: at the end, or before a word that closes."""
    match form.head:
        case "sum":
            return _sum(it, form)
        case "relation":
            left, right = form.args
            return [(_side, left), say(f"spoken {form.label}"), (_side, right)]
        case "logic":
            return _logic(form)
        case "goal":
            return [*_goal(form), (_reach, form.args[0])]
        case "call" if _is_limit(form):
            return [*_limit(form), (_reach, form.args[0])]
    return _term(it, form)


def _reach(it: _Speaker, form: Form) -> list[Part]:
    """What reaches to the end of its group, if it does not begin like something in brackets.

    A sum has brackets, though it would not need them: "d by d x of x squared plus 1" sounds like 2x + 1.
    """
    if form.head in ("sum", "relation", "logic") or not _begins_plain(it, form):
        return _bracketed(form)
    return [(_group, form)]


def _side(it: _Speaker, form: Form) -> list[Part]:
    return _bracketed(form) if form.head in ("relation", "logic") else [(_group, form)]


def _inner_term(it: _Speaker, form: Form) -> list[Part]:
    """A term that others follow."""
    return _bracketed(form) if form.head in ("sum", "relation", "logic") else _term(it, form)


def _last_term(it: _Speaker, form: Form) -> list[Part]:
    return _bracketed(form) if form.head in ("sum", "relation", "logic") else [(_group, form)]


def _term(it: _Speaker, form: Form) -> list[Part]:
    factors = without_minus(form)
    if factors is not None and form.head == "product":
        return [say("spoken-minus"), *_factors(factors)]
    if form.head == "product":
        return _factors(form.args)
    if form.head == "quotient":
        return _quotient(form)
    return [(_factor, form)]


def _factor(it: _Speaker, form: Form) -> list[Part]:
    """One of several factors, or anything that a word before or behind binds to."""
    match form.head:
        case "number":
            return [_number(form)]
        case "power" | "root" | "derived" | "call" | "goal":
            return _SAY[form.head](it, form)
        case "quotient":
            return _fraction(form)
    return _operand(it, form)


def _operand(it: _Speaker, form: Form) -> list[Part]:
    """What a function takes: the smallest thing that follows."""
    match form.head:
        case "number" if is_negative(form):
            return _bracketed(form)
        case "power" if not _begins_plain(it, form):
            return _bracketed(form)
        case "power" | "root" | "derived":
            return _SAY[form.head](it, form)
        case "call" if not _is_limit(form):
            return _SAY["call"](it, form)
        case "quotient":
            return _fraction(form)
        case head if head in _TIGHT:
            return _SAY[head](it, form)
    return _bracketed(form)


def _base(it: _Speaker, form: Form) -> list[Part]:
    """What a power, or an exclamation mark, is put behind."""
    if form.head == "quotient":
        return _fraction(form)
    return _operand(it, form) if _is_bare(form) else _bracketed(form)


def _is_bare(form: Form) -> bool:
    """Whether a form is one word or a few that nothing can be put between."""
    if form.head == "number":
        return not is_negative(form)
    return form.head in ("letter", "constant", "reference") or is_named(form)


def _exponent(it: _Speaker, form: Form) -> list[Part]:
    if form.head == "number":
        return [_number(form)]
    return _base(it, form)


def _bracketed(form: Form) -> list[Part]:
    return [say("spoken-open"), (_group, form), say("spoken-close")]


def _begins_plain(it: _Speaker, form: Form) -> bool:
    """Whether the words of a form begin with something other than an opening bracket."""
    while True:
        match form.head:
            case "product" if without_minus(form) is not None:
                return True
            case "sum" | "product":
                inside = form.args[0]
                if inside.head in ("sum", "relation", "logic") or form.head == inside.head:
                    return False
                form = inside
            case "power":
                base = form.args[0]
                return base.head == "quotient" or _is_bare(base) or _power_inside(it, form)
            case "call" if _is_limit(form):
                return True
            case "call" if form.name == "factorial" and form.args:
                return form.args[0].head == "quotient" or _is_bare(form.args[0])
            case _:
                return True


# heads


def _sum(it: _Speaker, form: Form) -> list[Part]:
    parts: list[Part] = []
    last = len(form.args) - 1
    for place, term in enumerate(form.args):
        positive = without_minus(term)
        where = _last_term if place == last else _inner_term
        if positive is None or place == 0:
            parts.extend([say("spoken-plus")] if place else [])
            parts.append((where, term))
        else:
            parts.append(say("spoken-minus"))
            parts.extend(_factors(positive))
    return parts


def _factors(factors: tuple[Form, ...]) -> list[Part]:
    """Factors with "times" between them, which a numeral does not need before a letter."""
    if len(factors) == 1:
        only = factors[0]
        if only.head == "quotient":
            return _quotient(only)
        return _bracketed(only) if only.head == "product" else [(_factor, only)]
    parts: list[Part] = []
    for place, factor in enumerate(factors):
        touching = place == 1 and factors[0].head == "number" and _is_letter_like(factor)
        parts.extend([] if place == 0 or touching else [say("spoken-times")])
        signed = factor.head == "number" and is_negative(factor)
        parts.extend(_bracketed(factor) if signed else [(_factor, factor)])
    return parts


def _is_letter_like(form: Form) -> bool:
    return form.head == "letter" or (form.head == "power" and form.args[0].head == "letter")


def _quotient(form: Form) -> list[Part]:
    """ "x over y" where both are small, else a fraction with its end."""
    above, below = form.args
    vulgar = _vulgar(form)
    if vulgar:
        return [vulgar]
    if _is_small(above) and _is_small(below) and below.head != "product":
        return [(_group, above), say("spoken-over"), (_group, below)]
    return _fraction(form)


def _fraction(form: Form) -> list[Part]:
    above, below = form.args
    vulgar = _vulgar(form)
    if vulgar:
        return [vulgar]
    return [
        say("spoken-fraction"), (_in_fraction, above), say("spoken-all-over"), (_in_fraction, below),
        say("spoken-end-fraction"),
    ]  # fmt: skip


def _in_fraction(it: _Speaker, form: Form) -> list[Part]:
    return _bracketed(form) if form.head in ("relation", "logic") else [(_group, form)]


def _is_small(form: Form) -> bool:
    if form.head == "product" and len(form.args) == 2:
        return (
            form.args[0].head == "number" and not is_negative(form.args[0]) and _is_letter_like(form.args[1])
        )
    if form.head == "power":
        return not any(arg.args for arg in form.args)
    return form.head in ("letter", "constant", "number") and not is_negative(form)


def _vulgar(form: Form) -> str:
    """A fraction of small numbers by its name: one half, two thirds."""
    above, below = (part.label if part.head == "number" else None for part in form.args)
    if (
        not isinstance(above, int)
        or not isinstance(below, int)
        or not 1 <= above <= 9
        or not 2 <= below <= 10
    ):
        return ""
    kind = "part" if above == 1 else "parts"
    return f"{say(f'spoken count {above}')} {say(f'spoken {kind} {below}')}"


def _power(it: _Speaker, form: Form) -> list[Part]:
    base, exponent = form.args
    if _power_inside(it, form):
        return [it.function(base.name), *_raised(exponent), say("spoken-of"), (_operand, base.args[0])]
    return [(_base, base), *_raised(exponent)]


def _power_inside(it: _Speaker, form: Form) -> bool:
    """Whether a power is said as "sine squared of x"."""
    base, exponent = form.args
    entry = it.functions.get(base.name) if base.head == "call" and len(base.args) == 1 else None
    natural = exponent.head == "number" and isinstance(exponent.label, int) and exponent.label > 1
    return natural and entry is not None and entry.power_inside


def _raised(exponent: Form) -> list[Part]:
    if exponent is TWO:
        return [say("spoken-squared")]
    if exponent is number(3):
        return [say("spoken-cubed")]
    return [say("spoken-to-the-power"), (_exponent, exponent)]


def _root(it: _Speaker, form: Form) -> list[Part]:
    radicand, index = form.args
    if index is TWO:
        return [say("spoken-square-root"), (_operand, radicand)]
    if index is number(3):
        return [say("spoken-cube-root"), (_operand, radicand)]
    return [say("spoken-root-index"), (_exponent, index), say("spoken-of"), (_operand, radicand)]


def _call(it: _Speaker, form: Form) -> list[Part]:
    name, args = form.name, form.args
    match name, len(args):
        case _, 0:
            return [_letter(name)]
        case "exp", 1:
            return [say("spoken-e"), *_raised(args[0])]
        case "factorial", 1:
            return [(_base, args[0]), say("spoken-factorial")]
        case "log", 2:
            return [say("spoken-log-base"), (_exponent, args[1]), say("spoken-of"), (_operand, args[0])]
        case "integral", 4:
            return _integral(*args)
        case "piecewise", _ if is_cases(form):
            return _cases(form)
    if name in OPERATORS:
        return _operator(form)
    if name in MATRIX_SIGNS:
        return _matrix_sign(form)
    if len(args) == 1:
        return [it.function(name), say("spoken-of"), (_operand, args[0])]
    return [it.function(name), say("spoken-of"), say("spoken-open"), *_listed(args), say("spoken-close")]


def _listed(args: tuple[Form, ...]) -> list[Part]:
    parts: list[Part] = []
    for place, arg in enumerate(args):
        parts.extend([say("spoken-comma")] if place else [])
        parts.append((_item, arg))
    return parts


def _item(it: _Speaker, form: Form) -> list[Part]:
    return [(_group, form)]


def _operator(form: Form) -> list[Part]:
    """The gradient of f, the Jacobian of (x, y): what the sign shows, which is without the letters."""
    if _is_limit(form):
        return _bracketed(form)
    name, subject = form.name, form.args[0]
    parts: list[Part] = [say(f"spoken {name}")]
    if name == "directional":
        parts += [say("spoken-in-direction"), (_operand, form.args[1])]
    return [*parts, say("spoken-of"), (_operand, subject)]


def _matrix_sign(form: Form) -> list[Part]:
    """A times B entry by entry, A transposed, the sum of all entries of A, or of A over the other units."""
    if form.name == "hadamard":
        return [(_operand, form.args[0]), say("spoken-hadamard"), (_operand, form.args[1])]
    if form.name == "transposed":
        return [(_operand, form.args[0]), say("spoken-transposed")]
    return [say(f"spoken-{form.name.replace('_', '-')}"), (_operand, form.args[0])]


def _is_limit(form: Form) -> bool:
    return form.head == "call" and form.name == "limit" and len(form.args) in (3, 4)


def _limit(form: Form) -> list[Part]:
    _, variable, point, *side = form.args
    parts: list[Part] = [say("spoken-limit"), (_operand, variable), say("spoken-tends-to"), (_point, point)]
    if side:
        parts.append(say("spoken-from-right" if side[0] is ONE else "spoken-from-left"))
    return [*parts, say("spoken-of")]


def _point(it: _Speaker, form: Form) -> list[Part]:
    return _signed(form) or _operand(it, form)


def _signed(form: Form) -> list[Part]:
    """A negative number, or minus infinity, where nothing before it could be taken from it."""
    if form.head == "number":
        return [_number(form)]
    if (
        form.head == "product"
        and form.args[0] is MINUS_ONE
        and form.args[1:]
        and form.args[1].head == "constant"
    ):
        return [say("spoken-minus"), (_operand, form.args[1])] if len(form.args) == 2 else []
    return []


def _integral(integrand: Form, variable: Form, lower: Form, upper: Form) -> list[Part]:
    return [
        say("spoken-integral"), (_point, lower), say("spoken-to"), (_point, upper), say("spoken-of"),
        (_item, integrand), say("spoken-d"), (_operand, variable), say("spoken-end-integral"),
    ]  # fmt: skip


def _cases(form: Form) -> list[Part]:
    parts: list[Part] = [say("spoken-cases")]
    for case in form.args:
        value, condition = case.args
        parts.append((_item, value))
        if condition is TRUE:
            parts.append(say("spoken-otherwise"))
        else:
            parts += [say("spoken-for"), (_item, condition)]
        parts.append(say("spoken-next"))
    return [*parts[:-1], say("spoken-end-cases")]


def _derived(it: _Speaker, form: Form) -> list[Part]:
    name, orders = derived_label(form)
    function = it.function(name)
    if len(orders) == 1 and 1 <= orders[0] <= 3:
        said = f"{function} {say(f'spoken prime {orders[0]}')}"
    else:
        listed = f" {say('spoken-comma')} ".join(map(str, orders))
        said = say("spoken-derivative-orders", orders=listed, function=function)
    if len(form.args) == 1:
        return [said, say("spoken-of"), (_operand, form.args[0])]
    return [said, say("spoken-of"), say("spoken-open"), *_listed(form.args), say("spoken-close")]


def _goal(form: Form) -> list[Part]:
    """ "d squared by d x squared of"."""
    _, *letters = form.args
    order = len(letters)
    parts: list[Part] = [say("spoken-partial-d" if form.label == "partial" else "spoken-d")]
    parts += _raised(number(order)) if order > 1 else []
    parts.append(say("spoken-by"))
    for letter, times in groupby(letters):
        count = len(list(times))
        parts += [say("spoken-d"), (_operand, letter), *(_raised(number(count)) if count > 1 else [])]
    return [*parts, say("spoken-of")]


def _goal_inside(it: _Speaker, form: Form) -> list[Part]:
    """A derivative that something follows: what is differentiated is closed off."""
    return [*_goal(form), *_bracketed(form.args[0])]


def _vector(it: _Speaker, form: Form) -> list[Part]:
    return [say("spoken-vector"), *_listed(form.args), say("spoken-end-vector")]


def _matrix(it: _Speaker, form: Form) -> list[Part]:
    rows, columns, places = matrix_label(form)
    if places is not None:
        parts: list[Part] = [say("spoken-sparse", rows=rows, columns=columns)]
        for (row, column), entry in entries_of(form).items():
            parts += [say("spoken-entry", row=row + 1, column=column + 1), (_item, entry)]
        return [*parts, say("spoken-end-matrix")]
    if columns == 1:
        return [say("spoken-column"), *_listed(form.args), say("spoken-end-column")]
    parts = [say("spoken-matrix", rows=rows, columns=columns)]
    for row in range(rows):
        parts.append(say("spoken-row", row=row + 1))
        parts.extend(_listed(form.args[row * columns : (row + 1) * columns]))
    return [*parts, say("spoken-end-matrix")]


def _logic(form: Form) -> list[Part]:
    if form.label == "not":
        return [say("spoken not"), *_bracketed(form.args[0])]
    parts: list[Part] = []
    for place, each in enumerate(form.args):
        parts.extend([say(f"spoken {form.label}")] if place else [])
        parts.extend(_bracketed(each) if each.head == "logic" else [(_group, each)])
    return parts


def _number(form: Form) -> str:
    value = numeral(form)
    said = digits_of(-value if value < 0 else value)
    return f"{say('spoken-minus')} {said}" if value < 0 else said


def _constant(it: _Speaker, form: Form) -> list[Part]:
    return [say(f"spoken constant {form.name}")]


def _letter(name: str) -> str:
    """A letter with its subscript; what could be taken for other words is said to be a letter."""
    if name == "...":
        return say("spoken-and-so-on")
    if is_increment(name):
        return say("spoken-increment", letter=_letter(name[1]))
    layered = split_layered(name)
    if layered is not None:
        base, layer, place = layered
        said = say("spoken-layer", letter=_letter(base), layer=layer)
        # A weight has a row and a column, which stand without a comma where each is one digit.
        indices = place.split(",") if "," in place else list(place) if base == "W" else [place]
        return f"{said} {say('spoken-sub')} {' '.join(indices)}" if place else said
    parts = split_name(name)
    if parts is None or name in ("e", "pi"):
        known = name.isalpha() and name not in _OWN_WORDS
        return name if known and len(name) > 1 else say("spoken-name", name=name)
    base, subscript = parts
    said = _letter_name(FROM_GREEK.get(base, base))
    return f"{said} {say('spoken-sub')} {subscript}" if subscript else said


def _letter_name(base: str) -> str:
    shown = "lambda" if base == "lamda" else base
    lower = shown[0].lower() + shown[1:]
    return say("spoken-capital", letter=lower) if lower != shown else shown


_OWN_WORDS: Final = frozenset(
    word for key, text in MESSAGES.items() if key.startswith("spoken") for word in text.split()
) | frozenset(GREEK)

_SAY: Final[Mapping[str, Place]] = {
    "number": lambda it, form: [_number(form)],
    "letter": lambda it, form: [_letter(form.name)],
    "constant": _constant,
    "reference": lambda it, form: [say("spoken-reference", number=form.label)],
    "power": _power,
    "root": _root,
    "call": _call,
    "derived": _derived,
    "vector": _vector,
    "matrix": _matrix,
    "goal": _goal_inside,
}
