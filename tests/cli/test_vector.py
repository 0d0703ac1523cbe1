"""The commands for several variables: statuses, batches, formats, values at a point, large answers."""

from __future__ import annotations

import pytest

from stepcalc import Derivation
from stepcalc.cli.vector import HELP
from tests.cli.conftest import Run

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
    assert matrix_label(read_text(text, operators=True).form) == (2, 2, ((0, 0), (0, 1), (1, 0)))


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
