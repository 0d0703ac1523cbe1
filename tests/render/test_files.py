"""Files as their readers take them: LaTeX compiled, notebooks run, MathML parsed, files saved from Python."""

from __future__ import annotations

import shutil
import subprocess
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from typing import Any

import pytest

from stepcalc import OverwriteError, UsageError, diff
from stepcalc.cli.main import main
from stepcalc.notation.forms import Form, letter, power
from stepcalc.notation.reader import read_text
from stepcalc.render.builder import build
from stepcalc.render.document import Document, Formula
from stepcalc.render.formats import written
from stepcalc.render.latexwords import in_text
from stepcalc.render.mathml import MathML
from stepcalc.render.page import Page
from stepcalc.render.presentation import Presentation
from tests.render.test_every_block import BLOCKS

ROOT = Path(__file__).resolve().parents[2]
EXERCISES = Path(__file__).parent / "functions.txt"
COMMANDS = (
    ["diff", "e^(sin(x^2+1))/sqrt(x^2+1) + ln(x^2+1) tan x", "--at", "1"],
    ["diff", "e^(sin(x^2+1)) + ln(x^2+1)", "--style", "chain"],
    ["diff", "piecewise((x^2, x < 0), (sin(x), x >= 0)) + |x| + floor(x)"],
    ["diff", "1/x", "--from-definition"],
    ["partial", "x^2 y + sin(xy)", "--wrt", "x"],
    ["gradient", "ln(e^x + e^y + e^z)", "--reverse"],
    ["directional", "x^2 y", "--direction", "3,4", "--at", "1,2"],
    ["jacobian", "x + y z, x y z, x", "--at", "1,2,3"],
    ["hessian", "x^3 y + sin(x y)", "--at", "1,2"],
    ["divergence", "x^2 y, y^2 z, z^2 x"],
    ["curl", "y z, x z, x y"],
    ["laplacian", "e^x sin(y)"],
    ["total", "f = x y + t; x = s^2; s = e^t; y = s t", "--wrt", "t"],
    ["implicit", "x^2 + y^2 = 25", "--at", "3,4", "--order", "2"],
    ["limit", "|x|/x", "--to", "0"],
    ["slope", "e^x", "--at", "1", "--error"],
    ["taylor", "ln x", "--about", "1", "--order", "5", "--on", "0.5,1.5"],
    ["taylor", "e^x sin(y)", "--wrt", "x,y", "--about", "0,0", "--order", "2"],
    ["rules"],
    ["rules", "asin"],
)


@pytest.mark.parametrize("asked", COMMANDS, ids=lambda asked: " ".join(asked[:2]))
@pytest.mark.parametrize("ending", ["html", "tex", "md", "ipynb", "txt"])
def test_every_command_is_written_in_every_format(ending: str, asked: list[str], tmp_path: Path) -> None:
    file = tmp_path / f"answer.{ending}"
    unchecked = [] if asked[0] in ("rules", "slope") else ["--no-verify"]
    assert main([*asked, *unchecked, "-o", str(file)]) == 0
    assert file.stat().st_size > 100


# ------------------------------------------------------------------------------------------ LaTeX


def compiled(text: str, folder: Path) -> str:
    """What pdflatex says of a file, which it must compile."""
    program = shutil.which("pdflatex")
    if program is None:
        pytest.skip("there is no TeX here")
    (folder / "page.tex").write_text(text, encoding="utf-8")
    done = subprocess.run(
        [program, "-interaction=nonstopmode", "-halt-on-error", "page.tex"],
        cwd=folder, capture_output=True, check=False, timeout=120,
    )  # fmt: skip
    said = done.stdout.decode("latin-1")
    assert done.returncode == 0, said[-1500:]
    return said


def test_latex_of_every_command_compiles(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    fragments = []
    for asked in COMMANDS:
        assert main([*asked, "--format", "latex"]) == 0
        fragments.append(capsys.readouterr().out)
    head = written(Document(BLOCKS), "tex", page=Page("us-letter", 16, 1, "A & B", "v1_2"))
    assert isinstance(head, str)
    said = compiled(head.replace("\\end{document}", "\n".join(fragments) + "\n\\end{document}"), tmp_path)
    assert "Missing character" not in said


def test_words_of_all_kinds_are_escaped() -> None:
    assert in_text("50 % & x_1 {~} ☃ ß") == r"50 \% \& x\_1 \{\textasciitilde{}\} ? ß"


def test_every_sign_on_a_card_and_in_a_sentence_has_its_latex() -> None:
    from stepcalc.messages import MESSAGES
    from stepcalc.rulebook.book import default_book

    cards = default_book().cards()
    said = [*MESSAGES.values(), *(f"{card.show} {card.say} {card.why} {card.name}" for card in cards)]
    for text in said:
        assert in_text(text).count("?") == text.count("?"), text


# ------------------------------------------------------------------------------------------ notebooks


@pytest.mark.filterwarnings("ignore")
def test_a_notebook_runs_and_shows_the_derivation_by_itself(tmp_path: Path) -> None:
    nbformat = pytest.importorskip("nbformat")
    nbclient = pytest.importorskip("nbclient")
    file = tmp_path / "lesson.ipynb"
    assert main(["hessian", "x^2 y + sin(x y)", "-o", str(file)]) == 0
    notebook = nbformat.read(file, as_version=4)
    nbformat.validate(notebook)
    kinds = [cell.cell_type for cell in notebook.cells]
    assert kinds[-1] == "code"
    assert kinds.count("markdown") > 2
    client = nbclient.NotebookClient(
        notebook, timeout=120, kernel_name="python3", resources={"metadata": {"path": str(ROOT)}}
    )
    client.execute()
    (output,) = notebook.cells[-1].outputs
    assert {"text/html", "text/latex", "text/markdown", "text/plain"} <= set(output.data)
    assert "<math" in output.data["text/html"]


def test_a_notebook_is_the_same_each_time() -> None:
    document = build(diff("x^2"), Presentation(runs=True))
    assert written(document, "ipynb") == written(document, "ipynb")
    assert "stepcalc.diff('x^2', 'x')" in str(written(document, "ipynb"))


def test_names_that_were_declared_make_no_call_that_would_fail() -> None:
    document = build(diff("h2(x)*q(x)", functions=["q", "h2"]), Presentation(runs=True))
    assert document.source == ""


# ------------------------------------------------------------------------------------------ MathML


def functions() -> list[str]:
    lines = EXERCISES.read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


@pytest.mark.parametrize("text", functions())
def test_textbook_functions_go_through_every_writer(text: str) -> None:
    derivation = diff(text, "x")
    document = build(derivation, Presentation(folds=True, runs=True))
    for name in ("html", "latex", "markdown", "ipynb", "text"):
        assert written(document, name, functions=derivation.rulebook.functions)
    math = MathML()
    for form in (derivation.question.form, derivation.answer):
        for piece in math.display(Formula(form))[0].split("<wbr>"):
            parsed(piece)


def parsed(text: str) -> Any:
    """MathML as an XML parser takes it; no LaTeX is left in it."""
    root = ElementTree.fromstring(text.strip())
    leaves = "".join(element.text or "" for element in root.iter())
    assert not set(leaves) & set("\\{}&#"), leaves
    return root


def test_a_function_keeps_its_distance_and_says_that_it_is_applied() -> None:
    (math,) = [parsed(MathML().inline(Formula(read_text("2 sin(x) cos(x)").form)))]
    tags = [element.tag for element in math.iter()]
    assert tags.count("mspace") == 2
    assert [element.text for element in math.iter("mo")].count("\u2061") == 2


def test_a_long_sum_is_cut_before_its_signs() -> None:
    form = read_text("sin(x+1) + cos(x-1) + e^(x^2) - ln(x^2 + 1) + atan(x)").form
    pieces = MathML().display(Formula(form))[0].count("<math")
    assert pieces == 5


def test_a_minus_keeps_its_distance_at_the_edge_of_a_mark_and_only_between() -> None:
    form = read_text("cos(x) - 4/x").form
    (minus,) = [
        each
        for each in parsed(MathML().inline(Formula(form, frozenset(form.args)))).iter("mo")
        if each.text == "−"
    ]
    assert minus.get("form") == "infix"
    (alone,) = [
        each for each in parsed(MathML().inline(Formula(form.args[1]))).iter("mo") if each.text == "−"
    ]
    assert alone.get("form") == "prefix"


def test_a_mark_stands_around_a_run_of_factors() -> None:
    from stepcalc.notation.forms import TWO, call, multiply
    from stepcalc.notation.latex import latex
    from stepcalc.notation.unicode import spans

    x: Form = letter("x")
    line = multiply(TWO, x, call("cos", power(x, TWO)))
    marks = {multiply(TWO, x)}
    assert spans(line, marks=marks) == [("2x", True), (" cos(x²)", False)]
    assert latex(line, marks=marks) == r"\underline{2x} \cos(x^{2})"


# ------------------------------------------------------------------------------------------ saving


def test_a_derivation_saves_itself_and_overwrites_nothing_unasked(tmp_path: Path) -> None:
    file = tmp_path / "lesson.html"
    derivation = diff("x^2 sin x")
    assert derivation.save(file) == file
    assert "<math" in file.read_text(encoding="utf-8")
    with pytest.raises(OverwriteError, match="force=True"):
        derivation.save(file)
    derivation.save(file, force=True, style="chain", language="en-US")
    assert 'lang="en-US"' in file.read_text(encoding="utf-8")
    assert [each.name for each in tmp_path.iterdir()] == ["lesson.html"]


def test_saving_says_what_it_does_not_know(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="paper"):
        diff("x").save(tmp_path / "a.txt", papper="a4")
    with pytest.raises(UsageError, match=r"\.ipynb"):
        diff("x").save(tmp_path / "a.docx")


def test_saved_data_are_read_back(tmp_path: Path) -> None:
    from stepcalc import Derivation

    derivation = diff("x^2 sin x")
    text = derivation.save(tmp_path / "a.json").read_text(encoding="utf-8")
    assert Derivation.from_json(text).answer is derivation.answer


def test_a_bracket_that_begins_a_row_of_a_table_is_no_option_in_latex() -> None:
    from stepcalc.render.document import Document, Table, words
    from stepcalc.render.latexpage import latex_fragment

    table = Table((), ((words("[0, 1]"),), (words("* all"),), (words("plain"),)))
    written = latex_fragment(Document((table,)))
    assert "{}[0, 1] " in written and "{}* all" in written and "{}plain" not in written
