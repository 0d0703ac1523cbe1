"""Forms in the syntax of Maxima, the computer algebra system that STACK marks answers with."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Final

from stepcalc.errors import NotDerivableError
from stepcalc.messages import say
from stepcalc.notation.forms import ZERO, Form, derived_label, entries_of, fold, matrix_label, numeral

# How tightly an operator binds in Maxima, the loosest first; what binds less tightly is bracketed.
_RELATION, _SUM, _PRODUCT, _UNARY, _POWER, _ATOM = range(6)

Bound = tuple[str, int]
"""A text, and how tightly its outermost operator binds."""

_CONSTANTS: Final[Mapping[str, str]] = {
    "pi": "%pi",
    "e": "%e",
    "i": "%i",
    "infinity": "inf",
    "euler_gamma": "%gamma",
    "true": "true",
    "undefined": "und",
}
_SAME: Final = frozenset(
    "exp log sin cos tan cot sec csc sinh cosh tanh coth sech csch asin acos atan acot asec acsc asinh acosh"
    " atanh acoth asech acsch atan2 abs floor ceiling min max factorial erf erfc erfi gamma beta zeta".split()
)
_CALLED: Final[Mapping[str, str]] = {
    **{name: name for name in _SAME},
    "sign": "signum",
    "heaviside": "hstep",
    "dirac": "delta",
    "erfinv": "inverse_erf",
    "erfcinv": "inverse_erfc",
    "loggamma": "log_gamma",
    "Ei": "expintegral_ei",
    "Si": "expintegral_si",
    "Ci": "expintegral_ci",
    "Shi": "expintegral_shi",
    "Chi": "expintegral_chi",
    "li": "expintegral_li",
    "fresnels": "fresnel_s",
    "fresnelc": "fresnel_c",
    "lambertw": "lambert_w",
    "besselj": "bessel_j",
    "bessely": "bessel_y",
    "besseli": "bessel_i",
    "besselk": "bessel_k",
}
_SIGNS: Final[Mapping[str, str]] = {"=": "=", "!=": "#", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_TAKEN: Final = frozenset(
    "and or not if then else elseif do for from thru while unless in step next lambda".split()
)


def maxima(form: Form) -> str:
    """A form as Maxima reads it.

    Args:
        form: An expression, a relation, a vector or a matrix.

    Returns:
        The text on one line; Maxima gives it the value that the form has.

    Raises:
        NotDerivableError: The form has a part that Maxima has no name for.

    Examples:
        >>> from stepcalc.notation.reader import read_text
        >>> maxima(read_text("x^2 sin(2x)/3 - e^(-x)").form)
        'x^2*sin(2*x)/3-exp(-x)'
        >>> maxima(read_text("-x^2 + (-2)^n").form)
        '-x^2+(-2)^n'
    """
    return fold(form, _written)[0]


def _written(form: Form, args: tuple[Bound, ...]) -> Bound:
    writer = _HEADS.get(form.head)
    if writer is None:
        raise _no_name(form.head)
    return writer(form, args)


def _at_least(part: Bound, binding: int) -> str:
    text, own = part
    return text if own >= binding else f"({text})"


def _number(form: Form, _: tuple[Bound, ...]) -> Bound:
    found = Fraction(numeral(form))
    text = str(found.numerator) if found.denominator == 1 else f"{found.numerator}/{found.denominator}"
    if found.denominator != 1:
        return text, _PRODUCT
    return text, _ATOM if found >= 0 else _UNARY


def _letter(form: Form, _: tuple[Bound, ...]) -> Bound:
    name = form.name
    if name in _TAKEN:
        name += "_"
    if not _NAME.fullmatch(name):
        name = "".join(sign if _NAME.fullmatch("a" + sign) else f"_{ord(sign)}" for sign in name)
        name = name if name[:1].isalpha() else "v" + name
    return name, _ATOM


def _constant(form: Form, _: tuple[Bound, ...]) -> Bound:
    if form.name not in _CONSTANTS:
        raise _no_name(form.name)
    return _CONSTANTS[form.name], _ATOM


def _sum(_: Form, args: tuple[Bound, ...]) -> Bound:
    text = _at_least(args[0], _SUM)
    for part in args[1:]:
        term = _at_least(part, _PRODUCT)
        text += term if term.startswith("-") else "+" + term
    return text, _SUM


def _product(_: Form, args: tuple[Bound, ...]) -> Bound:
    first, *others = args
    if first[0] == "-1":
        text = "-" + "*".join(_at_least(part, _POWER) for part in others)
    else:
        text = "*".join([_at_least(first, _UNARY), *(_at_least(part, _POWER) for part in others)])
    return text, _PRODUCT


def _quotient(_: Form, args: tuple[Bound, ...]) -> Bound:
    above, below = args
    return f"{_at_least(above, _PRODUCT)}/{_at_least(below, _POWER)}", _PRODUCT


def _power(_: Form, args: tuple[Bound, ...]) -> Bound:
    return f"{_at_least(args[0], _ATOM)}^{_at_least(args[1], _ATOM)}", _POWER


def _root(form: Form, args: tuple[Bound, ...]) -> Bound:
    radicand, index = args
    if index[0] == "2":
        return f"sqrt({radicand[0]})", _ATOM
    return f"{_at_least(radicand, _ATOM)}^(1/{_at_least(index, _ATOM)})", _POWER


def _call(form: Form, args: tuple[Bound, ...]) -> Bound:
    name, texts = form.name, [text for text, _ in args]
    match name, len(args):
        case "log", 2:
            return f"log({texts[0]})/log({texts[1]})", _PRODUCT
        case "digamma", 1:
            return f"psi[0]({texts[0]})", _ATOM
        case "polygamma", 2:
            return f"psi[{texts[0]}]({texts[1]})", _ATOM
        case "integral", 4:
            return f"integrate({','.join(texts)})", _ATOM
        case "piecewise", _:
            return _cases(form, texts)
    if name not in _CALLED and len(name) > 1:
        raise _no_name(name)
    return f"{_CALLED.get(name, name)}({','.join(texts)})", _ATOM


def _cases(form: Form, texts: list[str]) -> Bound:
    """Pairs of a value and a condition, which arrive as lists of two."""
    parts = []
    for case, text in zip(form.args, texts, strict=True):
        if case.head != "vector":
            raise _no_name("piecewise")
        value, _, condition = text[1:-1].rpartition(",")
        parts.append(f"else {value}" if condition == "true" else f"if {condition} then {value}")
    return "(" + " else".join(
        part.removeprefix("else") if at else part for at, part in enumerate(parts)
    ) + ")", _ATOM


def _derived(form: Form, args: tuple[Bound, ...]) -> Bound:
    """A derivative of an undefined function, where its arguments are letters."""
    name, orders = derived_label(form)
    if any(arg.head != "letter" for arg in form.args):
        raise _no_name(name + "'")
    texts = [text for text, _ in args]
    by = ",".join(f"{text},{order}" for text, order in zip(texts, orders, strict=True) if order)
    return f"'diff({name}({','.join(texts)}),{by})", _ATOM


def _vector(_: Form, args: tuple[Bound, ...]) -> Bound:
    return "[" + ",".join(text for text, _ in args) + "]", _ATOM


def _matrix(form: Form, args: tuple[Bound, ...]) -> Bound:
    rows, columns, _ = matrix_label(form)
    texts = dict(zip(entries_of(form), (text for text, _ in args), strict=True))
    nought = _number(ZERO, ())[0]
    lines = (
        "[" + ",".join(texts.get((row, column), nought) for column in range(columns)) + "]"
        for row in range(rows)
    )
    return f"matrix({','.join(lines)})", _ATOM


def _relation(form: Form, args: tuple[Bound, ...]) -> Bound:
    sign = _SIGNS.get(str(form.label))
    if sign is None:
        raise _no_name(str(form.label))
    return f"{_at_least(args[0], _SUM)} {sign} {_at_least(args[1], _SUM)}", _RELATION


def _logic(form: Form, args: tuple[Bound, ...]) -> Bound:
    if form.label == "not":
        return f"not ({args[0][0]})", _RELATION
    return f" {form.label} ".join(f"({text})" for text, _ in args), _RELATION


def _goal(_: Form, args: tuple[Bound, ...]) -> Bound:
    return "'diff(" + ",".join([args[0][0], *(f"{text},1" for text, _ in args[1:])]) + ")", _ATOM


_HEADS: Final[Mapping[str, Callable[[Form, tuple[Bound, ...]], Bound]]] = {
    "number": _number,
    "letter": _letter,
    "constant": _constant,
    "sum": _sum,
    "product": _product,
    "quotient": _quotient,
    "power": _power,
    "root": _root,
    "call": _call,
    "derived": _derived,
    "vector": _vector,
    "matrix": _matrix,
    "relation": _relation,
    "logic": _logic,
    "goal": _goal,
}


def _no_name(name: str) -> NotDerivableError:
    return NotDerivableError(say("maxima-no-name", name=name), code="maxima-no-name")
