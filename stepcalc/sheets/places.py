"""On which line of a TOML file each key stands, which Python's own reader does not tell."""

from __future__ import annotations

import re
from typing import Final

Path = tuple[str | int, ...]
"""The way to a key from the top: names of tables and keys, and places in lists of tables."""

_HEADER: Final = re.compile(r"\s*(\[\[?)([^\]]+)\]\]?\s*(#.*)?$")
_KEY: Final = re.compile(
    r"""\s*((?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*'))*)\s*="""
)
_PART: Final = re.compile(r"""[A-Za-z0-9_-]+|"[^"]*"|'[^']*'""")
_LONG: Final = ('"""', "'''")


def places(text: str) -> dict[Path, int]:
    """The line of every table and key, counted from 1.

    Args:
        text: A text that is valid TOML.

    Examples:
        >>> found = places('title = "A"\\n[[section]]\\n[[section.problem]]\\ndiff = "x"\\n')
        >>> found[("section", 0, "problem", 0, "diff")], found[("title",)]
        (4, 1)
    """
    found: dict[Path, int] = {}
    counts: dict[Path, int] = {}
    table: Path = ()
    closing = ""
    for number, line in enumerate(text.splitlines(), 1):
        if closing:
            closing = "" if closing in line else closing
            continue
        header = _HEADER.match(line)
        if header:
            table = _table(_names(header[2]), header[1] == "[[", counts)
            found.setdefault(table, number)
            continue
        key = _KEY.match(line)
        if key:
            found.setdefault((*table, *_names(key[1])), number)
            closing = _left_open(line[key.end() :])
    return found


def line_of(found: dict[Path, int], path: Path) -> int:
    """The line of a key, or of the nearest table around it; 1 if none is known."""
    for end in range(len(path), 0, -1):
        if path[:end] in found:
            return found[path[:end]]
    return 1


def _names(text: str) -> tuple[str, ...]:
    return tuple(part.strip("\"'") for part in _PART.findall(text))


def _table(names: tuple[str, ...], repeats: bool, counts: dict[Path, int]) -> Path:
    """The path of a table, the last one of each list on the way."""
    path: Path = ()
    for place, name in enumerate(names):
        path = (*path, name)
        if place == len(names) - 1 and repeats:
            counts[path] = counts.get(path, -1) + 1
        if path in counts:
            path = (*path, counts[path])
    return path


def _left_open(value: str) -> str:
    """The quotation marks of a text that goes on over the next lines."""
    for quotes in _LONG:
        if value.count(quotes) % 2:
            return quotes
    return ""
