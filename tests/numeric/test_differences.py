"""Derivatives by differences: right where there is one, refused at kinks, jumps and edges."""

from __future__ import annotations

from fractions import Fraction

import mpmath
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stepcalc.notation.forms import (
    ONE,
    TWO,
    add,
    call,
    divide,
    exp,
    goal,
    letter,
    multiply,
    negate,
    number,
    power,
    root,
    subtract,
)
from stepcalc.numeric.evaluate import compile_forms

x, y = letter("x"), letter("y")
NEAR = Fraction(1, 10**13)


def slope(form, at):
    return compile_forms([goal(form, x)]).at({x: at, y: 2})[0]


def agrees(found, expected, digits=38):
    tolerance = mpmath.mpf(10) ** -digits
    return found is not None and mpmath.mp.almosteq(found, exactly(expected), tolerance, tolerance)


def exactly(value):
    """The number at mpmath's present precision."""
    if isinstance(value, Fraction):
        return mpmath.mpf(value.numerator) / value.denominator
    return mpmath.mpf(value)


def test_several_functions_are_differentiated_at_once():
    with mpmath.workdps(50):
        forms = [power(x, number(3)), call("sin", x), multiply(x, y), y]
        found = compile_forms([goal(form, x) for form in forms]).at({x: 1.25, y: 3})
        expected = [3 * mpmath.mpf(1.25) ** 2, mpmath.cos(mpmath.mpf(1.25)), 3, 0]
        assert all(map(agrees, found, expected))


@pytest.mark.parametrize(
    ("form", "at"),
    [
        (call("abs", x), 0),
        (call("abs", x), NEAR / 1000),
        (call("abs", subtract(x, TWO)), 2),
        (call("abs", subtract(x, TWO)), 2 + NEAR),
        (call("max", x, power(x, TWO)), 1),
        (call("min", x, power(x, TWO)), 1 - NEAR),
        (call("sign", x), 0),
        (call("floor", x), 3),
        (call("heaviside", x), 0),
        (call("abs", call("sin", x)), 0),
        (root(x), 0),
        (root(x), NEAR / 10000),
        (call("log", x), 0),
        (call("log", x), -2),
        (call("log", x), -1),
        (call("asin", x), 1),
        (call("asin", x), 1 - NEAR),
        (call("acosh", x), 1),
        (call("log", call("cos", x)), 2),
        (root(power(x, TWO)), 0),
        (power(x, divide(TWO, number(3))), 0),
        (root(x, number(3)), 0),
        (divide(ONE, x), 0),
        (call("gamma", x), -2),
        (power(x, x), -2),
    ],
)
def test_there_is_no_derivative_at_a_kink_a_jump_an_edge_or_outside(form, at):
    assert slope(form, at) is None


@pytest.mark.parametrize(
    ("form", "at", "expected"),
    [
        (call("abs", x), -3, -1),
        (call("max", x, power(x, TWO)), 2, 4),
        (call("floor", x), Fraction(5, 2), 0),
        (call("floor", x), 3 + NEAR, 0),
        (power(x, TWO), 0, 0),
        (power(x, number(3)), 0, 0),
        (multiply(x, call("sin", x)), 0, 0),
        (call("log", call("abs", x)), -2, -0.5),
        (root(x, number(3)), -8, Fraction(1, 12)),
        (power(x, number(100)), 2, 100 * mpmath.mpf(2) ** 99),
        (exp(negate(power(x, TWO))), 0, 0),
        (add(x, number(10**12)), 1, 1),
        (subtract(power(x, TWO), power(x, TWO)), 3, 0),
    ],
)
def test_derivatives_at_particular_points(form, at, expected):
    with mpmath.workdps(50):
        assert agrees(slope(form, at), expected, 30)


def test_large_and_small_points():
    with mpmath.workdps(50):
        for at in (10**9, Fraction(1, 10**6), 10**-3):
            found = slope(call("log", x), at)
            exact = 1 / exactly(at)
            assert agrees(found, exact, 25)


@given(st.integers(-8, 8), st.integers(-3000, 3000).filter(lambda k: k % 1000), st.integers(1, 5))
def test_the_power_and_chain_rules_hold_numerically(n, thousandths, k):
    at = mpmath.mpf(thousandths) / 1024
    with mpmath.workdps(50):
        found = slope(power(multiply(number(k), x), number(n)), at)
        expected = n * k * (k * at) ** (n - 1) if n else mpmath.mpf(0)
        assert found is None or mpmath.almosteq(found, expected, mpmath.mpf(10) ** -30, mpmath.mpf(10) ** -30)
        assert found is not None or abs(at) < 1e-9


STEEP = ["floor(e^(e^x))", "x floor(10^12 x)", "ceiling(10^30 x^2)", "x floor(e^(x^2))", "floor(cosh(x^3))"]


@pytest.mark.parametrize("text", STEEP)
def test_differences_stay_between_the_jumps_of_a_steep_floor(text):
    from stepcalc import diff

    assert diff(text).verify().status == "checked"


def test_a_floor_that_is_crossed_is_not_taken_for_a_slope():
    from stepcalc.notation.reader import read_text

    stairs = read_text("floor(e^(e^x))").form
    assert slope(stairs, Fraction(9, 2)) == 0
    rising = read_text("10^12 x - floor(10^12 x)").form
    assert slope(rising, Fraction(1, 3)) == pytest.approx(10**12)
