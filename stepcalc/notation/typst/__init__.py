"""Forms in the mathematics of Typst, in stretches between which a line may end."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Final

from stepcalc.messages import say
from stepcalc.notation.appearance import is_cases, is_matrix
from stepcalc.notation.forms import MINUS_ONE, TRUE, TWO, Form, matrix_label, postorder
from stepcalc.notation.functions import FUNCTIONS, FunctionName
from stepcalc.notation.latex import Typesetting
from stepcalc.notation.operators import is_named, rows_of
from stepcalc.notation.pieces import BRACKETS, Factor, Piece
from stepcalc.notation.typst.lettering import SIGNS, Built, TypstLettering, quoted
from stepcalc.notation.typst.lines import Token, append, joined

_FENCES: Final = {"abs": "abs(", "floor": "floor(", "ceiling": "ceil("}
_BESSEL: Final = {"besselj": "J", "bessely": "Y", "besseli": "I", "besselk": "K"}
_WHOLE: Final = frozenset({"root", "matrix"})
"""Heads of what is never broken across lines."""

_SIGN_WIDTH: Final = 1.3
_DIGITS_TOGETHER: Final = 24
"""How many digits of a long number stand together, so that a line can end between them."""


_END: Final = Built(")")
_COMMA: Final = Built(", ")


def typst(
    form: Form,
    *,
    marks: Collection[Form] = (),
    functions: Mapping[str, FunctionName] = FUNCTIONS,
    notation: str = "leibniz",
) -> str:
    """The form in Typst's maths, without dollar signs around it.

    Args:
        form: What is written.
        marks: The parts to mark, wherever they occur; they become arguments of the function ``mk``.
        functions: The functions that have names, by name.
        notation: ``"leibniz"`` or ``"prime"``, as for ``stepcalc.notation.unicode.one_line``.

    Examples:
        >>> from stepcalc.notation.forms import TWO, call, divide, letter, power
        >>> x = letter("x")
        >>> print(typst(call("sin", divide(power(x, TWO), letter("omega")))))
        op("sin")(frac(x^(2), ω))
    """
    return joined(tokens(form, marks=marks, functions=functions, notation=notation))


def tokens(
    form: Form,
    *,
    marks: Collection[Form] = (),
    functions: Mapping[str, FunctionName] = FUNCTIONS,
    notation: str = "leibniz",
    room: float = float("inf"),
    widths: dict[Form, float] | None = None,
) -> list[Token]:
    """The form in stretches between which a line may end.

    Args:
        form: What is written.
        marks: The parts to mark.
        functions: The functions that have names, by name.
        notation: ``"leibniz"`` or ``"prime"``.
        room: How wide a line is, in em; a fraction that is wider is written with a slash.
        widths: Widths of parts that were estimated before, for other formulas of the same document.
    """
    return _Setter(functions, notation, frozenset(marks), room, {} if widths is None else widths).tokens(form)


class _Setter(Typesetting):
    """Takes forms apart as Typst sets them; brackets grow by themselves."""

    def __init__(
        self,
        functions: Mapping[str, FunctionName],
        notation: str,
        marks: frozenset[Form],
        room: float,
        widths: dict[Form, float],
    ) -> None:
        super().__init__(TypstLettering(functions=functions), notation=notation, marks=marks)
        self.room = room
        self.widths = widths

    def look_over(self, form: Form) -> None:
        """Note which names are called, and about how wide each part is."""
        widths = self.widths
        for node in postorder(form):
            if node.head in ("call", "derived"):
                self.called.add(node.name)
            if node not in widths:
                widths[node] = self._width(node, [widths[arg] for arg in node.args])

    def tokens(self, form: Form) -> list[Token]:
        """The tokens of a form, brackets in pairs, marks not inside each other."""
        self.look_over(form)
        found: list[Token] = []
        held: list[str] = []  # a stretch that is not broken, while inside a structure
        stack: list[Piece | float] = [form]
        nested = marked = 0
        while stack:
            piece = stack.pop()
            if isinstance(piece, bool):
                marked += 1 if piece else -1
                at_edge = marked == 1 if piece else marked == 0
                text = ("mk(" if piece else ")") if at_edge else ""
                if nested:
                    if text == "mk(" and held and (held[-1][-1].isalnum() or held[-1][-1] == ")"):
                        text = " thin mk("  # a mark hides that a function's name keeps its distance
                    append(held, text)
                elif text:
                    if piece and found and found[-1].kind == "gap" and not found[-1].text.strip():
                        found[-1] = Token(" thin ", 0.2, "gap")
                    found.append(Token(text, 0.0, "mark" if piece else "unmark"))
            elif isinstance(piece, float):  # the end of a stretch of this width
                nested -= 1
                if not nested:
                    found.append(Token("".join(held), piece))
                    held.clear()
            elif isinstance(piece, Form):
                pieces = self.inner(piece)
                if nested or not self._is_whole(piece):
                    stack.extend(pieces[::-1])
                else:
                    nested += 1
                    stack.append(self.widths[piece])
                    stack.extend(pieces[::-1])
            elif nested:
                append(held, piece)
                if isinstance(piece, Built):
                    nested += _opens(piece) - (piece == _END)
                    if not nested:
                        found.append(Token("".join(held), 0.7 * sum(map(_text_width, held))))
                        held.clear()
            elif isinstance(piece, Built) and _opens(piece):
                nested += 1
                held.append(piece)
            elif piece:
                found.extend(self._token(piece))
        return _with_tall(found)

    def _is_whole(self, form: Form) -> bool:
        """Whether a form is never broken across lines."""
        if form.head in ("quotient", "power") or form.label == "exp":
            return self.widths[form] <= self.room
        return form.head in _WHOLE or form.label in ("abs", "floor", "ceiling", "piecewise")

    def _token(self, piece: str) -> Iterator[Token]:
        if isinstance(piece, Built):
            yield Token(piece, _text_width(piece))
        elif piece == "/":
            yield Token("\\/", 0.5)
        elif piece in BRACKETS:
            yield Token(piece, 0.4, "open")
        elif piece in (")", "]"):
            yield Token(piece, 0.4, "close")
        elif piece.strip() in _BREAK_BEFORE:
            yield Token(piece, _SIGN_WIDTH, "sign")
        elif piece in (self.letters.dot, " ", " thin "):
            yield Token(piece, 0.75 if piece == self.letters.dot else 0.1, "gap")
        elif len(piece) > _DIGITS_TOGETHER and piece.isdigit():
            for start in range(0, len(piece), _DIGITS_TOGETHER):
                digits = piece[start : start + _DIGITS_TOGETHER]
                yield Token(digits, 0.5 * len(digits), "gap" if start else "")
        else:
            yield Token(piece, _text_width(piece))

    # widths

    def _width(self, form: Form, parts: list[float]) -> float:
        match form.head:
            case "quotient":
                return max(parts) + 0.3
            case "power":
                bracket = 0.8 if self.base_needs_bracket(form.args[0]) else 0.0
                return parts[0] + 0.7 * parts[1] + bracket
            case "root":
                return parts[0] + 0.9
            case "sum" | "relation" | "logic":
                return sum(parts) + _SIGN_WIDTH * (len(parts) - 1 - sum(map(_has_minus, form.args[1:])))
            case "product":
                brackets = sum(arg.head == "sum" for arg in form.args)
                minus = _SIGN_WIDTH - parts[0] if form.args[0] is MINUS_ONE else 0.0
                return sum(parts) + 0.15 * (len(parts) - 1) + 0.8 * brackets + minus
            case "call" if form.name == "exp":
                return 0.5 + 0.7 * sum(parts)
            case "call" if form.name == "piecewise":
                return max(parts, default=0.0) + 4.0
            case "call" | "derived":
                return sum(parts) + 0.5 * len(form.name) + 0.9 + 0.45 * (len(parts) - 1)
            case "goal":
                return parts[0] + 0.9 * len(set(form.args[1:])) + 1.5
            case "matrix":
                return self._matrix_width(form)
            case "vector":
                return (
                    max(parts, default=0.0) + 1.6 if is_matrix(form) else sum(parts) + 0.5 * len(parts) + 0.8
                )
        return _text_width(self.letters.leaf_text(form))

    def _matrix_width(self, form: Form) -> float:
        _, columns, places = matrix_label(form)
        if places is None:
            widths = [self.widths[arg] for arg in form.args]
            return sum(max(widths[place::columns], default=0.5) + 0.6 for place in range(columns)) + 1.0
        wide: dict[int, float] = {}
        for (_, column), arg in zip(places, form.args, strict=True):
            wide[column] = max(wide.get(column, 0.5), self.widths[arg])
        return sum(wide.get(column, 0.5) + 0.6 for column in range(columns)) + 1.0

    # what Typst writes otherwise than LaTeX

    def parts(self, form: Form) -> list[Piece]:
        # Brackets grow by themselves: what LaTeX needs for it is left out.
        return super(Typesetting, self).parts(form)

    def exponent(self, exponent: Form, *, small: bool = True) -> list[Piece]:
        """The exponent; a fraction of numbers or letters with a slash."""
        sign, fraction = self.flat_exponent(exponent)
        if fraction is not None:
            return [Built(f"^({sign}"), fraction.args[0], Built("\\/"), fraction.args[1], _END]
        return [Built("^("), exponent, _END]

    def root(self, form: Form) -> list[Piece]:
        radicand, index = form.args
        if index is TWO:
            return [Built("sqrt("), radicand, _END]
        return [Built("root("), index, _COMMA, radicand, _END]

    def limit(self, form: Form) -> list[Piece]:
        subject, variable, point, *side = form.args
        sign: list[Piece] = [Built(f"^({'+' if side[0].label == 1 else '−'})")] if side else []
        return [Built("lim_("), variable, " → ", point, *sign, _END, "[", subject, "]"]

    def quotient(self, form: Form) -> list[Piece]:
        if self.widths[form] > self.room:
            return super(Typesetting, self).quotient(form)
        return [Built("frac("), form.args[0], _COMMA, form.args[1], _END]

    def call(self, form: Form) -> list[Piece]:
        name, args = form.name, form.args
        match name, len(args):
            case "exp", 1:
                return ["e", *self.exponent(args[0])]
            case "abs" | "floor" | "ceiling", 1:
                return [Built(_FENCES[name]), args[0], _END]
            case "factorial", 1:
                return [args[0], "!"] if not args[0].args else ["(", args[0], ")", "!"]
            case "log", 2:
                return [Built('op("log")_('), args[1], _END, "(", args[0], ")"]
            case "besselj" | "bessely" | "besseli" | "besselk", 2:
                return [Built(f"{_BESSEL[name]}_("), args[0], _END, "(", args[1], ")"]
            case "polygamma", 2:
                return [Built("ψ^(("), args[0], ")", _END, "(", args[1], ")"]
            case "integral", 4:
                return self._integral(*args)
            case "piecewise", _ if is_cases(form):
                return self._cases(form)
        return [self.letters.function_name(name), *self.listed(args)]

    def _primes(self, orders: tuple[int, ...]) -> list[Piece]:
        if len(orders) == 1 and 0 < orders[0] < 4:
            return [Built("'" * orders[0])]
        listed = "\\, ".join(str(order) for order in orders)
        return [Built(f"^(({listed}))")]

    def listed(self, args: tuple[Form, ...]) -> list[Piece]:
        pieces: list[Piece] = ["("]
        for place, arg in enumerate(args):
            pieces += ["\\, " if place else "", arg]
        return [*pieces, ")"]

    def _integral(self, integrand: Form, variable: Form, lower: Form, upper: Form) -> list[Piece]:
        body = self.bracketed(integrand, ("sum", "relation", "logic"))
        return [Built("∫_("), lower, _END, Built("^("), upper, _END, *body, " thin ", "d", variable]

    def _cases(self, form: Form) -> list[Piece]:
        pieces: list[Piece] = [Built("cases(")]
        for place, case in enumerate(form.args):
            value, condition = case.args
            pieces += [_COMMA if place else "", value, Built(" &")]
            if condition is TRUE:
                pieces.append(Built(quoted(say("cases-otherwise"))))
            else:
                pieces += [Built(quoted(say("cases-for") + " ")), condition]
        return [*pieces, _END]

    def vector(self, form: Form) -> list[Piece]:
        if is_matrix(form):
            return self._array([row.args for row in form.args], "(")
        return self._array([(entry,) for entry in form.args], "(")

    def matrix(self, form: Form) -> list[Piece]:
        return self._array(rows_of(form), "[")

    def _array(self, rows: Sequence[Sequence[Form]], kind: str) -> list[Piece]:
        # Fractions are as large in a matrix as on a line of their own, and its rows further apart.
        fractions = any(_has_fraction(entry) for row in rows for entry in row)
        apart = "row-gap: #0.9em, " if fractions else ""
        pieces: list[Piece] = [Built(f'mat(delim: "{kind}", {apart}')]
        for line, row in enumerate(rows):
            pieces.append(Built("; ") if line else "")
            for place, entry in enumerate(row):
                shown: list[Piece] = [Built("display("), entry, _END] if fractions else [entry]
                pieces += [_COMMA if place else "", *shown]
        return [*pieces, _END]

    def below(self, pieces: list[Piece], subscript: Form) -> list[Piece]:
        inside = self.listed(subscript.args) if subscript.head == "vector" else [subscript]
        return [*pieces, Built("_("), *inside, _END]

    def matrix_sign(self, form: Form) -> list[Piece]:
        if form.name == "transposed":
            return ["(", form.args[0], ")", Built("^upright(T)")]
        return super().matrix_sign(form)

    def letter_factor(self, form: Form) -> Factor:
        text = self.letters.leaf_text(form)
        if text.startswith('"') or form.name in ("infinity", "integers", "nonpositive_integers"):
            return Factor([form], "special", "special")
        return Factor([form], "letter", "function" if self.could_be_called(form, text) else "letter")

    def joiner(self, end: str, run: str, right: Factor) -> str:
        # LaTeX's thin space before the call of a function that is not known.
        joiner = super().joiner(end, run, right)
        if joiner == r" \, " or (joiner.strip() == "" and end == "call" and right.start in _AFTER_CALL):
            return " thin "
        return joiner or " "  # not seen, but a line may end there

    # what is sought, relations, leaves

    def goal(self, form: Form) -> list[Piece]:
        subject, *letters = form.args
        partial = form.label == "partial"
        if self.notation == "prime" and not partial:
            bare: list[Piece] = [subject] if subject.head == "letter" else ["(", subject, ")"]
            return [*bare, *self._primes((len(letters),))]
        d = "∂" if partial else "d"
        below = " ".join(
            f"{d} {self.letters.leaf_text(letter)}{self._times(len(list(times)))}"
            for letter, times in groupby(letters)
        )
        above = d + self._times(len(letters))
        if is_named(subject):
            return [Built(f"frac({above} {self.letters.bare_name(subject.name)}, {below})")]
        return [Built(f"frac({above}, {below})"), "[", subject, "]"]


_AFTER_CALL: Final = ("letter", "exp", "raised", "bracket", "fraction", "root", "special")
_WIDTHS: Final = {
    **dict.fromkeys("ABCDEFGHJKLNOPQRSTUVXYZΓΔΘΛΞΠΣΥΦΨΩ∇+−=<>≤≥≠∈∉mφψχω", 0.78), "M": 0.97, "W": 1.0, "w": 0.72,
    **dict.fromkeys("iljftrI", 0.42), "∞": 1.0, ".": 0.28, ",": 0.28,
}  # fmt: skip
_UNSEEN: Final = re.compile(r'op\(|upright\(|italic\(|[a-z]+\(|dots\.h|["()\\ ^_]')
_BREAK_BEFORE: Final = frozenset({"+", "−", *SIGNS.values(), "∧", "∨"})


def _opens(piece: str) -> bool:
    """Whether a piece begins a structure that a later piece ends."""
    return piece.count("(") > piece.count(")") and not piece.startswith('"')


def _with_tall(some: list[Token]) -> list[Token]:
    """Brackets told whether they hold fractions or matrices, for the case that they are broken."""
    opened: list[int] = []
    for place, token in enumerate(some):
        if token.kind == "open":
            opened.append(place)
        elif token.kind == "close" and opened:
            start = opened.pop()
            if any("frac(" in held.text or "mat(" in held.text for held in some[start:place]):
                some[start] = Token(some[start].text, 0.6, "open", True)
                some[place] = Token(token.text, 0.6, "close", True)
    return some


def _has_minus(form: Form) -> bool:
    return form.head == "product" and form.args[0] is MINUS_ONE


def _text_width(text: str) -> float:
    """About how wide a name, a numeral or a few signs are, in em."""
    if text.startswith("frac("):  # d/dx
        return 0.45 * max(map(len, text[5:-1].split(", ")))
    return sum(_WIDTHS.get(character, 0.54) for character in _UNSEEN.sub("", text))


def _has_fraction(entry: Form) -> bool:
    """Whether a fraction stands in an entry of a matrix as itself, as a factor or as a term."""
    parts = [entry]
    for _ in range(2):
        parts += [arg for part in parts if part.head in ("sum", "product") for arg in part.args]
    return any(part.head == "quotient" for part in parts)
