"""How a form falls into pieces: text, brackets, and the smaller forms between them, in reading order.

The one-line writer joins the pieces; the two-dimensional one stacks some of them. Which brackets and which
signs between factors are needed is decided here, once, so that the reader reads the text as the same form.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Final

from stepcalc.notation.appearance import is_negative, is_shallow, without_minus
from stepcalc.notation.forms import ONE, E, Form, matrix_label, number, postorder
from stepcalc.notation.joining import between
from stepcalc.notation.lettering import Lettering
from stepcalc.notation.names import (
    FROM_GREEK,
    GREEK,
    WORDS,
    is_word,
    letter_text,
    numeral,
    split_layered,
    superscript,
)
from stepcalc.notation.operators import MATRIX_SIGNS, OPERATORS, is_named

Piece = str | Form | bool
"""Text, a bracket, a form still to be taken apart, or the beginning or end of a marked part."""

BRACKETS: Final = {"(": ")", "[": "]", "|": "|"}
"""Brackets are pieces of their own, so that they can grow with what they hold."""

_PRIMES: Final = ("", "′", "″", "‴")
_ROOTS: Final = {number(2): ("√", "sqrt"), number(3): ("∛", "cbrt")}


@dataclass(frozen=True, slots=True)
class Factor:
    """One factor as it stands in a product.

    Args:
        pieces: What is written, with its brackets.
        start: What a neighbour on the left sees: a digit, a letter, a bracket, ...
        end: What a neighbour on the right sees.
        run: The letter at its start, where the letters before it could be read together with it.
        closed: Whether no run of letters goes on behind it.
    """

    pieces: list[Piece]
    start: str
    end: str
    run: str = ""
    closed: bool = True


class Pieces:
    """Takes forms apart.

    Args:
        letters: How what is not taken apart is written.
        notation: ``"leibniz"`` or ``"prime"``, as for ``stepcalc.notation.unicode.one_line``.
        marks: The parts to mark, wherever they occur.
    """

    def __init__(
        self, letters: Lettering, *, notation: str = "leibniz", marks: frozenset[Form] = frozenset()
    ) -> None:
        self.letters = letters
        self.ascii = letters.ascii
        self.symbolic = letters.symbolic
        self.notation = notation
        self.marks = marks
        self.called: set[str] = set()
        self.over_bars: set[Form] = set()

    def look_over(self, form: Form) -> None:
        """Note which names are called, and what holds an absolute value, since bars do not nest."""
        for node in postorder(form):
            if node.head in ("call", "derived"):
                self.called.add(node.name)
            if node.label == "abs" or (self.over_bars and not self.over_bars.isdisjoint(node.args)):
                self.over_bars.add(node)

    def top(self, form: Form) -> list[Piece]:
        """The pieces of a form that no bracket encloses: its sum is spaced."""
        match form.head:
            case "sum":
                pieces = self.sum(form, spaced=True)
            case "relation":
                pieces = self.relation(form, spaced=True)
            case _:
                return self.inner(form)
        return self.marked(form, pieces)

    def inner(self, form: Form) -> list[Piece]:
        """The pieces of a form inside another."""
        return self.marked(form, self.parts(form))

    def parts(self, form: Form) -> list[Piece]:
        """The pieces of a form, without a mark around them."""
        if self.symbolic and form.head == "call":
            if form.name in OPERATORS or is_named(form):
                return self.operator(form)
            if form.name in MATRIX_SIGNS:
                return self.matrix_sign(form)
        return _TAKE_APART[form.head](self, form)

    def marked(self, form: Form, pieces: list[Piece]) -> list[Piece]:
        return [True, *pieces, False] if form in self.marks else pieces

    def bracketed(self, form: Form, heads: Iterable[str]) -> list[Piece]:
        """The form, in brackets if its head is one of these."""
        return ["(", form, ")"] if form.head in heads else [form]

    # sums

    def sum(self, form: Form, *, spaced: bool = False) -> list[Piece]:
        """Terms with their signs, tight where every term is simple and nothing asks for space."""
        spaced = spaced or not all(self.is_simple(term) for term in form.args)
        plus, minus, gap = (" + ", f"{self.letters.minus} ", " ") if spaced else ("+", self.letters.minus, "")
        pieces: list[Piece] = []
        starts, ends = self.marked_runs(form.args, "sum")
        for place, term in enumerate(form.args):
            positive = without_minus(term)
            begin: list[Piece] = [True] if place in starts else []
            if positive is None:
                pieces.extend([plus if place else "", *begin])
                pieces.extend(self.bracketed(term, ("sum", "relation", "logic")))
            else:
                pieces.extend([gap if place else "", *begin])
                sign = minus if place else self.letters.minus
                pieces.extend(self.marked(term, [sign, *self.factors(positive)]))
            pieces.extend([False] if place in ends else [])
        return pieces

    def marked_runs(self, parts: tuple[Form, ...], head: str) -> tuple[set[int], set[int]]:
        """Where marked sums or products begin and end that stand as a run of parts in a longer one."""
        starts: set[int] = set()
        ends: set[int] = set()
        for mark in self.marks:
            count = len(mark.args)
            if mark.head != head or not 1 < count <= len(parts):
                continue
            for start in range(len(parts) - count + 1):
                if parts[start : start + count] == mark.args:
                    starts.add(start)
                    ends.add(start + count - 1)
                    break
        return starts, ends

    def is_simple(self, term: Form) -> bool:
        """Whether a term can stand in a sum without spaces: no call, no bracket, no space in it."""
        if not is_shallow(term):
            return False
        text = self.flat(term)
        like_a_numeral = len(text) > 1 and text[-1] in "eE" and (text[-2].isdigit() or text[-2] == ".")
        return not like_a_numeral and not any(character in ' (|"' for character in text)

    def flat(self, form: Form) -> str:
        """The text of a form of few nodes."""
        stack: list[Piece] = [form]
        texts: list[str] = []
        while stack:
            piece = stack.pop()
            if isinstance(piece, str):
                texts.append(piece)
            elif isinstance(piece, Form):
                stack.extend(reversed(self.inner(piece)))
        return "".join(texts)

    # products

    def product(self, form: Form) -> list[Piece]:
        positive = without_minus(form)
        return self.factors(form.args) if positive is None else [self.letters.minus, *self.factors(positive)]

    def factors(self, factors: tuple[Form, ...]) -> list[Piece]:
        """Factors side by side; a single one is what a minus sign stands before."""
        if len(factors) == 1:
            return self.bracketed(factors[0], ("sum", "product", "relation", "logic"))
        pieces: list[Piece] = []
        starts, ends = self.marked_runs(factors, "product")
        end, run = "", ""
        for place, form in enumerate(factors):
            right = self.factor(form, first=place == 0)
            joiner = self.joiner(end, run, right) if place else ""
            run = "" if right.closed else (right.run if joiner else run + right.run)
            pieces.append(joiner)
            pieces.extend([True] if place in starts else [])
            pieces.extend(self.marked(form, right.pieces))
            pieces.extend([False] if place in ends else [])
            end = right.end
        return pieces

    def joiner(self, end: str, run: str, right: Factor) -> str:
        """What stands between a factor with this end, after this run of letters, and the next one."""
        found = between(end, right.start, run, right.run, (self.letters.spellings, GREEK, WORDS, self.called))
        return self.letters.dot if found == "·" else found

    def factor(self, form: Form, *, first: bool = False) -> Factor:
        """One factor with its brackets and its two ends."""
        match form.head:
            case "number" if first or not is_negative(form):
                return Factor([form], "digit", "digit")
            case "letter" | "constant":
                return self.letter_factor(form)
            case "power":
                return self._power_factor(form)
            case "root" if not self._has_sign(form):
                return Factor([form], "name", "call")
            case "call" if form.name == "exp":
                return Factor([form], "exp", self._raised(form.args[0]))
            case "call" if form.name == "abs" and self._has_bars(form):
                return Factor([form], "bar", "bar")
            case "call" if self.symbolic and form.name in ("hadamard", "transposed"):
                if form.name == "hadamard":
                    return Factor(["(", form, ")"], "bracket", "bracket")
                return Factor([form], "letter", "letter")
            case "call" | "derived" | "matrix":
                return Factor([form], "name", "call")
            case "goal" | "reference" | "vector" | "root":
                return Factor([form], form.head, form.head)
            case "quotient":
                return Factor(["(", form, ")"], "fraction", "fraction")
        signed = without_minus(form) is not None
        return Factor(["(", form, ")"], "signed" if signed else "bracket", "bracket")

    def letter_factor(self, form: Form) -> Factor:
        text = self.letters.leaf_text(form)
        short = text in ("π", "e")
        if form.head == "letter":
            if self.symbolic and not self.ascii and split_layered(form.name):
                return Factor([form], "letter", "letter", text[0])
            short = letter_text(form.name, ascii=self.ascii).short
        if text[0] == '"' or text == "∞" or is_word(text):
            return Factor([form], "special", "special")
        if self.could_be_called(form, text):
            return Factor([form], "letter" if short else "word", "function", text)
        if short:
            return Factor([form], "letter", "letter", text[0], closed=len(text) > 1)
        looks_like_an_exponent = text[0] in "eE"
        return Factor([form], "special" if looks_like_an_exponent else "word", "word")

    def could_be_called(self, form: Form, text: str) -> bool:
        """Whether a bracket after this letter would make it a function."""
        names = {form.name, text, FROM_GREEK.get(text, text)}
        known = names & {"f", "g", "h"} or names & self.called or not names.isdisjoint(self.letters.spellings)
        return form.head == "letter" and bool(known)

    # powers and roots

    def _power_factor(self, form: Form) -> Factor:
        base, exponent = form.args
        if self.power_inside(form):
            return Factor([form], "name", "call")
        end = self._raised(exponent)
        if self.base_needs_bracket(base):
            return Factor([form], "bracket", end)
        inner = self.factor(base)
        return Factor([form], inner.start, "function" if inner.end == "function" else end, inner.run)

    def _raised(self, exponent: Form) -> str:
        """What the end of a power with this exponent looks like to a neighbour."""
        first, *rest = self.exponent(exponent)
        if first != "^":
            return "raised"
        if rest[0] == "(":
            return "bracketed"
        if exponent.head == "letter" and self.letter_factor(exponent).end in ("function", "special"):
            return "special"
        return "caret"

    def power(self, form: Form) -> list[Piece]:
        base, exponent = form.args
        if self.power_inside(form):
            assert isinstance(exponent.label, int)
            above = self.letters.number_above(exponent.label)
            return [self.letters.function_name(base.name), above, *self.listed(base.args)]
        pieces: list[Piece] = ["(", base, ")"] if self.base_needs_bracket(base) else [base]
        return pieces + self.exponent(exponent, small=not self._is_trigonometric(base))

    def _is_trigonometric(self, base: Form) -> bool:
        entry = self.letters.functions.get(base.name) if base.head == "call" else None
        return entry is not None and entry.power_inside

    def power_inside(self, form: Form) -> bool:
        """Whether a power is written as sin²(x)."""
        base, exponent = form.args
        natural = exponent.head == "number" and isinstance(exponent.label, int) and exponent.label > 1
        return natural and self._is_trigonometric(base)

    def base_needs_bracket(self, base: Form) -> bool:
        match base.head:
            case "number":
                return is_negative(base)
            case "letter":
                return split_layered(base.name) is not None  # which has something above it already
            case "derived" | "reference":
                return False
            case "constant":
                return base is E
            case "call":
                return base.name == "exp" or (self.symbolic and base.name == "factorial")
            case "root":
                return self._has_sign(base)
        return True

    def exponent(self, exponent: Form, *, small: bool = True) -> list[Piece]:
        """The exponent, in small characters if there are such and ``small`` allows it."""
        match exponent.head:
            case "number" if isinstance(exponent.label, int) and small and not self.ascii:
                return [self.letters.number_above(exponent.label)]
            case "letter" if exponent.name == "n" and small and not self.ascii and exponent not in self.marks:
                return ["ⁿ"]
            case "letter" | "constant":
                return ["^", exponent]
            case "number" if not is_negative(exponent):
                return ["^", exponent]
        return ["^", "(", exponent, ")"]

    def _has_sign(self, form: Form) -> bool:
        """Whether a root is written with a radical sign and not as a call."""
        return not self.ascii and form.args[1] in _ROOTS

    def root(self, form: Form) -> list[Piece]:
        radicand, index = form.args
        if index not in _ROOTS:
            return ["root", *self.listed(form.args)]
        sign, name = _ROOTS[index]
        if self.ascii:
            return [name, "(", radicand, ")"]
        bare = radicand.head == "number" and not is_negative(radicand)
        if radicand.head in ("letter", "constant"):
            bare = self.letter_factor(radicand).start == "letter"
        return [sign, radicand] if bare else [sign, "(", radicand, ")"]

    # quotients

    def quotient(self, form: Form) -> list[Piece]:
        above, below = form.args
        top = ("sum", "quotient", "relation", "logic")
        bottom = (*top, "product", "goal")
        return [*self._signless(above, top), "/", *self._signless(below, bottom)]

    def _signless(self, form: Form, heads: Iterable[str]) -> list[Piece]:
        return self.bracketed(form, heads) if without_minus(form) is None else ["(", form, ")"]

    # functions

    def call(self, form: Form) -> list[Piece]:
        match form.name, len(form.args):
            case "exp", 1:
                return ["e", *self.exponent(form.args[0])]
            case "abs", 1 if self._has_bars(form):
                return ["|", form.args[0], "|"]
            case "log", 2:
                base = self._log_base(form.args[1])
                return [f"log_{base}", "(", form.args[0], ")"] if base else ["log", *self.listed(form.args)]
            case "factorial", 1 if self.symbolic:
                return [form.args[0], "!"] if not form.args[0].args else ["(", form.args[0], ")", "!"]
        return [self.letters.function_name(form.name), *self.listed(form.args)]

    def _has_bars(self, form: Form) -> bool:
        return len(form.args) == 1 and form.args[0] not in self.over_bars

    def _log_base(self, base: Form) -> str:
        """The base of a logarithm as a subscript, if it is a natural number or a plain letter."""
        if base.head == "number" and isinstance(base.label, int) and base.label >= 0:
            return numeral(base.label)
        plain = base.head == "letter" and len(base.name) == 1 and base.name.isascii() and base.name.isalpha()
        return base.name if plain and base.name != "e" else ""

    def derived(self, form: Form) -> list[Piece]:
        assert isinstance(form.label, tuple) and isinstance(form.label[1], tuple)
        orders = form.label[1]
        return [self.letters.function_name(form.name), *self._primes(orders), *self.listed(form.args)]

    def _primes(self, orders: tuple[int, ...]) -> list[Piece]:
        if len(orders) == 1 and 0 < orders[0] < len(_PRIMES):
            return ["'" * orders[0] if self.ascii else _PRIMES[orders[0]]]
        if self.symbolic and len(orders) == 1 and not self.ascii:
            return ["⁽", superscript(str(orders[0])), "⁾"]
        return ["^", "(", ",".join(str(order) for order in orders), ")"]

    def listed(self, args: tuple[Form, ...]) -> list[Piece]:
        """Arguments in brackets."""
        pieces: list[Piece] = ["("]
        for place, arg in enumerate(args):
            pieces.append(", " if place else "")
            pieces.append(arg)
        return [*pieces, ")"]

    def vector(self, form: Form) -> list[Piece]:
        pieces = self.listed(form.args)
        return [*pieces[:-1], ",", ")"] if len(form.args) == 1 else pieces

    def matrix(self, form: Form) -> list[Piece]:
        """matrix([a, b], [c, d]), column(a, b), or sparse(rows, columns, (row, column, entry), ...)."""
        rows, columns, places = matrix_label(form)
        if places is None and columns == 1:
            return ["column", *self.listed(form.args)]
        pieces: list[Piece] = ["sparse", "(", f"{rows}, {columns}"] if places is not None else ["matrix", "("]
        for row, place in enumerate(places or ()):
            pieces += [", ", "(", f"{place[0] + 1}, {place[1] + 1}, ", form.args[row], ")"]
        for row in range(rows if places is None else 0):
            inside = self.listed(form.args[row * columns : (row + 1) * columns])[1:-1]
            pieces += [", " if row else "", "[", *inside, "]"]
        return [*pieces, ")"]

    def operator(self, form: Form) -> list[Piece]:
        """An operator with its sign: ∇[x² y], div F; or a function by its name alone."""
        if not form.args:
            return [self.letters.bare_name(form.name)]
        if form.name == "limit" and len(form.args) in (3, 4):
            return self.limit(form)
        operator, subject = OPERATORS[form.name], form.args[0]
        pieces: list[Piece] = [self.letters.operator_sign(form.name)]
        if form.name == "directional":
            pieces = self.below([self.letters.operator_sign(form.name)], form.args[1])
        if is_named(subject) and operator.close:
            return [*pieces, subject] if len(pieces) == 1 else [*pieces, " ", subject]
        if len(pieces) == 1:
            pieces = [self.letters.operator_sign(form.name).strip()]
        if form.name == "covariance" and subject.head == "vector":
            return [
                *pieces,
                *Pieces.vector(self, subject),
            ]  # of two letters: in a row, whatever vectors look like
        return [*pieces, subject] if subject.head == "vector" else [*pieces, "[", subject, "]"]

    def matrix_sign(self, form: Form) -> list[Piece]:
        """A ∘ B entry by entry, Aᵀ, or the sum Σ of all entries."""
        sign = self.letters.matrix_sign(form.name)
        if form.name == "hadamard":
            left, right = (self._beside(part) for part in form.args)
            return [*left, sign, *right]
        (inside,) = form.args
        if form.name == "transposed":
            bare = inside.head == "letter" and "^" not in inside.name
            return [inside, sign] if bare else ["(", inside, ")", sign]
        return [sign, *self.bracketed(inside, ("sum", "relation", "logic"))]

    def _beside(self, form: Form) -> list[Piece]:
        """A matrix beside the sign ∘: only a numeral may stand before it without brackets."""
        product = form.head == "product" and form.args[0].head != "number"
        return ["(", form, ")"] if product or form.head in ("sum", "quotient", "relation") else [form]

    def limit(self, form: Form) -> list[Piece]:
        """lim(x → 0⁺) [sin(x)/x]: the letter, where it goes, and from which side."""
        subject, variable, point, *side = form.args
        arrow = " -> " if self.ascii else " → "
        return ["lim(", variable, arrow, point, *self.side_sign(side), ")[", subject, "]"]

    def side_sign(self, side: list[Form]) -> list[Piece]:
        """A plus or a minus sign above the point that is approached from one side."""
        if not side:
            return []
        right = side[0] is ONE
        return [("^+" if right else "^-") if self.ascii else ("⁺" if right else "⁻")]

    def below(self, pieces: list[Piece], subscript: Form) -> list[Piece]:
        """Pieces with a form below the line."""
        return [*pieces, "_", subscript]

    # what is sought

    def goal(self, form: Form) -> list[Piece]:
        subject, *letters = form.args
        partial = form.label == "partial"
        if self.notation == "prime" and not partial:
            bare = [subject] if subject.head == "letter" else ["(", subject, ")"]
            return [*bare, *self._primes((len(letters),))]
        word = partial and self.ascii
        sign, gap = ("partial", " ") if word else ("∂" if partial else "d", "")
        below = gap.join(
            sign + gap + self.letters.leaf_text(letter) + self._times(len(list(times)))
            for letter, times in groupby(letters)
        )
        above = f"{sign}{self._times(len(letters))}"
        if self.symbolic and is_named(subject):
            return [f"{above}{gap}{self.letters.bare_name(subject.name)}/{below}"]
        return [f"{above}/{below}", "[", subject, "]"]

    def _times(self, order: int) -> str:
        return "" if order == 1 else self.letters.number_above(order)

    # relations

    def relation(self, form: Form, *, spaced: bool = False) -> list[Piece]:
        left, right = (self._side(side, spaced) for side in form.args)
        return [*left, f" {self.letters.relation_sign(form)} ", *right]

    def _side(self, side: Form, spaced: bool) -> list[Piece]:
        if spaced and side.head == "sum":
            return self.marked(side, self.sum(side, spaced=True))
        return self.bracketed(side, ("relation", "logic"))

    def logic(self, form: Form) -> list[Piece]:
        connective = self.letters.connective(form)
        if form.label == "not":
            return [connective, "(", form.args[0], ")"]
        if self._is_chain(form):
            pieces = self._side(form.args[0].args[0], False)
            for part in form.args:
                pieces += [f" {self.letters.relation_sign(part)} ", *self._side(part.args[1], False)]
            return pieces
        pieces = []
        for place, part in enumerate(form.args):
            pieces.append(connective if place else "")
            pieces.extend(self.bracketed(part, ("logic",)))
        return pieces

    def _is_chain(self, form: Form) -> bool:
        """Whether relations can be written as a < b < c."""
        if form.label != "and" or not self.marks.isdisjoint(form.args):
            return False
        one_way = any(all(part.label in way for part in form.args) for way in (("<", "<="), (">", ">=")))
        return one_way and all(left.args[1] is right.args[0] for left, right in pairwise(form.args))


_TAKE_APART: Final[dict[str, Callable[[Pieces, Form], list[Piece]]]] = {
    **dict.fromkeys(
        ("number", "letter", "constant", "reference"), lambda it, form: [it.letters.leaf_text(form)]
    ),
    "sum": lambda it, form: it.sum(form),
    "product": lambda it, form: it.product(form),
    "quotient": lambda it, form: it.quotient(form),
    "power": lambda it, form: it.power(form),
    "root": lambda it, form: it.root(form),
    "call": lambda it, form: it.call(form),
    "derived": lambda it, form: it.derived(form),
    "vector": lambda it, form: it.vector(form),
    "matrix": lambda it, form: it.matrix(form),
    "relation": lambda it, form: it.relation(form),
    "logic": lambda it, form: it.logic(form),
    "goal": lambda it, form: it.goal(form),
}
