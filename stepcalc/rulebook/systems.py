"""All real solutions of a few equations, exactly, where that is possible within bounds.

What a person does on paper: split products into cases, put in what a linear equation says of a letter, solve what
has one letter left. Where nothing is linear, a Gröbner basis makes an equation in one letter. Letters that are
not unknowns stand for positive numbers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from stepcalc.errors import NotDerivableError
from stepcalc.messages import say
from stepcalc.notation.forms import Form

MOST_CASES: Final = 400
LARGEST: Final = 300
"""Operations in one equation."""

HIGHEST_DEGREE: Final = 12
MOST_BY_BASIS: Final = 48
"""The product of the degrees of equations of which a Gröbner basis is made."""

LONGEST_SOLUTION: Final = 60
DIGITS: Final = 40
CLOSE: Final = 1e-25
TRIALS: Final = (("1.3", "0.7", "2.9"), ("0.4", "1.9", "1.1"), ("3.3", "0.2", "0.9"))
"""Numbers for letters that are not unknowns, to see which solutions are real."""

Expr = Any
"""A SymPy expression."""

Solution = Mapping[Expr, Expr]


def real_solutions(conditions: Sequence[Form], letters: Sequence[Form]) -> list[list[Form]]:
    """The points at which all conditions are 0, each as a row of coordinates.

    Args:
        conditions: The expressions.
        letters: The unknowns, in the order of the coordinates.

    Returns:
        The points in the order of their coordinates. Of points that are not isolated a row stands for all: it
        has letters in it that may have any value.

    Raises:
        NotDerivableError: They cannot be found exactly within the bounds.

    Examples:
        >>> from stepcalc.notation.forms import letter, number, power, subtract
        >>> x = letter("x")
        >>> [row[0].label for row in real_solutions([subtract(power(x, number(2)), number(4))], [x])]
        [-2, 2]
    """
    import sympy

    from stepcalc.notation.values import form_of, value

    unknowns = [sympy.Dummy(letter.name, real=True) for letter in letters]
    change = dict(zip(map(value, letters), unknowns, strict=True))
    equations = [value(form) for form in conditions]
    others = sorted(set().union(*(each.free_symbols for each in equations)) - set(change), key=str)
    given = {other: sympy.Dummy(str(other), positive=True) for other in others}
    if any(each.count_ops() > LARGEST for each in equations):
        raise unsolved()
    system = _System(unknowns, list(given.values()))
    found = system.solve([each.xreplace({**change, **given}) for each in equations])
    back = {dummy: name for name, dummy in (*change.items(), *given.items())}
    try:
        return [[form_of(coordinate.xreplace(back)) for coordinate in row] for row in found]
    except NotDerivableError as problem:  # a value that nobody would write down
        raise unsolved() from problem


def unsolved() -> NotDerivableError:
    """That there is no exact solution to be had."""
    return NotDerivableError(say("no-exact-solution"), code="no-exact-solution")


class _System:
    """Equations in some unknowns, solved case by case."""

    def __init__(self, unknowns: Sequence[Expr], others: Sequence[Expr]) -> None:
        self.unknowns = list(unknowns)
        self.others = list(others)
        self.cases = 0

    def solve(self, equations: Sequence[Expr]) -> list[list[Expr]]:
        found: list[list[Expr]] = []
        seen: list[tuple[complex, ...]] = []
        for solution in self._cases(self._cleared(equations), {}, basis=False):
            row = [_shorter(solution.get(unknown, unknown)) for unknown in self.unknowns]
            if not self._is_real_solution(equations, row):
                continue
            key = self._numbers(row)
            if not any(all(abs(a - b) < 1e-15 for a, b in zip(key, other, strict=True)) for other in seen):
                seen.append(key)
                found.append(row)
        order = sorted(range(len(found)), key=lambda place: [round(part.real, 12) for part in seen[place]])
        found = [found[place] for place in order]
        return [
            row for row in found if not any(other is not row and self._covers(other, row) for other in found)
        ]

    def _numbers(self, row: Sequence[Expr]) -> tuple[complex, ...]:
        trial = self._trial(0)
        return tuple(complex(each.xreplace(trial).evalf(25)) for each in row)

    def _trial(self, place: int) -> dict[Expr, Expr]:
        import sympy

        numbers = TRIALS[place]
        free = [*self.others, *self.unknowns]
        return {
            letter: sympy.Rational(numbers[k % len(numbers)]) + k // len(numbers)
            for k, letter in enumerate(free)
        }

    def _is_real_solution(self, equations: Sequence[Expr], row: Sequence[Expr]) -> bool:
        """Whether the point is real, and the equations, with their denominators, hold there: by numbers."""
        told = []
        for place in range(len(TRIALS)):
            trial = self._trial(place)
            point = {
                unknown: each.xreplace(trial).evalf(DIGITS)
                for unknown, each in zip(self.unknowns, row, strict=True)
            }
            real = all(part.is_finite and abs(part.as_real_imag()[1]) < CLOSE for part in point.values())
            point = {unknown: part.as_real_imag()[0] for unknown, part in point.items()}
            told.append(real and all(_is_nought(each, {**trial, **point}) for each in equations))
        if any(told) and not all(told):
            raise unsolved()  # real for some values of the other letters only
        return all(told)

    def _covers(self, wide: Sequence[Expr], narrow: Sequence[Expr]) -> bool:
        """Whether a row with unknowns in it, which may have any value, stands for another row, too."""
        import sympy

        free = [each for each in wide if each in self.unknowns]
        if len(free) <= sum(each in self.unknowns for each in narrow):
            return False
        put = {a: b for a, b in zip(wide, narrow, strict=True) if a in free}
        return all(sympy.simplify(a.xreplace(put) - b) == 0 for a, b in zip(wide, narrow, strict=True))

    # ------------------------------------------------------------------------------------------- cases

    def _cleared(self, equations: Sequence[Expr]) -> list[list[Expr]]:
        """For each equation the factors of its numerator that can be 0."""
        return [self._factors(each) for each in equations]

    def _factors(self, equation: Expr) -> list[Expr]:
        import sympy

        if equation.count_ops() > LARGEST:
            raise unsolved()
        above = sympy.together(equation).as_numer_denom()[0]
        if not above.is_polynomial(*self.unknowns):
            above = sympy.factor_terms(above)
        elif any(sympy.degree(above, letter) > HIGHEST_DEGREE for letter in above.free_symbols):
            raise unsolved()
        if above == 0:
            return [sympy.S.Zero]
        try:
            factors = [base for base, _ in sympy.factor_list(above)[1]]
        except TypeError as problem:  # powers with an unknown in the exponent cannot be put in order
            raise unsolved() from problem
        kept = [factor for factor in factors if factor == 0 or self._can_vanish(factor)]
        if not kept and not all(factor.is_nonzero for factor in factors if not self._has_unknown(factor)):
            raise unsolved()  # it holds for some values of the other letters, wherever the unknowns are
        return list(dict.fromkeys(kept))

    def _has_unknown(self, factor: Expr) -> bool:
        return bool(factor.free_symbols & set(self.unknowns))

    def _can_vanish(self, factor: Expr) -> bool:
        import sympy

        if not self._has_unknown(factor):
            return False
        return not isinstance(factor, sympy.exp) and factor.is_positive is not True

    def _cases(
        self, factored: list[list[Expr]], known: dict[Expr, Expr], *, basis: bool
    ) -> Iterator[Solution]:
        """Solutions of equations given as factors, one of which must be 0 in each."""
        self.cases += 1
        if self.cases > MOST_CASES:
            raise unsolved()
        left = [factors for factors in factored if 0 not in factors]
        if any(not factors for factors in left):
            return
        if not left:
            yield known
            return
        place = min(range(len(left)), key=lambda k: self._trouble(left[k]))
        rest = left[:place] + left[place + 1 :]
        for factor in left[place]:
            yield from self._one(factor, rest, known, basis=basis)

    def _trouble(self, factors: Sequence[Expr]) -> tuple[int, int]:
        """How hard an equation is: that of its hardest factor, then how many operations it has."""
        return max(self._kind(factor) for factor in factors), sum(factor.count_ops() for factor in factors)

    def _kind(self, factor: Expr) -> int:
        """0: says what a letter is, 1: one letter alone, 2: linear in a letter, 3: neither."""
        letters = factor.free_symbols & set(self.unknowns)
        if any(self._linear(factor, letter, plain=True) for letter in letters):
            return 0
        if len(letters) == 1:
            return 1
        return 2 if any(self._linear(factor, letter) for letter in letters) else 3

    def _linear(self, factor: Expr, letter: Expr, *, plain: bool = False) -> tuple[Expr, Expr] | None:
        """The coefficients of a·letter + b; ``plain`` wants an a without unknowns."""
        import sympy

        if not factor.is_polynomial(letter) or sympy.degree(factor, letter) != 1:
            return None
        a, b = sympy.Poly(factor, letter).all_coeffs()
        return None if plain and a.free_symbols & set(self.unknowns) else (a, b)

    def _one(
        self, factor: Expr, rest: list[list[Expr]], known: dict[Expr, Expr], *, basis: bool
    ) -> Iterator[Solution]:
        """The solutions for which this factor is 0."""
        letters = sorted(factor.free_symbols & set(self.unknowns), key=self.unknowns.index)
        plain = [letter for letter in reversed(letters) if self._linear(factor, letter, plain=True)]
        if plain:
            a, b = self._linear(factor, plain[0]) or (1, 0)
            yield from self._put_in(plain[0], -b / a, rest, known, basis=basis)
            return
        if len(letters) == 1:
            for value in self._roots(factor, letters[0]):
                yield from self._put_in(letters[0], value, rest, known, basis=basis)
            return
        linear = [letter for letter in reversed(letters) if self._linear(factor, letter)]
        if linear:
            a, b = self._linear(factor, linear[0]) or (1, 0)
            yield from self._put_in(linear[0], -b / a, rest, known, basis=basis)
            yield from self._cases([self._factors(a), self._factors(b), *rest], known, basis=basis)
            return
        yield from self._by_basis(factor, rest, known, basis=basis)

    def _put_in(
        self, letter: Expr, value: Expr, rest: list[list[Expr]], known: dict[Expr, Expr], *, basis: bool
    ) -> Iterator[Solution]:
        import sympy

        value = sympy.cancel(value) if value.free_symbols & set(self.unknowns) else value
        put = {letter: value}
        following = {name: each.subs(put) for name, each in known.items()}
        factored = []
        for factors in rest:
            if not any(letter in factor.free_symbols for factor in factors):
                factored.append(factors)
                continue
            product = []
            for factor in factors:
                after = sympy.expand(factor.subs(put)) if value.free_symbols else _number(factor.subs(put))
                if after == 0 or (not after.free_symbols and abs(after.evalf(DIGITS)) < CLOSE):
                    product = [sympy.S.Zero]
                    break
                product += self._factors(after)
            factored.append(list(dict.fromkeys(product)))
        yield from self._cases(factored, {**following, **put}, basis=basis)

    def _roots(self, factor: Expr, letter: Expr) -> list[Expr]:
        """The real roots of an equation in one letter."""
        import sympy

        if factor.is_polynomial(letter):
            polynomial = sympy.Poly(factor, letter)
            if polynomial.degree() > HIGHEST_DEGREE:
                raise unsolved()
            return self._of_polynomial(polynomial)
        if factor.count_ops() > LONGEST_SOLUTION:
            raise unsolved()
        try:
            solved = sympy.solveset(factor, letter, sympy.S.Reals)
        except (NotImplementedError, ValueError, TypeError, ArithmeticError) as problem:
            raise unsolved() from problem
        if isinstance(solved, sympy.Complement) and isinstance(solved.args[0], sympy.FiniteSet):
            solved = solved.args[0]
        if solved is sympy.S.EmptySet:
            return []
        if not isinstance(solved, sympy.FiniteSet):
            raise unsolved()
        return list(solved)

    def _of_polynomial(self, polynomial: Any) -> list[Expr]:
        """The real roots of a polynomial of degree 1 or 2 in xᵏ; others nobody would write down.

        That the exponents have k in common is what makes x⁴ − 4x² + 1 = 0 a quadratic equation.
        """
        import sympy

        powers = [power for (power,) in polynomial.monoms()]
        common = sympy.igcd(*powers, 0) or 1
        if max(powers) > 2 * common:
            raise unsolved()
        coefficients = {power // common: polynomial.coeff_monomial((power,)) for power in powers}
        a, b, c = (coefficients.get(k, sympy.S.Zero) for k in (2, 1, 0))
        if a == 0:
            inner = [-c / b]
        else:
            inside = sympy.factor(b**2 - 4 * a * c)
            if (
                inside.free_symbols
                and inside.free_symbols <= set(self.others)
                and inside.is_nonnegative is None
            ):
                raise unsolved()  # real for some values of the other letters only
            root = sympy.sqrt(b**2 - 4 * a * c)
            inner = [(-b - root) / (2 * a), (-b + root) / (2 * a)]
        found = []
        for value in dict.fromkeys(inner):
            if common % 2 and common > 1:
                found.append(sympy.real_root(value, common))
            elif common > 1:
                found += [sympy.root(value, common), -sympy.root(value, common)]
            else:
                found.append(value)
        return [each for each in dict.fromkeys(found) if self._may_be_real(each)]

    def _may_be_real(self, root: Expr) -> bool:
        if root.free_symbols & set(self.unknowns):
            return True
        numbers = [root.xreplace(self._trial(place)).evalf(20) for place in range(len(TRIALS))]
        told = {bool(abs(number.as_real_imag()[1]) < CLOSE) for number in numbers}
        if len(told) > 1:
            raise unsolved()  # real for some values of the other letters only
        return told == {True}

    def _by_basis(
        self, factor: Expr, rest: list[list[Expr]], known: dict[Expr, Expr], *, basis: bool
    ) -> Iterator[Solution]:
        """By the Gröbner basis of the equations that are left, which has one in the last letter alone."""
        from math import prod

        import sympy

        system = [factor, *(sympy.Mul(*factors) for factors in rest)]
        unknowns = [each for each in self.unknowns if any(each in one.free_symbols for one in system)]
        degrees = [sympy.total_degree(one, *unknowns) for one in system if one.is_polynomial(*unknowns)]
        bounded = len(degrees) == len(system) and prod(degrees) <= MOST_BY_BASIS
        if basis or not bounded or len(system) < len(unknowns):
            raise unsolved()
        found = sympy.groebner(system, *unknowns, order="lex")
        yield from self._cases([self._factors(each) for each in found.exprs], known, basis=True)


def _is_nought(equation: Expr, point: Mapping[Expr, Expr]) -> bool:
    """Whether an expression is 0 at a point, measured against its terms."""
    import sympy

    found = equation.xreplace(point)
    number = found.evalf(DIGITS)
    if not number.is_number or number.has(sympy.nan, sympy.zoo, sympy.oo):
        return False
    terms = [abs(term.evalf(10)) for term in sympy.Add.make_args(sympy.expand(equation).xreplace(point))]
    return bool(abs(number) < 1e-20 * (1 + max(terms)))


def _number(found: Expr) -> Expr:
    """A number with its roots put together as far as that is quick."""
    import sympy

    return sympy.radsimp(sympy.expand(found)) if found.count_ops() < LONGEST_SOLUTION else found


def _shorter(found: Expr) -> Expr:
    """A coordinate as a textbook writes it."""
    import sympy

    if found.count_ops() > 3 * LONGEST_SOLUTION:
        raise unsolved()
    if found.free_symbols:
        return sympy.factor_terms(sympy.powdenest(sympy.radsimp(found)))
    candidates = [found, sympy.sqrtdenest(sympy.radsimp(sympy.expand(found))), sympy.radsimp(found)]
    return min(candidates, key=lambda each: each.count_ops())
