"""Forms in LaTeX, for the mathematics mode of LaTeX, MathJax and KaTeX."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from itertools import groupby
from typing import Final

from stepcalc.messages import say
from stepcalc.notation.appearance import is_cases, is_matrix
from stepcalc.notation.forms import MINUS_ONE, TRUE, TWO, Form, postorder
from stepcalc.notation.functions import FUNCTIONS, FunctionName
from stepcalc.notation.lettering import Lettering, TypesetLettering
from stepcalc.notation.names import (
    FROM_GREEK,
    GREEK,
    is_increment,
    mean_of,
    numeral,
    split_layered,
    split_name,
)
from stepcalc.notation.operators import MATRIX_SIGNS, OPERATORS, is_named, rows_of
from stepcalc.notation.pieces import BRACKETS, Factor, Piece, Pieces

_CONSTANTS: Final = {
    "pi": r"\pi",
    "e": "e",
    "i": r"\mathrm{i}",
    "infinity": r"\infty",
    "euler_gamma": r"\gamma_{\mathrm{E}}",
    "true": r"\text{true}",
    "integers": r"\mathbb{Z}",
    "nonpositive_integers": r"\mathbb{Z}_{\leq 0}",
    "undefined": r"\text{undefined}",
}
_SIGNS: Final = {"!=": r"\neq", "<=": r"\leq", ">=": r"\geq", "in": r"\in", "not in": r"\notin"}
_CONNECTIVES: Final = {"and": r" \land ", "or": r" \lor ", "not": r"\lnot "}
_FENCES: Final = {"floor": (r"\lfloor", r"\rfloor"), "ceiling": (r"\lceil", r"\rceil")}
_TALL: Final = ("quotient", "goal", "vector", "matrix", "integral", "piecewise")
_BESSEL: Final = {"besselj": "J", "bessely": "Y", "besseli": "I", "besselk": "K"}
_ESCAPES: Final = str.maketrans(
    {character: f"\\{character}" for character in "{}$&#%_"}
    | {"\\": r"\textbackslash{}", "^": r"\textasciicircum{}", "~": r"\textasciitilde{}"}
)
_ENDS_IN_COMMAND: Final = re.compile(r"\\[A-Za-z]+\Z")


def latex(
    form: Form,
    *,
    marks: Collection[Form] = (),
    mark: str = r"\underline{%s}",
    functions: Mapping[str, FunctionName] = FUNCTIONS,
    notation: str = "leibniz",
) -> str:
    r"""The form in LaTeX, without dollar signs around it.

    Args:
        form: What is written.
        marks: The parts to mark, wherever they occur.
        mark: How a marked part is set; ``%s`` stands for it.
        functions: The functions that have names, by name.
        notation: ``"leibniz"`` or ``"prime"``, as for ``stepcalc.notation.unicode.one_line``.

    Examples:
        >>> from stepcalc.notation.forms import TWO, call, divide, letter, power
        >>> x = letter("x")
        >>> print(latex(call("sin", divide(power(x, TWO), letter("omega")))))
        \sin\left(\frac{x^{2}}{\omega}\right)
        >>> print(latex(power(call("sin", x), TWO)), latex(call("log", x)))
        \sin^{2}(x) \ln(x)
    """
    before, _, after = mark.partition("%s")
    writer = Typesetting(LatexLettering(functions=functions), notation=notation, marks=frozenset(marks))
    writer.look_over(form)
    written: list[str] = []
    stack: list[Piece] = writer.top(form)[::-1]
    depth = 0
    while stack:
        piece = stack.pop()
        if isinstance(piece, bool):
            depth += 1 if piece else -1
            piece = before if piece and depth == 1 else after if not piece and depth == 0 else ""
        if isinstance(piece, Form):
            stack.extend(reversed(writer.inner(piece)))
        elif piece:
            if written and piece[0].isalpha() and _ENDS_IN_COMMAND.search(written[-1]):
                written.append(" ")
            written.append(piece)
    return "".join(written).rstrip()


class LatexLettering(TypesetLettering):
    """Names, numbers and signs in LaTeX."""

    signs = _SIGNS
    connectives = _CONNECTIVES
    constants = _CONSTANTS

    def __init__(self, *, functions: Mapping[str, FunctionName]) -> None:
        super().__init__(functions=functions)
        self.minus = "-"
        self.dot = r" \cdot "

    def known_function(self, name: str, entry: FunctionName) -> str:
        return entry.latex or rf"\operatorname{{{_escaped(entry.shown)}}}"

    def operator_name(self, name: str) -> str:
        return _operator(name)

    def number_above(self, value: int) -> str:
        return f"^{{{numeral(value, minus='-')}}}"

    def operator_sign(self, name: str) -> str:
        return OPERATORS[name].latex

    def matrix_sign(self, name: str) -> str:
        return MATRIX_SIGNS[name].latex

    def bare_name(self, name: str) -> str:
        return _letter(name)


class Typesetting(Pieces):
    """Takes forms apart as they are typeset, fractions above one another; in LaTeX's words."""

    def __init__(self, letters: Lettering, *, notation: str, marks: frozenset[Form]) -> None:
        super().__init__(letters, notation=notation, marks=marks)
        self.tall: set[Form] = set()

    def look_over(self, form: Form) -> None:
        """Note what is taller than a line, apart from what stands in exponents."""
        for node in postorder(form):
            if node.head in ("call", "derived"):
                self.called.add(node.name)
            args = () if node.label == "exp" else node.args[:1] if node.head == "power" else node.args
            if node.head in _TALL or node.label in _TALL or not self.tall.isdisjoint(args):
                self.tall.add(node)

    def parts(self, form: Form) -> list[Piece]:
        return self._grown(super().parts(form))

    def is_simple(self, term: Form) -> bool:
        return False

    def _grown(self, pieces: list[Piece]) -> list[Piece]:
        """Brackets around something tall, made to grow with it."""
        places: list[int] = []
        for place, piece in enumerate(pieces):
            if not isinstance(piece, str):
                continue
            if places and piece == BRACKETS[str(pieces[places[-1]])]:
                start = places.pop()
                held = pieces[start + 1 : place]
                grows = any(isinstance(part, Form) and part in self.tall for part in held)
                pieces[start] = _opening(str(pieces[start]), grows)
                pieces[place] = _closing(piece, grows)
            elif piece in BRACKETS:
                places.append(place)
        return pieces

    # products

    def factor(self, form: Form, *, first: bool = False) -> Factor:
        match form.head:
            case "quotient":
                return Factor([form], "fraction", "fraction")
            case "root":
                return Factor([form], "root", "raised")
            case "call" if form.name == "exp":
                return Factor([form], "exp", "raised")
            case "call" if form.name in ("piecewise", "integral"):
                return Factor(["(", form, ")"], "bracket", "bracket")
            case "call" if form.name == "factorial":
                return Factor([form], "letter", "call")
        return super().factor(form, first=first)

    def joiner(self, end: str, run: str, right: Factor) -> str:
        start = right.start
        if "fraction" in (end, start):
            beside = start in ("letter", "name", "exp", "bracket", "root") or end in (
                "letter",
                "raised",
                "call",
            )
            return " " if beside else self.letters.dot
        if end == "bracketed":
            end = "raised"
        joiner = super().joiner(end, "", right)
        called = right.pieces[0] if start == "name" else None
        undefined = (
            isinstance(called, Form) and called.head != "power" and called.name not in self.letters.functions
        )
        return r" \, " if joiner == " " and undefined else joiner

    def letter_factor(self, form: Form) -> Factor:
        text = self.letters.leaf_text(form)
        if text.startswith((r"\mathit", r"\text", r"\infty", r"\mathbb")):
            return Factor([form], "special", "special")
        return Factor([form], "letter", "function" if self.could_be_called(form, text) else "letter")

    # powers, roots, quotients

    def power(self, form: Form) -> list[Piece]:
        if self.power_inside(form):
            return super().power(form)
        base, exponent = form.args
        bare = not self.base_needs_bracket(base) and base.label not in ("factorial", "integral", "piecewise")
        return [*([base] if bare else ["(", base, ")"]), *self.exponent(exponent)]

    def exponent(self, exponent: Form, *, small: bool = True) -> list[Piece]:
        sign, fraction = self.flat_exponent(exponent)
        if fraction is not None:
            return [f"^{{{sign}", fraction.args[0], "/", fraction.args[1], "}"]
        return ["^{", exponent, "}"]

    def flat_exponent(self, exponent: Form) -> tuple[str, Form | None]:
        """The sign of an exponent and the fraction of numbers or letters that it is, if it is one: −2/3."""
        negative = exponent.head == "product" and exponent.args[0] is MINUS_ONE and len(exponent.args) == 2
        fraction = exponent.args[1] if negative else exponent
        if fraction.head != "quotient" or any(arg.args for arg in fraction.args):
            return "", None
        if not self.marks.isdisjoint((exponent, fraction)):
            return "", None
        return (self.letters.minus if negative else ""), fraction

    def root(self, form: Form) -> list[Piece]:
        radicand, index = form.args
        sign: list[Piece] = [r"\sqrt{"] if index is TWO else [r"\sqrt[", index, "]{"]
        return [*sign, radicand, "}"]

    def _has_sign(self, form: Form) -> bool:
        return True

    def limit(self, form: Form) -> list[Piece]:
        subject, variable, point, *side = form.args
        sign = [f"^{{{'+' if side[0].label == 1 else '-'}}}"] if side else []
        return [r"\lim_{", variable, r" \to ", point, *sign, "}", "[", subject, "]"]

    def quotient(self, form: Form) -> list[Piece]:
        return [r"\frac{", form.args[0], "}{", form.args[1], "}"]

    # functions

    def call(self, form: Form) -> list[Piece]:
        name, args = form.name, form.args
        match name, len(args):
            case "exp", 1:
                return ["e", *self.exponent(args[0])]
            case "abs", 1:
                return ["|", args[0], "|"]
            case "floor" | "ceiling", 1:
                opening, closing = _FENCES[name]
                grows = args[0] in self.tall
                return [r"\left" * grows + opening, args[0], r"\right" * grows + closing]
            case "factorial", 1:
                return [args[0], "!"] if not args[0].args else ["(", args[0], ")", "!"]
            case "log", 2:
                return [r"\log_{", args[1], "}", "(", args[0], ")"]
            case "besselj" | "bessely" | "besseli" | "besselk", 2:
                return [_BESSEL[name], "_{", args[0], "}", "(", args[1], ")"]
            case "polygamma", 2:
                return [r"\psi^{(", args[0], ")}", "(", args[1], ")"]
            case "integral", 4:
                return self._integral(*args)
            case "piecewise", _ if is_cases(form):
                return self._cases(form)
        return [self.letters.function_name(name), *self.listed(args)]

    def _has_bars(self, form: Form) -> bool:
        return len(form.args) == 1

    def _primes(self, orders: tuple[int, ...]) -> list[Piece]:
        if len(orders) == 1 and 0 < orders[0] < 4:
            return ["'" * orders[0]]
        return ["^{(" + ",".join(str(order) for order in orders) + ")}"]

    def _integral(self, integrand: Form, variable: Form, lower: Form, upper: Form) -> list[Piece]:
        body = self.bracketed(integrand, ("sum", "relation", "logic"))
        return [r"\int_{", lower, "}^{", upper, "} ", *body, r"\,d", variable]

    def _cases(self, form: Form) -> list[Piece]:
        pieces: list[Piece] = [r"\begin{cases} "]
        for place, case in enumerate(form.args):
            value, condition = case.args
            pieces += [r" \\ " if place else "", value, " & "]
            pieces += (
                [rf"\text{{{say('cases-otherwise')}}}"]
                if condition is TRUE
                else [rf"\text{{{say('cases-for')} }}", condition]
            )
        return [*pieces, r" \end{cases}"]

    def vector(self, form: Form) -> list[Piece]:
        rows = [row.args for row in form.args] if is_matrix(form) else [(entry,) for entry in form.args]
        return self._array(rows, "pmatrix")

    def matrix(self, form: Form) -> list[Piece]:
        return self._array(rows_of(form), "bmatrix")

    def _array(self, rows: Sequence[Sequence[Form]], kind: str) -> list[Piece]:
        pieces: list[Piece] = [rf"\begin{{{kind}}} "]
        for line, row in enumerate(rows):
            pieces.append(r" \\ " if line else "")
            for place, entry in enumerate(row):
                pieces += [" & " if place else "", entry]
        return [*pieces, rf" \end{{{kind}}}"]

    def below(self, pieces: list[Piece], subscript: Form) -> list[Piece]:
        inside = self.listed(subscript.args) if subscript.head == "vector" else [subscript]
        return [*pieces, "_{", *inside, "}"]

    # what is sought, relations, leaves

    def goal(self, form: Form) -> list[Piece]:
        subject, *letters = form.args
        partial = form.label == "partial"
        if self.notation == "prime" and not partial:
            bare: list[Piece] = [subject] if subject.head == "letter" else ["(", subject, ")"]
            return [*bare, *self._primes((len(letters),))]
        d = r"\partial " if partial else "d"
        below = r" ".join(
            d + self.letters.leaf_text(letter) + self._times(len(list(times)))
            for letter, times in groupby(letters)
        )
        above = d.strip() + self._times(len(letters))
        if is_named(subject):
            return [rf"\frac{{{above} {self.letters.bare_name(subject.name)}}}{{{below}}}"]
        return [rf"\frac{{{above}}}{{{below}}}", "[", subject, "]"]


def _operator(name: str) -> str:
    """A function's name as LaTeX sets it, by a command of its own where there is one."""
    return f"\\{name}" if name in _COMMANDS else rf"\operatorname{{{_escaped(name)}}}"


_COMMANDS: Final = frozenset({"det", "max", "min"})


def _opening(sign: str, grows: bool) -> str:
    if sign == "|":
        return r"\left\lvert" if grows else r"\lvert"
    return rf"\left{sign}" if grows else sign


def _closing(sign: str, grows: bool) -> str:
    if sign == "|":
        return r"\right\rvert" if grows else r"\rvert"
    return rf"\right{sign}" if grows else sign


def _letter(name: str) -> str:
    """A letter with its subscript; an odd name as text."""
    if is_increment(name):
        return rf"\Delta {name[1]}"
    if mean_of(name):
        return rf"\bar{{{_letter(mean_of(name))}}}"
    layered = split_layered(name)
    if layered is not None:
        base, layer, place = layered
        return f"{_letter(base)}^{{({layer})}}" + (f"_{{{place}}}" if place else "")
    parts = split_name(name)
    if parts is None or (len(name) > 1 and name in _CONSTANTS):
        return rf"\mathit{{{name}}}" if name.isalpha() and name.isascii() else rf"\text{{{_escaped(name)}}}"
    base, subscript = parts
    base = FROM_GREEK.get(base, base)
    shown = ("\\lambda" if base == "lamda" else f"\\{base}") if base in GREEK else base
    if not subscript:
        return shown
    plain = len(subscript) == 1 or subscript[:-1].isdigit()
    return f"{shown}_{{{subscript}}}" if plain else rf"{shown}_{{\mathrm{{{subscript}}}}}"


def _escaped(text: str) -> str:
    return text.translate(_ESCAPES)
