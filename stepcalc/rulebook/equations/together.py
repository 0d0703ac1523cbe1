"""Which step comes next for equations that are to hold together: cases, one letter found, a basis, a curve.

A goal holds the equations, each to be 0, and the letters: ``system_cases(vector(equations), vector(letters), ...)``.
Which step comes next is decided by which equation is easiest.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from typing import Final

from stepcalc.notation.forms import ZERO, Form, call, number, vector
from stepcalc.rulebook.equations.algebra import Algebra, Expr, bounded, unsolved
from stepcalc.rulebook.equations.functions import RULE_OF_FUNCTION
from stepcalc.rulebook.equations.given import fresh_letter
from stepcalc.rulebook.equations.putting_in import LONGEST_PUT_IN
from stepcalc.rulebook.systems import HIGHEST_DEGREE, LARGEST, MOST_BY_BASIS

MOST_CASES: Final = 64
"""The product of the numbers of factors of all equations."""

_SMOOTH: Final = RULE_OF_FUNCTION.keys() - {"sign", "Abs"} | {"exp"}
"""Functions, by SymPy's names, of what may be named and solved for."""


@dataclass(frozen=True, slots=True)
class System:
    """Equations that are to hold together.

    Args:
        forms: What is to be 0.
        letters: The unknowns.
        algebra: The letters as SymPy's.
        expressions: The equations as SymPy's.
    """

    forms: tuple[Form, ...]
    letters: tuple[Form, ...]
    algebra: Algebra
    expressions: tuple[Expr, ...]

    def goal(self, rule: str, *more: Form) -> Form:
        """The goal of a rule."""
        return call(rule, vector(*self.forms), vector(*self.letters), *more)

    def unknowns_in(self, found: Expr) -> list[Expr]:
        """The unknowns of an expression, in their order."""
        return [each for each in self.algebra.unknowns if each in found.free_symbols]

    def letter(self, unknown: Expr) -> Form:
        """The letter that an unknown stands for."""
        return self.letters[self.algebra.unknowns.index(unknown)]


def system(forms: Sequence[Form], letters: Sequence[Form]) -> Form:
    """The goal of the step that comes next for equations that are to hold together.

    Args:
        forms: What is to be 0.
        letters: The unknowns.

    Raises:
        NotDerivableError: No step is known.

    Examples:
        >>> from stepcalc.notation.forms import letter, multiply, subtract
        >>> x, y = letter("x"), letter("y")
        >>> system([multiply(x, y), subtract(x, y)], [x, y]).name
        'system_cases'
    """
    forms = tuple(form for form in dict.fromkeys(forms) if form is not ZERO)
    algebra = Algebra(letters, [*forms, *letters])
    expressions = tuple(algebra.of(form) for form in forms)
    if any(each.count_ops() > LARGEST for each in expressions):
        raise unsolved()
    given = System(forms, tuple(letters), algebra, expressions)
    if not forms:
        return given.goal("system_free")
    factors = [factors_of(given, each) for each in expressions]
    if prod(max(1, len(each)) for each in factors) > MOST_CASES:
        raise unsolved()
    return _next(given, factors)


def _next(given: System, factors: list[list[Expr]]) -> Form:
    for place, found in enumerate(factors):
        if not found:
            return given.goal("system_never", number(place))
    order = sorted(range(len(factors)), key=lambda place: _trouble(given, factors[place]))
    place = order[0]
    own = given.unknowns_in(given.expressions[place])
    shorter_ = len(factors[place]) > 1 or len(given.unknowns_in(factors[place][0])) < len(own)
    if shorter_ and len(own) > 1:
        parts = [given.algebra.form(each) for each in factors[place]]
        return given.goal("system_cases", number(place), vector(*parts))
    if len(given.unknowns_in(given.expressions[place])) == 1:
        (unknown,) = given.unknowns_in(given.expressions[place])
        return given.goal("system_single", number(place), given.letter(unknown))
    (factor,) = factors[place]
    known = _linear(given, place, factor) or _inside(given, place, factor)
    return known or (_curve(given, factor) if len(given.forms) == 1 else _by_basis(given))


def _inside(given: System, place: int, factor: Expr) -> Form | None:
    """The step that takes what stands inside functions for one letter, where no unknown stands outside."""
    import sympy

    from stepcalc.notation.values import value

    insides = {
        each.args[0]: None for each in sympy.preorder_traversal(factor) if type(each).__name__ in _SMOOTH
    }
    for inner in insides:
        name = sympy.Dummy("u", real=True)
        outer = factor.xreplace({inner: name})
        if len(given.unknowns_in(inner)) > 1 and not given.unknowns_in(outer):
            fresh = fresh_letter(*given.forms, *given.letters)
            form = given.algebra.form(outer.xreplace({name: value(fresh)}))
            return given.goal("system_inside", number(place), fresh, given.algebra.form(inner), form)
    return None


def _curve(given: System, factor: Expr) -> Form:
    """The step that solves the only equation for a letter that it has squared."""
    import sympy

    for unknown in reversed(given.unknowns_in(factor)):
        if factor.is_polynomial(unknown) and sympy.degree(factor, unknown) == 2:
            return given.goal("system_curve", given.letter(unknown), given.algebra.form(factor))
    raise unsolved()


def _linear(given: System, place: int, factor: Expr) -> Form | None:
    """The step that makes an equation say what a letter is."""
    import sympy

    for plain in (True, False):
        for unknown in reversed(given.unknowns_in(factor)):
            coefficients = _coefficients(given, factor, unknown, plain=plain)
            if coefficients is None:
                continue
            a, b = coefficients
            value = sympy.cancel(-b / a)
            form = given.algebra.form(sympy.factor(value) if value.count_ops() < LONGEST_PUT_IN else value)
            more = () if plain else (given.algebra.form(_bare(a)), given.algebra.form(_bare(b)))
            name = "system_linear" if plain else "system_divided"
            return given.goal(name, number(place), given.letter(unknown), form, *more)
    return None


def _bare(found: Expr) -> Expr:
    """An expression that is to be 0 without the number before it."""
    return found.as_content_primitive()[1].as_coeff_Mul()[1] if found != 0 else found


def _coefficients(given: System, factor: Expr, unknown: Expr, *, plain: bool) -> tuple[Expr, Expr] | None:
    """The a and b of a·letter + b; plain wants an a without unknowns."""
    import sympy

    if not factor.is_polynomial(unknown) or sympy.degree(factor, unknown) != 1:
        return None
    a, b = sympy.Poly(factor, unknown).all_coeffs()
    return None if plain and given.unknowns_in(a) else (a, b)


def _trouble(given: System, factors: Sequence[Expr]) -> tuple[int, int]:
    return max(_kind(given, factor) for factor in factors), sum(factor.count_ops() for factor in factors)


def _kind(given: System, factor: Expr) -> int:
    """0: says what a letter is, 1: one letter alone, 2: linear in a letter, 3: neither."""
    unknowns = given.unknowns_in(factor)
    if any(_coefficients(given, factor, each, plain=True) for each in unknowns):
        return 0
    if len(unknowns) == 1:
        return 1
    return 2 if any(_coefficients(given, factor, each, plain=False) for each in unknowns) else 3


def factors_of(given: System, found: Expr) -> list[Expr]:
    """The factors of an equation's numerator that can be 0.

    Args:
        given: The equations it belongs to.
        found: What is to be 0.

    Raises:
        NotDerivableError: It cannot be factored within bounds.
    """
    import sympy

    above = sympy.together(found).as_numer_denom()[0]
    if not above.is_polynomial(*given.algebra.unknowns):
        above = sympy.factor_terms(above)
    elif any(
        sympy.degree(above, each) > HIGHEST_DEGREE
        for each in above.free_symbols
        if above.is_polynomial(each)  # not in the k of (−1)ᵏ
    ):
        raise unsolved()
    parts = [
        part.as_base_exp()[0] if part.as_base_exp()[1].is_Integer else part
        for part in sympy.Mul.make_args(above)
    ]
    parts = [part for part in parts if given.unknowns_in(part)]
    try:
        factors = bounded(lambda: [base for part in parts for base, _ in sympy.factor_list(part)[1]])
    except (TypeError, sympy.PolynomialError) as problem:  # powers with an unknown in the exponent
        raise unsolved() from problem
    return [each for each in dict.fromkeys(factors) if given.unknowns_in(each) and not _never(each)]


def _never(found: Expr) -> bool:
    import sympy

    return isinstance(found, sympy.exp) or found.is_positive is True or found.is_negative is True


def _by_basis(given: System) -> Form:
    """The Gröbner basis of the equations, which has one in the last letter alone."""
    import sympy

    unknowns = [
        each
        for each in given.algebra.unknowns
        if any(given.unknowns_in(one).count(each) for one in given.expressions)
    ]
    numerators = [sympy.together(each).as_numer_denom()[0] for each in given.expressions]
    if not all(each.is_polynomial(*unknowns) for each in numerators) or len(numerators) < len(unknowns):
        raise unsolved()
    if prod(sympy.total_degree(each, *unknowns) for each in numerators) > MOST_BY_BASIS:
        raise unsolved()
    found = bounded(lambda: sympy.groebner(numerators, *unknowns, order="lex"))
    forms = [given.algebra.form(each) for each in found.exprs]
    if set(forms) <= set(given.forms):
        raise unsolved()
    if not any(len(given.unknowns_in(each)) <= 1 for each in found.exprs):
        raise unsolved()
    return given.goal("system_basis", vector(*forms))
