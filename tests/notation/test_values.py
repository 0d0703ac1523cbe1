"""Forms and SymPy expressions: there and back is the same, and the form is in the order a textbook prints."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import E, Function, I, Integer, Rational, cbrt, cos, exp, log, oo, pi, sin, sqrt, tan

from stepcalc.errors import NotDerivableError
from stepcalc.notation import forms
from stepcalc.notation.forms import Form, letter, number
from stepcalc.notation.functions import FUNCTIONS
from stepcalc.notation.unicode import one_line
from stepcalc.notation.values import form_of, value
from stepcalc.notation.values.products import power_of, product_of, sum_of

x, y, a, b, c = sympy.symbols("x y a b c")
n = sympy.Symbol("n", integer=True)
f = Function("f")


def every_function() -> list[Any]:
    """Each function that can be typed and that SymPy has, at letters."""
    found = []
    for entry in FUNCTIONS.values():
        if entry.sympy and entry.name not in ("piecewise", "integral", "min", "max"):
            found += [getattr(sympy, entry.sympy)(*(x, y, a)[:arity]) for arity in entry.arities]
    return found


EXPRESSIONS = [
    *every_function(), x**2 + 2 * x + 1, 1 - x, a**2 - x**2, -x, -x - 1, x / 2, x / y, 1 / (x * y), -1 / x,
    2 * (x + 1), (x + 1) / 2, sqrt(x), 1 / sqrt(x), x ** Rational(2, 3), x ** Rational(-2, 3), cbrt(x),
    exp(-x) / x, exp(x) ** 2, pi * x, E * x, I * x, oo, -oo, sympy.nan, sympy.EulerGamma,
    2**x, 2 ** (-x), x**n, x ** (-n), x**y, (-x) ** n, (-2) ** x, sqrt(2) * x / 2, Rational(-1, 3),
    Integer(10) ** 40, sympy.Min(x, y, 1), sympy.Max(x, 1), sympy.Piecewise((x, x < 0), (x**2, True)),
    sympy.Piecewise((1, sympy.Eq(x, 0)), (x, x > 1), (2, sympy.Ne(x, 3))),
    sympy.Integral(sin(x), (x, 0, y)), sympy.Derivative(f(x), x), sympy.Derivative(f(x, y), x, x, y),
    sympy.Subs(sympy.Derivative(f(x), x), x, 2 * y), sympy.Derivative(x**2, x, evaluate=False), f(x),
    f(x, y), sympy.Eq(x, 1), sympy.Ne(x, 1), x < 1, x <= 1, x > 1, x >= 1, sympy.And(x > 0, x < 1),
    sympy.Or(x > 1, x < 0), sympy.true, sympy.Tuple(x, y), sympy.polygamma(0, x), sympy.polygamma(2, x),
    log(x, 2), sympy.Abs(x), x**2 * sin(x) * exp(x), (x**2 + 1) * (x - 1), sin(x) ** 2, sin(x) ** -2,
    exp(x) + exp(-x), sin(cos(tan(x))), sympy.Symbol("x y"), sympy.Symbol("p", positive=True),
    sympy.Dummy("d"), sympy.LambertW(x), sympy.zeta(x, a), x**2 * y + x * y**2, (x + 1) ** Rational(3, 2),
    1 / (x + 1) ** 2,
]  # fmt: skip


@pytest.mark.parametrize("expression", EXPRESSIONS, ids=str)
def test_there_and_back_is_the_same(expression: Any) -> None:
    assert value(form_of(expression)) == expression


@pytest.mark.parametrize("expression", EXPRESSIONS, ids=str)
def test_a_value_comes_from_the_form_alone(expression: Any) -> None:
    """With another letter put in, nothing is known of the expression that the form came from."""
    z = sympy.Symbol("z_other")
    form = forms.rebuild(form_of(expression), {letter("x"): letter("z_other")})
    assert value(form) == expression.xreplace({x: z})


ORDER = [
    (1 + x + x**2, "x² + x + 1"),
    (1 - x, "1 − x"),
    (1 - x**2, "1 − x²"),
    (3 - 2 * x, "3 − 2x"),
    (a**2 - x**2, "a² − x²"),
    (-x - 1, "−x − 1"),
    (x**3 - 2 * x**2 + x - 5, "x³ − 2x² + x − 5"),
    (a * x**2 + b * x + c, "ax² + bx + c"),
    (x + sin(x), "x + sin(x)"),
    (2 * x, "2x"),
    (x * 3 * y * a, "3axy"),
    (pi * x, "πx"),
    (x * sin(x), "x sin(x)"),
    (x**2 * sin(x) * exp(x), "x² e^x sin(x)"),
    (x / 2, "x/2"),
    (2 * x / 3, "2x/3"),
    (x / y, "x/y"),
    (-x / y, "−x/y"),
    (1 / x, "1/x"),
    (1 / x**2, "1/x²"),
    (x / (x + 1) ** 2, "x/(x+1)²"),
    (1 / sqrt(x), "1/√x"),
    (sqrt(x), "√x"),
    (cbrt(x), "∛x"),
    (x ** Rational(2, 3), "x^(2/3)"),
    (x ** Rational(-2, 3), "1/x^(2/3)"),
    (exp(-x), "e^(−x)"),
    (exp(-x) / x, "e^(−x)/x"),
    (2 ** (-x), "2^(−x)"),
    (x ** (-n), "x^(−n)"),
    (sin(x) ** -2, "1/sin²(x)"),
    (Rational(-1, 3), "−1/3"),
    (sympy.Float("0.1") * x, "0.1x"),
]


@pytest.mark.parametrize(("expression", "said"), ORDER, ids=[row[1] for row in ORDER])
def test_the_order_is_that_of_a_textbook(expression: Any, said: str) -> None:
    assert one_line(form_of(expression)) == said


@pytest.mark.parametrize(
    "given",
    [
        sympy.Symbol("A", commutative=False),
        sympy.Sum(x, (n, 1, 3)),
        sympy.Integral(x),
        sympy.Heaviside(x, 1),
        sympy.Interval(0, 1),
    ],
    ids=str,
)
def test_what_has_no_form_is_refused(given: Any) -> None:
    with pytest.raises(NotDerivableError):
        form_of(given)


def test_letters_keep_assumptions_and_dummies_their_number() -> None:
    p, q = sympy.Symbol("x", positive=True), sympy.Symbol("x")
    first, second = sympy.Dummy("x"), sympy.Dummy("x")
    assert len({form_of(item) for item in (p, q, first, second)}) == 4
    assert [value(form_of(item)) for item in (p, q, first, second)] == [p, q, first, second]


def test_a_form_has_no_value_of_those_it_was_once_made_from() -> None:
    golden, undefined, tenth = (
        form_of(item) for item in (sympy.GoldenRatio * x, sympy.zoo, sympy.Float("0.1"))
    )
    assert value(golden) == (1 + sqrt(5)) / 2 * x
    assert value(undefined) is sympy.nan
    assert value(tenth) == Rational(1, 10)


def test_sharing_is_kept() -> None:
    expression: Any = x
    for _ in range(100):
        expression = sin(expression) + expression**2
    form = form_of(expression)
    assert sum(1 for _ in forms.postorder(form)) < 500


def test_long_sums_take_about_linear_time() -> None:
    expression = sympy.Add(*(x**k for k in range(1, 6000)))
    assert len(form_of(expression).args) == 5999


# ------------------------------------------------------------------------------------------ products, powers

ATOMS = st.sampled_from([
    x, y, Integer(2), Integer(-3), Rational(2, 3), Rational(-1, 2), sqrt(2), sqrt(x), 1 / x, x**2, x**y,
    x + 1, 2 * x + 2, (x + 1) ** 2, 1 / (x + 1), exp(x), exp(-x), exp(2 * x), sin(x), sin(x) ** 2,
    1 / sin(x), pi, E, I, 2**x, (-x) ** y, sympy.Abs(x), -x, x * y, x / y, sqrt(x + 1), cbrt(x), cbrt(2),
    Integer(0), Integer(1), sympy.Symbol("p", positive=True),
])  # fmt: skip


@settings(max_examples=500, deadline=None)
@given(st.lists(ATOMS, max_size=6))
def test_a_product_is_what_sympy_makes_of_it(factors: list[Any]) -> None:
    assert product_of(factors) == sympy.Mul(*factors)


@settings(max_examples=500, deadline=None)
@given(st.lists(ATOMS | st.builds(sympy.Mul, ATOMS, ATOMS) | st.builds(sympy.Add, ATOMS, ATOMS), max_size=6))
def test_a_sum_is_what_sympy_makes_of_it(terms: list[Any]) -> None:
    found, whole = sum_of(terms), sympy.Add(*terms)
    assert found == whole and found.args == whole.args
    assert found.is_commutative is whole.is_commutative


def test_sympys_tensors_are_not_loaded_for_a_sum() -> None:
    code = "import sys, stepcalc; stepcalc.diff('x^2 sin(x)'); print('sympy.tensor.tensor' in sys.modules)"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout == "False\n"


@settings(max_examples=300, deadline=None)
@given(ATOMS, st.sampled_from([2, 3, -1, -2, Rational(1, 2), Rational(-1, 3), Rational(3, 2)]))
def test_a_power_is_what_sympy_makes_of_it(base: Any, exponent: Any) -> None:
    if base.is_number and not base.is_positive:
        return  # odd roots of negative numbers are real here
    assert power_of(base, sympy.sympify(exponent)) == base**exponent


@pytest.mark.parametrize(
    ("radicand", "index", "wanted"), [(-8, 3, -2), (-32, 5, -2), (-1, 7, -1), (-4, 2, 2 * I)]
)
def test_odd_roots_of_negative_numbers_are_real(radicand: int, index: int, wanted: Any) -> None:
    assert value(forms.root(number(radicand), number(index))) == wanted


LEAVES = st.sampled_from([letter("x"), letter("a"), number(2), number(-1), number(3)])
FORMS = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: forms.add(*parts)),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: forms.multiply(*parts)),
        st.tuples(inner, inner).map(lambda pair: forms.divide(*pair)),
        st.tuples(inner, st.sampled_from([number(2), number(-1), number(3)])).map(
            lambda pair: forms.power(*pair)
        ),
        st.tuples(st.sampled_from(["sin", "exp", "log"]), inner).map(lambda pair: forms.call(*pair)),
        inner.map(forms.root),
    ),
    max_leaves=8,
)


@settings(max_examples=200, deadline=None)
@given(FORMS)
def test_a_form_has_the_value_that_sympy_builds_from_its_parts(form: Form) -> None:
    def build(node: Form, parts: tuple[Any, ...]) -> Any:
        match node.head:
            case "sum":
                return sympy.Add(*parts)
            case "product":
                return sympy.Mul(*parts)
            case "power":
                return sympy.Pow(*parts)
            case "root":
                return sympy.Pow(parts[0], 1 / parts[1])
            case "call":
                return getattr(sympy, str(node.label))(*parts)
            case "quotient":
                return None
            case "letter":
                return sympy.Symbol(node.name)
            case _:
                return Integer(node.label)  # type: ignore[arg-type]

    if any(node.head == "quotient" for node in forms.postorder(form)):
        return  # a numeral below the line is divided by on its own
    assert value(form) == forms.fold(form, build)


@settings(max_examples=200, deadline=None)
@given(FORMS)
def test_a_value_as_a_form_has_that_value(form: Form) -> None:
    found = value(form)
    if not found.has(sympy.zoo, sympy.nan):
        assert value(form_of(found)) == found


def test_an_enormous_number_in_a_function_is_not_asked_whether_it_is_prime(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def asked(_: sympy.Integer) -> bool:
        raise AssertionError("this takes seconds")

    monkeypatch.setattr(sympy.Integer, "_eval_is_prime", asked)
    assert value(forms.call("log", number(10**4000 + 7))).func is sympy.log
