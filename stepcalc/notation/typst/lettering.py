"""How names, numbers and signs are written in Typst's maths."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from stepcalc.notation.functions import FunctionName
from stepcalc.notation.lettering import TypesetLettering
from stepcalc.notation.names import (
    FROM_GREEK,
    GREEK,
    is_increment,
    mean_of,
    numeral,
    split_layered,
    split_name,
)
from stepcalc.notation.operators import MATRIX_SIGNS, OPERATORS

_CONSTANTS: Final = {
    "pi": "π",
    "e": "e",
    "i": "upright(i)",
    "infinity": "∞",
    "euler_gamma": 'γ_("E")',
    "true": '"true"',
    "integers": "ℤ",
    "nonpositive_integers": "ℤ_(≤ 0)",
    "undefined": '"undefined"',
}
SIGNS: Final = {"=": "=", "!=": "≠", "<": "<", "<=": "≤", ">": ">", ">=": "≥", "in": "∈", "not in": "∉"}
_CONNECTIVES: Final = {"and": " ∧ ", "or": " ∨ ", "not": "¬"}
_SPECIAL_NAMES: Final = {
    "gamma": "Γ", "zeta": "ζ", "digamma": "ψ", "beta": "upright(B)", "fresnels": "S", "fresnelc": "C",
    "lambertw": "W",
}  # fmt: skip
_DOTS: Final = "dots.h"


class Built(str):
    """A piece that is Typst's own and not a sign of mathematics: the beginning, middle or end of a structure."""

    __slots__ = ()


_SUMS: Final = {"summed": Built("inline(sum) "), "over_others": Built("inline(sum_(k != i)) ")}
"""Sums of entries, no higher than a line, as they are in LaTeX."""


class TypstLettering(TypesetLettering):
    """Names, numbers and signs in Typst's maths."""

    signs = SIGNS
    connectives = _CONNECTIVES
    constants = _CONSTANTS

    def __init__(self, *, functions: Mapping[str, FunctionName]) -> None:
        super().__init__(functions=functions)
        self.dot = " ⋅ "

    def bare_name(self, name: str) -> str:
        return _letter(name)

    def known_function(self, name: str, entry: FunctionName) -> str:
        return _SPECIAL_NAMES.get(name) or _operator(entry.shown)

    def operator_name(self, name: str) -> str:
        return _operator(name)

    def number_above(self, value: int) -> str:
        return Built(f"^({numeral(value)})")

    def operator_sign(self, name: str) -> str:
        sign = OPERATORS[name].sign.strip()
        if name == "over_points":
            return "sum_i "
        return sign if len(sign) == 1 else _operator(sign)

    def matrix_sign(self, name: str) -> str:
        return _SUMS.get(name) or MATRIX_SIGNS[name].sign


def quoted(text: str) -> str:
    """A text as a string of Typst, which evaluates nothing in it; control characters are left out.

    Examples:
        >>> print(quoted('a "b" \\\\ #read("c")'))
        "a \\"b\\" \\\\ #read(\\"c\\")"
    """
    shown = text if text.isprintable() else "".join(filter(str.isprintable, text))
    return '"' + shown.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _operator(name: str) -> str:
    return f"op({quoted(name)})"


def _letter(name: str) -> str:
    """A letter with its subscript; an odd name as text."""
    if name == "...":
        return _DOTS
    if is_increment(name):
        return f"Δ {_letter(name[1])}"
    if mean_of(name):
        return f"macron({_letter(mean_of(name))})"
    layered = split_layered(name)
    if layered is not None:
        base, layer, place = layered
        below = place.replace(",", "\\,")
        return f"{_letter(base)}^(({layer}))" + (f"_({below})" if place else "")
    parts = split_name(name)
    if parts is None or (len(name) > 1 and name in _CONSTANTS):
        return f"italic({quoted(name)})" if name.isalpha() and name.isascii() else quoted(name)
    base, subscript = parts
    base = FROM_GREEK.get(base, base)
    shown = GREEK.get(base, base)
    if not subscript:
        return shown
    if subscript[:-1].isdigit() and not subscript[-1].isdigit():
        subscript = f"{subscript[:-1]} {subscript[-1]}"  # the first column's value for i
    elif len(subscript) > 1 and not subscript.isdigit():
        subscript = quoted(subscript)
    return f"{shown}_({subscript})"
