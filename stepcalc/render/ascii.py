"""Words in plain ASCII, for those who have no other characters."""

from __future__ import annotations

import re
from typing import Final
from unicodedata import combining, normalize

from stepcalc.notation.names import FROM_GREEK

_ASCII: Final = str.maketrans(
    {
        **FROM_GREEK,
        "′": "'", "″": "''", "·": "*", "−": "-", "×": "*", "…": "...", "–": "-", "—": "-", "’": "'",
        "≤": "<=", "≥": ">=", "≠": "!=", "∈": "in", "∉": "not in", "∞": "oo", "∂": "d", "∫": "int ",
        "√": "sqrt ", "∛": "cbrt ", "→": "->", "±": "+-", "≪": "<<", "≈": "~", "∇": "grad ", "Σ": "sum ",
        "‴": "'''", "∘": " o ", "§": "section ", "⁄": "/", "ε": "eps", "\u0304": "_bar", "π": "pi",
    }
)  # fmt: skip


_RAISED: Final = re.compile("[⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ⁿⁱᵏᵐᵖˣᵀ]+")
_LOWERED: Final = re.compile("[₀₁₂₃₄₅₆₇₈₉₊₋ᵢⱼₖₙₐₑₘ]+")


def to_ascii(text: str) -> str:
    """Words in plain ASCII (formulas have a writer of their own).

    Examples:
        >>> to_ascii("(f·g)′ = f′·g + f·g′"), to_ascii("(xⁿ)′ = n·xⁿ⁻¹")
        ("(f*g)' = f'*g + f*g'", "(x^n)' = n*x^(n-1)")
    """
    raised = _RAISED.sub(lambda found: "^" + _bracketed(found[0]), text)
    plain = _LOWERED.sub(lambda found: _below(found[0]), raised).translate(_ASCII)
    # What is left is taken apart: ô is o with an accent, which goes.
    apart = "".join(each for each in normalize("NFKD", plain) if not combining(each))
    return apart.translate(_ASCII).encode("ascii", "replace").decode("ascii")


def _bracketed(marks: str) -> str:
    """Small letters as large ones, in brackets where there are several that are no number."""
    plain = normalize("NFKD", marks).replace("\N{MINUS SIGN}", "-")
    return plain if len(plain) == 1 or plain.isdigit() or plain.startswith("(") else f"({plain})"


def _below(marks: str) -> str:
    plain = _bracketed(marks)
    word = plain.strip("()")
    return plain if plain.isdigit() else f"_{word if word.isalpha() else plain}"
