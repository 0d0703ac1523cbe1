"""What sheets are written as beside documents: files for learning platforms, flash cards, spreadsheets, programs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final

from stepcalc.errors import UsageError
from stepcalc.messages import say
from stepcalc.render.formats import ENDINGS, FORMATS, missing

if TYPE_CHECKING:
    from stepcalc.sheets.filling import Filled


@dataclass(frozen=True, slots=True)
class Export:
    """A format of whole sheets.

    Args:
        name: Its name, as ``--format`` takes it.
        ending: The ending of its files.
        writer: The function that writes it, as ``module:name``; called with a filled sheet.
        by_show: Whether problems, answers and solutions are files of their own.
        binary: Whether it is bytes and not text.
        extra: The extra of StepCalc that it needs, if any.
        needs: The module by which to tell whether that is installed.
    """

    name: str
    ending: str
    writer: str
    by_show: bool = False
    binary: bool = False
    extra: str = ""
    needs: str = ""

    def require(self) -> None:
        """Refuse to go on without what it needs.

        Raises:
            MissingExtraError: A library is missing; the message says what to install.
        """
        if self.needs and find_spec(self.needs) is None:
            raise missing(self.extra, self.name)

    def write(self, filled: Filled, **options: object) -> str | bytes:
        """The sheet in this format.

        Raises:
            MissingExtraError: A library is missing.
        """
        self.require()
        module, _, name = self.writer.partition(":")
        found: str | bytes = getattr(import_module(module), name)(filled, **options)
        return found


_ALL: Final = (
    Export("toml", ".toml", "stepcalc.sheets.freezing:frozen"),
    Export("exam", ".tex", "stepcalc.sheets.exports.exam:exam", by_show=True),
    Export("moodle", ".xml", "stepcalc.sheets.exports.moodle:moodle"),
    Export("anki", ".apkg", "stepcalc.sheets.exports.anki:anki", binary=True, extra="anki", needs="genanki"),
    Export("csv", ".csv", "stepcalc.sheets.exports.spreadsheet:spreadsheet"),
    Export("jsonl", ".jsonl", "stepcalc.sheets.exports.lines:lines"),
)
EXPORTS: Final[Mapping[str, Export]] = {each.name: each for each in _ALL}
"""Every format of whole sheets, by name."""

LEFT_OUT: Final = frozenset({"json", "svg", "png"})
"""Formats of single derivations that sheets have no use for."""

NAMES: Final = (*(name for name in FORMATS if name not in LEFT_OUT), *EXPORTS)
"""Every name that ``--format`` takes for a sheet."""

_ENDINGS: Final = {
    **{ending: name for ending, name in ENDINGS.items() if name not in LEFT_OUT},
    **{each.ending: each.name for each in _ALL if not each.by_show},
}


def format_named(name: str | None, file: Path | None) -> str:
    """The format of a sheet: the one that is named, that of the file's ending, or text.

    Raises:
        UsageError: There is no such format, or the ending names none.
    """
    if name is not None:
        if name not in NAMES:
            raise UsageError(say("format-unknown", name=name, known=", ".join(NAMES)), code="format-unknown")
        return name
    if file is None:
        return "text"
    found = _ENDINGS.get(file.suffix.lower())
    if found is None:
        raise UsageError(say("unknown-ending", file=file, endings=", ".join(_ENDINGS)), code="unknown-ending")
    return found
