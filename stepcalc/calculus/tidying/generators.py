"""An expression read as a fraction of polynomials: which parts of it play the variables.

sqrt(1 + x**2), exp(x), sin(x), a**x and log(x + 1) are *generators*: letters as far as sums and products are
concerned. What is known about them is kept beside them: the square of a root, sin**2 + cos**2 = 1.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import lcm
from typing import Literal, NamedTuple

from sympy import (
    Add,
    Expr,
    Function,
    I,
    Integer,
    Mul,
    Pow,
    Rational,
    S,
    cos,
    cosh,
    cot,
    coth,
    csc,
    csch,
    exp,
    factorint,
    sec,
    sech,
    sin,
    sinh,
    tan,
    tanh,
)

MAX_GENERATORS = 14

Elimination = Literal["none", "first", "second"]


class Square(NamedTuple):
    """first**2 = one + slope*second**2, and back: second**2 = (first**2 - one)/slope, with slope 1 or -1."""

    first: int
    second: int
    one: int
    slope: int


Kind = type[Function]


class Family(NamedTuple):
    """Functions whose squares are tied: first**2 = one + slope*second**2."""

    first: Kind
    second: Kind
    one: int
    slope: int


CIRCULAR = Family(sin, cos, 1, -1)
HYPERBOLIC = Family(cosh, sinh, 1, 1)
FAMILIES = (
    CIRCULAR,
    Family(sec, tan, 1, 1),
    Family(csc, cot, 1, 1),
    HYPERBOLIC,
    Family(tanh, sech, 1, -1),
    Family(coth, csch, 1, 1),
)

# Each function as powers of the two of its circle: tan = sin**1 * cos**-1.
IN_TERMS = {
    sin: ((sin, 1),),
    cos: ((cos, 1),),
    tan: ((sin, 1), (cos, -1)),
    cot: ((cos, 1), (sin, -1)),
    sec: ((cos, -1),),
    csc: ((sin, -1),),
    sinh: ((sinh, 1),),
    cosh: ((cosh, 1),),
    tanh: ((sinh, 1), (cosh, -1)),
    coth: ((cosh, 1), (sinh, -1)),
    sech: ((cosh, -1),),
    csch: ((sinh, -1),),
}
CIRCLES = {kind: (CIRCULAR if kind in (sin, cos, tan, cot, sec, csc) else HYPERBOLIC) for kind in IN_TERMS}


@dataclass(slots=True)
class Found:
    """What a walk over an expression finds, in the order of finding."""

    plain: dict[Expr, None]  # symbols, opaque functions
    roots: dict[Expr, int]  # base -> common denominator of its exponents
    exponentials: dict[tuple[Expr, Expr], int]  # (base, exponent up to a number) -> common denominator
    families: dict[tuple[Expr, Family], set[Kind]]  # (argument, circle) -> which functions occur


def survey(expr: Expr) -> Found:
    """Find the generators of an expression."""
    found = Found({}, {}, {}, {})
    seen: set[Expr] = set()
    waiting = [expr]
    while waiting:
        node = waiting.pop()
        if node in seen:
            continue
        seen.add(node)
        waiting.extend(_look(node, found))
    return found


def _look(node: Expr, found: Found) -> Iterator[Expr]:
    """Enter one node, and yield the parts that are to be looked at as well."""
    match node:
        case Rational():
            return
        case Add() | Mul():
            yield from node.args
        case Pow() | exp():
            base, exponent = node.as_base_exp()
            yield from _look_at_power(base, exponent, found)
        case _ if node is I:
            found.roots[S.NegativeOne] = lcm(found.roots.get(S.NegativeOne, 1), 2)
        case _ if type(node) in IN_TERMS:
            kind = type(node)
            found.families.setdefault((node.args[0], CIRCLES[kind]), set()).add(kind)
        case _:
            found.plain[node] = None


def _look_at_power(base: Expr, exponent: Expr, found: Found) -> Iterator[Expr]:
    if isinstance(exponent, Integer):
        yield base
    elif isinstance(exponent, Rational):
        for root in primes(base):
            found.roots[root] = lcm(found.roots.get(root, 1), exponent.q)
        yield base
    else:
        for ratio, core in exponents(exponent):
            if core is S.One and base is not S.Exp1:
                yield from _look_at_power(base, ratio, found)
            else:
                key = (base, core)
                found.exponentials[key] = lcm(found.exponentials.get(key, 1), ratio.q)


def exponents(exponent: Expr) -> Iterator[tuple[Rational, Expr]]:
    """Split a*u + b*v into (a, u), (b, v): u**(v + w) = u**v * u**w holds always."""
    for term in Add.make_args(exponent):
        ratio, core = term.as_coeff_Mul()
        if isinstance(ratio, Rational):
            yield ratio, core
        else:
            yield S.One, term


def primes(base: Expr) -> list[Expr]:
    """The bases whose roots stand for the root of this one: sqrt(6) is sqrt(2)*sqrt(3)."""
    if not isinstance(base, Integer):
        return [base]
    if abs(int(base)) > 10**9:
        return [base]
    return [Integer(prime) for prime in factorint(base)]


def multiplicity(base: Expr, root: Expr) -> int:
    """How often a root's base divides the number under the root (1 where it is not a number)."""
    if base is root or not isinstance(base, Integer):
        return 1
    return int(factorint(base)[int(root)])


def circle(kinds: set[Kind], circle_: Family) -> Family:
    """The two functions in which all of these can be written: those that occur, else sine and cosine."""
    for family in FAMILIES:
        if kinds <= {family.first, family.second}:
            return family
    return circle_
