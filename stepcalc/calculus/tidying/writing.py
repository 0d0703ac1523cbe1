"""Writing a fraction as an expression, and what that costs in operations before it is written."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from sympy import Add, Expr, Mul, Pow, Rational, exp

from stepcalc.calculus.tidying import polynomial as poly_
from stepcalc.calculus.tidying.limits import size
from stepcalc.calculus.tidying.polynomial import Monomial, Poly
from stepcalc.calculus.tidying.quotients import Factored, Fractions, Layout
from stepcalc.notation.values.products import sum_of

Powers = list[tuple[Poly, int]]


def write(frame: Fractions, value: Factored) -> Expr:
    """The SymPy expression of a fraction; its sums get the signs that need the fewest minus signs."""
    number, sums = signed(frame, value)
    powers = [(atom, exponent) for atom, exponent in value.powers.items() if atom < frame.width]
    parts = [write_sum(frame, poly) ** exponent for poly, exponent in sums]
    return Mul(Rational(number.numerator, number.denominator), *_generator_powers(frame, powers), *parts)


def write_sum(frame: Fractions, poly: Poly) -> Expr:
    layout = gathered(frame, poly)
    if layout is not None:
        return sum_of([_written_group(frame, outside, inside) for outside, inside in layout])
    return sum_of([_term(frame, monomial, coefficient) for monomial, coefficient in poly.items()])


def _written_group(frame: Fractions, outside: Monomial, inside: Poly) -> Expr:
    """What stands before a bracket, and the bracket, out of which a minus and a number go in front."""
    number = _in_front(inside) if any(outside) else 1
    if number != 1:
        inside = {monomial: coefficient // number for monomial, coefficient in inside.items()}
    return Mul(_term(frame, outside, number), write_sum(frame, inside))


def _in_front(poly: Poly) -> int:
    """The number that a sum in brackets is better written without: -2 of -2*x - 8, but 1 of 6*x**2 + 4."""
    if len(poly) == 1:
        return 1
    common = poly_.content(poly)
    with_numbers = [abs(number) for monomial, number in poly.items() if any(monomial) and abs(number) != 1]
    if sum(number != common for number in with_numbers) >= len(with_numbers):
        common = 1
    return -common if max(poly.values()) < 0 else common


def write_atom(frame: Fractions, atom: int) -> Expr:
    """What stands for the atom: the expression under a root, the function, the sum."""
    if atom < frame.width:
        return frame.generators[atom]
    return write_sum(frame, frame.sums[atom - frame.width])


def _generator_powers(frame: Fractions, powers: Iterable[tuple[int, int]]) -> list[Expr]:
    """Powers of generators; exponentials of one base are joined: exp(x)*exp(1) is exp(x + 1)."""
    parts = []
    joined: dict[tuple[Expr, bool], list[Expr]] = {}
    for index, exponent in powers:
        ratio = Rational(exponent, frame.units[index])
        if index in frame.exponents:
            # exp(x)**(1/2) is not exp(x/2) everywhere: the exponent itself is meant.
            base, core = frame.exponents[index]
            # exp(x)*exp(exp(x)) stays two factors: nobody adds a tower to its own foot.
            joined.setdefault((base, core.has(exp)), []).append(core * ratio)
        else:
            parts.append(Pow(frame.generators[index], ratio))
    parts.extend([Pow(base, Add(*exponents)) for (base, _), exponents in joined.items()])
    return parts


def _term(frame: Fractions, monomial: Monomial, coefficient: int) -> Expr:
    return Mul(coefficient, *_generator_powers(frame, [(i, e) for i, e in enumerate(monomial) if e]))


# -- signs --


def signed(frame: Fractions, value: Factored) -> tuple[Fraction, Powers]:
    """The number in front and the sums, each with the sign it was first seen with, or the one that fits."""
    number = value.number
    sums: Powers = []
    for atom, exponent in value.powers.items():
        if atom < frame.width:
            continue
        poly = frame.sums[atom - frame.width]
        if frame.seen_sign[atom - frame.width] < 0 and max(poly.values()) * min(poly.values()) < 0:
            poly = poly_.scaled(poly, -1)
            number *= (-1) ** (exponent % 2)
        sums.append((poly, exponent))
    return _absorbed(number, sums) if number < 0 else (number, sums)


def _absorbed(number: Fraction, sums: Powers) -> tuple[Fraction, Powers]:
    """Turn a minus in front into the other sign of one sum that has both, above the bar if possible."""
    both = [
        place
        for place, (poly, exponent) in enumerate(sums)
        if exponent % 2 and min(poly.values()) < 0 < max(poly.values())
    ]
    if not both:
        return number, sums
    place = max(both, key=lambda each: sums[each][1])
    poly, exponent = sums[place]
    return -number, [*sums[:place], (poly_.scaled(poly, -1), exponent), *sums[place + 1 :]]


# -- gathering --


def gathered(frame: Fractions, poly: Poly) -> Layout | None:
    """How the terms of a sum are best gathered, sin(x) with its coefficient, say; None: one by one.

    A bracket around some of the terms has to save two operations, or the sum is easier to read without it.
    """
    if not 3 <= len(poly) <= 60:
        return None
    key = frozenset(poly.items())
    if key not in frame.layouts:
        best, cost = None, _flat_cost(frame, poly)
        for keep in _gatherings(frame, poly):
            layout = _groups(poly, keep)
            if 1 < len(layout) < len(poly):
                price = _layout_cost(frame, layout)
                if price + (best is None) < cost:
                    best, cost = layout, price
        frame.layouts[key] = best
    return frame.layouts[key]


def _gatherings(frame: Fractions, poly: Poly) -> list[list[int]]:
    """Sets of generators by whose powers the terms may be gathered: all functions, or a single generator."""
    used = poly_.used(poly)
    functions = [index for index in used if not frame.generators[index].is_Symbol]
    if len(functions) == len(used) == 1 or not functions:
        # A polynomial in one letter stays a sum in descending powers.
        return [[index] for index in used] if len(used) > 1 else []
    return [functions, *[[index] for index in used]]


def _groups(poly: Poly, keep: list[int]) -> Layout:
    """The terms with the same powers of some generators together, each group's common letters in front."""
    groups: dict[Monomial, Poly] = {}
    for monomial, coefficient in poly.items():
        outside = [0] * len(monomial)
        inside = list(monomial)
        for index in keep:
            outside[index], inside[index] = monomial[index], 0
        groups.setdefault(tuple(outside), {})[tuple(inside)] = coefficient
    layout = []
    for front, rest in groups.items():
        if len(rest) > 1:
            common = poly_.common_monomial(rest)
            rest = poly_.shifted(rest, common, -1)
            front = tuple([m + n for m, n in zip(front, common, strict=True)])
        layout.append((front, rest))
    return layout


# -- cost --


def cost(frame: Fractions, value: Factored) -> int:
    """What write() would give, in operations, without building it."""
    number, sums = signed(frame, value)
    above, below = int(abs(number.numerator) != 1), int(number.denominator != 1)
    total = int(number < 0)
    for atom, exponent in value.powers.items():
        above += exponent > 0
        below += exponent < 0
        if atom < frame.width:
            total += _weight(frame, atom, exponent)
    for poly, exponent in sums:
        total += sum_cost(frame, poly) + (abs(exponent) != 1)
    return total + max(above - 1, 0) + below


def sum_cost(frame: Fractions, poly: Poly) -> int:
    layout = gathered(frame, poly)
    return _flat_cost(frame, poly) if layout is None else _layout_cost(frame, layout)


def _layout_cost(frame: Fractions, layout: Layout) -> int:
    total = len(layout) - 1
    for outside, inside in layout:
        total += _flat_cost(frame, inside)
        if any(outside):
            total += _flat_cost(frame, {outside: 1}) + (inside != {(0,) * len(outside): 1})
    return total


def _flat_cost(frame: Fractions, poly: Poly) -> int:
    total = len(poly) - 1
    for monomial, coefficient in poly.items():
        factors = 0
        for index, exponent in enumerate(monomial):
            if exponent:
                factors += 1
                total += _weight(frame, index, exponent)
        total += max(factors - 1, 0) + (factors > 0 and abs(coefficient) != 1)
    return total + all(coefficient < 0 for coefficient in poly.values())


def _weight(frame: Fractions, index: int, exponent: int) -> int:
    """The operations in one power of a generator; exp(x)**2 is exp(2*x)."""
    if index not in frame.weights:
        frame.weights[index] = size(frame.generators[index])
    plain = abs(exponent) == frame.units[index] and not (exponent < 0 and _is_power(frame.generators[index]))
    return frame.weights[index] + (not plain)


def _is_power(base: Expr) -> bool:
    return isinstance(base, (Pow, exp))
