"""Newton's method: published roots, rows that are what was computed, and what is said when it fails."""

from __future__ import annotations

import json

import mpmath
import pytest
import sympy

import stepcalc
from stepcalc.errors import UsageError
from tests.calculus.more_garbow_hillstrom import systems
from tests.calculus.optimisation_problems import ROOTS, Root


@pytest.mark.parametrize("problem", ROOTS, ids=[problem.source for problem in ROOTS])
def test_published_roots_are_found_and_steps_verified(problem: Root) -> None:
    found = stepcalc.newton(problem.equations, problem.start, damped=problem.damped)
    assert found.converged
    root = found.root if isinstance(found.root, tuple) else (found.root,)
    assert root == pytest.approx(problem.root, rel=problem.accuracy, abs=1e-9)
    assert found.verify()


def test_there_are_25_of_them() -> None:
    assert len(ROOTS) == 25


def _high_precision(equations: list[str], letters: list[str]) -> tuple[object, object]:
    unknowns = [sympy.Symbol(name) for name in letters]
    functions = sympy.Matrix([stepcalc.read(text) for text in equations])
    jacobian = functions.jacobian(unknowns)
    return sympy.lambdify(unknowns, functions, "mpmath"), sympy.lambdify(unknowns, jacobian, "mpmath")


@pytest.mark.parametrize(
    ("equations", "letters", "start", "damped"),
    [
        (["x^3 - 2x + 2"], ["x"], "1/2", False),
        (["x^3 - 2x + 2"], ["x"], "0", False),
        (["e^x - x - 1"], ["x"], "1", False),
        (["atan(x)"], ["x"], "2", False),
        (["atan(x)"], ["x"], "2", True),
        (["x^2 + y^2 - 4", "x*y - 1"], ["x", "y"], "2,1", False),
        (["exp(x) - y", "x + y^2 - 3", "z - x*y"], ["x", "y", "z"], "1,1,1", True),
    ],
)
def test_every_row_is_what_arithmetic_at_90_digits_gives(
    equations: list[str], letters: list[str], start: str, damped: bool
) -> None:
    found = stepcalc.newton(", ".join(equations), start, letters, damped=damped)
    functions, jacobian = _high_precision(equations, letters)
    with mpmath.workdps(90):
        for before, row in zip((None, *found.rows), found.rows, strict=False):
            if before is not None:
                point = [x + s for x, s in zip(before.point, before.change, strict=True)]
                assert all(abs(a - b) < 1e-44 * (1 + abs(b)) for a, b in zip(row.point, point, strict=True))
            values, slopes = functions(*row.point), jacobian(*row.point)
            assert all(abs(a - b) < 1e-40 for a, b in zip(row.values, values, strict=True))
            for k, line in enumerate(row.slopes):
                assert all(abs(a - slopes[k, m]) < 1e-40 * (1 + abs(a)) for m, a in enumerate(line))
            if row.change is None:
                continue
            step = mpmath.lu_solve(slopes, -values) / 2**row.halvings
            if any(row.values):
                assert all(abs(a - b) < 1e-14 * abs(b) + 1e-36 for a, b in zip(row.change, step, strict=True))


def test_correct_digits_are_counted_against_the_root() -> None:
    with mpmath.workdps(60):
        root = mpmath.sqrt(2)
        for row in stepcalc.newton("x^2 - 2", 1).rows:
            error = abs(row.point[0] - root) / root
            assert row.digits is not None
            assert error <= 0.5 * mpmath.mpf(10) ** -row.digits or row.digits == 0


def test_the_order_of_convergence_is_seen() -> None:
    assert stepcalc.newton("x^2 - 2", 1).run.order == pytest.approx(2, abs=0.01)
    assert stepcalc.newton("sin(x)", 3).run.order == pytest.approx(3, abs=0.05)
    assert stepcalc.newton("(x-1)^2", 3).run.order == pytest.approx(1, abs=0.01)


@pytest.mark.parametrize(("power", "start"), [(2, 3), (3, 2), (4, 2)])
def test_a_multiple_root_is_noticed_and_longer_steps_arrive_at_once(power: int, start: int) -> None:
    found = stepcalc.newton(f"(x - 1)^{power} e^x", start)
    assert found.run.multiplicity == power
    assert found.faster is not None and len(found.faster.rows) < len(found.rows) / 3
    assert found.faster.root is not None and abs(found.faster.root[0] - 1) < 1e-12
    assert f"multiplicity {power}" in " ".join(str(found).split())


FAILURES = {
    # equation, start: how it ends, and what is said
    ("x^3 - 2x + 2", "0"): ("cycle", "goes round in a circle: after 2 steps"),
    ("x^3 - 2x + 2", "0.1"): ("cycle", "goes round in a circle: after 2 steps"),
    ("x^3 - 3x + 3", "1"): ("flat", "f′(x₀) = 0 at x₀ = 1: the tangent there is level"),
    ("x^2 + 1", "1"): ("flat", "f′(x₁) = 0 at x₁ = 0"),
    ("atan(x)", "2"): ("diverged", "flatter than the curve is near the root, so each step overshoots"),
    ("x^(1/3)", "1"): ("diverged", "each step overshoots"),
    ("x e^(-x)", "2"): ("diverged", "tends to 0 far out without reaching it"),
    ("ln(x)", "5"): ("outside", "the function has no real value: it was too long and left the domain. "
                     "The method needs x > 0."),
    ("sqrt(x) - 2 ", "30"): ("outside", "left the domain"),
    ("|x| - 1 + x/2", "0"): ("sharp", "has a value but no slope"),
    ("x^2 + 1", "1/2"): ("unsettled", "Perhaps the function has no root"),
    ("x^2 - y, x^2 - y - 1", "1,1"): ("flat", "the Jacobian's determinant is 0"),
    ("x^2 + y^2 + 1, x - y", "1,1/3"): ("unsettled", "--damped"),
}  # fmt: skip


@pytest.mark.parametrize("asked", FAILURES, ids=[" from ".join(asked) for asked in FAILURES])
def test_what_went_wrong_is_explained(asked: tuple[str, str]) -> None:
    ending, explanation = FAILURES[asked]
    found = stepcalc.newton(*asked)
    assert found.run.ending == ending
    assert not found.converged and found.root is None
    assert explanation in " ".join(str(found).split())


def test_another_start_is_offered_that_does_arrive() -> None:
    found = stepcalc.newton("x^3 - 2x + 2", 0)
    assert found.elsewhere is not None
    assert stepcalc.newton("x^3 - 2x + 2", found.elsewhere).converged
    assert "From x₀ = 0.5 it does arrive at a root." in str(found)


def test_of_a_system_it_is_said_that_halved_steps_arrive() -> None:
    (asked,) = [each for each in systems() if each.source == "MGH 35, Chebyquad, n = 6"]
    found = stepcalc.newton(list(asked.residuals), asked.begin, asked.letters)
    assert not found.converged and found.shorter is not None and found.shorter.root is not None
    told = " ".join(str(found).split())
    assert "With --damped, which halves each step until |F| falls, it does arrive" in told
    assert stepcalc.newton(list(asked.residuals), asked.begin, asked.letters, damped=True).converged


def test_halved_steps_arrive_where_whole_ones_run_away() -> None:
    found = stepcalc.newton("atan(x)", 10, damped=True)
    assert found.root == 0
    assert found.rows[0].halvings > 0
    assert all(row.halvings == 0 for row in found.rows[-2:])


@pytest.mark.parametrize(
    ("expression", "start", "code"),
    [
        ("x^2 - 2", None, "newton-needs-start"),
        ("x^2 + y", "1,1", "newton-as-many"),
        ("x^2 - a", "1", "newton-as-many"),
        ("x^2 - 2", "1,2", "point-numbers"),
        ("x^2 < 2", "1", "equation-not-inequality"),
        ("ln(x)", "-1", "newton-start-outside"),
        ("x^2 - 2", "y", "not-a-number"),
        ("7", "1", "letters-missing"),
    ],
)
def test_questions_that_cannot_be_answered_are_errors(expression: str, start: str | None, code: str) -> None:
    with pytest.raises(UsageError) as caught:
        stepcalc.newton(expression, start)
    assert caught.value.code == code


def test_an_equation_is_brought_to_one_side() -> None:
    assert stepcalc.newton("cos(x) = x", 1).root == pytest.approx(0.7390851332151607)
    assert stepcalc.newton(sympy.Eq(sympy.Symbol("x") ** 2, 2), 1).root == pytest.approx(2**0.5)


def test_the_table_is_in_the_json_and_the_derivation_reads_back() -> None:
    found = stepcalc.newton("x^2 - 2", 1)
    data = json.loads(found.to_json())
    assert data["newton"]["ending"] == "root"
    assert data["newton"]["rows"][1]["point"] == ["1.5"]
    assert len(data["newton"]["rows"][3]["point"][0]) > 28
    read = stepcalc.Derivation.from_json(found.to_json())
    assert read.answer is found.derivation.answer
    assert read.verify()


def test_a_wrong_step_fails_its_check() -> None:
    from dataclasses import replace

    from stepcalc.notation.forms import ONE, add

    derivation = stepcalc.newton("x^2 - 2", 1).derivation
    step = replace(derivation.stages[0], result=add(derivation.stages[0].result, ONE))
    wrong = replace(derivation, stages=(step, *derivation.stages[1:]))
    assert wrong.verify().status == "failed"
