"""How the names of letters are spelled: Greek, subscripts, and names that only quotation marks can hold."""

from __future__ import annotations

import json
import re
import sys
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

GREEK: Final[dict[str, str]] = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "zeta": "ζ", "eta": "η",
    "theta": "θ", "iota": "ι", "kappa": "κ", "lambda": "λ", "mu": "μ", "nu": "ν", "xi": "ξ", "rho": "ρ",
    "sigma": "σ", "tau": "τ", "upsilon": "υ", "phi": "φ", "chi": "χ", "psi": "ψ", "omega": "ω",
    "Gamma": "Γ", "Delta": "Δ", "Theta": "Θ", "Lambda": "Λ", "Xi": "Ξ", "Pi": "Π", "Sigma": "Σ",
    "Upsilon": "Υ", "Phi": "Φ", "Psi": "Ψ", "Omega": "Ω", "lamda": "λ",
}  # fmt: skip
"""Greek letters by their English names, without those that look like Latin ones and pi, which is a number.

``lamda`` is how SymPy spells it, since ``lambda`` is a word of Python."""

FROM_GREEK: Final[dict[str, str]] = {character: name for name, character in GREEK.items() if name != "lamda"}

SUBSCRIPTS: Final[dict[str, str]] = dict(
    zip("0123456789aehijklmnoprstuvx", "₀₁₂₃₄₅₆₇₈₉ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ", strict=True)
)
SUPERSCRIPTS: Final[dict[str, str]] = dict(zip("0123456789-n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻ⁿ", strict=True))

NOT_LETTERS: Final = frozenset({"e", "ii", "pi", "oo", "gamma_E"})
"""What a letter cannot be called without quotation marks, because it is read as a constant."""

WORDS: Final = frozenset(
    {"pi", "oo", "ii", "in", "not", "and", "or", "true", "undefined", "integers", "nonpositive_integers"}
    | {"root", "sqrt", "cbrt", "partial", "infinity", "inf", "infty", "EulerGamma", "naturals", "otherwise"}
)
"""Words of the notation itself, which a run of single letters must not spell."""

_SUBSCRIPTED: Final = re.compile(r"([A-Za-z]|[A-Z]?[a-z]+)_([A-Za-z0-9]+)")
_NUMBERED: Final = re.compile(r"([A-Za-z])([0-9]+)")
_LAYERED: Final = re.compile(r"([A-Za-z]|[A-Z]?[a-z]+)\^\(([0-9]+)\)(?:_([0-9]+(?:,[0-9]+)?))?")


@dataclass(frozen=True, slots=True)
class LetterText:
    """How a letter is written in one line.

    Args:
        text: What is printed.
        short: Whether it is one character (with its subscript), so that a neighbour may touch it.
        quoted: Whether it stands in quotation marks.
    """

    text: str
    short: bool
    quoted: bool = False


def split_name(name: str) -> tuple[str, str] | None:
    """A name as its base and its subscript (empty if there is none); ``None`` if it is not of that kind.

    Examples:
        >>> split_name("theta_1"), split_name("w12"), split_name("x"), split_name("mass")
        (('theta', '1'), ('w', '12'), ('x', ''), None)
    """
    if (len(name) == 1 and name.isascii() and name.isalpha()) or name in FROM_GREEK or name in GREEK:
        return name, ""
    match = _SUBSCRIPTED.fullmatch(name)
    if match and (len(match[1]) == 1 or match[1] in GREEK):
        return match[1], match[2]
    match = _NUMBERED.fullmatch(name)
    return (match[1], match[2]) if match else None


def letter_text(name: str, *, ascii: bool = False) -> LetterText:
    """How one-line text writes the letter of this name.

    Examples:
        >>> letter_text("theta_1").text, letter_text("w12").text, letter_text("a b").text
        ('θ₁', 'w12', '"a b"')
        >>> letter_text("theta_1", ascii=True).text
        'theta_1'
    """
    parts = split_name(name)
    if parts is None or name in NOT_LETTERS or (ascii and not name.isascii() and name not in FROM_GREEK):
        return LetterText(quote(name, ascii=ascii), short=False, quoted=True)
    base, subscript = parts
    if ascii:
        return LetterText(FROM_GREEK.get(name, name), short=len(name) == 1 and name.isascii())
    shown = base if base == "lamda" else GREEK.get(base, base)  # λ is read as lambda
    if not subscript:
        return LetterText(shown, short=len(shown) == 1)
    if "_" in name and all(character in SUBSCRIPTS for character in subscript):
        return LetterText(shown + "".join(SUBSCRIPTS[character] for character in subscript), short=True)
    return LetterText(f"{shown}_{subscript}" if "_" in name else name, short=False)


def is_increment(name: str) -> bool:
    """Whether a name is that of a small change of a letter, Δx.

    Examples:
        >>> is_increment("Δx"), is_increment("Delta")
        (True, False)
    """
    return len(name) == 2 and name[0] == "Δ" and name[1].isalpha()


def mean_of(name: str) -> str:
    """The letter that a name is the mean of; empty if it is no such name.

    Examples:
        >>> mean_of("x_mean"), mean_of("x_1")
        ('x', '')
    """
    base = name.removesuffix("_mean")
    return base if base != name and split_name(base) == (base, "") else ""


def is_word(name: str) -> bool:
    """Whether a name is a word that people read as one where nobody reads it back: width.

    Examples:
        >>> is_word("width"), is_word("theta"), is_word("x"), is_word("a b")
        (True, False, False, False)
    """
    return name.isalpha() and name.isascii() and name not in NOT_LETTERS and letter_text(name).quoted


def split_layered(name: str) -> tuple[str, str, str] | None:
    """The base, the layer and the place of a letter of a network; ``None`` for other letters.

    Examples:
        >>> split_layered("W^(1)_21"), split_layered("delta^(2)"), split_layered("x_1")
        (('W', '1', '21'), ('delta', '2', ''), None)
    """
    match = _LAYERED.fullmatch(name)
    if match is None or not (len(match[1]) == 1 or match[1] in GREEK):
        return None
    return match[1], match[2], match[3] or ""


def layered_text(name: str, *, ascii: bool = False) -> str:
    """How a letter of a network is shown where nobody reads it back; empty for other letters.

    Examples:
        >>> layered_text("W^(1)_21"), layered_text("delta^(2)"), layered_text("delta^(2)", ascii=True)
        ('W⁽¹⁾₂₁', 'δ⁽²⁾', 'delta^(2)')
    """
    parts = split_layered(name)
    if parts is None or ascii:
        return "" if parts is None else name
    base, layer, place = parts
    below = "".join(SUBSCRIPTS.get(character, character) for character in place)
    return f"{GREEK.get(base, base)}⁽{superscript(layer)}⁾{below}"


def quote(name: str, *, ascii: bool = False) -> str:
    """A name in quotation marks, escaped as a JSON string is, for names that would be read otherwise."""
    return json.dumps(name, ensure_ascii=ascii)


def superscript(text: str) -> str:
    """Digits, a minus sign and the letter n as superscripts."""
    return "".join(SUPERSCRIPTS[character] for character in text)


def numeral(value: int | Fraction, *, minus: str = "−") -> str:
    """An integer or an exact decimal, in digits.

    Examples:
        >>> numeral(-12), numeral(Fraction(-1, 8)), numeral(Fraction(5, 2))
        ('−12', '−0.125', '2.5')
    """
    sign = minus if value < 0 else ""
    if isinstance(value, int):
        return sign + _digits(abs(value))
    places = 0
    scaled = abs(value)
    while scaled.denominator != 1:
        places += 1
        scaled *= 10
    digits = _digits(scaled.numerator).rjust(places + 1, "0")
    return f"{sign}{digits[:-places]}.{digits[-places:]}"


def _digits(value: int) -> str:
    """The decimal digits of a natural number, also of one longer than Python converts in one go."""
    limit = sys.get_int_max_str_digits()
    if not limit or value.bit_length() < 3 * limit:
        return str(value)
    chunk = 10**limit
    parts = []
    while value:
        value, low = divmod(value, chunk)
        parts.append(str(low).rjust(limit, "0"))
    return "".join(reversed(parts)).lstrip("0")
