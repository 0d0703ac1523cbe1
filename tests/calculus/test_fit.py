"""Fits: NIST's certified values, the straight line by hand, errors of the data, every row of the iterations."""

from __future__ import annotations

import itertools
import json
import math
import re
import statistics
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import stepcalc
from stepcalc.calculus.fitting.fit import fit
from stepcalc.calculus.fitting.fitted import Fit
from stepcalc.calculus.fitting.model import slopes_of
from stepcalc.calculus.fitting.sums import value_of
from stepcalc.calculus.working import Working
from stepcalc.errors import NotDerivableError, StepcalcError, UsageError
from stepcalc.notation.forms import Form
from stepcalc.numeric.evaluate import compile_forms
from stepcalc.numeric.least_squares.solution import Row
from stepcalc.trace.derivation import Derivation
from tests.calculus.nist_sets import FOLDER, NistSet, read

NIST = {path.stem: read(path) for path in sorted(FOLDER.glob("*.dat"))}
LINE = {"x": [1, 2, 3, 4], "y": [3.1, 4.9, 7.2, 8.8]}
DECAY = {"x": [0, 1, 2, 3, 4, 6], "y": [9.8, 6.2, 3.5, 2.3, 1.2, 0.6]}
LOGISTIC = {"x": [0, 4, 6, 8, 9, 10, 12, 16, 20], "y": [0.6, 4, 15, 36, 49, 66, 85, 98, 101]}
"""Far from 1 for each parameter, from where SciPy ends elsewhere."""

ANSCOMBE_X = [10, 8, 13, 9, 11, 14, 6, 4, 12, 7, 5]
ANSCOMBE = [
    (ANSCOMBE_X, [8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68]),
    (ANSCOMBE_X, [9.14, 8.14, 8.74, 8.77, 9.26, 8.10, 6.13, 3.10, 9.13, 7.26, 4.74]),
    (ANSCOMBE_X, [7.46, 6.77, 12.74, 7.11, 7.81, 8.84, 6.08, 5.39, 8.15, 6.42, 5.73]),
    ([8] * 7 + [19] + [8] * 3, [6.58, 5.76, 7.71, 8.84, 8.47, 7.04, 5.25, 12.50, 5.56, 7.91, 6.89]),
]


def digits(found: Sequence[float], right: Sequence[float]) -> float:
    """How many digits agree in the worst of some numbers."""
    worst = max(abs(one - other) / abs(other) for one, other in zip(found, right, strict=True))
    return -math.log10(max(worst, 1e-16))


# ------------------------------------------------------------------------------------------------- NIST


@pytest.mark.parametrize("start", [0, 1], ids=["far", "near"])
@pytest.mark.parametrize("name", NIST)
def test_nist_certified_values_are_found_from_both_starts(name: str, start: int) -> None:
    known = NIST[name]
    found = fit(
        known.model, known.data, y="y", start=dict(zip(known.names, known.starts[start], strict=True))
    )
    assert digits([found.parameters[each] for each in known.names], known.certified) >= 8
    assert digits([found.standard_errors[each] for each in known.names], known.errors) >= 8
    assert math.isclose(found.chi_squared, known.squares, rel_tol=1e-7)


@pytest.mark.parametrize("name", ["Misra1a", "DanWood", "MGH17", "Roszman1"])
def test_derivations_of_nist_models_are_checked(name: str) -> None:
    known = NIST[name]
    found = fit(known.model, known.data, y="y", start=dict(zip(known.names, known.starts[1], strict=True)))
    assert found.verify().status == "checked"


# ------------------------------------------------------------------------------------- the straight line


def test_a_line_by_hand() -> None:
    """x̄ = 2.5, ȳ = 6, Σ(x−x̄)² = 5, Σ(x−x̄)(y−ȳ) = 9.7."""
    found = fit("m x + c", LINE)
    assert found.parameters == {"m": 1.94, "c": 1.15}
    assert found.way == "straight_line"
    assert math.isclose(found.chi_squared, 0.082, rel_tol=1e-14)
    assert math.isclose(found.standard_errors["m"], math.sqrt(0.041 / 5), rel_tol=1e-14)
    assert math.isclose(found.standard_errors["c"], math.sqrt(0.041 * (1 / 4 + 2.5**2 / 5)), rel_tol=1e-14)
    assert math.isclose(found.covariance[0, 1], -0.041 * 2.5 / 5, rel_tol=1e-14)
    assert found.residuals == pytest.approx([0.01, -0.13, 0.23, -0.11], abs=1e-14)


@pytest.mark.parametrize("model", ["m x + c", "c + m x", "c + x m", "y = m x + c"])
def test_a_line_is_known_however_it_is_written(model: str) -> None:
    found = fit(model, LINE)
    assert {name: round(value, 9) for name, value in found.parameters.items()} == {"m": 1.94, "c": 1.15}
    assert found.verify().status == "checked"


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.integers(-50, 50), st.integers(-1000, 1000), st.sampled_from([0.5, 1.0, 2.0, 3.0])
        ),
        min_size=3, max_size=12, unique_by=lambda row: row[0],
    )
)  # fmt: skip
def test_the_line_agrees_with_weighted_normal_equations(rows: list[tuple[int, int, float]]) -> None:
    x, y, sigma = (np.array(column, dtype=float) for column in zip(*rows, strict=True))
    found = fit("m x + c", {"x": x, "y": y, "s": sigma}, sigma="s")
    design = np.column_stack([x, np.ones_like(x)]) / sigma[:, None]
    normal = design.T @ design
    assert found.values == pytest.approx(np.linalg.solve(normal, design.T @ (y / sigma)), rel=1e-7, abs=1e-7)
    assert found.covariance == pytest.approx(np.linalg.inv(normal), rel=1e-7)
    assert found.chi_squared == pytest.approx(
        float(np.sum((found.residuals / sigma) ** 2)), rel=1e-9, abs=1e-9
    )


def test_what_the_closed_form_comes_to_is_what_is_answered() -> None:
    """The formulas that are shown, worked out one after the other, give the numbers that are given."""
    x = [0.1, 0.7, 1.1, 2.4, 3.3]
    found = fit("m x + c", {"x": x, "y": [2.0, 3.1, 3.3, 5.2, 7.0], "sigma": [0.1, 0.2, 0.1, 0.3, 0.2]})
    known: dict[Form, float] = {}
    for equation in found.derivation.answer.args:
        name, body = equation.args
        known[name] = value_of(body, found.asked, found.rulebook, known)
    values = list(known.values())
    assert values[3:5] == pytest.approx(found.values, rel=1e-12)
    assert values[5:] == pytest.approx(
        [found.covariance[0, 0], found.covariance[1, 1], found.covariance[0, 1]], rel=1e-12
    )


def test_a_line_agrees_with_the_standard_library() -> None:
    for x, y in ANSCOMBE:
        slope, intercept = statistics.linear_regression(x, y)
        assert fit("m x + c", {"x": x, "y": y}).values == pytest.approx((slope, intercept), rel=1e-12)


def test_anscombe_gives_four_times_the_same() -> None:
    found = [fit("m x + c", {"x": x, "y": y}) for x, y in ANSCOMBE]
    for each in found:
        assert each.parameters == pytest.approx({"m": 0.5, "c": 3.0}, abs=3e-3)
        assert each.standard_errors["m"] == pytest.approx(0.118, abs=1e-3)
        assert each.chi_squared == pytest.approx(13.76, abs=0.03)


# ------------------------------------------------------------------------------------------ linear models


def test_a_polynomial_keeps_its_digits() -> None:
    """Wampler's first: a polynomial of degree 5 at 0, 1, ..., 20, all coefficients 1."""
    x = list(range(21))
    model = "a + b x + c x^2 + k x^3 + m x^4 + n x^5"
    found = fit(model, {"x": x, "y": [sum(place**power for power in range(6)) for place in x]})
    assert found.values == (1.0,) * 6
    assert found.chi_squared == 0


@pytest.mark.parametrize(
    "model",
    ["a + b x + k x^2", "a sin(x) + b cos(x)", "a e^x + b", "a (x + 1) + b/x + 3", "(a + b x) x", "a"],
)
def test_linear_models_are_solved_and_checked(model: str) -> None:
    found = fit(model, LINE)
    assert found.way in ("normal_equations", "straight_line")
    assert not found.iterations
    assert found.verify().status == "checked"
    found._problem.residuals(np.array(found.values))
    columns = found._problem.jacobian(len(found.values))
    assert columns.T @ found.residuals == pytest.approx(np.zeros(len(found.values)), abs=1e-9)


def test_many_points_are_fitted_in_doubles() -> None:
    x = np.linspace(0, 1, 12_000)
    found = fit("a + b x", {"x": x, "y": 2 - 3 * x + 0.1 * np.sin(77 * x)})
    assert found.values == pytest.approx(np.polyfit(x, 2 - 3 * x + 0.1 * np.sin(77 * x), 1)[::-1], rel=1e-9)


# ------------------------------------------------------------------------------------------------- errors


def test_without_sigmas_errors_come_from_the_scatter() -> None:
    plain = fit("m x + c", LINE)
    ones = fit("m x + c", LINE, sigma=1)
    assert plain.scaled
    assert not ones.scaled
    ratio = math.sqrt(plain.reduced_chi_squared)
    assert plain.standard_errors["m"] == pytest.approx(ones.standard_errors["m"] * ratio)


def test_relative_sigmas_do_not_depend_on_their_unit() -> None:
    one, other = (
        fit("a e^(-b x)", DECAY, sigma=[scale * (1 + x) for x in DECAY["x"]], relative_sigma=True)
        for scale in (0.01, 1)
    )
    assert one.scaled
    assert one.parameters == pytest.approx(other.parameters, rel=1e-9)
    assert one.standard_errors == pytest.approx(other.standard_errors, rel=1e-8)


def test_absolute_sigmas_scale_the_errors() -> None:
    one, other = (fit("a e^(-b x)", DECAY, sigma=sigma) for sigma in (0.1, 0.2))
    assert other.standard_errors == pytest.approx(
        {key: 2 * value for key, value in one.standard_errors.items()}
    )


def test_errors_agree_with_scipy() -> None:
    optimize = pytest.importorskip("scipy.optimize")
    sigma = [0.3, 0.2, 0.2, 0.1, 0.1, 0.1]
    found = fit("a e^(-b x)", DECAY, sigma=sigma, start={"a": 10, "b": 0.5})
    values, covariance = optimize.curve_fit(
        lambda x, a, b: a * np.exp(-b * x),
        DECAY["x"],
        DECAY["y"],
        p0=[10, 0.5],
        sigma=sigma,
        absolute_sigma=True,
    )
    assert found.values == pytest.approx(values, rel=1e-6)
    assert found.covariance == pytest.approx(covariance, rel=1e-4)
    assert np.diag(found.correlation) == pytest.approx([1, 1])
    assert found.correlation[0, 1] == pytest.approx(
        covariance[0, 1] / math.sqrt(covariance[0, 0] * covariance[1, 1]), rel=1e-4
    )


def test_predictions_and_their_band() -> None:
    found = fit("m x + c", LINE)
    assert found.predict(10) == pytest.approx(20.55)
    assert found.predict([0, 1]) == pytest.approx([1.15, 3.09])
    assert found.predict({"x": [[1, 2], [3, 4]]}).shape == (2, 2)
    assert found.band(0) == pytest.approx(found.standard_errors["c"])
    assert found.band(2.5) == pytest.approx(math.sqrt(0.041 / 4))


# ------------------------------------------------------------------------------------ rows of iterations


def exact_step(found: Fit, before: Row, after: Row) -> tuple[list[Any], list[Any], Any]:
    """A step of the table at 50 digits: the parameters it leads to, the change, and χ² where it began."""
    asked = found.asked
    program = compile_forms([asked.model, *slopes_of(asked, Working(found.book))], found.book.definitions)
    at = dict(zip(asked.parameters, before.parameters, strict=True))
    rows, left = [], []
    with mpmath.workdps(50):
        for place in range(asked.count):
            values = program.at({**at, **{each: column[place] for each, column in asked.data.items()}})
            sigma = mpmath.mpf(asked.sigma[place]) if asked.sigma else mpmath.mpf(1)
            rows.append([mpmath.mpf(value) / sigma for value in values[1:]])
            left.append((mpmath.mpf(asked.y[place]) - values[0]) / sigma)
        jacobian, residuals = mpmath.matrix(rows), mpmath.matrix(left)
        downhill = jacobian.T * residuals
        if not after.scales:  # steepest descent: the rate times the slope
            change = [mpmath.mpf(after.damping) * each for each in downhill]
        else:
            normal = jacobian.T * jacobian
            for place, scale in enumerate(after.scales):
                normal[place, place] += mpmath.mpf(after.damping) * mpmath.mpf(scale) ** 2
            change = list(mpmath.lu_solve(normal, downhill))
        reached = [mpmath.mpf(one) + step for one, step in zip(before.parameters, change, strict=True)]
        return reached, change, sum(each**2 for each in residuals)


@pytest.mark.parametrize(
    ("name", "start"),
    [
        ("Misra1a", 0),
        ("Rat42", 0),
        ("Chwirut2", 1),
        ("Roszman1", 0),
        ("Eckerle4", 0),
        ("MGH10", 1),
        ("MGH09", 1),
    ],
)
def test_every_row_is_what_was_computed(name: str, start: int) -> None:
    known = NIST[name]
    found = fit(
        known.model, known.data, y="y", start=dict(zip(known.names, known.starts[start], strict=True))
    )
    rows = found.iterations
    assert len(rows) > 3
    for before, after in itertools.pairwise(rows):
        reached, change, squares = exact_step(found, before, after)
        assert math.isclose(squares, before.chi_squared, rel_tol=1e-8)
        inner = [place for place, scale in enumerate(after.scales) if not scale]
        for place, (one, other, step) in enumerate(zip(reached, after.parameters, change, strict=True)):
            if place not in inner:  # those that stand in front are solved for anew; their own test is below
                assert abs(one - other) <= 1e-5 * abs(step) + 1e-11 * abs(other)


def test_large_residuals_do_not_make_the_last_steps_many() -> None:
    """Without a λ for the second derivatives each step would overshoot by 0.63 of itself, some forty times."""
    known = NIST["MGH09"]
    found = fit(known.model, known.data, y="y", start=dict(zip(known.names, known.starts[1], strict=True)))
    assert len(found.iterations) <= 20
    assert found.iterations[-2].damping > 0


def test_a_logistic_curve_far_from_its_start_is_found() -> None:
    """In the projected attempt no column but those in front is left, and no step either."""
    x = np.linspace(0.2, 6, 25)
    y = 10 / (1 + np.exp(-1.5 * (x - 3)))
    found = fit("K/(1 + e^(-r (x - m)))", {"x": x, "y": y}, start={"K": 10.7, "r": 1.28, "m": 20.5})
    assert found.values == pytest.approx((10, 1.5, 3))


class AtPlace:
    """Jacobian and residuals of a fit's model at 50 digits, weighted."""

    def __init__(self, found: Fit) -> None:
        asked = found.asked
        slopes = slopes_of(asked, Working(found.book))
        self.program = compile_forms([asked.model, *slopes], found.book.definitions)
        self.asked = asked

    def __call__(self, parameters: Sequence[float]) -> tuple[Any, Any]:
        """The Jacobian and the residuals with these parameters."""
        asked = self.asked
        at = dict(zip(asked.parameters, parameters, strict=True))
        rows, left = [], []
        for place in range(asked.count):
            values = self.program.at({**at, **{each: column[place] for each, column in asked.data.items()}})
            sigma = mpmath.mpf(asked.sigma[place]) if asked.sigma else mpmath.mpf(1)
            rows.append([mpmath.mpf(value) / sigma for value in values[1:]])
            left.append((mpmath.mpf(asked.y[place]) - values[0]) / sigma)
        return mpmath.matrix(rows), mpmath.matrix(left)


def without(columns: Any, inner: Any) -> Any:
    """What is left of columns at right angles to others."""
    return columns - inner * ((inner.T * inner) ** -1 * (inner.T * columns))


def check_step(at: AtPlace, before: Row, after: Row) -> None:
    """A row follows from the one before: (JᵀJ + λD²)δ = Jᵀr, and χ² is what it says.

    Columns with D = 0 belong to parameters that are not damped but solved for: what is left of the others at right
    angles to them takes their place. Rounding is allowed for as in the solution of linear equations: the equation is
    to hold for data that differ in their last digits.
    """
    jacobian, left = at(before.parameters)
    assert math.isclose((left.T * left)[0], before.chi_squared, rel_tol=1e-7)
    names = range(len(before.parameters))
    inner = [place for place in names if not after.scales[place]]
    outer = [place for place in names if after.scales[place]]
    solved = mpmath.matrix([[jacobian[row, place] for place in inner] for row in range(jacobian.rows)])
    kept = mpmath.matrix([[jacobian[row, place] for place in outer] for row in range(jacobian.rows)])
    kept = without(kept, solved) if inner else kept
    slope, normal = kept.T * left, kept.T * kept
    change = mpmath.matrix([mpmath.mpf(after.parameters[p]) - before.parameters[p] for p in outer])
    scales = [mpmath.mpf(after.scales[place]) for place in outer]
    size = mpmath.sqrt(sum((slope[place] / scale) ** 2 for place, scale in enumerate(scales)))
    height = mpmath.norm(left) + sum(mpmath.norm(jacobian[:, p]) * abs(before.parameters[p]) for p in names)
    for place, scale in enumerate(scales):
        apart = (normal[place, :] * change)[0] + after.damping * scale**2 * change[place] - slope[place]
        lost = mpmath.norm(jacobian[:, outer[place]]) * (mpmath.norm(left) + mpmath.norm(kept * change))
        assert abs(apart) / scale <= 1e-6 * size + 1e-12 * height + 1e-13 * lost / scale
    if inner:
        jacobian, left = at(after.parameters)
        for place in inner:
            column = jacobian[:, place]
            assert abs((column.T * left)[0]) <= 1e-7 * mpmath.norm(column) * (
                mpmath.norm(left) + 1e-6 * height
            )


SHAPES = ["sin", "cos", "tanh", "atan", "sigmoid", "exp"]
INSIDE = ["b x", "b x + k", "b x^2", "x/(1 + b^2)", "ln(1 + b^2 + x)", "b/(k^2 + x)"]
BESIDE = ["", " + c", " + c x", " + c e^(-x)", "/(1 + c^2 x)", " + c sqrt(x)"]
HEIGHTS = st.integers(-500, 500).map(lambda each: each / 100)


@settings(max_examples=25, deadline=None)
@given(
    st.tuples(st.sampled_from(SHAPES), st.sampled_from(INSIDE), st.sampled_from(BESIDE)),
    st.lists(HEIGHTS, min_size=7, max_size=9),
    st.lists(st.integers(-30, 30).filter(bool).map(lambda each: each / 10), min_size=4, max_size=4),
    st.sampled_from([None, 0.3]),
)
def test_every_row_of_any_model_is_what_was_computed(
    parts: tuple[str, str, str], heights: list[float], begin: list[float], sigma: float | None
) -> None:
    shape, inside, beside = parts
    model = f"a {shape}({inside}){beside}"
    letters = {"a", *(letter for letter in "bck" if re.search(rf"\b{letter}\b", f"{inside} {beside}"))}
    start = {name: value for name, value in zip("abck", begin, strict=True) if name in letters}
    data = {"x": [0.5 + 0.5 * place for place in range(len(heights))], "y": heights}
    try:
        found = fit(model, data, start=start, sigma=sigma)
    except (NotDerivableError, UsageError):
        return
    at = AtPlace(found)
    pairs = list(itertools.pairwise(found.iterations))
    with mpmath.workdps(50):
        for before, after in [*pairs[:5], *pairs[5:][-3:]]:
            check_step(at, before, after)
        for before, after in itertools.islice(itertools.pairwise(found.descent), 3):
            jacobian, left = at(before.parameters)
            step = jacobian.T * left * mpmath.mpf(after.damping)
            for one, other, moved in zip(before.parameters, after.parameters, step, strict=True):
                assert abs(one + moved - other) <= 1e-9 * (abs(one) + abs(moved))


@pytest.mark.parametrize("name", ["MGH17", "Bennett5"])
def test_parameters_in_front_are_the_best_for_the_others(name: str) -> None:
    known = NIST[name]
    found = fit(
        known.model,
        known.data,
        y="y",
        start=dict(zip(known.names, known.starts[name == "Bennett5"], strict=True)),
    )
    assert found.attempts[-1].projected
    for row in found.iterations:
        problem = found._problem
        left = problem.residuals(np.array(row.parameters))
        columns = problem.jacobian(len(row.parameters))[:, list(found.linear)]
        assert np.linalg.norm(columns.T @ left) <= 1e-7 * np.linalg.norm(columns) * np.linalg.norm(left)


def test_every_row_of_steepest_descent_is_what_was_computed() -> None:
    found = fit("a e^(-b x)", DECAY, start={"a": 5, "b": 1})
    assert len(found.descent) == len(found.iterations)
    for before, after in zip(found.descent, found.descent[1:], strict=False):
        reached, _, squares = exact_step(found, before, after)
        assert math.isclose(squares, before.chi_squared, rel_tol=1e-10)
        assert [float(each) for each in reached] == pytest.approx(after.parameters, rel=1e-10)
        assert after.chi_squared < before.chi_squared


def test_chi_squared_falls_from_row_to_row() -> None:
    known = NIST["Hahn1"]
    found = fit(known.model, known.data, y="y", start=dict(zip(known.names, known.starts[0], strict=True)))
    heights = [row.chi_squared for row in found.iterations]
    assert all(later <= before * (1 + 1e-9) for before, later in itertools.pairwise(heights))


# ----------------------------------------------------------------------------------------- hard problems


def test_terms_keep_the_order_of_the_start() -> None:
    """Two exponentials found in the other order are the same model; the start says which is which."""
    x = np.linspace(0, 10, 40)
    y = 3 * np.exp(-0.3 * x) + 5 * np.exp(-2 * x)
    slow_first = fit("a e^(-b x) + c e^(-k x)", {"x": x, "y": y}, start={"a": 1, "b": 0.1, "c": 1, "k": 1})
    fast_first = fit("a e^(-b x) + c e^(-k x)", {"x": x, "y": y}, start={"a": 1, "b": 1, "c": 1, "k": 0.1})
    assert slow_first.values == pytest.approx((3, 0.3, 5, 2), rel=1e-9)
    assert fast_first.values == pytest.approx((5, 2, 3, 0.3), rel=1e-9)


@pytest.mark.parametrize(
    ("model", "start", "truth"),
    [
        ("a/(1 + e^(b - c x))", {"a": 1, "b": 1, "c": 1}, (80.0, 4.0, 0.9)),
        ("a + b ln(x + c)", {"a": 1, "b": 1, "c": 1}, (2.0, 3.0, 0.7)),
        ("a atan(b x) + c", {"a": 1, "b": 1, "c": 0}, (2.5, 0.4, -1.0)),
        ("a sin(w x + k)", {"a": 1, "w": 1.1, "k": 0}, (2.0, 1.3, 0.5)),
        ("a x^b", {"a": 1, "b": 1}, (0.002, 3.7)),
        ("a e^(b/(x + c))", {"a": 1, "b": 100, "c": 20}, (0.01, 60.0, 8.0)),
        ("a (1 - e^(-b x)) + c (1 - e^(-k x))", {"a": 1, "b": 5, "c": 1, "k": 0.1}, (3.0, 4.0, 8.0, 0.2)),
        ("a sqrt(x) + b |x - c|", {"a": 1, "b": 1, "c": 4}, (2.0, 0.7, 5.03)),
        ("a erf(b x)", {"a": 1, "b": 1}, (3.0, 0.3)),
    ],
)  # fmt: skip
def test_models_of_many_kinds_are_found(
    model: str, start: dict[str, float], truth: tuple[float, ...]
) -> None:
    x = np.linspace(0.25, 9.75, 39)
    y = _values(model, start, truth, x)
    found = fit(model, {"x": x.tolist(), "y": y.tolist()}, start=start)
    assert found.values == pytest.approx(truth, rel=1e-6)


def _values(model: str, names: dict[str, float], truth: Sequence[float], x: Any) -> Any:
    from stepcalc.notation.forms import letter
    from stepcalc.notation.reader import read_text
    from stepcalc.numeric.compiled import Compiled
    from stepcalc.rulebook.book import default_book

    book = default_book()
    form = read_text(model, functions=book.functions, declared=names).form
    parameters = [letter(name) for name in names]
    return Compiled([form], [*parameters, letter("x")], book.definitions).bind({letter("x"): x}, parameters)(
        truth
    )[0]


@pytest.mark.parametrize("model", ["a sin(w t + p) + c", "a sin(w t) + b cos(w t) + c"])
@pytest.mark.parametrize("frequency", [0.6, 1.7, 3.4])
def test_a_sine_is_found_without_a_start_and_not_at_a_frequency_that_looks_the_same(
    model: str, frequency: float
) -> None:
    """Points 10/39 apart are met as well by a frequency that is 2π·39/10 higher, or four times that."""
    t = np.linspace(0, 10, 40).round(4)
    y = (2 * np.sin(frequency * t + 0.4) + 0.3 + 0.1 * np.cos(37 * t)).round(4)
    assert abs(fit(model, {"t": t, "y": y}).parameters["w"]) == pytest.approx(frequency, abs=0.02)


def test_a_peak_is_found_from_a_start_beside_it() -> None:
    x = np.linspace(0.2, 6, 25)
    y = 5 / (1 + ((x - 3) / 0.6) ** 2) + 1
    found = fit("a/(1 + ((x - m)/g)^2) + b", {"x": x, "y": y}, start={"a": 0.6, "m": 0.84, "g": 0.07, "b": 6})
    assert found.values == pytest.approx((5, 3, 0.6, 1))


def test_no_start_is_needed_where_1_will_do() -> None:
    found = fit("a e^(-b x)", DECAY)
    assert found.values == pytest.approx(fit("a e^(-b x)", DECAY, start={"a": 10, "b": 0.5}).values, rel=1e-7)
    assert any("begins at 1" in note for note in found.notes)


def test_several_measured_letters() -> None:
    rows = [(1.0, 2.0), (2.0, 1.0), (3.0, 5.0), (4.0, 0.0), (5.0, 3.0), (0.0, 1.5)]
    u, v = zip(*rows, strict=True)
    data = {"u": u, "v": v, "z": [2 * one - 3 * other + 1 for one, other in rows]}
    found = fit("a u + b v + c", data)
    assert found.parameters == pytest.approx({"a": 2, "b": -3, "c": 1})
    assert found.predict({"u": [1], "v": [1]}) == pytest.approx([0])
    assert found.verify().status == "checked"


def test_residuals_that_rounding_would_drown() -> None:
    """Lanczos's first: residuals of 1e-13, a few units of the last place of the data."""
    known = NIST["Lanczos1"]
    found = fit(known.model, known.data, y="y", start=dict(zip(known.names, known.starts[1], strict=True)))
    assert math.isclose(found.chi_squared, known.squares, rel_tol=1e-9)


# -------------------------------------------------------------------------------------- what can be wrong


def wrong(expected: str, model: str, data: Any, **options: Any) -> str:
    """The message of the error with that code."""
    with pytest.raises(StepcalcError) as caught:
        fit(model, data, **options)
    assert caught.value.code == expected
    return caught.value.message


def test_a_missing_value_is_named() -> None:
    assert "Row 2" in wrong("fit-missing", "m x + c", {"x": [1, None, 3], "y": [1, 2, 3]})
    assert "y is missing" in wrong("fit-missing", "m x + c", {"x": [1, 2, 3], "y": [1, math.nan, 3]})


def test_text_is_not_a_number() -> None:
    assert '"two"' in wrong("fit-not-number", "m x + c", {"x": [1, "two", 3], "y": [1, 2, 3]})
    assert "Write 0.5" in wrong("fit-not-number", "m x + c", {"x": [1, "0,5", 3], "y": [1, 2, 3]})


def test_an_infinite_value_is_refused() -> None:
    assert "infinite" in wrong("fit-not-finite", "m x + c", {"x": [1, math.inf, 3], "y": [1, 2, 3]})


def test_too_few_points() -> None:
    assert "at least 3" in wrong("fit-few", "m x + c", {"x": [1], "y": [1]})
    message = wrong("fit-few", "m x + c", {"x": [1, 2], "y": [1, 2]})
    assert "scatter says nothing" in message
    found = fit("m x + c", {"x": [1, 2], "y": [1, 2]}, sigma=0.1)
    assert math.isnan(found.reduced_chi_squared)
    assert found.standard_errors["m"] == pytest.approx(0.1 * math.sqrt(2))


@pytest.mark.parametrize(("value", "code"), [(0, "fit-sigma-zero"), (-0.1, "fit-sigma-negative")])
def test_sigmas_are_above_nought(value: float, code: str) -> None:
    assert "Row 3" in wrong(code, "m x + c", {**LINE, "s": [1, 1, value, 1]}, sigma="s")


def test_unknown_columns_are_named_with_those_that_there_are() -> None:
    assert "x and y" in wrong("fit-unknown-column", "m x + c", LINE, y="z")
    assert "x and y" in wrong("fit-unknown-column", "m x + c", LINE, sigma="s")
    assert "c, m and t" in wrong("fit-no-variables", "m t + c", {"y": [1, 2, 3, 4]})


@pytest.mark.parametrize(
    ("model", "names"),
    [
        ("a x + b x + c", "a and b"),
        ("a e^(b + x)", "a and b"),
        ("a + b + c x", "a and b"),
        ("a e^(x + b) + k", "a and b"),
        ("a x + b (2x + 1) + c", "a, b and c"),
    ],
)
def test_parameters_that_cannot_be_told_apart_are_named(model: str, names: str) -> None:
    message = wrong("fit-singular", model, LINE)
    assert message.startswith(names + " cannot be told apart")
    assert "singular" in message


def test_a_parameter_of_which_the_data_say_nothing() -> None:
    assert "nothing about b" in wrong("fit-singular", "a x + b (x - 2)", {"x": [2, 2, 2], "y": [1, 2, 3]})


def test_all_points_at_one_place_give_no_slope() -> None:
    assert "m and c" in wrong("fit-singular", "m x + c", {"x": [2, 2, 2], "y": [1, 2, 3]})


def test_the_model_has_no_value_at_a_point() -> None:
    assert "row 1" in wrong("fit-outside", "a ln(x) + b", {"x": [0, 1, 2, 3], "y": [1, 2, 3, 4]})


def test_starts_that_fit_no_parameter() -> None:
    assert "not in the model" in wrong("fit-start-unknown", "m x + c", LINE, start={"q": 1, "m": 1})
    assert "start for c" in wrong("fit-start-missing", "m x + c", LINE, start={"m": 1})
    assert "a=1,b=2" in wrong("fit-start", "m x + c", LINE, start="m 1")
    assert "must be a number" in wrong("fit-start-number", "m x + c", LINE, start={"m": "one", "c": 1})


def test_columns_of_different_lengths() -> None:
    assert "x 2, y 3" in wrong("fit-lengths", "m x + c", {"x": [1, 2], "y": [1, 2, 3]})


def test_the_response_is_asked_for_where_it_is_not_clear() -> None:
    data = {"x": [1, 2, 3], "p": [1, 2, 4], "q": [3, 4, 5]}
    assert "--y p" in wrong("fit-which-response", "m x + c", data)
    assert fit("m x + c", data, y="q").parameters["m"] == pytest.approx(1)
    assert fit("q = m x + c", data).parameters["m"] == pytest.approx(1)


def test_a_parameter_that_runs_to_where_it_changes_nothing_is_named() -> None:
    assert "nothing about b" in wrong("fit-singular", "a e^(b x) + c", {"x": [1, 2, 3, 4], "y": [2, 2, 2, 2]})


def test_words_that_were_read_as_products_are_pointed_out() -> None:
    assert "slope was read as s·l·o·p·e" in wrong("fit-few", "slope x + off", LINE)
    data = {"x": range(9), "y": [2 * x + 1 for x in range(9)]}
    assert "slope was read as s·l·o·p·e" in wrong("fit-singular", "slope x + off", data)
    assert fit("slope x + off", LINE, declared=("slope", "off")).parameters["slope"] == 1.94


def test_a_function_without_values_is_refused() -> None:
    assert "the function g" in wrong("fit-function", "a g(x) + b", LINE)


def test_terms_that_vanish_are_nought() -> None:
    assert fit("a x + b", {"x": [0, 1, 2, 3], "y": [0, 1, 2, 3]}).values == (1, 0)


def test_no_minimum_is_said() -> None:
    with pytest.raises(NotDerivableError) as caught:
        fit("a ln(b x)", LINE, start={"a": 1, "b": -1})
    assert "Choose another start" in caught.value.message


# ------------------------------------------------------------------------------------------- where data come from


def test_data_from_a_file_are_the_same(tmp_path: Path) -> None:
    file = tmp_path / "line.csv"
    file.write_text("\ufeff# measured on Monday\nx; y\n1; 3.1\n2; 4.9\n\n3; 7.2\n4; 8.8\n", encoding="utf-8")
    assert fit("m x + c", file).parameters == fit("m x + c", LINE).parameters
    assert fit("m x + c", str(file)).parameters == fit("m x + c", LINE).parameters


def test_what_is_wrong_in_a_file_is_named_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "line.csv"
    file.write_text("x,y\n1,3.1\n2,\n3,7.2\n")
    assert "Line 3" in wrong("fit-missing", "m x + c", file)
    file.write_text("x,y\n1,3.1\n2,4,9\n3,7.2\n")
    assert "line 3" in wrong("fit-cells", "m x + c", file)
    file.write_text("1,3.1\n2,4.9\n")
    assert "x,y above it" in wrong("fit-no-header", "m x + c", file)
    file.write_text("")
    assert "empty" in wrong("fit-file-empty", "m x + c", file)
    file.write_bytes(b"\x89PNG\xff\xfe")
    assert "UTF-8" in wrong("fit-not-text", "m x + c", file)
    assert "cannot be read" in wrong("fit-file", "m x + c", tmp_path / "none.csv")


def test_data_frames_are_taken() -> None:
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame({**LINE, "note": ["a", "b", "c", "d"]})
    assert fit("m x + c", frame).parameters == {"m": 1.94, "c": 1.15}
    frame.loc[2, "x"] = None
    assert "Row 3" in wrong("fit-missing", "m x + c", frame)


def test_a_column_called_sigma_is_taken_and_said() -> None:
    found = fit("m x + c", {**LINE, "sigma": [0.1, 0.2, 0.1, 0.1]})
    assert not found.scaled
    assert any("sigma" in note for note in found.notes)


# ------------------------------------------------------------------------------------------- explanations


def test_the_derivation_has_the_laws_and_the_steps() -> None:
    found = fit("a e^(-b x)", DECAY, sigma=0.1)
    cards = [step.card.id for step in found.derivation.steps]
    assert cards[:3] == ["fit", "chi_gradient", "chi_squared"]
    assert "exp" in cards
    assert cards[-1] == "gauss_newton"
    assert found.verify().status == "checked"


@pytest.mark.parametrize("card", ["chi_squared", "chi_slope", "normal_equations", "straight_line"])
def test_a_wrong_step_is_found(card: str) -> None:
    """The right step of another question in its place does not pass."""
    found, other = (
        fit("m x + c", LINE),
        fit("m x + 2 c", LINE) if card != "straight_line" else fit("c x + m", LINE),
    )
    derivation = found.derivation
    strange = {step.card.id: step for step in other.derivation.steps}
    steps = {step.card.id: step for step in derivation.steps}
    if card not in strange:
        card = "chi_squared"
    bad = replace(steps[card], result=strange[card].result)

    def swapped(step: Any) -> Any:
        if step is steps[card]:
            return bad
        return replace(step, substeps=tuple(map(swapped, step.substeps)))

    broken = replace(derivation, stages=tuple(map(swapped, derivation.stages)))
    assert broken.verify().status == "failed"


def test_a_fit_is_written_and_read_back() -> None:
    found = fit("a e^(-b x)", DECAY)
    data = json.loads(found.to_json())
    assert data["fit"]["parameters"] == found.parameters
    assert data["fit"]["iterations"][-1]["parameters"] == list(found.iterations[-1].parameters)
    again = Derivation.from_json(found.derivation.to_json())
    assert again.verify().status == "checked"
    assert again.answer is found.derivation.answer


@pytest.mark.parametrize(
    ("model", "sigma"), [("m x + c", None), ("a e^(b x)", None), ("a + b x + c x^2 + k x^3", 1)]
)
def test_what_is_written_fits_the_schema(model: str, sigma: float | None) -> None:
    validate = pytest.importorskip("jsonschema").validate
    schema = json.loads(
        (Path(stepcalc.__file__).parent / "trace" / "schema.json").read_text(encoding="utf-8")
    )
    validate(json.loads(fit(model, LINE, sigma=sigma).to_json()), schema)


@pytest.mark.parametrize(
    ("model", "data", "options"),
    [
        ("m x + c", LINE, {}),
        ("m x + c", {**LINE, "s": [0.1, 0.2, 0.1, 0.1]}, {"sigma": "s"}),
        ("a e^(-b x) + |x - 1|/10", DECAY, {"start": {"a": 9.0, "b": 0.4}}),
        ("a erf(b x) + c", DECAY, {"start": {"a": -8, "b": 0.3, "c": 9}}),
        ("a max(x, b)", {"x": [0, 1, 2, 3, 4, 5], "y": [2, 2.1, 2.4, 3.1, 4, 5.2]}, {"start": {"a": 1, "b": 2}}),
        ("K/(1 + e^(-r (x - m)))", LOGISTIC, {}),
        ("a u + lambda v", {"u": [1, 2, 3, 4], "v": [2, 1, 4, 3], "lambda_": [4, 5, 11, 10]}, {"y": "lambda_"}),
    ],
)  # fmt: skip
def test_the_code_runs_and_finds_the_same(model: str, data: Any, options: dict[str, Any]) -> None:
    pytest.importorskip("scipy")
    found = fit(model, data, **options)
    done = subprocess.run(
        [sys.executable, "-X", "utf8", "-c", found.code()], capture_output=True, encoding="utf-8", check=True
    )
    lines = [line.split(" = ")[1].split(" ± ") for line in done.stdout.strip().splitlines()]
    assert [float(value) for value, _ in lines] == pytest.approx(found.values, rel=1e-5)
    assert [float(error) for _, error in lines] == pytest.approx(
        list(found.standard_errors.values()), rel=1e-2
    )


def test_the_public_name() -> None:
    assert stepcalc.fit is fit
    assert stepcalc.Fit is Fit
    with pytest.raises(UsageError):
        fit("m x + c", 3)


def test_nist_sets_are_all_here() -> None:
    assert len(NIST) == 27
    assert all(isinstance(each, NistSet) for each in NIST.values())


def test_without_numpy_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules[fit.__module__], "find_spec", lambda name: None)
    with pytest.raises(stepcalc.MissingExtraError, match=r"stepcalc\[fit\]"):
        fit("m x + c", LINE)


# -------------------------------------------------------------------------------------- how data are given


def test_columns_of_many_kinds_are_taken() -> None:
    x, y = np.array([1, 2, 3, 4]), np.array([3.1, 4.9, 7.2, 8.8])
    for data in ({"x": x[:, None], "y": y}, {"x": iter(x), "y": map(Fraction, y)}, {"x": tuple(x), "y": y}):
        assert fit("m x + c", data).values == pytest.approx((1.94, 1.15))
    assert fit("m x + c", LINE, sigma=np.array(0.1)).asked.sigma == (0.1,) * 4


def test_what_is_no_column_is_refused() -> None:
    for column in (np.ones((4, 2)), np.array(3.0), 3, "1234"):
        assert "x is not a column" in wrong("fit-not-column", "m x + c", {**LINE, "x": column})


def test_pandas_has_its_own_missing_values_and_may_have_columns_twice() -> None:
    pandas = pytest.importorskip("pandas")
    gaps = pandas.array([1, None, 3, 4], dtype="Int64")
    assert "Row 2" in wrong("fit-missing", "m x + c", pandas.DataFrame({"x": [1, 2, 3, 4], "y": gaps}))
    twice = pandas.DataFrame([[1, 2, 3], [2, 3, 4]], columns=["x", "y", "y"])
    assert "called y" in wrong("fit-column-twice", "m x + c", twice)


def test_predictions_ask_for_numbers() -> None:
    found = fit("m x + c", LINE)
    for data in ("a", {"z": 1}, [[1, 2], [3]]):
        with pytest.raises(UsageError, match="Give numbers for x"):
            found.predict(data)


# ------------------------------------------------------------------------------------- how files are written


@pytest.mark.parametrize(
    "text",
    [
        "x;y\n1;2,5\n2;4,1\n3;6,2\n",
        "\ufeffx;y\r\n1;2,5\r\n\r\n2;4,1\r\n3;6,2\r\n",
        "x\ty\n1\t2,5\n2\t4,1\n3\t6,2\n",
        "x   y\n1   2.5\n2   4.1\n3   6.2\n",
        "x | y\n1 | 2.5\n2 | 4.1\n3 | 6.2\n",
        '"x","y"\n"1","2.5"\n"2","4.1"\n"3","6.2"\n',
    ],
    ids=["decimal commas", "Windows", "tabs", "spaces", "bars", "quotes"],
)
def test_files_of_many_kinds_are_read(text: str, tmp_path: Path) -> None:
    place = tmp_path / "data.csv"
    place.write_bytes(text.encode())
    found = fit("m x + c", place)
    assert found.values == pytest.approx((1.85, 0.5666666666667))
    assert any("decimal points" in note for note in found.notes) == ("2,5" in text)


@pytest.mark.parametrize(("cell", "better"), [("1,000", "1000"), ("12,345.6", "12345.6"), ("2,5", "2.5")])
def test_a_number_with_commas_is_shown_without(cell: str, better: str) -> None:
    assert f"Write {better}." in wrong("fit-not-number", "a x", {"x": [1, 2, 3], "y": [1, 2, cell]})


@pytest.mark.parametrize("size", [1e300, 1e-300])
def test_numbers_whose_squares_are_out_of_range_are_refused(size: float) -> None:
    data = {"x": [1, 2, 3, 4], "y": [size, 2 * size, 3 * size, 4.1 * size]}
    assert "another unit" in wrong("fit-size", "m x + c", data)


def test_the_point_without_a_value_at_the_start_is_named() -> None:
    message = wrong("fit-undefined", "a ln(b x)", {"x": [1, 0, 2, 3], "y": [1, 2, 3, 4]})
    assert "row 2 of the data, x = 0" in message


def test_a_model_that_measures_nothing_is_told_so_before_its_response() -> None:
    data = {"time (s)": [1, 2, 3], "height": [1, 2, 3]}
    assert "is a column" in wrong("fit-no-variables", "m x + c", data)


@pytest.mark.parametrize("value", [math.nan, "nan", np.float64("nan")])
def test_a_standard_deviation_is_a_number(value: Any) -> None:
    wrong("fit-missing", "m x + c", LINE, sigma=value)


def test_steps_that_end_where_there_is_no_slope_are_told_as_such() -> None:
    message = wrong("fit-undefined-end", "sqrt(a) x", {"x": [0, 1, 2, 3], "y": [0, -1, -2, -3]})
    assert "edge" in message


def test_a_model_without_slopes_is_refused() -> None:
    wrong("fit-singular", "floor(a x)", {"x": [0, 1, 2, 3], "y": [0, 2, 4, 6]})


def test_a_start_is_a_finite_number() -> None:
    wrong("fit-start-number", "a e^(b x)", LINE, start={"a": math.inf, "b": 1})


def test_numbers_of_numpy_are_numbers() -> None:
    assert fit("m x + c", LINE, sigma=np.int64(2)).standard_errors["m"] == pytest.approx(2 / math.sqrt(5))
