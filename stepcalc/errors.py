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


class NotDerivableError(StepcalcError):
    """No rule in the book applies."""

    exit_status = 1


class TraceError(StepcalcError):
    """A derivation that is being read back is damaged."""
