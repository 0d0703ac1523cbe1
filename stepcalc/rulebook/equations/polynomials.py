"""Rules of polynomials in one letter: linear, quadratic, a power alone, a product, a polynomial in a power."""

from __future__ import annotations

from collections.abc import Sequence
from math import gcd
from typing import Any, Final

from stepcalc.notation.forms import Form, number
from stepcalc.rulebook.equations.algebra import Expr, bounded, unsolved
from stepcalc.rulebook.equations.given import Equation, substituted_goal

LARGEST_FACTORED: Final = 120
HIGHEST_DEGREE: Final = 12


def linear_rule(given: Equation) -> Form | None:
    """a·x + b = 0, of any form."""
    import sympy

    found, unknown = given.expression, given.unknown
    if found.count_ops() > 40 or not found.is_polynomial(unknown) or sympy.degree(found, unknown) != 1:
        return None
    return given.goal("zero_linear")


def polynomial_rule(given: Equation) -> Form | None:
    """What a polynomial comes to by its powers: a root, a product, the quadratic formula, decimals."""
    import sympy

    found, unknown = given.expression, given.unknown
    if not found.is_polynomial(unknown):
        return None
    polynomial = sympy.Poly(found, unknown)
    if polynomial.degree() > HIGHEST_DEGREE:
        raise unsolved()
    powers = sorted(power for (power,) in polynomial.monoms())
    if powers == [1] or powers == [0, 1]:
        return given.goal("zero_linear")
    if powers[0] > 0:
        return factored_goal(given)
    if len(powers) == 2:
        at = -polynomial.coeff_monomial(1) / polynomial.LC()
        return given.goal(
            "zero_power", given.letter, number(powers[1]), given.algebra.form(sympy.factor_terms(at))
        )
    return _longer(given, polynomial, powers)


def _longer(given: Equation, polynomial: Any, powers: Sequence[int]) -> Form:
    """Of three terms or more."""
    rational = all(each.is_Rational for each in polynomial.all_coeffs())
    if given.expression.count_ops() <= LARGEST_FACTORED:
        factored = factored_goal(given)
        if factored is not None:
            return factored
    common = gcd(*powers)
    if polynomial.degree() == 2:
        return given.goal("zero_quadratic")
    if common > 1 and (polynomial.degree() == 2 * common or not rational):
        return substituted_goal(given, given.unknown**common)
    if not rational:
        raise unsolved()
    return given.goal("zero_polynomial")


def factored_goal(given: Equation) -> Form | None:
    """The expression as a product, where it is one of brackets or has something to take out."""
    import sympy

    found = given.expression
    if not found.is_Add:
        return None
    outer = sympy.factor_terms(found)
    if _tells(given, outer):
        return given.goal("zero_factor", given.algebra.form(outer))
    if found.count_ops() > LARGEST_FACTORED or _heavy(found):
        return None
    try:
        whole = bounded(lambda: sympy.factor(found))
    except (
        TypeError,
        sympy.PolynomialError,
    ):  # powers with an unknown in the exponent cannot be put in order
        return None
    return given.goal("zero_factor", given.algebra.form(whole)) if _tells(given, whole) else None


def _heavy(found: Expr) -> bool:
    import sympy

    return len(found.atoms(sympy.Function)) > 6


def _tells(given: Equation, found: Expr) -> bool:
    """Whether a product says more than the sum: a factor with the letter is split off, or it is a power."""
    import sympy

    if found.is_Pow:
        return bool(found.exp.is_Integer and found.exp > 1 and found.base.is_Add)
    if not found.is_Mul:
        return False
    factors = [part for part in sympy.Mul.make_args(found) if given.has(part)]
    if any(part.is_Pow and part.exp.is_Integer and part.exp > 1 and part.base.is_Add for part in factors):
        return True
    return len(factors) > 1 and any(part.is_Add or part.is_Pow or part.is_Function for part in factors)


def common_rule(given: Equation) -> Form | None:
    """What the terms of a sum of functions share is taken out."""
    return None if given.expression.is_polynomial(given.unknown) else factored_goal(given)
