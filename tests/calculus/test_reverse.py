"""Reverse accumulation: one pass for all inputs, the same answers as one by one, and every step checked."""

from __future__ import annotations

import dataclasses
from itertools import pairwise

import pytest
import sympy

import stepcalc
from stepcalc.calculus.vector import gradient, hessian
from stepcalc.notation.forms import add, number
from stepcalc.trace.derivation import Derivation
from stepcalc.trace.step import Step

FUNCTIONS = [
    "x y + sin(x) e^(z y)",
    "x/(y+z) + x^y",
    "ln(x^2 + y^2 + z^2)",
    "x y z (x + y + z)",
    "max(x, y) + |z|",
    "tanh(x y + z)^2",
    "5 x - 3",
    "atan2(x, y) + sqrt(z)",
]


@pytest.mark.parametrize("text", FUNCTIONS)
def test_backwards_as_forwards(text: str) -> None:
    forwards, backwards = (gradient(text, reverse=way) for way in (False, True))
    assert sympy.simplify(forwards.result - backwards.result).is_zero_matrix
    assert backwards.verify()
    assert Derivation.from_json(backwards.to_json()).verify()


def test_each_intermediate_is_visited_once() -> None:
    derivation = gradient("sin(x y) + cos(x y) + (x y)^2", reverse=True)
    adjoints = [step.goal for step in derivation.steps if step.card.id == "adjoint"]
    assert len(adjoints) == len(set(adjoints)) == 7


def test_above_six_inputs_the_pass_is_backwards_unasked() -> None:
    few, many = ("+".join(f"x_{k}^2" for k in range(count)) for count in (6, 7))
    assert "adjoint" not in {step.card.id for step in gradient(few).steps}
    assert "adjoint" in {step.card.id for step in gradient(many).steps}


def damaged(derivation: Derivation, old: Step, new: Step) -> Derivation:
    done = {old: new}

    def changed(step: Step) -> Step:
        if step not in done:
            parts = tuple(changed(part) for part in step.substeps)
            done[step] = step if parts == step.substeps else dataclasses.replace(step, substeps=parts)
        return done[step]

    return dataclasses.replace(derivation, stages=tuple(map(changed, derivation.stages)))


def test_a_damaged_adjoint_is_caught() -> None:
    derivation = gradient("x y + sin(x) y", reverse=True)
    for step in derivation.steps:
        if step.card.id in ("adjoint", "accumulated"):
            wrong = dataclasses.replace(step, result=add(step.result, number(1)))
            assert derivation.verify().status == "checked"
            assert damaged(derivation, step, wrong).verify().status == "failed"


def test_the_hessian_of_a_chain_is_sparse_and_derives_only_what_can_differ_from_0() -> None:
    count = 30
    letters = sympy.symbols(f"x0:{count}")
    valley = sum(100 * (b - a**2) ** 2 + (1 - a) ** 2 for a, b in pairwise(letters))
    derivation = hessian(valley, letters)
    assert isinstance(derivation.result, sympy.ImmutableSparseMatrix)
    assert len(derivation.result.todok()) == 3 * count - 2
    assert sympy.simplify(derivation.result - sympy.hessian(valley, letters)).is_zero_matrix
    assert derivation.verify()


def test_a_letter_that_does_not_occur_has_derivative_0_and_it_is_said() -> None:
    derivation = gradient("x^2", ["x", "y"], reverse=True)
    assert list(derivation.result) == [2 * sympy.Symbol("x"), 0]
    assert any("y does not occur" in note for note in derivation.question.notes)


def test_thousands_of_inputs() -> None:
    letters = sympy.symbols("x0:2000")
    derivation = gradient(sympy.sin(sympy.Add(*[a * a for a in letters])), letters, tidy=False)
    assert derivation.result.shape == (2000, 1)
    assert stepcalc.Derivation.from_json(derivation.to_json()).answer is derivation.answer
