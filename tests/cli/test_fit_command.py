"""What people see of fits, and every format that they are written in."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Run

LINE = "x,y\n1,3.1\n2,4.9\n3,7.2\n4,8.8\n"
WEIGHTED = "x,y,sigma\n1,3.1,0.1\n2,4.9,0.2\n3,7.2,0.1\n4,8.8,0.1\n"
DECAY = "t,counts\n0,98.2\n1,83.1\n2,66.0\n3,56.9\n4,45.5\n5,38.0\n6,29.9\n8,21.2\n10,13.8\n"
BOX = "x,y\n1,109\n2,149\n3,149\n5,191\n7,213\n10,224\n"
MGH17 = Path(__file__).parent.parent / "calculus" / "nist" / "MGH17.dat"

SHOWN = {
    "fit-line": 'fit "m x + c" line.csv',
    "fit-line-sigma": 'fit "m x + c" weighted.csv --detail brief',
    "fit-line-relative": 'fit "m x + c" weighted.csv --relative-sigma --detail brief --ascii',
    "fit-parabola": 'fit "a + b x + k x^2" line.csv --sigma 0.1 --detail brief',
    "fit-curve": 'fit "a e^(-b t)" decay.csv --start a=100,b=0.1',
    "fit-descent": 'fit "a e^(-b t)" decay.csv --start a=50,b=0.5 --method descent --detail brief',
    "fit-descent-line": 'fit "m x + c" line.csv --method descent --start m=0,c=0 --detail brief',
    "fit-other-ways": 'fit "a + b e^(-k x) + c e^(-l x)" mgh17.csv --start a=50,b=150,c=-100,k=1,l=2 --detail brief',
    "fit-full": 'fit "a x" line.csv --detail full',
    "fit-plot": 'fit "m x + c" weighted.csv --detail brief --plot',
    "fit-quiet": 'fit "m x + c" line.csv --quiet',
    "fit-code": 'fit "m x + c" weighted.csv --code',
    "fit-markdown": 'fit "m x + c" line.csv --detail brief --format markdown',
    "fit-missing": 'fit "m x + c" missing.csv',
    "fit-text": 'fit "m x + c" text.csv',
    "fit-few": 'fit "a + b x + c x^2 + d x^3" line.csv',
    "fit-sigma-zero": 'fit "m x + c" zero.csv',
    "fit-column": 'fit "m x + c" line.csv --y z',
    "fit-singular": 'fit "a e^(b + x)" line.csv',
    "fit-no-file": 'fit "m x + c" none.csv',
}


@pytest.fixture(autouse=True)
def _files(tmp_path: Path, _clean_surroundings: None) -> None:
    lines = MGH17.read_text().splitlines()[60:]
    rows = [line.split() for line in lines if line.strip()]
    for name, text in {
        "line": LINE,
        "weighted": WEIGHTED,
        "decay": DECAY,
        "box": BOX,
        "mgh17": "x,y\n" + "".join(f"{x},{y}\n" for y, x in rows),
        "missing": LINE.replace("7.2", ""),
        "text": LINE.replace("7.2", '"7,2"'),
        "zero": WEIGHTED.replace("0.2", "0"),
    }.items():
        (tmp_path / f"{name}.csv").write_text(text)


@pytest.mark.parametrize("name", SHOWN)
def test_what_is_shown(name: str, run: Run, snapshot: Callable[[str, str], None]) -> None:
    line = SHOWN[name]
    outcome = run(*shlex.split(line))
    text = f"$ stepcalc {line}\n{outcome.out}"
    if outcome.err:
        text += f"(on standard error)\n{outcome.err}"
    snapshot(name, f"{text}(exit status {outcome.status})\n")


@pytest.mark.parametrize("ending", ["html", "md", "tex", "ipynb", "pdf", "json", "txt", "svg", "png"])
@pytest.mark.parametrize("model", ["m x + c", "a e^(b x)"])
def test_every_format_takes_a_fit(model: str, ending: str, run: Run) -> None:
    outcome = run("fit", model, "line.csv", "-o", f"answer.{ending}")
    assert outcome.status == 0, outcome.err
    assert Path(f"answer.{ending}").stat().st_size > 300


def test_a_page_has_the_plot_and_the_parameters(run: Run) -> None:
    assert run("fit", "m x + c", "weighted.csv", "-o", "fit.html", "--plot").status == 0
    page = Path("fit.html").read_text(encoding="utf-8")
    assert "data:image/svg+xml" in page
    assert "band of one standard deviation" in page
    assert "standard error" in page


def test_json_has_the_numbers_and_the_derivation(run: Run) -> None:
    data = json.loads(run("fit", "m x + c", "line.csv", "--json").out)
    assert data["fit"]["parameters"] == {"m": 1.94, "c": 1.15}
    assert data["question"]["kind"] == "fit"
    assert {step["card"] for step in data["steps"]} >= {"chi_squared", "normal_equations", "straight_line"}


def test_errors_are_json_too(run: Run) -> None:
    outcome = run("fit", "a e^(b + x)", "line.csv", "--json")
    assert outcome.status == 2
    assert json.loads(outcome.err)["error"]["code"] == "fit-singular"


def test_data_come_from_standard_input(run: Run) -> None:
    assert run("fit", "m x + c", "-", "-q", stdin=LINE).out == "(m = 1.94, c = 1.15)\n"


def test_the_code_that_is_printed_runs(run: Run) -> None:
    pytest.importorskip("scipy")
    code = run("fit", "a e^(-b t)", "decay.csv", "--start", "a=100,b=0.1", "--code").out
    done = subprocess.run(
        [sys.executable, "-X", "utf8", "-c", code], capture_output=True, encoding="utf-8", check=True
    )
    values = json.loads(run("fit", "a e^(-b t)", "decay.csv", "--start", "a=100,b=0.1", "--json").out)["fit"]
    shown = dict(line.split(" = ") for line in done.stdout.strip().splitlines())
    for name, value in values["parameters"].items():
        assert float(shown[name].split(" ± ")[0]) == pytest.approx(value, rel=1e-6)


def test_a_plot_has_no_json(run: Run) -> None:
    outcome = run("fit", "m x + c", "line.csv", "--plot", "--json")
    assert outcome.status == 2


def test_the_plot_of_several_measured_letters_shows_observed_against_fitted(run: Run, tmp_path: Path) -> None:
    (tmp_path / "plane.csv").write_text("u,v,z\n1,2,3\n2,1,4\n3,5,2\n4,0,9\n5,3,8\n")
    outcome = run("fit", "a u + b v + c", "plane.csv", "--plot")
    assert outcome.status == 0
    assert "observed = fitted" in outcome.out


@pytest.mark.parametrize("option", ["--hint", "--upto=1"])
@pytest.mark.parametrize("command", ["fit", "newton", "critical", "lagrange", "descend"])
def test_what_would_do_nothing_is_no_option(command: str, option: str, run: Run) -> None:
    outcome = run(command, "m x + c", option)
    assert outcome.status == 2
    assert "No such option" in outcome.err
