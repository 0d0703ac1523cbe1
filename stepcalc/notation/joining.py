"""What stands between two factors: nothing, a space or a dot, so that they are read as two and look like two."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final


def between(end: str, start: str, run: str, more: str, names: Collection[Collection[str]]) -> str:
    """What stands between two factors: ``""``, ``" "`` or ``"·"``.

    Args:
        end: What the left one looks like from the right: a digit, a letter, a bracket, ...
        start: What the right one looks like from the left.
        run: The letters at the end of the left one that could be read together with what follows.
        more: The letter at the start of the right one, if it could be read together with them.
        names: What has a name; letters that would spell it do not stand together.

    Examples:
        >>> between("digit", "letter", "", "x", ()), between("letter", "letter", "x", "x", ())
        ('', '·')
    """
    found = _JOINERS.get((end, start), "·")
    if found == "" and run and more and (run.endswith(more) or _spells(run, more, names)):
        return "·"  # x·x², which would look like a misprint without
    return found


def _spells(run: str, more: str, names: Collection[Collection[str]]) -> bool:
    """Whether a run of letters with one more at its end has a known name there."""
    text = run[-_LONGEST_WORD:] + more
    return any(text[start:] in known for start in range(len(text) - 1) for known in names)


def _joiners() -> dict[tuple[str, str], str]:
    """What may stand between two factors, by the end of the left one and the start of the right one."""
    table = {(end, start): " " for end in _SPACED_ENDS for start in ("name", "exp", "bracket")}
    table |= {("digit", start): "" for start in ("letter", "word", "root", "bar")}
    table |= {("letter", start): "" for start in ("letter", "root")}
    table |= {("raised", start): " " for start in ("letter", "root")}
    table |= {("bracket", "bracket"): "", ("call", "bracket"): "·", ("caret", "exp"): "·"}
    return table


_SPACED_ENDS: Final = ("digit", "letter", "word", "raised", "caret", "call", "bracket")
_JOINERS: Final = _joiners()
_LONGEST_WORD: Final = 24
