"""Which problem stands at which place does not depend on who looks for it."""

from __future__ import annotations

import pytest

from stepcalc.sheets import settling
from stepcalc.sheets.crew import Crew
from stepcalc.sheets.distinct import Distinct
from stepcalc.sheets.filling import fill, slots
from stepcalc.sheets.plan import Sheet
from stepcalc.sheets.problem import Problem
from stepcalc.sheets.reading import sheet_of
from stepcalc.sheets.settling import problem_at, settle

# Few problems of this kind differ, so that places often draw the same.
NARROW = """
[[problem]]
topics = ["power"]
level = 1
count = 60
"""


def question(problem: Problem) -> str:
    return problem.question


def settled(sheet: Sheet, workers: int) -> list[str | None]:
    with Crew(workers) as crew:
        return [each.made for each in settle(slots(sheet), question, crew, Distinct())]


def test_places_that_draw_the_same_draw_on_alike_however_many_work() -> None:
    sheet = sheet_of(NARROW)
    alone = [problem_at(slot) for slot in slots(sheet)]
    first = [problem.question for problem in alone if problem]
    assert len(set(first)) < len(first), "the sheet must have places that draw the same"
    found = settled(sheet, 1)
    assert None not in found and len(set(found)) == len(found)
    assert found == settled(sheet, 2)


def test_places_settled_in_several_parts_are_still_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settling, "TOGETHER", 5)
    found = settled(sheet_of(NARROW), 1)
    assert None not in found and len(set(found)) == len(found)


def test_nothing_is_drawn_that_is_given_further_down() -> None:
    drawn = settled(sheet_of(NARROW), 1)[0]
    sheet = sheet_of(f'{NARROW}\n[[problem]]\ndiff = "{drawn}"\n')
    questions = [worked.problem.question for worked in fill(sheet)[0].problems]
    assert questions.count(str(drawn)) == 1 and questions[-1] == drawn
