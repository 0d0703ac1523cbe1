"""Optima under constraints: published answers, exceptions, the bordered Hessian, what exists at all."""

from __future__ import annotations

import json

import mpmath
import pytest
import sympy

import stepcalc
from stepcalc.errors import UsageError
from stepcalc.notation.unicode import one_line
from tests.calculus.hock_schittkowski import PROBLEMS, gap, numbered
from tests.calculus.optimisation_problems import CONSTRAINED, UnderConstraints


@pytest.mark.parametrize("problem", CONSTRAINED, ids=[problem.source for problem in CONSTRAINED])
def test_published_optima_are_found_and_steps_verified(problem: UnderConstraints) -> None:
    found = stepcalc.lagrange(problem.function, problem.subject, start=problem.start)
    match = [
        each
        for each in found.candidates
        if all(
            abs(a - b) <= problem.accuracy * max(1, abs(b))
            for a, b in zip(each.places, problem.point, strict=True)
        )
    ]
    assert match
    assert match[0].height == pytest.approx(problem.value, rel=1e-6, abs=1e-9)
    assert match[0].verdict == problem.kind
    assert found.verify(points=4)


def test_there_are_25_of_them() -> None:
    assert len(CONSTRAINED) == 25


@pytest.mark.parametrize("number", [56, 60, 62, 63, 80, 81, 112])
def test_more_of_hock_and_schittkowski_from_their_starts(number: int) -> None:
    asked = numbered(number)
    found = stepcalc.lagrange(asked.function, asked.subject, asked.letters, start=asked.start)
    match = [
        each
        for each in found.points
        for point in asked.solutions
        if all(abs(a - b) <= asked.accuracy * max(1, abs(b)) for a, b in zip(each.places, point, strict=True))
    ]
    assert match and match[0].verdict == "minimum"
    assert match[0].height == pytest.approx(asked.value, rel=1e-6)


def test_published_solutions_keep_the_constraints() -> None:
    assert {each.number: gap(each) for each in PROBLEMS if gap(each) > 2e-5} == {}


def test_newton_may_go_to_a_maximum_but_the_way_down_finds_the_minimum() -> None:
    asked = numbered(7)
    found = stepcalc.lagrange(asked.function, asked.subject, start=asked.start)
    assert {each.verdict for each in found.points} == {"minimum", "maximum"}
    assert "the way along the constraints, downhill and uphill, to the others" in " ".join(str(found).split())


def test_a_start_from_which_newton_cannot_go_is_said_and_left_along_the_constraints() -> None:
    asked = numbered(61)  # at (0, 0, 0) the constraints' gradients are parallel
    found = stepcalc.lagrange(asked.function, asked.subject, start=asked.start)
    assert found.run is not None and found.run.ending == "flat" and found.points
    told = " ".join(str(found).split())
    assert "Newton's method cannot go on" in told and "From the start one comes along the constraints" in told


def test_a_sum_of_squares_that_is_nought_is_nowhere_lower() -> None:
    found = stepcalc.lagrange("(x-y)^2 + (y-1)^4", "x y = 1", start="2,2")
    (point,) = [each for each in found.points if each.verdict == "minimum"]
    assert point.everywhere and found.smallest is point
    assert "No value of f is smaller at all" in str(found)
    assert not stepcalc.lagrange("(x-y)^2 + (y-1)^3", "x y = 1", start="2,2").smallest


def test_points_far_from_the_usual_window_are_found_without_a_start() -> None:
    found = stepcalc.lagrange("e^(x/100) + e^(y/100) + y/7", "x y = 90000", letters="x,y")
    assert not found.exact and any(max(each.places) > 100 for each in found.points)


def test_steps_to_the_conditions_are_of_the_lagrangian_and_letters_are_lowered() -> None:
    told = str(stepcalc.lagrange("x_1 x_2", "x_1 + x_2 = 1"))
    assert "∂L/∂x₁" in told and "∂f/∂x₁" not in told
    assert "x_1" not in told


def test_candidates_that_are_too_wide_for_a_table_stand_below_each_other() -> None:
    asked = numbered(79)
    told = str(stepcalc.lagrange(asked.function, asked.subject, start=asked.start))
    assert "λ, μ, ν = 0.03882105, 0.01672652, 0.0002873278" in " ".join(told.split())
    assert "The constraints are not seen to leave a bounded set" in " ".join(told.split())


def test_the_course_problem_with_its_letter() -> None:
    found = stepcalc.lagrange("x^2 y", "x^2 + y^2 = a^2")
    a = sympy.Symbol("a")
    from stepcalc.notation.values import value

    assert found.largest is not None and found.smallest is not None
    assert sympy.simplify(value(found.largest.value) - 2 * sympy.sqrt(3) * a**3 / 9) == 0
    assert sympy.simplify(value(found.smallest.value) + 2 * sympy.sqrt(3) * a**3 / 9) == 0
    assert len(found.points) == 6
    assert "Taken as positive: a." in str(found)


def test_the_cusp_is_a_candidate_that_no_multiplier_gives() -> None:
    found = stepcalc.lagrange("x", "y^2 = x^3")
    assert not found.points
    assert [each.places for each in found.exceptions] == [(0.0, 0.0)]
    assert "To be looked at, too, for there ∇g = 0" in str(found)
    assert found.verify(points=4)


def test_dependent_gradients_of_two_constraints_are_noticed() -> None:
    found = stepcalc.lagrange("x + y + z", "x^2 + y^2 + z^2 = 1; z = 1")
    assert (0.0, 0.0, 1.0) in [each.places for each in found.exceptions]


@pytest.mark.parametrize(
    ("function", "subject", "bounded", "above", "below"),
    [
        ("x y", "x^2 + y^2 = 1", True, False, False),
        ("x + y + z", "x^4 + y^4 + z^4 = 1", True, False, False),
        ("x y", "x^2 + x y + y^2 = 1", True, False, False),
        ("x^2 + y^2", "x y = 1", False, True, False),
        ("x y z", "x + y + z = 3", False, True, True),
        ("x y", "x^2 - y^2 = 1", False, False, False),
    ],
)
def test_whether_extremes_exist_at_all(
    function: str, subject: str, bounded: bool, above: bool, below: bool
) -> None:
    found = stepcalc.lagrange(function, subject)
    assert found.bounded is bounded
    assert (found.above is not None, found.below is not None) == (above, below)
    for witness, sign in ((found.above, 1), (found.below, -1)):
        if witness is not None:
            point, value = witness
            assert all(sign * value > sign * each.height for each in found.candidates)
            letters = dict(
                zip(map(str, [sympy.Symbol(item.name) for item in found.letters]), point, strict=True)
            )
            for equation in subject.split(";"):
                left, right = equation.split("=")
                gap = stepcalc.read(left) - stepcalc.read(right)
                assert abs(float(gap.subs(letters))) < 1e-6 * (1 + max(map(abs, point))) ** 2
    if bounded:
        assert found.largest is not None and found.smallest is not None


def test_the_multiplier_is_the_slope_of_the_best_value() -> None:
    def best(right: str) -> float:
        found = stepcalc.lagrange("x y", f"x^2 + 2y^2 = {right}")
        assert found.largest is not None
        return found.largest.height

    found = stepcalc.lagrange("x y", "x^2 + 2y^2 = 3")
    assert found.largest is not None
    from stepcalc.notation.values import value

    factor = float(value(found.largest.multipliers[0]))
    assert (best("3.001") - best("2.999")) / 0.002 == pytest.approx(factor, rel=1e-6)


def test_every_row_of_newtons_iteration_is_what_arithmetic_at_high_precision_gives() -> None:
    found = stepcalc.lagrange("e^x + y^2", "x + y = 1", start="0,1")
    assert found.run is not None
    x, y, factor = unknowns = sympy.symbols("x y lambda")
    whole = sympy.exp(x) + y**2 - factor * (x + y - 1)
    conditions = sympy.Matrix([whole.diff(x), whole.diff(y), x + y - 1])
    values = sympy.lambdify(unknowns, conditions, "mpmath")
    slopes = sympy.lambdify(unknowns, conditions.jacobian(unknowns), "mpmath")
    with mpmath.workdps(80):
        for row in found.run.rows:
            assert row.change is not None
            step = mpmath.lu_solve(slopes(*row.point), -values(*row.point))
            assert all(abs(a - b) < 1e-40 for a, b in zip(row.change, step, strict=True))


@pytest.mark.parametrize(
    ("function", "subject", "code"),
    [
        ("x y", "x + y = 1; x - y = 2; x = 3", "lagrange-as-many"),
        ("x y", "x^2 + y^2 < 1", "equation-not-inequality"),
        ("x = y", "x^2 + y^2 = 1", "critical-one-function"),
    ],
)
def test_questions_that_cannot_be_answered_are_errors(function: str, subject: str, code: str) -> None:
    with pytest.raises(UsageError) as caught:
        stepcalc.lagrange(function, subject)
    assert caught.value.code == code


def test_the_points_are_in_the_json_and_the_derivation_reads_back() -> None:
    found = stepcalc.lagrange("x y", "x^2 + y^2 = 1")
    data = json.loads(found.to_json())
    assert data["lagrange"]["largest"]["value"] == "1/2"
    assert [point["verdict"] for point in data["lagrange"]["points"]].count("maximum") == 2
    assert stepcalc.Derivation.from_json(found.to_json()).verify()


def test_multiple_zeros_of_the_conditions_are_checked() -> None:
    asked = numbered(49)
    found = stepcalc.lagrange(asked.function, asked.subject, asked.letters)
    assert found.exact and found.smallest is not None and found.smallest.places == pytest.approx(asked.point)
    assert found.verify(points=3)


@pytest.mark.parametrize(
    ("function", "constraint", "largest"),
    [
        ("a x + b y", "x^2 + y^2 = 1", "√(a²+b²)"),
        ("a x^2 + b y^2", "x^2 + y^2 = 1", None),
        ("x + a y", "x^2 + (a - b) y^2 = 1", None),
    ],
)
def test_letters_that_are_held_decide_which_value_is_the_largest(
    function: str, constraint: str, largest: str | None
) -> None:
    found = stepcalc.lagrange(function, constraint, "x,y")
    assert found.points and found.verify()
    assert (found.largest and one_line(found.largest.value)) == largest
    text = " ".join(str(found).split())
    assert ("depends on a and b" in text) == (largest is None)
    assert "far out" not in text
