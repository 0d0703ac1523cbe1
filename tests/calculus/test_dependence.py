"""Total, implicit and logarithmic derivatives: right, verified, and clear about what cannot be asked."""

from __future__ import annotations

import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

import stepcalc
from stepcalc.calculus.dependence import implicit, logarithmically, total
from stepcalc.errors import UsageError

t, x, y = sympy.symbols("t x y")

SYSTEMS = [
    ("f = x^2 y; x = cos t; y = sin t", "t"),
    ("f = x y + t; x = s^2; s = e^t; y = s t", "t"),
    ("f = sqrt(x^2 + y^2); x = 3t; y = 4t", "t"),
    ("z = u v w; u = t; v = t^2; w = t^3", "t"),
    ("f = e^(x y); x = ln(t); y = 1/t", "t"),
]


@pytest.mark.parametrize(("system", "letter"), SYSTEMS)
def test_total_derivative_agrees_with_direct_substitution(system: str, letter: str) -> None:
    derivation = total(system, letter)
    function, *rest = (part.split("=", 1) for part in system.split(";"))
    direct = stepcalc.read(function[1])
    for _ in rest:
        direct = direct.subs({sympy.Symbol(name.strip()): stepcalc.read(body) for name, body in rest})
    difference = derivation.result - sympy.diff(direct, sympy.Symbol(letter))
    assert abs(difference.subs(sympy.Symbol(letter), sympy.Rational(13, 10)).evalf(30)) < 1e-20
    assert derivation.verify()
    assert stepcalc.Derivation.from_json(derivation.to_json()).verify()


def test_each_branch_is_a_substep_and_the_direct_way_stands_beside() -> None:
    derivation = total("f = x^2 y; x = cos t; y = sin t", "t")
    step = derivation.stages[0]
    assert step.rule.id == "total"
    assert step.substeps[0].rule.id == "branches"
    assert len(step.substeps[0].substeps) == 4


COMPOSITIONS = [
    ("F = u v, u + v; u = x^2; v = x y", ["x", "y"]),
    ("F = x y, x + y; x = cos t; y = sin t", ["t"]),
    ("f = x y; y = s t; x = s^2; s = e^t", ["t", "q"]),
    ("F = u^2, u t; u = s t; s = t^2", ["t"]),
    ("F = a u, ln(v); u = r cos p; v = r^2 + 1", ["r", "p"]),
]


@pytest.mark.parametrize(("system", "letters"), COMPOSITIONS)
def test_the_product_of_jacobians_is_the_jacobian_of_the_composition(system: str, letters: list[str]) -> None:
    derivation = total(system, letters)
    function, *rest = (part.split("=", 1)[1] for part in system.split(";"))
    names = [sympy.Symbol(part.split("=")[0].strip()) for part in system.split(";")[1:]]
    parts = [stepcalc.read(part) for part in function.strip().split(",")]
    known = dict(zip(names, map(stepcalc.read, rest), strict=True))
    for _ in rest:
        parts = [part.subs(known, simultaneous=True) for part in parts]
    direct = sympy.Matrix(parts).jacobian(sympy.symbols(letters))
    assert sympy.simplify(sympy.Matrix(derivation.result) - direct).is_zero_matrix
    assert derivation.verify()
    assert stepcalc.Derivation.from_json(derivation.to_json()).verify()


def test_a_letter_that_varies_stands_for_nothing() -> None:
    with pytest.raises(stepcalc.StepcalcError, match="is to vary, and stands for something else"):
        total("f = x^2; x = cos t", "x")


@settings(max_examples=25, deadline=None)
@given(st.integers(-3, 3), st.integers(1, 3), st.integers(-2, 2))
def test_total_of_random_polynomials(a: int, n: int, b: int) -> None:
    derivation = total(f"f = {a} x^{n} + x y; x = t^2 + {b}; y = 2t", "t")
    direct = (a * x**n + x * y).subs({x: t**2 + b, y: 2 * t}, simultaneous=True)
    assert sympy.expand(derivation.result - sympy.diff(direct, t)) == 0


@pytest.mark.parametrize(
    ("equation", "slope"),
    [
        ("x^2 + y^2 = 25", -x / y),
        ("x y = 1", -y / x),
        ("x^3 + y^3 = 6xy", (6 * y - 3 * x**2) / (3 * y**2 - 6 * x)),
        ("sin(x + y) = x", (1 - sympy.cos(x + y)) / sympy.cos(x + y)),
        ("e^y = x", sympy.exp(-y)),
    ],
)
def test_implicit_slopes(equation: str, slope: sympy.Expr) -> None:
    derivation = implicit(equation)
    assert sympy.simplify(derivation.result - slope) == 0
    assert derivation.verify()


def test_the_second_derivative_of_a_circle() -> None:
    derivation = implicit("x^2 + y^2 = 25", order=2)
    assert sympy.simplify(derivation.result + (x**2 + y**2) / y**3) == 0
    assert derivation.verify()


@pytest.mark.parametrize("text", ["x^2 (x+1)^3 e^x", "x^3/(x+1)^2", "sqrt(x) (x^2+1)^5"])
def test_by_the_logarithm_as_by_the_rules(text: str) -> None:
    derivation = logarithmically(text)
    assert sympy.simplify(derivation.result - stepcalc.diff(text).result) == 0
    assert derivation.verify()


def test_circles_missing_names_and_missing_letters_are_told() -> None:
    with pytest.raises(stepcalc.UsageError, match="depends on x itself"):
        total("f = x; x = y + t; y = x^2", "t")
    with pytest.raises(stepcalc.UsageError, match="name = expression"):
        total("f = x; cos t", "t")
    with pytest.raises(stepcalc.UsageError, match="y does not occur"):
        implicit("x^2 = 4")
    with pytest.raises(stepcalc.UsageError, match="first or the second"):
        implicit("x y = 1", order=3)


def test_the_logarithm_is_asked_for_as_a_method() -> None:
    derivation = stepcalc.diff("x^x sin(x)", method="log")
    assert derivation.steps[0].rule.name == "Differentiate the logarithm"
    assert sympy.simplify(derivation.result - sympy.diff(x**x * sympy.sin(x), x)) == 0
    assert derivation.verify()
    assert stepcalc.Derivation.from_json(derivation.to_json()).verify()


def test_the_definition_is_asked_for_in_python_as_on_the_command_line() -> None:
    derivation = stepcalc.diff("1/x", "x", from_definition=True)
    assert derivation.steps[0].rule.id == "definition"
    assert derivation.result == -1 / x**2


@pytest.mark.parametrize(
    ("text", "options", "code"),
    [
        ("x^2 + sin(x)", {"method": "log"}, "log-no-product"),
        ("sin(x)", {"method": "log"}, "log-no-product"),
        ("7", {"method": "log"}, "log-no-product"),
        ("x^2", {"method": "logs"}, "method-unknown"),
        ("x^2", {"method": "log", "order": 2}, "method-once"),
        ("d²/dx²[x^3]", {"method": "log"}, "method-once"),
        ("d²/dx²[x^3]", {"from_definition": True}, "definition-once"),
        ("x^2", {"from_definition": True, "order": 2}, "definition-once"),
        ("x^2", {"from_definition": True, "method": "log"}, "method-one"),
        ("x^2", {"from_definition": True, "form": "nice"}, "form-unknown"),
    ],
)
def test_what_the_methods_cannot_do_is_said(text: str, options: dict[str, object], code: str) -> None:
    with pytest.raises(stepcalc.UsageError) as caught:
        stepcalc.diff(text, **options)  # type: ignore[arg-type]
    assert caught.value.code == code


def test_a_logarithm_with_respect_to_an_absent_letter_is_told() -> None:
    with pytest.raises(stepcalc.UsageError, match="t does not occur"):
        stepcalc.diff("x^2 y", "t", method="log")


@settings(max_examples=20, deadline=None)
@given(st.integers(-3, 4).filter(bool), st.integers(1, 3), st.integers(-2, 2).filter(bool))
def test_random_products_by_the_logarithm_as_by_the_rules(n: int, m: int, a: int) -> None:
    text = f"x^({n}) (x + {m})^2 e^({a} x)"
    assert sympy.simplify(stepcalc.diff(text, method="log").result - stepcalc.diff(text).result) == 0


def test_a_negative_number_to_a_varying_power_keeps_its_sign_under_the_logarithm() -> None:
    derivation = logarithmically("(-2)^x x")
    difference = derivation.result - sympy.diff((-2) ** x * x, x)
    assert abs(difference.subs(x, sympy.Rational(13, 10)).evalf(30)) < 1e-20
    assert derivation.verify()


def test_a_curve_in_other_letters_asks_for_both_of_them() -> None:
    with pytest.raises(UsageError, match="--of v --wrt u"):
        implicit("u^3 + v^3 = 6uv")
    assert str(implicit("u^3 + v^3 = 6uv", "v").question.letters[0].name) == "u"


def test_total_makes_no_move_twice() -> None:
    for system, letter in SYSTEMS:
        moves = [step for step in total(system, letter).steps if not step.substeps and not step.bindings]
        moves = [step for step in moves if step.goal.head != "goal"]
        assert len({(step.card.id, step.goal, step.result) for step in moves}) == len(moves)


def test_total_refers_to_the_moves_of_the_direct_way() -> None:
    told = str(total("w = x^2 y; x = cos t; y = sin t", "t"))
    assert told.count("Pythagorean identity") == 1
    assert "= cos(t)·(3 cos²(t) − 2)   as in 9" in told


@pytest.mark.parametrize(
    ("system", "letters", "name"),
    [
        ("w = x^2 y; x = cos t; y = sin t", "t", "dw/dt"),
        ("loss = x^2 y; x = cos t; y = sin t", "t", "dloss/dt"),
        ("x^2 f; x = cos t; f = sin t", "t", "dg/dt"),
        ("W = (u v, u + v); u = x^2; v = x y", ["x", "y"], "W₂"),
    ],
)
def test_total_calls_the_function_by_its_own_name(system: str, letters: str | list[str], name: str) -> None:
    derivation = total(system, letters)
    assert name in str(derivation)
    assert "df/dt" not in str(derivation).replace("dx/dt + ∂g/∂f·df/dt", "")
    again = stepcalc.Derivation.from_json(derivation.to_json())
    assert str(again) == str(derivation)


def test_total_refuses_a_name_that_stands_for_two_things() -> None:
    with pytest.raises(UsageError, match="x is said to be two things"):
        total("x = x^2 y; x = cos t; y = sin t", "t")
    with pytest.raises(UsageError, match="depends on w itself"):
        total("w = w^2 y; y = sin t", "t")


@pytest.mark.parametrize(
    ("curve", "slope"),
    [
        ("ln(y) = 9x y", "9y²/(1−9xy)"),
        ("ln(y) + x^4 y = 1", "−4x³ y²/(x⁴ y + 1)"),
        ("x^2 + y^2 = 25", "−x/y"),
        ("x/y + y/x = 3x", "y (3x² y − x² + y²)/(x (y²−x²))"),
    ],
)
def test_a_slope_has_no_fractions_within_its_fraction(curve: str, slope: str) -> None:
    from stepcalc.notation.unicode import one_line

    derivation = implicit(curve)
    assert one_line(derivation.answer) == slope
    assert derivation.verify().status == "checked"
