"""Fractions whose numerators and denominators stay in factors: how they are added, multiplied and reduced."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import gcd, lcm

from sympy import Expr, Integer

from stepcalc.calculus.tidying import polynomial as poly_
from stepcalc.calculus.tidying.generators import Elimination, Square
from stepcalc.calculus.tidying.limits import MAX_EXPONENT
from stepcalc.calculus.tidying.polynomial import Budget, Monomial, Poly, TooLargeError

MAX_ATOM_TERMS = 120


@dataclass(frozen=True, slots=True)
class Factored:
    """A number times powers of atoms; atoms are generators, and after them sums kept as one factor."""

    number: Fraction
    powers: dict[int, int]


ONE = Factored(Fraction(1), {})
ZERO = Factored(Fraction(0), {})


@dataclass(frozen=True, slots=True)
class Combined:
    """A sum put over one denominator: shared times what is left of each term, and then the same, settled."""

    shared: Factored
    total: Poly  # what is left, added up, like terms collected
    reduced: Poly  # the same after squares of roots, sines, ... have been replaced
    extra: Factored  # what the replacing brought in: the denominator of a root of a fraction
    result: Factored
    cancelled: tuple[int, ...]  # atoms that the numerator and the denominator had in common


Layout = list[tuple[Monomial, Poly]]


@dataclass(slots=True)
class Fractions:
    """The arithmetic of fractions over some generators, with what is known about their powers."""

    budget: Budget
    eliminate: Elimination = "none"
    generators: list[Expr] = field(default_factory=list)
    # Generator number n stands for generators[n]**(1/units[n]).
    units: list[int] = field(default_factory=list)
    squares: list[Square] = field(default_factory=list)
    # What is under a root -> the generator; a root's generator -> the power of it that is known, and which.
    roots: dict[Expr, int] = field(default_factory=dict)
    relations: dict[int, tuple[int, Factored]] = field(default_factory=dict)
    # The generator of a**u -> (a, u).
    exponents: dict[int, tuple[Expr, Expr]] = field(default_factory=dict)
    # The sums that are factors, the sign each was first seen with, and their numbers.
    sums: list[Poly] = field(default_factory=list)
    seen_sign: list[int] = field(default_factory=list)
    numbers: dict[frozenset[tuple[Monomial, int]], int] = field(default_factory=dict)
    # A sum that is under a root -> (root, power, number): sum = root**power/number.
    aliases: dict[int, tuple[int, int, Fraction]] = field(default_factory=dict)
    met_square: bool = False
    weights: dict[int, int] = field(default_factory=dict)
    layouts: dict[frozenset[tuple[Monomial, int]], Layout | None] = field(default_factory=dict)

    @property
    def width(self) -> int:
        """How many generators there are; atoms from this number on are sums."""
        return len(self.generators)

    # -- arithmetic --

    def product(self, values: Sequence[Factored]) -> Factored:
        number, powers = Fraction(1), dict[int, int]()
        for value in values:
            number *= value.number
            for atom, exponent in value.powers.items():
                total = powers.get(atom, 0) + exponent
                if total:
                    powers[atom] = total
                else:
                    powers.pop(atom, None)
        return Factored(number, powers) if number else ZERO

    def raised(self, value: Factored, exponent: int) -> Factored:
        if abs(exponent) > MAX_EXPONENT and abs(value.number) != 1:
            raise TooLargeError
        if not value.number and exponent < 0:
            raise TooLargeError  # a division by nought that only the algebra uncovered: leave it alone
        if not exponent:
            return ONE
        powers = {atom: each * exponent for atom, each in value.powers.items()}
        return Factored(value.number**exponent, powers)

    def combine(self, values: Sequence[Factored]) -> Combined:
        """Add up: take out what all terms share, multiply the rest out, collect, settle."""
        values = [value for value in values if value.number]
        if not values:
            return Combined(ONE, {}, {}, ONE, ZERO, ())
        shared = self._shared(values)
        total = poly_.plus([self._rest(value, shared) for value in values])
        reduced, extra = self.reduced(total)
        if not reduced:
            return Combined(shared, total, reduced, ONE, ZERO, ())
        result, cancelled = self.settled(self.product([shared, extra]), reduced)
        return Combined(shared, total, reduced, extra, result, cancelled)

    def _shared(self, values: Sequence[Factored]) -> Factored:
        above = gcd(*[value.number.numerator for value in values])
        below = lcm(*[value.number.denominator for value in values])
        atoms = {atom for value in values for atom in value.powers}
        lowest = {atom: min([value.powers.get(atom, 0) for value in values]) for atom in atoms}
        return Factored(Fraction(above, below), {atom: e for atom, e in lowest.items() if e})

    def _rest(self, value: Factored, shared: Factored) -> Poly:
        ratio = value.number / shared.number
        powers = {
            atom: value.powers.get(atom, 0) - shared.powers.get(atom, 0)
            for atom in value.powers.keys() | shared.powers.keys()
        }
        return self.expanded(ratio, powers)

    def expanded(self, number: Fraction, powers: dict[int, int]) -> Poly:
        """The product of non-negative powers, multiplied out; the number must be whole."""
        monomial = [0] * self.width
        factors = []
        for atom, exponent in powers.items():
            if not exponent:
                continue
            if atom < self.width:
                monomial[atom] += exponent
            else:
                factors.append(poly_.power(self.sum_of(atom), exponent, self.budget))
        result: Poly = {tuple(monomial): int(number)}
        for factor in factors:
            result = poly_.times(result, factor, self.budget)
        return result

    def reduced(self, poly: Poly) -> tuple[Poly, Factored]:
        """Replace powers of roots by what is under them, and squares by their partners.

        The second value is what the first must be multiplied by (a root of a fraction brings a denominator).
        """
        below = ONE
        for _ in range(8):
            again = False
            for root, (unit, value) in self.relations.items():
                if poly and poly_.degree(poly, root) >= unit:
                    poly, extra = self._reduce_root(poly, root, unit, value)
                    below = self.product([below, extra])
                    again = True
            for root, unit in self._prime_roots():
                if poly and poly_.degree(poly, root) >= unit:
                    poly = self._substitute(poly, root, unit, {(0,) * self.width: int(self.generators[root])})
            if not again:
                break
        for square in self.squares:
            if poly:
                poly = self._reduce_square(poly, square)
        return poly, below

    def _prime_roots(self) -> list[tuple[int, int]]:
        return [
            (number, self.units[number]) for base, number in self.roots.items() if isinstance(base, Integer)
        ]

    def _substitute(self, poly: Poly, index: int, unit: int, value: Poly) -> Poly:
        parts = []
        for exponent, coefficient in poly_.by_powers(poly, index).items():
            whole, left = divmod(exponent, unit)
            if left:
                by = [0] * self.width
                by[index] = left
                coefficient = poly_.shifted(coefficient, tuple(by))
            if whole:
                coefficient = poly_.times(coefficient, poly_.power(value, whole, self.budget), self.budget)
            parts.append(coefficient)
        return poly_.plus(parts)

    def _reduce_root(self, poly: Poly, root: int, unit: int, value: Factored) -> tuple[Poly, Factored]:
        over = {a: e for a, e in value.powers.items() if e > 0}
        above = self.expanded(Fraction(value.number.numerator), over)
        under = {a: -e for a, e in value.powers.items() if e < 0}
        if not under and value.number.denominator == 1:
            return self._substitute(poly, root, unit, above), ONE
        below = self.expanded(Fraction(value.number.denominator), under)
        most = poly_.degree(poly, root) // unit
        parts = []
        for exponent, coefficient in poly_.by_powers(poly, root).items():
            whole, left = divmod(exponent, unit)
            by = [0] * self.width
            by[root] = left
            coefficient = poly_.shifted(coefficient, tuple(by))
            if whole:
                coefficient = poly_.times(coefficient, poly_.power(above, whole, self.budget), self.budget)
            if whole < most:
                missing = poly_.power(below, most - whole, self.budget)
                coefficient = poly_.times(coefficient, missing, self.budget)
            parts.append(coefficient)
        extra = self.raised(Factored(Fraction(value.number.denominator), under), -most)
        return poly_.plus(parts), extra

    def _reduce_square(self, poly: Poly, square: Square) -> Poly:
        first, second = square.first, square.second
        for index in (first, second):
            if poly_.degree(poly, index) >= 2 * self.units[index]:
                self.met_square = True
        if self.eliminate == "none":
            return poly
        gone, kept = (first, second) if self.eliminate == "first" else (second, first)
        unit = [0] * self.width
        unit[kept] = 2 * self.units[kept]
        constant = square.one if gone == first else -square.one * square.slope
        if poly_.degree(poly, gone) < 2 * self.units[gone]:
            return poly
        partner = {(0,) * self.width: constant, tuple(unit): square.slope}
        return self._substitute(poly, gone, 2 * self.units[gone], partner)

    def eliminates(self, poly: Poly) -> bool:
        """Whether the sum has squares that this choice of elimination replaces."""
        return self.eliminate != "none" and any(
            poly_.degree(poly, index) >= 2 * self.units[index]
            for square in self.squares
            for index in square[:2]
        )

    # -- settling --

    def sum_of(self, atom: int) -> Poly:
        return self.sums[atom - self.width]

    def atom(self, poly: Poly) -> Factored:
        """A sum as one factor: primitive, with a positive leading coefficient."""
        unit = poly_.content(poly)
        if poly[max(poly)] < 0:
            unit = -unit
        if unit != 1:
            poly = {monomial: coefficient // unit for monomial, coefficient in poly.items()}
        if len(poly) > MAX_ATOM_TERMS:
            raise TooLargeError
        key = frozenset(poly.items())
        place = self.numbers.get(key)
        if place is None:
            place = self.numbers[key] = len(self.sums)
            self.sums.append(poly)
            self.seen_sign.append(0)
        number = place + self.width
        if number in self.aliases:
            root, power, scale = self.aliases[number]
            return Factored(unit / scale, {root: power})
        return Factored(Fraction(unit), {number: 1})

    def monomial(self, monomial: Monomial, number: Fraction) -> Factored:
        return Factored(number, {index: exponent for index, exponent in enumerate(monomial) if exponent})

    def sum_or_monomial(self, poly: Poly) -> Factored:
        """A polynomial as a value: its common monomial and number in front of one sum."""
        lowest = poly_.common_monomial(poly)
        if any(lowest):
            poly = poly_.shifted(poly, lowest, -1)
        front = self.monomial(lowest, Fraction(1))
        if len(poly) == 1:
            return Factored(Fraction(next(iter(poly.values()))), front.powers)
        return self.product([front, self.atom(poly)])

    def settled(self, shared: Factored, poly: Poly) -> tuple[Factored, tuple[int, ...]]:
        """shared * poly with common factors of the two cancelled, and the atoms that were cancelled."""
        lowest = poly_.common_monomial(poly)
        if any(lowest):
            poly = poly_.shifted(poly, lowest, -1)
        powers = dict(shared.powers)
        cancelled = [index for index, exponent in enumerate(lowest) if exponent and powers.get(index, 0) < 0]
        number = shared.number
        value = self.monomial(lowest, Fraction(1))
        if len(poly) > 1:
            for atom in list(powers):
                divisor = self._divisor(atom)
                if divisor is None:
                    continue
                base, steps = divisor
                while len(poly) > 1:
                    smaller = poly_.quotient(poly, base, self.budget)
                    if smaller is None:
                        break
                    poly = smaller
                    if powers[atom] < 0:
                        cancelled.append(atom)
                    powers[atom] += steps
        if len(poly) == 1:
            ((left, coefficient),) = poly.items()
            value = self.product([value, self.monomial(left, Fraction(coefficient))])
        else:
            value = self.product([value, self.atom(poly)])
        powers = {atom: exponent for atom, exponent in powers.items() if exponent}
        return self.product([Factored(number, powers), value]), tuple(dict.fromkeys(cancelled))

    def under(self, atom: int) -> Poly | None:
        """The sum that an atom stands for, itself or under its root."""
        divisor = self._divisor(atom)
        return None if divisor is None else divisor[0]

    def _divisor(self, atom: int) -> tuple[Poly, int] | None:
        """The sum that an atom's power is made of, and the exponent that one such sum takes away."""
        if atom >= self.width:
            return self.sums[atom - self.width], 1
        relation = self.relations.get(atom)
        if relation is None:
            return None
        unit, value = relation
        if len(value.powers) == 1 and value.number in (1, -1):
            ((inner, exponent),) = value.powers.items()
            if exponent == 1 and inner >= self.width:
                poly = self.sums[inner - self.width]
                return (poly if value.number == 1 else poly_.scaled(poly, -1)), unit
        return None
