"""Points inside domains: everywhere they should be, the same every time, and found in bounded time."""

from __future__ import annotations

import time
from fractions import Fraction

import pytest

from stepcalc.notation.forms import (
    ONE,
    TRUE,
    TWO,
    ZERO,
    add,
    call,
    constant,
    divide,
    exp,
    goal,
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
from stepcalc.numeric.domain import holds, sample_points, samples
from stepcalc.numeric.evaluate import compile_forms

x, y, a, n = map(letter, "xyan")


def sampled(form, *conditions, letters=(x,), **options):
    return [
        [float(point[z]) for z in letters] for point in sample_points([form], conditions, letters, **options)
    ]


def test_points_lie_on_each_side_of_zero_and_are_the_same_every_time():
    first = sampled(multiply(power(x, TWO), call("sin", x)))
    assert len(first) == 8
    assert sum(value < 0 for (value,) in first) >= 3
    assert sum(value > 0 for (value,) in first) >= 3
    assert first == sampled(multiply(power(x, TWO), call("sin", x)))
    assert first != sampled(multiply(power(x, TWO), call("sin", x)), seed=1)


NARROW = {
    "arcsine, moved": call("asin", subtract(x, number(3))),
    "root, far out": root(subtract(x, number(100))),
    "root, far out on the left": root(subtract(negate(x), number(100))),
    "logarithm, very far out": call("log", subtract(x, number(1000))),
    "arcosh": call("acosh", x),
    "arcosh, moved": call("acosh", subtract(x, number(50))),
    "arcsine of a thousandfold": call("asin", multiply(number(1000), x)),
    "arcsine of a thousandth": call("asin", subtract(divide(x, number(1000)), number(5))),
    "logarithms of logarithms": call("log", call("log", call("log", x))),
    "outside a large interval": root(subtract(power(x, TWO), number(10_000))),
    "between neighbours": root(multiply(subtract(x, number(5)), subtract(number(Fraction(51, 10)), x))),
    "tops of a wave": root(subtract(call("sin", x), number(Fraction(99, 100)))),
}


@pytest.mark.parametrize("form", NARROW.values(), ids=NARROW)
def test_narrow_domains_are_found(form):
    assert len(sampled(form)) >= 3
    assert len(sampled(goal(form, x))) >= 3


def test_breakpoints_have_points_on_both_sides():
    for shift in (0, 4, 20, -7):
        found = sampled(call("abs", subtract(x, number(shift))))
        assert any(value < shift for (value,) in found)
        assert any(value > shift for (value,) in found)
    pieces = call(
        "piecewise",
        vector(x, relation("<", x, ONE)),
        vector(power(x, TWO), relation("<", x, number(30))),
        vector(ZERO, TRUE),
    )
    found = sorted(value for (value,) in sampled(pieces))
    assert found[0] < 1 < 30 < found[-1]
    assert any(1 < value < 30 for value in found)


def test_several_letters():
    found = sampled(root(subtract(power(a, TWO), power(x, TWO))), letters=(x, a))
    assert len(found) == 8
    disc = root(add(ONE, negate(power(x, TWO)), negate(power(y, TWO))))
    assert len(sampled(disc, letters=(x, y))) == 8
    general = sampled(power(x, n), letters=(x, n))
    assert all(value > 0 for value, _ in general)
    assert len({exponent for _, exponent in general}) == 8


def test_conditions_hold_and_integers_are_integers():
    assert all(value > 2 for (value,) in sampled(x, relation(">", x, TWO)))
    both = logic("and", relation("<", negate(ONE), x), relation("<", x, ONE))
    assert all(-1 < value < 1 for (value,) in sampled(x, both))
    whole = sampled(power(x, n), relation("in", n, constant("integers")), letters=(x, n))
    assert all(exponent == int(exponent) for _, exponent in whole)
    assert any(value < 0 for value, _ in whole)


def test_assumptions_of_letters_are_respected():
    positive = letter("p", (("positive", True),))
    negative = letter("q", (("negative", True),))
    integer = letter("m", (("integer", True),))
    found = sampled(add(positive, negative, integer), letters=(positive, negative, integer))
    assert len(found) == 8
    assert all(p > 0 > q and m == int(m) for p, q, m in found)


@pytest.mark.parametrize(
    "form",
    [
        root(subtract(negate(power(x, TWO)), ONE)),
        call("gamma", add(x, number(10**9))),
        call("log", negate(exp(x))),
    ],
)
def test_an_empty_domain_is_given_up_in_bounded_time(form):
    began = time.process_time()
    assert sampled(form) == []
    assert time.process_time() - began < 1


def test_no_letters_is_one_point():
    assert len(sample_points([number(2)], [], [])) == 1


def test_samples_bring_their_values():
    program = compile_forms([power(x, TWO), relation(">", x, ZERO)])
    for sample in samples(program, [x], count=5):
        assert sample.values[0] == sample.point[x] ** 2
        assert sample.values[1] is True


def test_samples_off_the_real_axis():
    form = call("log", negate(power(call("sec", x), TWO)))
    assert sampled(form) == []
    found = samples(compile_forms([form, goal(form, x)]), [x], complex_ok=True)
    assert len(found) == 8
    assert all(sample.point[x].imag for sample in found)


def test_whether_a_condition_holds():
    assert holds(relation(">", call("log", x), ZERO), {x: 2}) is True
    assert holds(relation(">", call("log", x), ZERO), {x: 0.5}) is False
    assert holds(relation(">", call("log", x), ZERO), {x: -1}) is None
