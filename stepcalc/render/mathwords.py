"""Mathematics within words: the laws of cards and the letters of sentences, told from the words around them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from unicodedata import normalize

from stepcalc.messages import say
from stepcalc.notation.functions import FUNCTIONS, FunctionName
from stepcalc.render.latexwords import SIGNS


@dataclass(frozen=True, slots=True)
class Sign:
    """A part of a stretch of mathematics.

    Args:
        kind: ``"letter"``, ``"name"`` (of a function), ``"number"``, ``"prime"``, ``"^"``, ``"_"``, ``"root"``,
            ``"bar"``, or ``"sign"`` for all others.
        text: What is written; for ``"root"`` the index, if there is one.
        inside: What stands above the line, below it, or under the root.
    """

    kind: str
    text: str = ""
    inside: tuple[Sign, ...] = ()


@dataclass(frozen=True, slots=True)
class Maths:
    """A stretch of mathematics: as it stood in the text, and its parts."""

    text: str
    signs: tuple[Sign, ...]


Piece = str | Maths
"""Words, or mathematics between them."""

LONGEST: Final = 600
"""A text with more characters is left as it is: sentences and laws are shorter."""

_OPERATORS: Final = frozenset("lim max min sup inf det div curl cov sign root".split())
_LATEX_OPERATORS: Final = frozenset("lim max min sup inf det".split())
_TOGETHER: Final = frozenset("uv ac ab bc dx dy dz dt du dv df dc dw".split())
"""Letters side by side that are a product, or a differential."""

_TOKEN: Final = re.compile(
    r"""(?P<gap>\s+)
    | (?P<dots>\.\.\.|…)
    | (?P<abbreviation>\b(?:e\.g|i\.e)\.|\b[a-z]\.(?=\s?\d))
    | (?P<hyphened>[^\W\d_]+(?:-[^\W\d_]{2,}|['’][^\W\d_]+)+)
    | (?P<barred>\w\u0304)
    | (?P<upper>[⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱʰᵏˡᵐᵖˣʲʳˢᵗᵘᵛʷʸᶻᵀᵃᵇᶜᵈᵉᶠᵍ]+)
    | (?P<lower>[₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₒₓₕₖₗₘₙₚₛₜᵢⱼᵣᵤᵥ]+)
    | (?P<prime>[′″‴]+)
    | (?P<number>\d+(?:[.]\d+)?(?:e[-−+]?\d+)?)
    | (?P<word>[A-Za-zΑ-ω\u0370-\u03ff]+)
    | (?P<other>.)""",
    re.VERBOSE,
)
_ENDING: Final = frozenset(",;:.")
"""What belongs to the sentence, unless it stands within brackets."""

_JOINING: Final = frozenset("=<>≤≥≠≈≪≫→±−+·×/∘∈∉|‖∂∇√∛Σ∫∞½()[]!^_∝≡-")
_OPENING: Final = "([{"
_CLOSING: Final = ")]}"
_RELATIONS: Final = frozenset("=<>≤≥≠→∈∉")
_AFTER_LETTER: Final = frozenset("for and or as where in with if being is does".split())
_PRIMES: Final = {"′": 1, "″": 2, "‴": 3}


@dataclass(slots=True)
class _Token:
    kind: str
    text: str


def law_pieces(text: str, names: frozenset[str] = frozenset()) -> list[Piece]:
    """The words and the mathematics of a law, as a card states it.

    Args:
        text: The law: ``"lim (c·f) = c·lim f"``.
        names: The names of functions, of :func:`names_of`; those that every rulebook has if there are none.

    Examples:
        >>> [in_latex(piece) if not isinstance(piece, str) else piece for piece in law_pieces("(xⁿ)′ = n·xⁿ⁻¹")]
        ["(x^{n})' = n \\\\cdot x^{n - 1}"]
        >>> [piece if isinstance(piece, str) else "..." for piece in law_pieces("lim f = lim g, where f = g")]
        ['...', ', where ', '...']
    """
    return _pieces(text, names or names_of(FUNCTIONS), law=True)


def sentence_pieces(text: str, names: frozenset[str] = frozenset()) -> list[Piece]:
    """The words of a sentence, and the letters and formulas in it.

    Args:
        text: The sentence: ``"Divide by 2h, and take f′(a) off."``
        names: The names of functions, of :func:`names_of`; those that every rulebook has if there are none.

    Examples:
        >>> sentence_pieces("A product is zero when a factor is zero")
        ['A product is zero when a factor is zero']
        >>> [piece if isinstance(piece, str) else in_latex(piece) for piece in sentence_pieces("let h tend to 0.")]
        ['let ', 'h', ' tend to 0.']
    """
    return _pieces(text, names or names_of(FUNCTIONS), law=False)


def _pieces(text: str, names: frozenset[str], *, law: bool) -> list[Piece]:
    if len(text) > LONGEST or (text.isascii() and not law and _LETTER.search(text) is None):
        return [text]
    found = [_Token(str(match.lastgroup), match[0]) for match in _TOKEN.finditer(text)]
    pieces: list[Piece] = []
    for is_maths, run in _runs(found, names, law=law):
        if is_maths and (law or any(_is_letter(token, names) for token in run)):
            written = "".join(token.text for token in run)
            pieces.append(Maths(written, tuple(_signs(run, names))))
        else:
            _add_words(pieces, "".join(token.text for token in run))
    return pieces


_LETTER: Final = re.compile(r"(?<![\w'.])[B-HJ-Za-z](?![\w'’])|[A-Za-z]\^|\d[a-z]\b")
"""Whether a sentence in ASCII may have a letter in it that is not a word."""


def names_of(functions: Mapping[str, FunctionName]) -> frozenset[str]:
    """The names that are set upright."""
    shown = (name for entry in functions.values() for name in (entry.name, entry.shown))
    return _OPERATORS.union(name for name in shown if len(name) > 1)


def _add_words(pieces: list[Piece], text: str) -> None:
    if pieces and isinstance(pieces[-1], str):
        pieces[-1] += text
    elif text:
        pieces.append(text)


def _is_letter(token: _Token, names: frozenset[str]) -> bool:
    if token.kind in ("barred", "upper", "lower", "prime"):
        return True
    if token.kind == "word":
        return token.text not in names
    return token.text in ("∇", "∂", "√", "∛", "∞", "Σ")


def _runs(
    tokens: Sequence[_Token], names: frozenset[str], *, law: bool
) -> Iterator[tuple[bool, list[_Token]]]:
    """Stretches of words and of mathematics in turn; the gaps between them belong to the words."""
    run: list[_Token] = []
    waiting: list[_Token] = []  # what may be either: it is mathematics if mathematics follows
    depth = 0
    for place, token in enumerate(tokens):
        if token.kind == "gap" and run:
            waiting.append(token)
            continue
        ends = token.text in _ENDING and not depth
        if token.kind == "dots":
            fits = bool(run) and (depth > 0 or not waiting or run[-1].text in _JOINING)
        else:
            fits = not ends and _is_maths(tokens, place, names, law=law) and not _is_aside(tokens, place, run)
        if fits:
            run += [*waiting, token]
            waiting = []
            depth = max(depth + (token.text in _OPENING) - (token.text in _CLOSING), 0)
            continue
        if run:
            yield from _balanced(run)
            run = []
        yield from ((False, [each]) for each in (*waiting, token))
        waiting, depth = [], 0
    if run:
        yield from _balanced(run)
    yield from ((False, [each]) for each in waiting)


def _is_aside(tokens: Sequence[_Token], place: int, run: Sequence[_Token]) -> bool:
    """Whether a bracket is the sentence's: "b > 1 (c > 0)"."""
    if tokens[place].text != "(" or not run or tokens[place - 1].kind != "gap":
        return False
    depth = 0
    for token in tokens[place:]:
        depth += (token.text == "(") - (token.text == ")")
        if not depth:
            return False
        if token.text in _RELATIONS:
            return True
    return False


def _balanced(run: list[_Token]) -> Iterator[tuple[bool, list[_Token]]]:
    """A stretch of mathematics without the bracket of a sentence: ``(Clairaut`` or ``x)``."""
    opened: list[int] = []
    loose: list[int] = []
    for place, token in enumerate(run):
        if token.text in _OPENING:
            opened.append(place)
        elif token.text in _CLOSING:
            if opened:
                opened.pop()
            else:
                loose.append(place)
    start = 0
    for place in sorted([*opened, *loose]):
        yield from _trimmed(run[start:place])
        yield False, [run[place]]
        start = place + 1
    yield from _trimmed(run[start:])


def _trimmed(run: list[_Token]) -> Iterator[tuple[bool, list[_Token]]]:
    first, last = 0, len(run)
    while first < last and run[first].kind == "gap":
        first += 1
    while last > first and run[last - 1].kind == "gap":
        last -= 1
    yield from ((False, [token]) for token in run[:first])
    if first < last:
        yield True, run[first:last]
    yield from ((False, [token]) for token in run[last:])


def _is_maths(tokens: Sequence[_Token], place: int, names: frozenset[str], *, law: bool) -> bool:
    token = tokens[place]
    match token.kind:
        case "upper" | "lower" | "prime" | "number" | "barred":
            return True
        case "abbreviation" | "hyphened" | "gap":
            return False
        case "word":
            return _is_variable(tokens, place, names, law=law)
    return (token.text in _JOINING or token.text in ".,;:") and (law or token.text != "-")


def _is_variable(tokens: Sequence[_Token], place: int, names: frozenset[str], *, law: bool) -> bool:
    """Whether a run of letters is mathematics: a letter, the name of a function, a product of letters."""
    text = tokens[place].text
    after = tokens[place + 1].text if place + 1 < len(tokens) else ""
    if len(text) > 1:
        if law and after[:1] in ("(", "′", "_"):
            return True
        greek = any("Α" <= character <= "ω" for character in text)
        script = tokens[place + 1].kind in ("upper", "lower") if after else False
        return (
            greek
            or script
            or text in _TOGETHER
            or _is_product(text)
            or _is_called(tokens, place, names, law=law)
        )
    if text in ("A", "I", "a") and after in (" ", "  "):
        following = next((token for token in tokens[place + 1 :] if token.kind != "gap"), None)
        return (
            following is None or following.text in _AFTER_LETTER or following.kind not in ("word", "hyphened")
        )
    return True


def _is_called(tokens: Sequence[_Token], place: int, names: frozenset[str], *, law: bool) -> bool:
    """Whether a word is the name of a function in its place: "sign" and "root" are words, too."""
    text = tokens[place].text
    if text not in names:
        return False
    after = tokens[place + 1].text[:1] if place + 1 < len(tokens) else ""
    return law or text not in _WORDS_TOO or after in ("(", "′", "_")


_WORDS_TOO: Final = frozenset("sign root beta gamma floor ceiling max min log exp abs".split())
_PRODUCT: Final = re.compile(r"[JWH]{1,2}[a-z]?\Z")


def _is_product(text: str) -> bool:
    """Whether letters are a product of matrices: WJ, Wr."""
    return _PRODUCT.match(text) is not None


def _signs(run: Sequence[_Token], names: frozenset[str]) -> Iterator[Sign]:
    """The parts of a stretch of mathematics."""
    place = 0
    while place < len(run):
        token = run[place]
        place += 1
        match token.kind:
            case "gap":
                if _parts_factors(run, place - 1, names):
                    yield Sign("gap")
            case "upper" if place < len(run) and run[place].text == "√":
                inside, place = _argument(run, place + 1, names)
                yield Sign("root", _plain(token.text), inside)
            case "upper" | "lower":
                yield Sign("^" if token.kind == "upper" else "_", "", _script(token.text))
            case "prime":
                yield Sign("prime", "'" * sum(_PRIMES[each] for each in token.text))
            case "number" if "e" in token.text:
                part, power = token.text.split("e")
                yield from (Sign("number", part), Sign("sign", "·")) if part != "1" else ()
                yield from (Sign("number", "10"), Sign("^", "", _script(str(int(power.replace("−", "-"))))))
            case "number":
                yield Sign("number", token.text)
            case "barred":
                yield Sign("bar", token.text[0])
            case "word":
                after = run[place] if place < len(run) else _Token("gap", "")
                called = after.text == "_" or (after.text in ("(", "′") and len(token.text) > 2)
                yield from _letters(token.text, names, called=called)
            case _ if token.text in "^_" and place < len(run):
                inside, place = _argument(run, place, names, bare=True)
                yield Sign(token.text, "", inside)
            case _ if token.text in "√∛":
                inside, place = _argument(run, place, names, bare=True)
                yield Sign("root", "3" if token.text == "∛" else "", inside)
            case _:
                yield Sign("sign", "..." if token.kind == "dots" else token.text)


def _parts_factors(run: Sequence[_Token], place: int, names: frozenset[str]) -> bool:
    """Whether a gap is to be seen, since it stands between two factors: "(0 ∇gᵀ; ∇g ∇²L)", and not "ln f"."""
    if not 0 < place < len(run) - 1 or not (_is_side(run[place - 1]) and _is_side(run[place + 1])):
        return False
    last = next((token for token in reversed(run[:place]) if token.kind not in ("upper", "lower")), run[0])
    is_operator = place > 2 and run[place - 2].text == "^" and run[place - 3].text == "∂"  # ∂^α f
    return last.text not in names and last.text != "Σ" and not is_operator


def _is_side(token: _Token) -> bool:
    """Whether a token is one side of a product."""
    if token.kind in ("upper", "lower", "number", "barred", "prime"):
        return True
    return token.text in ("√", "∇", "∂", "(", ")", "½") or (token.kind == "word" and len(token.text) <= 2)


def _letters(text: str, names: frozenset[str], *, called: bool) -> Iterator[Sign]:
    if len(text) > 1 and (text in names or called):
        yield Sign("name", text)
    else:
        yield from (Sign("sign" if each in "Σ" else "letter", each) for each in text)


def _plain(text: str) -> str:
    return normalize("NFKC", text).replace("-", "−")


def _script(text: str) -> tuple[Sign, ...]:
    """What stands above or below the line in small signs."""
    plain = _plain(text)
    if plain in ("mean", "T"):
        return (Sign("words", plain),)
    return tuple(
        Sign("number" if each.isdigit() else "letter" if each.isalpha() else "sign", each)
        for each in re.findall(r"\d+|.", plain)
    )


def _argument(
    run: Sequence[_Token], place: int, names: frozenset[str], *, bare: bool = False
) -> tuple[tuple[Sign, ...], int]:
    """What a root or an exponent applies to, and where it ends: what is in brackets, or a single sign."""
    if place < len(run) and run[place].text in "−-":
        inside, end = _argument(run, place + 1, names, bare=bare)
        return (Sign("sign", "−"), *inside), end
    start = place
    call = len(run[place].text) > 1 if place < len(run) else False
    if call and place + 1 < len(run) and run[place].kind == "word" and run[place + 1].text == "(":
        place += 1  # √cov(p, p)
    if place < len(run) and run[place].text == "(":
        depth = 0
        for end in range(place, len(run)):
            depth += (run[end].text == "(") - (run[end].text == ")")
            if not depth:
                if start == place and bare:
                    return tuple(_signs(run[place + 1 : end], names)), end + 1
                return tuple(_signs(run[start : end + 1], names)), end + 1
    end = min(start + 1, len(run))
    while end < len(run) and (run[end].kind == "lower" or (run[end].kind == "upper" and not bare)):
        end += 1
    return tuple(_signs(run[start:end], names)), end


# ------------------------------------------------------------------------------------------ in LaTeX, in Typst


def in_latex(piece: Maths, functions: Mapping[str, FunctionName] = FUNCTIONS) -> str:
    r"""A stretch of mathematics in LaTeX.

    Examples:
        >>> print(*map(in_latex, law_pieces("(√x)′ = 1/(2√x)")))
        (\sqrt{x})' = 1/(2\sqrt{x})
    """
    return _latex_of(piece.signs, functions)


def _latex_of(signs: Iterable[Sign], functions: Mapping[str, FunctionName]) -> str:
    return _written(signs, lambda sign: _latex(sign, functions), apart=False)


def _latex(sign: Sign, functions: Mapping[str, FunctionName]) -> str:
    match sign.kind:
        case "name":
            return _latex_name(sign.text, functions)
        case "letter":
            return SIGNS.get(sign.text, sign.text)
        case "number" | "prime":
            return sign.text
        case "words":
            return rf"\{'mathsf' if sign.text == 'T' else 'mathrm'}{{{sign.text}}}"
        case "^" | "_":
            return f"{sign.kind}{{{_latex_of(sign.inside, functions)}}}"
        case "bar":
            return rf"\bar{{{sign.text}}}"
        case "root":
            index = f"[{sign.text}]" if sign.text else ""
            return rf"\sqrt{index}{{{_latex_of(sign.inside, functions)}}}"
        case "gap":
            return r"\,"
    return _LATEX_SIGNS.get(sign.text) or SIGNS.get(sign.text, sign.text)


_LATEX_SIGNS: Final = {
    "Σ": r"\sum", "...": r"\dots", "{": r"\{", "}": r"\}", "|": "|", "#": r"\#", "%": r"\%", "&": r"\&",
    "_": r"\_", "^": r"\wedge",
}  # fmt: skip


def _latex_name(name: str, functions: Mapping[str, FunctionName]) -> str:
    if name in _LATEX_OPERATORS:
        return f"\\{name}"
    for entry in functions.values():
        if name in (entry.shown, entry.name) and entry.latex and name == entry.shown:
            return entry.latex
    escaped = name.replace("_", r"\_")
    return rf"\operatorname{{{escaped}}}"


def in_typst(piece: Maths) -> str:
    """A stretch of mathematics in Typst's.

    Examples:
        >>> print(*map(in_typst, law_pieces("(x^n)′ = n·xⁿ⁻¹")))
        (x^(n))' = n ⋅ x^(n − 1)
    """
    return _typst_of(piece.signs)


def _typst_of(signs: Iterable[Sign]) -> str:
    return _written(signs, _typst, apart=True)


def _typst(sign: Sign) -> str:
    match sign.kind:
        case "name":
            return f'op("{sign.text}")'
        case "letter" | "number" | "prime":
            return sign.text
        case "words":
            return f'upright("{sign.text}")'
        case "^" | "_":
            return f"{sign.kind}({_typst_of(sign.inside)})"
        case "bar":
            return f"macron({sign.text})"
        case "root":
            index = f"{sign.text}, " if sign.text else ""
            return f"{'root' if index else 'sqrt'}({index}{_typst_of(sign.inside)})"
        case "gap":
            return " thin "
    return _TYPST_SIGNS.get(sign.text, sign.text)


_TYPST_SIGNS: Final = {
    "Σ": "sum", "...": "dots.h", "·": "⋅", "/": r"\/", "_": r"\_", "^": r"\^", "#": r"\#", "$": r"\$",
    "|": "|", "&": r"\&", "\\": "\\\\", '"': r"\"", "*": r"\*", ";": r"\;",
}  # fmt: skip


def _written(signs: Iterable[Sign], write: Callable[[Sign], str], *, apart: bool) -> str:
    """The signs in a row, those between two terms with spaces around them.

    Args:
        signs: The signs.
        write: How one is written.
        apart: Whether letters side by side would be read as a name.
    """
    written: list[str] = []
    before: Sign | None = None
    for sign in signs:
        text = write(sign)
        between = sign.text in _BETWEEN and before is not None and not _expects(before)
        if between:
            text = f" {text} "
        elif (
            before is not None and sign.kind not in ("prime", "^", "_") and _runs_on(written[-1], text, apart)
        ):
            written.append(" ")
        written.append(f"{text} " if sign.text == "," else text)
        before = sign
    return "".join(written).strip()


_BETWEEN: Final = frozenset("=<>≤≥≠≈≪≫→±−+·×∘∈∉∝≡-")


def _expects(before: Sign) -> bool:
    """Whether a sign after this one belongs to what follows: the minus in "= −x"."""
    return before.text in _BETWEEN or before.text in ("(", "[", "/", ",")


def _runs_on(last: str, first: str, apart: bool) -> bool:
    """Whether two parts would be read as one name, or a command and a letter as another command."""
    if not last or not first:
        return False
    command = _COMMAND_AT_END.search(last) is not None
    return (command and first[0].isalpha()) or (apart and last[-1].isalnum() and first[0].isalnum())


_COMMAND_AT_END: Final = re.compile(r"\\[A-Za-z]+\Z")


# --------------------------------------------------------------------------------------------------- read aloud


def aloud(piece: Maths) -> str:
    """What is said for a stretch of mathematics.

    Examples:
        >>> print(*map(aloud, law_pieces("(xⁿ)′ = n·xⁿ⁻¹")))
        ( x to the power n ) prime equals n times x to the power n minus 1
    """
    return " ".join(word for sign in piece.signs for word in _said(sign))


def _said(sign: Sign) -> Iterator[str]:
    match sign.kind:
        case "prime":
            yield say(f"spoken prime {len(sign.text)}")
        case "bar":
            yield say("spoken-bar", letter=sign.text)
        case "root":
            yield say(_ROOTS.get(sign.text, "spoken-root-index"))
            yield from (sign.text, say("spoken-of")) if sign.text not in _ROOTS else ()
            yield from (word for each in sign.inside for word in _said(each))
        case "^":
            inside = [word for each in sign.inside for word in _said(each)]
            known = _POWERS.get("".join(inside))
            yield from (say(known),) if known else (say("spoken-to-the-power"), *inside)
        case "_":
            yield say("spoken-sub")
            yield from (word for each in sign.inside for word in _said(each))
        case "gap":
            pass
        case _:
            known = _SAID.get(sign.text)
            yield say(known) if known else sign.text


_ROOTS: Final = {"": "spoken-square-root", "3": "spoken-cube-root"}
_POWERS: Final = {"2": "spoken-squared", "3": "spoken-cubed", "T": "spoken-transposed"}
_SAID: Final = {
    "=": "spoken =", "≠": "spoken !=", "<": "spoken <", "≤": "spoken <=", ">": "spoken >", "≥": "spoken >=",
    "∈": "spoken in", "∉": "spoken not in", "+": "spoken-plus", "−": "spoken-minus", "-": "spoken-minus",
    "·": "spoken-times", "×": "spoken-times", "/": "spoken-over", "→": "spoken-tends-to",
    "∂": "spoken-partial-d", "Σ": "spoken-summed", "!": "spoken-factorial", "∘": "spoken-hadamard",
    "...": "spoken-and-so-on", "∞": "spoken constant infinity",
}  # fmt: skip
