"""The real roots of a polynomial with rational coefficients, exactly, where they can be written down."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from math import gcd, isqrt, lcm
from typing import Final

from stepcalc.notation.arithmetic import opposite, over, plus, times
from stepcalc.notation.forms import number, rational, root
from stepcalc.numeric.sturm import count_roots
from stepcalc.trace.realset import End

Polynomial = Mapping[int, Fraction]
"""Coefficients by power; those that are nought are left out."""

MOST_CANDIDATES: Final = 20_000
"""Rational roots are looked for where the product of the outer coefficients is no larger than this."""

ROOT_BITS: Final = 256
"""To how many binary places a square root is known where ends are compared."""


def real_roots(polynomial: Polynomial) -> list[tuple[End, int]] | None:
    """The real roots with their multiplicities, from left to right.

    Args:
        polynomial: A polynomial that is not nought.

    Returns:
        The roots, or ``None`` where some are neither rational nor roots of a quadratic or a·xⁿ + b left.

    Examples:
        >>> [(end.size, times) for end, times in real_roots({4: Fraction(1), 0: Fraction(-1)})]
        [(Fraction(-1, 1), 1), (Fraction(1, 1), 1)]
    """
    rest = _integers(polynomial)
    found: list[tuple[End, int]] = []
    for candidate in _candidates(rest):
        count = 0
        while len(rest) > 3 and _vanishes(rest, candidate):
            rest = _deflated(rest, candidate)
            count += 1
        if count:
            found.append((rational_end(candidate), count))
    if len(rest) > 3:
        if any(rest[1:-1]):
            if count_roots([*rest]):
                return None
        else:
            found += [(end, 1) for end in _of_two_terms(rest[0], rest[-1], len(rest) - 1)]
    else:
        for end in _of_quadratic(*rest):
            known = next((place for place, (other, _) in enumerate(found) if other.size == end.size), None)
            if known is None:
                found.append((end, 1))
            else:
                found[known] = (end, found[known][1] + 1)
    return sorted(found, key=lambda pair: pair[0].size)


def rational_end(value: Fraction) -> End:
    """A rational number as the end of an interval."""
    return End(value, rational(value))


def _integers(polynomial: Polynomial) -> list[int]:
    """The coefficients as integers without a common factor, lowest first."""
    common = lcm(*(coefficient.denominator for coefficient in polynomial.values()))
    whole = [int(polynomial.get(power, 0) * common) for power in range(max(polynomial) + 1)]
    shared = gcd(*whole)
    return [coefficient // shared for coefficient in whole]


def _candidates(coefficients: list[int]) -> Iterator[Fraction]:
    """What a rational root can be: a divisor of the last coefficient over one of the first; nought before."""
    if len(coefficients) <= 3:
        return
    yield Fraction(0)
    last = next(coefficient for coefficient in coefficients if coefficient)
    if abs(last * coefficients[-1]) > MOST_CANDIDATES:
        return
    tried = set()
    for above in _divisors(last):
        for below in _divisors(coefficients[-1]):
            for candidate in (Fraction(above, below), Fraction(-above, below)):
                if candidate not in tried:
                    tried.add(candidate)
                    yield candidate


def _divisors(value: int) -> list[int]:
    size = abs(value)
    small = [divisor for divisor in range(1, isqrt(size) + 1) if size % divisor == 0]
    return small + [size // divisor for divisor in reversed(small) if divisor * divisor != size]


def _vanishes(coefficients: list[int], at: Fraction) -> bool:
    total = 0
    for power, coefficient in enumerate(coefficients):
        total += coefficient * at.numerator**power * at.denominator ** (len(coefficients) - 1 - power)
    return total == 0


def _deflated(coefficients: list[int], at: Fraction) -> list[int]:
    """The polynomial divided by (q·x − p), where p/q is a root of it."""
    rest: list[int] = []
    carried = 0
    for coefficient in reversed(coefficients[1:]):
        carried = (coefficient + at.numerator * carried) // at.denominator
        rest.append(carried)
    return rest[::-1]


def _of_quadratic(last: int, middle: int = 0, leading: int = 0) -> list[End]:
    """The roots of a polynomial of degree two at most; a double root stands twice."""
    if not leading:
        return [rational_end(Fraction(-last, middle))] if middle else []
    discriminant = middle * middle - 4 * leading * last
    if discriminant < 0:
        return []
    exact = isqrt(discriminant)
    if exact * exact == discriminant:
        return [rational_end(Fraction(-middle + side * exact, 2 * leading)) for side in (-1, 1)]
    return [
        _surd(Fraction(-middle, 2 * leading), Fraction(discriminant, 4 * leading**2), side)
        for side in (-1, 1)
    ]


def _of_two_terms(last: int, leading: int, degree: int) -> list[End]:
    """The real roots of a·xⁿ + b, where neither is nought."""
    power = Fraction(-last, leading)
    if power < 0 and degree % 2 == 0:
        return []
    size = abs(power)
    near = Fraction(
        _whole_root((size.numerator << degree * ROOT_BITS) // size.denominator, degree), 1 << ROOT_BITS
    )
    above, below = (root(number(part), number(degree)) for part in (size.numerator, size.denominator))
    form = root(rational(size), number(degree)) if size.denominator > 1 else above
    if size.numerator == 1:
        form = over(number(1), below)
    positive, negative = End(near, form), End(-near, opposite(form))
    if degree % 2:
        return [positive if power > 0 else negative]
    return [negative, positive]


def _whole_root(value: int, degree: int) -> int:
    """The largest integer whose power is no larger than the value."""
    guess = 1 << -(-value.bit_length() // degree)
    while True:
        better = ((degree - 1) * guess + value // guess ** (degree - 1)) // degree
        if better >= guess:
            return guess
        guess = better


def _surd(middle: Fraction, square: Fraction, side: int) -> End:
    """The number ``middle`` plus or minus the root of ``square``, as one fraction."""
    outside, inside = _square_part(square.numerator * square.denominator)
    factor = Fraction(side * outside, square.denominator)
    below = lcm(middle.denominator, factor.denominator)
    above = plus(number(int(middle * below)), times(number(int(factor * below)), root(number(inside))))
    size = Fraction(
        isqrt(square.numerator * square.denominator << 2 * ROOT_BITS), square.denominator << ROOT_BITS
    )
    return End(middle + side * size, over(above, number(below)))


def _square_part(value: int) -> tuple[int, int]:
    """A number as s²·r with s as large as a short search finds."""
    square, rest = 1, value
    for prime in (2, 3, 5, 7, 11, 13):
        while rest % (prime * prime) == 0:
            rest //= prime * prime
            square *= prime
    return square, rest
