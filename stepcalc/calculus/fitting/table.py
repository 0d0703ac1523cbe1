"""Data for a fit: columns of numbers from a mapping, a data frame or a CSV file, and what can be wrong with them."""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

from stepcalc.errors import UsageError
from stepcalc.messages import say

MISSING: Final = frozenset({"", "na", "n/a", "nan", "null", "none", "-", "?"})
MOST_ROWS: Final = 1_000_000
DELIMITERS: Final = ",;\t|"
THOUSANDS: Final = re.compile(r"[-+]?\d{1,3}(,\d{3})+(\.\d*)?")
DECIMAL_COMMA: Final = re.compile(r"[-+]?\d*,\d+([eE][-+]?\d+)?")

LARGEST: Final = 1e100
SMALLEST: Final = 1e-100
"""Squares and products of numbers beyond these leave the range of a double."""


@dataclass(frozen=True, slots=True)
class Table:
    """Columns of equal length.

    Args:
        columns: The cells of each column as they were given, by name.
        lines: For each row the line of the file that it stands on; empty where there is no file.
        notes: How the file was read, where that was a choice.
    """

    columns: Mapping[str, Sequence[Any]]
    lines: Sequence[int] = ()
    notes: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the columns."""
        return tuple(self.columns)

    def numbers(self, name: str) -> tuple[float, ...]:
        """A column as numbers.

        Raises:
            UsageError: A cell is empty, is no number, is not finite, or all are too large or too small.
        """
        found = tuple(self._number(cell, name, row) for row, cell in enumerate(self.columns[name]))
        largest = max(map(abs, found), default=0.0)
        if largest > LARGEST or 0 < largest < SMALLEST:
            raise UsageError(say("fit-size", column=name, value=f"{largest:g}"), code="fit-size")
        return found

    def _number(self, cell: Any, name: str, row: int) -> float:
        where = say("fit-line", line=self.lines[row]) if self.lines else say("fit-row", row=row + 1)
        if _is_missing(cell):
            raise UsageError(say("fit-missing", where=where, column=name), code="fit-missing")
        try:
            found = float(cell)
        except (TypeError, ValueError):
            text = str(cell).strip()
            message = say("fit-not-number", where=where, column=name, text=text[:40]) + _without_comma(text)
            raise UsageError(message, code="fit-not-number") from None
        if not math.isfinite(found):
            raise UsageError(say("fit-not-finite", where=where, column=name), code="fit-not-finite")
        return found


def _is_missing(cell: Any) -> bool:
    if isinstance(cell, str):
        return cell.strip().lower() in MISSING
    try:
        return cell is None or bool(cell != cell)
    except TypeError:  # what pandas has for a missing value cannot be compared
        return True
    except ValueError:  # not a cell, but several
        return False


def _without_comma(text: str) -> str:
    """How a number with commas is to be written: 1000 for 1,000, and 2.5 for 2,5."""
    grouped = THOUSANDS.fullmatch(text)
    better = text.replace(",", "") if grouped else text.replace(",", ".", 1)
    return say("fit-decimal", decimal=better) if better != text and is_number(better) else ""


def is_number(text: str) -> bool:
    """Whether a text is a number as Python writes them."""
    try:
        float(text)
    except ValueError:
        return False
    return True


def table_of(data: Any) -> Table:
    """The columns of a mapping, of a data frame, or of a CSV file given by its path.

    Args:
        data: A mapping of names to sequences; anything with ``columns`` and columns by name, such as a pandas
            data frame; or the path of a CSV file whose first row names the columns.

    Raises:
        UsageError: There are no columns, they differ in length, or the file cannot be read.

    Examples:
        >>> table_of({"x": [1, 2], "y": [3, 5]}).numbers("y")
        (3.0, 5.0)
    """
    if isinstance(data, Table):
        return data
    if isinstance(data, str | Path):
        return _of_file(Path(data))
    if isinstance(data, Mapping):
        columns = {str(name): _cells(values, str(name)) for name, values in data.items()}
    elif hasattr(data, "columns") and hasattr(data, "__getitem__"):
        names = [str(name) for name in data.columns]
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice is not None:
            raise UsageError(say("fit-column-twice", column=twice), code="fit-column-twice")
        columns = {str(name): _cells(data[name], str(name)) for name in data.columns}
    else:
        raise UsageError(say("fit-no-data", kind=type(data).__name__), code="fit-no-data")
    if not columns:
        raise UsageError(say("fit-no-columns"), code="fit-no-columns")
    lengths = {name: len(values) for name, values in columns.items()}
    if len(set(lengths.values())) > 1:
        told = ", ".join(f"{name} {length}" for name, length in lengths.items())
        raise UsageError(say("fit-lengths", lengths=told), code="fit-lengths")
    return Table(columns)


def _cells(values: Any, name: str) -> Sequence[Any]:
    if isinstance(values, str) or not isinstance(values, Iterable):
        raise UsageError(say("fit-not-column", column=name), code="fit-not-column")
    shape = getattr(values, "shape", ())
    if len(shape) > 1:  # an array: a column of a matrix is one, too
        if shape[1:] != (1,):
            raise UsageError(say("fit-not-column", column=name), code="fit-not-column")
        values = values.ravel()  # type: ignore[attr-defined]
    elif hasattr(values, "shape") and not shape:
        raise UsageError(say("fit-not-column", column=name), code="fit-not-column")
    return list(values)


def _of_file(path: Path) -> Table:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise UsageError(say("fit-not-text", file=path), code="fit-not-text") from None
    except OSError as problem:
        message = say("fit-file", file=path, problem=problem.strerror or type(problem).__name__)
        raise UsageError(message, code="fit-file") from None
    return read_csv(text, str(path))


def read_csv(text: str, name: str = "data") -> Table:
    """The columns of CSV text: a first row of names, then rows of numbers.

    Commas, semicolons, tabs, bars or spaces stand between. Lines that are empty or begin with ``#`` are passed over.
    Where no commas stand between cells, those within numbers are decimal points.

    Args:
        text: What the file contains.
        name: What it is called in errors.

    Examples:
        >>> table = read_csv("x;y\\n1;2\\n# a remark\\n3;4\\n")
        >>> table.numbers("x"), table.lines
        ((1.0, 3.0), [2, 4])
    """
    kept = [(number, line) for number, line in enumerate(text.splitlines(), 1) if _is_data(line)]
    if not kept:
        raise UsageError(say("fit-file-empty", file=name), code="fit-file-empty")
    if len(kept) > MOST_ROWS:
        raise UsageError(say("fit-too-many-rows", most=f"{MOST_ROWS:,}"), code="fit-too-many-rows")
    first = kept[0][1]
    delimiter = max(DELIMITERS, key=first.count)
    rows = _by_spaces([line for _, line in kept])
    if first.count(delimiter) or not rows:
        rows = list(csv.reader((line for _, line in kept), delimiter=delimiter, skipinitialspace=True))
    header = [cell.strip() for cell in rows[0]]
    if any(is_number(cell) for cell in header):
        raise UsageError(say("fit-no-header", file=name, line=first.strip()[:60]), code="fit-no-header")
    if len(set(header)) < len(header) or "" in header:
        raise UsageError(say("fit-header", file=name, line=first.strip()[:60]), code="fit-header")
    for (number, _), row in zip(kept[1:], rows[1:], strict=False):
        if len(row) != len(header):
            message = say("fit-cells", file=name, line=number, cells=len(row), columns=len(header))
            raise UsageError(message, code="fit-cells")
    notes: tuple[str, ...] = ()
    if "," not in first and any(DECIMAL_COMMA.fullmatch(cell.strip()) for row in rows[1:] for cell in row):
        rows = [[_with_point(cell) for cell in row] for row in rows]
        notes = (say("fit-decimal-commas"),)
    columns = {column: [row[place] for row in rows[1:]] for place, column in enumerate(header)}
    return Table(columns, [number for number, _ in kept[1:]], notes)


def _by_spaces(lines: Sequence[str]) -> list[list[str]]:
    """The cells of a file with nothing but spaces between them; none where lines differ in how many there are."""
    rows = [line.split() for line in lines]
    return rows if len({len(row) for row in rows}) == 1 < len(rows[0]) else []


def _with_point(cell: str) -> str:
    return cell.replace(",", ".") if DECIMAL_COMMA.fullmatch(cell.strip()) else cell


def _is_data(line: str) -> bool:
    return bool(line.strip()) and not line.lstrip().startswith("#")


def exactly(value: float) -> Fraction:
    """A float as the decimal that it is written as, which is what was measured.

    Examples:
        >>> exactly(0.1)
        Fraction(1, 10)
    """
    return Fraction(repr(float(value)))
