"""Verification catches what is wrong with a step, whichever part of it is wrong."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import sympy

import stepcalc
from stepcalc.errors import StepcalcError
from stepcalc.notation.forms import (
    ONE,
    TWO,
    ZERO,
    Form,
    add,
    letter,
    multiply,
    negate,
    number,
    postorder,
    relation,
    vector,
)
from stepcalc.rulebook.book import default_book
from stepcalc.trace.conditions import Condition
from stepcalc.trace.derivation import Derivation
from stepcalc.trace.step import Step

QUESTIONS = [
    "x^2 sin(x)", "sin(x^2+1)", "ln(x)/x", "x^x", "2^x + 3x", "sqrt(1-x^2)", "x f(x^2)", "|x| x", "asin(x/2)",
    "integral(sin(t), t, 0, x^2)", "min(x, x^2)", "floor(x) x", "(x^2-1)/(x^2-1)", "5/x", "(x^3 + 1)/4",
    "piecewise((x, x < 0), (x^2, x >= 0))", "x e^x", "tan(x)", "x/(x+1)", "softplus(x)", "besselj(2, x)",
]  # fmt: skip


def with_step(derivation: Derivation, old: Step, new: Step) -> Derivation:
    """The derivation with one step replaced wherever it stands."""
    done: dict[Step, Step] = {old: new}

    def changed(step: Step) -> Step:
        if step not in done:
            substeps = tuple(changed(part) for part in step.substeps)
            done[step] = step if substeps == step.substeps else dataclasses.replace(step, substeps=substeps)
        return done[step]

    return dataclasses.replace(derivation, stages=tuple(changed(stage) for stage in derivation.stages))


def wrong_sign(step: Step) -> Iterator[Step]:
    if step.result is not ZERO:
        yield dataclasses.replace(step, result=negate(step.result))


def wrong_coefficient(step: Step) -> Iterator[Step]:
    yield dataclasses.replace(step, result=add(step.result, ONE))
    if step.result is not ZERO:
        yield dataclasses.replace(step, result=multiply(number(3), step.result))


def dropped_term(step: Step) -> Iterator[Step]:
    if step.result.head in ("sum", "product"):
        yield dataclasses.replace(step, result=step.result.args[0])


def wrong_binding(step: Step) -> Iterator[Step]:
    for name, bound in step.bindings.items():
        other: Any = (*bound, TWO) if isinstance(bound, tuple) else add(bound, TWO)
        yield dataclasses.replace(step, bindings={**step.bindings, name: other})


def wrong_rule(step: Step) -> Iterator[Step]:
    names = ["cos", "product", "power", "chain"]
    if functions(step.goal) == functions(step.result):
        names.append("double_angle")
    for id in names:
        card = default_book().card(id)
        if card is not step.card:
            yield dataclasses.replace(step, card=card)
    if step.chain is not None:
        yield dataclasses.replace(step, chain=None)


def functions(form: Form) -> set[Form]:
    return {node for node in postorder(form) if node.head == "call"}


def wrong_condition(step: Step) -> Iterator[Step]:
    yield dataclasses.replace(
        step, conditions=(*step.conditions, Condition(relation(">", letter("x"), number(9))))
    )
    if step.conditions:
        yield dataclasses.replace(step, conditions=step.conditions[1:])


def dropped_substep(step: Step) -> Iterator[Step]:
    if step.substeps:
        yield dataclasses.replace(step, substeps=step.substeps[1:])


CORRUPTIONS: list[Callable[[Step], Iterator[Step]]] = [
    wrong_sign, wrong_coefficient, dropped_term, wrong_binding, wrong_rule, wrong_condition, dropped_substep,
]  # fmt: skip


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_sound_derivation_is_checked(question: str) -> None:
    outcome = stepcalc.diff(question, "x").verify()
    assert outcome.status == "checked", outcome.reasons
    assert bool(outcome) is True


@pytest.mark.parametrize("corrupt", CORRUPTIONS, ids=lambda corrupt: corrupt.__name__)
@pytest.mark.parametrize("question", QUESTIONS)
def test_every_corruption_of_every_step_is_caught(
    question: str, corrupt: Callable[[Step], Iterator[Step]]
) -> None:
    derivation = stepcalc.diff(question, "x")
    for step in derivation.steps:
        for bad in corrupt(step):
            damaged = with_step(derivation, step, bad)
            assert damaged.verify().status == "failed", (step.rule.id, bad)


@pytest.mark.parametrize("question", QUESTIONS)
def test_corrupted_json_is_refused_or_fails(question: str) -> None:
    text = stepcalc.diff(question, "x").to_json()
    data = json.loads(text)
    for row in data["steps"]:
        for key, wrong in (
            ("card", "cos"),
            ("result", 0),
            ("goal", 0),
            ("substeps", [0]),
            ("law", "D(u) = u"),
        ):
            if row[key] == wrong:
                continue
            kept, row[key] = row[key], wrong
            try:
                outcome = Derivation.from_json(json.dumps(data)).verify().status
            except StepcalcError:
                outcome = "failed"
            assert outcome == "failed", (row, key)
            row[key] = kept


def test_an_answer_that_the_steps_do_not_reach_fails() -> None:
    derivation = stepcalc.diff("x^2")
    assert dataclasses.replace(derivation, answer=letter("x")).verify().status == "failed"


def test_a_derivation_with_no_point_in_its_domain_is_checked_off_the_real_axis() -> None:
    outcome = stepcalc.diff("ln(-x^2-1)").verify()
    assert outcome.status == "checked"
    assert outcome.off_axis


def test_fewer_than_three_points_are_never_enough() -> None:
    outcome = stepcalc.diff("x^2").verify(points=2)
    assert outcome.status == "unchecked"
    assert not outcome


def test_conditions_left_out_fail() -> None:
    sound = stepcalc.diff("ln(x)")
    assert sound.verify().status == "checked"
    assert dataclasses.replace(sound, conditions=()).verify().status == "failed"
    document = json.loads(sound.to_json())
    assert document["conditions"]
    document["conditions"] = []
    assert Derivation.from_json(json.dumps(document)).verify().status == "failed"


def test_symbols_that_compare_equal_are_one_letter() -> None:
    x, same = sympy.Symbol("x", positive=True), sympy.Symbol("x", positive=True, real=True)
    assert stepcalc.diff(x**2, same).result == 2 * x


def test_threads_that_make_the_same_forms_get_the_same_objects() -> None:
    def some(_: int) -> list[Form]:
        forms, last = [], letter("shared")
        for count in range(400):
            last = add(last, number(count))
            forms.append(last)
        return forms

    with ThreadPoolExecutor(8) as pool:
        first, *others = pool.map(some, range(8))
    assert all(one is two for other in others for one, two in zip(first, other, strict=True))


@pytest.mark.parametrize("text", ["sqrt(cbrt(x)^2)", "max(cbrt(-8), x)"])
def test_odd_roots_of_negative_numbers_verify(text: str) -> None:
    assert stepcalc.diff(text, "x").verify().status == "checked"


def test_what_is_lost_near_one_is_not_held_against_a_logarithm() -> None:
    assert stepcalc.diff("mish(x - x^7)", "x").verify().status == "checked"
    assert stepcalc.diff("ln(exp(1/k^(x^3)))", "x").verify().status == "checked"


def test_an_identity_on_some_branches_only_is_neither_checked_nor_failed() -> None:
    outcome = stepcalc.diff(sympy.acosh(sympy.sin(sympy.Symbol("x")))).verify()
    assert outcome.status == "unchecked"
    assert "branches" in outcome.reasons[0]


@pytest.mark.parametrize("text", ["asin(x^2 + 2) + 10^60", "ln(-2) sinh(1000) - (x - sec(x)) (x - 2)"])
def test_what_drowns_in_a_large_constant_off_the_axis_is_not_called_wrong(text: str) -> None:
    assert stepcalc.diff(text).verify().status != "failed"


@pytest.mark.parametrize("card", ["chi_gradient", "gauss_newton"])
def test_a_result_of_another_shape_is_never_called_checked(card: str) -> None:
    pytest.importorskip("scipy")
    data = {"x": [0, 1, 2, 3], "y": [4, 2.5, 1.4, 0.9]}
    found = stepcalc.fit("a e^(-b x)", data, start={"a": 3, "b": 0.3}).derivation

    def altered(step: Step) -> Step:
        if step.card.id == card:
            return dataclasses.replace(step, result=vector(letter("a")))
        return dataclasses.replace(step, substeps=tuple(map(altered, step.substeps)))

    changed = dataclasses.replace(found, stages=tuple(map(altered, found.stages)))
    assert found.verify().status == "checked"
    assert changed.verify().status != "checked"
