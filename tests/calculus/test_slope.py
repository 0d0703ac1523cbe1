"""Secant slopes, the tangent's, and the errors of differences."""

from __future__ import annotations

import math

import pytest
import sympy

import stepcalc
from stepcalc.errors import UsageError


def test_secants_approach_the_tangent() -> None:
    found = stepcalc.slope("x^2", 1)
    assert found.tangent == 2
    apart = [row.apart for row in found.rows]
    assert apart == sorted(apart, reverse=True)
    assert found.rows[0].secant == 3


def test_the_point_may_be_any_number() -> None:
    assert stepcalc.slope("sin(x)", "pi/3").tangent == sympy.Rational(1, 2)


def test_the_forward_error_goes_with_h_and_the_central_with_its_square() -> None:
    found = stepcalc.slope("e^x", 0, error=True)
    h = sympy.Symbol("h")
    forward, central = found.errors
    assert (forward.order, central.order) == (1, 2)
    from stepcalc.notation.values import value

    assert value(forward.leading) == h / 2
    assert value(central.leading) == h**2 / 6
    first, second = found.table[1], found.table[2]
    assert first.forward and second.forward and first.central and second.central
    assert first.forward / second.forward == pytest.approx(10, rel=0.05)
    assert first.central / second.central == pytest.approx(100, rel=0.05)


@pytest.mark.parametrize(
    ("text", "at", "forward", "central"),
    [
        ("e^x", 1, (1, "e*h/2"), (2, "e*h^2/6")),
        ("sin(x)", 0, (2, "-h^2/6"), (2, "-h^2/6")),
        ("x^2", 1, (1, "h"), (None, "0")),
        ("3x+1", 5, (None, "0"), (None, "0")),
        ("x^5", 0, (4, "h^4"), (4, "h^4")),
        ("ln(x)", 2, (1, "-h/8"), (2, "h^2/24")),
        ("sigmoid(x)", 0, (2, "-h^2/48"), (2, "-h^2/48")),
    ],
)
def test_the_errors_are_derived_by_steps_that_hold(
    text: str, at: int, forward: tuple[int | None, str], central: tuple[int | None, str]
) -> None:
    from stepcalc.notation.values import value

    found = stepcalc.slope(text, at, error=True)
    for error, (order, leading) in zip(found.errors, (forward, central), strict=True):
        assert error.order == order
        assert sympy.simplify(value(error.leading) - stepcalc.read(leading)) == 0
        assert {step.card.id for step in error.step.substeps} <= {"taylor", "behind"}
        assert error.derivation.verify()
        assert stepcalc.Derivation.from_json(error.derivation.to_json()).verify()


def test_a_forged_error_fails_its_check() -> None:
    from dataclasses import replace

    first, second = stepcalc.slope("e^x", 0, error=True).errors
    wrong = replace(first.step, result=second.step.result)
    forged = replace(first.derivation, stages=(wrong,), answer=wrong.result)
    assert forged.verify().status == "failed"


def test_round_off_wins_for_tiny_h() -> None:
    found = stepcalc.slope("e^x", 1, error=True)
    assert 7 <= found.best("forward").power <= 9
    assert 4 <= found.best("central").power <= 7
    last = found.table[-1]
    assert last.forward is not None and last.forward > 1e-3
    assert not any(math.isnan(row.forward or 0) for row in found.table)


def test_a_function_real_on_one_side_has_the_secants_of_that_side() -> None:
    assert len(stepcalc.slope("x ln(x)", "0.5").rows) == 7


@pytest.mark.parametrize(
    ("text", "at", "code"),
    [("ln(x)", -1, "point-outside"), ("1/x", 0, "point-outside"), ("a x", 1, "slope-other-letters")],
)
def test_a_point_outside_the_domain_and_other_letters_are_refused(text: str, at: int, code: str) -> None:
    with pytest.raises(UsageError) as caught:
        stepcalc.slope(text, at, "x")
    assert caught.value.code == code
