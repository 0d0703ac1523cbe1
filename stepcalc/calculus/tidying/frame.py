"""Reading an expression as a fraction over its own generators."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

from sympy import Add, Expr, I, Integer, Mul, Pow, Rational, S, exp

from stepcalc.calculus.tidying.generators import (
    IN_TERMS,
    MAX_GENERATORS,
    Elimination,
    Family,
    Kind,
    Square,
    circle,
    exponents,
    multiplicity,
    primes,
    survey,
)
from stepcalc.calculus.tidying.polynomial import Budget, TooLargeError
from stepcalc.calculus.tidying.quotients import Factored, Fractions

DEFAULT_BUDGET = 60_000


@dataclass(slots=True)
class Frame(Fractions):
    """The generators of one expression, and each part of the expression as a fraction over them."""

    index: dict[Expr, Factored] = field(default_factory=dict)
    exponentials: dict[tuple[Expr, Expr], int] = field(default_factory=dict)
    memo: dict[Expr, Factored] = field(default_factory=dict)
    divisors: dict[int, None] = field(default_factory=dict)  # the atoms that the expression divides by

    @classmethod
    def of(cls, expr: Expr, eliminate: Elimination = "none", budget: Budget | None = None) -> Frame:
        """The frame of an expression.

        Raises:
            TooLargeError: there are too many generators.
        """
        frame = cls(budget or Budget(DEFAULT_BUDGET), eliminate)
        frame._install(expr)
        return frame

    # -- generators --

    def _install(self, expr: Expr) -> None:
        found = survey(expr)
        for plain in found.plain:
            self._add(plain, found.roots.pop(plain, 1))
        for (argument, home), kinds in found.families.items():
            self._install_circle(argument, circle(kinds, home), kinds, found.roots)
        for key, unit in found.exponentials.items():
            number = self.exponentials[key] = self._new(Pow(*key), unit)
            self.exponents[number] = key
        composite = []
        for base, unit in found.roots.items():
            self._add_root(base, unit)
            if not isinstance(base, Integer):
                composite.append((base, unit))
        if len(self.generators) > MAX_GENERATORS:
            raise TooLargeError
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

    def _install_circle(
        self, argument: Expr, family: Family, kinds: set[Kind], roots: dict[Expr, int]
    ) -> None:
        first_kind, second_kind, one, slope = family
        members = {}
        for kind in (first_kind, second_kind):
            node = kind(argument)
            members[kind] = self._add(node, roots.pop(node, 1))
        self.squares.append(Square(members[first_kind], members[second_kind], one, slope))
        for kind in kinds - {first_kind, second_kind}:
            parts = [(members[part], exponent) for part, exponent in IN_TERMS[kind]]
            powers = {number: exponent * self.units[number] for number, exponent in parts}
            self.index[kind(argument)] = Factored(Fraction(1), powers)

    def _relate(self, base: Expr, unit: int) -> None:
        """Root**unit is the base itself; where the base is one sum, that sum is written by its root."""
        root = self.roots[base]
        value = self.value(base)
        self.relations[root] = (unit, value)
        if len(value.powers) == 1:
            ((atom, exponent),) = value.powers.items()
            if exponent == 1 and atom >= self.width:
                self.aliases[atom] = (root, unit, value.number)
                self.memo[base] = Factored(Fraction(1), {root: unit})

    # -- reading --

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
        value = self.index.get(expr)
        if value is None:  # SymPy has evaluated on the way what was handed in unevaluated
            raise TooLargeError
        self.divisors.update((atom, None) for atom, exponent in value.powers.items() if exponent < 0)
        return value

    def _noted(self, value: Factored) -> Factored:
        """Remember with which sign a sum was written: 1 - x**2 is not to come back as x**2 - 1."""
        for atom, exponent in value.powers.items():
            if atom >= self.width and exponent == 1 and not self.seen_sign[atom - self.width]:
                self.seen_sign[atom - self.width] = 1 if value.number > 0 else -1
        return value

    def _power(self, base: Expr, exponent: Expr) -> Factored:
        if isinstance(exponent, Integer):
            value = self.value(base)
            if exponent < 0:
                self.divisors.update((atom, None) for atom, each in value.powers.items() if each > 0)
            return self.raised(value, int(exponent))
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
            number = self.roots.get(prime)
            if number is None:
                # A letter or function is its own root's power, and has no generator beside it.
                ((number, _),) = self.index[prime].powers.items()
            if exponent < 0:
                self.divisors[number] = None
            power = exponent.p * self.units[number] * multiplicity(base, prime) // exponent.q
            parts.append(Factored(Fraction(1), {number: power}))
        return self.product(parts)
