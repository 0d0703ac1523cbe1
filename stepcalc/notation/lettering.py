"""How what is not taken apart is written: numbers, letters, names and signs."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import cached_property
from typing import ClassVar, Final

from stepcalc.notation.forms import Form
from stepcalc.notation.functions import FUNCTIONS, FunctionName, spellings
from stepcalc.notation.names import (
    GREEK,
    WORDS,
    is_increment,
    is_word,
    layered_text,
    letter_text,
    numeral,
    quote,
    split_name,
    superscript,
)
from stepcalc.notation.operators import MATRIX_SIGNS, OPERATORS

_CONSTANTS: Final = {
    "pi": ("π", "pi"),
    "e": ("e", "e"),
    "i": ("ⅈ", "ii"),
    "infinity": ("∞", "oo"),
    "euler_gamma": ("γ_E", "EulerGamma"),
}
_SIGNS: Final = {"=": "=", "!=": "≠", "<": "<", "<=": "≤", ">": ">", ">=": "≥", "in": "∈", "not in": "∉"}


class Lettering:
    """Unicode, or plain ASCII; other writers have letterings of their own.

    Args:
        ascii: Whether to do with plain ASCII.
        functions: The functions that have names, by name.
        symbolic: Whether operators have their signs, as in ∇[x² y] and n!; the reader reads gradient(x² y, x, y).
    """

    def __init__(
        self,
        *,
        ascii: bool = False,
        functions: Mapping[str, FunctionName] = FUNCTIONS,
        symbolic: bool = False,
    ) -> None:
        self.ascii = ascii
        self.functions = functions
        self.symbolic = symbolic
        self.minus = "-" if ascii else "−"
        self.dot = "*" if ascii else "·"

    @cached_property
    def spellings(self) -> dict[str, str]:
        """Every spelling of a function, with its name."""
        return spellings(self.functions)

    def leaf_text(self, form: Form) -> str:
        """A number, a letter, a constant or a reference."""
        match form.head:
            case "number":
                assert isinstance(form.label, int | Fraction)
                return numeral(form.label, minus=self.minus)
            case "letter":
                if self.symbolic and "^" in form.name:
                    layered = layered_text(form.name, ascii=self.ascii)
                    if layered:
                        return layered
                if self.symbolic and is_increment(form.name):
                    # Typed, Δx is a product: only where nobody reads it back it needs no quotation marks.
                    return f"{'Delta_' if self.ascii else 'Δ'}{form.name[1]}"
                text = self.bare_name(form.name)
                function = self.functions.get(self.spellings.get(text, "")) if len(text) > 1 else None
                return text if function is None or function.greek else quote(form.name, ascii=self.ascii)
            case "reference":
                return f"[{form.label}]"
        return _CONSTANTS.get(form.name, (form.name, form.name))[self.ascii]

    def bare_name(self, name: str) -> str:
        """The name of a letter, or of a function that is not called."""
        if self.symbolic and (is_word(name) or "^" in name):
            return layered_text(name, ascii=self.ascii) or name
        return letter_text(name, ascii=self.ascii).text

    def function_name(self, name: str) -> str:
        """The name of a function, as a call begins with it."""
        entry = self.functions.get(name)
        if entry is not None:
            return entry.name if self.ascii and not entry.shown.isascii() else entry.shown
        if name in GREEK and not self.ascii:
            return GREEK[name]
        plain = name.isidentifier() and (name.isascii() or not self.ascii) and name not in self.spellings
        return name if plain and name not in WORDS and name != "e" else quote(name, ascii=self.ascii)

    def number_above(self, value: int) -> str:
        """A whole number as an exponent."""
        digits = numeral(value, minus="-")
        return f"^{digits}" if self.ascii else superscript(digits)

    def operator_sign(self, name: str) -> str:
        """The sign of an operator."""
        return OPERATORS[name].ascii if self.ascii else OPERATORS[name].sign

    def matrix_sign(self, name: str) -> str:
        """The sign of a product entry by entry, of a transpose, or of a sum of entries."""
        return MATRIX_SIGNS[name].ascii if self.ascii else MATRIX_SIGNS[name].sign

    def relation_sign(self, form: Form) -> str:
        """The sign of a relation."""
        assert isinstance(form.label, str)
        return form.label if self.ascii else _SIGNS[form.label]

    def connective(self, form: Form) -> str:
        """What joins the parts of a condition."""
        return "not " if form.label == "not" else f" {form.label} "


class TypesetLettering(Lettering):
    """What the letterings of programs that typeset mathematics have in common: signs from tables of their own."""

    signs: ClassVar[Mapping[str, str]]
    connectives: ClassVar[Mapping[str, str]]
    constants: ClassVar[Mapping[str, str]]

    def __init__(self, *, functions: Mapping[str, FunctionName]) -> None:
        super().__init__(functions=functions, symbolic=True)

    def relation_sign(self, form: Form) -> str:
        return self.signs.get(str(form.label), str(form.label))

    def connective(self, form: Form) -> str:
        return self.connectives[str(form.label)]

    def leaf_text(self, form: Form) -> str:
        match form.head:
            case "letter":
                return self.bare_name(form.name)
            case "constant":
                return self.constants[form.name]
        return super().leaf_text(form)

    def function_name(self, name: str) -> str:
        entry = self.functions.get(name)
        if entry is not None:
            return self.known_function(name, entry)
        return self.bare_name(name) if len(name) == 1 or split_name(name) else self.operator_name(name)

    def known_function(self, name: str, entry: FunctionName) -> str:
        """The name of a function that is known."""
        raise NotImplementedError

    def operator_name(self, name: str) -> str:
        """A word as the name of an operator."""
        raise NotImplementedError
