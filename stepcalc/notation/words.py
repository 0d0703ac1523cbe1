"""What a run of letters means: a known name, or a product of letters."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from stepcalc.errors import ReadError
from stepcalc.messages import say
from stepcalc.notation.forms import Form, constant, letter
from stepcalc.notation.functions import FunctionName, spellings
from stepcalc.notation.names import FROM_GREEK, GREEK
from stepcalc.notation.operators import MATRICES, OPERATORS
from stepcalc.notation.scanning import LOWERED

ROOTS_AND_LOGARITHMS: Final = ("sqrt", "cbrt", "root", "log2", "log10")
"""Names that are read as functions and stand for a root, or for a logarithm of a base."""

CONSTANT_NAMES: Final[dict[str, str]] = {
    "e": "e", "pi": "pi", "π": "pi",
    "oo": "infinity", "infinity": "infinity", "inf": "infinity", "infty": "infinity",
    "ii": "i", "ⅈ": "i", "EulerGamma": "euler_gamma", "γ_E": "euler_gamma", "gamma_E": "euler_gamma",
    "undefined": "undefined",
}  # fmt: skip
SETS: Final[dict[str, str]] = {
    name: name for name in ("integers", "nonpositive_integers", "naturals")
} | {"ℤ": "integers", "ℕ": "naturals"}  # fmt: skip
CONNECTIVES: Final = ("and", "or", "not", "in")
TRUTHS: Final = ("true", "otherwise")

EMBEDDED: Final = frozenset(
    "sin cos tan cot sec csc sinh cosh tanh coth sech csch arcsin arccos arctan arccot arcsec arccsc asin"
    " acos atan acot asec acsc arsinh arcosh artanh asinh acosh atanh exp ln log sqrt cbrt".split()
)
"""Functions that are found inside a run of letters: sinx, xcosx."""

FOREIGN: Final[dict[str, str]] = {
    "tg": "tan", "ctg": "cot", "cotg": "cot", "sen": "sin", "arctg": "arctan", "arcctg": "arccot",
    "sh": "sinh", "ch": "cosh", "th": "tanh", "lg": "log10", "lb": "log2", "sine": "sin",
    "cosine": "cos", "tangent": "tan",
}  # fmt: skip
"""Functions as they are called elsewhere, with their names here."""

_GREEK_WORDS: Final = frozenset(name for name in GREEK if len(name) > 2) | {"pi"}
_EMBEDDED_STARTS: Final = frozenset(name[0] for name in EMBEDDED | _GREEK_WORDS)
_LONGEST: Final = 24


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a word that means one thing.

    Args:
        kind: ``"letter"``, ``"constant"``, ``"function"``, ``"base"`` (the subscript of log_2), ``"number"``,
            ``"connective"``, ``"truth"`` or ``"set"``.
        value: A form; a name for functions and connectives.
        start: Index in the word.
        end: Index in the word.
    """

    kind: str
    value: Form | str
    start: int
    end: int


class Vocabulary:
    """The names that are known while one text is read.

    Args:
        functions: The functions, by name.
        declared: Names that the user declared as letters.
        undefined: Names of undefined functions.
        law: Whether rule cards are read, whose ``D``, ``prod``, ``sum``, ``others``, ``before`` and ``after``
            are words too.
        operators: Whether ``matrix``, ``gradient`` and their like are functions.
    """

    def __init__(
        self,
        functions: Mapping[str, FunctionName],
        declared: Collection[str] = (),
        undefined: Collection[str] = (),
        law: bool = False,
        operators: bool = False,
    ) -> None:
        self.functions = functions
        self.declared = frozenset(declared) | ({"others", "before", "after"} if law else frozenset())
        unknown = {"f", "g", "h", *undefined}
        self.undefined = frozenset(unknown - self.declared)
        self.law = law
        self.callable = {name: name for name in ROOTS_AND_LOGARITHMS} | spellings(functions)
        self.callable |= {name: name for name in self.undefined}
        if law:
            self.callable |= {name: name for name in ("D", "prod", "sum")}
        self.operators = frozenset((*OPERATORS, *MATRICES) if operators else ())
        self.callable |= {name: name for name in self.operators}
        for name in self.declared:
            self.callable.pop(name, None)
        self.longest_declared = max(map(len, self.declared), default=0)
        self.longest_callable = max(map(len, self.callable))

    def parts(self, word: str, *, called: bool, touching: bool) -> list[Part]:
        """A word taken apart.

        Args:
            word: Letters, digits and subscripts, beginning with a letter.
            called: Whether a bracket (or what else only follows a function) comes next.
            touching: Whether it comes directly behind the word.

        Raises:
            UnknownFunctionError: A bracket follows a word that is no function, and too long for a product.
        """
        whole = self._whole(word, called, touching)
        if whole is not None:
            return [whole]
        split = self._ends_in_function(word, touching) if called else None
        if split:
            return [
                *self._letters(word[:split]),
                Part("function", self.callable[_plain(word[split:])], split, len(word)),
            ]
        if called and touching and self._looks_like_function(word):
            raise UnknownFunctionError(word)
        return list(self._letters(word))

    def _whole(self, word: str, called: bool, touching: bool) -> Part | None:
        """The word as one known name."""
        size = len(word)
        name = _plain(word)
        if word in self.declared or name in self.declared:
            return Part("letter", letter(name), 0, size)
        if name in self.callable and (self._is_plain_function(name) or (called and touching)):
            return Part("function", self.callable[name], 0, size)
        if name in self.undefined and called:
            return Part("function", name, 0, size)
        for kind, names in (("constant", CONSTANT_NAMES), ("set", SETS)):
            if word in names:
                return Part(kind, constant(names[word]), 0, size)
        if word in CONNECTIVES:
            return Part("connective", word, 0, size)
        if word in TRUTHS:
            return Part("truth", constant("true"), 0, size)
        if name in GREEK:
            return Part("letter", letter(name), 0, size)
        return None

    def _is_plain_function(self, name: str) -> bool:
        """Whether a name is a function wherever it stands, and not also a letter."""
        entry = self.functions.get(self.callable[name])
        return (
            name not in GREEK and name not in self.undefined and len(name) > 1 and not (entry and entry.greek)
        )

    def _ends_in_function(self, word: str, touching: bool) -> int:
        """Where a function's name begins that ends the word, as in xsin(x); 0 if there is none."""
        for start in range(max(1, len(word) - self.longest_callable), len(word)):
            name = _plain(word[start:])
            if name not in self.callable or (not touching and not self._is_plain_function(name)):
                continue
            short = len(word) - start < 3
            if start < 3 and not (short and start > 1) and word[start - 1] != "_":
                return start
        return 0

    def _looks_like_function(self, word: str) -> bool:
        """Whether a bracket behind this word makes it an unknown function rather than a product."""
        if len(word) < 3 or not (word.isascii() and word.isalpha()):
            return False
        if len(word) > 3 or word.lower() in self.callable:
            return True
        return bool(close_names(word, self.callable))

    def _letters(self, word: str) -> Iterator[Part]:
        """A product of letters, with the names that are found among them."""
        start = 0
        while start < len(word):
            part = self._known(word, start) or _one_letter(word, start)
            yield part
            start = part.end
            if part.value == "log" and part.kind == "function" and start < len(word):
                base = _base(word, start)
                if base:
                    yield base
                    start = base.end

    def _known(self, word: str, start: int) -> Part | None:
        """A name of several characters, or digits, at this place of a word."""
        part = self._declared(word, start) if self.declared else None
        return part or self._embedded(word, start) or self._number(word, start)

    def _declared(self, word: str, start: int) -> Part | None:
        for end in range(min(len(word), start + self.longest_declared), start, -1):
            if word[start:end] in self.declared:
                return Part("letter", letter(word[start:end]), start, end)
        return None

    def _embedded(self, word: str, start: int) -> Part | None:
        if word[start] not in _EMBEDDED_STARTS:
            return None
        for end in range(min(len(word), start + 8), start + 1, -1):
            piece = word[start:end]
            if piece in EMBEDDED and piece in self.callable:
                return Part("function", self.callable[piece], start, end)
            if piece in _GREEK_WORDS:
                return _one_letter(word, start, end)
        return None

    def _number(self, word: str, start: int) -> Part | None:
        """Digits behind a function's name, as in sin2x."""
        end = start
        while end < len(word) and word[end] in "0123456789":
            end += 1
        return Part("number", word[start:end], start, end) if end > start else None


def misspelt(word: str, *, touching: bool) -> str:
    """The function that an unknown run of letters must be meant for, empty if it can be a product.

    Args:
        word: The run of letters.
        touching: Whether a bracket follows directly; then less likeness is enough.

    Examples:
        >>> misspelt("tg", touching=False), misspelt("sinn", touching=False), misspelt("snn", touching=True)
        ('tan', 'sin', 'sin')
        >>> misspelt("abc", touching=True), misspelt("nsin", touching=False), misspelt("sinx", touching=False)
        ('', '', '')
    """
    if word in FOREIGN:
        return FOREIGN[word]
    # What is longer than three letters is no product before a bracket: that is said with more suggestions.
    if not 3 <= len(word) <= (3 if touching else _LONGEST) or word in EMBEDDED:
        return ""
    from difflib import SequenceMatcher

    wanted, found = (0.66 if touching else 0.8), ""
    for name in sorted(EMBEDDED):
        # A letter that the name does not have is a factor: sinx, xsin; so is one before the name: nsin.
        if set(word) <= set(name) and word[0] == name[0] and word[-1] == name[-1]:
            likeness = SequenceMatcher(None, word, name).ratio()
            if likeness > wanted:
                wanted, found = likeness, name
    return found


class UnknownFunctionError(Exception):
    """A bracket follows a word that is not known; the argument is the word."""


def _plain(word: str) -> str:
    """A Greek letter by its English name."""
    return FROM_GREEK.get(word, word)


def _base(word: str, start: int) -> Part | None:
    """The base in log_2 or log₂: digits, or one letter."""
    end = start + (word[start] == "_")
    first = end
    lowered = end == start
    alphabet = "".join(LOWERED) if lowered else word[end:]
    if first < len(word) and word[first] in alphabet:
        end += 1
        while (
            end < len(word)
            and word[first].isdigit()
            and word[end].isdigit()
            and (word[end] in LOWERED) == lowered
        ):
            end += 1
        text = "".join(LOWERED.get(character, character) for character in word[first:end])
        return Part("base", text if text.isdigit() else letter(_plain(text)), start, end)
    return None


def _one_letter(word: str, start: int, end: int = 0) -> Part:
    """One letter (or a Greek one spelled out) with its subscript."""
    end = end or start + 1
    base = _plain(word[start:end])
    stop = end
    if word[end : end + 1] in LOWERED and end < len(word):
        while stop < len(word) and word[stop] in LOWERED:
            stop += 1
        base += "_" + "".join(LOWERED[character] for character in word[end:stop])
    elif word[end : end + 1] == "_":
        stop += 1
        while stop < len(word) and ((word[stop].isascii() and word[stop].isalnum()) or word[stop] == "_"):
            stop += 1
        base += word[end:stop]
    elif base != "pi":
        while stop < len(word) and word[stop] in "0123456789":
            stop += 1
        base += word[end:stop]
    if base in ("e", "pi", "π"):
        return Part("constant", constant("e" if base == "e" else "pi"), start, end)
    return Part("letter", letter(base), start, stop)


def close_names(word: str, names: Collection[str], *, cutoff: float = 0.7) -> list[str]:
    """The names most like a word, best first; whether a letter is a capital does not count.

    Examples:
        >>> close_names("sinn", ["sin", "cos", "sinh"])
        ['sin', 'sinh']
    """
    from difflib import get_close_matches

    if len(word) > _LONGEST:
        return []
    candidates = sorted({name for name in names if len(name) > 1})
    return get_close_matches(word.lower(), candidates, n=2, cutoff=cutoff)


def unknown_function(word: str, names: Collection[str], meant: str = "", **place: object) -> ReadError:
    """The error that names an unknown function and what may have been meant."""
    close = [meant] if meant else close_names(word, names, cutoff=0.6)
    word = word if len(word) <= _LONGEST else word[:_LONGEST] + "…"
    hint = say("did-you-mean", names=" or ".join(close)) if close else ""
    return ReadError(
        say("unknown-function", name=word, hint=hint),
        code="unknown-function",
        suggestion=close[0] if close else None,
        **place,  # type: ignore[arg-type]
    )
