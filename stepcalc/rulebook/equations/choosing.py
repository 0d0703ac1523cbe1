"""Which rule answers an equation in one letter: the goal that names the rule, with all that the rule needs.

The goals have the expression that is to be 0 and the letter as their first arguments.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from stepcalc.notation.forms import Form, call, number, vector
from stepcalc.rulebook.equations.algebra import Algebra, Expr, bounded, is_sign, unsolved

LARGEST: Final = 300
"""Operations in an equation."""

LARGEST_FACTORED: Final = 120
HIGHEST_DEGREE: Final = 12


@dataclass(frozen=True, slots=True)
class Equation:
    """An expression that is to be 0.

    Args:
        form: The expression.
        letter: The letter that is sought.
        algebra: Its letters as SymPy's.
        expression: The expression as SymPy's.
    """

    form: Form
    letter: Form
    algebra: Algebra
    expression: Expr

    @property
    def unknown(self) -> Expr:
        """The letter as SymPy's."""
        return self.algebra.unknowns[0]

    def goal(self, rule: str, *more: Form) -> Form:
        """The goal of a rule."""
        return call(rule, self.form, self.letter, *more)

    def has(self, expression: Expr) -> bool:
        """Whether the letter stands in an expression."""
        return self.unknown in expression.free_symbols


def equation(form: Form, letter: Form) -> Form:
    """The goal of the rule that answers ``form = 0``.

    Raises:
        NotDerivableError: No rule does.

    Examples:
        >>> from stepcalc.notation import forms
        >>> x = forms.letter("x")
        >>> equation(forms.subtract(forms.power(x, forms.TWO), number(5)), x).name
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
    return given.goal("zero_never") if given.expression.is_nonzero else None


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


def _linear(given: Equation) -> Form | None:
    import sympy

    found, unknown = given.expression, given.unknown
    if found.count_ops() > 40 or not found.is_polynomial(unknown) or sympy.degree(found, unknown) != 1:
        return None
    return given.goal("zero_linear")


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


# ------------------------------------------------------------------------------------ polynomials


def _polynomial(given: Equation) -> Form | None:
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
        return _factored(given)
    if len(powers) == 2:
        at = -polynomial.coeff_monomial(1) / polynomial.LC()
        return given.goal(
            "zero_power", given.letter, number(powers[1]), given.algebra.form(sympy.factor_terms(at))
        )
    return _longer(given, polynomial, powers)


def _longer(given: Equation, polynomial: Any, powers: Sequence[int]) -> Form:
    """Of three terms or more."""
    import sympy

    rational = all(each.is_Rational for each in polynomial.all_coeffs())
    if given.expression.count_ops() <= LARGEST_FACTORED:
        factored = _factored(given)
        if factored is not None:
            return factored
    common = int(sympy.igcd(*powers))
    if polynomial.degree() == 2:
        return given.goal("zero_quadratic")
    if common > 1 and (polynomial.degree() == 2 * common or not rational):
        return _substituted(given, given.unknown**common)
    if not rational:
        raise unsolved()
    return given.goal("zero_polynomial")


def _factored(given: Equation) -> Form | None:
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


def _common(given: Equation) -> Form | None:
    return None if given.expression.is_polynomial(given.unknown) else _factored(given)


# ------------------------------------------------------------------------------------ functions


def _kernels(given: Equation) -> list[Expr]:
    """The largest parts with the letter that are not sums, products or natural powers; the letter itself."""
    found: dict[Expr, None] = {}
    stack = [given.expression]
    while stack:
        node = stack.pop()
        if not given.has(node):
            continue
        natural = node.is_Pow and node.exp.is_Integer and node.exp > 0
        if node.is_Add or node.is_Mul:
            stack.extend(node.args)
        elif natural:
            stack.append(node.base)
        else:
            found[node] = None
    return list(found)


def _wrapped(given: Equation) -> Form | None:
    """a·g(u) + c = 0, or a polynomial in one g(u)."""
    import sympy

    kernels = _kernels(given)
    if len(kernels) != 1 or kernels[0] == given.unknown:
        return None
    (kernel,) = kernels
    name = sympy.Dummy("t")
    polynomial = sympy.Poly(given.expression.xreplace({kernel: name}), name)
    if polynomial.degree() != 1:
        return _substituted(given, kernel)
    slope, start = polynomial.all_coeffs()
    at = sympy.radsimp(-start / slope)
    if isinstance(kernel, sympy.sign) and at != 0:
        return None if abs(at) == 1 else given.goal("zero_never")
    return _undone(given, kernel, at)


def _undone(given: Equation, kernel: Expr, at: Expr) -> Form | None:
    """The rule that undoes a function."""
    import sympy

    form = given.algebra.form
    if kernel.is_Pow and kernel.exp.is_Rational:
        return given.goal("zero_root", form(kernel.base), form(kernel.exp), form(at))
    if kernel.is_Pow and not given.has(kernel.base):
        return given.goal("zero_exponential", form(kernel.exp), form(at), form(kernel.base))
    if isinstance(kernel, sympy.exp):
        return given.goal("zero_exponential", form(kernel.args[0]), form(at))
    rule = RULE_OF_FUNCTION.get(type(kernel).__name__)
    if rule is None or len(kernel.args) != 1:
        return None
    more = () if rule != "zero_inverse" else (form(kernel),)
    return given.goal(rule, form(kernel.args[0]), form(at), *more)


RULE_OF_FUNCTION: Final = {
    "log": "zero_logarithm", "sign": "zero_sign", "Abs": "zero_absolute",
    "sin": "zero_sine", "cos": "zero_cosine", "tan": "zero_tangent",
    "sinh": "zero_inverse", "cosh": "zero_inverse", "tanh": "zero_inverse",
    "asin": "zero_inverse", "acos": "zero_inverse", "atan": "zero_inverse",
    "asinh": "zero_inverse", "acosh": "zero_inverse", "atanh": "zero_inverse",
}  # fmt: skip


def _substituted(given: Equation, inner: Expr) -> Form:
    """The equation for u in place of an expression."""
    import sympy

    from stepcalc.notation.forms import letter, letters_of

    names = {item.name for item in letters_of(given.form)}
    fresh = letter(next(name for name in ("u", "v", "w", "t", "s", "u_1", "u_2") if name not in names))
    name = sympy.Dummy("u", real=True)
    if inner.is_Pow and inner.base == given.unknown:
        polynomial = sympy.Poly(given.expression, given.unknown)
        outer = sum(
            coefficient * name ** (power // int(inner.exp)) for (power,), coefficient in polynomial.terms()
        )
    else:
        outer = given.expression.xreplace({inner: name})
    from stepcalc.notation.values import form_of, value

    back = {name: value(fresh)}
    plain = {dummy: value(form) for form, dummy in _letters(given)}
    return given.goal(
        "zero_substituted", fresh, given.algebra.form(inner), form_of(outer.xreplace({**back, **plain}))
    )


def _letters(given: Equation) -> list[tuple[Form, Expr]]:
    from stepcalc.notation.forms import letters_of
    from stepcalc.notation.values import value

    return [
        (item, given.algebra.of(item))
        for item in letters_of(given.form)
        if value(item) != given.algebra.of(item)
    ]


def _exponentials(given: Equation) -> Form | None:
    """A polynomial in e^(gx), from e^x, e^(2x), e^(−x): multiplied by what makes all exponents natural."""
    import sympy

    kernels = _kernels(given)
    if len(kernels) < 2 or not all(isinstance(each, sympy.exp) for each in kernels):
        return None
    shares = [sympy.cancel(each.args[0] / kernels[0].args[0]) for each in kernels]
    if not all(share.is_Rational for share in shares):
        return None
    unit = sympy.Rational(
        sympy.igcd(*(share.p for share in shares)), sympy.ilcm(*(share.q for share in shares))
    )
    step = kernels[0].args[0] * unit
    if step.could_extract_minus_sign():
        step = -step
    name = sympy.Dummy("t", positive=True)
    powers = {each: name ** sympy.cancel(each.args[0] / step) for each in kernels}
    outer = sympy.together(given.expression.xreplace(powers))
    above, below = outer.as_numer_denom()
    whole = sympy.expand(above).subs(name, sympy.exp(step))
    if below != 1:
        return given.goal(
            "zero_scaled", given.algebra.form(below.subs(name, sympy.exp(step))), given.algebra.form(whole)
        )
    from stepcalc.notation.forms import letter
    from stepcalc.notation.values import form_of, value

    fresh = letter("u")
    plain = {dummy: value(form) for form, dummy in _letters(given)}
    return given.goal(
        "zero_substituted",
        fresh,
        given.algebra.form(sympy.exp(step)),
        form_of(above.xreplace({name: value(fresh), **plain})),
    )


def _trigonometric(given: Equation) -> Form | None:
    """Sines and cosines: of one angle, through one of the two, or through the tangent."""
    import sympy

    kernels = _kernels(given)
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


def _squared(given: Equation) -> Form | None:
    """a√r + q = 0, squared: a²·r − q² = 0; what does not solve the equation itself falls away."""
    import sympy

    kernels = [each for each in _kernels(given) if each != given.unknown]
    roots = [each for each in kernels if each.is_Pow and each.exp == sympy.Rational(1, 2)]
    if len(roots) != 1 or len(kernels) != 1:
        return None
    name = sympy.Dummy("t")
    polynomial = sympy.Poly(given.expression.xreplace({roots[0]: name}), name)
    if polynomial.degree() != 1:
        return None
    slope, rest = polynomial.all_coeffs()
    whole = sympy.factor_terms(sympy.expand(slope**2 * roots[0].base - rest**2))
    return given.goal("zero_squared", given.algebra.form(roots[0]), given.algebra.form(whole))


def _found(given: Equation) -> Form | None:
    """By SymPy, which does not say how."""
    return given.goal("zero_found") if given.expression.count_ops() <= 60 else None


_RULES: Final[tuple[Callable[[Equation], Form | None], ...]] = (
    _constant, _linear, _one_sign, _fraction, _product, _polynomial, _common, _wrapped, _exponentials, _trigonometric,
    _squared, _found,
)  # fmt: skip
"""In the order in which they are tried."""
