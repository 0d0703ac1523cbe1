"""Conditions decided for all real values: a table, and intervals that hold what they say they hold."""

from __future__ import annotations

import subprocess
import sys
import time
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stepcalc.notation.forms import (
    MINUS_ONE,
    ONE,
    PI,
    TRUE,
    TWO,
    ZERO,
    E,
    add,
    call,
    constant,
    divide,
    exp,
    letter,
    logic,
    multiply,
    negate,
    number,
    power,
    relation,
    root,
    subtract,
    vector,
)
from stepcalc.numeric.evaluate import compile_forms
from stepcalc.numeric.intervals import Interval
from stepcalc.numeric.ranges import interval
from stepcalc.numeric.signs import decide, interval_from
from stepcalc.numeric.sturm import count_roots

x, y, u = map(letter, "xyu")
p = letter("p", (("positive", True),))
q = letter("q", (("negative", True),))
m = letter("m", (("integer", True),))
w = letter("w", (("nonzero", True),))
THREE, HALF = number(3), number(Fraction(1, 2))
SQUARE, INTEGERS = power(x, TWO), constant("integers")
NONPOSITIVE = constant("nonpositive_integers")
sin, cos, log, tanh = (lambda v, name=name: call(name, v) for name in ("sin", "cos", "log", "tanh"))


def positive(form):
    return relation(">", form, ZERO)


def nonzero(form):
    return relation("!=", form, ZERO)


def nonnegative(form):
    return relation(">=", form, ZERO)


def inside(form):
    return logic("and", relation("<", MINUS_ONE, form), relation("<", form, ONE))


TABLE = [
    (positive(x), None),
    (positive(SQUARE), None),
    (nonnegative(SQUARE), True),
    (positive(add(SQUARE, ONE)), True),
    (relation("<", add(SQUARE, ONE), ONE), False),
    (relation("<=", add(SQUARE, ONE), ONE), None),
    (nonzero(add(SQUARE, ONE)), True),
    (nonzero(x), None),
    (nonzero(w), True),
    (nonzero(multiply(w, p, THREE)), True),
    (nonzero(divide(w, add(SQUARE, ONE))), True),
    (positive(add(SQUARE, x, ONE)), True),
    (positive(add(SQUARE, multiply(TWO, x), ONE)), None),
    (nonnegative(add(SQUARE, multiply(TWO, x), ONE)), True),
    (nonnegative(add(SQUARE, multiply(THREE, x), ONE)), None),
    (relation("<", add(negate(SQUARE), x, MINUS_ONE), ZERO), True),
    (positive(add(power(sin(x), TWO), sin(x), ONE)), True),
    (positive(add(power(x, number(4)), negate(SQUARE), ONE)), True),
    (positive(add(power(x, number(4)), power(x, THREE), SQUARE, x, ONE)), True),
    (nonzero(add(power(x, number(6)), negate(x), ONE)), True),
    (nonzero(add(power(x, THREE), ONE)), None),
    (nonnegative(add(power(x, number(4)), negate(power(x, THREE)))), None),
    (relation(">", SQUARE, negate(ONE)), True),
    (relation(">", add(SQUARE, x), x), None),
    (positive(exp(x)), True),
    (nonzero(exp(sin(x))), True),
    (relation("<=", exp(x), ZERO), False),
    (positive(add(ONE, exp(negate(x)))), True),
    (relation(">", add(ONE, exp(x)), ONE), True),
    (positive(log(add(ONE, exp(x)))), True),
    (nonnegative(log(add(SQUARE, ONE))), True),
    (nonzero(log(add(SQUARE, TWO))), True),
    (nonzero(log(TWO)), True),
    (positive(log(HALF)), False),
    (positive(log(x)), None),
    (positive(add(TWO, sin(x))), True),
    (positive(add(ONE, sin(x))), None),
    (nonnegative(add(ONE, cos(x))), True),
    (inside(sin(x)), None),
    (inside(tanh(x)), True),
    (inside(divide(sin(x), TWO)), True),
    (inside(add(THREE, sin(x))), False),
    (relation("<=", call("abs", sin(x)), ONE), True),
    (nonzero(call("cosh", x)), True),
    (nonnegative(call("abs", x)), True),
    (positive(call("abs", w)), True),
    (positive(p), True),
    (positive(negate(q)), True),
    (positive(multiply(p, q)), False),
    (positive(add(p, SQUARE)), True),
    (positive(power(p, x)), True),
    (positive(power(p, divide(ONE, THREE))), True),
    (positive(power(TWO, x)), True),
    (positive(power(x, y)), None),
    (nonnegative(root(x)), True),
    (positive(root(add(SQUARE, ONE))), True),
    (nonzero(root(x, THREE)), None),
    (nonzero(divide(ONE, x)), True),
    (positive(divide(ONE, SQUARE)), True),
    (nonnegative(root(negate(add(SQUARE, ONE)))), False),
    (positive(log(negate(exp(x)))), False),
    (positive(subtract(PI, THREE)), True),
    (relation("<", E, THREE), True),
    (nonzero(subtract(E, PI)), True),
    (relation("not in", x, INTEGERS), None),
    (relation("not in", HALF, INTEGERS), True),
    (relation("not in", m, INTEGERS), False),
    (relation("in", add(multiply(m, m), ONE), INTEGERS), True),
    (relation("not in", add(SQUARE, ONE), NONPOSITIVE), True),
    (relation("not in", number(-2), NONPOSITIVE), False),
    (relation("in", THREE, constant("naturals")), True),
    (relation("not in", divide(ONE, add(SQUARE, TWO)), INTEGERS), True),
    (logic("or", positive(x), nonnegative(SQUARE)), True),
    (logic("and", positive(x), positive(negate(SQUARE))), False),
    (logic("not", positive(exp(x))), False),
    (TRUE, True),
    (relation(">=", x, x), True),
    (relation("<", x, x), False),
    (relation(">=", call("max", x, TWO), TWO), True),
    (relation(">", call("min", x, TWO), THREE), False),
    (nonnegative(call("piecewise", vector(SQUARE, positive(x)), vector(ZERO, TRUE))), True),
    (nonzero(call("gamma", x)), True),
    (positive(call("f", x)), None),
]


@pytest.mark.parametrize(("condition", "expected"), TABLE)
def test_conditions_are_decided(condition, expected):
    assert decide(condition, {}, {}) is expected


def test_ranges_come_from_cards():
    bounds = logic("and", relation("<", ZERO, letter("y")), relation("<", letter("y"), ONE))
    ranges = {"sigmoid": interval_from(bounds)}
    assert decide(positive(call("sigmoid", x)), ranges, {}) is True
    assert decide(positive(subtract(ONE, call("sigmoid", x))), ranges, {}) is True
    assert decide(positive(call("sigmoid", x)), {}, {}) is None
    outside = interval_from(logic("or", relation("<=", y, MINUS_ONE), relation(">=", y, ONE)))
    assert outside.nonzero
    assert interval_from(relation(">=", y, divide(negate(PI), TWO))).lower < Fraction(-157, 100)


def test_a_caller_may_know_more():
    memo = {x: Interval(0, None)}
    assert decide(positive(add(x, ONE)), {}, memo) is True
    assert decide(nonzero(x), {}, memo) is True


def test_what_was_found_is_kept_in_the_memo():
    memo = {}
    form = add(SQUARE, ONE)
    decide(positive(form), {}, memo)
    assert memo[form].lower == 1


def test_numbers_of_roots():
    assert count_roots([Fraction(k) for k in (-6, 11, -6, 1)]) == 3
    assert count_roots([Fraction(k) for k in (1, -2, 1)]) == 1
    assert count_roots([Fraction(k) for k in (1, 0, 0, 0, 1)]) == 0


def test_a_thousand_levels_and_ten_thousand_terms():
    deep = x
    for _ in range(1000):
        deep = call("sin", add(deep, ONE))
    wide = add(*(multiply(number(k), power(x, number(2 * k))) for k in range(1, 10_000)))
    began = time.process_time()
    assert decide(relation("<", deep, TWO), {}, {}) is True
    assert decide(nonnegative(wide), {}, {}) is True
    assert time.process_time() - began < 1


def test_deciding_loads_neither_mpmath_nor_sympy():
    code = "import sys, stepcalc.numeric.signs; sys.exit('mpmath' in sys.modules or 'sympy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


UNARY = (
    "exp log sin cos tan sec csc sinh cosh tanh coth sech csch asin acos atan asinh acosh atanh abs sign"
    " floor ceiling heaviside erf erfc gamma factorial lambertw"
)
NUMBERS = st.one_of(st.integers(-6, 6), st.integers(-32, 32).map(lambda k: Fraction(k, 8)))
LEAVES = st.one_of(NUMBERS.map(number), st.sampled_from([x, y, p, m, PI, E]))


def _quadratic(first, second, third, form):
    return add(multiply(number(first), power(form, TWO)), multiply(number(second), form), number(third))


def _grown(forms):
    return st.one_of(
        st.lists(forms, min_size=2, max_size=3).map(lambda parts: add(*parts)),
        st.lists(forms, min_size=2, max_size=3).map(lambda parts: multiply(*parts)),
        forms.map(lambda part: multiply(part, part)),
        st.tuples(forms, forms).map(lambda parts: divide(*parts)),
        st.tuples(forms, st.integers(-4, 4)).map(lambda parts: power(parts[0], number(parts[1]))),
        st.tuples(forms, st.integers(-3, 5), st.integers(1, 5)).map(
            lambda parts: power(parts[0], divide(number(parts[1]), number(parts[2])))
        ),
        st.tuples(forms, forms).map(lambda parts: power(*parts)),
        st.tuples(forms, st.integers(-4, 5).filter(bool)).map(lambda parts: root(parts[0], number(parts[1]))),
        st.tuples(st.sampled_from(UNARY.split()), forms).map(lambda parts: call(*parts)),
        st.tuples(st.sampled_from(["min", "max"]), forms, forms).map(lambda parts: call(*parts)),
        st.tuples(st.integers(-3, 3), st.integers(-3, 3), st.integers(-3, 3), forms).map(
            lambda parts: _quadratic(*parts)
        ),
    )


FORMS = st.recursive(LEAVES, _grown, max_leaves=8)
POINTS = st.fixed_dictionaries(
    {x: NUMBERS, y: NUMBERS, p: NUMBERS.map(lambda k: abs(k) + Fraction(1, 4)), m: st.integers(-5, 5)}
)


@given(FORMS, POINTS)
def test_the_interval_of_a_form_contains_its_values(form, point):
    (found,) = compile_forms([form]).at(point)
    if found is None or isinstance(found, bool):
        return
    bounds = interval(form, {}, {})
    slack = abs(found) * 2.0**-40 + 2.0**-60
    assert not bounds.is_empty
    assert bounds.lower is None or found + slack >= _number(bounds.lower)
    assert bounds.upper is None or found - slack <= _number(bounds.upper)
    assert not (bounds.nonzero and found == 0)
    assert not bounds.integer or found == int(found)


def _number(end):
    import mpmath

    return mpmath.mpf(end.numerator) / end.denominator if isinstance(end, Fraction) else mpmath.mpf(end)


@given(FORMS, FORMS, st.sampled_from(["<", "<=", ">", ">=", "!=", "="]), POINTS)
def test_what_is_decided_is_so(left, right, sign, point):
    condition = relation(sign, left, right)
    verdict = decide(condition, {}, {})
    (found,) = compile_forms([condition]).at(point)
    if verdict is not None and found is not None:
        assert found is verdict
