"""What is folded, what is numbered, what is referred to."""

from __future__ import annotations

from stepcalc import diff
from stepcalc.render.builder import build
from stepcalc.render.document import Equation, StepHead
from stepcalc.render.plain import plain_text
from stepcalc.render.plan import Plan
from stepcalc.render.presentation import Presentation


def heads(text: str, told: Presentation | None = None) -> list[str]:
    return [block.title for block in build(diff(text), told).blocks if isinstance(block, StepHead)]


def test_small_rules_fold_into_one_step_that_names_them() -> None:
    assert heads("sin(x^2+1)")[:2] == ["Chain rule, derivative of sine", "Sum, power and constant rules"]


def test_nothing_is_folded_at_full_detail() -> None:
    assert heads("sin(x^2+1)", Presentation(detail="full"))[:4] == [
        "Chain rule, derivative of sine",
        "Sum rule",
        "Power rule",
        "Constant rule",
    ]


def test_product_quotient_and_chain_rule_are_never_folded() -> None:
    for text, rule in [("x*e^x", "Product rule"), ("x/(x+1)", "Quotient rule"), ("(x+1)^9", "Chain rule")]:
        assert any(title.startswith(rule) for title in heads(text)), text


def test_sub_derivation_that_occurs_again_is_referred_to() -> None:
    blocks = build(diff("sin(sin(x^2+x)) + cos(x^2+x)", tidy=False)).blocks
    notes = [block.note for block in blocks if isinstance(block, Equation) and block.note]
    assert len(notes) == 1
    assert str(notes[0][0].text).startswith("as in ")


def test_numbers_are_in_reading_order_without_gaps() -> None:
    for detail in ("brief", "normal", "full"):
        blocks = build(diff("x^2 sin(x) e^(cos(x^2))/(x+1)"), Presentation(detail=detail)).blocks
        numbers = [block.number for block in blocks if isinstance(block, StepHead)]
        assert numbers == list(range(1, len(numbers) + 1))


def test_upto_shows_so_many_steps_and_no_answer() -> None:
    shown = plain_text(build(diff("x^2 sin(x)"), Presentation(upto=2)))
    assert "Power rule" in shown
    assert "Derivative of sine" not in shown
    assert "Answer" not in shown


def test_hint_names_the_rule_and_not_what_it_gives() -> None:
    shown = plain_text(build(diff("x^2 sin(x)"), Presentation(hint=True)))
    assert "Product rule" in shown
    assert "cos" not in shown


def test_hint_after_the_last_step_says_that_none_is_left() -> None:
    shown = plain_text(build(diff("x^2"), Presentation(upto=50, hint=True)))
    assert "No step is left" in shown


def test_every_step_that_is_not_folded_has_a_number_of_its_own() -> None:
    derivation = diff("x^2 sin(x)")
    plan = Plan(unfold=True)
    for stage in derivation.stages:
        list(plan.events(stage))
    assert set(plan.numbers) == set(derivation.steps)
