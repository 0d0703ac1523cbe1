"""How problems and their parts are numbered: 1. 2. 3., (a) (b) (c), I. II. III."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final

_PATTERN: Final = re.compile(r"([^0-9A-Za-z]*)([1aAiI])([^0-9A-Za-z]*)")
_ROMAN: Final = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"),
    (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip


def is_numbering(pattern: str) -> bool:
    """Whether a text is a pattern for numbers: one of 1, a, A, i, I with signs around it."""
    return len(pattern) <= 10 and _PATTERN.fullmatch(pattern) is not None


def numbered(pattern: str, number: int) -> str:
    """A number in the manner of a pattern.

    Args:
        pattern: Such as ``"1."`` or ``"(a)"``.
        number: From 1.

    Examples:
        >>> numbered("1.", 3), numbered("(a)", 2), numbered("I)", 9), numbered("a", 28)
        ('3.', '(b)', 'IX)', 'ab')
    """
    match = _PATTERN.fullmatch(pattern)
    assert match is not None, pattern
    before, sign, after = match.groups()
    return before + _WRITTEN[sign](number) + after


def _letters(number: int) -> str:
    found = ""
    while number:
        number, place = divmod(number - 1, 26)
        found = chr(ord("a") + place) + found
    return found


def _roman(number: int) -> str:
    found = ""
    for value, sign in _ROMAN:
        times, number = divmod(number, value)
        found += sign * times
    return found


_WRITTEN: Final[Mapping[str, Callable[[int], str]]] = {
    "1": str,
    "a": _letters,
    "A": lambda number: _letters(number).upper(),
    "i": _roman,
    "I": lambda number: _roman(number).upper(),
}
