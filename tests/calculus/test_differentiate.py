"""Differentiation: which rule is used, what it opens, what comes out."""

from __future__ import annotations

import mpmath
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

import stepcalc
from stepcalc.notation import forms
from stepcalc.notation.forms import Form
from stepcalc.notation.unicode import one_line

x, y = sympy.symbols("x y")


def rules(text: str, **options: object) -> list[str]:
    return [step.rule.id for step in stepcalc.diff(text, **options).steps]  # type: ignore[arg-type]


def test_product_rule_differentiates_one_factor_at_a_time() -> None:
    step = stepcalc.diff("x^2 sin x").stages[0]
    assert step.rule.id == "product"
    assert [one_line(substep.goal) for substep in step.substeps] == ["d/dx[x²]", "d/dx[sin(x)]"]


def test_product_of_three_factors_is_one_step() -> None:
    assert rules("x sin(x) e^x").count("product") == 1


def test_sum_of_many_terms_is_one_step() -> None:
    assert rules("x + x^2 + x^3 + x^4", tidy=False).count("sum") == 1


def test_constants_are_pulled_out_before_the_product_rule() -> None:
    assert rules("3 x sin(x)", tidy=False)[:2] == ["constant_multiple", "product"]


def test_a_quotient_is_differentiated_by_the_quotient_rule() -> None:
    assert rules("sin(x)/x")[0] == "quotient"


def test_a_constant_over_a_function_needs_no_quotient_rule() -> None:
    assert rules("3/sin(x)")[0] == "reciprocal"
    assert rules("sin(x)/3")[0] == "constant_divisor"


def test_no_chain_rule_where_the_inner_function_is_the_variable() -> None:
    assert rules("sin(x)") == ["sin"]
    assert rules("sin(2x)", tidy=False)[0] == "chain"


def test_a_chain_rule_step_names_the_rule_of_the_outer_function_second() -> None:
    step = stepcalc.diff("sin(x^2)").stages[0]
    assert [card.id for card in step.rules] == ["chain", "sin"]


def test_variable_in_base_and_exponent_takes_logarithmic_differentiation() -> None:
    assert rules("x^x")[0] == "logarithmic"
    assert rules("2^x")[0] == "exponential"
    assert rules("x^n")[0] == "power"


def test_a_subexpression_that_occurs_again_is_derived_once() -> None:
    derivation = stepcalc.diff("sin(x^2) + cos(x^2)", tidy=False)
    goals = [step.goal for step in derivation.steps]
    assert len(goals) == len(set(goals))


def test_prefer_chooses_among_the_laws_of_a_card() -> None:
    assert one_line(stepcalc.diff("tan(x)").answer) == "sec²(x)"
    assert one_line(stepcalc.diff("tan(x)", prefer=["tan"], tidy=False).answer) == "1 + tan²(x)"


def test_prefer_product_takes_a_negative_power_instead_of_the_quotient_rule() -> None:
    quotient, product = (
        stepcalc.diff("sin(x)/x", prefer=[law], tidy=False) for law in ("quotient", "product")
    )
    assert quotient.answer is not product.answer
    assert product.verify()


def test_higher_orders_go_on_from_the_tidied_derivative() -> None:
    derivation = stepcalc.diff("x^2 e^x", order=3)
    assert derivation.result.equals(sympy.diff(x**2 * sympy.exp(x), x, 3))
    starts = [stage.goal for stage in derivation.stages if stage.goal.head == "goal"]
    assert len(starts) == 3
    assert derivation.verify()


def test_mixed_derivatives_take_letter_after_letter() -> None:
    derivation = stepcalc.diff("x^2 y^3", "x", "y")
    assert derivation.result == 6 * x * y**2
    assert derivation.verify()


def test_a_function_without_a_card_is_named_in_the_error() -> None:
    with pytest.raises(stepcalc.NotDerivableError, match="zeta"):
        stepcalc.diff(sympy.zeta(x))


def test_sympy_functions_that_no_card_is_about_are_named_too() -> None:
    with pytest.raises(stepcalc.NotDerivableError, match="sinc"):
        stepcalc.diff(sympy.sinc(x))


def test_undefined_functions_keep_their_derivatives() -> None:
    derivation = stepcalc.diff("x f(x^2)")
    assert one_line(derivation.answer) == "f(x²) + 2x² f′(x²)"
    assert derivation.verify()


def test_the_fundamental_theorem_and_leibniz() -> None:
    assert rules("integral(exp(-t^2), t, 0, x)")[0] == "fundamental_theorem"
    assert stepcalc.diff("integral(t^2, t, 0, x)").result == x**2
    derivation = stepcalc.diff("integral(sin(x t), t, 0, x^2)")
    assert derivation.stages[0].rule.id == "leibniz_integral"


def test_the_bound_letter_of_an_integral_is_another_letter() -> None:
    assert stepcalc.diff("integral(sin(t), t, 0, 1) + t", "t").result == 1


def test_pieces_are_differentiated_where_they_apply_and_not_where_they_meet() -> None:
    derivation = stepcalc.diff("piecewise((x^2, x < 0), (x^3, x >= 0))")
    assert [one_line(item.relation) for item in derivation.conditions] == ["x ≠ 0"]
    assert derivation.verify()


def test_users_own_symbols_are_taken_as_they_are() -> None:
    positive = sympy.Symbol("x", positive=True)
    derivation = stepcalc.diff(sympy.log(positive), positive)
    assert derivation.result == 1 / positive
    assert derivation.conditions == ()


def test_nested_a_thousand_deep_is_derived_and_printed_as_forms() -> None:
    form = forms.letter("x")
    for _ in range(1000):
        form = forms.call("sin", form)
    derivation = stepcalc.diff(form)
    assert len(derivation.steps) == 1000
    assert len(one_line(derivation.answer)) > 10_000
    assert stepcalc.Derivation.from_json(derivation.to_json()).answer is derivation.answer


def test_a_value_too_deep_for_sympy_is_a_clear_error() -> None:
    form = forms.letter("x")
    for _ in range(1000):
        form = forms.call("sin", form)
    with pytest.raises(stepcalc.LimitError, match="SymPy"):
        _ = stepcalc.diff(form).result


def test_nested_300_deep_has_a_result() -> None:
    form = forms.letter("x")
    for _ in range(300):
        form = forms.call("sin", form)
    assert stepcalc.diff(form).result.free_symbols == {x}


LEAVES = st.sampled_from([forms.letter("x"), forms.number(2), forms.number(3), forms.letter("a")])
EXPRESSIONS = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: forms.add(*parts)),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: forms.multiply(*parts)),
        st.tuples(inner, inner).map(lambda pair: forms.divide(*pair)),
        st.tuples(inner, st.integers(2, 4)).map(lambda pair: forms.power(pair[0], forms.number(pair[1]))),
        st.tuples(st.sampled_from(["sin", "cos", "exp", "log", "atan", "tanh", "sinh"]), inner).map(
            lambda pair: forms.call(*pair)
        ),
        inner.map(forms.root),
    ),
    max_leaves=8,
)


@settings(max_examples=150, deadline=None)
@given(EXPRESSIONS)
def test_the_derivative_agrees_with_sympy_and_verifies(form: Form) -> None:
    derivation = stepcalc.diff(form, "x", tidy=False)
    outcome = derivation.verify()
    assert outcome.status != "failed", outcome.reasons
    if outcome.off_axis:
        return
    from stepcalc.notation.values import value

    ours, theirs = derivation.result, sympy.diff(value(form), x)
    at = {x: sympy.Rational(13, 10), sympy.Symbol("a"): sympy.Rational(7, 10)}
    left, right = (sympy.N(side.subs(at), 30) for side in (ours, theirs))
    if left.is_real and right.is_real and left.is_finite and right.is_finite:
        assert abs(left - right) <= mpmath.mpf(10) ** -15 * max(1, abs(right))


@pytest.mark.parametrize(
    ("text", "rule", "answer"),
    [
        ("6/x^3", "power_below", "−18/x⁴"),
        ("1/(2x^3)", "power_below", "−3/(2x⁴)"),
        ("a/x^n", "power_below", "−an/x^(n+1)"),
        ("1/x^(2/3)", "power_below", "−2/(3x^(5/3))"),
        ("1/x^(-2)", "reciprocal", "2x"),
        ("1/x", "reciprocal", "−1/x²"),
        ("1/(2x)", "reciprocal", "−1/(2x²)"),
    ],
)
def test_powers_below_the_line_have_negative_exponents(text: str, rule: str, answer: str) -> None:
    derivation = stepcalc.diff(text, "x")
    assert derivation.steps[0].card.id == rule
    assert one_line(derivation.answer) == answer
    assert derivation.verify().status == "checked"


def test_a_power_with_letters_in_the_exponent_is_not_0_where_its_base_is_positive() -> None:
    assert [one_line(each.relation) for each in stepcalc.diff("a/x^n", "x").conditions] == ["x > 0"]
