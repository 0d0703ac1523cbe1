"""Limits: right in all of a table from texts, explained in almost all, and every step checked."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

import stepcalc
from stepcalc.calculus.limits.questions import point_form
from stepcalc.errors import NotDerivableError, StepcalcError, UsageError
from stepcalc.notation.forms import INFINITY, ONE, add, call, vector, with_args
from stepcalc.notation.unicode import one_line
from stepcalc.numeric.approach import Approach
from stepcalc.rulebook.limits.rule import UNDEFINED
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


@pytest.mark.parametrize(
    ("text", "to", "side", "result"),
    [
        ("tan(x)^floor(x)", "0", "left", -sympy.oo),
        ("sin(2x)^floor(x)", "0", "left", -sympy.oo),
        ("tan(x)^floor(x)", "0", "right", 1),
        ("(-x)^(1/x)", "-oo", "both", 1),
    ],
)
def test_a_negative_base_has_no_logarithm(text: str, to: str, side: str, result: object) -> None:
    derivation = found(text, to, side)
    assert derivation.result == result
    assert derivation.verify().status == "checked"


@pytest.mark.parametrize(
    ("text", "to", "result"),
    [("(e^x)^sqrt(x^2+1)", "-oo", 0), ("ln(e^(-x))", "oo", -sympy.oo), ("x/e^(-x)", "oo", sympy.oo)],
)
def test_what_becomes_too_small_for_a_number_is_not_taken_for_unreal(
    text: str, to: str, result: object
) -> None:
    derivation = found(text, to)
    assert derivation.result == result
    assert derivation.verify().status == "checked"


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


@pytest.mark.parametrize(
    ("text", "to", "positive", "negative", "nought"),
    [
        ("a x", "oo", sympy.oo, -sympy.oo, 0),
        ("e^(a x)", "oo", sympy.oo, 0, 1),
        ("atan(a x)", "oo", sympy.pi / 2, -sympy.pi / 2, 0),
        ("x^a", "oo", sympy.oo, 0, 1),
        ("(a x^2 + x)/(x + 1)", "oo", sympy.oo, -sympy.oo, 1),
        ("a/x^2", "0", sympy.oo, -sympy.oo, 0),
    ],
)
def test_a_limit_that_depends_on_a_sign_is_given_by_cases(
    text: str, to: str, positive: object, negative: object, nought: object
) -> None:
    derivation = stepcalc.limit(text, "x", to=to)
    assert [case[0] for case in derivation.result.args] == [positive, negative, nought]
    assert derivation.verify().status == "checked"
    assert Derivation.from_json(derivation.to_json()).answer is derivation.answer
    assert stepcalc.limit(text, "x", to=to, assume="a > 0").result == positive
    negative_only = stepcalc.limit(text, "x", to=to, assume=["a < 0"])
    assert negative_only.result == negative
    assert negative_only.verify().status == "checked"
    assert Derivation.from_json(negative_only.to_json()).answer is negative_only.answer


def test_cases_that_are_mixed_up_fail_their_check() -> None:
    derivation = stepcalc.limit("a x", "x", to="oo")
    (stage,) = derivation.stages
    first, second, third = stage.result.args
    swapped = [
        with_args(first, (second.args[0], first.args[1])),
        with_args(second, (first.args[0], second.args[1])),
    ]
    wrong = with_args(stage.result, (*swapped, third))
    forged = dataclasses.replace(derivation, stages=(dataclasses.replace(stage, result=wrong),), answer=wrong)
    assert forged.verify().status == "failed"
    card = derivation.rulebook.card("limit_unexplained")
    step = dataclasses.replace(stage, card=card, bindings={"L": wrong}, substeps=(), result=wrong)
    assert dataclasses.replace(derivation, stages=(step,), answer=wrong).verify().status == "failed"


def test_symbols_with_a_sign_are_taken_at_their_word() -> None:
    a, x = sympy.Symbol("a", positive=True), sympy.Symbol("x")
    derivation = stepcalc.limit(sympy.exp(-a * x), x, to="oo")
    assert derivation.result == 0
    assert derivation.verify().status == "checked"


def test_a_root_of_a_square_is_an_absolute_value() -> None:
    assert stepcalc.limit("sqrt(a^2 x^2 + 1)/x", "x", to="oo").result == sympy.Abs(sympy.Symbol("a"))


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"assume": "c > 0"}, "assume-unknown"),
        ({"assume": "x > 0"}, "assume-unknown"),
        ({"assume": "a is positive"}, "assume-unknown"),
        ({"assume": "a > 1"}, "assume-unknown"),
        ({}, "limit-depends"),
    ],
)
def test_signs_that_are_missing_or_make_no_sense_are_told(options: dict[str, str], code: str) -> None:
    with pytest.raises(UsageError) as caught:
        stepcalc.limit("b e^(-a x)", "x", to="oo", **options)  # type: ignore[arg-type]
    assert caught.value.code == code


@pytest.mark.parametrize("text", ["sin(pi floor(x))", "sin(x)^2 + cos(x)^2", "sin(x + atan(tan(-x)))"])
def test_what_seems_to_swing_and_does_not_is_not_said_to(text: str) -> None:
    with pytest.raises(NotDerivableError):
        found(text, "oo")


def test_a_swinging_factor_may_have_a_nought_before_it() -> None:
    derivation = stepcalc.limit("a sin(x)", "x", to="oo")
    assert one_line(derivation.answer) == "piecewise((undefined, a > 0), (undefined, a < 0), (0, a = 0))"
    assert derivation.verify()


def test_a_claim_about_a_letter_that_is_nought_is_checked_there() -> None:
    derivation = stepcalc.limit("a sin(x)", "x", to="oo")
    (stage,) = derivation.stages
    *others, (_, nought) = (case.args for case in stage.result.args)
    wrong = call("piecewise", *(vector(*case) for case in others), vector(ONE, nought))
    forged = dataclasses.replace(derivation, stages=(dataclasses.replace(stage, result=wrong),), answer=wrong)
    assert stage.result.head == "call" and forged.verify().status == "failed"
    subject, variable, point = stage.goal.args
    assert Approach(variable, point).reaches(subject, wrong) is False


def test_sides_written_in_two_ways_are_compared_as_numbers() -> None:
    derivation = found("piecewise((ln(x + 8), x > 0), (3 ln(x + 2), x <= 0))")
    assert derivation.result == sympy.log(8)
    assert derivation.verify()


def test_exponentials_that_cancel_leave_the_power_to_decide() -> None:
    assert found("x^4*2^x*3^x/6^x", "oo").answer is INFINITY


@pytest.mark.parametrize(("side", "limit"), [("both", "undefined"), ("+", "π/2"), ("-", "−π/2")])
def test_arccotangent_jumps_at_nought(side: str, limit: str) -> None:
    derivation = found("acot(x)", "0", side)
    assert one_line(derivation.answer) == limit
    assert derivation.verify()


@pytest.mark.parametrize(
    ("text", "to", "side"), [("ln(x)^5/x^(1/5)", "oo", "both"), ("x^(1/5) ln(x)^5", "0", "right")]
)
def test_what_falls_late_is_followed_far_enough(text: str, to: str, side: str) -> None:
    derivation = found(text, to, side)
    assert derivation.result == 0
    assert derivation.verify()


@pytest.mark.parametrize(
    ("text", "to", "limit"),
    [("(x + 1)^800/(x + 2)^800", "oo", 1), ("((1 + x)^3000 - 1)/x", "0", 3000)],
)
def test_high_powers_are_not_multiplied_out(text: str, to: str, limit: int) -> None:
    assert found(text, to).result == limit


def test_what_soon_has_too_large_a_number_inside_is_real_all_the_same() -> None:
    derivation = found("e^(-x)*(2 + sin(e^x))", "oo")
    assert derivation.result == 0
    assert derivation.verify()


def test_a_limit_of_factorials_is_computed_and_its_check_does_not_fail() -> None:
    derivation = found("(x!)^(1/x)/x", "oo")
    assert derivation.result == sympy.exp(-1)
    assert not derivation.explained
    assert derivation.verify().status == "checked"


@pytest.mark.parametrize("claimed", ["0", "1", "1/3", "oo"])
def test_a_wrong_limit_of_what_moves_slowly_or_ends_early_is_seen(claimed: str) -> None:
    for text in ("(x!)^(1/x)/x", "ln(ln(x))/ln(x)", "1/ln(x)"):
        derivation = found(text, "oo")
        wrong = point_form(claimed, derivation.rulebook)
        card = derivation.rulebook.card("limit_unexplained")
        (stage,) = derivation.stages
        step = dataclasses.replace(stage, card=card, bindings={"L": wrong}, substeps=(), result=wrong)
        status = dataclasses.replace(derivation, stages=(step,), answer=wrong).verify().status
        assert status == ("checked" if claimed == "0" and "!" not in text else "failed")


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.integers(-4, 4), min_size=1, max_size=4).filter(lambda row: row[0] != 0),
    st.lists(st.integers(-4, 4), min_size=1, max_size=4).filter(lambda row: row[0] != 0),
    st.sampled_from([sympy.oo, -sympy.oo]),
)
def test_rational_functions_far_out_tend_to_what_sympy_says(
    above: list[int], below: list[int], point: sympy.Expr
) -> None:
    x = sympy.Symbol("x")
    expr = sympy.Poly(above, x).as_expr() / sympy.Poly(below, x).as_expr()
    derivation = stepcalc.limit(expr, x, to=point)
    assert derivation.result == sympy.limit(expr, x, point)
    assert derivation.explained
    assert derivation.verify().status == "checked"


def test_a_limit_too_slow_for_numbers_is_neither_checked_nor_failed() -> None:
    outcome = stepcalc.limit("1/ln(ln(1 + x))", to="oo").verify()
    assert outcome.status == "unchecked"
    assert "too slowly" in outcome.reasons[0]


@pytest.mark.parametrize(
    ("text", "to"), [("1/ln(ln(x))", "oo"), ("1/ln(ln(1/x))", "0"), ("1/ln(ln(-x))", "-oo"), ("1/ln(ln(ln x))", "oo")]
)  # fmt: skip
def test_what_logarithms_slow_down_is_checked_at_enormous_numbers(text: str, to: str) -> None:
    derivation = found(text, to)
    assert derivation.result == 0
    assert derivation.verify().status == "checked"
    card = derivation.rulebook.card("limit_unexplained")
    (stage,) = derivation.stages
    for claimed in ("1/100", "1"):
        wrong = point_form(claimed, derivation.rulebook)
        step = dataclasses.replace(stage, card=card, bindings={"L": wrong}, substeps=(), result=wrong)
        assert dataclasses.replace(derivation, stages=(step,), answer=wrong).verify().status != "checked"


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("x(2 + sin x)", sympy.oo),
        ("-x(2 + sin x)", -sympy.oo),
        ("x^2(cos(x) - 3)", -sympy.oo),
        ("x/(2 + sin(x))", sympy.oo),
        ("e^x(3 - 2cos(x)^2)", sympy.oo),
    ],
)
def test_a_factor_that_stays_away_from_nought_is_compared(text: str, result: object) -> None:
    derivation = found(text, "oo")
    assert derivation.result == result
    assert derivation.explained
    assert "limit_bounded_factor" in {step.card.id for step in derivation.steps}
    assert derivation.verify().status == "checked"


def test_a_factor_that_comes_to_nought_is_not_compared() -> None:
    for text in ("x(1 + sin x)", "x(2 + 3cos x)"):
        with pytest.raises(stepcalc.StepcalcError):
            found(text, "oo")


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("b^x", {3: sympy.oo, sympy.Rational(1, 2): 0, 1: 1}),
        ("b^(-x)", {3: 0, sympy.Rational(1, 2): sympy.oo, 1: 1}),
        ("x b^x", {3: sympy.oo, sympy.Rational(1, 2): 0, 1: sympy.oo}),
        ("b^x/x^2", {3: sympy.oo, sympy.Rational(1, 2): 0, 1: 0}),
    ],
)
def test_bases_beyond_one_and_below_are_told_apart(text: str, values: dict[object, object]) -> None:
    derivation = found(text, "oo")
    assert derivation.stages[0].card.id == "limit_base_cases"
    assert derivation.verify().status == "checked"
    assert Derivation.from_json(derivation.to_json()).answer is derivation.answer
    for base, value in values.items():
        assert derivation.result.subs(sympy.Symbol("b"), base) == value


def test_fractions_within_a_fraction_are_brought_to_one_before_anything_is_cancelled() -> None:
    for text, to in (("(1/(3+x) - 1/3)/x", 0), ("(1/x - 1/2)/(x-2)", 2), ("(1/(x+1)^2 - 1)/x", 0)):
        names = [step.rule.id for step in stepcalc.limit(text, "x", to=to).steps]
        assert names[0] == "one_fraction"
        assert "cancel" in names[1:]
