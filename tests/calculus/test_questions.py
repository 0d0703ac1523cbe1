"""Questions: which letter varies, what is simplified first, the form of the answer, values at a point."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
import sympy

import stepcalc
from stepcalc.calculus.point_values import at_point
from stepcalc.calculus.questions import HIGHEST_ORDER, diff
from stepcalc.calculus.understanding import understand
from stepcalc.errors import LimitError, NotDerivableError, ReadError, StepcalcError, UsageError
from stepcalc.notation import forms
from stepcalc.notation.forms import Form, letter
from stepcalc.notation.reader import read_text
from stepcalc.notation.unicode import one_line
from stepcalc.rulebook.book import default_book
from stepcalc.trace.derivation import Derivation

x, y = sympy.symbols("x y")


def answer(text: Any, *letters: Any, **options: Any) -> str:
    return one_line(diff(text, *letters, **options).answer)


def names(found: tuple[Form, ...]) -> str:
    return " ".join(item.name for item in found)


# --------------------------------------------------------------------------------------- which letter varies

VARIES = [
    # text, the letters that vary, those held fixed
    ("t^2", "t", ""),
    ("a", "a", ""),
    ("7", "x", ""),
    ("pi e", "x", ""),
    ("a x^2 + b x + c", "x", "a b c"),
    ("m x + n p k", "x", "k m n p"),
    ("theta^2", "theta", ""),
    ("w12^2", "w12", ""),
    ("integral(sin(t), t, 0, x)", "x", ""),
    ("integral(t^2, t, 0, 1) t", "t", ""),
    ("f(t) = t^2 + x", "t", "x"),
    ("g(u) = u^3 + k", "u", "k"),
    ("y = t^2", "t", ""),
    ("y = a x", "x", "a"),
    ("d/dt(t^2 x)", "t", "x"),
    ("d/dx(x y)", "x", "y"),
    ("∂/∂y[x² y]", "y", "x"),
    ("d²/dx²(x^5)", "x x", ""),
    ("d^3/dt^3(t^5)", "t t t", ""),
    ("d/dx(d/dx(x^4))", "x x", ""),
    (r"\frac{d}{dx} x^3", "x", ""),
]


@pytest.mark.parametrize(("text", "varying", "held"), VARIES, ids=[row[0] for row in VARIES])
def test_the_letter_that_varies(text: str, varying: str, held: str) -> None:
    question = diff(text).question
    assert (names(question.letters), names(question.held)) == (varying, held)


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("a x^2 + b x + c", "x varies; a, b and c are held fixed."),
        ("m x + b", "x varies; b and m are held fixed."),
        ("x f(a)", "x varies; a is held fixed."),
        ("log(x)", "log is read as ln, the natural logarithm."),
    ],
)
def test_a_choice_is_noted(text: str, note: str) -> None:
    assert note in diff(text).question.notes


@pytest.mark.parametrize("text", ["x^2", "t^2", "d/dx(a x)", "f(t) = a t"])
def test_where_there_is_no_choice_nothing_is_noted(text: str) -> None:
    assert diff(text).question.notes == ()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x y", "two letters, x and y. Say which one varies: --wrt x (the other is then held fixed)"),
        ("a b", "two letters, a and b. Say which one varies: --wrt a (the other is then held fixed)"),
        ("x + q", "two letters, q and x. Say which one varies: --wrt x"),
        ("u v w", "3 letters, u, v and w. Say which one varies: --wrt u (the others are then held fixed)"),
    ],
)
def test_where_it_is_not_clear_which_letter_varies_it_asks(text: str, said: str) -> None:
    with pytest.raises(UsageError) as caught:
        diff(text)
    assert caught.value.code == "which-letter"
    assert said in caught.value.message


@pytest.mark.parametrize("given", ["y", y, letter("y"), " y "])
def test_a_letter_may_be_given_as_text_symbol_or_form(given: Any) -> None:
    assert answer("x y^2", given) == "2xy"


def test_a_letter_that_is_given_goes_before_the_one_in_the_text() -> None:
    assert answer("f(t) = t x^2", "x") == "2tx"


def test_a_letter_that_does_not_occur_gives_nought() -> None:
    assert answer("x y", "z") == "0"


@pytest.mark.parametrize("given", ["2", "x y", "sin(x)", 3, None, x**2, [x**2], forms.ONE])
def test_what_is_no_letter_is_refused(given: Any) -> None:
    with pytest.raises(UsageError) as caught:
        diff("x", given)
    assert caught.value.code == "letter-not-letter"


def test_symbols_of_the_users_are_told_apart_by_their_assumptions() -> None:
    positive = sympy.Symbol("x", positive=True)
    assert diff(x * positive**2, positive).result == 2 * x * positive


def test_several_letters_are_differentiated_in_their_order() -> None:
    derivation = diff("x^2 y^3", "y", "x", "y")
    assert names(derivation.question.letters) == "y x y"
    assert one_line(derivation.answer) == "12xy"


# ------------------------------------------------------------------------------------------------------ order


@pytest.mark.parametrize(("order", "said"), [(1, "5x⁴"), (2, "20x³"), (3, "60x²"), (6, "0")])
def test_the_order(order: int, said: str) -> None:
    assert answer("x^5", order=order) == said


@pytest.mark.parametrize("order", [0, -1, HIGHEST_ORDER + 1, True, 1.5, 2.0, "2", None])
def test_an_order_out_of_range_is_refused(order: Any) -> None:
    with pytest.raises(UsageError, match="whole number from 1 to 20") as caught:
        diff("x^5", order=order)
    assert caught.value.code == "order-range"


def test_the_order_in_the_text_counts() -> None:
    assert answer("d²/dx²(x^5)") == "20x³"
    assert answer("d²/dx²(x^5)", order=3) == "60x²"


# ------------------------------------------------------------------------------------------ what can be asked


@pytest.mark.parametrize(
    ("given", "kind"),
    [
        (sympy.Eq(x, 1), "an equation or inequality"),
        (x < 3, "an equation or inequality"),
        (sympy.And(x < 3, x > 0), "an equation or inequality"),
        (sympy.true, "an equation or inequality"),
        (sympy.Tuple(x, 2), "a list"),
        (forms.vector(letter("x"), letter("y")), "a list"),
        (forms.relation("=", letter("x"), forms.ONE), "an equation or inequality"),
        (None, "something else"),
        (object(), "something else"),
        (b"x^2", "something else"),
    ],
)
def test_what_is_no_expression_is_refused(given: Any, kind: str) -> None:
    with pytest.raises(UsageError, match="differentiates an expression, and this is") as caught:
        diff(given)
    assert kind in caught.value.message


@pytest.mark.parametrize("text", ["x^2 = 4", "x < 3", "x^2 + y^2 = 25", "true"])
def test_an_equation_as_text_is_refused(text: str) -> None:
    with pytest.raises(ReadError, match="equation or a condition"):
        diff(text)


@pytest.mark.parametrize("text", ["(x, x^2)", "x, y"])
def test_a_list_as_text_is_refused(text: str) -> None:
    with pytest.raises(ReadError):
        diff(text)


def test_a_derivative_inside_an_expression_is_refused_in_words() -> None:
    with pytest.raises(NotDerivableError, match="a derivative inside an expression"):
        diff("x d/dx(x^2)")


@pytest.mark.parametrize("given", [3, 3.5, sympy.Rational(1, 3), sympy.pi])
def test_numbers_are_constants(given: Any) -> None:
    assert answer(given) == "0"


def test_numbers_too_large_are_refused() -> None:
    with pytest.raises(LimitError):
        diff("9^(9^9) x")
    with pytest.raises(LimitError):
        diff(forms.power(forms.number(9), forms.number(10**6)))


def test_read_gives_a_sympy_expression_with_plain_symbols() -> None:
    assert stepcalc.read("x^2 sin x") == x**2 * sympy.sin(x)
    assert stepcalc.read("x^2 sin x").subs(x, 0) == 0


def test_declared_names_and_functions() -> None:
    assert names(diff("rate^2", declared=["rate"]).question.letters) == "rate"
    assert answer("velocity(x)", functions=["velocity"]) == "velocity′(x)"


def test_what_was_typed_is_kept_and_what_was_given_is_not_text() -> None:
    assert diff("x^2").question.text == "x^2"
    assert diff(x**2).question.text == ""
    assert understand("x^2", default_book()).form is understand(x**2, default_book()).form


# --------------------------------------------------------------------------------------------- simplify first

SIMPLER = [
    # typed, simplified, the answer, where it holds
    ("(x^2-1)/(x^2-1)", "1", "0", "x ≠ −1, x ≠ 1"),
    ("x/x", "1", "0", "x ≠ 0"),
    ("x^2/x", "x", "1", "x ≠ 0"),
    ("(x+1)^2/(x+1)", "x + 1", "1", "x ≠ −1"),
    ("ln(x)/ln(x)", "1", "0", "x > 0, x ≠ 1"),
    ("e^(ln x)", "x", "1", "x > 0"),
    ("ln(e^x)", "x", "1", ""),
    ("2x*3x", "6x²", "12x", ""),
    ("x*x", "x²", "2x", ""),
    ("x^2 x^3", "x⁵", "5x⁴", ""),
    ("√x²", "x", "1", "x > 0"),
    ("sqrt(x)**2", "x", "1", "x > 0"),
    ("cbrt(x)^3", "x", "1", ""),
    ("x^0", "1", "0", ""),
    ("2*3", "6", "0", ""),
    ("2x/4", "x/2", "1/2", ""),
]


@pytest.mark.parametrize(("text", "simpler", "result", "where"), SIMPLER, ids=[row[0] for row in SIMPLER])
def test_what_is_simplified_first_is_a_step_and_its_condition_is_kept(
    text: str, simpler: str, result: str, where: str
) -> None:
    derivation = diff(text)
    first = derivation.stages[0]
    if first.rule.id == "simplify_first":
        assert first.goal is derivation.question.form
        assert one_line(first.result) == simpler
    assert one_line(derivation.answer) == result
    assert ", ".join(one_line(condition.relation) for condition in derivation.conditions) == where
    assert derivation.verify().status == "checked"


@pytest.mark.parametrize("text", [row[0] for row in SIMPLER[:13]])
def test_these_are_simplified_first(text: str) -> None:
    assert diff(text).stages[0].rule.id == "simplify_first"


@pytest.mark.parametrize(
    "text", ["sqrt(x^2)", "x + 1", "x/(x+1)", "sin(x)^2/x", "1x", "(x+1)(x-1)", "2x + 3x"]
)
def test_these_are_not_simplified_first(text: str) -> None:
    assert diff(text).stages[0].rule.id != "simplify_first"


def test_a_sympy_expression_is_taken_as_it_is() -> None:
    assert diff(sympy.exp(sympy.log(x), evaluate=False)).stages[0].rule.id != "simplify_first"


# --------------------------------------------------------------------------------------------------- forms


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ("textbook", "x (2 sin(x) + x cos(x))"),
        ("factored", "x (2 sin(x) + x cos(x))"),
        ("expanded", "2x sin(x) + x² cos(x)"),
        ("raw", "2x sin(x) + x² cos(x)"),
    ],
)
def test_the_form_of_the_answer(form: str, said: str) -> None:
    assert answer("x^2 sin(x)", form=form) == said


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ("textbook", "(x+1)(3x−1)"),
        ("factored", "(x+1)(3x−1)"),
        ("expanded", "3x² + 2x − 1"),
        ("raw", "2 (x+1)(x−1) + (x+1)²"),
    ],
)
def test_the_form_of_a_polynomial(form: str, said: str) -> None:
    assert answer("(x+1)^2 (x-1)", form=form) == said


def test_an_unknown_form_is_named_with_those_there_are() -> None:
    with pytest.raises(UsageError, match=r'no form "nice"\. Choose one of textbook, expanded, factored, raw'):
        diff("x^2", form="nice")


@pytest.mark.parametrize(
    "asked",
    [
        partial(stepcalc.from_definition, "x^2"),
        partial(stepcalc.diff, "x^2", tidy=False),
        partial(stepcalc.logarithmically, "x^x"),
        partial(stepcalc.gradient, "x y"),
        partial(stepcalc.critical, "x^2"),
        partial(stepcalc.newton, "x^2 - 2", start=1),
        partial(stepcalc.fit, "m x", {"x": [1, 2, 3], "y": [1, 2, 4]}),
    ],
    ids=lambda asked: asked.func.__name__,
)
def test_every_question_refuses_an_unknown_form(asked: Callable[..., object]) -> None:
    with pytest.raises(UsageError) as problem:
        asked(form="nice")
    assert problem.value.code == "form-unknown"


def test_without_tidying_the_answer_is_what_the_rules_give() -> None:
    derivation = diff("x^2 sin(x)", tidy=False)
    assert one_line(derivation.answer) == "2x sin(x) + x² cos(x)"
    assert len(derivation.stages) == 1
    assert derivation.also is None
    assert not derivation.untidied


def test_both_shapes_of_a_product_rules_answer_are_kept() -> None:
    derivation = diff("x^2 sin(x)")
    assert derivation.also is not None
    assert one_line(derivation.also) == "2x sin(x) + x² cos(x)"


def nested(count: int) -> Form:
    form: Form = letter("x")
    for _ in range(count):
        form = forms.call("sin", form)
    return form


def long_product(count: int) -> Form:
    return forms.multiply(
        *(forms.call("sin", forms.multiply(forms.number(k), letter("x"))) for k in range(1, count))
    )


@pytest.mark.parametrize("form", [nested(200), long_product(120)], ids=["deep", "large"])
def test_an_answer_too_large_to_tidy_stands_as_the_rules_gave_it_and_says_so(form: Form) -> None:
    derivation = diff(form)
    assert derivation.untidied
    assert len(derivation.stages) == 1
    assert "too large to tidy" in str(derivation)
    assert Derivation.from_json(derivation.to_json()).untidied


def test_an_answer_of_usual_size_is_not_said_to_be_untidied() -> None:
    assert not diff("sin(x) cos(x) e^x").untidied
    assert "too large" not in str(diff("sin(x) cos(x) e^x"))


# --------------------------------------------------------------------------------------------------- points


def point(**values: str) -> dict[Form, Form]:
    return {letter(name): read_text(text).form for name, text in values.items()}


AT = [
    # text, x, function, derivative, tangent
    ("x^2", "3", "9", "6", "6x − 9"),
    ("sin(x)", "pi/3", "√3/2", "1/2", "x/2 + √3/2 − π/6"),
    ("ln(x)/x", "1", "0", "1", "x − 1"),
    ("|x|", "-2", "2", "−1", "−x"),
    ("sqrt(x)", "4", "2", "1/4", "x/4 + 1"),
    ("e^x", "0", "1", "1", "x + 1"),
    ("e^x", "1", "e", "e", "ex"),
    ("7", "2", "7", "0", "7"),
    ("x^(1/3)", "-8", "−2", "1/12", "x/12 − 4/3"),
    ("cbrt(x)", "-8", "−2", "1/12", "x/12 − 4/3"),
    ("x^(5/3)", "-8", "−32", "20/3", "20x/3 + 64/3"),
    ("softplus(x)", "0", "ln(2)", "1/2", "x/2 + ln(2)"),
    ("floor(x) x", "5/2", "5", "2", "2x"),
    ("piecewise((x, x < 0), (x^2, x >= 0))", "2", "4", "4", "4x − 4"),
    ("f(x)", "1", "f(1)", "f′(1)", "x f′(1) − f′(1) + f(1)"),
    ("a x^2", "a", "a³", "2a²", "2a² x − a³"),
]


@pytest.mark.parametrize(("text", "at", "function", "derivative", "tangent"), AT)
def test_exact_values_at_a_point(text: str, at: str, function: str, derivative: str, tangent: str) -> None:
    found = at_point(diff(text), point(x=at))
    assert found.tangent is not None
    assert [one_line(form) for form in (found.function, found.derivative, found.tangent)] == [
        function,
        derivative,
        tangent,
    ]


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("ln(x)", "-1"), ("ln(x)/x", "0"), ("1/x", "0"), ("tan(x)", "pi/2"),
        ("gamma(x)", "-2"), ("(x^2-1)/(x-1)", "1"),
        ("1/(e^x-1)", "0"), ("ln(sin(x))", "4"), ("ln(-x^2-1)", "1"), ("x^2", "1/0"), ("sqrt(x)", "oo"),
    ],
)  # fmt: skip
def test_a_point_outside_the_domain_is_refused(text: str, at: str) -> None:
    with pytest.raises(UsageError, match="is not in the domain of the function and its derivative") as caught:
        at_point(diff(text), point(x=at))
    assert caught.value.code == "point-outside"


@pytest.mark.parametrize(
    ("text", "at", "value"),
    [
        ("|x|", "0", "0"), ("sqrt(x)", "0", "0"), ("asin(x)", "1", "π/2"), ("floor(x) x", "2", "4"),
        ("sqrt(x)^2", "0", "0"), ("x |x|", "0", "0"), ("piecewise((x, x < 0), (x^2, x >= 0))", "0", "0"),
    ],
)  # fmt: skip
def test_a_point_where_the_rules_give_no_derivative_is_said_to_be_one(text: str, at: str, value: str) -> None:
    with pytest.raises(UsageError) as caught:
        at_point(diff(text), point(x=at))
    assert str(caught.value).startswith(
        f"f({at}) = {value}, but the rules give no derivative at {at}. Look at"
    )


@pytest.mark.parametrize("at", ["abc", "a", "x+1"])
def test_a_value_with_letters_of_its_own_is_refused(at: str) -> None:
    with pytest.raises(UsageError, match="must be a number") as caught:
        at_point(diff("x^3"), point(x=at))
    assert caught.value.code == "point-not-number"


def test_a_letter_without_a_value_stays() -> None:
    found = at_point(diff("a x^2"), point(x="2"))
    assert [one_line(form) for form in (found.function, found.derivative)] == ["4a", "4a"]
    found = at_point(diff("a x^2"), point(x="2", a="3"))
    assert [one_line(form) for form in (found.function, found.derivative)] == ["12", "12"]


def test_the_letter_that_varies_must_have_a_value() -> None:
    with pytest.raises(UsageError, match="give a value to x, such as --at x=1"):
        at_point(diff("a x^2"), point(a="2"))


def test_higher_orders_have_no_tangent() -> None:
    found = at_point(diff("x^3", order=2), point(x="2"))
    assert one_line(found.derivative) == "12"
    assert found.tangent is None


@pytest.mark.parametrize(
    ("text", "at"), [("x^x", "10^6"), ("2^x", "10^9"), ("gamma(x)", "10^9"), ("x^9", "10^4000")]
)
def test_a_value_with_too_many_digits_is_refused(text: str, at: str) -> None:
    with pytest.raises(LimitError):
        at_point(diff(text), point(x=at))


def test_a_value_too_deep_for_sympy_is_refused() -> None:
    with pytest.raises(LimitError, match="SymPy"):
        at_point(diff(nested(1000)), point(x="1"))


@pytest.mark.parametrize("text", ["", " ", "x +", "sin(", "x^^2", "sinn(x)", "1..2", "x)", "x#"])
def test_whatever_is_wrong_is_said_by_an_error_of_our_own(text: str) -> None:
    with pytest.raises(StepcalcError):
        diff(text)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("1/0", "divides-by-nought"),
        ("x/0 + x", "divides-by-nought"),
        ("0^(-2) x", "divides-by-nought"),
        ("0^x", "power-of-nought"),
        ("ln(0)", "log-of-nought"),
    ],
)
def test_what_has_no_value_has_no_derivative(text: str, code: str) -> None:
    with pytest.raises(stepcalc.NotDerivableError) as caught:
        stepcalc.diff(text, "x")
    assert caught.value.code == code


def test_a_piece_that_does_not_apply_needs_no_value() -> None:
    assert stepcalc.diff("piecewise((1/0, x < x - 1), (x^2, true))", "x")
