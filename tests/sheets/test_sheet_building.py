"""Sheets built: the same for every number of processes, parallel in versions, editable when frozen, faded."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from stepcalc.errors import ReadError, UsageError
from stepcalc.render.document import Answer, Chain, Document, Problem, Prose, Space, StepHead, Table, Title
from stepcalc.render.plain import plain_text
from stepcalc.sheets.filling import Filled, count, fill
from stepcalc.sheets.freezing import frozen
from stepcalc.sheets.laying_out import document, page
from stepcalc.sheets.reading import sheet_of

DRAWN = """
title = "Products"
seed = 7
[[section]]
instructions = "Differentiate."
[[section.problem]]
topic = "product"
level = 2
count = 6
marks = 2
"""
GIVEN = """
title = "Many kinds"
fields = ["name", "score"]
instructions = "Show your working."
space = "2 lines"
[[section]]
title = "One"
instructions = "Differentiate."
[[section.problem]]
diff = "x^2 sin x"
marks = 3
hint = true
[[section.problem]]
text = "The height of a ball is {h = 20t - 5t^2}."
[[section.problem.part]]
diff = "20t - 5t^2"
text = "Differentiate {}."
marks = 2
[[section.problem.part]]
text = "When does it turn?"
solution = "Where {20 - 10t = 0}."
marks = 1
[[section]]
title = "Two"
[[section.problem]]
limit = "sin(3x)/x"
to = 0
space = "2 cm grid"
[[section.problem]]
gradient = "x^2 y"
space = "none"
[[section.problem]]
taylor = "e^x"
order = 2
[[section.problem]]
implicit = "x^2 + y^2 = 25"
[[section.problem]]
total = "f = x y; x = cos t; y = sin t"
wrt = "t"
[[section.problem]]
directional = "x^2 y"
direction = "3, 4"
"""


@pytest.fixture(scope="module")
def given() -> Filled:
    return fill(sheet_of(GIVEN))[0]


@pytest.fixture(scope="module")
def drawn() -> Filled:
    return fill(sheet_of(DRAWN))[0]


def questions(filled: Filled) -> list[str]:
    return [worked.problem.question for worked in filled.problems]


def problems(shown: Document) -> list[Problem]:
    return [block for block in shown.blocks if isinstance(block, Problem)]


def test_the_outcome_does_not_depend_on_the_number_of_processes(drawn: Filled) -> None:
    (alone,) = [drawn]
    (together,) = fill(sheet_of(DRAWN), workers=2)
    assert together == alone
    assert document(together, "solutions") == document(alone, "solutions")


def test_the_same_seed_gives_the_same_sheet_and_another_seed_another(drawn: Filled) -> None:
    (again,) = fill(sheet_of(DRAWN))
    (other,) = fill(replace(sheet_of(DRAWN), seed=8))
    assert questions(again) == questions(drawn) != questions(other)


def test_no_problem_stands_on_a_sheet_twice(drawn: Filled) -> None:
    marks = [worked.problem.marks[0] for worked in drawn.problems]
    assert len(set(marks)) == len(marks) == 6


def test_versions_are_parallel_and_different() -> None:
    sheet = replace(sheet_of(DRAWN.replace("count = 6", "count = 3")), versions=3)
    done: list[int] = []
    versions = fill(sheet, tick=lambda: done.append(1))
    assert [filled.letter for filled in versions] == ["A", "B", "C"]
    assert len(done) == count(sheet) == 9
    marks = [worked.problem.marks[0] for filled in versions for worked in filled.problems]
    assert len(set(marks)) == 9
    for other in versions[1:]:
        for one, like in zip(versions[0].problems, other.problems, strict=True):
            assert (one.problem.topic, one.problem.level) == (like.problem.topic, like.problem.level)
            assert abs(one.problem.score - like.problem.score) <= 0.1 * one.problem.score
    assert "version B" in page(versions[1]).footer
    assert document(versions[1], "solutions").title == "Products, solutions, version B"


def test_a_problem_is_replaced_and_the_rest_is_left(drawn: Filled) -> None:
    sheet = sheet_of(DRAWN)
    (changed,) = fill(sheet, replaced=[4])
    before, after = questions(drawn), questions(changed)
    assert [place for place in range(6) if before[place] != after[place]] == [3]
    (twice,) = fill(sheet, replaced=[4, 4])
    assert questions(twice)[3] not in (before[3], after[3])


def test_a_frozen_sheet_has_the_same_problems_and_can_be_redrawn(drawn: Filled) -> None:
    text = frozen(drawn)
    (again,) = fill(sheet_of(text))
    assert questions(again) == questions(drawn)
    assert document(again, "solutions") == document(drawn, "solutions")
    (changed,) = fill(sheet_of(text), replaced=[2])
    assert [place for place in range(6) if questions(changed)[place] != questions(drawn)[place]] == [1]
    assert frozen(again) == text


def test_freezing_leaves_out_nothing_that_is_given(given: Filled) -> None:
    (again,) = fill(sheet_of(frozen(given)))
    for show in ("problems", "answers", "solutions"):
        assert document(again, show) == document(given, show)


@pytest.mark.parametrize(("number", "sentence"), [(9, "no problem 9"), (1, "was given, not drawn")])
def test_what_cannot_be_replaced_is_said(number: int, sentence: str) -> None:
    with pytest.raises(UsageError, match=sentence):
        fill(sheet_of('[[problem]]\ndiff = "x^2"\n'), replaced=[number])


def test_an_expression_that_cannot_be_read_is_said_with_its_line() -> None:
    with pytest.raises(ReadError, match=r"a.toml, line 5: There is no function") as caught:
        fill(sheet_of('[[problem]]\ndiff = "x"\n\n[[problem]]\ndiff = "sinn(x)"\n', "a.toml"))
    assert (caught.value.text, caught.value.start) == ("sinn(x)", 0)


def test_a_question_without_an_answer_is_said_with_its_line() -> None:
    with pytest.raises(UsageError, match=r"a.toml, line 2: The expression has two letters"):
        fill(sheet_of('[[problem]]\ndiff = "u v"\n', "a.toml"))


def test_problems_in_the_order_of_difficulty() -> None:
    sheet = sheet_of(
        'order = "difficulty"\n[[problem]]\ndiff = "sin(x^2) e^(3x)/ln(x)"\n[[problem]]\ndiff = "x^2"\n'
        '[[problem]]\ndiff = "x sin x"\n'
    )
    assert questions(fill(sheet)[0]) == ["x^2", "x sin x", "sin(x^2) e^(3x)/ln(x)"]


# ------------------------------------------------------------------------------------------ what is laid out


def test_the_sheet_that_students_get_has_questions_and_room_but_no_answers(given: Filled) -> None:
    shown = document(given, "problems")
    assert [block.level for block in shown.blocks if isinstance(block, Title)] == [1, 2, 2]
    first, ball, limit, gradient, *_ = problems(shown)
    assert (first.label, first.marks, first.together) == ("1.", "[3]", True)
    assert [type(block) for block in first.blocks] == [Prose, Space]
    assert [(part.label, part.marks) for part in ball.blocks if isinstance(part, Problem)] == [
        ("(a)", "[2]"),
        ("(b)", "[1]"),
    ]
    assert limit.blocks == (Space("grid", 2.0),)
    assert gradient.blocks == ()
    text = plain_text(shown, width=80)
    assert "Answer" not in text
    assert "Score ______ / 6" in text
    assert "Hint: Product rule." in text


def test_every_problem_has_its_answer(given: Filled) -> None:
    shown = document(given, "answers")
    assert all(block.content or block.blocks for block in problems(shown))
    text = plain_text(shown, width=80)
    for piece in ("2x sin(x) + x² cos(x)", "20 − 10t", "Where 20 − 10t = 0.", "2xy", "−x/y"):
        assert piece in text, piece


def test_every_solution_has_its_steps(given: Filled) -> None:
    for block in problems(document(given, "solutions")):
        below = [
            each for part in block.blocks for each in (part.blocks if isinstance(part, Problem) else [part])
        ]
        kinds = {type(each) for each in below}
        assert kinds & {Answer, Prose}, block.label
        assert kinds & {StepHead, Table, Prose}, block.label


def test_seed_and_version_stand_in_the_footer(drawn: Filled) -> None:
    from stepcalc import __version__

    assert page(drawn).footer == f"seed 7, StepCalc {__version__}"
    titled = replace(drawn, sheet=replace(drawn.sheet, footer="Room 12"), letter="B")
    assert page(titled).footer == f"Room 12 · version B · seed 7, StepCalc {__version__}"


@pytest.mark.parametrize("steps", [0, 1, 2, 3, 4, 9])
def test_fading_prints_the_first_steps_and_leaves_the_others_blank(given: Filled, steps: int) -> None:
    first = problems(document(given, "problems", fade=steps))[0]
    whole = problems(document(given, "solutions"))[0]
    heads = [block.number for block in whole.blocks if isinstance(block, StepHead)]
    printed = [block.number for block in first.blocks if isinstance(block, StepHead)]
    blank = [block.label for block in first.blocks if isinstance(block, Space)]
    assert printed == [number for number in heads if number <= steps]
    missing = [str(number) for number in heads if number > steps]
    assert blank == ([*missing, "Answer"] if missing else [])
    assert any(isinstance(block, Answer) for block in first.blocks) is not bool(missing)


def test_fading_of_columns_and_tables() -> None:
    sheet = replace(
        sheet_of('[[problem]]\ndiff = "x sin(x^2)"\n[[problem]]\ntaylor = "e^x"\norder = 3\n'), style="chain"
    )
    column, table = problems(document(fill(sheet)[0], "problems", fade=1))
    (chain,) = (block for block in column.blocks if isinstance(block, Chain))
    assert len(chain.lines) == 1
    assert any(isinstance(block, Space) and block.label == "=" for block in column.blocks)
    (rows,) = (block.rows for block in table.blocks if isinstance(block, Table))
    assert len(rows) == 4
    assert not any(isinstance(block, Answer) for block in table.blocks)


def test_a_faded_solution_in_words_is_not_given_away(given: Filled) -> None:
    assert "Where" not in plain_text(document(given, "problems", fade=1))


def test_an_own_solution_may_stand_without_a_question() -> None:
    (filled,) = fill(
        sheet_of('[[problem]]\ntext = "Say what a limit is."\nsolution = "What {f(x)} tends to."\n')
    )
    assert "What f(x) tends to." in plain_text(document(filled, "solutions"))


def test_marks_are_totalled_where_no_score_is_asked_for() -> None:
    (filled,) = fill(sheet_of('[[problem]]\ndiff = "x^2"\nmarks = 2.5\n'))
    assert "Total: 2.5 marks" in plain_text(document(filled, "problems"))


# ------------------------------------------------------------------------------------------ killed


BUILD = [sys.executable, "-m", "stepcalc", "sheet", "build", "sheet.toml", "-o", "out.pdf", "--force"]


def test_a_build_that_is_killed_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    pytest.importorskip("typst")
    (tmp_path / "sheet.toml").write_text(DRAWN.replace("count = 6", "count = 4"))
    root = str(Path(__file__).resolve().parents[2])
    surroundings = {**os.environ, "PYTHONPATH": root}
    begin = time.perf_counter()
    subprocess.run(BUILD, cwd=tmp_path, env=surroundings, check=True, capture_output=True)
    lasts = time.perf_counter() - begin
    old = (tmp_path / "out.pdf").read_bytes()
    assert old.startswith(b"%PDF")
    random = Random(4)
    for _ in range(10):
        process = subprocess.Popen(
            BUILD, cwd=tmp_path, env=surroundings, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        time.sleep(random.uniform(0.2, 0.95) * lasts)
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert sorted(path.name for path in tmp_path.iterdir()) == ["out.pdf", "sheet.toml"]
        assert (tmp_path / "out.pdf").read_bytes() == old or _is_whole(tmp_path / "out.pdf")


def _is_whole(file: Path) -> bool:
    from pypdf import PdfReader

    return len(PdfReader(file).pages) > 0


def test_a_sheet_without_problems_to_draw_makes_no_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("stepcalc.sheets.crew.ProcessPoolExecutor", None)
    assert questions(fill(sheet_of('[[problem]]\ndiff = "x^2"\n'), workers=8)[0]) == ["x^2"]
