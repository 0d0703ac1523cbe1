"""Rules of equations with functions of one kind: what undoes a function, a polynomial in it, a root alone."""

from __future__ import annotations

from typing import Final

from stepcalc.notation.forms import Form
from stepcalc.rulebook.equations.algebra import Expr
from stepcalc.rulebook.equations.given import Equation, changed_letters, fresh_letter, substituted_goal


def kernels_of(given: Equation) -> list[Expr]:
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


def wrapped_rule(given: Equation) -> Form | None:
    """a·g(u) + c = 0, or a polynomial in one g(u)."""
    import sympy

    kernels = kernels_of(given)
    if len(kernels) != 1 or kernels[0] == given.unknown:
        return None
    (kernel,) = kernels
    name = sympy.Dummy("t")
    polynomial = sympy.Poly(given.expression.xreplace({kernel: name}), name)
    if polynomial.degree() != 1:
        return substituted_goal(given, kernel)
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


def exponential_rule(given: Equation) -> Form | None:
    """A polynomial in e^(gx), from e^x, e^(2x), e^(−x): multiplied by what makes all exponents natural."""
    import sympy

    kernels = kernels_of(given)
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
    from stepcalc.notation.values import form_of, value

    fresh = fresh_letter(given.form)
    plain = {dummy: value(form) for form, dummy in changed_letters(given)}
    return given.goal(
        "zero_substituted",
        fresh,
        given.algebra.form(sympy.exp(step)),
        form_of(above.xreplace({name: value(fresh), **plain})),
    )


def squared_rule(given: Equation) -> Form | None:
    """a√r + q = 0, squared: a²·r − q² = 0; what does not solve the equation itself falls away."""
    import sympy

    kernels = [each for each in kernels_of(given) if each != given.unknown]
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
