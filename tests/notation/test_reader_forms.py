"""What texts are read as, form by form."""

from __future__ import annotations

from fractions import Fraction

import pytest

from stepcalc.errors import ReadError
from stepcalc.notation.forms import (
    MINUS_ONE,
    TRUE,
    TWO,
    Form,
    add,
    call,
    constant,
    derived,
    divide,
    exp,
    goal,
    letter,
    logic,
    multiply,
    number,
    power,
    reference,
    relation,
    root,
    vector,
)
from stepcalc.notation.functions import FUNCTIONS, FunctionName
from stepcalc.notation.reader import read_text

x, y, t, n, a, b, c, u = map(letter, "xytnabcu")
sin_x = call("sin", x)
three = number(3)


def read(text: str, **options: object) -> Form:
    return read_text(text, **options).form  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("a + b + c", add(a, b, c)),
        ("a + (b + c)", add(a, add(b, c))),
        ("(a + b) + c", add(add(a, b), c)),
        ("a - b", add(a, multiply(MINUS_ONE, b))),
        ("a - 2b", add(a, multiply(number(-2), b))),
        ("a - (b + c)", add(a, multiply(MINUS_ONE, add(b, c)))),
        ("a - 3", add(a, number(-3))),
        ("a - -b", add(a, multiply(MINUS_ONE, multiply(MINUS_ONE, b)))),
        ("-x", multiply(MINUS_ONE, x)),
        ("-2x", multiply(number(-2), x)),
        ("-(2x)", multiply(MINUS_ONE, multiply(TWO, x))),
        ("-x/2", multiply(MINUS_ONE, divide(x, TWO))),
        ("(-x)/2", divide(multiply(MINUS_ONE, x), TWO)),
        ("--x", multiply(MINUS_ONE, multiply(MINUS_ONE, x))),
        ("-1*3", multiply(MINUS_ONE, three)),
        ("-3", number(-3)),
        ("+x", x),
        ("x*-2", multiply(x, number(-2))),
        ("x*-y/2", divide(multiply(x, multiply(MINUS_ONE, y)), TWO)),
        ("a b*c", multiply(a, b, c)),
        ("a (b c)", multiply(a, multiply(b, c))),
        ("a*b/2", divide(multiply(a, b), TWO)),
        ("a/b/c", divide(divide(a, b), c)),
        ("a/b*c", multiply(divide(a, b), c)),
        ("a/b c", divide(a, multiply(b, c))),
        ("x sin(x)/2", divide(multiply(x, sin_x), TWO)),
        ("x^2", power(x, TWO)),
        ("x^y^2", power(x, power(y, TWO))),
        ("x^-2y", multiply(power(x, number(-2)), y)),
        ("x²^3", power(power(x, TWO), three)),
        ("x!^2", power(call("factorial", x), TWO)),
        ("e^x", exp(x)),
        ("e", constant("e")),
        ("e^(-x^2)", exp(multiply(MINUS_ONE, power(x, TWO)))),
        ("sqrt(x)", root(x)),
        ("√√x", root(root(x))),
        (r"\sqrt[n]{x}", root(x, n)),
        ("0.25", number(Fraction(1, 4))),
        ("2.0", TWO),
        ("log(x, 3)", call("log", x, three)),
        ("log_b(x)", call("log", x, b)),
        ("log_bx", call("log", x, b)),
        ("log^2 x", power(call("log", x), TWO)),
        ("f'(x)", derived("f", (1,), x)),
        ("f′′(x)", derived("f", (2,), x)),
        ("f⁽⁴⁾(x)", derived("f", (4,), x)),
        ("f^{(4)}(x)", derived("f", (4,), x)),
        ("f^(1,0)(x, y)", derived("f", (1, 0), x, y)),
        ("xf(x)", multiply(x, call("f", x))),
        ("f", letter("f")),
        ("f x", multiply(letter("f"), x)),
        ("2 d/dx[x] + 1", add(multiply(TWO, goal(x, x)), number(1))),
        ("x*d^2/dx^2[x]", multiply(x, goal(x, x, x))),
        ("∂³/∂x²∂y[x]", goal(x, x, x, y, kind="partial")),
        ("partial^2/partial x partial y[x]", goal(x, x, y, kind="partial")),
        ("d/(d x)", divide(letter("d"), multiply(letter("d"), x))),
        ("d/dx", divide(letter("d"), multiply(letter("d"), x))),
        ('"a b"^2', power(letter("a b"), TWO)),
        (r'"\"" x', multiply(letter('"'), x)),
        ('"my f"(x)', call("my f", x)),
        ("integral(t, t, 0, x)", call("integral", t, t, number(0), x)),
        ("piecewise((x, x < 0), (1, true))",
         call("piecewise", vector(x, relation("<", x, number(0))), vector(number(1), TRUE))),
        ("𝑥² − １", add(power(x, TWO), number(-1))),
        ("x\u200b\u2062y", multiply(x, y)),
        ("[x + 1](x)", multiply(add(x, number(1)), x)),
        ("-½x", multiply(MINUS_ONE, divide(number(1), TWO), x)),
        ("log_(2)(x)", call("log", x, TWO)),
        ("|x|y|", None),
    ],
)  # fmt: skip
def test_text_is_read_as_form(text: str, form: Form | None) -> None:
    if form is None:
        with pytest.raises(ReadError):
            read(text)
    else:
        assert read(text) is form


@pytest.mark.parametrize(
    ("text", "options", "form"),
    [
        ("mass v", {"declared": ["mass"]}, multiply(letter("mass"), letter("v"))),
        ("2massx", {"declared": ["mass"]}, multiply(TWO, letter("mass"), x)),
        ("e^x", {"declared": ["e"]}, power(letter("e"), x)),
        ("f(x)", {"declared": ["f"]}, multiply(letter("f"), x)),
        ("F(x) + F'(x)", {"undefined": ["F"]}, add(call("F", x), derived("F", (1,), x))),
        ("xforce(t)", {"undefined": ["force"]}, multiply(x, call("force", t))),
        ("pi", {"declared": ["pi"]}, letter("pi")),
        ("x, y", {"vector": True}, vector(x, y)),
        ("(x,)", {"vector": True}, vector(x)),
        ("((x, y), (a, b))", {"vector": True}, vector(vector(x, y), vector(a, b))),
        ("x = y", {"relations": True}, relation("=", x, y)),
        ("true", {"relations": True}, TRUE),
        ("(x < 1 or y < 1) and a < 1", {"relations": True},
         logic("and", logic("or", *(relation("<", z, number(1)) for z in (x, y))),
               relation("<", a, number(1)))),
        ("x [3]", {"references": True}, multiply(x, reference(3))),
        ("x [3]", {}, multiply(x, three)),
    ],
)  # fmt: skip
def test_options_change_what_is_read(text: str, options: dict[str, object], form: Form) -> None:
    assert read(text, **options) is form


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("D(u)", goal(u, x)),
        ("D(u, t)", goal(u, t)),
        ("D(sin(u)) = cos(u)*D(u)",
         relation("=", goal(call("sin", u), x), multiply(call("cos", u), goal(u, x)))),
        ("prod(f...)", call("prod", call("rest", letter("f")))),
        ("sum(D(f)*prod(others)...)",
         call("sum", call("rest", multiply(goal(letter("f"), x), call("prod", letter("others")))))),
        ("f*g", multiply(letter("f"), letter("g"))),
        ("u not in integers", relation("not in", u, constant("integers"))),
        ("n in odd_integers", relation("in", n, constant("odd_integers"))),
        ("-1 <= u <= 1", logic("and", relation("<=", MINUS_ONE, u), relation("<=", u, number(1)))),
        ("max(f...)", call("max", call("rest", letter("f")))),
    ],
)  # fmt: skip
def test_rule_cards_have_words_of_their_own(text: str, form: Form) -> None:
    reading = read_text(text, law=True)
    assert reading.form is form
    assert reading.notes == ()


def test_functions_of_a_rulebook_are_known() -> None:
    known = {**FUNCTIONS, "softplus": FunctionName("softplus", aliases=("SoftPlus",))}
    assert read("softplus(x)", functions=known) is read("SoftPlus(x)", functions=known)
    with pytest.raises(ReadError, match="no function"):
        read("softplus(x)")


@pytest.mark.parametrize("text", ["D + i", "lambda x", "beta(x", "S x"])
def test_names_of_python_and_sympy_are_letters(text: str) -> None:
    if text == "beta(x":
        assert read("beta x") is multiply(letter("beta"), x)
    else:
        assert all(node.head == "letter" for node in read(text).args)
