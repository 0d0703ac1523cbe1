"""Critical points: published answers, classification by second and higher derivatives, regions."""

from __future__ import annotations

import json

import mpmath
import pytest
import sympy

import stepcalc
from stepcalc.errors import UsageError
from tests.calculus.optimisation_problems import OPTIMA, Optimum


def _near(places: tuple[float, ...], wanted: tuple[float, ...], accuracy: float) -> bool:
    return all(abs(a - b) <= accuracy * max(1, abs(b)) for a, b in zip(places, wanted, strict=True))


@pytest.mark.parametrize("problem", OPTIMA, ids=[problem.source for problem in OPTIMA])
def test_published_optima_are_found_and_steps_verified(problem: Optimum) -> None:
    found = stepcalc.critical(problem.function, problem.letters, on=problem.on)
    for wanted, value, kind in problem.points:
        if kind in ("largest", "smallest"):
            each = getattr(found, kind)
            assert each is not None
            candidates = [
                other for other in (*found.points, *found.boundary) if abs(other.height - each.height) < 1e-9
            ]
        else:
            candidates = [other for other in found.points if other.verdict == kind]
        match = [other for other in candidates if _near(other.places, wanted, problem.accuracy)]
        assert match, (kind, [(other.places, other.verdict) for other in found.points])
        assert match[0].height == pytest.approx(value, rel=problem.accuracy, abs=1e-9)
    if problem.all and problem.on is None:
        assert len(found.points) == len(problem.points)
    assert found.verify(points=4)


def test_there_are_25_of_them() -> None:
    assert len(OPTIMA) == 25


def test_every_point_is_one_where_derivatives_vanish_at_high_precision() -> None:
    x, y = sympy.symbols("x y")
    function = stepcalc.read("(x^2 + y - 11)^2 + (x + y^2 - 7)^2")
    slopes = sympy.lambdify((x, y), [function.diff(x), function.diff(y)], "mpmath")
    with mpmath.workdps(40):
        for point in stepcalc.critical(function).points:
            exact = mpmath.findroot(lambda a, b: slopes(a, b), point.places)
            assert all(abs(a - b) < 1e-13 for a, b in zip(exact, point.places, strict=True))


@pytest.mark.parametrize(
    ("function", "verdict", "how"),
    [
        ("x^3", "saddle", "higher"),
        ("x^4", "minimum", "higher"),
        ("-x^6", "maximum", "higher"),
        ("x^4 + y^4", "minimum", "everywhere"),
        ("-x^4 - y^6", "maximum", "everywhere"),
        ("x^2 + y^3", "saddle", "higher"),
        ("x^2 - y^4", "saddle", "higher"),
        ("(y - x^2)(y - 3x^2)", "saddle", "higher"),
        ("(x + y)^2", "minimum", "everywhere"),
        ("x^2 + y^2", "minimum", "second"),
        ("|x| + x/2", "minimum", "beside"),
    ],
)
def test_what_the_second_derivatives_leave_open_is_decided_otherwise(
    function: str, verdict: str, how: str
) -> None:
    (point,) = stepcalc.critical(function).points
    assert (point.verdict, point.how) == (verdict, how)


def test_sections_are_the_function_along_the_curve() -> None:
    found = stepcalc.critical("(y - x^2)(y - 3x^2)")
    above, below = found.points[0].sections
    assert {above.sign, below.sign} == {1, -1}
    t = sympy.Symbol("t")
    for section in (above, below):
        from stepcalc.notation.values import value

        x, y = (value(each) for each in section.curve)
        assert sympy.expand((y - x**2) * (y - 3 * x**2) - value(section.function)) == 0
        assert sympy.Poly(value(section.derivation.answer), t).degree() == section.order


def test_letters_that_do_not_vary_stand_for_positive_numbers() -> None:
    found = stepcalc.critical("a x^2 + b y^2", "x,y")
    assert found.points[0].verdict == "minimum"
    assert "Taken as positive: a and b." in str(found)


def test_a_function_without_critical_points_says_so() -> None:
    found = stepcalc.critical("e^x")
    assert not found.points and found.failure == "There is no critical point."
    assert "no real solution" in str(found)
    assert found.verify(points=4)


def test_points_found_by_numbers_are_said_to_be() -> None:
    found = stepcalc.critical("x^4 + x + sin(x)")
    assert not found.exact
    assert "there may be more" in " ".join(str(found).split())


@pytest.mark.parametrize(
    ("function", "on", "code"),
    [("x^2", "1", "box-ends"), ("x^2", "2,1", "box-order"), ("ln(x)", "0,1", "box-no-value"),
     ("x^2 = 1", None, "critical-one-function")],
)  # fmt: skip
def test_regions_that_cannot_be_used_are_errors(function: str, on: str | None, code: str) -> None:
    with pytest.raises(UsageError) as caught:
        stepcalc.critical(function, on=on)
    assert caught.value.code == code


def test_the_points_are_in_the_json() -> None:
    data = json.loads(stepcalc.critical("x^3 - 3x", on="0,3").to_json())
    assert data["critical"]["largest"]["point"] == ["3"]
    assert data["critical"]["points"][0]["verdict"] == "minimum"
    assert len(data["derivations"]) >= 1


def test_places_without_derivatives_are_not_forgotten() -> None:
    assert "no derivatives were not looked at" in " ".join(str(stepcalc.critical("sqrt(x^2 + y^2)")).split())
    assert stepcalc.critical("|x y|").points[0].verdict == "minimum"
    assert [point.places for point in stepcalc.critical("|x|").points] == [(0.0,)]


@pytest.mark.parametrize(
    "function", ["x^y + y^x", "sin(x y) + cos(x) e^y", "x^7 y^5 + x^3 y^8 - x y", "x^12 - 3x^7 + x^2 + 1/x"]
)
def test_what_has_no_closed_form_is_searched_by_numbers(function: str) -> None:
    found = stepcalc.critical(function)
    assert not found.exact
    assert found.verify().status != "failed"


def test_coefficients_of_high_degree_are_not_solved_for_ever() -> None:
    import time

    begin = time.process_time()
    found = stepcalc.critical("(x^2 + y^2 + z^2)^3 - x y z + x^5 y")
    assert not found.exact
    assert time.process_time() - begin < 20


def test_a_whole_line_of_critical_points_with_a_letter_in_the_hessian_is_answered() -> None:
    assert stepcalc.critical("x^2 y exp(y)").verify().status == "checked"


def test_where_a_graph_goes_on_as_it_came_there_is_no_corner() -> None:
    assert [point.places[0] for point in stepcalc.critical("x*abs(x) - x").points] == [-0.5, 0.5]
    assert [point.places[0] for point in stepcalc.critical("x*abs(x)").points] == [0]
    assert [point.verdict for point in stepcalc.critical("abs(x) - x/2").points] == ["minimum"]


def test_a_half_of_the_window_where_slopes_do_not_change_hides_no_point() -> None:
    assert [point.places[0] for point in stepcalc.critical("relu(x)^2 - x").points] == [0.5]
