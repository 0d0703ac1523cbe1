"""Rough values: what machine numbers say of a form is true within the error they state."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stepcalc.notation.forms import Form, add, call, divide, letter, multiply, number, power, root, subtract
from stepcalc.numeric.evaluate import compile_forms
from stepcalc.numeric.floats import NO_VALUE, rough_values

x, y = letter("x"), letter("y")

LEAVES = st.one_of(st.sampled_from([x, y]), st.integers(-4, 4).map(number))
FUNCTIONS = "exp log sin cos tan cot sinh cosh tanh asin acos atan asinh abs erf".split()


def built(inner: st.SearchStrategy[Form]) -> st.SearchStrategy[Form]:
    two = st.tuples(inner, inner)
    return st.one_of(
        two.map(lambda pair: add(*pair)),
        two.map(lambda pair: multiply(*pair)),
        two.map(lambda pair: divide(*pair)),
        st.tuples(inner, st.sampled_from([2, 3, -1, -2, Fraction(1, 2), Fraction(-3, 2)])).map(
            lambda pair: power(pair[0], number(pair[1]))
        ),
        inner.map(lambda form: root(form)),
        st.tuples(st.sampled_from(FUNCTIONS), inner).map(lambda pair: call(*pair)),
    )


@settings(max_examples=400, deadline=None)
@given(st.recursive(LEAVES, built, max_leaves=8), st.integers(-40, 40), st.integers(-40, 40))
def test_rough_values_are_right_within_their_error(form: Form, first: int, second: int) -> None:
    at = {x: Fraction(first, 8), y: Fraction(second, 8)}
    (rough,) = rough_values(form, [{letter: float(value) for letter, value in at.items()}])
    (exact,) = compile_forms([form]).at(at)
    if rough is NO_VALUE:
        assert exact is None
    elif rough is not None and exact is not None:
        assert abs(float(exact) - rough[0]) <= rough[1]


def test_what_cancels_is_not_taken_for_a_value() -> None:
    form = subtract(call("cos", x), number(1))
    ((value, error),) = rough_values(form, [{x: 1e-9}])  # type: ignore[misc]
    assert abs(value) <= error


@pytest.mark.parametrize("form", [root(x), call("log", x), call("asin", subtract(x, number(3)))])
def test_off_the_real_domain_there_is_no_value(form: Form) -> None:
    assert list(rough_values(form, [{x: -2.0}])) == [NO_VALUE]
