"""Limits: right in all of a table from texts, explained in almost all, and every step checked."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
import sympy

import stepcalc
from stepcalc.errors import StepcalcError, UsageError
from stepcalc.notation.forms import ONE, add
from stepcalc.notation.unicode import one_line
from stepcalc.rulebook.limit_rules import UNDEFINED
from stepcalc.trace.derivation import Derivation
from stepcalc.trace.display import rewrite

ROWS = [
    tuple(line.split("\t"))
    for line in Path(__file__).with_name("limits.tsv").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
]
NO_NUMBER = {"dne": sympy.nan, "oo": sympy.oo, "-oo": -sympy.oo}


def found(text: str, to: str = "0", side: str = "both") -> Derivation:
    return stepcalc.limit(text, "x", to=to, side=side)


def cards(text: str, to: str = "0", side: str = "both") -> list[str]:
    return [step.card.id for step in found(text, to, side).steps]


def test_the_table_is_as_large_as_it_is_said_to_be() -> None:
    assert len(ROWS) >= 150


@pytest.mark.parametrize(("text", "to", "side", "answer"), ROWS)
def test_a_limit_from_a_text_is_right_explained_and_checked(
    text: str, to: str, side: str, answer: str
) -> None:
    derivation = found(text, to, side)
    wanted = NO_NUMBER.get(answer)
    if wanted is None:
        assert sympy.simplify(derivation.result - stepcalc.read(answer)) == 0
    else:
        assert derivation.result is wanted or derivation.result == wanted
    assert derivation.explained
    verification = derivation.verify()
    assert verification.status == "checked", verification.reasons
    assert Derivation.from_json(derivation.to_json()).answer is derivation.answer
    assert all(one_line(rewrite(step)) for step in derivation.steps)


@pytest.mark.parametrize(
    ("text", "to", "side"),
    [row[:3] for row in ROWS if row[3] not in ("dne",) and row[2] == "both" and row[1] == "0"][::2],
)
def test_sympy_has_the_same_limit(text: str, to: str, side: str) -> None:
    x = sympy.Symbol("x")
    known = sympy.limit(stepcalc.read(text), x, stepcalc.read(to))
    assert sympy.simplify(found(text, to, side).result - known) == 0


@pytest.mark.parametrize(
    "text", ["sin(3x)/x", "(x^2 - 1)/(x - 1)", "(1 - cos(x))/x^2", "x^2 + 3x", "x sin(1/x)"]
)
def test_a_wrong_result_fails_its_check(text: str) -> None:
    derivation = found(text, "1" if "- 1)/(x" in text else "0")
    (stage,) = derivation.stages
    wrong = add(stage.result, ONE)
    forged = dataclasses.replace(derivation, stages=(dataclasses.replace(stage, result=wrong),), answer=wrong)
    assert forged.verify().status == "failed"


def test_a_wrong_result_that_fits_its_rule_fails_by_numbers() -> None:
    derivation = found("sin(3x)/x")
    card = derivation.rulebook.card("limit_unexplained")
    (stage,) = derivation.stages
    for wrong in (ONE, UNDEFINED):
        step = dataclasses.replace(stage, card=card, bindings={"L": wrong}, substeps=(), result=wrong)
        forged = dataclasses.replace(derivation, stages=(step,), answer=wrong)
        assert forged.verify().status == "failed"


def test_a_common_factor_is_cancelled_before_the_value_is_put_in() -> None:
    assert cards("(x^2 - 1)/(x - 1)", "1") == ["cancel", "limit_substitution"]


def test_lhopital_shows_that_top_and_bottom_vanish() -> None:
    step = next(step for step in found("(x - sin(x))/x^3").steps if step.card.id == "limit_lhopital")
    assert [one_line(part.result) for part in step.substeps[:2]] == ["0", "0"]


def test_sides_that_differ_are_both_shown() -> None:
    (stage,) = found("|x|/x").stages
    assert stage.card.id == "limit_sides"
    assert [one_line(part.result) for part in stage.substeps] == ["1", "−1"]
    assert stage.result is UNDEFINED


def test_a_function_real_on_one_side_only_is_approached_from_there() -> None:
    assert cards("x ln(x)")[0] == "limit_only_side"


def test_a_bounded_factor_is_squeezed() -> None:
    assert "limit_squeeze" in cards("x sin(1/x)")


def test_a_limit_the_rules_do_not_reach_is_marked() -> None:
    derivation = found("gamma(x) x")
    assert derivation.result == 1
    assert not derivation.explained
    assert derivation.steps[0].rule.name == "Not explained"
    assert derivation.verify()


@pytest.mark.parametrize(
    ("text", "options", "code"),
    [
        ("ln(x)", {"to": -1}, "limit-not-reached"),
        ("sqrt(x)", {"to": 0, "side": "-"}, "limit-not-reached"),
        ("x^2", {"letter": "t"}, "limit-letter-absent"),
        ("x^2", {"to": "x"}, "limit-point-moves"),
        ("x^2", {"side": "up"}, "side-unknown"),
        ("u + v", {}, "which-letter"),
    ],
)
def test_a_question_that_makes_no_sense_is_answered_by_what_to_do(
    text: str, options: dict[str, object], code: str
) -> None:
    with pytest.raises(StepcalcError) as caught:
        stepcalc.limit(text, **options)  # type: ignore[arg-type]
    assert caught.value.code == code
    assert isinstance(caught.value, UsageError)
