"""Forms compiled for NumPy have the values that the evaluator of high precision gives them."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from stepcalc.notation.forms import Form, letter, power
from stepcalc.notation.reader import read_text
from stepcalc.numeric.compiled import Compiled
from stepcalc.numeric.evaluate import compile_forms
from stepcalc.rulebook.book import default_book

A, X = letter("a"), letter("x")
TEXTS = [
    "a x + 3", "x^2 - a x^3 + 1/x", "a e^(-x/2) sin(3x)", "sqrt(x) + cbrt(a - x)", "x^(2/3) + x^1.5",
    "ln(1 + x) a^x", "atan(a/x) + tanh(x)", "1/(1 + e^(a - x))", "|x - a| + max(x, 2)", "erf(a x)",
    "sigmoid(a x)", "2^x - pi x", "log_2(x + 4)", "sec(x/9)", "floor(x) + a", "-x - (-a)",
    "piecewise((x, x < 2), (a, true))", "(x - a)^4/(x^2 + a^2)", "x^5 - x^(-2)", "sinh(x) - asinh(a x)",
]  # fmt: skip
BOOK = default_book()


def _forms(texts: list[str]) -> list[Form]:
    return [read_text(text, functions=BOOK.functions).form for text in texts]


@settings(max_examples=40, deadline=None)
@given(st.lists(st.floats(0.25, 8), min_size=1, max_size=4), st.floats(-4, 4))
def test_values_agree_with_high_precision(places: list[float], a: float) -> None:
    assume(all(abs(place - a) > 1e-6 for place in places))
    forms = _forms(TEXTS)
    found = Compiled(forms, [A, X], BOOK.definitions).bind({X: places}, [A])([a])
    program = compile_forms(forms, BOOK.definitions)
    for place, x in enumerate(places):
        exact = program.at({A: a, X: x})
        for text, values, right in zip(TEXTS, found, exact, strict=True):
            value = float(np.broadcast_to(values, (len(places),))[place])
            if right is None:
                assert not math.isfinite(value), text
            else:
                assert value == pytest.approx(float(right), rel=1e-9, abs=1e-9), text


def test_shared_parts_are_computed_once() -> None:
    one, other = Compiled(_forms(["e^(a x)"]), [A, X]), Compiled(_forms(["e^(a x)", "x e^(a x)"]), [A, X])
    assert len(other._operations) == len(one._operations) + 1


def test_what_rests_on_data_alone_is_computed_when_bound() -> None:
    bound = Compiled(_forms(["a sin(x^2)"]), [A, X]).bind({X: [1.0, 2.0]}, [A])
    assert len(bound._first) == 1


def test_the_first_form_can_be_asked_for_alone() -> None:
    bound = Compiled(_forms(["a x", "x"]), [A, X]).bind({X: [1.0, 2.0]}, [A])
    assert bound.first([np.float64(3)]).tolist() == [3, 6]
    assert [values.tolist() for values in bound.others()] == [[1, 2]]


def test_off_its_domain_a_form_is_not_a_number() -> None:
    values = Compiled(_forms(["sqrt(x)", "ln(x)", "1/x"]), [X]).bind({X: [-1.0, 0.0]}, [])([])
    assert not np.isfinite(values[0][0])
    assert not np.isfinite(values[1]).any()
    assert not np.isfinite(values[2][1])


def test_numbers_too_large_for_a_double_are_infinite() -> None:
    from stepcalc.notation.forms import add, number

    form = add(X, power(number(10), number(400)))
    assert Compiled([form], [X]).bind({X: [1.0]}, [])([])[0].tolist() == [math.inf]
