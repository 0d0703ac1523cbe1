"""What is too large is refused at once; what only looks large is not."""

from __future__ import annotations

import time

import pytest

from stepcalc.errors import LimitError
from stepcalc.notation.forms import (
    Form,
    add,
    call,
    depth,
    letter,
    multiply,
    number,
    power,
)
from stepcalc.notation.limits import FormLimitError, Limits, check_limits
from stepcalc.notation.reader import read_text

HYPERBOLIC = "Too many hyperbolic functions are inside each other here: the work would not end."


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("9**9**9**9*x", "This power has more than 4,300 digits."),
        ("9^(9^9)", "This power has more than 4,300 digits."),
        ("(1/3)^(10^6)", "This power has more than 4,300 digits."),
        ("1.5^100000", "This power has more than 4,300 digits."),
        ("10^-5000", "This power has more than 4,300 digits."),
        ("(2x)^(10^5)", "This power has more than 4,300 digits."),
        ("sqrt(2)^(10^9)", "This power has more than 4,300 digits."),
        ("(8 + tan(pi/4))^(9^9)", "This power has more than 4,300 digits."),
        ("(x - x + 9)^(9^9)", "This power has more than 4,300 digits."),
        ("2^(x + 9^9)", "This power has more than 4,300 digits."),
        ("9^9^9 + x", "This power has more than 4,300 digits."),
        ("factorial(10**9)", "The value of factorial has more than 4,300 digits here."),
        ("(10^6)!", "The value of factorial has more than 4,300 digits here."),
        ("3!!!!", "The value of factorial has more than 4,300 digits here."),
        ("gamma(10**9)", "The value of gamma has more than 4,300 digits here."),
        ("gamma(10^9 + 1/2)", "The value of gamma has more than 4,300 digits here."),
        ("beta(10^9, 10^9)", "The value of beta has more than 4,300 digits here."),
        ("digamma(10^9)", "The value of digamma has more than 4,300 digits here."),
        ("polygamma(10^9, 1)", "The value of polygamma has more than 4,300 digits here."),
        ("zeta(-10^9 + 1)", "The value of zeta has more than 4,300 digits here."),
        ("exp(10^9 ln(2))", "The value of exp has more than 4,300 digits here."),
        ("*".join(["99999"] * 1000), "This number has more than 4,300 digits."),
        ("9" * 4301, "This number has more than 4,300 digits."),
        ("sin" + "9" * 4301, "This number has more than 4,300 digits."),
        ("log_" + "9" * 4301 + "(x)", "This number has more than 4,300 digits."),
        ("1e4301", "This number has more than 4,300 digits."),
        ("1e99999999999999", "This number has more than 4,300 digits."),
        ("0." + "3" * 4400, "This number has more than 4,300 digits."),
        ("tanh(" * 10 + "x" + ")" * 10, HYPERBOLIC),
        ("sech(1 + " * 6 + "x" + ")" * 6, HYPERBOLIC),
        ("sinh(1/" * 6 + "x" + ")" * 6, HYPERBOLIC),
        ("(" * 1300 + "x" + ")" * 1300, "More than 1,200 expressions are inside each other here."),
        ("sin(" * 1300 + "x" + ")" * 1300, "More than 1,200 expressions are inside each other here."),
        ("-" * 5000 + "x", "More than 1,200 expressions are inside each other here."),
        ("x^" * 5000 + "x", "More than 1,200 expressions are inside each other here."),
        ("x" + "/2" * 5000, "More than 1,200 expressions are inside each other here."),
    ],
)  # fmt: skip
def test_too_large_is_refused(text: str, said: str) -> None:
    started = time.process_time()
    with pytest.raises(LimitError) as caught:
        read_text(text)
    assert caught.value.message == said
    assert caught.value.start is not None
    assert time.process_time() - started < 1


@pytest.mark.parametrize(
    "text",
    [
        "sin(" * 1000 + "x" + ")" * 1000,
        "sin " * 1000 + "x",
        "(" * 1000 + "x" + ")" * 1000,
        "e^" * 1000 + "x",
        "sqrt(1 + " * 500 + "x" + ")" * 500,
        "|" * 300 + "x" + "|" * 300,
        "x^(10^9)",
        "sin(x)^1000000",
        "(x + 1)^1000",
        "9^4000",
        "9^x",
        "2^(10^30 x)",
        "1^(10^100)",
        "(-1)^(10^100)",
        "pi^(10^6)",
        "exp(10^9)",
        "sin(10^9)",
        "gamma(100) + 100!",
        "gamma(x + 10^9)",
        "x*" * 2000 + "x",
        "tanh(tanh(tanh(x)))",
        "sinh(" * 9 + "x" + ")" * 9,
        "tanh(b + w " * 100 + "x" + ")" * 100,
        "+".join(f"x^{k}/{k}" for k in range(1, 2000)),
        "+".join(f"{k}/100" for k in range(1, 5000)),
        "+".join(f"tanh({k}x)" for k in range(1, 1000)),
        "9" * 4300,
    ],
)
def test_what_only_looks_large_is_read(text: str) -> None:
    read_text(text)


def test_sum_of_ten_thousand_terms_is_read_in_linear_time() -> None:
    def seconds(terms: int) -> float:
        text = " + ".join(f"{k} sin({k}x)^2" for k in range(terms))
        started = time.process_time()
        assert len(read_text(text).form.args) == terms
        return time.process_time() - started

    seconds(100)
    assert seconds(10_000) < 40 * seconds(1_000) + 0.5


def test_error_shows_the_outermost_tower() -> None:
    with pytest.raises(LimitError) as caught:
        read_text("x + 2*9^9^9^9 - 1")
    assert (caught.value.start, caught.value.end) == (6, 13)


def test_forms_that_were_not_typed_are_checked_too() -> None:
    nine = number(9)
    x = letter("x")
    tower = power(nine, power(nine, nine))
    with pytest.raises(FormLimitError) as caught:
        check_limits(add(x, tower))
    assert caught.value.form is tower
    deep: Form = x
    for _ in range(3000):
        deep = call("sin", deep)
    with pytest.raises(FormLimitError):
        check_limits(deep)
    check_limits(deep, Limits(depth=5000))
    assert depth(deep) == 3001


def test_shared_parts_are_measured_once() -> None:
    form: Form = letter("x")
    for _ in range(300):
        form = multiply(form, form)
    started = time.process_time()
    check_limits(form)
    assert time.process_time() - started < 1


def test_limits_can_be_chosen() -> None:
    with pytest.raises(LimitError, match="more than 10 characters"):
        read_text("x + y + z + 1", limits=Limits(length=10))
    with pytest.raises(LimitError, match="More than 5 expressions"):
        read_text("((((((x))))))", limits=Limits(depth=5))
    with pytest.raises(LimitError, match="more than 3 digits"):
        read_text("10^4", limits=Limits(digits=3))
