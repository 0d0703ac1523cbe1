"""Defaults that a person, a folder or the environment sets: ``stepcalc.toml`` and ``STEPCALC_*``.

From the weakest to the strongest: the user's file, the file in this folder, the environment, the options.
"""

from __future__ import annotations

import os
from collections.abc import Collection
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final

from stepcalc.errors import UsageError
from stepcalc.messages import say

FILE_NAME: Final = "stepcalc.toml"
PREFIX: Final = "STEPCALC_"


def places() -> tuple[Path, ...]:
    """The files that are looked for, the weakest first."""
    home = os.environ.get("XDG_CONFIG_HOME") or os.path.join(os.path.expanduser("~"), ".config")  # noqa: PTH111, PTH118
    return Path(home) / "stepcalc" / FILE_NAME, Path(FILE_NAME)


def defaults(command: str, options: Collection[str]) -> dict[str, Any]:
    """What files and environment say about the options of a command.

    Args:
        command: The name of the command; its table in a file goes before what the whole file says.
        options: The names of its options, with ``_`` for ``-``.

    Returns:
        Values by option.

    Raises:
        UsageError: A file is not TOML, or names an option that no command has.
    """
    found: dict[str, Any] = {}
    for place in places():
        if place.is_file():
            found.update(_from_file(place, command, options))
    for name in options:
        value = os.environ.get(PREFIX + name.upper())
        if value is not None:
            found[name] = value
    return found


def _from_file(place: Path, command: str, options: Collection[str]) -> dict[str, Any]:
    import tomllib

    try:
        text = place.read_text(encoding="utf-8")
        tables = tomllib.loads(text)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as problem:
        raise UsageError(
            say("config-unreadable", file=place, problem=problem), code="config-unreadable"
        ) from None
    own = tables.get(command, {})
    general = {key: value for key, value in tables.items() if not isinstance(value, dict)}
    found: dict[str, Any] = {}
    for key, value in {**general, **(own if isinstance(own, dict) else {})}.items():
        name = key.replace("-", "_")
        if name in options:
            found[name] = value
        elif key in own or not _known_elsewhere(name):
            raise _unknown(place, text, key, options)
    return found


def _known_elsewhere(name: str) -> bool:
    """Whether a default for the whole file belongs to a command that this one does not share it with."""
    from stepcalc.cli.options import NAMES

    return name in NAMES


def _unknown(place: Path, text: str, key: str, options: Collection[str]) -> UsageError:
    line = next(
        (number for number, each in enumerate(text.splitlines(), 1) if each.lstrip().startswith(key)), 1
    )
    names = sorted(name.replace("_", "-") for name in options)
    close = get_close_matches(key, names, 1)
    hint = say("did-you-mean-option", name=close[0]) if close else say("options-are", names=", ".join(names))
    return UsageError(
        say("config-unknown", file=place, line=line, option=key, hint=hint),
        code="config-unknown",
        suggestion=close[0] if close else None,
    )
