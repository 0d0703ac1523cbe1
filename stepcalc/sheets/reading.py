"""A file in TOML becomes a sheet; what is wrong with it is said with file, line and what is allowed."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import partial
from pathlib import Path
from typing import Any, Final, NoReturn

from stepcalc.errors import StepcalcError, UsageError
from stepcalc.messages import say
from stepcalc.render.document import LINE_HEIGHT
from stepcalc.sheets import places
from stepcalc.sheets.asking import own_words
from stepcalc.sheets.generate import Wanted
from stepcalc.sheets.numbering import is_numbering
from stepcalc.sheets.plan import ORDERS, SHOWN, Entry, Room, Section, Sheet
from stepcalc.sheets.problem import KINDS, Ask
from stepcalc.sheets.topics import LEVELS, topic_named

MOST_PROBLEMS: Final = 100_000
MOST_BYTES: Final = 1_000_000
MOST_VERSIONS: Final = 26


def read_sheet(file: Path) -> Sheet:
    """The sheet that a file describes.

    Args:
        file: A TOML file.

    Raises:
        UsageError: The file cannot be read, or says what a sheet cannot say.
    """
    try:
        if file.stat().st_size > MOST_BYTES:
            raise UsageError(say("sheet-too-long", file=file, most=MOST_BYTES), code="sheet-too-long")
        text = file.read_text(encoding="utf-8-sig")  # some editors begin a file with a mark of its encoding
    except UnicodeDecodeError as problem:
        line = problem.object.count(b"\n", 0, problem.start) + 1
        raise UsageError(say("sheet-not-utf8", file=file, line=line), code="sheet-unreadable") from None
    except OSError as problem:
        reason = problem.strerror or problem
        raise UsageError(
            say("sheet-unreadable", file=file, problem=reason), code="sheet-unreadable"
        ) from None
    return sheet_of(text, str(file))


def sheet_of(text: str, file: str = "") -> Sheet:
    """The sheet that a text in TOML describes.

    Args:
        text: The text.
        file: The name to give in errors.

    Raises:
        UsageError: It is not TOML, or says what a sheet cannot say.

    Examples:
        >>> sheet = sheet_of('[[section]]\\n[[section.problem]]\\ndiff = "x^2 sin x"\\nmarks = 3')
        >>> sheet.sections[0].entries[0].ask.text, sheet.marks
        ('x^2 sin x', 3.0)
    """
    import tomllib

    try:
        tables = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as problem:
        line = re.search(r"line (\d+)", str(problem))
        number = int(line[1]) if line else text.count("\n") + 1
        reason = re.sub(r"\s*\(at .*\)$", "", str(problem))
        raise UsageError(
            say("sheet-not-toml", file=file, line=number, problem=reason), code="sheet-not-toml"
        ) from None
    return _Reader(file, places.places(text)).sheet(tables)


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads the tables of one file."""

    file: str
    lines: dict[places.Path, int]

    def fail(self, path: places.Path, code: str, suggestion: str | None = None, **parts: object) -> NoReturn:
        line = places.line_of(self.lines, path)
        sentence = say(code, **parts)
        raise UsageError(
            say("sheet-line", file=self.file, line=line, problem=sentence), code=code, suggestion=suggestion
        )

    def known(self, path: places.Path, table: Mapping[str, Any], allowed: Mapping[str, Any]) -> None:
        """Refuse keys that are not allowed."""
        for key in table:
            if key not in allowed:
                if key == "part" and "part" in path:
                    self.fail((*path, key), "sheet-part-of-part")
                close = get_close_matches(key, allowed, 1)
                hint = say("sheet-did-you-mean", name=close[0]) if close else ""
                self.fail(
                    (*path, key), "sheet-key", close[0] if close else None,
                    key=key, hint=hint, known=", ".join(allowed),
                )  # fmt: skip

    def values(
        self, path: places.Path, table: Mapping[str, Any], keys: Mapping[str, _Check]
    ) -> dict[str, Any]:
        """The values of the keys that are there, each checked."""
        return {key: keys[key](self, (*path, key), table[key]) for key in keys if key in table}

    # the levels of a file

    def sheet(self, tables: Mapping[str, Any]) -> Sheet:
        self.known((), tables, {**_SHEET, "section": 0, "problem": 0})
        given = self.values((), tables, _SHEET)
        self.worded((), given, ("instructions",))
        rules = {"include": given.pop("include", ()), "exclude": given.pop("exclude", ())}
        sections = [
            self.section(("section", place), section, rules)
            for place, section in enumerate(self.tables(("section",), tables.get("section", [])))
        ]
        loose = self.entries((), tables, rules)
        if loose:
            sections.insert(0, Section(entries=loose))
        if not any(section.entries for section in sections):
            self.fail((), "sheet-empty")
        found = Sheet(sections=tuple(sections), file=self.file, **given)
        wanted = sum(entry.count if entry.is_drawn else 1 for entry in found.entries)
        if wanted > MOST_PROBLEMS:
            self.fail((), "sheet-too-many", most=MOST_PROBLEMS)
        return found

    def section(self, path: places.Path, table: Mapping[str, Any], rules: Mapping[str, Any]) -> Section:
        self.known(path, table, {**_SECTION, "problem": 0})
        given = self.values(path, table, _SECTION)
        own = {key: (*rules[key], *given.pop(key, ())) for key in rules}
        self.worded(path, given, ("instructions",))
        return Section(entries=self.entries(path, table, own), **given)

    def entries(
        self, path: places.Path, table: Mapping[str, Any], rules: Mapping[str, Any]
    ) -> tuple[Entry, ...]:
        found = self.tables((*path, "problem"), table.get("problem", []))
        return tuple(
            self.entry((*path, "problem", place), entry, rules, _PROBLEM) for place, entry in enumerate(found)
        )

    def entry(
        self,
        path: places.Path,
        table: Mapping[str, Any],
        rules: Mapping[str, Any],
        keys: Mapping[str, _Check],
    ) -> Entry:
        allowed = {**dict.fromkeys(KINDS), **dict.fromkeys(_ASKING), **keys}
        self.known(path, table, allowed if keys is _PART else {**allowed, "part": 0})
        given = self.values(path, table, keys)
        self.worded(path, given, ("text", "solution", "hint"))
        parts = tuple(
            self.entry((*path, "part", place), part, rules, _PART)
            for place, part in enumerate(self.tables((*path, "part"), table.get("part", [])))
        )
        ask = self.ask(path, table)
        for key in rules:
            given[key] = (*rules[key], *given.get(key, ()))
        topics = (*given.pop("topic", ()), *given.pop("topics", ()))
        levels = given.pop("level", ())
        if ask is None:
            topics, levels = self.drawn(path, table, topics, levels, bool(parts or given.get("text")))
            if topics and parts:
                self.fail((*path, "part", 0), "sheet-parts-drawn")
            self.possible(path, table, topics, levels, given)
        elif "count" in given:
            self.fail((*path, "count"), "sheet-count-given")
        if parts and "marks" in given and any(part.marks is not None for part in parts):
            self.fail((*path, "marks"), "sheet-marks-twice")
        if (hint := given.get("hint")) is False:
            given["hint"] = None
        elif hint is True:
            given["hint"] = ""
        line = places.line_of(self.lines, path if ask is None else (*path, ask.kind))
        return Entry(ask=ask, topics=topics, levels=levels, parts=parts, line=line, file=self.file, **given)

    def drawn(
        self,
        path: places.Path,
        table: Mapping[str, Any],
        topics: tuple[str, ...],
        levels: tuple[int, ...],
        worded: bool,
    ) -> tuple[tuple[str, ...], tuple[int, ...]]:
        """Topics and levels of problems to be drawn, every combination of which there must be."""
        if not topics:
            if worded and not levels and "count" not in table:
                return (), ()
            self.fail(path, "sheet-no-question", kinds=", ".join(KINDS))
        where = (*path, "topic" if "topic" in table else "topics")
        for topic in topics:
            self.asked(where, partial(topic_named, topic))
        levels = levels or _shared_levels(topics)[:1]
        for topic in topics:
            for level in levels:
                self.asked((*path, "level"), partial(topic_named, topic, level))
        if not levels:
            self.fail(path, "sheet-level-missing")
        return topics, levels

    def possible(
        self,
        path: places.Path,
        table: Mapping[str, Any],
        topics: tuple[str, ...],
        levels: tuple[int, ...],
        rules: Mapping[str, Any],
    ) -> None:
        """Refuse rules that no problem on a topic can keep to."""
        where = next((key for key in ("exclude", "include", "topic", "topics") if key in table), "")
        for topic in topics:
            ask = partial(Wanted, topic_named(topic), levels[0], rules["include"], rules["exclude"])
            self.asked((*path, where), ask)

    def worded(self, path: places.Path, given: Mapping[str, Any], keys: tuple[str, ...]) -> None:
        """Refuse words in which an expression in braces cannot be read."""
        for key in keys:
            if not isinstance(given.get(key), str):
                continue
            if re.search(r"[{}]", re.sub(r"\{[^{}]*\}", "", given[key])):
                self.fail((*path, key), "sheet-brace")
            if "{" in given[key]:
                self.asked((*path, key), partial(own_words, given[key], ()))

    def asked(self, path: places.Path, ask: Callable[[], Any]) -> None:
        """Run a check whose error is said with file and line."""
        try:
            ask()
        except StepcalcError as problem:
            line = places.line_of(self.lines, path)
            message = say("sheet-line", file=self.file, line=line, problem=problem.message)
            raise UsageError(message, code=problem.code, suggestion=problem.suggestion) from None

    def ask(self, path: places.Path, table: Mapping[str, Any]) -> Ask | None:
        """The question that is given, if one is."""
        kinds = [key for key in table if key in KINDS]
        if not kinds:
            for key in _ASKING:
                if key in table:
                    self.fail((*path, key), "sheet-no-question", kinds=", ".join(KINDS))
            return None
        if len(kinds) > 1:
            self.fail((*path, kinds[1]), "sheet-two-questions", first=kinds[0], second=kinds[1])
        kind = kinds[0]
        options = {}
        for key in _ASKING:
            if key in table:
                name, check, of = _ASKING[key]
                if of and kind not in of:
                    self.fail((*path, key), "sheet-key-of", key=key, kind=kind, kinds=", ".join(of))
                options[name] = check(self, (*path, key), table[key])
        for key, example in _NEEDED.get(kind, {}).items():
            if key not in table:
                self.fail((*path, kind), "sheet-needs", kind=kind, key=key, example=f"{key} = {example}")
        return Ask(kind, _text(self, (*path, kind), table[kind]), **options)

    def tables(self, path: places.Path, found: object) -> list[Mapping[str, Any]]:
        if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
            self.fail(
                path, "sheet-tables", key=path[-1], header=".".join(p for p in path if isinstance(p, str))
            )
        return found


def _shared_levels(topics: tuple[str, ...]) -> tuple[int, ...]:
    """The levels that all of these topics have."""
    return tuple(level for level in LEVELS if all(level in topic_named(topic).levels for topic in topics))


# ------------------------------------------------------------------------------------------ kinds of values

_Check = Callable[[_Reader, places.Path, Any], Any]


def _text(reader: _Reader, path: places.Path, value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        reader.fail(path, "sheet-text", key=path[-1])
    return value


def _any_text(reader: _Reader, path: places.Path, value: Any) -> str:
    if not isinstance(value, str):
        reader.fail(path, "sheet-text", key=path[-1])
    return value


def _number_text(reader: _Reader, path: places.Path, value: Any) -> str:
    """A point: a text, or a number without quotes."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    if not isinstance(value, str) or not value.strip():
        reader.fail(path, "sheet-number-text", key=path[-1])
    return value


def _letters(reader: _Reader, path: places.Path, value: Any) -> tuple[str, ...]:
    if isinstance(value, str):
        value = [part.strip() for part in value.split(",")]
    if not isinstance(value, list) or not all(isinstance(each, str) and each.strip() for each in value):
        reader.fail(path, "sheet-letters", key=path[-1])
    return tuple(value)


def _texts(reader: _Reader, path: places.Path, value: Any) -> tuple[str, ...]:
    value = [value] if isinstance(value, str) else value
    if not isinstance(value, list) or not all(isinstance(each, str) and each.strip() for each in value):
        reader.fail(path, "sheet-texts", key=path[-1])
    return tuple(value)


def _whole(low: int, high: int) -> _Check:
    def check(reader: _Reader, path: places.Path, value: Any) -> int:
        if type(value) is not int or not low <= value <= high:
            reader.fail(path, "sheet-whole", key=path[-1], low=low, high=high)
        return value

    return check


def _amount(low: float, high: float) -> _Check:
    def check(reader: _Reader, path: places.Path, value: Any) -> float:
        if type(value) not in (int, float) or not low <= value <= high:
            reader.fail(path, "sheet-amount", key=path[-1], low=low, high=high)
        found: float = value
        return found

    return check


def _marks(reader: _Reader, path: places.Path, value: Any) -> float:
    found = _amount(0, 1000)(reader, path, value)
    if found * 2 % 1:
        reader.fail(path, "sheet-marks-half")
    return float(found)


def _choice(*allowed: str) -> _Check:
    def check(reader: _Reader, path: places.Path, value: Any) -> str:
        if value not in allowed:
            reader.fail(path, "sheet-choice", key=path[-1], known=", ".join(allowed))
        return str(value)

    return check


def _choices(*allowed: str) -> _Check:
    def check(reader: _Reader, path: places.Path, value: Any) -> tuple[str, ...]:
        one = _choice(*allowed)
        if value == []:
            reader.fail(path, "sheet-choice", key=path[-1], known=", ".join(allowed))
        return tuple(one(reader, path, each) for each in _texts(reader, path, value))

    return check


def _flag(reader: _Reader, path: places.Path, value: Any) -> bool:
    if not isinstance(value, bool):
        reader.fail(path, "sheet-flag", key=path[-1])
    return value


def _hint(reader: _Reader, path: places.Path, value: Any) -> str | bool:
    return value if isinstance(value, bool) else _text(reader, path, value)


def _levels(reader: _Reader, path: places.Path, value: Any) -> tuple[int, ...]:
    check = _whole(LEVELS[0], LEVELS[-1])
    return tuple(check(reader, path, each) for each in (value if isinstance(value, list) else [value]))


def _rules(reader: _Reader, path: places.Path, value: Any) -> tuple[str, ...]:
    from stepcalc.rulebook.book import default_book

    known = [card.id for card in default_book().cards()]
    found = _texts(reader, path, value)
    for name in found:
        if name not in known:
            close = get_close_matches(name, known, 3)
            hint = say("sheet-did-you-mean", name=", ".join(close)) if close else ""
            reader.fail(path, "sheet-rule", close[0] if close else None, name=name, hint=hint)
    return found


def _numbering(reader: _Reader, path: places.Path, value: Any) -> str:
    if not isinstance(value, str) or not is_numbering(value):
        reader.fail(path, "sheet-numbering", key=path[-1])
    return value


_ROOM: Final = re.compile(r"(\d+(?:\.\d+)?)\s*(lines?|cm|cm grid|cm of grid)")


def room_of(text: str) -> Room | None:
    """Space to write in, as it is typed; ``None`` if it cannot be read.

    Examples:
        >>> room_of("4 lines"), room_of("5 cm grid")
        (Room(kind='lines', centimetres=3.2), Room(kind='grid', centimetres=5.0))
    """
    if text == "none":
        return Room()
    match = _ROOM.fullmatch(text.strip())
    if match is None or not 0 < float(match[1]) <= 100:
        return None
    if match[2].startswith("line"):
        return Room("lines", round(int(float(match[1])) * LINE_HEIGHT, 2))
    return Room("grid" if "grid" in match[2] else "blank", float(match[1]))


def _room(reader: _Reader, path: places.Path, value: Any) -> Room:
    found = room_of(value) if isinstance(value, str) else None
    if found is None:
        reader.fail(path, "sheet-space")
    return found


_SHEET: Final[Mapping[str, _Check]] = {
    "title": _text,
    "instructions": _text,
    "fields": _texts,
    "header": _any_text,
    "footer": _any_text,
    "columns": _whole(1, 4),
    "font_size": _amount(6, 40),
    "paper": _choice("a4", "us-letter"),
    "numbering": _numbering,
    "part_numbering": _numbering,
    "space": _room,
    "seed": _whole(0, 2**63 - 1),
    "versions": _whole(1, MOST_VERSIONS),
    "order": _choice(*ORDERS),
    "show": _choices(*SHOWN),
    "fade": _whole(0, 1000),
    "style": _choice("steps", "chain"),
    "detail": _choice("brief", "normal", "full"),
    "notation": _choice("leibniz", "prime"),
    "total": _flag,
    "include": _rules,
    "exclude": _rules,
}
"""What a sheet's file may say at the top, and how each value is checked."""

_SECTION: Final[Mapping[str, _Check]] = {
    "title": _text,
    "instructions": _text,
    "include": _rules,
    "exclude": _rules,
}
_PART: Final[Mapping[str, _Check]] = {
    "topic": _texts,
    "level": _levels,
    "marks": _marks,
    "space": _room,
    "hint": _hint,
    "text": _text,
    "solution": _text,
}
_PROBLEM: Final[Mapping[str, _Check]] = {
    "topics": _texts,
    "count": _whole(1, MOST_PROBLEMS),
    **_PART,
    "together": _flag,
    "include": _rules,
    "exclude": _rules,
}
_ASKING: Final[Mapping[str, tuple[str, _Check, tuple[str, ...]]]] = {
    "wrt": ("letters", _letters, ()),
    "order": ("order", _whole(0, 20), ("diff", "implicit", "taylor")),
    "to": ("point", _number_text, ("limit",)),
    "about": ("point", _number_text, ("taylor",)),
    "side": ("side", _choice("both", "left", "right"), ("limit",)),
    "direction": ("direction", _text, ("directional",)),
}
"""What goes with a question: the field of ``Ask``, how it is checked, the kinds of question that have it."""

_NEEDED: Final[Mapping[str, Mapping[str, str]]] = {
    "limit": {"to": "0"},
    "directional": {"direction": '"3, 4"'},
}
"""What a question cannot do without, with an example."""
