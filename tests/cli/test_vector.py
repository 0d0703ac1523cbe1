"""The commands for several variables: statuses, batches, formats, values at a point, large answers."""

from __future__ import annotations

import json
from importlib.resources import files

import jsonschema
import pytest

from stepcalc import Derivation
from stepcalc.cli.vector import HELP
from tests.cli.conftest import Run

SCHEMA = json.loads((files("stepcalc.trace") / "schema.json").read_text(encoding="utf-8"))

ASKED = {
    "partial": ("x^2 y", "--wrt", "x"),
    "gradient": ("x^2 y",),
    "directional": ("x^2 y", "--direction", "3,4"),
    "jacobian": ("x^2 y, 5x + sin y",),
    "hessian": ("x^2 y",),
    "divergence": ("x^2, y^2",),
    "curl": ("-y, x, 0", "--wrt", "x,y,z"),
    "laplacian": ("x^2 y",),
}


@pytest.mark.parametrize("command", HELP)
@pytest.mark.parametrize("format", ["text", "latex", "markdown", "html"])
def test_every_command_has_every_format(command: str, format: str, run: Run) -> None:
    outcome = run(command, *ASKED[command], "--format", format)
    assert outcome.status == 0, outcome.err
    assert "Each step checked" in outcome.out


@pytest.mark.parametrize("command", HELP)
def test_every_command_writes_json_that_reads_back(command: str, run: Run) -> None:
    outcome = run(command, *ASKED[command], "--json")
    assert Derivation.from_json(outcome.out).question.kind == command


@pytest.mark.parametrize("command", HELP)
def test_every_command_gives_the_answer_alone_in_plain_ascii(command: str, run: Run) -> None:
    outcome = run(command, *ASKED[command], "--quiet", "--ascii")
    assert outcome.status == 0
    assert outcome.out.isascii()
    assert len(outcome.out.splitlines()) == 1


@pytest.mark.parametrize("command", HELP)
@pytest.mark.parametrize(
    "options", [("--style", "chain"), ("--detail", "full"), ("--detail", "brief"), ("--hint",)]
)
def test_every_command_can_be_told_in_every_way(command: str, options: tuple[str, ...], run: Run) -> None:
    assert run(command, *ASKED[command], *options).status == 0


@pytest.mark.parametrize("command", HELP)
def test_help_has_examples_that_run(command: str, run: Run) -> None:
    assert f'stepcalc {command} "' in run(command, "--help").out
    import shlex

    for line in HELP[command].splitlines():
        words = shlex.split(line.split("        (")[0]) if line.strip().startswith("stepcalc") else []
        if words:
            assert run(*words[1:]).status == 0, line


def test_batch_of_gradients(run: Run) -> None:
    outcome = run("gradient", "-", "--quiet", stdin="x y\nx^2 + sin(\nx^2 y\n")
    assert outcome.out.splitlines() == ["column(y, x)", "", "column(2xy, x²)"]
    assert outcome.err.startswith("line 2: ")
    assert outcome.status == 2


def test_quiet_answer_is_read_back(run: Run) -> None:
    from stepcalc.notation.forms import matrix_label
    from stepcalc.notation.reader import read_text

    text = run("hessian", "x^2 y", "--quiet").out.strip()
    assert text == "matrix([2y, 2x], [2x, 0])"
    assert matrix_label(read_text(text, operators=True).form)[:2] == (2, 2)


def test_large_gradient_shows_its_first_components(run: Run) -> None:
    text = " + ".join(f"x_{place}^2 x_{place + 1}" for place in range(1, 40))
    outcome = run("gradient", text)
    assert outcome.status == 0
    assert "6 of 40 components" in outcome.out
    assert len(outcome.out.splitlines()) < 80
    everything = run("gradient", text, "--all")
    assert "components" not in everything.out
    assert len(everything.out.splitlines()) > 200


def test_matrix_wider_than_the_page_is_listed_by_entries(run: Run) -> None:
    outcome = run("jacobian", "(x + y + z)^7 sin(x y z), e^(x y z)/(x + y), ln(x + y + z) cos(x y z)")
    assert outcome.status == 0
    assert "row 1, column 2:" in outcome.out


def test_values_by_name_may_leave_out_nothing_that_varies(run: Run) -> None:
    outcome = run("gradient", "x y", "--at", "x=1")
    assert outcome.status == 2
    assert "x=1,y=1" in outcome.err


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (["divergence", "x, y", "--wrt", "x,y,z"], "Components: 2, letters: 3"),
        (["directional", "x y", "--direction", "1,2,3"], "Components: 3, letters: 2"),
        (["directional", "x y", "--direction", "0,0"], "has length 0"),
        (["directional", "x y"], "--direction 3,4"),
        (["curl", "x, y", "--wrt", "x,y"], "three components"),
        (["partial", "x^2 y"], "--wrt x"),
        (["total", "f = x y; x = t; y = t"], "--wrt t"),
        (["total", "f = x; x = t", "--wrt", "x"], "stands for something else"),
        (["total", "f = x; x = y; y = x", "--wrt", "t"], "depends on"),
        (["gradient", "x y", "--at", "q=2"], "q is not a letter of the expression"),
        (["gradient", "x y", "--at", "1"], "give a value to y"),
        (["gradient", "ln(x y)", "--at", "0,1"], "not in the domain"),
        (["hessian", "x y", "--wrt", "x,x"], "x is named more than once"),
        (["gradient", "x +"], "Something is missing"),
    ],
)
def test_what_cannot_be_asked_is_answered_with_what_to_do(run: Run, line: list[str], said: str) -> None:
    outcome = run(*line)
    assert outcome.status == 2
    assert said in " ".join(outcome.err.split())
    assert not outcome.out


def test_a_letter_that_does_not_occur_has_partial_derivative_nought_and_that_is_said(run: Run) -> None:
    outcome = run("gradient", "x^2", "--wrt", "x,z", "--quiet")
    assert outcome.out.strip() == "column(2x, 0)"
    assert "z does not occur" in outcome.err


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        (["gradient", "x^2 y"], "Constant multiple, power rule"),
        (["gradient", "x y z", "--reverse"], "Reverse accumulation"),
        (["jacobian", "x y, x + y"], "Constant multiple"),
        (["hessian", "sin(x) y"], "Constant multiple"),
        (["curl", "y z, x z, x y"], "Constant multiple"),
        (["total", "f = x y; x = t; y = t^2", "--wrt", "t"], "Chain rule along every branch"),
        (["total", "F = u v, u; u = x y; v = x", "--wrt", "x,y"], "Constant multiple"),
    ],
)
def test_a_hint_names_a_rule_and_gives_nothing_away(run: Run, line: list[str], rule: str) -> None:
    outcome = run(*line, "--hint")
    assert f"Next: {rule}" in outcome.out
    assert "Answer" not in outcome.out


@pytest.mark.parametrize(
    "line",
    [
        ["total", "f = x y; x = t; y = t^2", "--wrt", "t"],
        ["total", "F = u v, u; u = x y; v = x", "--wrt", "x,y"],
        ["gradient", "x y z", "--reverse"],
        ["hessian", "x^2 y"],
        ["laplacian", "x^2 y"],
        ["curl", "y z, x z, x y"],
    ],
)
def test_every_strategy_is_told_in_columns_too(run: Run, line: list[str]) -> None:
    outcome = run(*line, "--style", "chain")
    assert outcome.status == 0
    assert "checked at 8 points" in outcome.out


@pytest.mark.parametrize(
    ("command", "questions"),
    [
        (["partial", "--wrt", "x"], "x y\nx^2\n"),
        (["gradient"], "x y\nx^2 + y\n"),
        (["directional", "--direction", "3,4"], "x y\nx^2 + y\n"),
        (["jacobian"], "x y, x\nx, y, x y\n"),
        (["hessian"], "x y\nx^2 y\n"),
        (["divergence"], "x, y\nx y, y\n"),
        (["curl", "--wrt", "x,y,z"], "x, y, z\n-y, x, 0\n"),
        (["laplacian"], "x y\nx^2 y\n"),
        (["total", "--wrt", "t"], "f = x; x = t^2\nF = x, x^2; x = t\n"),
        (["implicit"], "x y = 1\nx^2 + y^2 = 1\n"),
    ],
)
def test_every_command_reads_a_batch_and_writes_json(run: Run, command: list[str], questions: str) -> None:
    outcome = run(command[0], "-", *command[1:], "--json", stdin=questions)
    assert outcome.status == 0
    found = [Derivation.from_json(line) for line in outcome.out.splitlines()]
    assert len(found) == 2
    assert all(found)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (["total", "f = x y; y = x^2", "--wrt", "x", "--at", "2"], "df/dx = 12"),
        (["total", "f = x y; y = x^2", "--wrt", "x", "--detail", "brief"], "df/dx = 2x² + y"),
        (["total", "f = x y; y = x^2", "--wrt", "x"], "d/dx[x·x²] = "),
        (["jacobian", "x y"], "F(x, y) = xy:"),
        (["implicit", "x^2+y^2=25"], "of the curve  x² + y² = 25"),
        (["implicit", "x^2+y^2 - 25"], "of the curve  x² + y² − 25 = 0"),
        (["implicit", "x^3 + y^3 = 6xy", "--format", "latex"], "x^{3} + y^{3} = 6xy"),
        (
            ["laplacian", "1/sqrt(x^2+y^2+z^2)", "--detail", "brief"],
            "(x²+y²+z²)^(5/2)   (x²+y²+z²)^(5/2)   (x²+y²+z²)^(5/2)",
        ),
    ],
)
def test_what_is_asked_and_found_is_written_as_mathematics(run: Run, line: list[str], expected: str) -> None:
    assert expected in run(*line).out


@pytest.mark.parametrize(
    ("line", "role", "value"),
    [
        (["diff", "x^2", "--at", "3"], "tangent", "6x − 9"),
        (["diff", "a x^2", "--wrt", "x", "--at", "1,3"], "answer", "6"),
        (["partial", "x^2 y", "--wrt", "y", "--at", "1,2"], "answer", "1"),
        (["partial", "x^2 y", "--wrt", "x", "--at", "3"], "answer", "6y"),
        (["hessian", "x^2 + y^2", "--at", "0,0"], "verdict", None),
        (["implicit", "x^2 + y^2 = 25", "--at", "3,4"], "tangent", "25/4 − 3x/4"),
    ],
)
def test_json_has_what_holds_at_the_point(run: Run, line: list[str], role: str, value: str | None) -> None:
    out = run(*line, "--json").out
    written = json.loads(out)
    jsonschema.validate(written, SCHEMA)
    assert [fact["value"] for fact in written["at"]["facts"] if fact["role"] == role] == [value]
    assert Derivation.from_json(out).to_json()


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        (["implicit", "p(x) + y^2 = 1", "--function", "p"], "−p′(x)/(2y)"),
        (["implicit", "width^2 + y^2 = 1", "--letter", "width", "--wrt", "width"], '−"width"/y'),
        (["total", "f = p(x); x = t^2", "--wrt", "t", "--function", "p"], "2t p′(t²)"),
        (["total", "f = size x; x = t^2", "--wrt", "t", "--letter", "size"], '2·"size"·t'),
    ],
)
def test_names_of_ones_own_are_read_where_letters_depend_on_letters(
    run: Run, line: list[str], answer: str
) -> None:
    assert run(*line, "--quiet").out == f"{answer}\n"


@pytest.mark.parametrize(
    "line", [["implicit", "x/(x+1) + y = 1"], ["total", "f = u/(u+1); u = t", "--wrt", "t"]]
)
def test_laws_are_preferred_where_letters_depend_on_letters(run: Run, line: list[str]) -> None:
    assert "with a negative power" in run(*line, "--prefer", "product").out
    assert "with a negative power" not in run(*line).out


def test_a_total_derivative_at_a_point_keeps_the_name_of_its_function(run: Run) -> None:
    shown = run("total", "z = x^2 y + 3x y^4; x = sin 2t; y = cos t", "--wrt", "t", "--at", "0").out
    assert "dz/dt = 6" in shown
    assert "df/dt" not in shown
