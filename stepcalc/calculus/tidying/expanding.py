"""Multiplying out: products over sums, natural powers of sums, like terms collected."""

from __future__ import annotations

from sympy import Add, Expr, Integer, Mul, Pow

from stepcalc.calculus.tidying.polynomial import TooLargeError

MAX_PRODUCTS = 3_000


def multiplied_out(expr: Expr) -> Expr:
    """The expression as a sum of products; what is below a bar or inside a function stays.

    Raises:
        TooLargeError: the outcome would be long.
    """
    return Add(*_terms(expr, [MAX_PRODUCTS]))


def _terms(expr: Expr, left: list[int]) -> list[Expr]:
    if isinstance(expr, Add):
        return [term for part in expr.args for term in _terms(part, left)]
    if isinstance(expr, Mul):
        result: list[Expr] = [Integer(1)]
        for part in expr.args:
            result = _times(result, _terms(part, left), left)
        return result
    if isinstance(expr, Pow) and isinstance(expr.exp, Integer) and expr.exp > 1:
        base = _terms(expr.base, left)
        if len(base) > 1:
            return _power(base, int(expr.exp), left)
    return [expr]


def _power(base: list[Expr], exponent: int, left: list[int]) -> list[Expr]:
    if exponent > left[0]:
        raise TooLargeError
    result = base
    for _ in range(exponent - 1):
        result = list(Add.make_args(Add(*_times(result, base, left))))
    return result


def _times(first: list[Expr], second: list[Expr], left: list[int]) -> list[Expr]:
    left[0] -= len(first) * len(second)
    if left[0] < 0:
        raise TooLargeError
    if first == [1]:
        return second
    return [Mul(one, other) for one in first for other in second]
