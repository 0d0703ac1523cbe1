"""Whether a polynomial in one letter has real roots, by Sturm's theorem."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Final

from stepcalc.notation.forms import Form, nodes_of, postorder
from stepcalc.numeric.intervals import is_long

HIGHEST_DEGREE: Final = 12
_HEADS: Final = frozenset("number letter sum product quotient power".split())


Polynomial = list[int | Fraction]
"""Coefficients, lowest first; integers until a division makes fractions, which cost ten times as much."""


def polynomial(form: Form) -> tuple[Form, Polynomial] | None:
    """The letter and the coefficients, lowest first."""
    if any(node.head not in _HEADS for node in nodes_of(form)):
        return None
    letter: Form | None = None
    done: dict[Form, Polynomial] = {}
    for count, node in enumerate(postorder(form)):
        if count > 200:
            return None
        found: Polynomial | None = None
        parts = [done[arg] for arg in node.args]
        match node.head:
            case "number":
                assert isinstance(node.label, int | Fraction)
                found = [node.label]
            case "letter" if letter is None or letter is node:
                letter = node
                found = [0, 1]
            case "sum":
                found = [sum(column) for column in _columns(parts)]
            case "product":
                found = _product(parts)
            case "quotient" if len(trimmed(parts[1])) == 1:
                divisor = trimmed(parts[1])[0]
                found = [Fraction(coefficient) / divisor for coefficient in parts[0]] if divisor else None
            case "power":
                found = _integer_power(parts[0], node.args[1])
        if found is None or len(found) > HIGHEST_DEGREE + 1 or any(map(is_long, found)):
            return None
        done[node] = found
    coefficients = trimmed(done[form])
    return None if letter is None else (letter, coefficients)


def _columns(parts: Sequence[Polynomial]) -> list[Polynomial]:
    longest = max(map(len, parts))
    return [[part[k] for part in parts if k < len(part)] for k in range(longest)]


def _product(parts: Sequence[Polynomial]) -> Polynomial | None:
    found: Polynomial = [1]
    for part in parts:
        if len(found) + len(part) > HIGHEST_DEGREE + 2:
            return None
        total: Polynomial = [0] * (len(found) + len(part) - 1)
        for i, left in enumerate(found):
            for j, right in enumerate(part):
                total[i + j] += left * right
        found = total
    return found


def _integer_power(base: Polynomial, exponent: Form) -> Polynomial | None:
    times = exponent.label
    if exponent.head != "number" or not isinstance(times, int) or not 0 <= times <= HIGHEST_DEGREE:
        return None
    return _product([base] * times)


def trimmed(coefficients: Polynomial) -> Polynomial:
    length = len(coefficients)
    while length > 1 and not coefficients[length - 1]:
        length -= 1
    return coefficients[:length]


def count_roots(coefficients: Polynomial) -> int:
    """The number of distinct real roots (Sturm's theorem)."""
    slope = [k * coefficient for k, coefficient in enumerate(coefficients)][1:]
    chain = [coefficients, slope]
    while len(chain[-1]) > 1:
        rest = _remainder(chain[-2], chain[-1])
        if not any(rest):
            break
        chain.append([-coefficient for coefficient in rest])
    right = [polynomial[-1] > 0 for polynomial in chain]
    left = [(polynomial[-1] > 0) == (len(polynomial) % 2 == 1) for polynomial in chain]
    return _changes(left) - _changes(right)


def _remainder(dividend: Polynomial, divisor: Polynomial) -> Polynomial:
    rest = list(dividend)
    while len(rest) >= len(divisor):
        factor = Fraction(rest[-1]) / divisor[-1]
        offset = len(rest) - len(divisor)
        for k, coefficient in enumerate(divisor):
            rest[offset + k] -= factor * coefficient
        rest.pop()
    return trimmed(rest) if rest else [0]


def _changes(signs: Sequence[bool]) -> int:
    return sum(before != after for before, after in pairwise(signs))
