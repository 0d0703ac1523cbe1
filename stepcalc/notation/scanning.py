"""The first reading of a text: characters become numbers, words and signs, each with its place.

Look-alikes (``−``, ``×``, ``𝑥``) are taken for what they stand for, and LaTeX commands are looked up, so that
what follows need not know how a text was typed.
"""

from __future__ import annotations

import json
import re
import sys
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from stepcalc.errors import LimitError, ReadError
from stepcalc.messages import say
from stepcalc.notation.forms import divide, number
from stepcalc.notation.limits import Limits
from stepcalc.notation.names import SUBSCRIPTS


@dataclass(slots=True)
class Mark:
    """One piece of a text.

    Args:
        kind: ``"number"``, ``"word"``, ``"quoted"``, ``"sign"``, ``"command"``, ``"raised"`` and
            ``"lowered"`` (the ends of a superscript), or ``"end"``; notation/spelling.py puts finer ones.
        value: The number, the word, the sign in its plain spelling, the name of the command.
        start: Index in the text of its first character.
        end: Index after its last character.
        gap: Whether there is space before it.
    """

    kind: str
    value: object
    start: int
    end: int
    gap: bool = False


RAISED: Final[dict[str, str]] = dict(
    zip(
        "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᵝᵞᵟᶿᵠᵡ",
        "0123456789+-=()abcdefghijklmnoprstuvwxyzβγδθφχ",
        strict=True,
    )
)
LOWERED: Final[dict[str, str]] = {small: plain for plain, small in SUBSCRIPTS.items()}

_LOOK_ALIKES: Final[dict[str, str]] = {
    "-": "−–—‒‐‑﹣－˗",
    "*": "×⋅·∙•∗⨯＊",
    "/": "÷∕⁄／",
    "'": "′’ʹ＇",
    "(": "（",
    ")": "）",
    "+": "＋",
    "=": "＝",
    "|": "∣｜",
    "μ": "µ",
    "Δ": "∆",
    "Ω": "Ω",
    "ε": "ϵ",
    "θ": "ϑ",
    "φ": "ϕ",
    "π": "ϖ",
    "σ": "ς",
    "e": "ℯ",
}


class _Plain(dict[int, int]):
    """The table for ``str.translate``: look-alikes, and mathematical alphabets as they are met."""

    def __missing__(self, code: int) -> int:
        plain = code
        if 0x1D400 <= code <= 0x1D7FF or 0xFF01 <= code <= 0xFF5E:
            import unicodedata

            letters = unicodedata.normalize("NFKC", chr(code))
            plain = ord(letters) if len(letters) == 1 else code
        return plain


_PLAIN: Final = _Plain({ord(odd): ord(plain) for plain, odds in _LOOK_ALIKES.items() for odd in odds})

_FRACTIONS: Final[dict[str, tuple[int, int]]] = {
    "½": (1, 2), "⅓": (1, 3), "⅔": (2, 3), "¼": (1, 4), "¾": (3, 4), "⅕": (1, 5), "⅖": (2, 5), "⅗": (3, 5),
    "⅘": (4, 5), "⅙": (1, 6), "⅚": (5, 6), "⅛": (1, 8), "⅜": (3, 8), "⅝": (5, 8), "⅞": (7, 8),
}  # fmt: skip

_SPACE: Final = r"(?P<space>[ \t\n\r\f\v\u00a0\u2000-\u200b\u202f\u205f\u2061-\u2064\u3000\ufeff]+)"
_NUMBER: Final = r"(?P<number>(?:[0-9]+(?:\.(?!\.)[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)"
_QUOTED: Final = r'(?P<quoted>"(?:[^"\\]|\\.)*")'
_SMALL: Final = "".join(map(re.escape, [*RAISED, *_FRACTIONS]))
_RAISED: Final = "(?P<raised>[" + "".join(map(re.escape, RAISED)) + "]+)"
_LETTER: Final = rf"(?:(?![{_SMALL}])[^\W\d_])"
_WORD: Final = rf"(?P<word>{_LETTER}(?:(?![{_SMALL}])\w)*)"
_LATEX_WORD: Final = rf"(?P<word>{_LETTER}(?:(?![{_SMALL}_0-9])\w)*)"
_COMMAND: Final = r"(?P<command>\\(?:[A-Za-z]+\*?|(?s:.)))"
_SIGN: Final = r"(?P<sign>\*\*|\.\.\.|:=|==|!=|<=|>=|<>|(?s:.))"

_TEXT_PATTERN: Final = re.compile("|".join([_SPACE, _NUMBER, _WORD, _QUOTED, _RAISED, _SIGN]))
_LATEX_PATTERN: Final = re.compile(
    "|".join([_SPACE, _NUMBER, _LATEX_WORD, _QUOTED, _RAISED, _COMMAND, _SIGN])
)

SIGNS: Final[dict[str, str]] = {sign: sign for sign in "^*/+-=<>()[]{}|,!'_∂√∛∜⌊⌋⌈⌉∞&"} | {
    "**": "^",
    "...": "...",
    "…": "...",
    "==": "=",
    ":=": "=",
    "!=": "!=",
    "<>": "!=",
    "≠": "!=",
    "<=": "<=",
    "≤": "<=",
    "⩽": "<=",
    ">=": ">=",
    "≥": ">=",
    "⩾": ">=",
    "″": "''",
    "‴": "'''",
    "∈": "in",
    "∉": "not in",
    "∧": "and",
    "∨": "or",
    "¬": "not",
}
"""The signs that are read, each with its plain spelling."""

COMMAND_SIGNS: Final[dict[str, str]] = {
    "cdot": "*", "times": "*", "ast": "*", "star": "*", "bullet": "*", "div": "/",
    "le": "<=", "leq": "<=", "leqslant": "<=", "ge": ">=", "geq": ">=", "geqslant": ">=",
    "lt": "<", "gt": ">", "ne": "!=", "neq": "!=", "in": "in", "notin": "not in",
    "land": "and", "wedge": "and", "lor": "or", "vee": "or", "lnot": "not", "neg": "not",
    "infty": "∞", "partial": "∂", "prime": "'", "lbrace": "{", "rbrace": "}", "{": "(", "}": ")",
    "vert": "|", "mid": "|", "|": "|", "lvert": "|(", "rvert": "|)",
    "lfloor": "⌊", "rfloor": "⌋", "lceil": "⌈", "rceil": "⌉", "lbrack": "[", "rbrack": "]",
    "ldots": "...", "dots": "...", "cdots": "...", "_": "_", "\\": "\\\\",
}  # fmt: skip
"""LaTeX commands that stand for signs."""

_SPACES: Final = frozenset(
    ", ; : ! > ( ) [ ] quad qquad displaystyle textstyle limits nolimits middle "
    "big Big bigg Bigg bigl Bigl biggl Biggl bigr Bigr biggr Biggr space thinspace nonumber".split(" ")
) | {" ", "\n", "\t"}
"""LaTeX commands that say how things look."""

_VARIANTS: Final[dict[str, str]] = {
    "varepsilon": "epsilon", "vartheta": "theta", "varphi": "phi", "varrho": "rho", "varsigma": "sigma",
    "varkappa": "kappa", "dfrac": "frac", "tfrac": "frac", "cfrac": "frac",
}  # fmt: skip
_STYLED: Final = frozenset(
    "operatorname operatorname* mathrm mathit mathsf mathbf mathtt mathbb text textrm textit mbox".split()
)
_BLACKBOARD: Final = {"Z": "integers", "N": "naturals"}


def is_latex(text: str) -> bool:
    """Whether a text is LaTeX: it has a backslash or braces (outside quotation marks).

    Examples:
        >>> is_latex(r"\\\\frac{x}{2}"), is_latex("x^12")
        (True, False)
    """
    if '"' in text:
        text = re.sub(r'"(?:[^"\\]|\\.)*(?:"|\\?\Z)', "", text)
    return "\\" in text or "{" in text or "}" in text


def scan(text: str, limits: Limits) -> list[Mark]:
    """The pieces of a text, the last of them of the kind ``"end"``.

    Args:
        text: What was typed or pasted.
        limits: How long numbers may be.

    Raises:
        ReadError: There is a character that is not read at all.
        LimitError: A number has too many digits.
    """
    return _Scanner(text, limits).marks


class _Scanner:
    """Makes the marks of one text, from left to right."""

    def __init__(self, text: str, limits: Limits) -> None:
        self.text = text
        self.limits = limits
        self.marks: list[Mark] = []
        self.gap = False
        self.latex = is_latex(text)
        plain = text if text.isascii() else text.translate(_PLAIN)
        pattern = _LATEX_PATTERN if self.latex else _TEXT_PATTERN
        self.matches = pattern.finditer(plain)
        for match in self.matches:
            self.take(match)
        self.add("end", "", len(text), len(text))

    def take(self, match: re.Match[str], offset: int = 0) -> None:
        """Deal with what the pattern found, by the kind that it is."""
        kind = match.lastgroup
        assert kind is not None
        getattr(self, kind)(match[0], match.start() + offset, match.end() + offset)

    def add(self, kind: str, value: object, start: int, end: int) -> None:
        self.marks.append(Mark(kind, value, start, end, self.gap))
        self.gap = False

    def fail(self, code: str, start: int, end: int, **parts: object) -> ReadError:
        return ReadError(say(code, **parts), code=code, text=self.text, start=start, end=end)

    def space(self, value: str, start: int, end: int) -> None:
        self.gap = True

    def number(self, value: str, start: int, end: int) -> None:
        last = self.marks[-1] if self.marks else None
        if last and last.kind == "number" and not self.gap and last.end == start:
            raise self.fail("two-decimal-points", last.start, end)
        if self.latex and last and last.value in ("^", "_") and last.kind == "sign" and len(value) > 1:
            self.add("number", int(value[0]) if value[0] != "." else Fraction(0), start, start + 1)
            self.add("number", self._value(value[1:], start + 1, end), start + 1, end)
            return
        self.add("number", self._value(value, start, end), start, end)

    def _value(self, digits: str, start: int, end: int) -> int | Fraction:
        """The number that was typed, exactly."""
        mantissa, _, exponent = digits.lower().partition("e")
        if mantissa.isdigit() and not exponent:
            return whole_number(mantissa, self.text, start, end, self.limits)
        places = abs(int(exponent)) if 0 < len(exponent) < 8 else len(exponent) * self.limits.digits
        whole, _, behind = mantissa.partition(".")
        if len(mantissa) + places > self.limits.digits:
            raise _too_long(self.text, start, end, self.limits)
        numerator = whole_number((whole + behind) or "0", self.text, start, end, self.limits)
        value = Fraction(numerator, 10 ** len(behind)) * Fraction(10) ** int(exponent or 0)
        return value.numerator if value.denominator == 1 else value

    def word(self, value: str, start: int, end: int) -> None:
        if not value.isascii():
            for place, character in enumerate(value, start):
                if not (character.isascii() or character.isalpha() or character in LOWERED):
                    raise self.fail("unknown-sign", place, place + 1, sign=character)
        name = value.rstrip("_")
        if "__" in name or len(name) < len(value) - 1:
            raise self.fail("subscript-not-readable", start, end)
        self.add("word", name, start, start + len(name))
        if len(name) < len(value):
            self.add("sign", "_", end - 1, end)

    def quoted(self, value: str, start: int, end: int) -> None:
        try:
            name = json.loads(self.text[start:end])
        except ValueError:
            raise self.fail("name-not-readable", start, end) from None
        if not name:
            raise self.fail("name-not-readable", start, end)
        self.add("quoted", name, start, end)

    def raised(self, value: str, start: int, end: int) -> None:
        """A superscript is read by itself, between two marks."""
        self.add("raised", "", start, start)
        plain = "".join(RAISED[character] for character in value)
        for match in _TEXT_PATTERN.finditer(plain):
            self.take(match, start)
        self.add("lowered", "", end, end)

    def sign(self, value: str, start: int, end: int) -> None:
        plain = SIGNS.get(value)
        if plain is not None:
            self.add("sign", plain, start, end)
        elif value == "$" or (value == "~" and self.latex):
            self.gap = True
        elif value == '"':
            raise self.fail("quotation-never-closed", start, end)
        elif value in ("∫", "∬", "∮"):
            raise self.fail("integral-sign", start, end)
        elif value == "°":
            raise self.fail("degree-sign", start, end)
        elif value in _FRACTIONS:
            self._fraction(value, start, end)
        elif ord(value) < 32 or 127 <= ord(value) < 160:
            raise self.fail("control-character", start, end, number=f"{ord(value):04X}")
        else:
            raise self.fail("unknown-sign", start, end, sign=self.text[start:end])

    def _fraction(self, value: str, start: int, end: int) -> None:
        """A character such as ½ stands for a fraction in brackets."""
        above, below = _FRACTIONS[value]
        self.add("constant", divide(number(above), number(below)), start, end)

    def command(self, value: str, start: int, end: int) -> None:
        """A LaTeX command: a sign, a word, a space, or a command that spelling and settling know."""
        name = _VARIANTS.get(value[1:], value[1:])
        if name in COMMAND_SIGNS:
            self.add("sign", COMMAND_SIGNS[name], start, end)
        elif name in _SPACES:
            self.gap = True
        elif name in ("left", "right"):
            self._sized(name, start)
        elif name in _STYLED or name in ("begin", "end"):
            self._named(name, start)
        elif name in ("frac", "sqrt"):
            self.add("command", name, start, end)
        elif name[0].isalpha():
            self.add("command-word", name, start, end)
        else:
            raise self.fail("unknown-command", start, end, command=value, hint="")

    def _sized(self, name: str, start: int) -> None:
        """What follows \\left and \\right: a bracket of its own kind, or a bar that says which end it is."""
        for match in self.matches:
            value, end = match[0], match.end()
            if match.lastgroup == "space":
                continue
            if value in ("|", r"\vert", r"\lvert", r"\rvert", r"\|"):
                self.add("sign", "|(" if name == "left" else "|)", start, end)
            elif value != ".":
                self.take(match)
            return

    def _named(self, name: str, start: int) -> None:
        """What stands in braces after \\operatorname, \\mathrm, \\text, \\begin and their like."""
        texts = []
        match = next(self.matches, None)
        while match is not None and match.lastgroup == "space":
            match = next(self.matches, None)
        if match is None or match[0] != "{":
            if match is not None and match.lastgroup == "word":
                self.add("word", match[0], match.start(), match.end())
                return
            raise self.fail("command-needs-braces", start, start + len(name) + 1, command=f"\\{name}")
        for match in self.matches:
            if match[0] == "}":
                break
            texts.append(match[0])
        else:
            raise self.fail("bracket-never-closed", start, start + len(name) + 1)
        assert match is not None
        content = "".join(texts).strip()
        if name in ("begin", "end"):
            self.add("command", f"{name} {content}", start, match.end())
        elif name == "mathbb":
            self.add("word", _BLACKBOARD.get(content, content), start, match.end())
        elif content:
            self.add("word", content, start, match.end())


def whole_number(digits: str, text: str, start: int, end: int, limits: Limits) -> int:
    """The integer that the digits at this place of the text stand for.

    Raises:
        LimitError: They are too many.
    """
    if len(digits) > limits.digits or len(digits) > sys.get_int_max_str_digits() > 0:
        raise _too_long(text, start, end, limits)
    return int(digits)


def _too_long(text: str, start: int, end: int, limits: Limits) -> LimitError:
    return LimitError(
        say("number-too-long", limit=f"{limits.digits:,}"),
        code="number-too-long", text=text, start=start, end=end,
    )  # fmt: skip
