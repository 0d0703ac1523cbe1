"""Cards as they are written: a file divided at its headings, and the table under each read as a card."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from stepcalc.errors import RuleError
from stepcalc.messages import say
from stepcalc.rulebook.cards import Card, LawText

_HEADING: Final = re.compile(r"^\[([A-Za-z_][A-Za-z0-9_]*)\][ \t]*(?:#.*)?$", re.MULTILINE)
_TEXT_KEYS: Final = frozenset(
    "name law real when show show_three show_four say why example source range define matcher changes fails "
    "latex".split()
)
_KEYS: Final = _TEXT_KEYS | {"laws", "aliases"}
_LAW_KEYS: Final = frozenset({"law", "if", "when", "prefer"})


@dataclass(frozen=True, slots=True)
class Place:
    """Where a card stands: its text is parsed when it is first asked for."""

    id: str
    file: str
    line: int
    text: str


def places_in(file: str, text: str) -> Iterator[Place]:
    """The cards of a file, each with the line on which it begins.

    Raises:
        RuleError: Something but a comment stands before the first heading.
    """
    headings = list(_HEADING.finditer(text))
    before = text[: headings[0].start()] if headings else text
    for number, written in enumerate(before.splitlines(), 1):
        if written.strip() and not written.lstrip().startswith("#"):
            raise RuleError(
                say("card-before-heading", file=file, line=number),
                code="card-before-heading",
                text=file,
                start=number,
            )
    line, last = 1, 0
    for place, heading in enumerate(headings):
        end = headings[place + 1].start() if place + 1 < len(headings) else len(text)
        line += text.count("\n", last, heading.start())
        last = heading.start()
        yield Place(heading.group(1), file, line, text[heading.start() : end])


def without(text: str, ids: set[str]) -> str:
    """A file's text with some cards blanked out, so that lines keep their numbers."""
    headings = list(_HEADING.finditer(text))
    pieces, last = [], 0
    for place, heading in enumerate(headings):
        if heading.group(1) in ids:
            end = headings[place + 1].start() if place + 1 < len(headings) else len(text)
            pieces += [text[last : heading.start()], "\n" * text.count("\n", heading.start(), end)]
            last = end
    return "".join([*pieces, text[last:]])


def parse(place: Place) -> Card:
    """The card that a table stands for.

    Raises:
        RuleError: It is no TOML, or has keys or values that a card has not.
    """
    import tomllib

    try:
        whole = tomllib.loads(place.text)
    except tomllib.TOMLDecodeError as problem:
        inside = re.search(r"at line (\d+)", str(problem))
        line = place.line + (int(inside.group(1)) - 1 if inside else 0)
        raise refused("card-not-toml", place, line=line, problem=str(problem).split(" (at")[0]) from problem
    if len(whole) > 1:
        raise refused("card-other-heading", place, heading=next(key for key in whole if key != place.id))
    table: dict[str, Any] = whole[place.id]
    for key, found in table.items():
        if key not in _KEYS:
            line = _line_of_key(key, place)
            raise refused("card-unknown-key", place, line=line, key=key, known=", ".join(sorted(_KEYS)))
        if key in _TEXT_KEYS and not isinstance(found, str):
            raise refused("card-wrong-type", place, line=_line_of_key(key, place), key=key)
    if not table.get("name"):
        raise refused("card-no-name", place)
    texts = {key: table[key] for key in _TEXT_KEYS - {"law"} if key in table}
    return Card(
        id=place.id,
        laws=tuple(_law_texts(table, place)),
        aliases=_aliases(table.get("aliases", []), place),
        file=place.file,
        line=place.line,
        **texts,
    )


def _line_of_key(key: str, place: Place) -> int:
    """The line on which a key stands, that of the heading where it is not found."""
    found = re.search(rf"^[ \t]*{re.escape(key)}\b", place.text, re.MULTILINE)
    return place.line + (place.text.count("\n", 0, found.start()) if found else 0)


def _aliases(found: object, place: Place) -> tuple[str, ...]:
    if not isinstance(found, list) or not all(isinstance(alias, str) for alias in found):
        raise refused("card-bad-aliases", place, line=_line_of_key("aliases", place))
    return tuple(found)


def _law_texts(table: Mapping[str, Any], place: Place) -> Iterable[LawText]:
    rows = table.get("laws", [])
    if not isinstance(rows, list):
        raise refused("card-bad-laws", place, line=_line_of_key("laws", place))
    last = 0
    for row in ([{"law": table["law"]}] if "law" in table else []) + rows:
        if not isinstance(row, dict) or "law" not in row or not row.keys() <= _LAW_KEYS:
            raise refused("card-bad-laws", place, line=_line_of_key("laws", place))
        if not all(isinstance(found, str) for found in row.values()):
            raise refused("card-bad-laws", place, line=_line_of_key("laws", place))
        # Laws that differ in their conditions only read alike: the next one stands after the last.
        last = max(place.text.find(row["law"], last + 1), last)
        line = place.line + place.text.count("\n", 0, last)
        yield LawText(row["law"], row.get("if", ""), row.get("when", ""), row.get("prefer", ""), line)


def refused(code: str, place: Place | Card, *, line: int | None = None, **parts: object) -> RuleError:
    """The error that a card is refused with.

    Args:
        code: The key of its message.
        place: The card.
        line: The line that is to blame, that of the heading if not given.
        parts: What else the message says.
    """
    line = place.line if line is None else line
    message = say(code, file=place.file, line=line, card=place.id, **parts)
    return RuleError(message, code=code, text=place.file, start=line)
