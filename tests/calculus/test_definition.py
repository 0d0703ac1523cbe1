"""Derivatives from their definition: right, checked, and free of the rules that they establish."""

from __future__ import annotations

from pathlib import Path

import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

import stepcalc
from stepcalc.errors import NotDerivableError
from stepcalc.notation.unicode import one_line
from stepcalc.rulebook.limits.rule import is_limit
from stepcalc.trace.derivation import Derivation

ROWS = [
    tuple(line.split("\t"))
    for line in Path(__file__).with_name("definition.tsv").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
]


def cards(text: str) -> list[str]:
    return [step.card.id for step in stepcalc.from_definition(text, "x").steps]


def test_the_table_is_as_large_as_it_is_said_to_be() -> None:
    assert len(ROWS) >= 50


@pytest.mark.parametrize(("text", "answer"), ROWS)
def test_the_definition_gives_the_derivative_and_uses_none_of_its_rules(text: str, answer: str) -> None:
    derivation = stepcalc.from_definition(text, "x")
    assert_equal(derivation.result, stepcalc.read(answer))
    assert_free_of_rules(derivation)
    verification = derivation.verify()
    assert verification.status == "checked", verification.reasons
    assert Derivation.from_json(derivation.to_json()).answer is derivation.answer


def assert_equal(left: sympy.Expr, right: sympy.Expr) -> None:
    """Equal at two points, to more digits than chance would give."""
    for start in (sympy.Rational(7, 11), sympy.Rational(9, 13)):
        letters = sorted((left - right).free_symbols, key=str)
        change = {letter: start + sympy.Rational(place, 7) for place, letter in enumerate(letters)}
        assert abs((left - right).subs(change).evalf(40)) < 1e-30


def assert_free_of_rules(derivation: Derivation) -> None:
    """No step answers a derivative but the first, no law about D is used, nor l'Hôpital's rule."""
    first, *others = derivation.steps
    assert first.card.id == "definition"
    for step in others:
        assert step.goal.head != "goal"
        assert not any(law.text.startswith("D(") for law in step.card.laws)
        assert step.chain is None
        assert step.card.id not in ("limit_lhopital", "limit_unexplained")
    assert all(is_limit(step.goal) for step in first.substeps)


def test_polynomials_are_multiplied_out_and_cancelled() -> None:
    assert cards("x^3 - 2x") == ["definition", "expand", "cancel", "limit_substitution"]


def test_fractions_get_a_common_denominator() -> None:
    assert cards("1/x")[:2] == ["definition", "one_fraction"]


def test_roots_are_freed_by_the_conjugate() -> None:
    assert cards("sqrt(x)") == ["definition", "limit_conjugate", "limit_substitution"]


def test_sine_rests_on_the_addition_theorem_and_two_standard_limits() -> None:
    assert {"addition_theorems", "limit_sine", "limit_cosine"} <= set(cards("sin(x)"))


def test_exponential_and_logarithm_rest_on_their_standard_limits() -> None:
    assert "limit_exponential" in cards("e^x")
    assert "limit_logarithm" in cards("ln(x)")


def test_another_letter_is_taken_where_the_function_has_an_h() -> None:
    derivation = stepcalc.from_definition("h x^2", "x")
    assert derivation.steps[0].bindings["h"].name == "k"  # type: ignore[union-attr]
    assert derivation.result == stepcalc.read("2h x")


def test_what_the_algebra_cannot_free_is_said() -> None:
    with pytest.raises(NotDerivableError) as caught:
        stepcalc.from_definition("gamma(x)")
    assert caught.value.code == "definition-not-freed"


def test_products_are_taken_apart_without_the_product_rule() -> None:
    assert cards("x e^x")[:3] == ["definition", "add_and_take_off", "limit_sum"]
    assert "product" not in cards("e^x sin(x)")


@pytest.mark.parametrize("text", ["|x|", "floor(x)", "x^x", "asin(x)", "asinh(x)", "x^(1/9)"])
def test_a_function_that_the_algebra_does_not_free_is_a_clear_error(text: str) -> None:
    with pytest.raises(NotDerivableError, match="does not free the h"):
        stepcalc.from_definition(text)


@settings(max_examples=8, deadline=None)
@given(
    st.lists(st.integers(-4, 4), min_size=1, max_size=4), st.lists(st.integers(-3, 3), min_size=1, max_size=3)
)
def test_random_rational_functions_by_the_definition_as_by_the_rules(
    above: list[int], below: list[int]
) -> None:
    x = sympy.Symbol("x")
    top, bottom = sympy.Poly(above, x).as_expr(), sympy.Poly(below, x).as_expr()
    if bottom == 0:
        return
    derivation = stepcalc.from_definition(top / bottom, x)
    assert sympy.cancel(derivation.result - sympy.diff(top / bottom, x)) == 0
    assert derivation.verify().status == "checked"


@pytest.mark.parametrize("root", ["x^(1/3)", "cbrt(x)", "x^(2/3)"])
def test_a_root_has_no_derivative_where_its_tangent_is_upright(root: str) -> None:
    (condition,) = stepcalc.from_definition(root).conditions
    assert one_line(condition.relation) == "x ≠ 0"


def test_long_quotients_of_polynomials_lose_their_h() -> None:
    assert stepcalc.from_definition("(x^3 + x + 1)/(x^2 + x)").verify().status == "checked"
