"""Derivatives from their definition: right, checked, and free of the rules that they establish."""

from __future__ import annotations

from pathlib import Path

import pytest
import sympy

import stepcalc
from stepcalc.errors import NotDerivableError
from stepcalc.rulebook.limit_rules import is_limit
from stepcalc.trace.derivation import Derivation

ROWS = [
    tuple(line.split("\t"))
    for line in Path(__file__).with_name("definition.tsv").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
]


def cards(text: str) -> list[str]:
    return [step.card.id for step in stepcalc.from_definition(text, "x").steps]


def test_the_table_is_as_large_as_it_is_said_to_be() -> None:
    assert len(ROWS) >= 25


@pytest.mark.parametrize(("text", "answer"), ROWS)
def test_the_definition_gives_the_derivative(text: str, answer: str) -> None:
    derivation = stepcalc.from_definition(text, "x")
    assert sympy.simplify(derivation.result - stepcalc.read(answer)) == 0
    verification = derivation.verify()
    assert verification.status == "checked", verification.reasons
    assert Derivation.from_json(derivation.to_json()).answer is derivation.answer


@pytest.mark.parametrize("text", [row[0] for row in ROWS])
def test_no_rule_of_differentiation_is_used(text: str) -> None:
    derivation = stepcalc.from_definition(text, "x")
    first, *others = derivation.steps
    assert first.card.id == "definition"
    for step in others:
        assert step.goal.head != "goal"
        assert not any(law.text.startswith("D(") for law in step.card.laws)
        assert step.chain is None
        assert step.card.id != "limit_lhopital"
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
