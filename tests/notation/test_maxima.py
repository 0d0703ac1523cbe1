"""Forms in Maxima's syntax: what Maxima reads is what was meant."""

from __future__ import annotations

import re
import shutil
import subprocess

import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from stepcalc.errors import NotDerivableError
from stepcalc.notation.forms import (
    MINUS_ONE,
    Form,
    add,
    call,
    divide,
    letter,
    make,
    matrix,
    multiply,
    number,
    power,
    root,
    subtract,
    vector,
)
from stepcalc.notation.maxima import maxima
from stepcalc.notation.reader import read_text
from stepcalc.notation.values import value

x = letter("x")
WRITTEN = {
    "x^2 sin(2x)/3 - e^(-x)": "x^2*sin(2*x)/3-exp(-x)",
    "-x^2": "-x^2",
    "(-2)^n": "(-2)^n",
    "(a/b)/(c/d)": "a/b/(c/d)",
    "a/(b c)": "a/(b*c)",
    "a - (b - c)": "a-(b-c)",
    "(x+1)^(1/2)": "(x+1)^(1/2)",
    "root(x+1, 3)": "(x+1)^(1/3)",
    "sqrt(x)": "sqrt(x)",
    "log_2(x)": "log(x)/log(2)",
    "arcsin(x) + pi": "asin(x)+%pi",
    "|x|": "abs(x)",
    "0.25x": "(1/4)*x",
    "x_1 theta": "x_1*theta",
    "2^x^2": "2^(x^2)",
}


@pytest.mark.parametrize("typed", WRITTEN)
def test_form_in_maxima(typed: str) -> None:
    assert maxima(read_text(typed).form) == WRITTEN[typed]


def test_vectors_and_matrices() -> None:
    assert maxima(vector(x, power(x, number(2)))) == "[x,x^2]"
    assert maxima(matrix([[number(1), x], [number(0), number(2)]])) == "matrix([1,x],[0,2])"


def test_what_maxima_has_no_name_for_is_said() -> None:
    with pytest.raises(NotDerivableError, match="Maxima has no name"):
        maxima(call("softplus", letter("x")))


def test_a_deep_form_is_written() -> None:
    form = letter("x")
    for _ in range(1000):
        form = call("sin", form)
    assert maxima(form).count("sin(") == 1000


LEAVES = st.sampled_from([x, letter("y"), number(2), number(-3), make("constant", "pi", ()), MINUS_ONE])


def _larger(parts: st.SearchStrategy[Form]) -> st.SearchStrategy[Form]:
    two = st.tuples(parts, parts)
    return st.one_of(
        two.map(lambda p: add(*p)),
        two.map(lambda p: subtract(*p)),
        two.map(lambda p: multiply(*p)),
        two.map(lambda p: divide(*p)),
        st.tuples(parts, st.sampled_from([2, 3, -1])).map(lambda p: power(p[0], number(p[1]))),
        parts.map(lambda p: call("cos", p)),
        parts.map(lambda p: root(p)),
    )


FORMS = st.recursive(LEAVES, _larger, max_leaves=8)


@settings(max_examples=150, deadline=None)
@given(FORMS)
def test_brackets_stand_where_they_must(form: Form) -> None:
    """Read as Python reads operators, which binds as Maxima does, the text has the form's value."""
    text = maxima(form).replace("^", "**").replace("%pi", "pi")
    at = {"x": sympy.Rational(7, 10), "y": sympy.Rational(13, 10)}
    names = {**at, "pi": sympy.pi, "cos": sympy.cos, "sqrt": sympy.sqrt}
    # Division of Python's whole numbers is not exact: they are made SymPy's.
    exact = re.sub(r"(?<![\w.])(\d+)", r"Integer(\1)", text)
    try:
        found = eval(exact, {"__builtins__": {}, "Integer": sympy.Integer}, names)
    except ZeroDivisionError:
        return
    meant = value(form).subs({sympy.Symbol(name): number for name, number in at.items()})
    if not sympy.sympify(found).is_finite or not meant.is_finite:
        return
    assert abs(sympy.N(found - meant, 15)) <= 1e-9 * max(1, abs(sympy.N(meant, 15)))


@pytest.mark.skipif(shutil.which("maxima") is None, reason="Maxima is not installed")
def test_maxima_reads_what_is_written() -> None:
    typed = [text for text in WRITTEN if text != "(-2)^n"]  # not a real number here
    forms = [read_text(text).form for text in typed]
    point = {letter(name): str(n) for n, name in enumerate(["x", "n", "a", "b", "c", "d", "x_1", "theta"], 2)}
    at = ", ".join(f"{letter_.name}=0.{n}" for letter_, n in point.items())
    program = "".join(f"print(float(ev({maxima(form)}, {at})))$" for form in forms)
    done = subprocess.run(
        ["maxima", "--very-quiet"], input=program, capture_output=True, text=True, timeout=60, check=True
    )
    lines = [line.strip() for line in done.stdout.splitlines() if line.strip()]
    assert len(lines) == len(forms), done.stdout
    substituted = {sympy.Symbol(each.name): sympy.Float(f"0.{n}") for each, n in point.items()}
    for line, form, text in zip(lines, forms, typed, strict=True):
        found = float(line.strip("() ").replace(" ", ""))
        assert abs(found - float(value(form).subs(substituted))) < 1e-9, text
