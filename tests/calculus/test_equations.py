"""Equations solved step by step: what is found is all there is, each step is checked, nothing takes for ever."""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import replace
from itertools import pairwise
from typing import Any

import mpmath
import numpy as np
import pytest
import sympy
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import stepcalc
from stepcalc.errors import NotDerivableError, UsageError
from stepcalc.notation.forms import letter, letters_of, matrix, number
from stepcalc.notation.operators import rows_of
from stepcalc.notation.reader import read_text
from stepcalc.notation.unicode import one_line
from stepcalc.notation.values import form_of, value
from stepcalc.rulebook.equations.algebra import bounded, counters_of, is_rounded
from stepcalc.rulebook.equations.choosing import equation
from stepcalc.trace.derivation import Derivation

QUICK = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
X = sympy.Symbol("x")


def _cards(derivation: Derivation) -> list[str]:
    return [step.card.id for step in derivation.steps]


def _points(found: stepcalc.Critical) -> list[str]:
    return [", ".join(one_line(part) for part in each.point) for each in found.points]


def _text(found: stepcalc.Critical) -> str:
    return " ".join(str(found).split())


# ------------------------------------------------------------------------------------------ families


@pytest.mark.parametrize(
    ("function", "points", "verdicts"),
    [
        ("sin x + cos x", ["π/4 + 2kπ", "5π/4 + 2kπ"], ["maximum", "minimum"]),
        ("x + 2 sin x", ["−2π/3 + 2kπ", "2π/3 + 2kπ"], ["minimum", "maximum"]),
        ("exp(-x) sin x", ["π/4 + 2kπ", "5π/4 + 2kπ"], ["maximum", "minimum"]),
        ("sin(x)^2", ["kπ", "π/2 + kπ"], ["minimum", "maximum"]),
        ("x + sin x", ["π + 2kπ"], ["saddle"]),
        ("2 sin x + cos x", ["arctan(2) + 2kπ", "π + arctan(2) + 2kπ"], ["maximum", "minimum"]),
        ("tan x - 2x", ["−π/4 + kπ", "π/4 + kπ"], ["maximum", "minimum"]),
        ("y sin x", ["kπ, 0"], ["saddle"]),
        ("y^2 - 2y cos x", ["2kπ, 1", "π/2 + kπ, 0", "π + 2kπ, −1"], ["minimum", "saddle", "minimum"]),
    ],
)
def test_periodic_equations_give_families(function: str, points: list[str], verdicts: list[str]) -> None:
    found = stepcalc.critical(function)
    assert (_points(found), [each.verdict for each in found.points]) == (points, verdicts)
    assert found.exact and found.complete
    assert "k any integer" in _text(found)
    assert found.verify(points=4)


def test_a_family_of_two_letters_has_an_integer_for_each() -> None:
    found = stepcalc.critical("sin x sin y", "x,y")
    kinds = dict(zip(_points(found), [each.verdict for each in found.points], strict=True))
    assert kinds["kπ, mπ"] == "saddle"
    assert kinds["π/2 + 2kπ, π/2 + 2mπ"] == kinds["3π/2 + 2kπ, 3π/2 + 2mπ"] == "maximum"
    assert kinds["π/2 + 2kπ, 3π/2 + 2mπ"] == "minimum"


@pytest.mark.parametrize(
    "function", ["sin x + cos x", "cos(2x) + 2cos x", "tan x - 2x", "exp(-x) sin x", "sin(x)^3"]
)
def test_the_kind_of_a_family_is_that_of_its_points_one_by_one(function: str) -> None:
    expression = stepcalc.read(function)
    here = sympy.lambdify(X, expression, "math")
    for each in stepcalc.critical(function).points:
        assert each.counters
        (counter,) = (value(item) for item in each.counters)
        for turn in (-3, -2, -1, 0, 1, 2, 5):
            at = float(value(each.point[0]).subs(counter, turn))
            height = here(at)
            assert float(value(each.value).subs(counter, turn).evalf()) == pytest.approx(
                height, rel=1e-9, abs=1e-9
            )
            left, right = here(at - 0.01), here(at + 0.01)
            seen = "minimum" if left > height < right else "maximum" if left < height > right else "saddle"
            assert seen == each.verdict


def test_on_an_interval_the_points_of_a_family_are_listed() -> None:
    found = stepcalc.critical("sin x + cos x", on="0,10")
    assert _points(found) == ["π/4", "5π/4", "9π/4"]
    assert found.largest is not None and one_line(found.largest.value) == "√2"
    assert "In the region: x = π/4, x = 5π/4, x = 9π/4" in _text(found)


def test_a_region_with_too_many_points_is_refused() -> None:
    with pytest.raises(UsageError) as caught:
        stepcalc.critical("sin x", on="0,10000")
    assert caught.value.code == "region-many-points"


def test_the_integer_has_a_name_that_is_free() -> None:
    assert _points(stepcalc.critical("k sin x", "x")) == ["π/2 + 2mπ", "3π/2 + 2mπ"]


# ------------------------------------------------------------------------------------------ polynomials


def test_a_cubic_with_three_real_roots_is_told_in_decimals_with_its_polynomial() -> None:
    found = stepcalc.critical("x^4/4 - 3x^2/2 + x")
    assert found.complete and not found.exact and all(each.rounded for each in found.points)
    assert [round(each.places[0], 6) for each in found.points] == [-1.879385, 0.347296, 1.532089]
    assert "x³ − 3x + 1 = 0 Real roots of a polynomial in decimals" in _text(found)
    assert "there may be more" not in _text(found)
    assert found.verify(points=4)


@pytest.mark.parametrize(
    ("function", "points"),
    [
        ("x^4 - x^2", ["−√2/2", "0", "√2/2"]),
        ("x^3 - x^2 - 2x + 1", ["(1−√7)/3", "(1+√7)/3"]),
        ("x^5/5 - 5x^3/3 + 4x", ["−2", "−1", "1", "2"]),
        ("x^4/4 - 2x^3/3 - x^2/2 + 2x", ["−1", "1", "2"]),
        ("(x^2 - 1)^3", ["−1", "0", "1"]),
        ("e^(2x) - 4e^x", ["ln(2)"]),
        ("x ln x", ["e⁻¹"]),
        ("x^x", ["e⁻¹"]),
        ("x^2 + 16/x", ["2"]),
        ("x sqrt(4 - x^2)", ["−√2", "√2"]),
        ("a x^2 + b x", ["−b/(2a)"]),
        ("|x^2 - 1|", ["−1", "0", "1"]),
    ],
)
def test_roots_are_exact_where_they_are_short(function: str, points: list[str]) -> None:
    found = stepcalc.critical(function)
    assert _points(found) == points
    assert found.exact and "zero_found" not in _cards(found.derivation)
    assert found.verify(points=4)


@QUICK
@given(st.lists(st.integers(-4, 4), min_size=2, max_size=6).filter(lambda each: each[-1] != 0))
def test_no_real_root_of_a_polynomial_is_missing(coefficients: list[int]) -> None:
    slope = sum(each * X**power for power, each in enumerate(coefficients))
    found = stepcalc.critical(sympy.integrate(slope, X), "x")
    wanted = sorted({round(float(root), 9) for root in sympy.Poly(slope, X).real_roots()})
    assert [round(each.places[0], 9) for each in found.points] == pytest.approx(wanted, abs=2e-9)
    assert found.complete
    for each in found.points:
        with mpmath.workdps(50):
            left = abs(slope.subs(X, value(each.point[0])).evalf(50))
        assert left < (1e-9 if each.rounded else 1e-40)
    assert found.derivation.verify(points=4).status == "checked"


PARTS = [
    "sin(x)",
    "cos(x)",
    "sin(2*x)",
    "cos(2*x)",
    "x",
    "x**2",
    "exp(x)",
    "exp(-x)",
    "log(x)",
    "sqrt(x)",
    "1/x",
    "x**3",
]


@QUICK
@given(
    st.lists(st.tuples(st.integers(-3, 3).filter(bool), st.sampled_from(PARTS)), min_size=1, max_size=3),
    st.booleans(),
)
def test_no_sign_change_of_the_slope_is_missing(terms: list[tuple[int, str]], factors: bool) -> None:
    join: Any = sympy.Mul if factors else sympy.Add
    expression = join(*(each * sympy.sympify(part) for each, part in terms))
    if not expression.has(X):
        return
    found = stepcalc.critical(expression, "x", on="0.3,6.2")
    slope = sympy.lambdify(X, expression.diff(X), "numpy")
    grid = np.linspace(0.3, 6.2, 977)[1:-1]
    values = np.broadcast_to(slope(grid), grid.shape)
    for (a, left), (b, right) in pairwise(zip(grid, values, strict=True)):
        if left * right < 0 and abs(left) + abs(right) < 10:
            assert any(a - 1e-6 <= each.places[0] <= b + 1e-6 for each in found.points), (a, b)
    second = sympy.lambdify(X, expression.diff(X, 2), "math")
    for each in found.points:
        if each.how == "second":
            assert (second(each.places[0]) > 0) is (each.verdict == "minimum")


# ------------------------------------------------------------------------------------------ several letters


@pytest.mark.parametrize(
    ("function", "cards"),
    [
        ("x^3 + y^3 - 3x y", {"system_linear", "zero_factor", "zero_product"}),
        ("x y (3 - x - y)", {"system_cases", "system_linear"}),
        ("x^2 + y^2 + x^2 y + 4", {"system_cases", "system_single", "zero_power"}),
        ("x^2 + y^2 + z^2 - x y z", {"system_linear", "system_cases"}),
        ("x y + 1/x + 1/y", {"system_divided", "system_never"}),
        ("e^(-x^2-y^2) (x^2+2y^2)", {"system_basis"}),
        ("e^x cos y", {"system_cases", "zero_cosine"}),
        ("x^2 y^2", {"system_free"}),
        ("(x^2+y^2) e^(-x^2-y^2)", {"system_curve"}),
    ],
)
def test_systems_are_solved_case_by_case(function: str, cards: set[str]) -> None:
    found = stepcalc.critical(function)
    assert cards <= set(_cards(found.derivation))
    assert found.exact and found.verify(points=4)


@pytest.mark.parametrize(
    ("function", "points", "verdicts"),
    [
        ("cos(x + y)", ["x, −x + 2kπ", "x, π − x + 2kπ"], ["maximum", "minimum"]),
        ("cos(x - y) + x^2", ["0, −π − 2kπ", "0, −2kπ"], ["minimum", "saddle"]),
        ("exp(sin(x + 2y))", ["x, π/4 − x/2 + kπ", "x, 3π/4 − x/2 + kπ"], ["maximum", "minimum"]),
        ("(x + y) e^(x + y)", ["x, −x − 1"], ["minimum"]),
        ("atan(x - y)", [], []),
    ],
)
def test_letters_together_inside_one_function_are_named_together(
    function: str, points: list[str], verdicts: list[str]
) -> None:
    found = stepcalc.critical(function)
    assert _points(found) == points
    assert [each.verdict for each in found.points] == verdicts
    assert found.exact and found.complete and found.verify()


def test_what_stands_inside_is_solved_for_first() -> None:
    text = _text(stepcalc.critical("sin(x y)"))
    assert "cos(xy) = 0 Name what is inside With u = xy: cos(u) = 0 Cosine equation" in text
    assert "Case x = 0 and π + 2kπ = 0 π + 2kπ is never 0." in text


def test_cases_are_told() -> None:
    text = _text(stepcalc.critical("x y (3 - x - y)"))
    assert (
        "Case 2x + y − 3 = 0 Put in y = 3 − 2x: 3x (x−1) = 0 A product is zero when a factor is zero" in text
    )
    assert "So (x, y) = (0, 3) or (x, y) = (1, 1)" in text
    assert "Put in y = x²: 3x⁴ − 3x = 0" in _text(stepcalc.critical("x^3 + y^3 - 3x y"))


def test_multipliers_are_found_step_by_step() -> None:
    found = stepcalc.lagrange("x y", "x^2 + y^2 = 1")
    assert {"system_linear", "system_cases", "zero_power"} <= set(_cards(found.derivation))
    assert found.verify(points=4)


@QUICK
@given(st.lists(st.integers(-3, 3), min_size=6, max_size=6))
def test_points_of_two_letters_have_no_slope_and_the_kind_that_values_beside_show(numbers: list[int]) -> None:
    a, b, c, d, e, f = numbers
    x, y = sympy.symbols("x y")
    function = a * x**3 + b * y**3 + c * x**2 + d * x * y + e * y**2 + f * x
    if not {x, y} <= function.free_symbols:
        return
    found = stepcalc.critical(function, "x,y")
    for each in found.points:
        change = {x: value(each.point[0]), y: value(each.point[1])}
        if found.exact:
            assert all(abs(function.diff(one).subs(change).evalf(50)) < 1e-40 for one in (x, y))
        if each.how != "second":
            continue
        here = sympy.lambdify((x, y), function, "math")
        p, q = each.places
        height = here(p, q)
        around = [here(p + 1e-3 * np.cos(t), q + 1e-3 * np.sin(t)) - height for t in np.linspace(0, 6.28, 80)]
        low, high = min(around) < -1e-13, max(around) > 1e-13
        assert not (each.verdict == "minimum" and low) and not (each.verdict == "maximum" and high)
        assert each.verdict != "saddle" or (min(around) < 0 < max(around))


# ------------------------------------------------------------------------------------------ curves, constants


def test_points_on_a_curve_are_judged_across_it() -> None:
    found = stepcalc.critical("(x^2+y^2) e^(-x^2-y^2)")
    assert [(each.verdict, each.how) for each in found.points][1:] == [("maximum", "curve")] * 2
    assert "across it the eigenvalues of H are negative" in _text(found)


def test_a_constant_is_lowest_and_highest_at_once() -> None:
    (point,) = stepcalc.critical("5", "x").points
    assert point.verdict == "constant"


def test_usual_constants_do_not_vary_unasked() -> None:
    found = stepcalc.critical("a x^2 + b y^2 + c x y")
    assert [item.name for item in found.letters] == ["x", "y"]
    assert "The signs depend on the other letters" in _text(found)


def test_roots_that_are_real_for_some_letters_only_are_not_called_missing() -> None:
    with pytest.raises(UsageError):
        stepcalc.critical("a x^3 + b x^2 + c x", "x")


# ------------------------------------------------------------------------------------------ bounds, honesty


def test_what_takes_too_long_is_stopped() -> None:
    begin = time.monotonic()
    with pytest.raises(NotDerivableError):
        bounded(lambda: [None for _ in iter(int, 1)], seconds=0.2)
    assert time.monotonic() - begin < 5
    assert bounded(lambda: 3) == 3


@pytest.mark.parametrize(
    "function",
    ["sin(cos(x)) + tan(x)^5", "x^11 + x^7 y^5 + sin(x)", "exp(sin(x)) + x^x + log(x)^3", "besselj(0, x)",
     "(x^2 + y^2 + z^2)^3 - x y z + x^5 y", "sin(x y z) + x", "sqrt(x + sqrt(x + 1)) - x^2/3"],
)  # fmt: skip
def test_no_question_hangs(function: str) -> None:
    begin = time.process_time()
    stepcalc.critical(function)
    assert time.process_time() - begin < 20


def test_a_wrong_solution_is_found_out() -> None:
    found = stepcalc.critical("x^3 - 3x").derivation
    (stage,) = found.stages
    inner = stage.substeps[-1]
    wrong = matrix([[number(-1)], [number(2)]])
    broken = replace(stage, substeps=(stage.substeps[0], replace(inner, result=wrong)), result=wrong)
    assert replace(found, stages=(broken,), answer=wrong).verify().status == "failed"


def test_a_missing_solution_is_found_out() -> None:
    found = stepcalc.critical("sin x + cos x").derivation
    (stage,) = found.stages
    inner = stage.substeps[-1]
    short = matrix([[form_of(sympy.pi / 4)]])
    broken = replace(stage, substeps=(stage.substeps[0], replace(inner, result=short)), result=short)
    assert replace(found, stages=(broken,), answer=short).verify().status == "failed"


def test_a_derivation_with_solved_equations_is_read_back() -> None:
    for function in ("sin x + cos x", "x^4/4 - 3x^2/2 + x", "x y (3 - x - y)"):
        found = stepcalc.critical(function).derivation
        again = Derivation.from_json(found.to_json())
        assert again.answer is found.answer and again.verify(points=4)


def test_rows_tell_what_they_are() -> None:
    family = stepcalc.critical("sin x").derivation.answer
    assert [item.name for item in counters_of(family)] == ["k"]
    rounded = stepcalc.critical("x^4/4 - 3x^2/2 + x").derivation.answer
    assert all(is_rounded(part) for (part,) in rows_of(rounded))
    assert not is_rounded(letter("x"))


@pytest.mark.parametrize(
    ("function", "points"),
    [
        ("(x^3 - x - 1)^3", ["−√3/3", "√3/3", "1.32471795724475"]),
        ("(x^3 - x - 1)^4", ["−√3/3", "√3/3", "1.32471795724475"]),
        ("(x^2 - 2)^(4/3)", ["−√2", "0", "√2"]),
        ("(x^2 - 2)^(5/3)", ["−√2", "0", "√2"]),
    ],
)
def test_multiple_zeros_and_roots_of_zeros_are_kept_and_checked(function: str, points: list[str]) -> None:
    found = stepcalc.critical(function)
    assert _points(found) == points and found.complete
    assert found.derivation.verify()


def test_what_squaring_adds_falls_away_however_large_the_numbers_are() -> None:
    found = stepcalc.critical("2/3*x^(3/2) - x^2/2 + 1000000*x")
    assert _points(found) == ["(2000001+√4000001)/2"]
    (stage,) = found.derivation.stages
    other = matrix([[form_of((2000001 - sympy.sqrt(4000001)) / 2)], *rows_of(stage.result)])
    inner = replace(stage.substeps[-1], result=other)
    broken = replace(stage, substeps=(stage.substeps[0], inner), result=other)
    assert replace(found.derivation, stages=(broken,), answer=other).verify().status == "failed"


def test_the_ends_of_a_domain_are_no_stationary_points() -> None:
    assert not stepcalc.critical("x^(3/2)").points
    assert not stepcalc.critical("(x^2 - 2)^(3/2)").points


def _spins(seconds: float) -> str:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        sum(range(100))
    return "done"


def test_a_bound_within_a_bound_stops_neither_too_late_nor_never() -> None:
    def swallows() -> str:
        with suppress(NotDerivableError):
            bounded(lambda: _spins(3), seconds=9)
        return _spins(3)

    begin = time.monotonic()
    with pytest.raises(NotDerivableError):
        bounded(swallows, seconds=0.2)
    assert time.monotonic() - begin < 2.5
    assert bounded(lambda: bounded(lambda: 3), seconds=9) == 3


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_an_action_that_loses_the_error_is_stopped_again() -> None:
    class Slow:
        def __del__(self) -> None:
            _spins(0.4)

    def loses() -> str:
        Slow()
        return _spins(5)

    begin = time.monotonic()
    with pytest.raises(NotDerivableError):
        bounded(loses, seconds=0.1)
    assert time.monotonic() - begin < 3
    assert _spins(0.7) == "done"  # nothing is on its way any more


@pytest.mark.parametrize(
    ("function", "points"),
    [
        ("log(x) - x^2", ["√2/2"]),  # 1/x − 2x is 0 at −√2/2 as well, where ln x has no value
        ("log(sin x)", ["π/2 + 2kπ"]),
        ("sqrt(cos x)", ["2kπ"]),
    ],
)
def test_points_outside_the_domain_are_no_stationary_points(function: str, points: list[str]) -> None:
    found = stepcalc.critical(function)
    assert _points(found) == points and found.complete
    assert found.derivation.verify()
    assert len(rows_of(found.derivation.stages[0].result)) == 1


def test_powers_of_minus_one_that_remain_do_no_harm() -> None:
    found = stepcalc.lagrange("x", "cos(x) + y^2 = 0")
    assert found.points and found.verify()


def test_what_is_substituted_has_a_letter_of_its_own() -> None:
    x, u = letter("x"), letter("u")
    asked = equation(read_text("exp(2x) + exp(x) - u").form, x)
    assert asked.name == "zero_substituted"
    fresh, _, outer = asked.args[2:]
    assert fresh is not u and letters_of(outer) == {fresh, u}
    found = stepcalc.critical("exp(3x)/3 - u*exp(2x)/2 - 2u^2*exp(x)", "x")
    assert _points(found) == ["ln(2u)"] and found.derivation.verify()


def test_a_point_that_only_the_last_step_leaves_out_is_found_out() -> None:
    found = stepcalc.critical("x^3 - 3x").derivation
    (stage,) = found.stages
    short = matrix(rows_of(stage.result)[:1])
    broken = replace(found, stages=(replace(stage, result=short),), answer=short)
    assert broken.verify().status == "failed"


def test_where_a_function_jumps_there_is_no_stationary_point() -> None:
    found = stepcalc.critical("floor(x) + x^2")
    assert not found.points and found.verify()
    assert [each.how for each in stepcalc.critical("sign(x) + x^2").points] == ["beside"]
    assert "2x = 0, so x = 0 Where they hold the function has no slope" in _text(found)


def test_letters_that_are_held_are_not_taken_for_equal() -> None:
    found = stepcalc.critical("(a - b) x^2 + x", "x")
    assert _points(found) == ["−1/(2 (a−b))"]
    assert "so x = −1/(2 (a−b)), where a − b ≠ 0" in _text(found)
    assert "where" not in _text(stepcalc.critical("a x^2 + x", "x")).split("so x")[1].split("Solutions")[0]


@pytest.mark.parametrize("function", ["(a - 1) x^3 + x", "(a - b) x^3 + x", "(1 - a) x^4 - x^2"])
def test_points_that_are_real_for_some_letters_only_are_not_said_to_be_missing(function: str) -> None:
    with pytest.raises(UsageError) as caught:
        stepcalc.critical(function, "x")
    assert caught.value.code == "numbers-other-letters"


@pytest.mark.parametrize(
    ("function", "points"),
    [
        ("(1 - a) sin(x + b)", ["π/2 − b + kπ"]),
        ("sqrt(a) x e^(-2x - b x^2)", ["−(√(2b+1) + 1)/(2b)", "(√(2b+1) − 1)/(2b)"]),
    ],
)
def test_letters_have_the_same_numbers_in_the_equation_and_in_its_solutions(
    function: str, points: list[str]
) -> None:
    found = stepcalc.critical(function, "x")
    assert _points(found) == points and found.verify()


def test_an_equation_that_holds_for_some_letters_everywhere_is_not_solved() -> None:
    with pytest.raises(UsageError):
        stepcalc.critical("(1 - a)/x", "x")


def test_the_names_of_the_quadratic_formula_are_not_those_of_letters() -> None:
    assert "A = −2b, B = −2, C = 1, B² − 4AC = 8b + 4" in _text(stepcalc.critical("x e^(-2x - b x^2)", "x"))


def test_an_integer_for_which_an_equation_is_lost_is_a_case_of_its_own() -> None:
    found = stepcalc.critical("x y sin(x)")
    assert _points(found) == ["kπ, 0", "0, y"]
    assert "Put in x = 0: No equation is left" in _text(found) and "where k ≠ 0" in _text(found)
    assert "left out" not in _text(found)
    found = stepcalc.critical("cos(x y)")
    assert _points(found)[0] == "0, y" and found.verify()
    assert "kπ is 0 for k = 0 only, which is looked at by itself." in _text(found)
