"""The arithmetic of a line of working: it never changes a value, and it writes things as people do."""

from __future__ import annotations

from fractions import Fraction

import mpmath
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stepcalc.notation.arithmetic import as_fraction, combine, opposite, over, plus, raised, times
from stepcalc.notation.forms import (
    MINUS_ONE,
    ONE,
    TWO,
    ZERO,
    Form,
    add,
    call,
    divide,
    goal,
    letter,
    multiply,
    negate,
    number,
    power,
    rational,
    root,
)
from stepcalc.notation.reader import read_text
from stepcalc.notation.unicode import one_line
from stepcalc.numeric.evaluate import compile_forms

X, Y = letter("x"), letter("y")


def combined(text: str) -> str:
    return one_line(combine(read_text(text).form))


# -------------------------------------------------------------------------------------- small constructors


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (plus(), "0"),
        (plus(ZERO, X), "x"),
        (plus(X, ZERO, ONE), "x + 1"),
        (plus(TWO, number(3)), "5"),
        (plus(rational(Fraction(1, 3)), rational(Fraction(1, 6))), "1/2"),
        (plus(number(Fraction(1, 2)), ONE), "1.5"),
        (plus(ONE, MINUS_ONE), "0"),
        (plus(X, X), "x + x"),
        (times(), "1"),
        (times(ONE, X), "x"),
        (times(X, ZERO, Y), "0"),
        (times(X, TWO, number(3)), "6x"),
        (times(MINUS_ONE, X), "−x"),
        (times(MINUS_ONE, MINUS_ONE, X), "x"),
        (times(TWO, rational(Fraction(1, 2))), "1"),
        (times(TWO, rational(Fraction(1, 3))), "2/3"),
        (times(number(Fraction(1, 2)), TWO), "1"),
        (over(X, ONE), "x"),
        (over(ZERO, X), "0"),
        (over(number(4), number(6)), "2/3"),
        (over(number(4), number(-6)), "−2/3"),
        (over(X, Y), "x/y"),
        (raised(X, ZERO), "1"),
        (raised(X, ONE), "x"),
        (raised(TWO, number(10)), "1024"),
        (raised(TWO, number(-2)), "1/4"),
        (raised(X, rational(Fraction(1, 2))), "√x"),
        (raised(X, rational(Fraction(1, 3))), "∛x"),
        (raised(X, rational(Fraction(2, 3))), "x^(2/3)"),
        (opposite(ZERO), "0"),
        (opposite(X), "−x"),
        (opposite(negate(X)), "x"),
    ],
)
def test_small_arithmetic(found: Form, said: str) -> None:
    assert one_line(found) == said


def test_nought_to_a_negative_power_and_a_division_by_nought_are_left() -> None:
    assert raised(ZERO, MINUS_ONE) is power(ZERO, MINUS_ONE)
    assert over(ONE, ZERO) is divide(ONE, ZERO)
    assert combine(divide(X, ZERO)).head == "quotient"


def test_large_powers_of_numerals_are_left() -> None:
    assert raised(number(9), number(10**6)) is power(number(9), number(10**6))


NUMERALS = st.one_of(
    st.integers(-50, 50).map(number),
    st.fractions(-5, 5, max_denominator=12).map(rational),
    st.integers(-500, 500).map(lambda value: number(Fraction(value, 100))),
)


@given(NUMERALS, NUMERALS)
def test_arithmetic_of_numerals_is_exact(left: Form, right: Form) -> None:
    first, second = as_fraction(left), as_fraction(right)
    assert first is not None
    assert second is not None
    assert as_fraction(plus(left, right)) == first + second
    assert as_fraction(combine(multiply(left, right))) == first * second
    if second:
        assert as_fraction(over(left, right)) == first / second
    assert as_fraction(opposite(left)) == -first


# ----------------------------------------------------------------------------------------------- whole forms

COMBINED = [
    ("x*2*3", "6x"),
    ("cos(x)*2x", "2x cos(x)"),
    ("x*x", "x²"),
    ("x^2*x^3", "x⁵"),
    ("x*sqrt(x)", "x^(3/2)"),
    ("sqrt(x)*sqrt(x)", "x"),
    ("x^a*x", "x^(a+1)"),
    ("e^x*e^x", "e^(2x)"),
    ("e^x*e^x*e^x/e^(2x)", "e^(3x)/e^(2x)"),
    ("root(x, n)*x", "x root(x, n)"),
    ("root(x, n)*root(x, n)", "root(x, n)²"),
    ("root(x, 5)*x", "x^(6/5)"),
    ("(x + 1) + (2 + x)", "x + 3 + x"),
    ("(x + 0) + 0", "x"),
    ("1x", "x"),
    ("0x", "0"),
    ("x + 0 sin(x)", "x"),
    ("(2x)/4", "x/2"),
    ("2 (x/4)", "x/2"),
    ("(1/2) (1/3) x", "x/6"),
    ("-(-x)", "x"),
    ("(-x)/(-y)", "x/y"),
    ("(x/y)/(z/w)", "wx/(yz)"),
    ("(a/b) (b/a)", "1"),
    ("sin(x) cos(x) x 3", "3x sin(x) cos(x)"),
    ("(x+1) x", "x (x+1)"),
    ("e^x x", "x e^x"),
    ("0.5 * 4 x", "2x"),
    ("3^2 x", "9x"),
    ("x^1 + x^0", "x + 1"),
    ("sin(x + 0) + sin(1x)", "sin(x) + sin(x)"),
]


@pytest.mark.parametrize(("text", "said"), COMBINED)
def test_lines_are_written_as_people_do(text: str, said: str) -> None:
    assert combined(text) == said


def test_open_goals_are_left_alone_and_keep_their_place() -> None:
    form = multiply(goal(X, X), call("sin", X), TWO, X)
    assert one_line(combine(form)) == "2·d/dx[x]·sin(x)·x"
    inside = goal(multiply(X, X), X)
    assert combine(inside) is inside


def test_what_stands_above_and_below_cancels_only_when_asked() -> None:
    form = divide(multiply(X, Y), X)
    assert combine(form) is form
    assert combine(form, cancel=True) is Y
    assert combine(multiply(X, divide(ONE, X))) is ONE


def test_without_order_factors_stay_where_they_are() -> None:
    form = multiply(call("sin", X), X)
    assert combine(form, ordered=False) is form
    assert combine(form) is multiply(X, call("sin", X))


def test_combining_again_changes_nothing() -> None:
    for text, _ in COMBINED:
        once = combine(read_text(text).form)
        assert combine(once) is once


def test_combining_goes_as_deep_as_need_be() -> None:
    form: Form = X
    for _ in range(3000):
        form = call("sin", multiply(form, ONE))
    found = combine(form)
    for _ in range(3000):
        found = found.args[0]
    assert found is X


def test_combining_a_long_sum_is_quick() -> None:
    form: Form = add(*(multiply(ONE, power(X, number(k))) for k in range(2, 20_000)))
    assert len(combine(form).args) == 19_998


def test_shared_parts_are_combined_once() -> None:
    form: Form = X
    for _ in range(60):
        form = call("sin", add(form, form, ONE))
    combine(form)


LEAVES = st.sampled_from(
    [X, Y, number(2), number(-3), ONE, ZERO, number(Fraction(1, 2)), rational(Fraction(2, 3))]
)
FORMS = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.lists(inner, min_size=2, max_size=4).map(lambda parts: add(*parts)),
        st.lists(inner, min_size=2, max_size=4).map(lambda parts: multiply(*parts)),
        st.tuples(inner, inner).map(lambda pair: divide(*pair)),
        inner.map(negate),
        st.tuples(inner, st.sampled_from([number(2), number(3), number(-1), number(-2), ONE, ZERO])).map(
            lambda pair: power(*pair)
        ),
        st.tuples(
            inner, st.sampled_from([Fraction(1, 2), Fraction(1, 3), Fraction(-2, 3), Fraction(3, 2)])
        ).map(lambda pair: power(pair[0], rational(pair[1]))),
        inner.map(root),
        inner.map(lambda part: root(part, number(3))),
        inner.map(lambda part: root(part, Y)),
        st.tuples(st.sampled_from(["sin", "exp", "log", "abs"]), inner).map(lambda pair: call(*pair)),
    ),
    max_leaves=12,
)


@settings(max_examples=300, deadline=None)
@given(FORMS, st.booleans(), st.booleans())
def test_combining_preserves_the_value(form: Form, ordered: bool, cancel: bool) -> None:
    found = combine(form, ordered=ordered, cancel=cancel)
    program = compile_forms([form, found])
    for at in (Fraction(7, 5), Fraction(-3, 7), Fraction(11, 3)):
        before, after = program.at({X: at, Y: at * at - Fraction(9, 4)})
        if before is not None:
            assert after is not None
            assert abs(before - after) <= mpmath.mpf(10) ** -30 * (1 + abs(before))


@settings(max_examples=200, deadline=None)
@given(FORMS)
def test_combining_is_done_at_once(form: Form) -> None:
    once = combine(form)
    assert combine(combine(once)) is combine(once)


EXPONENTS = (
    [number(n) for n in (-3, -2, -1, 1, 2)] + [rational(Fraction(n, 2)) for n in (-3, -1, 1)] + [Y, negate(Y)]
)
POWERS = st.tuples(st.sampled_from([X, Y, number(4), TWO, add(X, ONE)]), st.sampled_from(EXPONENTS)).map(
    lambda pair: raised(*pair)
)


@settings(max_examples=400, deadline=None)
@given(st.lists(POWERS, min_size=2, max_size=7), st.integers(0, 6))
def test_factors_of_few_bases_are_joined_to_the_same_value(factors: list[Form], below: int) -> None:
    form = multiply(*factors[below:]) if below < len(factors) else ONE
    if below and below < len(factors):
        form = divide(form, multiply(*factors[:below]))
    found = combine(form, cancel=True)
    program = compile_forms([form, found])
    before, after = program.at({X: Fraction(7, 5), Y: Fraction(11, 3)})
    assert before is not None and after is not None
    assert abs(before - after) <= mpmath.mpf(10) ** -30 * (1 + abs(before))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x*x^(-1)*x", "x"),
        ("x^2 x^(-2) x^3", "x³"),
        ("2 x x^(-1) x sin(x)", "2x sin(x)"),
        ("x y x^(-1) x", "xy"),
    ],
)
def test_what_has_cancelled_may_come_again(text: str, said: str) -> None:
    assert combined(text) == said
