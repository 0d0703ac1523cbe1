"""A sheet with its problems becomes a file in TOML again: the chosen problems stand in it to be edited."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from stepcalc.messages import say
from stepcalc.render.document import LINE_HEIGHT
from stepcalc.sheets.filling import Filled, FilledSection, Item
from stepcalc.sheets.plan import Entry, Room, Sheet, marks_text
from stepcalc.sheets.problem import Ask

_POINTS: Final = {"limit": "to", "taylor": "about"}


def frozen(filled: Filled) -> str:
    """The file of a sheet whose problems are all given.

    Args:
        filled: The sheet with its problems.

    Returns:
        A text in TOML; the sheet that is read from it has the same problems in the same places.
    """
    lines = [f"# {say('frozen-comment')}", *_sheet(filled.sheet)]
    for section in filled.sections:
        lines.extend(_section(section))
    return "\n".join(lines) + "\n"


def _sheet(sheet: Sheet) -> Iterator[str]:
    plain = Sheet()
    for name in ("title", "instructions", "header", "footer", "columns", "font_size", "paper", "numbering"):
        if getattr(sheet, name) != getattr(plain, name):
            yield _line(name, getattr(sheet, name))
    if sheet.part_numbering != plain.part_numbering:
        yield _line("part_numbering", sheet.part_numbering)
    if sheet.fields:
        yield _line("fields", list(sheet.fields))
    if sheet.space is not None:
        yield _line("space", room_text(sheet.space))
    yield _line("seed", sheet.seed)
    yield _line("show", list(sheet.show))
    for name in ("fade", "style", "detail", "notation", "total"):
        if getattr(sheet, name) != getattr(plain, name):
            yield _line(name, getattr(sheet, name))


def _section(section: FilledSection) -> Iterator[str]:
    yield from ("", "[[section]]")
    if section.section.title:
        yield _line("title", section.section.title)
    if section.section.instructions:
        yield _line("instructions", section.section.instructions)
    for item in section.items:
        yield from ("", "[[section.problem]]")
        yield from _entry(item.entry)
        for part in item.parts:
            yield from _part(part)


def _part(item: Item) -> Iterator[str]:
    yield from ("", "[[section.problem.part]]")
    yield from _entry(item.entry)


def _entry(entry: Entry) -> Iterator[str]:
    if entry.ask is not None:
        yield from _ask(entry.ask)
    if entry.topics:
        yield _line("topic", entry.topics[0])
        yield _line("level", entry.levels[0])
    if entry.text:
        yield _line("text", entry.text)
    if entry.solution:
        yield _line("solution", entry.solution)
    if entry.marks is not None:
        yield f"marks = {marks_text(entry.marks)}"
    if entry.space is not None:
        yield _line("space", room_text(entry.space))
    if entry.hint is not None:
        yield _line("hint", entry.hint or True)
    if entry.together is not None:
        yield _line("together", entry.together)


def _ask(ask: Ask) -> Iterator[str]:
    yield _line(ask.kind, ask.text)
    if ask.letters:
        yield _line("wrt", ",".join(ask.letters))
    if ask.order is not None:
        yield _line("order", ask.order)
    if ask.point is not None:
        yield _line(_POINTS[ask.kind], ask.point)
    for name in ("side", "direction"):
        if getattr(ask, name) is not None:
            yield _line(name, getattr(ask, name))


def room_text(room: Room) -> str:
    """Space to write in, as it is typed.

    Examples:
        >>> room_text(Room("lines", 3.2)), room_text(Room("grid", 5.0)), room_text(Room())
        ('4 lines', '5 cm grid', 'none')
    """
    if not room.centimetres:
        return "none"
    if room.kind == "lines":
        count = round(room.centimetres / LINE_HEIGHT)
        return f"{count} lines" if count > 1 else "1 line"
    return f"{room.centimetres:g} cm" + (" grid" if room.kind == "grid" else "")


def _line(key: str, value: Any) -> str:
    return f"{key} = {_value(value)}"


def _value(value: Any) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return _text(value)
        case list():
            return "[" + ", ".join(_value(each) for each in value) + "]"
    return str(value)


def _text(text: str) -> str:
    """A text in quotation marks: a plain one where it can be, so that a backslash stays one."""
    if "'" not in text and ("\\" in text or '"' in text) and text.isprintable():
        return f"'{text}'"
    written = "".join(
        _ESCAPES.get(sign, sign) if sign in _ESCAPES or sign.isprintable() else _code(sign) for sign in text
    )
    return f'"{written}"'


_ESCAPES: Final = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r"}


def _code(sign: str) -> str:
    return f"\\U{ord(sign):08X}"
