"""Gradient descent: rows that are what was computed, why it zigzags or runs away, functions without a formula."""

from __future__ import annotations

import json
import math
from importlib.resources import files
from itertools import pairwise

import mpmath
import pytest
import sympy

import stepcalc
from stepcalc.errors import UsageError
from tests.calculus.more_garbow_hillstrom import functions, linear_rank_1

BANANA = "(1-x)^2 + 100(y-x^2)^2"


def _told(found: stepcalc.Descent) -> str:
    return " ".join(str(found).split())


@pytest.mark.parametrize(
    ("function", "start", "rate"),
    [(BANANA, "-1,1", 0.001), (BANANA, "-1,1", None), ("x^2 + 10y^2", "10,1", 0.09),
     ("exp(x) + exp(-2x)", "1", 0.1), ("sin(x) cos(y)", "1,1/2", 0.3)],
)  # fmt: skip
def test_every_row_is_what_arithmetic_at_high_precision_gives(
    function: str, start: str, rate: float | None
) -> None:
    found = stepcalc.descend(function, start, rate=rate, steps=60)
    letters = [sympy.Symbol(item.name) for item in found.letters]
    whole = stepcalc.read(function)
    value = sympy.lambdify(letters, whole, "mpmath")
    slopes = sympy.lambdify(letters, [whole.diff(item) for item in letters], "mpmath")
    with mpmath.workdps(50):
        for stop, after in zip(found.stops, found.stops[1:], strict=False):
            point = [mpmath.mpf(part) for part in stop.point]
            assert abs(value(*point) - stop.value) <= 1e-12 * (1 + abs(stop.value))
            exact = slopes(*point)
            size = 1e-12 * (1 + max(map(abs, exact)))
            assert all(abs(a - b) <= size for a, b in zip(exact, stop.slopes, strict=True))
            assert stop.rate is not None and (rate is None or stop.rate == rate)
            following = [x - stop.rate * s for x, s in zip(point, exact, strict=True)]
            assert all(
                abs(a - b) <= 1e-12 * (1 + abs(b)) for a, b in zip(following, after.point, strict=True)
            )
    assert found.verify()


def test_newtons_rows_are_what_arithmetic_at_high_precision_gives() -> None:
    found = stepcalc.descend("x^4 + x y + (1 + y)^2", "0.75,-1.25", rate=0.1, steps=5)
    assert found.newton is not None
    letters = x, y = sympy.symbols("x y")
    whole = x**4 + x * y + (1 + y) ** 2
    slopes = sympy.lambdify(letters, [whole.diff(x), whole.diff(y)], "mpmath")
    bends = sympy.lambdify(letters, sympy.hessian(whole, letters), "mpmath")
    for stop, after in zip(found.newton.stops, found.newton.stops[1:], strict=False):
        step = mpmath.lu_solve(bends(*stop.point), -mpmath.matrix(slopes(*stop.point)))
        assert all(abs(a + s - b) < 1e-12 for a, s, b in zip(stop.point, step, after.point, strict=True))
    assert found.newton.stops[-1].point == pytest.approx((0.6958843861, -1.3479421931))


def test_a_line_search_never_goes_up() -> None:
    found = stepcalc.descend(BANANA, "-1.2,1", steps=400)
    values = [stop.value for stop in found.stops]
    assert all(after < before for before, after in pairwise(values))
    for stop, after in zip(found.stops, values[1:], strict=False):
        assert stop.rate is not None
        assert after <= stop.value - 1e-4 * stop.rate * stop.steepness**2


@pytest.mark.parametrize("rate", [0.02, 0.05, 0.0999, 0.1001, 0.2])
def test_it_runs_away_just_above_two_over_the_largest_curvature(rate: float) -> None:
    found = stepcalc.descend("x^2 + 10y^2", "1,1", rate=rate, steps=100_000)
    assert found.limit == pytest.approx(0.1)
    assert found.path.ending == ("arrived" if rate < 0.1 else "diverged")


FAILURES = {
    # function, start, rate: how it ends, and what is said
    ("x^2 + 10y^2", "10,1", 0.11): ("diverged", "is more than 2/λ = 0.1 for the largest, λ = 20"),
    ("x^4", "3", 0.1): ("diverged", "It runs away"),
    (BANANA, "-1,1", 0.001): ("unfinished", "not there yet"),
    ("x - ln(x)", "1/10", 0.5): ("arrived", "is below 2/λ = 2"),
    ("-ln(x) + x^2", "2", 0.7): ("outside", "is outside the domain"),
    ("x^2 - y^2", "1,0", 0.1): ("arrived", "no minimum but a saddle point"),
}


@pytest.mark.parametrize("asked", FAILURES, ids=[" ".join(map(str, asked)) for asked in FAILURES])
def test_what_became_of_it_is_explained(asked: tuple[str, str, float]) -> None:
    ending, explanation = FAILURES[asked]
    function, start, rate = asked
    found = stepcalc.descend(function, start, rate=rate)
    assert found.path.ending == ending
    assert explanation in _told(found)


def test_a_narrow_valley_makes_it_zigzag_and_the_eigenvalues_say_so() -> None:
    found = stepcalc.descend("x^2 + 10y^2", "10,1", rate=0.09)
    assert found.zigzags
    assert found.curvatures == pytest.approx((2, 20))
    assert "It zigzags, because the valley is narrow: the largest curvature is 10 times" in _told(found)
    assert not stepcalc.descend("x^2 + 10y^2", "10,1", rate=0.01).zigzags


def test_newton_goes_to_the_nearest_level_point_downhill_or_not() -> None:
    found = stepcalc.descend("x^4 - 2x^2 + y^2", "0.3,1", rate=0.05)
    assert found.point == pytest.approx((1, 0), abs=1e-6)
    assert found.newton is not None and found.newton.stops[-1].point == pytest.approx((0, 0), abs=1e-6)
    assert "downhill or not" in _told(found)


HARD = (3, 4, 5, 10, 14)
"""Numbers of Moré, Garbow and Hillstrom: neither gradient descent nor Newton's method arrives at a minimum."""


@pytest.mark.parametrize("number", HARD)
def test_newton_made_to_go_down_arrives_at_published_minima(number: int) -> None:
    asked = functions()[number - 1]
    found = stepcalc.descend(asked.squares, asked.begin, asked.letters, steps=20)
    assert found.minimum is not None and found.guarded is not None and not found.failure
    value = min((value for value, _ in asked.minima), key=lambda each: abs(each - found.minimum.value))
    assert found.minimum.value == pytest.approx(value, rel=6e-6, abs=1e-12)
    values = [stop.value for stop in found.guarded.stops]
    assert all(after < before for before, after in pairwise(values))
    assert "Newton's method made to go down" in _told(found)


def test_rows_of_newtons_method_made_to_go_down_are_what_arithmetic_gives() -> None:
    found = stepcalc.descend("x^4 - 2x^2 + x y + y^2", "0.1,0.3", steps=2)
    assert found.guarded is not None
    letters = x, y = sympy.symbols("x y")
    whole = x**4 - 2 * x**2 + x * y + y**2
    slopes = sympy.lambdify(letters, sympy.Matrix([whole.diff(x), whole.diff(y)]), "mpmath")
    bends = sympy.lambdify(letters, sympy.hessian(whole, letters), "mpmath")
    for stop, after in pairwise(found.guarded.stops):
        bend = bends(*stop.point)
        units = mpmath.diag([mpmath.sqrt(abs(bend[k, k])) for k in range(2)])
        sizes, axes = mpmath.eigsy(units**-1 * bend * units**-1)
        down = axes.T * (units**-1 * -slopes(*stop.point))
        step = units**-1 * (axes * mpmath.matrix([down[k] / abs(sizes[k]) for k in range(2)]))
        assert stop.rate is not None
        assert all(
            abs(a + stop.rate * s - b) < 1e-12 for a, s, b in zip(stop.point, step, after.point, strict=True)
        )


def test_from_a_saddle_point_it_steps_aside() -> None:
    found = stepcalc.descend("x^4 - 2x^2 + y^2", "0,1", rate=0.1)
    assert found.kinds == ("saddle", "saddle", "minimum")
    assert found.minimum is not None and abs(found.minimum.point[0]) == pytest.approx(1)


def test_a_plateau_is_no_minimum() -> None:
    found = stepcalc.descend("e^(-x^2) - e^(-(x-1)^2) + 0y^2", "30,0", "x,y")
    assert found.converged and found.minimum is None and found.kinds[0] == "plateau"
    assert "no minimum but a plateau" in _told(found)


def test_a_gradient_that_is_all_rounding_is_level() -> None:
    squares = " + ".join(f"({part})^2" for part in linear_rank_1(4, 8))
    found = stepcalc.descend(squares, "1,1,1,1")
    assert found.path.ending == "rounded" and found.converged
    assert found.minimum is not None and found.minimum.value == pytest.approx(8 * 7 / (2 * 17))
    assert "is rounding, and no step makes f smaller" in _told(found)


def test_a_python_function_is_walked_down_by_differences() -> None:
    def bowl(x: float, y: float) -> float:
        return (x - 1) ** 2 + 3 * (y + 2) ** 2

    found = stepcalc.descend(bowl, (0.0, 0.0))
    assert found.converged
    assert found.point == pytest.approx((1, -2), abs=1e-5)
    told = _told(found)
    assert "The error of the formula falls like h²" in found.rulebook.card("difference_gradient").why
    assert "h = ε^(1/3)·max(1, |x|)" in told
    assert not found.verify()
    assert json.loads(found.to_json())["descent"]["ending"] == "arrived"


def test_differences_have_about_ten_right_digits() -> None:
    found = stepcalc.descend(lambda x: math.exp(x) - 2 * x, 0.3, steps=3)
    for stop in found.stops:
        (x,), (slope,) = stop.point, stop.slopes
        assert slope == pytest.approx(math.exp(x) - 2, abs=1e-9)


def test_a_table_is_walked_down_with_the_width_of_its_rows() -> None:
    table = [(k / 10, (k / 10 - 1) ** 2) for k in range(31)]
    found = stepcalc.descend(table, 2.5, rate=0.2)
    assert found.point[0] == pytest.approx(1, abs=0.05)
    assert "In a table the width is that of its rows, 0.1 at most" in _told(found)
    columns = {"x": [x for x, _ in table], "f": [f for _, f in table]}
    assert stepcalc.descend(columns, 2.5, rate=0.2).point == found.point


@pytest.mark.parametrize(
    ("function", "given", "code"),
    [
        ("x^2", {}, "descent-needs-start"),
        ("x^2", {"start": 1, "rate": -0.1}, "rate-positive"),
        ("x^2", {"start": 1, "steps": 0}, "steps-range"),
        ("ln(x)", {"start": -1}, "newton-start-outside"),
        ([(0.0, 1.0), (1.0, 0.0)], {"start": 0.5}, "table-points"),
    ],
)
def test_questions_that_cannot_be_answered_are_errors(
    function: object, given: dict[str, float], code: str
) -> None:
    with pytest.raises(UsageError) as caught:
        stepcalc.descend(function, **given)
    assert caught.value.code == code


def test_the_way_is_in_the_json_and_the_derivation_reads_back() -> None:
    found = stepcalc.descend("x^2 + 10y^2", "10,1", rate=0.09)
    data = json.loads(found.to_json())
    assert data["descent"]["rows"][1]["point"] == list(found.stops[1].point)
    assert data["descent"]["newton"][1]["point"] == [0.0, 0.0]
    assert stepcalc.Derivation.from_json(found.to_json()).verify()


@pytest.mark.parametrize(
    "report",
    [
        lambda: stepcalc.newton("x^3 - 2x + 2", 0.5),
        lambda: stepcalc.critical("x^3 - 3x"),
        lambda: stepcalc.critical("x^3 + y^3 - 3x y"),
        lambda: stepcalc.lagrange("x y", "x^2 + y^2 = 1"),
        lambda: stepcalc.descend("x^2 + 10y^2", "10,1", rate=0.09),
        lambda: stepcalc.descend("x^4", "1", rate=0.1),
    ],
)
def test_each_report_has_a_plot_that_says_what_is_seen(report: object) -> None:
    plot = report().plot()  # type: ignore[operator]
    assert plot.svg().startswith("<svg")
    assert plot.alt and plot.text(80)


@pytest.mark.parametrize(
    "report",
    [
        lambda: stepcalc.newton("x^3 - 2x + 2", 0.5),
        lambda: stepcalc.newton("|x| - 1 + x/2", 0),
        lambda: stepcalc.newton("(x - 1)^2", 3),
        lambda: stepcalc.newton("x^2 + y^2 = 4, x y = 1", "2,1"),
        lambda: stepcalc.critical("(y - x^2)(y - 3x^2)"),
        lambda: stepcalc.critical("x^2 + 2y^2 - x", on="-1,1; -1,1"),
        lambda: stepcalc.lagrange("x y", "x^2 + y^2 = 1"),
        lambda: stepcalc.lagrange("e^x + y^2", "x + y = 1", start="0,1"),
        lambda: stepcalc.descend("x^2 + 10y^2", "10,1", rate=0.09),
    ],
)
def test_the_json_of_each_report_is_what_the_schema_says(report: object) -> None:
    import jsonschema

    schema = json.loads((files("stepcalc.trace") / "schema.json").read_text(encoding="utf-8"))
    jsonschema.validate(json.loads(report().to_json()), schema)  # type: ignore[operator]
