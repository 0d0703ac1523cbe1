"""Sheets in the formats of other tools, each opened by something that did not write it."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from referencing import Registry, Resource

import stepcalc
from stepcalc.notation.reader import read_text
from stepcalc.sheets.exports import EXPORTS
from stepcalc.sheets.exports.lines import lines, stream
from stepcalc.sheets.exports.moodle import moodle
from stepcalc.sheets.exports.spreadsheet import COLUMNS
from stepcalc.sheets.filling import Filled, fill
from stepcalc.sheets.reading import sheet_of

SHEET = """
title = "Export"
seed = 3
numbering = "(1)"
[[section]]
title = "Drawn"
instructions = "Differentiate."
[[section.problem]]
topic = "product"
level = 2
count = 3
marks = 2.5
hint = true
[[section]]
title = "Given"
[[section.problem]]
diff = "ln(x)/x"
space = "4 lines"
[[section.problem]]
text = "A ball, at {h = 20t - 5t^2} < 25 & more."
[[section.problem.part]]
diff = "20t - 5t^2"
text = "Differentiate {}."
marks = 1
[[section.problem.part]]
text = "And then?"
solution = "Nothing: {1 < 2}."
space = "3 cm grid"
[[section.problem]]
gradient = "x^2 y"
[[section.problem]]
hessian = "x^2 y"
[[section.problem]]
limit = "|x|/x"
to = 0
[[section.problem]]
limit = "sin(3x)/x"
to = 0
[[section.problem]]
taylor = "e^x"
order = 3
[[section.problem]]
implicit = "x^2 + y^2 = 25"
"""
NEEDS_MAXIMA = pytest.mark.skipif(shutil.which("maxima") is None, reason="Maxima is not installed")


@pytest.fixture(scope="module")
def filled() -> Filled:
    return fill(sheet_of(SHEET))[0]


# ------------------------------------------------------------------------------------------ Moodle and STACK


@pytest.fixture(scope="module")
def quiz(filled: Filled) -> Any:
    etree = pytest.importorskip("lxml.etree")
    return etree.fromstring(moodle(filled).encode())


def stack_questions(quiz: Any) -> list[Any]:
    return list(quiz.xpath("question[@type='stack']"))


def test_what_nobody_can_type_is_marked_by_the_teacher(tmp_path: Path) -> None:
    from stepcalc.cli.main import main

    sheet = tmp_path / "networks.toml"
    sheet.write_text(
        '[[section]]\n[[section.problem]]\nbackprop = "1,2,1; tanh; W1[2,1]"\n', encoding="utf-8"
    )
    where = tmp_path / "quiz.xml"
    assert main(["sheet", "build", str(sheet), "-o", str(where), "--workers", "1"]) == 0
    text = where.read_text(encoding="utf-8")
    assert 'type="essay"' in text and 'type="stack"' not in text


def test_moodle_has_a_question_for_each_problem(quiz: Any, filled: Filled) -> None:
    assert quiz.xpath("string(question[@type='category']/category/text)") == "$course$/top/Export"
    kinds = quiz.xpath("question/@type")
    assert len(kinds) - 1 == len(list(filled.problems))
    # A limit that does not exist is no expression of Maxima's: the teacher marks it.
    assert kinds.count("essay") == 1
    assert quiz.xpath("question[@type='essay']/graderinfo/text")[0].text


def test_stack_marks_by_algebraic_equivalence(quiz: Any) -> None:
    for question in stack_questions(quiz):
        text = question.findtext("questiontext/text")
        assert text.count("[[input:ans1]]") == text.count("[[validation:ans1]]") == 1
        assert question.findtext("specificfeedback/text") == "[[feedback:prt1]]"
        assert question.findtext("prt/node/answertest") == "AlgEquiv"
        assert (question.findtext("prt/node/sans"), question.findtext("prt/node/tans")) == ("ans1", "ta1")
        assert question.findtext("input/tans") == "ta1"
        assert question.findtext("input/insertstars") == "1"
        assert question.findtext("questionvariables/text").startswith("ta1:")
    kinds = [question.findtext("input/type") for question in stack_questions(quiz)]
    assert kinds.count("matrix") == 2


def test_stack_gives_worked_feedback_that_is_no_castext(quiz: Any) -> None:
    etree = pytest.importorskip("lxml.html")
    for question in stack_questions(quiz):
        feedback = question.findtext("generalfeedback/text")
        assert not re.search(r"\{[@#]|\[\[", feedback)
        parsed = etree.fragment_fromstring(feedback, create_parent="div")
        assert "Answer" in parsed.text_content() or "=" in parsed.text_content()
        assert feedback.count(r"\(") == feedback.count(r"\)") > 0


def test_marks_are_grades(quiz: Any) -> None:
    grades = [question.findtext("defaultgrade") for question in stack_questions(quiz)]
    assert grades[:5] == ["2.5", "2.5", "2.5", "1", "1"]


@NEEDS_MAXIMA
def test_maxima_agrees_with_the_answers(quiz: Any) -> None:
    """Each answer is read by Maxima, and is the derivative that Maxima finds of the question."""
    from stepcalc.notation.maxima import maxima as in_maxima
    from stepcalc.notation.reader import read_text

    asked = {"ln(x)/x": "x", "20t - 5t^2": "t"}
    program, count = "", 0
    variables = [question.findtext("questionvariables/text") for question in stack_questions(quiz)]
    for text in variables:
        program += f"{text.rstrip(';')}$ print(is(equal(ratsimp(ta1-ta1), 0*ta1)))$\n"
        count += 1
    for (expression, letter), text in zip(asked.items(), variables[3:5], strict=True):
        question = in_maxima(read_text(expression).form)
        program += f"{text.rstrip(';')}$ print(is(ratsimp(diff({question},{letter})-ta1)=0))$\n"
        count += 1
    assert maxima(program) == ["true"] * count


@NEEDS_MAXIMA
def test_an_answer_written_in_another_way_is_right_and_another_answer_wrong() -> None:
    (filled,) = fill(sheet_of('[[problem]]\ndiff = "x^2 sin(x)"\n'))
    etree = pytest.importorskip("lxml.etree")
    (question,) = stack_questions(etree.fromstring(moodle(filled).encode()))
    answer = question.findtext("questionvariables/text").rstrip(";")
    # As STACK compares: the difference simplifies to nought. insertstars makes 2*cos(x)*x of 2cos(x)x.
    program = f"{answer}$ a1: cos(x)*x^2+2*x*sin(x)$ a2: 2*cos(x)*x$\n"
    program += "print(is(ratsimp(a1-ta1)=0))$ print(is(ratsimp(a2-ta1)=0))$\n"
    assert maxima(program) == ["true", "false"]


def maxima(program: str) -> list[str]:
    done = subprocess.run(
        ["maxima", "--very-quiet"], input=program, capture_output=True, text=True, timeout=60, check=True
    )
    return done.stdout.split()


# ------------------------------------------------------------------------------------------ Anki


def test_anki_itself_imports_the_deck(filled: Filled, tmp_path: Path) -> None:
    pytest.importorskip("genanki")
    collection = pytest.importorskip("anki.collection")
    package = tmp_path / "deck.apkg"
    content = EXPORTS["anki"].write(filled)
    assert isinstance(content, bytes)
    package.write_bytes(content)
    opened = collection.Collection(str(tmp_path / "anki.anki2"))
    try:
        for _ in range(2):  # imported again, cards are not doubled
            request = collection.ImportAnkiPackageRequest(package_path=str(package))
            opened.import_anki_package(request)
            assert opened.card_count() == len(list(filled.problems))
        deck = opened.decks.by_name("Export")
        assert deck is not None
        card = opened.get_card(opened.find_cards("tag:topic::product")[0])
        assert "\\(" in card.question()
        assert "Product rule" in card.answer()
        assert "{{" not in card.answer()
    finally:
        opened.close()


def test_the_same_sheet_gives_the_same_deck(filled: Filled) -> None:
    pytest.importorskip("genanki")
    assert EXPORTS["anki"].write(filled) == EXPORTS["anki"].write(filled)


# ------------------------------------------------------------------------------------------ LaTeX's exam class


@pytest.mark.parametrize("show", ["problems", "answers", "solutions"])
def test_exam_class(filled: Filled, show: str) -> None:
    text = EXPORTS["exam"].write(filled, show=show, fade=None)
    assert isinstance(text, str)
    assert text.startswith(
        r"\documentclass[11pt,a4paper" + (",answers" if show != "problems" else "") + "]{exam}"
    )
    assert text.count(r"\question") == len(list(filled.items))
    assert text.count(r"\question[2\half]") == 3
    assert text.count(r"\part[1]") == 1
    for name in ("questions", "parts", "solution", "document"):
        assert text.count(rf"\begin{{{name}}}") == text.count(rf"\end{{{name}}}") > 0
    assert (r"\fillwithgrid{3cm}" in text) is (show == "problems")
    assert r"A ball, at $h = 20t - 5t^{2}$ \ensuremath{<} 25 \& more." in text


@pytest.mark.skipif(
    shutil.which("kpsewhich") is None
    or not subprocess.run(["kpsewhich", "exam.cls"], capture_output=True, text=True).stdout.strip(),
    reason="LaTeX with the class exam is not installed",
)
def test_exam_compiles(filled: Filled, tmp_path: Path) -> None:
    content = EXPORTS["exam"].write(filled, show="solutions")
    assert isinstance(content, str)
    (tmp_path / "sheet.tex").write_text(content, encoding="utf-8")
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "sheet.tex"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout[-2000:]


# ------------------------------------------------------------------------------------------ CSV, JSON Lines


def test_csv_has_a_row_for_each_problem(filled: Filled) -> None:
    text = EXPORTS["csv"].write(filled)
    assert isinstance(text, str)
    rows = list(csv.DictReader(io.StringIO(text)))
    assert tuple(rows[0]) == COLUMNS
    assert [row["number"] for row in rows] == ["1", "2", "3", "4", "5a", "6", "7", "8", "9", "10", "11"]
    assert rows[3]["answer"] == "(1 − ln(x))/x²"
    assert rows[3]["answer_maxima"] == "(1-log(x))/x^2"
    assert {row["checked"] for row in rows} == {"checked"}


def test_csv_says_what_is_asked_in_full() -> None:
    asked = {
        'limit = "sin(3x)/x"\nto = 0': "Find lim(x → 0)[sin(3x)/x].",
        'implicit = "x^2 + y^2 = 25"': "Find the slope dy/dx of the curve x² + y² = 25.",
        'taylor = "ln x"\nabout = 1\norder = 3': "Find the Taylor polynomial of ln(x) about x = 1 to order 3.",
        'hessian = "x^2 y"': "Find the Hessian of f(x, y) = x² y.",
    }
    sheet = "".join(f"[[section.problem]]\n{problem}\n" for problem in asked)
    (filled,) = fill(sheet_of("[[section]]\n" + sheet))
    text = EXPORTS["csv"].write(filled)
    assert isinstance(text, str)
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["asked"] for row in rows] == list(asked.values())
    assert "$x^{2} + y^{2} = 25$" in rows[1]["asked_latex"]
    assert rows[3]["answer"] == "matrix([2y, 2x], [2x, 0])"


def test_no_cell_of_a_csv_file_is_a_formula_of_a_spreadsheet() -> None:
    sheet = '[[section]]\ntitle = "=1+1"\n[[section.problem]]\ndiff = "-x^2 sin(x)"\ntext = "@A1"\n'
    (filled,) = fill(
        sheet_of(sheet + '[[section.problem]]\ndiff = "cos(x)"\n[[section.problem]]\ndiff = "-2x"\n')
    )
    text = EXPORTS["csv"].write(filled)
    assert isinstance(text, str)
    rows = list(csv.DictReader(io.StringIO(text)))
    numbers = [cell for row in rows for cell in row.values() if cell[:1] in "=+-@" and cell]
    assert numbers == ["-2", "-2"]  # LaTeX and Maxima: numbers are numbers in a spreadsheet, too
    assert [row["section"] for row in rows] == [" =1+1"] * 3
    assert [row["answer_maxima"] for row in rows][1:] == [" -sin(x)", "-2"]
    assert read_text(rows[0]["question"]).form is read_text("-x^2 sin(x)").form  # the space means nothing


def test_the_places_to_fill_in_of_an_exam_stand_on_lines_of_their_own() -> None:
    (filled,) = fill(
        sheet_of(
            'fields = ["name", "score"]\ninstructions = "Begin."\n'
            '[[section]]\n[[section.problem]]\ndiff = "x"\nmarks = 2\n'
        )
    )
    text = EXPORTS["exam"].write(filled, show="problems", fade=None)
    assert isinstance(text, str)
    assert r"Score: \makebox[2cm]{\hrulefill} / 2}\par}" in text


def schema() -> jsonschema.Draft202012Validator:
    package = Path(stepcalc.__file__).parent
    own = json.loads((package / "sheets/exports/lines.json").read_text(encoding="utf-8"))
    trace = json.loads((package / "trace/schema.json").read_text(encoding="utf-8"))
    registry: Any = Registry().with_resource("../../trace/schema.json", Resource.from_contents(trace))
    jsonschema.Draft202012Validator.check_schema(own)
    return jsonschema.Draft202012Validator(own, registry=registry)


def test_json_lines_are_as_the_schema_says_and_can_be_read_back(filled: Filled) -> None:
    validator = schema()
    rows = [json.loads(line) for line in lines(filled).splitlines()]
    assert [row["number"] for row in rows] == list(range(1, 12))
    for row, worked in zip(rows, filled.problems, strict=True):
        validator.validate(row)
        derivation = stepcalc.Derivation.from_json(json.dumps(row["derivation"]))
        assert derivation.answer is worked.result
        assert len(derivation.steps) == row["steps"]
    with pytest.raises(jsonschema.ValidationError):
        validator.validate({**rows[0], "derivation": {"stepcalc": 1}})


def test_a_stream_is_what_a_sheet_gives_whoever_works_on_it() -> None:
    sheet = sheet_of('seed = 5\n[[problem]]\ntopic = "product"\nlevel = 2\ncount = 12\n')
    alone = list(stream(sheet))
    assert "".join(alone) == lines(fill(sheet)[0])
    assert list(stream(sheet, workers=2)) == alone
    questions = [json.loads(line)["question"]["text"] for line in alone]
    assert len(set(questions)) == 12


SCARCE = """
seed = 5
[[problem]]
topics = ["product", "chain"]
level = 2
count = 8
"""


@pytest.mark.parametrize("workers", [1, 2])
def test_where_a_topic_has_no_more_problems_the_others_give_more(
    monkeypatch: pytest.MonkeyPatch, workers: int
) -> None:
    from stepcalc.sheets import settling

    every = settling.problem_at

    def scarce(slot: settling.Slot, **more: Any) -> Any:
        return None if slot.topic == "product" and slot.place > 1 else every(slot, **more)

    monkeypatch.setattr(settling, "problem_at", scarce)
    rows = [json.loads(text) for text in stream(sheet_of(SCARCE), workers=workers)]
    assert [row["topic"] for row in rows].count("product") == 2
    assert [row["number"] for row in rows] == list(range(1, 9))
    assert len({row["question"]["text"] for row in rows}) == 8


def test_when_no_topic_has_more_problems_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    from stepcalc.errors import UsageError
    from stepcalc.sheets import settling

    every = settling.problem_at

    def scarce(slot: settling.Slot, **more: Any) -> Any:
        return None if slot.place > 1 else every(slot, **more)

    monkeypatch.setattr(settling, "problem_at", scarce)
    with pytest.raises(UsageError, match="4 were found"):
        list(stream(sheet_of(SCARCE)))
