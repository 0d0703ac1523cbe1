"""Tidying gives the answers that a textbook's key has, by true moves, and in no time."""
from __future__ import annotations

import ast
import pathlib
import time
from collections.abc import Callable

import mpmath
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import Abs, Expr, Integer, Ne, Rational, cos, exp, log, sec, sin, sqrt, symbols, tan

from stepcalc.calculus.tidying import Tidied, tidy

x, a, n = symbols("x a n")

OPERATORS: dict[type[ast.operator], Callable[[Expr, Expr], Expr]] = {
    ast.Add: lambda p, q: p + q, ast.Sub: lambda p, q: p - q, ast.Mult: lambda p, q: p * q,
    ast.Div: lambda p, q: p / q, ast.Pow: lambda p, q: p**q}


def read(text: str) -> Expr:
    """Python's syntax as SymPy values, 1/2 exact."""
    def build(node: ast.AST) -> Expr:
        match node:
            case ast.Expression(body):
                return build(body)
            case ast.Constant(value):
                return Integer(value)
            case ast.Name(name):
                return symbols(name)
            case ast.UnaryOp(ast.USub(), operand):
                return -build(operand)
            case ast.BinOp(left, operator, right):
                return OPERATORS[type(operator)](build(left), build(right))
            case ast.Call(ast.Name(name), [argument]):
                return getattr(sympy, name)(build(argument))
        raise ValueError(ast.dump(node))
    return build(ast.parse(text, mode="eval"))


def exercises() -> list[tuple[str, str]]:
    lines = pathlib.Path(__file__).with_name("exercises.tsv").read_text(encoding="utf-8").splitlines()
    return [(line.split("\t")[0], line.split("\t")[1]) for line in lines if line and line[0] != "#"]


def assert_equal_at_points(left: Expr, right: Expr) -> None:
    """The same value wherever both are real and finite, among a few points of the real line."""
    letters = sorted(left.free_symbols | right.free_symbols, key=str)
    f, g = (sympy.lambdify(letters, side, "mpmath") for side in (left, right))
    with mpmath.workdps(30):
        for start in ("0.37", "-0.61", "1.83", "-2.39", "4.17"):
            at = [mpmath.mpf(start) + mpmath.mpf(place) / 7 for place in range(len(letters))]
            try:
                one, other = mpmath.mpmathify(f(*at)), mpmath.mpmathify(g(*at))
            except (ValueError, ZeroDivisionError):
                continue
            if mpmath.isfinite(one) and mpmath.isfinite(other):
                assert abs(one - other) <= mpmath.mpf(10) ** -18 * max(1, abs(other)), (left, right, at)


def assert_told_truly(expr: Expr, tidied: Tidied) -> None:
    """The changes are a chain from the question to the result, each of them true."""
    before = expr
    for change in tidied.changes:
        assert change.before == before
        assert_equal_at_points(change.before, change.after)
        before = change.after
    assert tidied.result == before


@pytest.mark.parametrize(("question", "key"), exercises())
def test_exercise_comes_out_as_the_key_prints_it(question: str, key: str) -> None:
    derivative = sympy.diff(read(question), x)
    assert tidy(derivative).result == read(key)
