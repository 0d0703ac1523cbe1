"""Sparse polynomials with whole coefficients, as plain dictionaries: the arithmetic under the tidying.

A polynomial maps exponent tuples to integers. SymPy's own ring elements do the same and more, but creating
a ring costs as much as tidying a whole answer; its dense routines are borrowed where the work is hard
(greatest common divisors, factoring), and only behind a limit.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import gcd
from typing import Any

from sympy.polys.densebasic import dmp_from_dict, dmp_to_dict
from sympy.polys.domains import ZZ
from sympy.polys.euclidtools import dmp_inner_gcd
from sympy.polys.factortools import dmp_factor_list

Monomial = tuple[int, ...]
Poly = dict[Monomial, int]

MAX_TERMS = 400
MAX_PRODUCT = 6_000
MAX_BITS = 2_000
MAX_DENSE = (40, 130)  # coefficients, with the zeros, of what is factored: in one letter, in several


class TooLargeError(Exception):
    """A move was refused beforehand because its outcome would be too large."""


class Budget:
    """How many products of two terms may still be formed: counted, so that equal inputs end alike."""

    __slots__ = ("left",)

    def __init__(self, left: int) -> None:
        self.left = left

    def spend(self, products: int) -> None:
        """Take from the budget; TooLargeError where it does not suffice."""
        self.left -= products
        if self.left < 0:
            raise TooLargeError


def plus(polys: Iterable[Poly]) -> Poly:
    total: Poly = {}
    for poly in polys:
        for monomial, coefficient in poly.items():
            total[monomial] = total.get(monomial, 0) + coefficient
    return {monomial: coefficient for monomial, coefficient in total.items() if coefficient}


def scaled(poly: Poly, factor: int) -> Poly:
    return {monomial: coefficient * factor for monomial, coefficient in poly.items()}


def times(left: Poly, right: Poly, budget: Budget) -> Poly:
    """The product, refused with TooLargeError where it would be long."""
    if len(left) * len(right) > MAX_PRODUCT:
        raise TooLargeError
    budget.spend(len(left) * len(right))
    total: Poly = {}
    for first, a in left.items():
        for second, b in right.items():
            monomial = tuple([m + n for m, n in zip(first, second, strict=True)])
            total[monomial] = total.get(monomial, 0) + a * b
    if len(total) > MAX_TERMS:
        raise TooLargeError
    return {monomial: coefficient for monomial, coefficient in total.items() if coefficient}


def power(poly: Poly, exponent: int, budget: Budget) -> Poly:
    """A whole power; a power of one term is free, of a sum it is refused where it would be long."""
    if len(poly) == 1:
        ((monomial, coefficient),) = poly.items()
        if abs(coefficient) > 1 and exponent * coefficient.bit_length() > MAX_BITS:
            raise TooLargeError
        return {tuple([m * exponent for m in monomial]): coefficient**exponent}
    if exponent > 20 or len(poly) ** min(exponent, 6) > MAX_PRODUCT:
        raise TooLargeError
    result = poly
    for _ in range(exponent - 1):
        result = times(result, poly, budget)
    return result


def content(poly: Poly) -> int:
    return gcd(*poly.values())


def common_monomial(poly: Poly) -> Monomial:
    return tuple([min(column) for column in zip(*poly, strict=True)])


def shifted(poly: Poly, by: Monomial, sign: int = 1) -> Poly:
    """The polynomial times (or, with sign -1, over) one monomial."""
    return {
        tuple([m + sign * n for m, n in zip(monomial, by, strict=True)]): coefficient
        for monomial, coefficient in poly.items()
    }


def degree(poly: Poly, index: int) -> int:
    return max(monomial[index] for monomial in poly)


def used(poly: Poly) -> list[int]:
    """The generators that occur."""
    return [index for index, column in enumerate(zip(*poly, strict=True)) if any(column)]


def quotient(dividend: Poly, divisor: Poly, budget: Budget) -> Poly | None:
    """The exact quotient, or None where the division leaves a remainder."""
    lead, last = max(divisor), min(divisor)
    low = min(dividend)
    if dividend[low] % divisor[last] or any(m < n for m, n in zip(low, last, strict=True)):
        return None
    rest, head = dict(dividend), divisor[lead]
    result: Poly = {}
    while rest:
        top = max(rest)
        budget.spend(len(divisor) + len(rest) // 8)
        step = tuple([m - n for m, n in zip(top, lead, strict=True)])
        factor, remainder = divmod(rest[top], head)
        if remainder or min(step) < 0 or len(result) > MAX_TERMS:
            return None
        result[step] = factor
        for monomial, coefficient in divisor.items():
            place = tuple([m + n for m, n in zip(step, monomial, strict=True)])
            value = rest.get(place, 0) - factor * coefficient
            if value:
                rest[place] = value
            else:
                del rest[place]
    return result


def by_powers(poly: Poly, index: int) -> dict[int, Poly]:
    """The coefficients of the powers of one generator."""
    split: dict[int, Poly] = {}
    for monomial, coefficient in poly.items():
        rest = (*monomial[:index], 0, *monomial[index + 1 :])
        split.setdefault(monomial[index], {})[rest] = coefficient
    return split


def is_plainly_irreducible(poly: Poly) -> bool:
    """Linear in some generator, with a single term as coefficient: a primitive such sum has no factors."""
    for index in used(poly):
        column = [monomial[index] for monomial in poly]
        if max(column) == 1 and sum(column) == 1:
            return True
    return False


def _feasible(indices: list[int], polys: Iterable[Poly], limit: int) -> bool:
    """Whether the hard routines end soon: few generators, few terms, low degree, small coefficients."""
    for poly in polys:
        degrees = [degree(poly, index) for index in indices]
        dense = 1
        for each in degrees:
            dense *= each + 1
        if dense > limit or max(abs(value) for value in poly.values()) > 10**12:
            return False
    return len(indices) <= 5


def _dense(poly: Poly, indices: list[int]) -> Any:
    short = {tuple([monomial[index] for index in indices]): ZZ(number) for monomial, number in poly.items()}
    return dmp_from_dict(short, len(indices) - 1, ZZ)


def _sparse(dense: Any, indices: list[int], width: int) -> Poly:
    poly: Poly = {}
    for short, coefficient in dmp_to_dict(dense, len(indices) - 1).items():
        monomial = [0] * width
        for index, exponent in zip(indices, short, strict=True):
            monomial[index] = exponent
        poly[tuple(monomial)] = int(coefficient)
    return poly


def common_divisor(left: Poly, right: Poly) -> Poly | None:
    """The greatest common divisor, or None where there is none but a constant (or it is too hard to find)."""
    first, second = set(used(left)), set(used(right))
    if not first & second:
        return None
    indices = sorted(first | second)
    if not _feasible(indices, (left, right), 600):
        return None
    divisor, _, _ = dmp_inner_gcd(_dense(left, indices), _dense(right, indices), len(indices) - 1, ZZ)
    poly = _sparse(divisor, indices, len(next(iter(left))))
    return poly if len(poly) > 1 else None


def factors(poly: Poly, budget: Budget, *, thorough: bool = False) -> list[tuple[Poly, int]]:
    """The factors of a primitive polynomial without a common monomial, with their multiplicities."""
    if len(poly) < (2 if thorough else 3) or is_plainly_irreducible(poly):
        return [(poly, 1)]
    indices = used(poly)
    linear = next((index for index in indices if degree(poly, index) == 1), None)
    if linear is not None:
        parts = by_powers(poly, linear)
        shared = _shared(parts.get(0), parts[1], budget)
        if shared is None:
            return [(poly, 1)]
        rest = quotient(poly, shared, budget)
        return [(poly, 1)] if rest is None else [*factors(shared, budget, thorough=thorough), (rest, 1)]
    if not _feasible(indices, (poly,), MAX_DENSE[len(indices) > 1]):
        return [(poly, 1)]
    _, found = dmp_factor_list(_dense(poly, indices), len(indices) - 1, ZZ)
    return [(_sparse(each, indices, len(next(iter(poly)))), times_) for each, times_ in found]


def _shared(left: Poly | None, right: Poly, budget: Budget) -> Poly | None:
    """A common factor of the two coefficients of a linear generator; division first, the common case."""
    if left is None or len(left) == 1 or len(right) == 1:
        return None
    short, long = sorted((left, right), key=len)
    if quotient(long, short, budget) is not None:
        unit = content(short)
        return {monomial: coefficient // unit for monomial, coefficient in short.items()}
    return common_divisor(left, right)
