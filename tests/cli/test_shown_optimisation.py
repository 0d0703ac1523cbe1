"""What people see of Newton's method, optima, constraints and descent."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable

import pytest

from tests.cli.conftest import Run

SHOWN = {
    "newton": 'newton "x^3 - 2x + 2" --from 0.5',
    "newton-cycle": 'newton "x^3 - 2x + 2" --from 0',
    "newton-multiple": 'newton "e^x - x - 1" --from 1',
    "newton-outside": 'newton "ln x" --from 5',
    "newton-away-ascii": 'newton "atan(x)" --from 2 --ascii',
    "newton-system": 'newton "x^2 + y^2 = 4, x y = 1" --from 2,1',
    "newton-damped": 'newton "atan(x)" --from 10 --damped',
    "newton-markdown": 'newton "x^2 - 2" --from 1 --format markdown',
    "newton-quiet": 'newton "x^2 - 2" --from 1 --quiet',
    "newton-no-start": 'newton "x^2 - 2"',
    "descend": 'descend "x^2 + 10y^2" --from 10,1 --rate 0.09',
    "descend-away": 'descend "x^2 + 10y^2" --from 10,1 --rate 0.11',
    "descend-search": 'descend "(1-x)^2 + 100(y-x^2)^2" --from -1,1 --steps 50 --detail brief',
    "descend-one": 'descend "x - ln(x)" --from 0.1 --rate 0.5',
    "lagrange": 'lagrange "x y" --subject "x^2 + y^2 = 1"',
    "lagrange-letter": 'lagrange "x^2 y" --subject "x^2 + y^2 = a^2"',
    "lagrange-two": 'lagrange "x + 2y + 3z" --subject "x - y + z = 1; x^2 + y^2 = 1"',
    "lagrange-cusp": 'lagrange "x" --subject "y^2 = x^3"',
    "lagrange-newton": 'lagrange "e^x + y^2" --subject "x + y = 1" --from 0,1',
    "critical": 'critical "x^3 - 3x y^2" --vars x,y',
    "critical-one": 'critical "x^4 - 4x^3"',
    "critical-everywhere": 'critical "x^4 + y^4"',
    "critical-box": 'critical "x^2 + 2y^2 - x" --on "-1,1; -1,1"',
    "critical-interval": 'critical "x - 2sin(x)" --on 0,2pi',
    "critical-corner": 'critical "|x - 1| + x/2"',
    "critical-numbers": 'critical "x^4 + x + sin(x)"',
}


@pytest.mark.parametrize("name", SHOWN)
def test_what_is_shown(name: str, run: Run, snapshot: Callable[[str, str], None]) -> None:
    line = SHOWN[name]
    outcome = run(*shlex.split(line))
    text = f"$ stepcalc {line}\n{outcome.out}"
    if outcome.err:
        text += f"(on standard error)\n{outcome.err}"
    snapshot(name, f"{text}(exit status {outcome.status})\n")


def test_a_batch_of_equations_is_answered_line_by_line(run: Run) -> None:
    outcome = run("newton", "-", "--from", "1", "--quiet", stdin="x^2 - 2\nx^3 - 5 +\ncos x = x\n")
    assert outcome.out.split("\n")[:3] == ["1.4142135623731", "", "0.739085133215161"]
    assert "line 2" in outcome.err
    assert outcome.status == 2


def test_a_batch_as_json_is_one_object_a_line(run: Run) -> None:
    outcome = run("newton", "-", "--from", "1", "--json", stdin="x^2 - 2\nx^2 - 3\n")
    assert [json.loads(line)["newton"]["ending"] for line in outcome.out.splitlines()] == ["root", "root"]


@pytest.mark.parametrize("ending", ["html", "md", "tex", "ipynb", "pdf", "json", "txt", "svg", "png"])
def test_every_format_takes_a_report(ending: str, run: Run) -> None:
    from pathlib import Path

    outcome = run("newton", "x^2 - 2", "--from", "1", "-o", f"answer.{ending}")
    assert outcome.status == 0, outcome.err
    assert Path(f"answer.{ending}").stat().st_size > 300


def test_a_factor_that_is_never_0_is_said_so_each_time(run: Run) -> None:
    shown = run("critical", "x y e^(-(x^2+y^2)/2)").out
    assert shown.count("e^(−y²/2 − 1/2) is never 0.") == 2
    assert "no real solution" not in shown


def test_at_full_detail_what_a_rule_says_stands_below_its_line(run: Run) -> None:
    lines = [line.strip() for line in run("critical", "x^3 - 6x^2", "--detail", "full").out.split("\n")]
    place = lines.index("3x² − 12x = 0    Write as a product")
    assert lines[place + 1].startswith("Take out what all terms share")
    assert lines[lines.index("x = 0") + 1] == "x − 4 = 0,  so x = 4"


def test_where_a_slope_jumps_no_zero_is_missed(run: Run) -> None:
    found = run("critical", "|x - 2| + x^2/4")
    assert found.status == 0
    assert "f(2) = 1   local minimum" in found.out


def test_at_full_detail_the_second_derivative_goes_on_from_the_first(run: Run) -> None:
    shown = run("critical", "x^3 - 3x", "--detail", "full").out
    told = shown[shown.index("The second derivative:") :]
    assert "d/dx[3x²−3] = 6x" in told
    assert "d/dx[x³−3x]" not in told


@pytest.mark.parametrize(("function", "start"), [("x^2", "1"), ("x^2 + y^2", "1,1")])
def test_a_start_is_asked_for_with_a_number_for_each_letter(run: Run, function: str, start: str) -> None:
    refused = run("descend", function)
    assert refused.status == 2
    assert refused.err.rstrip().endswith(f"--from {start}")


def test_a_line_of_points_of_more_than_one_kind_is_said_to_be_one(run: Run) -> None:
    shown = run("critical", "x^2 y").out
    assert "may differ from one to the next" in shown
    assert "f stays on one side" not in shown
