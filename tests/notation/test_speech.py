"""Formulas read aloud: they sound as a teacher says them, and no two sound alike."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stepcalc.notation.forms import (
    MINUS_ONE,
    ONE,
    TWO,
    Form,
    add,
    call,
    constant,
    derived,
    divide,
    goal,
    letter,
    multiply,
    number,
    power,
    relation,
    root,
)
from stepcalc.notation.latex import latex
from stepcalc.notation.reader import read_text
from stepcalc.notation.speech import MOST, spoken

x, y = letter("x"), letter("y")

READ_ALOUD = """
x^2 sin(x)|x squared times sine of x
3x^2-4x+1|3 x squared minus 4 x plus 1
-x|minus x
-3|minus 3
x-3|x minus 3
x+(-3)|x minus 3
2(x+1)|2 times open bracket x plus 1 close bracket
(x+1)^2|open bracket x plus 1 close bracket squared
x^3|x cubed
x^n|x to the power n
x^-1|x to the power minus 1
x^(n-1)|x to the power open bracket n minus 1 close bracket
x^(1/2)|x to the power one half
x^(2/3)|x to the power two thirds
x^(x^2)|x to the power open bracket x squared close bracket
(x^2)^3|open bracket x squared close bracket cubed
(-2)^3|open bracket minus 2 close bracket cubed
e^x|e to the power x
e^2|e squared
e^(x^2+1)|e to the power open bracket x squared plus 1 close bracket
x/y|x over y
-x/2|minus x over 2
2x/3|2 x over 3
3/4|three quarters
(1/2)x|one half times x
7/12|7 over 12
1/(2x)|the fraction 1 all over 2 x end fraction
(x+1)/(x-1)|the fraction x plus 1 all over x minus 1 end fraction
(1/x)/y|the fraction 1 over x all over y end fraction
(x/y)^2|the fraction x all over y end fraction squared
x (y/2)|x times the fraction y all over 2 end fraction
sin x|sine of x
sin(2x)|sine of open bracket 2 x close bracket
sin(x^2)|sine of x squared
sin(x)^2|sine squared of x
sin(x)^4|sine to the power 4 of x
sin(x)^-1|open bracket sine of x close bracket to the power minus 1
sin(cos(x))|sine of cosine of x
sin(x)cos(x)|sine of x times cosine of x
ln(x)|natural log of x
ln(x)^2|open bracket natural log of x close bracket squared
log_2(x)|log to base 2 of x
sqrt(x)|the square root of x
sqrt(x+1)|the square root of open bracket x plus 1 close bracket
cbrt(x)|the cube root of x
root(x, 5)|the root of index 5 of x
abs(x)|the absolute value of x
arcsin(x)|arc sine of x
x!|x factorial
pi x|pi times x
0.5x|0.5 x
theta_1|theta sub 1
Gamma_1|capital gamma sub 1
A B|capital a times capital b
max(x, 0)|the maximum of open bracket x comma 0 close bracket
f(x)|f of x
f'(x)|f prime of x
f''(2x)|f double prime of open bracket 2 x close bracket
g^(1,2)(x,y)|the derivative of order 1 comma 2 of g of open bracket x comma y close bracket
x = 1|x equals 1
x + 1 >= 0|x plus 1 is at least 0
x > 0 and y != 1|x is greater than 0 and y is not 1
(x, y)|the vector x comma y end vector
matrix([x, 1], [0, y])|the 2 by 2 matrix row 1 x comma 1 row 2 0 comma y end matrix
column(x, y)|the column x comma y end column
integral(t^2, t, 0, x)|the integral from 0 to x of t squared d t end integral
piecewise((x, x<0), (x^2, x>=0))|by cases x for x is less than 0 next x squared for x is at least 0 end cases
gradient(x y, x, y)|the gradient of open bracket x times y close bracket
limit(x/y, x, 0)|the limit as x tends to 0 of x over y
"""


@pytest.mark.parametrize("line", READ_ALOUD.strip().splitlines(), ids=lambda line: line.partition("|")[0])
def test_formula_sounds_as_it_is_said(line: str) -> None:
    text, _, words = line.partition("|")
    form = read_text(text, relations=True, operators=True, vector=True, undefined=("f", "g")).form
    assert spoken(form) == words


def test_what_is_differentiated_goes_on_to_the_end() -> None:
    assert spoken(goal(multiply(power(x, TWO), call("sin", x)), x)) == "d by d x of x squared times sine of x"
    assert spoken(goal(x, x, x)) == "d squared by d x squared of x"
    assert spoken(goal(x, x, y, kind="partial")) == "partial d squared by d x d y of x"
    assert spoken(relation("=", goal(x, x), ONE)) == "d by d x of x equals 1"


def test_what_is_differentiated_is_closed_off_where_something_follows() -> None:
    assert spoken(add(goal(x, x), y)) == "d by d x of open bracket x close bracket plus y"
    assert spoken(add(y, goal(add(x, y), x))) == "y plus d by d x of open bracket x plus y close bracket"
    assert spoken(multiply(y, goal(x, x))) == "y times d by d x of open bracket x close bracket"
    assert (
        spoken(goal(multiply(add(x, ONE), y), x))
        == "d by d x of open bracket open bracket x plus 1 close bracket times y close bracket"
    )


def test_letters_that_look_like_words_are_said_to_be_names() -> None:
    assert spoken(letter("e")) == "the name e end name"
    assert spoken(letter("and")) == "the name and end name"
    assert spoken(letter("mass")) == "mass"


def test_speech_of_something_endless_breaks_off() -> None:
    long = add(*(letter(f"x_{k}") for k in range(5000)))
    assert len(spoken(long)) < MOST + 40
    assert spoken(long).endswith("and so on")


def test_deep_forms_are_read_without_recursion() -> None:
    form = x
    for _ in range(3000):
        form = call("sin", form)
    assert spoken(form).startswith("sine of sine of sine of")


leaves = st.sampled_from([x, y, ONE, TWO, number(-2), number(3), constant("pi"), letter("d"), letter("x_1")])


@st.composite
def _larger(draw: st.DrawFn, parts: st.SearchStrategy[Form]) -> Form:
    several = st.lists(parts, min_size=2, max_size=3)
    return draw(
        st.one_of(
            several.map(lambda terms: add(*terms)),
            several.map(lambda factors: multiply(*factors)),
            several.map(lambda factors: multiply(MINUS_ONE, *factors)),
            parts.map(lambda part: multiply(MINUS_ONE, part)),
            st.builds(divide, parts, parts),
            st.builds(power, parts, parts),
            st.builds(root, parts, st.sampled_from([TWO, number(3), number(5)])),
            st.builds(call, st.sampled_from(["sin", "log", "exp", "f", "factorial", "abs"]), parts),
            st.builds(call, st.sampled_from(["log", "max"]), parts, parts),
            st.builds(lambda part: derived("f", (1,), part), parts),
            st.builds(goal, parts, st.sampled_from([x, y])),
            st.builds(lambda part: goal(part, x, x), parts),
            st.builds(lambda part: call("limit", part, x, ONE), parts),
        )
    )


small = st.recursive(leaves, _larger, max_leaves=5)


@given(forms=st.lists(small, min_size=40, max_size=40))
@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
def test_forms_that_look_different_sound_different(forms: list[Form]) -> None:
    heard: dict[str, str] = {}
    for form in forms:
        seen = latex(form)
        assert heard.setdefault(spoken(form), seen) == seen


def _all_small() -> list[Form]:
    """Every form of up to two operations on a few letters."""
    level = [x, y, TWO, number(-2), letter("d")]
    for _ in range(2):
        below = level[:90]
        level = list(
            dict.fromkeys(
                [
                    *level,
                    *(build(a, b) for a in below for b in below for build in (add, multiply, divide, power)),
                    *(multiply(MINUS_ONE, a, b) for a in below[:12] for b in below[:12]),
                    *(multiply(a, b, x) for a in below[:12] for b in below[:12]),
                    *(add(a, b, x) for a in below[:12] for b in below[:12]),
                    *(multiply(MINUS_ONE, a) for a in below),
                    *(
                        build(a)
                        for a in below
                        for build in (lambda a: goal(a, x), lambda a: goal(a, x, x), root)
                    ),
                    *(call(name, a) for a in below for name in ("sin", "log", "exp", "factorial")),
                    *(call("limit", a, x, ONE) for a in below),
                ]
            )
        )
    return level


def test_no_two_small_forms_sound_alike() -> None:
    heard: dict[str, Form] = {}
    alike = []
    for form in _all_small():
        other = heard.setdefault(spoken(form), form)
        if other is not form:
            alike.append((spoken(form), latex(form), latex(other)))
    assert not alike, alike[:5]
