"""The tables of docs/reading.md hold, row by row."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from stepcalc.errors import ReadError
from stepcalc.notation.reader import Reading, read_text
from stepcalc.notation.unicode import one_line

PAGE = Path(__file__).parents[2] / "docs" / "reading.md"


def rows(columns: int) -> list[tuple[str, ...]]:
    """The rows of the page's tables that have so many columns."""
    found = []
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip().replace(r"\|", "|") for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
        if len(cells) == columns and cells[0].startswith("`"):
            found.append(tuple(cells))
    return found


def summary(reading: Reading) -> str:
    """What the middle column says."""
    found = f"`{one_line(reading.form)}`"
    found += f", named {reading.name}" if reading.name else ""
    found += f", {reading.wrt} varies" if reading.wrt else ""
    return found + (f", order {reading.order}" if reading.order > 1 else "")


def read_as_wanted(text: str, shown: str) -> Reading:
    """Lists and relations are read where the page shows one."""
    lists = text.count(",") > 0 and shown.startswith("`(")
    relation = re.search(r"[<>=≤≥≠∈∉]| in ", shown) is not None and "(" not in shown.split(" or ")[0]
    return read_text(text, vector=lists, relations=relation)


@pytest.mark.parametrize(("typed", "shown", "said"), rows(3))
def test_text_is_read_as_the_page_says(typed: str, shown: str, said: str) -> None:
    reading = read_as_wanted(typed.strip("`"), shown)
    assert summary(reading) == shown
    assert " ".join(note.text for note in reading.notes) == said


@pytest.mark.parametrize(("typed", "shown", "said"), rows(3))
def test_what_the_page_shows_is_read_as_the_same_form(typed: str, shown: str, said: str) -> None:
    form = read_as_wanted(typed.strip("`"), shown).form
    assert read_as_wanted(shown.split("`")[1], shown).form is form


@pytest.mark.parametrize(("typed", "said"), rows(2))
def test_text_is_refused_as_the_page_says(typed: str, said: str) -> None:
    with pytest.raises(ReadError) as caught:
        read_text(typed.strip("`"))
    assert caught.value.message == said
    assert caught.value.code != "error"


def test_page_has_all_its_rows() -> None:
    assert len(rows(3)) > 120
    assert len(rows(2)) > 25
