"""Fractions whose numerators and denominators stay in factors, over the generators of one expression."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import gcd, lcm

from sympy import Add, Expr, I, Integer, Mul, Pow, Rational, S, exp

from stepcalc.calculus.tidying import polynomial as poly_
from stepcalc.calculus.tidying.generators import (
    CIRCLES, IN_TERMS, MAX_GENERATORS, Elimination, Square, circle, exponents, multiplicity, primes, survey,
)
from stepcalc.calculus.tidying.limits import MAX_EXPONENT, size
from stepcalc.calculus.tidying.polynomial import Monomial, Poly, TooLarge

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
    """A sum put over one denominator: shared * (rests added up), and then the same, settled."""

    shared: Factored
    rests: tuple[Poly, ...]
    total: Poly          # the rests added up, like terms collected
    reduced: Poly        # the same after squares of roots, sines, ... have been replaced
    result: Factored
    cancelled: tuple[int, ...]     # atoms that the numerator and the denominator had in common


Layout = list[tuple[Monomial, Poly]]


def _gathered(poly: Poly, keep: list[int]) -> Layout:
    """The terms with the same powers of some generators together, each group's own common letters in front."""
    groups: dict[Monomial, Poly] = {}
    for monomial, coefficient in poly.items():
        outside = [0] * len(monomial)
        inside = list(monomial)
        for index in keep:
            outside[index], inside[index] = monomial[index], 0
        groups.setdefault(tuple(outside), {})[tuple(inside)] = coefficient
    layout = []
    for outside_, inside_ in groups.items():
        if len(inside_) > 1:
            common = poly_.common_monomial(inside_)
            inside_ = poly_.shifted(inside_, common, -1)
            outside_ = tuple([m + n for m, n in zip(outside_, common, strict=True)])
        layout.append((outside_, inside_))
    return layout


@dataclass(slots=True)
class Frame:
    """The generators of one expression, and the arithmetic of fractions over them."""

    eliminate: Elimination = "none"
    merge_circles: bool = True
    generators: list[Expr] = field(default_factory=list)
    units: list[int] = field(default_factory=list)            # generator n stands for generators[n]**(1/units[n])
    index: dict[Expr, Factored] = field(default_factory=dict)
    squares: list[Square] = field(default_factory=list)
    relations: dict[int, tuple[int, Factored]] = field(default_factory=dict)    # root -> its power, and what that is
    sums: list[Poly] = field(default_factory=list)
    seen_sign: list[int] = field(default_factory=list)
    numbers: dict[frozenset[tuple[Monomial, int]], int] = field(default_factory=dict)
    aliases: dict[int, tuple[int, int, Fraction]] = field(default_factory=dict)   # sum -> (root, its power, number)
    exponentials: dict[tuple[Expr, Expr], int] = field(default_factory=dict)
    memo: dict[Expr, Factored] = field(default_factory=dict)
    met_square: bool = False

    @classmethod
    def of(cls, expr: Expr, eliminate: Elimination = "none") -> Frame:
        frame = cls(eliminate)
        frame._install(expr)
        return frame

    # -- generators -------------------------------------------------------------------------------------

    def _install(self, expr: Expr) -> None:
        found = survey(expr)
        for plain in found.plain:
            self._add(plain, found.roots.pop(plain, 1))
        for (argument, home), kinds in found.families.items():
            self._install_circle(argument, circle(kinds, home), kinds, found.roots)
        for key, unit in found.exponentials.items():
            self.exponentials[key] = self._new(Pow(*key), unit)
        composite = []
        for base, unit in found.roots.items():
            self._add_root(base, unit)
            if not isinstance(base, Integer):
                composite.append((base, unit))
        if len(self.generators) > MAX_GENERATORS:
            raise TooLarge
        for base, unit in composite:
            self._relate(base, unit)

    def _new(self, expr: Expr, unit: int) -> int:
        self.generators.append(expr)
        self.units.append(unit)
        return len(self.generators) - 1

    def _add(self, expr: Expr, unit: int) -> int:
        number = self._new(expr, unit)
        self.index[expr] = Factored(Fraction(1), {number: unit})
        return number

    def _add_root(self, base: Expr, unit: int) -> None:
        self.roots[base] = self._new(base, unit)

    roots: dict[Expr, int] = field(default_factory=dict)

    def _install_circle(self, argument: Expr, family: object, kinds: set[type[Expr]], roots: dict[Expr, int]) -> None:
        first_kind, second_kind, one, slope = family  # type: ignore[misc]
        members = {}
        for kind in (first_kind, second_kind):
            node = kind(argument)
            members[kind] = self._add(node, roots.pop(node, 1))
        self.squares.append(Square(members[first_kind], members[second_kind], one, slope))
        for kind in kinds - {first_kind, second_kind}:
            powers = {members[part]: exponent * self.units[members[part]] for part, exponent in IN_TERMS[kind]}
            self.index[kind(argument)] = Factored(Fraction(1), powers)

    def _relate(self, base: Expr, unit: int) -> None:
        """Root**unit is the base itself; where the base is one sum, that sum is written by its root."""
        root = self.roots[base]
        value = self.value(base)
        self.relations[root] = (unit, value)
        if len(value.powers) == 1:
            (atom, exponent), = value.powers.items()
            if exponent == 1 and atom >= len(self.generators):
                self.aliases[atom] = (root, unit, value.number)
                self.memo[base] = Factored(Fraction(1), {root: unit})

    # -- reading ----------------------------------------------------------------------------------------

    def value(self, expr: Expr) -> Factored:
        known = self.memo.get(expr)
        if known is None:
            known = self.memo[expr] = self._value(expr)
        return known

    def _value(self, expr: Expr) -> Factored:
        if isinstance(expr, Rational):
            return Factored(Fraction(expr.p, expr.q), {})
        if isinstance(expr, Add):
            return self._noted(self.combine([self.value(term) for term in expr.args]).result)
        if isinstance(expr, Mul):
            return self.product([self.value(part) for part in expr.args])
        if isinstance(expr, (Pow, exp)):
            base, exponent = expr.as_base_exp()
            return self._power(base, exponent)
        if expr is I:
            root = self.roots[S.NegativeOne]
            return Factored(Fraction(1), {root: self.units[root] // 2})
        return self.index[expr]

    def _noted(self, value: Factored) -> Factored:
        """Remember with which sign a sum was written: 1 - x**2 is not to come back as x**2 - 1."""
        width = len(self.generators)
        for atom, exponent in value.powers.items():
            if atom >= width and exponent == 1 and not self.seen_sign[atom - width]:
                self.seen_sign[atom - width] = 1 if value.number > 0 else -1
        return value

    def _power(self, base: Expr, exponent: Expr) -> Factored:
        if isinstance(exponent, Integer):
            return self.raised(self.value(base), int(exponent))
        if isinstance(exponent, Rational):
            return self._root(base, exponent)
        parts = []
        for ratio, core in exponents(exponent):
            if core is S.One and base is not S.Exp1:
                parts.append(self._power(base, ratio))
            else:
                number = self.exponentials[base, core]
                parts.append(Factored(Fraction(1), {number: ratio.p * self.units[number] // ratio.q}))
        return self.product(parts)

    def _root(self, base: Expr, exponent: Rational) -> Factored:
        parts = []
        for prime in primes(base):
            direct = self.index.get(prime)
            if direct is not None and len(direct.powers) == 1:
                (number, _), = direct.powers.items()
            else:
                number = self.roots[prime]
            power = exponent.p * self.units[number] * multiplicity(base, prime) // exponent.q
            parts.append(Factored(Fraction(1), {number: power}))
        return self.product(parts)

    # -- arithmetic -------------------------------------------------------------------------------------

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
            raise TooLarge
        if not value.number and exponent < 0:
            raise TooLarge    # a division by nought that only the algebra uncovered: nothing is to be tidied
        if not exponent:
            return ONE
        return Factored(value.number**exponent, {atom: each * exponent for atom, each in value.powers.items()})

    def combine(self, values: Sequence[Factored]) -> Combined:
        """Add up: take out what all terms share, multiply the rest out, collect, settle."""
        values = [value for value in values if value.number]
        if not values:
            return Combined(ONE, (), {}, {}, ZERO, ())
        shared = self._shared(values)
        rests = tuple([self._rest(value, shared) for value in values])
        total = poly_.plus(rests)
        reduced, below = self.reduced(total)
        if not reduced:
            return Combined(shared, rests, total, reduced, ZERO, ())
        start = self.product([shared, below]) if below.powers or below.number != 1 else shared
        result, cancelled = self.settled(start, reduced)
        return Combined(shared, rests, total, reduced, result, cancelled)

    def _shared(self, values: Sequence[Factored]) -> Factored:
        above = gcd(*[value.number.numerator for value in values])
        below = lcm(*[value.number.denominator for value in values])
        atoms = {atom for value in values for atom in value.powers}
        lowest = {atom: min([value.powers.get(atom, 0) for value in values]) for atom in atoms}
        return Factored(Fraction(above, below), {atom: e for atom, e in lowest.items() if e})

    def _rest(self, value: Factored, shared: Factored) -> Poly:
        ratio = value.number / shared.number
        powers = {atom: value.powers.get(atom, 0) - shared.powers.get(atom, 0)
                  for atom in value.powers.keys() | shared.powers.keys()}
        return self.expanded(ratio, powers)

    def expanded(self, number: Fraction, powers: dict[int, int]) -> Poly:
        """The product of non-negative powers, multiplied out; the number must be whole."""
        width = len(self.generators)
        monomial = [0] * width
        factors = []
        for atom, exponent in powers.items():
            if not exponent:
                continue
            if atom < width:
                monomial[atom] += exponent
            else:
                factors.append(poly_.power(self.sums[atom - width], exponent))
        result: Poly = {tuple(monomial): int(number)}
        for factor in factors:
            result = poly_.times(result, factor)
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
                    poly = self._substitute(poly, root, unit, {(0,) * len(self.generators): int(self.generators[root])})
            if not again:
                break
        for square in self.squares:
            if poly:
                poly = self._reduce_square(poly, square)
        return poly, below

    def _prime_roots(self) -> list[tuple[int, int]]:
        return [(number, self.units[number]) for base, number in self.roots.items() if isinstance(base, Integer)]

    def _substitute(self, poly: Poly, index: int, unit: int, value: Poly) -> Poly:
        parts = []
        for exponent, coefficient in poly_.by_powers(poly, index).items():
            whole, left = divmod(exponent, unit)
            if left:
                by = [0] * len(self.generators)
                by[index] = left
                coefficient = poly_.shifted(coefficient, tuple(by))
            parts.append(poly_.times(coefficient, poly_.power(value, whole)) if whole else coefficient)
        return poly_.plus(parts)

    def _reduce_root(self, poly: Poly, root: int, unit: int, value: Factored) -> tuple[Poly, Factored]:
        above = self.expanded(Fraction(value.number.numerator), {a: e for a, e in value.powers.items() if e > 0})
        under = {a: -e for a, e in value.powers.items() if e < 0}
        if not under and value.number.denominator == 1:
            return self._substitute(poly, root, unit, above), ONE
        below = self.expanded(Fraction(value.number.denominator), under)
        most = poly_.degree(poly, root) // unit
        parts = []
        for exponent, coefficient in poly_.by_powers(poly, root).items():
            whole, left = divmod(exponent, unit)
            by = [0] * len(self.generators)
            by[root] = left
            coefficient = poly_.shifted(coefficient, tuple(by))
            if whole:
                coefficient = poly_.times(coefficient, poly_.power(above, whole))
            if whole < most:
                coefficient = poly_.times(coefficient, poly_.power(below, most - whole))
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
        width = len(self.generators)
        gone, kept = (first, second) if self.eliminate == "first" else (second, first)
        unit = [0] * width
        unit[kept] = 2 * self.units[kept]
        constant = square.one if gone == first else -square.one * square.slope
        if poly_.degree(poly, gone) < 2 * self.units[gone]:
            return poly
        return self._substitute(poly, gone, 2 * self.units[gone], {(0,) * width: constant, tuple(unit): square.slope})

    # -- settling ---------------------------------------------------------------------------------------

    def atom(self, poly: Poly, *, seen: int = 0) -> Factored:
        """A sum as one factor: primitive, with a positive leading coefficient."""
        unit = poly_.content(poly)
        if poly[max(poly)] < 0:
            unit = -unit
        if unit != 1:
            poly = {monomial: coefficient // unit for monomial, coefficient in poly.items()}
        if len(poly) > MAX_ATOM_TERMS:
            raise TooLarge
        key = frozenset(poly.items())
        place = self.numbers.get(key)
        if place is None:
            place = self.numbers[key] = len(self.sums)
            self.sums.append(poly)
            self.seen_sign.append(0)
        number = place + len(self.generators)
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
        width = len(self.generators)
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
                    smaller = poly_.quotient(poly, base)
                    if smaller is None:
                        break
                    poly = smaller
                    if powers[atom] < 0:
                        cancelled.append(atom)
                    powers[atom] += steps
        if len(poly) == 1:
            (left, coefficient), = poly.items()
            value = self.product([value, self.monomial(left, Fraction(coefficient))])
        else:
            value = self.product([value, self.atom(poly)])
        powers = {atom: exponent for atom, exponent in powers.items() if exponent}
        return self.product([Factored(number, powers), value]), tuple(dict.fromkeys(cancelled))

    def _divisor(self, atom: int) -> tuple[Poly, int] | None:
        """The sum that an atom's power is made of, and the exponent that one such sum takes away."""
        width = len(self.generators)
        if atom >= width:
            return self.sums[atom - width], 1
        relation = self.relations.get(atom)
        if relation is None:
            return None
        unit, value = relation
        if len(value.powers) == 1 and value.number in (1, -1):
            (inner, exponent), = value.powers.items()
            if exponent == 1 and inner >= width:
                poly = self.sums[inner - width]
                return (poly if value.number == 1 else poly_.scaled(poly, -1)), unit
        return None

    # -- writing ----------------------------------------------------------------------------------------

    def base(self, atom: int) -> Expr:
        if atom < len(self.generators):
            return self.generators[atom]
        return self.written(self.sums[atom - len(self.generators)])

    def generator_power(self, index: int, exponent: int) -> Expr:
        unit = self.units[index]
        base = self.generators[index]
        return base**exponent if unit == 1 else base**Rational(exponent, unit)

    def written(self, poly: Poly) -> Expr:
        layout = self.layout(poly)
        if layout is not None:
            return Add(*[Mul(self._term(outside, 1), self.written(inside)) for outside, inside in layout])
        return Add(*[self._term(monomial, coefficient) for monomial, coefficient in poly.items()])

    def _term(self, monomial: Monomial, coefficient: int) -> Expr:
        return Mul(coefficient, *[self.generator_power(i, e) for i, e in enumerate(monomial) if e])

    def write(self, value: Factored) -> Expr:
        """The SymPy expression: sums get the sign that needs fewest minus signs."""
        width = len(self.generators)
        number = value.number
        parts: list[Expr] = []
        sums: list[tuple[Poly, int]] = []
        for atom, exponent in value.powers.items():
            if atom < width:
                parts.append(self.generator_power(atom, exponent))
            else:
                poly = self.sums[atom - width]
                sign = self.seen_sign[atom - width]
                if sign < 0:
                    poly = poly_.scaled(poly, -1)
                    number *= -1 if exponent % 2 else 1
                sums.append((poly, exponent))
        if number < 0:
            number, sums = self._absorbed(number, sums)
        parts.extend([self.written(poly)**exponent for poly, exponent in sums])
        return Mul(Rational(number.numerator, number.denominator), *parts)

    def _absorbed(self, number: Fraction, sums: list[tuple[Poly, int]]) -> tuple[Fraction, list[tuple[Poly, int]]]:
        """Turn a minus in front into the other sign of one sum that has both."""
        for place, (poly, exponent) in enumerate(sums):
            if exponent % 2 and exponent > 0 and min(poly.values()) < 0:
                flipped = [*sums[:place], (poly_.scaled(poly, -1), exponent), *sums[place + 1:]]
                return -number, flipped
        return number, sums

    # -- cost -------------------------------------------------------------------------------------------

    def weight(self, index: int, exponent: int) -> int:
        unit = self.units[index]
        base = self.generators[index]
        whole = self.weights.get(index)
        if whole is None:
            whole = self.weights[index] = size(base)
        if isinstance(base, (Pow, exp)):
            return whole + (exponent != unit)
        return whole + (abs(exponent) != unit)

    weights: dict[int, int] = field(default_factory=dict)

    def flat_cost(self, poly: Poly) -> int:
        total = len(poly) - 1
        for monomial, coefficient in poly.items():
            count = 0
            for index, exponent in enumerate(monomial):
                if exponent:
                    count += 1
                    total += self.weight(index, exponent)
            total += max(count - 1, 0) + (count > 0 and abs(coefficient) != 1)
        if all(coefficient < 0 for coefficient in poly.values()):
            total += 1
        return total

    def poly_cost(self, poly: Poly) -> int:
        layout = self.layout(poly)
        if layout is None:
            return self.flat_cost(poly)
        return sum(self._group_cost(outside, inside) for outside, inside in layout) + len(layout) - 1

    def _group_cost(self, outside: Monomial, inside: Poly) -> int:
        if not any(outside):
            return self.flat_cost(inside)
        return self.flat_cost({outside: 1}) + self.flat_cost(inside) + (inside != {(0,) * len(outside): 1})

    def layout(self, poly: Poly) -> Layout | None:
        """How the terms of a sum are best gathered, sin(x) and its coefficient first; None: one by one."""
        if len(poly) < 3 or len(poly) > 60:
            return None
        key = frozenset(poly.items())
        if key not in self.layouts:
            best, cost = None, self.flat_cost(poly)
            for keep in self._gatherings(poly):
                layout = _gathered(poly, keep)
                if len(layout) == len(poly) or len(layout) == 1:
                    continue
                price = sum(self._group_cost(*group) for group in layout) + len(layout) - 1
                if price < cost:
                    best, cost = layout, price
            self.layouts[key] = best
        return self.layouts[key]

    def _gatherings(self, poly: Poly) -> list[list[int]]:
        """Sets of generators by whose powers the terms may be gathered: all functions, or a single one."""
        used = poly_.used(poly)
        functions = [index for index in used if not self.generators[index].is_Symbol]
        singles = [[index] for index in used]
        return [functions, *singles] if functions and len(used) > len(functions) else singles

    layouts: dict[frozenset[tuple[Monomial, int]], Layout | None] = field(default_factory=dict)

    def cost(self, value: Factored) -> int:
        """What write() would give, in operations, without building it."""
        width = len(self.generators)
        number = value.number
        above, below = int(abs(number.numerator) != 1), int(number.denominator != 1)
        total = 0
        minus = number < 0
        for atom, exponent in value.powers.items():
            if exponent > 0:
                above += 1
            else:
                below += 1
            if atom < width:
                total += self.weight(atom, exponent)
            else:
                poly = self.sums[atom - width]
                total += self.poly_cost(poly) + (abs(exponent) != 1)
                if minus and exponent % 2 and exponent > 0 and min(poly.values()) < 0:
                    minus = False
        return total + max(above - 1, 0) + below + minus
