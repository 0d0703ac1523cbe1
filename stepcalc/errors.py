"""What can go wrong, said so that a student can act on it."""

from __future__ import annotations


class StepcalcError(Exception):
    """The parent of every error that StepCalc raises on purpose.

    Args:
        message: One sentence or two that say what to do.
        code: A short stable name for programs, such as ``"unknown-function"``.
        text: The text that was read, where there is one.
        start: Index in ``text`` of the first character concerned.
        end: Index after the last character concerned.
        suggestion: What could be typed instead.
    """

    exit_status = 2

    def __init__(
        self,
        message: str,
        *,
        code: str = "error",
        text: str | None = None,
        start: int | None = None,
        end: int | None = None,
        suggestion: str | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.text = text
        self.start = start
        self.end = end
        self.suggestion = suggestion

    def __str__(self) -> str:
        return self.message


class ReadError(StepcalcError):
    """A text is not an expression that StepCalc can read."""


class LimitError(ReadError):
    """An expression is larger, or would become larger, than a stated limit."""


class UsageError(StepcalcError):
    """A question is incomplete or contradicts itself: which letter varies, which point is meant."""


class RuleError(StepcalcError):
    """A rule card cannot be used. ``text`` is its file, ``start`` the line."""


class OverwriteError(StepcalcError):
    """The file to be written is there already."""

    exit_status = 4


class MissingExtraError(StepcalcError):
    """A library is missing that one of StepCalc's extras brings; the message says which to install."""

    exit_status = 4


class NotDerivableError(StepcalcError):
    """No rule in the book applies."""

    exit_status = 1


class TraceError(StepcalcError):
    """A derivation that is being read back is damaged."""


def explain(error: StepcalcError, *, width: int = 100) -> str:
    """An error for people: the line of the text, a caret under the place, and the sentence.

    Args:
        error: The error.
        width: The most columns of the line of text; a longer one is cut around the place.

    Returns:
        Lines without a line break at the end; the sentence alone where no place in a text is known.

    Examples:
        >>> print(explain(ReadError("This bracket is never closed.", text="x**2*sin(x", start=8, end=9)))
        x**2*sin(x
                ^
        This bracket is never closed.
    """
    lines = [error.message]
    if isinstance(error, ReadError) and error.text and error.start is not None:
        lines = [*_pointed(error.text, error.start, error.end or 0, width), error.message]
    return "\n".join(lines)


def _pointed(text: str, start: int, end: int, width: int) -> tuple[str, str]:
    """The line of the text that has the place, and a line with carets under it."""
    start = min(start, len(text))
    begin = text.rfind("\n", 0, start) + 1
    stop = text.find("\n", start)
    line, start, end = text[begin : stop if stop >= 0 else None], start - begin, max(end, start + 1) - begin
    cut_before = max(0, min(start - width // 3, len(line) - width + 1)) if len(line) > width else 0
    shown = line[cut_before : cut_before + width]
    if cut_before:
        shown = "…" + shown[1:]
    if cut_before + width < len(line):
        shown = shown[:-1] + "…"
    start, end = start - cut_before, min(end - cut_before, max(len(shown), start - cut_before + 1))
    shown = "".join(_visible(character) for character in shown)
    return shown, " " * _columns(shown[:start]) + "^" * max(1, _columns(shown[start:end]))


def _visible(character: str) -> str:
    """A control character as its picture, so that it cannot do anything to a terminal."""
    code = ord(character)
    if code < 32:
        return chr(0x2400 + code)
    return "\N{REPLACEMENT CHARACTER}" if 127 <= code < 160 or character in _DIRECTIONS else character


def _columns(text: str) -> int:
    """How many columns a terminal gives the text."""
    if text.isascii():
        return len(text)
    from unicodedata import combining, east_asian_width

    return sum(0 if combining(character) else 1 + (east_asian_width(character) in "WF") for character in text)


_DIRECTIONS = frozenset("\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Characters that turn the direction of a line around, or break it."""
