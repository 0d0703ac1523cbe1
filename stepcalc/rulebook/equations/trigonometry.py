"""Rules of equations with sines and cosines: of one angle, through one of the two, or through the tangent."""

from __future__ import annotations

from typing import Any

from stepcalc.notation.forms import Form
from stepcalc.rulebook.equations.algebra import Expr
from stepcalc.rulebook.equations.functions import kernels_of
from stepcalc.rulebook.equations.given import Equation


def trigonometric_rule(given: Equation) -> Form | None:
    """Sines and cosines: of one angle, through one of the two, or through the tangent."""
    import sympy

    kernels = kernels_of(given)
    trigonometric = (sympy.sin, sympy.cos, sympy.tan, sympy.cot, sympy.sec, sympy.csc)
    if not kernels or not all(isinstance(each, trigonometric) for each in kernels):
        return None
    angles = {each.args[0] for each in kernels}
    if len(angles) > 1:
        return _one_angle(given)
    (angle,) = angles
    if not all(isinstance(each, (sympy.sin, sympy.cos)) for each in kernels):
        s, c = sympy.sin(angle), sympy.cos(angle)
        change = {
            sympy.tan(angle): s / c,
            sympy.cot(angle): c / s,
            sympy.sec(angle): 1 / c,
            sympy.csc(angle): 1 / s,
        }
        return given.goal("zero_identity", given.algebra.form(given.expression.xreplace(change)))
    s, c = sympy.Dummy("s"), sympy.Dummy("c")
    polynomial = sympy.Poly(given.expression.xreplace({sympy.sin(angle): s, sympy.cos(angle): c}), s, c)
    terms = dict(polynomial.terms())
    if set(terms) == {(1, 0), (0, 1)}:
        at = sympy.radsimp(-terms[0, 1] / terms[1, 0])
        return given.goal("zero_sine_cosine", given.algebra.form(angle), given.algebra.form(at))
    if set(terms) == {(1, 0), (0, 1), (0, 0)}:
        return _harmonic(given, angle, terms)
    return _one_function(given, angle, polynomial, s, c)


def _one_angle(given: Equation) -> Form | None:
    """sin 2x and its like by sines and cosines of x."""
    import sympy

    if given.expression.count_ops() > 40:
        return None
    found = sympy.expand(sympy.expand_trig(given.expression))
    if found == given.expression:
        return None
    angles = {each.args[0] for each in found.atoms(sympy.sin, sympy.cos) if given.has(each)}
    if len(angles) != 1:
        return None
    (angle,) = angles
    factored = sympy.factor_terms(found)
    if not factored.is_Mul:
        s, c = sympy.Dummy("s"), sympy.Dummy("c")
        polynomial = sympy.Poly(found.xreplace({sympy.sin(angle): s, sympy.cos(angle): c}), s, c)
        one = _one_function(given, angle, polynomial, s, c)
        if one is not None:
            return one
    return given.goal("zero_identity", given.algebra.form(factored if factored.is_Mul else found))


def _harmonic(given: Equation, angle: Expr, terms: dict[tuple[int, int], Expr]) -> Form | None:
    """a·sin u + b·cos u + c = 0 is r·cos(u − φ) + c = 0."""
    import sympy

    a, b, c = terms[1, 0], terms[0, 1], terms[0, 0]
    if not (a.is_number and b.is_number and c.is_number):
        return None
    size, turn = sympy.sqrt(a**2 + b**2), sympy.atan2(a, b)
    return given.goal("zero_identity", given.algebra.form(size * sympy.cos(angle - turn) + c))


def _one_function(given: Equation, angle: Expr, polynomial: Any, s: Expr, c: Expr) -> Form | None:
    """sin² + cos² = 1 leaves sines only, or cosines only."""
    import sympy

    for gone, left, function in ((c, s, sympy.sin), (s, c, sympy.cos)):
        place = 0 if gone is s else 1
        if all(powers[place] % 2 == 0 for powers, _ in polynomial.terms()):
            whole = sympy.expand(
                sum(
                    coefficient * left ** powers[1 - place] * (1 - left**2) ** (powers[place] // 2)
                    for powers, coefficient in polynomial.terms()
                )
            )
            found = whole.subs(left, function(angle))
            return (
                None if found == given.expression else given.goal("zero_identity", given.algebra.form(found))
            )
    return None
