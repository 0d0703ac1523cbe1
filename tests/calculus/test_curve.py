"""Curves at one of their points: slopes, tangents upright and other, points beside the curve."""

from __future__ import annotations

import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

import stepcalc
from stepcalc.calculus.at_points import report_at
from stepcalc.calculus.point_reports import PointReport
from stepcalc.notation.forms import Form, letter, rational
from stepcalc.notation.values import form_of, value


def at(equation: str, order: int = 1, **point: object) -> PointReport:
    values = {letter(name): form_of(sympy.sympify(given)) for name, given in point.items()}
    return report_at(stepcalc.implicit(equation, order=order), values)


def fact(report: PointReport, role: str) -> sympy.Expr:
    form = next(fact.form for fact in report.facts if fact.role == role)
    assert isinstance(form, Form)
    return value(form)


def test_slope_and_tangent_of_a_circle() -> None:
    report = at("x^2 + y^2 = 25", x=3, y=4)
    x = sympy.Symbol("x")
    assert fact(report, "answer") == sympy.Rational(-3, 4)
    assert fact(report, "tangent") == sympy.Rational(25, 4) - 3 * x / 4


def test_the_second_derivative_of_a_circle_at_a_point() -> None:
    report = at("x^2 + y^2 = 25", order=2, x=3, y=4)
    assert fact(report, "slope") == sympy.Rational(-3, 4)
    assert fact(report, "answer") == sympy.Rational(-25, 64)


@pytest.mark.parametrize("order", [1, 2])
def test_an_upright_tangent_is_told(order: int) -> None:
    report = at("x^2 + y^2 = 25", order=order, x=5, y=0)
    assert "vertical" in report.verdict
    assert fact(report, "upright") == 5


def test_a_point_where_a_curve_crosses_itself_is_told() -> None:
    assert "cross itself" in at("x^3 + y^3 = 6xy", x=0, y=0).verdict


@pytest.mark.parametrize(
    ("point", "code"),
    [({"x": 1, "y": 1}, "not-on-curve"), ({"x": 3}, "point-missing")],
)
def test_a_point_beside_the_curve_is_an_error(point: dict[str, int], code: str) -> None:
    with pytest.raises(stepcalc.UsageError) as caught:
        at("x^2 + y^2 = 25", **point)
    assert caught.value.code == code


def test_other_letters_of_the_equation_need_values_too() -> None:
    with pytest.raises(stepcalc.UsageError, match="a=1"):
        at("x^2 + y^2 = a^2", x=3, y=4)
    assert fact(at("x^2 + y^2 = a^2", x=3, y=4, a=5), "answer") == sympy.Rational(-3, 4)


def test_a_point_where_the_equation_has_no_value_is_an_error() -> None:
    with pytest.raises(stepcalc.UsageError) as caught:
        at("sqrt(x) + sqrt(y) = 3", x=-1, y=4)
    assert caught.value.code == "point-outside"


@settings(max_examples=25, deadline=None)
@given(st.fractions(-3, 3, max_denominator=6).filter(bool))
def test_points_of_a_circle_by_a_parameter(t: sympy.Rational) -> None:
    x, y = form_of(sympy.Rational(1 - t**2, 1 + t**2)), form_of(sympy.Rational(2 * t, 1 + t**2))
    report = report_at(stepcalc.implicit("x^2 + y^2 = 1"), {letter("x"): x, letter("y"): y})
    assert fact(report, "answer") == value(rational((t**2 - 1) / (2 * t)))
