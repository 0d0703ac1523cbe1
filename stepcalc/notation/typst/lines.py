"""Maths in lines: stretches of Typst that are not broken, and where a line may end between them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Token:
    """A stretch of Typst maths that is not broken.

    Args:
        text: What is written.
        width: About how wide it is, in em.
        kind: ``"sign"`` and ``"gap"`` where a line may end before it; ``"open"`` and ``"close"`` for brackets;
            ``"mark"`` and ``"unmark"`` for the ends of a marked part; ``""`` otherwise.
        tall: Whether a bracket holds something taller than a line.
    """

    text: str
    width: float
    kind: str = ""
    tall: bool = False


def breadth(some: Sequence[Token]) -> float:
    """About how wide tokens are side by side, in em."""
    return sum(token.width for token in some)


def joined(some: Sequence[Token]) -> str:
    """Tokens as one line of maths; what would run together is kept apart by a space, which is not seen."""
    written: list[str] = []
    for token in some:
        append(written, token.text)
    return "".join(written).strip()


def append(written: list[str], text: str) -> None:
    """A text behind others; what would run together is kept apart."""
    if not text:
        return
    if written and _runs_on(written[-1][-1], text[0]):
        written.append(" ")
    written.append(text)


def _runs_on(last: str, first: str) -> bool:
    """Whether two characters side by side would be read as one name, or as a call."""
    return (last.isalnum() and (first.isalnum() or first in "([.")) or (last == "." and first == ".")


def lines(some: Sequence[Token], room: float, *, hanging: float = 2.0) -> list[str]:
    """Tokens in lines of maths; see :func:`broken`.

    Examples:
        >>> from stepcalc.notation.forms import letter, multiply
        >>> from stepcalc.notation.typst import tokens
        >>> lines(tokens(multiply(*(letter(name) for name in "abcdef"))), 2, hanging=0)
        ['a b c', 'd e f']
    """
    return [line for line in map(joined, broken(some, room, hanging=hanging)) if line]


def broken(some: Sequence[Token], room: float, *, hanging: float = 2.0) -> list[list[Token]]:
    """Tokens in lines that are no wider than the room there is, if they can be broken so.

    A line ends before a sign, as far out of the brackets as can be without leaving much of it empty.

    Args:
        some: The tokens of a formula, or of several with signs between them.
        room: How wide a line is, in em.
        hanging: By how much the later lines are shorter.
    """
    return list(_reopened(_cut(some, room, hanging)))


def _cut(some: Sequence[Token], room: float, hanging: float) -> list[list[Token]]:
    pieces: list[list[Token]] = []
    start = 0
    while start < len(some):
        end = _end_of_line(some, start, room)
        pieces.append(list(some[start:end]))
        room -= hanging if start == 0 else 0.0
        start = end
    return pieces


def _end_of_line(some: Sequence[Token], start: int, room: float) -> int:
    """Where the line that begins at ``start`` ends."""
    used, depth = 0.0, 0
    places: list[tuple[int, bool, float, int]] = []
    for place in range(start, len(some)):
        token = some[place]
        if place > start and _may_begin(some, place):
            places.append((depth, token.kind == "gap", used, place))
            if used > room:
                break
        depth += (token.kind == "open") - (token.kind == "close")
        used += token.width
    if used <= room or not places:
        return len(some)
    for least in (room * 0.66, room * 0.33, 0.0):
        fitting = [found for found in places if least <= found[2] <= room]
        if fitting:
            return min(fitting, key=lambda found: (found[0], found[1], -found[2]))[3]
    return places[0][3]


def _may_begin(some: Sequence[Token], place: int) -> bool:
    """Whether a line may begin with this token: a sign between two terms, or a gap between factors."""
    kind, before = some[place].kind, some[place - 1].kind
    if kind == "gap" and some[place + 1 : place + 2] and some[place + 1].kind == "sign":
        return False  # the gap before a minus sign stays at the end of the line
    return kind in ("sign", "gap") and before not in ("open", "mark", "sign")


_AT_START: Final = {"+": 'class("binary", +)', "−": 'class("binary", −)'}


def _reopened(pieces: list[list[Token]]) -> Iterator[list[Token]]:
    """The lines, brackets that do not close on their line set by size, marks closed and opened again."""
    marked = False
    for number, line in enumerate(pieces):
        loose = _loose(line)
        written = [Token("mk(", 0.0, "mark")] if marked else []
        first = line[0] if line else Token("", 0.0)
        sign = _AT_START.get(first.text.strip()) if number else None
        if sign:
            line = [Token(sign, first.width, "sign"), *line[1:]]
        for place, token in enumerate(line):
            marked = token.kind == "mark" or (marked and token.kind != "unmark")
            written.append(_alone(token) if place in loose else token)
        if marked:
            written.append(Token(")", 0.0, "unmark"))
        yield written


def _loose(line: list[Token]) -> set[int]:
    """The places of brackets that have no partner on the line."""
    opened: list[int] = []
    loose: set[int] = set()
    for place, token in enumerate(line):
        if token.kind == "open":
            opened.append(place)
        elif token.kind == "close":
            if opened:
                opened.pop()
            else:
                loose.add(place)
    return loose | set(opened)


def _alone(token: Token) -> Token:
    """A bracket whose partner stands on another line."""
    text = f"lr(\\{token.text}, size: #2.1em)" if token.tall else f"\\{token.text}"
    return Token(text, token.width, token.kind)
