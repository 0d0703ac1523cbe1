"""Formulas in Typst's maths: Typst accepts each of them, and they look as they should."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stepcalc.notation.forms import (
    ONE,
    TWO,
    Form,
    add,
    call,
    divide,
    goal,
    letter,
    multiply,
    number,
    power,
    root,
)
from stepcalc.notation.reader import read_text
from stepcalc.notation.typst import tokens, typst
from stepcalc.notation.typst.lettering import quoted
from stepcalc.notation.typst.lines import breadth, joined, lines
from tests.notation.test_round_trip import everything

compile = pytest.importorskip("typst").compile

x, y = letter("x"), letter("y")

PROLOGUE = """
#set text(font: "New Computer Modern")
#show math.equation: set text(font: "New Computer Modern Math")
#let mk(body) = math.underline(body)
"""


def accepted(formulas: Iterable[str]) -> None:
    """Have Typst set formulas, all at once; it raises an error where one is wrong."""
    markup = PROLOGUE + "\n".join(f"$ {formula} $" for formula in formulas)
    with tempfile.TemporaryDirectory() as empty:
        compile(markup.encode(), root=empty, format="svg", ignore_system_fonts=True)


WRITTEN = """
x^2 sin(x)|x^(2) op("sin")(x)
sin(x)^2|op("sin")^(2)(x)
(x+1)/(x-1)|frac(x + 1, x − 1)
sqrt(x+1)|sqrt(x + 1)
root(x, 5)|root(5, x)
e^(2x)|e^(2 x)
x^(1/2)|x^(1\\/2)
abs(x)|abs(x)
theta_1|θ_(1)
x_max|x_("max")
f'(x)|f'(x)
g^(1,2)(x,y)|g^((1\\, 2))(x\\, y)
-2 x|−2 x
log_2(x)|op("log")_(2)(x)
max(x, 1)|op("max")(x\\, 1)
x <= 1|x ≤ 1
pi x|π x
softplus(x)|op("softplus")(x)
"""


@pytest.mark.parametrize("line", WRITTEN.strip().splitlines(), ids=lambda line: line.rpartition("|")[0])
def test_formula_in_typst(line: str) -> None:
    text, _, written = line.rpartition("|")
    form = read_text(text, relations=True, undefined=("f", "g", "softplus")).form
    assert typst(form) == written


def test_marked_parts_are_arguments_of_mk_and_do_not_nest() -> None:
    inner = goal(x, x)
    marked = add(multiply(TWO, inner), inner)
    written = typst(marked, marks={inner, marked})
    assert written.startswith("mk(") and written.count("mk(") == 1
    assert typst(marked, marks={inner}).count("mk(") == 2


def test_a_letter_cannot_end_its_text() -> None:
    hostile = letter('"); #read("/etc/passwd") #panic("')
    assert typst(hostile) == quoted('"); #read("/etc/passwd") #panic("')
    accepted([typst(add(hostile, letter("\\")), functions={}), typst(call('f")#panic()', x))])


def test_long_sums_are_broken_before_their_signs() -> None:
    form = add(*(power(x, number(k)) for k in range(2, 40)))
    rows = lines(tokens(form), 30)
    assert len(rows) > 2
    assert all(row.startswith('class("binary", +)') for row in rows[1:])
    accepted(rows)


def test_brackets_that_are_broken_are_set_one_by_one() -> None:
    long = add(*(divide(letter(f"a_{k}"), x) for k in range(30)))
    rows = lines(tokens(multiply(long, call("sin", x)), room=20), 20)
    assert "lr(\\(" in rows[0] and "lr(\\)" in rows[-1]
    accepted(rows)


def test_a_mark_over_several_lines_is_opened_on_each() -> None:
    form = add(*(letter(f"a_{k}") for k in range(60)))
    rows = lines(tokens(add(y, goal(form, x)), marks=[goal(form, x)]), 25)
    assert len(rows) > 2
    assert all("mk(" in row for row in rows)
    accepted(rows)


def test_no_line_has_nothing_but_the_gap_before_a_minus_sign() -> None:
    form = add(number(93396), number(-4), number(75), number(-920))
    rows = lines(tokens(goal(form, x), marks=[form], room=4), 4)
    assert "mk( )" not in rows and "mk()" not in rows
    accepted(rows)


def test_a_fraction_wider_than_its_line_is_written_with_a_slash() -> None:
    above = add(*(call("sin", multiply(number(k), x)) for k in range(2, 20)))
    assert "frac(" in joined(tokens(divide(above, x)))
    rows = lines(tokens(divide(above, x), room=30), 30)
    assert not any("frac(" in row for row in rows)
    accepted(rows)


def test_numbers_of_many_digits_are_broken() -> None:
    rows = lines(tokens(number(10**400)), 30)
    assert len(rows) > 5
    accepted(rows)


def test_deep_forms_are_written_without_recursion() -> None:
    form = x
    for _ in range(3000):
        form = root(add(form, ONE))
    assert typst(form).count("sqrt(") == 3000


@given(forms=st.lists(everything, min_size=25, max_size=25), marked=st.integers(0, 3))
@settings(max_examples=4, deadline=None, suppress_health_check=list(HealthCheck))
def test_typst_accepts_every_form(forms: list[Form], marked: int) -> None:
    formulas: list[str] = []
    for form in forms:
        marks = form.args[:marked]
        formulas.append(typst(form, marks=marks))
        formulas.append(typst(form, notation="prime"))
        formulas.extend(lines(tokens(form, marks=marks, room=4), 4))
    accepted(formula.replace("漢", "kan") for formula in formulas)


def test_estimated_width_grows_with_what_is_written() -> None:
    short, long = tokens(add(x, y)), tokens(add(x, y, call("sin", divide(x, y))))
    assert 0 < breadth(short) < breadth(long)


def test_fractions_in_a_matrix_are_as_large_as_on_a_line_of_their_own() -> None:
    import stepcalc

    tall = typst(stepcalc.hessian("x/y", ["x", "y"]).answer)
    assert "row-gap" in tall
    assert tall.count("display(") == 4
    plain = typst(stepcalc.hessian("x^2 y", ["x", "y"]).answer)
    assert "display(" not in plain
    assert "row-gap" not in plain
