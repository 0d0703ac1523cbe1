"""Formulas as MathML, which browsers set without a script; it is made of our LaTeX by latex2mathml."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from html import escape, unescape
from typing import TYPE_CHECKING, Final

from stepcalc.notation.forms import depth
from stepcalc.notation.functions import FUNCTIONS, FunctionName
from stepcalc.notation.latex import latex
from stepcalc.notation.unicode import one_line
from stepcalc.render.document import Formula
from stepcalc.render.shorten import DOTS, QUOTED_DOTS

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

DEEPEST: Final = 60
"""Formulas nested deeper than this are set as one line of text: neither browsers nor the converter follow."""

LONGEST: Final = 30
"""A formula with more characters than this may be broken at its outermost signs."""

WIDEST: Final = 24
"""A row with more characters side by side than this may be wider than a phone."""

_BREAKS: Final = frozenset("+−=-")
_SIGNS: Final = frozenset("+−-")
_OPENING: Final = frozenset("([{")
_CLOSING: Final = frozenset(")]}")
_GAP: Final = "0.17em"
_APPLIED: Final = "\u2061"
"""Between a function and its argument: nothing that is seen, but a screen reader says "of"."""

_MARKED: Final = r"\class{mark}{%s}"


class MathML:
    """Writes formulas.

    Args:
        functions: The names of functions, as the rulebook in use has them.
        notation: The notation of derivatives.
    """

    def __init__(self, functions: Mapping[str, FunctionName] = FUNCTIONS, notation: str = "leibniz") -> None:
        self.functions = functions
        self.notation = notation

    def inline(self, formula: Formula) -> str:
        """A formula within a sentence."""
        return self._broken((formula,), style=False)[0]

    def display(self, *formulas: Formula | None) -> tuple[str, bool]:
        """Equal expressions with signs between them, in a line of their own.

        Args:
            formulas: The expressions; ``None`` for a side that stands in the line before.

        Returns:
            The formulas, and whether a part that is not broken may be wider than a phone.
        """
        return self._broken(formulas, style=True)

    def written(self, text: str, size: int) -> str:
        """LaTeX within a sentence; what has more than so many characters may be broken at its outermost signs."""
        row = _row(text)
        pieces = list(_pieces(row)) if size > LONGEST else [row]
        return "<wbr>".join(_written(piece, style=False) for piece in pieces)

    def _broken(self, formulas: tuple[Formula | None, ...], *, style: bool) -> tuple[str, bool]:
        """A row, or several that may stand one below the other where there is no room."""
        if any(each is not None and depth(each.form) > DEEPEST for each in formulas):
            return " = ".join(self._text(each) if each is not None else "" for each in formulas), False
        row = _row(" = ".join(self._latex(each) if each is not None else "" for each in formulas))
        size = sum(len(self._plain(each)) for each in formulas if each is not None)
        pieces = list(_pieces(row)) if size > LONGEST else [row]
        wide = any(_width(piece) > WIDEST for piece in pieces)
        return "<wbr>".join(_written(piece, style=style) for piece in pieces), wide

    def _latex(self, formula: Formula) -> str:
        written = latex(
            formula.form,
            marks=formula.marked,
            mark=_MARKED,
            functions=self.functions,
            notation=self.notation,
        )
        return written.replace(latex(DOTS), r"\dots ")

    def _plain(self, formula: Formula) -> str:
        return one_line(formula.form, functions=self.functions, notation=self.notation)

    def _text(self, formula: Formula) -> str:
        return f'<span class="text">{escape(self._plain(formula).replace(QUOTED_DOTS, "…"))}</span>'


def _row(text: str) -> Element:
    """The row that the converter makes of LaTeX."""
    from latex2mathml.converter import convert_to_element

    math = convert_to_element(text, display="block")
    row = math[0]
    for element in row.iter():
        if element.text:
            element.text = unescape(element.text)  # the converter gives signs as references
        if element.tag == "msub" and element[0].text == "lim":
            element.tag = "munder"
            element[0].set("movablelimits", "true")
        if element.tag == "mtd" and element.attrib.pop("columnalign", "") == "left":
            element.set("style", "text-align:left")  # browsers leave the attribute out of account
    _settle_fences(row)
    _settle_primes(row)
    _spaced(row)
    return row


_TALL: Final = frozenset({"mfrac", "mtable", "msqrt", "mroot", "munder", "munderover"})


def _settle_fences(row: Element) -> None:
    """Let only those brackets grow that hold something tall: browsers leave gaps beside one that may grow."""
    for parent in row.iter():
        if len(parent) > 1 and parent[0].get("stretchy") == "true" and not any(map(_is_tall, parent[1:])):
            for child in (parent[0], parent[-1]):
                child.set("stretchy", "false")


def _is_tall(element: Element) -> bool:
    return any(part.tag in _TALL for part in element.iter())


def _settle_primes(row: Element) -> None:
    """Set a prime beside what it belongs to, as large as it is: fonts have raised it already.

    Beside a bracket that grows it is raised, too, and of the same size.
    """
    from xml.etree.ElementTree import Element

    for parent in list(row.iter()):
        for place in range(len(parent) - 1, -1, -1):
            child = parent[place]
            if child.tag != "msup":
                continue
            base, above = child
            first = above[0] if above.tag == "mrow" and len(above) else above
            if not set(first.text or "") <= _PRIMES or not first.text:
                continue
            prime = Element("mo", {"class": "prime"})
            prime.text = first.text
            if _is_tall(base) or (base.text in _CLOSING and base.get("stretchy") != "false"):
                child[1] = prime
            elif above is first:
                prime.attrib.update({"lspace": "0", "rspace": "0"})
                whole = Element("mrow")
                whole.extend([base, prime])
                parent[place] = whole


_PRIMES: Final = frozenset("′″‴'")


def _written(row: Element, *, style: bool) -> str:
    from xml.etree.ElementTree import Element, tostring

    math = Element("math", {"displaystyle": "true"} if style else {})
    math.append(row)
    return tostring(math, encoding="unicode")


def _width(element: Element) -> int:
    """About how many characters stand side by side; what is nested deeper than DEEPEST is not here."""
    if element.tag in ("mfrac", "mtable"):
        return max(map(_width, element), default=0)
    return len((element.text or "").replace(_APPLIED, "")) + sum(map(_width, element))


# ------------------------------------------------------------------------------------------ spaces


def _spaced(row: Element) -> None:
    """Put the gaps that LaTeX leaves around the names of functions, throughout; say where one is applied."""
    from xml.etree.ElementTree import Element

    for parent in row.iter():
        if parent.tag not in ("mrow", "math", "mtd", "mstyle"):
            continue
        children = list(parent)
        placed: list[Element] = []
        bars = 0
        for place, child in enumerate(children):
            bars = _set_bar(child, bars, after=children[place - 1] if place else None)
            function = _is_function(child)
            if function and placed and _is_operand(placed[-1]):
                placed.append(Element("mspace", {"width": _GAP}))
            placed.append(child)
            _set_sign(child, between=place > 0 and _is_operand(children[place - 1]))
            follows = children[place + 1] if place + 1 < len(children) else None
            if function and follows is not None and follows.get("class") != "prime":
                placed.append(_applied() if _opens(follows) else Element("mspace", {"width": _GAP}))
        parent[:] = placed


def _set_sign(child: Element, *, between: bool) -> None:
    """Say of a minus whether it stands between terms, also at the edge of a mark, or is a sign: "= −x"."""
    first = child[0] if child.get("class") == "mark" and len(child) else child
    if first.tag == "mo" and first.text in _SIGNS and "form" not in first.attrib:
        first.set("form", "infix" if between else "prefix")


def _set_bar(child: Element, bars: int, *, after: Element | None) -> int:
    """Say of a bar whether it opens or closes, and keep a slash close; gives how many bars are open."""
    if child.tag != "mo":
        return bars
    if child.text == "/":
        child.attrib.update({"lspace": "0", "rspace": "0"})
    if child.text not in _BARS:
        return bars
    closes = bars > 0 and after is not None and (_is_operand(after) or after.get("form") == "postfix")
    child.set("form", "postfix" if closes else "prefix")
    child.attrib.setdefault("stretchy", "false")
    return bars - 1 if closes else bars + 1


_BARS: Final = ("|", "∣")


def _applied() -> Element:
    from xml.etree.ElementTree import Element

    sign = Element("mo")
    sign.text = _APPLIED
    return sign


def _is_function(element: Element) -> bool:
    """Whether an element is a name of several letters, perhaps raised: sin, sin², ln."""
    while (element.tag in ("msup", "msub", "msubsup") and len(element)) or _has_prime(element):
        element = element[0]
    text = element.text or ""
    if element.tag == "mo" and len(text) > 1 and text.isalnum() and text != "lim":
        element.tag = "mi"
        element.attrib.clear()
    return element.tag == "mi" and len(text) > 1 and text.isalnum()


def _has_prime(element: Element) -> bool:
    """Whether an element is a name with a prime beside it: sin′."""
    return element.tag == "mrow" and len(element) == 2 and element[1].get("class") == "prime"


def _is_operand(element: Element) -> bool:
    if element.tag == "mspace":
        return False
    return element.tag != "mo" or element.get("form") == "postfix" or (element.text or "") in _CLOSING


def _opens(element: Element) -> bool:
    if element.tag == "mrow" and len(element):
        return _opens(element[0])
    return element.tag == "mo" and (element.text or "") in _OPENING


# ------------------------------------------------------------------------------------------ breaking


def _pieces(row: Element) -> Iterator[Element]:
    """A row cut before its outermost signs, none of them within brackets."""
    from xml.etree.ElementTree import Element

    for cut in _cuts(row):
        piece = Element("mrow")
        piece.extend(cut)
        if len(cut) > 1 and cut[0].tag == "mo" and cut[0].text in _BREAKS:
            # At the beginning of a row a sign would be taken for a prefix, and lose its space.
            cut[0].set("form", "infix")
        yield piece


def _cuts(row: Iterable[Element]) -> Iterator[list[Element]]:
    current: list[Element] = []
    level = 0
    bars = False
    for child in row:
        text = (child.text or "") if child.tag == "mo" else ""
        if current and text in _BREAKS and text and level == 0 and not bars and not _is_sign(current):
            yield current
            current = []
        current.append(child)
        level += (text in _OPENING and text != "") - (text in _CLOSING and text != "")
        bars ^= text in ("|", "∣")
    if current:
        yield current


def _is_sign(current: list[Element]) -> bool:
    """Whether what comes next is a sign of its own, as in "= −x"."""
    return len(current) == 1 and current[0].tag == "mo" and current[0].text in _BREAKS
