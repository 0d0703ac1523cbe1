"""Expressions cut down to what can be read."""

from __future__ import annotations

from stepcalc.notation.forms import Form, add, call, depth, letter, multiply, number, size
from stepcalc.render.shorten import DEEPEST, DOTS, Sizes, shorten

X = letter("x")


def nested(levels: int) -> Form:
    form = X
    for _ in range(levels):
        form = call("sin", form)
    return form


def test_small_expressions_stay_as_they_are() -> None:
    form = nested(20)
    assert shorten(form, 30) is form


def test_long_sum_keeps_its_first_terms_and_the_last() -> None:
    terms = [multiply(number(k), X) for k in range(2, 2000)]
    cut = shorten(add(*terms), 40)
    assert cut.args[0] is terms[0]
    assert cut.args[-1] is terms[-1]
    assert cut.args[-2] is DOTS
    assert size(cut) <= 45


def test_deep_expression_keeps_its_outside() -> None:
    cut = shorten(nested(5000), 90)
    assert cut.label == "sin"
    assert depth(cut) <= DEEPEST + 1


def test_sizes_count_shared_parts_each_time_they_are_written() -> None:
    form = X
    for _ in range(60):
        form = add(form, form)
    assert Sizes()[form] == 2**61 - 1
    assert size(shorten(form, 50)) <= 2 * 50
