"""The second reading: words become letters, constants and functions, and d/dx becomes one mark."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from stepcalc.errors import ReadError
from stepcalc.messages import say
from stepcalc.notation.forms import Form, constant, letter
from stepcalc.notation.limits import Limits
from stepcalc.notation.names import GREEK
from stepcalc.notation.scanning import Mark, whole_number
from stepcalc.notation.words import (
    EMBEDDED,
    SETS,
    Part,
    UnknownFunctionError,
    Vocabulary,
    close_names,
    misspelt,
    unknown_function,
)

Tell = Callable[..., None]
"""Notes a choice that was made: the code of the message, and its parts."""

_OPENING: Final = ("(", "[")
_ORDER_BRACKETS: Final = {"(": ")", "{": "}"}
_DIFFERENTIALS: Final = ("d", "∂", "partial", "frac")
_BEFORE_CONDITIONS: Final = ("if", "for", "when", "where")
_REQUESTS: Final = frozenset(
    "derivative differentiate diff derive find calculate compute evaluate what the".split()
)
_HIGHEST_ORDER: Final = 1000
_LONGEST_WORD: Final = 40


def spell(
    text: str, marks: list[Mark], known: Vocabulary, *, limits: Limits, latex: bool, tell: Tell
) -> list[Mark]:
    """The marks with each word taken apart.

    Words become marks of the kinds ``letter``, ``constant``, ``set``, ``truth`` (whose value is a form),
    ``function``, ``connective`` (a name), ``base`` (of a logarithm) and ``number``; d/dx becomes one mark of
    the kind ``derivative``, whose value is the kind of the goal and its letters.

    Raises:
        ReadError: A bracket follows a word that is no function, or a LaTeX command is not known.
    """
    return _Speller(text, marks, known, limits, latex, tell).out


class _Speller:
    """Goes over the marks of one text from left to right."""

    def __init__(
        self, text: str, marks: list[Mark], known: Vocabulary, limits: Limits, latex: bool, tell: Tell
    ) -> None:
        self.text = text
        self.limits = limits
        self.marks = marks
        self.known = known
        self.latex = latex
        self.tell = tell
        self.out: list[Mark] = []
        self.place = 0
        while self.place < len(marks):
            mark = marks[self.place]
            self.place += 1
            if mark.value in _DIFFERENTIALS and mark.kind != "quoted" and self.derivative(mark):
                continue
            match mark.kind:
                case "word":
                    self.word(mark)
                case "quoted":
                    self.quoted(mark)
                case "command-word":
                    self.command_word(mark)
                case _:
                    self.out.append(mark)

    def sign(self, place: int) -> object:
        """The sign at a place, ``None`` if something else is there."""
        mark = self.marks[min(place, len(self.marks) - 1)]
        return mark.value if mark.kind == "sign" else None

    def fail(self, code: str, mark: Mark, **parts: object) -> ReadError:
        return ReadError(say(code, **parts), code=code, text=self.text, start=mark.start, end=mark.end)

    # words

    def word(self, mark: Mark) -> None:
        word = str(mark.value)
        before = self.out[-1].value if self.out else ""
        if before == "&" and word in _BEFORE_CONDITIONS:
            return
        if before in ("in", "not in") and (self.known.law or word in SETS):
            self.out.append(Mark("set", constant(SETS.get(word, word)), mark.start, mark.end, mark.gap))
            return
        called, touching = self.called(word)
        if not (self.known.law or word in self.known.declared or word in self.known.callable):
            self.check_request(word, mark)
            self.check_misspelt(word, mark, touching)
        try:
            parts = self.known.parts(word, called=called, touching=touching)
        except UnknownFunctionError:
            end = mark.start + len(word)
            raise unknown_function(
                word, self.known.callable, text=self.text, start=mark.start, end=end
            ) from None
        self.append(mark, parts)

    def check_request(self, word: str, mark: Mark) -> None:
        """Refuse "derivative of x^2": the words in front are no letters."""
        behind = self.marks[self.place]
        if self.place == 1 and word.lower() in _REQUESTS and behind.kind != "end" and behind.gap:
            raise self.fail("expression-alone", mark, word=word)

    def check_misspelt(self, word: str, mark: Mark, touching: bool) -> None:
        """Refuse "tg x" and "sinn x", which nobody means for products."""
        behind = self.marks[self.place]
        follows = str(behind.value)
        if word == "arc" and behind.kind == "word" and follows[:3] in ("sin", "cos", "tan", "cot"):
            raise self.unknown(f"{word} {follows[:3]}", mark, f"{word}{follows[:3]}")
        # "th e^x" and "th sin(x)" are how products are printed.
        argument = behind.gap and (
            behind.kind == "number"
            or (behind.kind == "word" and follows not in self.known.callable and follows[0] != "e")
        )
        meant = misspelt(word, touching=touching) if argument or touching else ""
        if meant and not (
            argument and self.known.parts(word, called=False, touching=False)[-1].kind == "function"
        ):
            raise self.unknown(word, mark, meant)

    def unknown(self, word: str, mark: Mark, meant: str) -> ReadError:
        end = mark.start + len(word)
        return unknown_function(word, self.known.callable, meant, text=self.text, start=mark.start, end=end)

    def append(self, mark: Mark, parts: list[Part]) -> None:
        """The parts of a word as marks of their own."""
        for place, part in enumerate(parts):
            start, end = mark.start + part.start, mark.start + part.end
            value: object = part.value
            if part.kind == "number" or (part.kind == "base" and isinstance(value, str)):
                value = whole_number(str(value), self.text, start, end, self.limits)
            self.out.append(Mark(part.kind, value, start, end, mark.gap and place == 0))
        self.out[-1].end = mark.end
        if self.latex and parts[-1].kind == "letter" and self.sign(self.place) == "_":
            self.subscript(self.out[-1])
        kinds = [part.kind for part in parts]
        if len(parts) + (kinds[0] == "function") > 2 and not {"base", "number"} & set(kinds):
            self.note_word(mark, parts, " " if "function" in kinds else "·")

    def note_word(self, mark: Mark, parts: list[Part], between: str) -> None:
        """xlnx is x ln x, and abc is a·b·c: say so."""
        word = self.text[mark.start : min(mark.end, mark.start + _LONGEST_WORD)]
        read = between.join(word[part.start : part.end] for part in parts[:_LONGEST_WORD])
        if mark.end - mark.start > _LONGEST_WORD:
            word, read = word + "…", read.rstrip(between) + "…"
        self.tell("word-taken-apart", word=word, read=read)

    def called(self, word: str) -> tuple[bool, bool]:
        """Whether a bracket follows this word, and whether directly; primes may stand between."""
        here = self.marks[self.place]
        sign = self.sign(self.place)
        if sign in _OPENING:
            return True, not here.gap
        name = word[-1:]
        if name in self.known.undefined or word in self.known.undefined:
            if sign in ("'", "''", "'''"):
                return True, True
            place = self.after_exponent()
            if place and self.sign(place) == "(":
                return True, True
        return False, False

    def after_exponent(self) -> int:
        """The place after an exponent that stands here, 0 if none does."""
        place = self.place
        if self.marks[place].kind == "raised":
            while self.marks[place].kind != "lowered":
                place += 1
            return place + 1
        if self.sign(place) != "^":
            return 0
        place += self.sign(place + 1) == "-"
        if self.marks[place + 1].kind == "number":
            return place + 2
        return read_orders(self.marks, place + 1)[1]

    def quoted(self, mark: Mark) -> None:
        """A name in quotation marks: a function directly before a bracket, else a letter."""
        here = self.marks[self.place]
        called = self.sign(self.place) in ("(", "'", "''", "'''") and not here.gap
        orders = (
            read_orders(self.marks, self.place + 1)[1] if self.sign(self.place) == "^" and not here.gap else 0
        )
        if called or (orders and self.sign(orders) == "("):
            self.out.append(Mark("function", str(mark.value), mark.start, mark.end, mark.gap))
        else:
            self.out.append(Mark("letter", letter(str(mark.value)), mark.start, mark.end, mark.gap))

    def command_word(self, mark: Mark) -> None:
        """A LaTeX command that is the name of a letter or a function."""
        name = str(mark.value)
        if name in GREEK or name in self.known.callable or name == "pi":
            self.word(mark)
            return
        close = close_names(name, {*GREEK, *EMBEDDED, "frac", "sqrt", "cdot", "left", "right", "pi"})
        hint = say("did-you-mean", names=" or ".join("\\" + other for other in close)) if close else ""
        raise self.fail("unknown-command", mark, command=f"\\{name}", hint=hint)

    def subscript(self, mark: Mark) -> None:
        """x_{12} or x_1 in LaTeX: the subscript becomes part of the letter's name."""
        value = mark.value
        assert isinstance(value, Form)
        inside = self.marks[self.place + 1]
        last = inside
        place = self.place + 2
        name = ""
        if inside.value == "{" and inside.kind == "sign":
            while self.sign(place) != "}":
                last = self.marks[place]
                if last.kind not in ("number", "word", "command-word"):
                    raise self.fail("subscript-not-readable", last)
                name += str(last.value)
                place += 1
            last = self.marks[place]
            place += 1
        elif inside.kind == "word":
            word = str(inside.value)
            name = word[0]
            if len(word) > 1:
                place -= 1
                self.marks[place] = Mark("word", word[1:], inside.start + 1, inside.end)
        elif inside.kind in ("number", "command-word"):
            name = str(inside.value)
        if not name.isalnum():
            raise self.fail("subscript-not-readable", inside)
        self.place = place
        mark.value = letter(f"{value.name}_{name}")
        mark.end = last.end

    # d/dx

    def derivative(self, mark: Mark) -> bool:
        """Read d/dx, d²/dx², ∂²/∂x∂y or \\frac{d}{dx} if they stand here and something follows them."""
        if mark.value == "d" and (mark.kind != "word" or "d" in self.known.declared):
            return False
        found = _Operator(self, self.place - 1)
        if not found.letters:
            return False
        end = self.marks[found.place - 1].end
        kind = "partial" if found.partial else "D"
        self.out.append(Mark("derivative", (kind, tuple(found.letters)), mark.start, end, mark.gap))
        self.place = found.place
        return True


def read_orders(marks: list[Mark], place: int) -> tuple[tuple[int, ...], int]:
    """The natural numbers in brackets at a place, as in f^(1,0)(x, y), and the place after them.

    Returns:
        The numbers, and where the text goes on; no numbers and 0 if something else stands there.
    """
    closing: list[str] = []
    while marks[place].kind == "sign" and marks[place].value in _ORDER_BRACKETS:
        closing.append(_ORDER_BRACKETS[str(marks[place].value)])
        place += 1
    values: list[int] = []
    while marks[place].kind == "number" and isinstance(marks[place].value, int):
        values.append(marks[place].value)  # type: ignore[arg-type]
        place += 1
        if marks[place].value != ",":
            break
        place += 1
    for sign in reversed(closing):
        if marks[place].kind != "sign" or marks[place].value != sign:
            return (), 0
        place += 1
    return (tuple(values), place) if values and ")" in closing else ((), 0)


class _Operator:
    """Tries to read d/dx at a place; ``letters`` stays empty if it does not stand there.

    Args:
        speller: Whose marks are read.
        place: Where.
    """

    def __init__(self, speller: _Speller, place: int) -> None:
        self.speller = speller
        self.place = place
        self.partial = False
        self.letters: list[Form] = []
        letters = self.fraction() if self.mark.value == "frac" else self.operator("/")
        follows = self.mark.kind not in ("end", "sign", "lowered") or self.mark.value in (
            "(", "[", "{", "|", "√", "∛", "∜", "∂", "|(", "⌊", "⌈",
        )  # fmt: skip
        if letters and (follows or self.partial):
            self.letters = letters

    @property
    def mark(self) -> Mark:
        return self.speller.marks[min(self.place, len(self.speller.marks) - 1)]

    def skip(self, *signs: str) -> bool:
        """Go past one of these signs, if it is there."""
        if self.mark.kind == "sign" and self.mark.value in signs:
            self.place += 1
            return True
        return False

    def fraction(self) -> list[Form]:
        r"""\frac{d}{dx}"""
        self.place += 1
        if not self.skip("{"):
            return []
        letters = self.operator("}")
        return letters if letters and self.skip("}") else []

    def operator(self, between: str) -> list[Form]:
        """The d above, what stands ``between``, and the letters below."""
        self.partial = self.mark.value != "d"
        self.place += 1
        order = self.order()
        if not order or not self.skip(between) or (between == "}" and not self.skip("{")):
            return []
        closing = ")" if between == "/" and self.skip("(") else ""
        letters: list[Form] = []
        while len(letters) < order:
            found = self.letter()
            times = self.order() if found else 0
            if not found or not times:
                return []
            letters += [found] * times
        return letters if len(letters) == order and (not closing or self.skip(closing)) else []

    def order(self) -> int:
        """A natural number as exponent; 1 if there is none, 0 if there is something else."""
        raised = self.mark.kind == "raised"
        if not raised and not self.skip("^"):
            return 1
        self.place += raised
        braced = self.skip("{")
        value = self.mark.value if self.mark.kind == "number" else 0
        self.place += 1
        if (raised and self.mark.kind != "lowered") or (braced and not self.skip("}")):
            return 0
        self.place += raised
        return value if isinstance(value, int) and 0 < value <= _HIGHEST_ORDER else 0

    def letter(self) -> Form | None:
        """The letter behind one d below the line."""
        mark = self.mark
        sign = ("∂", "partial") if self.partial else ("d",)
        self.place += 1
        if mark.value in sign and mark.kind in ("word", "sign"):
            mark = self.mark
            self.place += 1
            return self.name(mark, str(mark.value))
        if mark.kind == "word" and not self.partial and str(mark.value).startswith("d"):
            return self.name(mark, str(mark.value)[1:])
        return None

    def name(self, mark: Mark, word: str) -> Form | None:
        """The letter that a word or a quoted name is, and its subscript in LaTeX."""
        if mark.kind == "quoted":
            return letter(word)
        if mark.kind not in ("word", "command-word") or not word:
            return None
        parts = self.speller.known.parts(word, called=False, touching=False)
        value = parts[0].value
        if len(parts) != 1 or parts[0].kind not in ("letter", "function") or value == constant("e"):
            return None
        found = value if isinstance(value, Form) else letter(word)
        if self.speller.latex and self.mark.value == "_":
            holder = Mark("letter", found, mark.start, mark.end)
            outer, self.speller.place = self.speller.place, self.place
            self.speller.subscript(holder)
            self.place, self.speller.place = self.speller.place, outer
            assert isinstance(holder.value, Form)
            return holder.value
        return found
