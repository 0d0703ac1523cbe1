"""Every sentence that StepCalc says and that no rule card holds, in one place, so that it can be translated."""

from __future__ import annotations

from typing import Final

MESSAGES: Final[dict[str, str]] = {
    # reading
    "log-is-ln": "log is read as ln, the natural logarithm.",
}


def say(key: str, **parts: object) -> str:
    """The sentence filed under ``key``, with its parts filled in.

    Examples:
        >>> say("log-is-ln")
        'log is read as ln, the natural logarithm.'
    """
    return MESSAGES[key].format(**parts)
