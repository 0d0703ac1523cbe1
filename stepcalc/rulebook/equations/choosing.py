"""Which rule answers an equation in one letter: the goal that names the rule, with all that the rule needs.

The goals have the expression that is to be 0 and the letter as their first arguments.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from stepcalc.notation.forms import Form, vector
from stepcalc.rulebook.equations.algebra import Algebra, Expr, is_sign, unsolved
from stepcalc.rulebook.equations.functions import exponential_rule, squared_rule, wrapped_rule
from stepcalc.rulebook.equations.given import Equation
from stepcalc.rulebook.equations.polynomials import common_rule, linear_rule, polynomial_rule
from stepcalc.rulebook.equations.trigonometry import trigonometric_rule

LARGEST: Final = 300
"""Operations in an equation."""


def equation(form: Form, letter: Form) -> Form:
    """The goal of the rule that answers ``form = 0``.

    Raises:
        NotDerivableError: No rule does.

    Examples:
        >>> from stepcalc.notation import forms
        >>> x = forms.letter("x")
        >>> equation(forms.subtract(forms.power(x, forms.TWO), forms.number(5)), x).name
        'zero_power'
    """
    algebra = Algebra([letter], [form])
    given = Equation(form, letter, algebra, algebra.of(form))
    if given.expression.count_ops() > LARGEST:
        raise unsolved()
    for rule in _RULES:
        found = rule(given)
        if found is not None:
            return found
    raise unsolved()


# ------------------------------------------------------------------------------------ without the letter


def _constant(given: Equation) -> Form | None:
    if given.has(given.expression):
        return None
    if given.expression == 0:
        return given.goal("zero_always")
    if not given.expression.is_nonzero:
        raise unsolved()  # it holds for some values of other letters, for every x
    return given.goal("zero_never")


def _one_sign(given: Equation) -> Form | None:
    found = given.expression
    # A power of a letter to an exponent with letters is real for positive bases only, and positive there.
    power = found.is_Pow and given.has(found.exp) and found.base.is_Symbol
    return given.goal("zero_never") if power or found.is_positive or found.is_negative else None


# ------------------------------------------------------------------------------------ products, fractions


def _fraction(given: Equation) -> Form | None:
    """What stands below the bar is multiplied away; powers of e never are 0 and may stay."""
    import sympy

    found = given.expression
    below = _below(given, found)
    if below == 1 and found.is_Add:
        whole = sympy.together(found)
        below = _below(given, whole)
        found = whole if below != 1 else found
    if below == 1:
        return None
    above = sympy.expand(sympy.cancel(found * below)) if found.is_rational_function() else found * below
    above = sympy.factor_terms(above.as_content_primitive()[1])
    above = -above if above.could_extract_minus_sign() and not above.is_Add else above
    return given.goal("zero_fraction", given.algebra.form(above))


def _below(given: Equation, found: Expr) -> Expr:
    """What a product is divided by that has the letter and can be 0."""
    import sympy

    parts = []
    for factor in sympy.Mul.make_args(found):
        base, exponent = factor.as_base_exp()
        if (
            given.has(base)
            and exponent.is_Rational
            and exponent < 0
            and not isinstance(base, sympy.exp)
            and not base.is_positive
        ):
            parts.append(base**-exponent)
    return sympy.Mul(*parts)


def _product(given: Equation) -> Form | None:
    """The factors that can be 0, each once; of a power its base."""
    import sympy

    found = given.expression
    base, exponent = found.as_base_exp()
    if not found.is_Mul and not (found.is_Pow and exponent.is_Rational and exponent > 0 and given.has(base)):
        return None
    if found.is_Pow and exponent.q != 1:
        return None  # roots have a rule of their own
    factors: dict[Expr, None] = {}
    for factor in sympy.Mul.make_args(found):
        base, exponent = factor.as_base_exp()
        plain = base if exponent.is_Rational and exponent > 0 else factor
        if given.has(plain):
            if not (exponent.is_negative and base.is_positive and not isinstance(factor, sympy.exp)):
                factors[plain] = None
        elif plain.is_zero is not False and not is_sign(plain):
            return None
    if not factors or list(factors) == [found]:
        return None
    order = sorted(factors, key=lambda each: (not given.has(each), each.count_ops()))
    return given.goal("zero_product", vector(*map(given.algebra.form, order)))


def _found(given: Equation) -> Form | None:
    """By SymPy, which does not say how."""
    return given.goal("zero_found") if given.expression.count_ops() <= 60 else None


_RULES: Final[tuple[Callable[[Equation], Form | None], ...]] = (
    _constant, linear_rule, _one_sign, _fraction, _product, polynomial_rule, common_rule, wrapped_rule,
    exponential_rule, trigonometric_rule, squared_rule, _found,
)  # fmt: skip
"""In the order in which they are tried."""
