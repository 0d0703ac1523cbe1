"""Arrays of machine numbers have the values that the 50-digit evaluator has, and gaps where it has none."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stepcalc.notation.forms import letter
from stepcalc.notation.reader import read_text
from stepcalc.numeric.arrays import Curve
from stepcalc.rulebook.book import default_book

X = letter("x")
PLACES = np.linspace(-3, 3, 25)

FUNCTIONS = (
    "1/x", "tan x", "sec x", "cot x", "ln x", "log_2(x)", "x^(1/3)", "x^(2/3)", "x^(-1/2)", "√(1-x²)", "x^x", "2^x",
    "|x|", "floor(x)", "ceiling(x)", "sign(x)", "heaviside(x)", "min(x, x^2)", "max(x, 1, -x)", "arcsin(x)",
    "arccot(x)", "artanh(x)", "arcosh(x)", "tanh(x)", "coth(x)", "gamma(x)", "erf(x)", "W(x)", "softplus(x)",
    "piecewise((x^2, x < 0), (1/x, x >= 0))", "piecewise((1, x < -1), (ln(x), x > 1))", "atan2(x, 1)", "π x + e",
)  # fmt: skip


@pytest.mark.parametrize("text", FUNCTIONS)
def test_arrays_agree_with_the_exact_evaluator(text: str) -> None:
    book = default_book()
    curve = Curve(read_text(text, functions=book.functions).form, (X,), book.definitions)
    assert not curve._slow
    quick, good = curve(PLACES), curve._one_by_one([PLACES])
    assert np.array_equal(np.isnan(quick), np.isnan(good))
    assert np.allclose(quick, good, rtol=1e-9, equal_nan=True)


@given(
    st.lists(st.sampled_from("+-*/^"), min_size=1, max_size=4),
    st.lists(st.integers(1, 4), min_size=5, max_size=5),
)
@settings(max_examples=60, deadline=None)
def test_arithmetic_agrees_with_the_exact_evaluator(signs: list[str], numbers: list[int]) -> None:
    text = "x"
    for sign, number in zip(signs, numbers, strict=False):
        text = f"({text}){sign}({number}-x)" if sign != "^" else f"({text})^{number}"
    curve = Curve(read_text(text).form, (X,))
    places = np.array([-2.0, -0.5, 0.0, 0.75, 1.0, 3.0])
    assert np.allclose(curve(places), curve._one_by_one([places]), rtol=1e-9, atol=1e-9, equal_nan=True)


def test_where_machine_numbers_cancel_the_exact_evaluator_takes_over() -> None:
    curve = Curve(read_text("(1 - cos(x))/x^2").form, (X,))
    places = np.linspace(1e-9, 1e-8, 40)
    assert np.max(np.abs(curve(places) - 0.5)) > 0.1
    curve.settle(places)
    assert curve._slow
    assert np.allclose(curve(places), 0.5)


def test_a_form_with_an_integral_is_evaluated_point_by_point() -> None:
    curve = Curve(read_text("integral(t^2, t, 0, x)").form, (X,))
    assert curve._slow
    assert np.allclose(curve([0.0, 3.0]), [0, 9])
