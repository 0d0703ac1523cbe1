"""The rules of equations in one letter: what each opens, and the solutions it puts together.

Solutions are the rows of a matrix. A row with integers in it, as π/4 + kπ, is a family: one for every integer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Final

from stepcalc.errors import NotDerivableError
from stepcalc.notation.forms import ZERO, Form, matrix
from stepcalc.notation.operators import rows_of
from stepcalc.rulebook.equations.algebra import Algebra, Expr, bounded, counter, is_rounded, shorter, unsolved
from stepcalc.rulebook.equations.choosing import equation
from stepcalc.rulebook.equations.rows import kept
from stepcalc.rulebook.goals import Solve

Compose = Callable[[Form, Solve], Form]


def first(solve: Solve, form: Form, letter: Form) -> list[Form]:
    """The solutions of an equation, by the rule that answers it."""
    return [row[0] for row in rows_of(solve(equation(form, letter)))]


def _answer(form: Form, found: Iterable[Form]) -> Form:
    """Those that solve the equation as it was given, in order."""
    return matrix(kept([form.args[0]], [form.args[1]], [[each] for each in found]))


def never(form: Form, solve: Solve) -> Form:
    """No solution."""
    return matrix([])


def always(form: Form, solve: Solve) -> Form:
    """Every number."""
    return matrix([[form.args[1]]])


def product(form: Form, solve: Solve) -> Form:
    """The solutions of each factor."""
    _, letter, factors = form.args
    return _answer(form, [each for factor in factors.args for each in first(solve, factor, letter)])


def rewritten(form: Form, solve: Solve) -> Form:
    """The solutions of the equation in its new form, which is the last argument."""
    return _answer(form, first(solve, form.args[-1], form.args[1]))


def linear(form: Form, solve: Solve) -> Form:
    """−b/a."""
    import sympy

    algebra = Algebra([form.args[1]], [form])
    slope, start = sympy.Poly(algebra.of(form.args[0]), algebra.unknowns[0]).all_coeffs()
    found = -start / slope
    return _answer(
        form, [algebra.form(sympy.expand(found) if _is_family(found) else shorter(sympy.cancel(found)))]
    )


def _is_family(found: Expr) -> bool:
    return any(each.is_integer for each in found.free_symbols)


def power(form: Form, solve: Solve) -> Form:
    """uⁿ = v."""
    _, letter, inner, exponent, at = form.args
    algebra = Algebra([letter], [form])
    return _each(form, solve, algebra, inner, _roots(algebra.of(at), int(algebra.of(exponent))))


def _roots(at: Expr, exponent: int) -> list[Expr]:
    """The real numbers whose nth power this is."""
    import sympy

    if at.is_zero:
        return [sympy.S.Zero]
    if exponent % 2:
        return [sympy.real_root(at, exponent) if at.is_number else _odd_root(at, exponent)]
    if at.is_negative:
        return []
    if not at.is_positive:
        raise unsolved()
    root = sympy.root(at, exponent)
    return [-root, root]


def _odd_root(at: Expr, exponent: int) -> Expr:
    import sympy

    if at.is_positive:
        return sympy.root(at, exponent)
    if at.is_negative:
        return -sympy.root(-at, exponent)
    raise unsolved()


def _each(form: Form, solve: Solve, algebra: Algebra, inner: Form, values: Iterable[Expr]) -> Form:
    """The solutions of inner = v for each of the values."""
    letter = form.args[1]
    found = []
    for each in values:
        value = algebra.form(each if _is_family(each) else shorter(each))
        found += [value] if inner is letter else first(solve, difference(inner, value, [letter]), letter)
    return _answer(form, found)


def difference(inner: Form, value: Form, letters: Sequence[Form]) -> Form:
    """inner − value, as people write it.

    Examples:
        >>> from stepcalc.notation.forms import ONE, TWO, add, letter
        >>> from stepcalc.notation.unicode import one_line
        >>> one_line(difference(add(letter("x"), TWO), ONE, [letter("x")]))
        'x + 1'
    """
    from stepcalc.notation.arithmetic import opposite, plus

    algebra = Algebra(letters, [inner, value])
    whole = algebra.of(inner)
    if whole.is_polynomial(*algebra.unknowns):
        return algebra.form(whole - algebra.of(value))
    return inner if value is ZERO else plus(inner, opposite(value))


def quadratic(form: Form, solve: Solve) -> Form:
    """(−b ± √(b² − 4ac))/(2a)."""
    import sympy

    algebra = Algebra([form.args[1]], [form])
    a, b, c = sympy.Poly(algebra.of(form.args[0]), algebra.unknowns[0]).all_coeffs()
    inside = sympy.expand(b**2 - 4 * a * c)
    if inside.is_negative:
        return matrix([])
    if inside.is_nonnegative is None:
        inside = sympy.factor(inside)
        if inside.is_nonnegative is None:
            raise unsolved()
    root = sympy.sqrt(inside)
    found = [shorter(sympy.radsimp((-b + sign * root) / (2 * a))) for sign in (-1, 1)]
    return _answer(form, [algebra.form(each) for each in found])


def discriminant(form: Form) -> tuple[Form, Form, Form, Form]:
    """The three coefficients of a quadratic expression, and b² − 4ac."""
    import sympy

    algebra = Algebra([form.args[1]], [form])
    a, b, c = sympy.Poly(algebra.of(form.args[0]), algebra.unknowns[0]).all_coeffs()
    form_of = algebra.form
    return form_of(a), form_of(b), form_of(c), form_of(sympy.factor(b**2 - 4 * a * c))


def leading(form: Form) -> Form | None:
    """What a linear or quadratic expression has before the highest power, if letters that are held can make it 0.

    Args:
        form: The goal of a step.

    Examples:
        >>> from stepcalc.notation.reader import read_text
        >>> from stepcalc.notation.unicode import one_line
        >>> wanted = equation(read_text("(a - b) x + 1").form, read_text("x").form)
        >>> one_line(leading(wanted))
        'a − b'
    """
    import sympy

    algebra = Algebra([form.args[1]], [form])
    first = sympy.Poly(algebra.of(form.args[0]), algebra.unknowns[0]).LC()
    if first.is_nonzero:
        return None
    parts = sympy.Mul.make_args(sympy.factor_terms(first))
    return algebra.form(sympy.Mul(*(part for part in parts if part.free_symbols)))


def polynomial(form: Form, solve: Solve) -> Form:
    """The real roots of a polynomial that has no short ones, to 15 digits, all by Sturm's count."""
    import sympy

    from stepcalc.rulebook.equations.rows import rounded

    algebra = Algebra([form.args[1]], [form])
    whole = sympy.Poly(algebra.of(form.args[0]), algebra.unknowns[0])
    isolated = bounded(lambda: [root.evalf(30) for root in whole.real_roots()])
    return matrix([[rounded(each)] for each in isolated]) if isolated else matrix([])


def substituted(form: Form, solve: Solve) -> Form:
    """First the equation for u, then u for each of its solutions."""
    _, letter, fresh, inner, outer = form.args
    values = first(solve, outer, fresh)
    if any(map(is_rounded, values)):
        raise unsolved()
    return _answer(
        form, [each for value in values for each in first(solve, difference(inner, value, [letter]), letter)]
    )


def exponential(form: Form, solve: Solve) -> Form:
    """e^u = v: u = ln v where v is positive, else never."""
    import sympy

    _, letter, inner, at, *base = form.args
    algebra = Algebra([letter], [form])
    size = algebra.of(at)
    if size.is_nonpositive:
        return matrix([])
    if not size.is_positive:
        raise unsolved()
    found = sympy.log(size) / sympy.log(algebra.of(base[0])) if base else sympy.log(size)
    return _each(form, solve, algebra, inner, [found])


def logarithm(form: Form, solve: Solve) -> Form:
    """ln u = v: u = e^v."""
    import sympy

    _, letter, inner, at = form.args
    algebra = Algebra([letter], [form])
    return _each(form, solve, algebra, inner, [sympy.exp(algebra.of(at))])


def sine(form: Form, solve: Solve) -> Form:
    """sin u = v: u = arcsin v + 2kπ and u = π − arcsin v + 2kπ; one family where the two are one."""
    import sympy

    def angles(at: Expr, turn: Expr) -> list[Expr]:
        if at == 0:
            return [turn / 2]
        start = sympy.asin(at)
        return [start + turn] if abs(at) == 1 else [start + turn, sympy.pi - start + turn]

    return _periodic(form, solve, angles)


def cosine(form: Form, solve: Solve) -> Form:
    """cos u = v: u = ±arccos v + 2kπ."""
    import sympy

    def angles(at: Expr, turn: Expr) -> list[Expr]:
        start = sympy.acos(at)
        if at == 0:
            return [start + turn / 2]
        return [start + turn] if abs(at) == 1 else [start + turn, -start + turn]

    return _periodic(form, solve, angles)


def _periodic(form: Form, solve: Solve, angles: Callable[[Expr, Expr], list[Expr]]) -> Form:
    import sympy

    from stepcalc.notation.values import value

    _, letter, inner, at = form.args
    algebra = Algebra([letter], [form])
    size = algebra.of(at)
    if not size.is_number:
        raise unsolved()
    if (abs(size) - 1).is_positive:
        return matrix([])
    turn = 2 * sympy.pi * value(counter(form))
    return _each(form, solve, algebra, inner, angles(size, turn))


def tangent(form: Form, solve: Solve) -> Form:
    """tan u = v: u = arctan v + kπ."""
    import sympy

    from stepcalc.notation.values import value

    _, letter, inner, at = form.args
    algebra = Algebra([letter], [form])
    found = sympy.atan(algebra.of(at)) + sympy.pi * value(counter(form))
    return _each(form, solve, algebra, inner, [found])


def absolute(form: Form, solve: Solve) -> Form:
    """|u| = v: u = ±v where v is positive, 0 where it is 0, else never."""
    _, letter, inner, at = form.args
    algebra = Algebra([letter], [form])
    size = algebra.of(at)
    if size.is_negative:
        return matrix([])
    if not size.is_nonnegative:
        raise unsolved()
    return _each(form, solve, algebra, inner, [size] if size == 0 else [-size, size])


def sign(form: Form, solve: Solve) -> Form:
    """sign u = 0: u = 0."""
    return _answer(form, first(solve, form.args[2], form.args[1]))


def root(form: Form, solve: Solve) -> Form:
    """u^(p/q) = v: both sides to the power q/p."""
    import sympy

    _, letter, inner, exponent, at = form.args
    algebra = Algebra([letter], [form])
    size, share = algebra.of(at), algebra.of(exponent)
    if share < 0:
        if size.is_zero:
            return matrix([])
        size, share = 1 / size, -share
    if share.q % 2 == 0:
        if size.is_negative:
            return matrix([])
        if not size.is_nonnegative:
            raise unsolved()
        return _each(form, solve, algebra, inner, [sympy.radsimp(size ** (1 / share))])
    return _each(form, solve, algebra, inner, [each**share.q for each in _roots(size, int(share.p))])


def inverse(form: Form, solve: Solve) -> Form:
    """g(u) = v: u is what the inverse function makes of v, where it has a value."""
    import sympy

    _, letter, inner, at, wrapped = form.args
    algebra = Algebra([letter], [form])
    size, name = algebra.of(at), type(algebra.of(wrapped)).__name__
    if not size.is_number:
        raise unsolved()
    undo = {
        "sinh": sympy.asinh, "cosh": sympy.acosh, "tanh": sympy.atanh, "asin": sympy.sin, "acos": sympy.cos,
        "atan": sympy.tan, "asinh": sympy.sinh, "acosh": sympy.cosh, "atanh": sympy.tanh,
    }[name]  # fmt: skip
    found = undo(size)
    if found.is_real is False:
        return matrix([])
    if found.is_real is None:
        raise unsolved()
    return _each(form, solve, algebra, inner, [-found, found] if name == "cosh" and found != 0 else [found])


def sine_cosine(form: Form, solve: Solve) -> Form:
    """sin u = v·cos u: where cos u is 0 sin u is not, so tan u = v."""
    from stepcalc.notation.forms import call

    _, letter, inner, at = form.args
    return _answer(form, first(solve, difference(call("tan", inner), at, [letter]), letter))


def searched(form: Form, solve: Solve) -> Form:
    """What SymPy finds."""
    import sympy

    algebra = Algebra([form.args[1]], [form])
    whole, unknown = algebra.of(form.args[0]), algebra.unknowns[0]
    try:
        found = bounded(lambda: sympy.solveset(whole, unknown, sympy.S.Reals))
    except (NotImplementedError, ValueError, TypeError, ArithmeticError) as problem:
        raise unsolved() from problem
    if isinstance(found, sympy.Complement) and isinstance(found.args[0], sympy.FiniteSet):
        found = found.args[0]
    if found is sympy.S.EmptySet:
        return matrix([])
    if not isinstance(found, sympy.FiniteSet):
        raise unsolved()
    try:
        forms = [algebra.form(shorter(each)) for each in found]
    except NotDerivableError as problem:  # a value that nobody would write down
        raise unsolved() from problem
    return _answer(form, forms)


RULES: Final[dict[str, Compose]] = {
    "zero_never": never,
    "zero_always": always,
    "zero_product": product,
    "zero_factor": rewritten,
    "zero_identity": rewritten,
    "zero_fraction": rewritten,
    "zero_scaled": rewritten,
    "zero_squared": rewritten,
    "zero_linear": linear,
    "zero_power": power,
    "zero_quadratic": quadratic,
    "zero_polynomial": polynomial,
    "zero_substituted": substituted,
    "zero_exponential": exponential,
    "zero_logarithm": logarithm,
    "zero_sine": sine,
    "zero_cosine": cosine,
    "zero_tangent": tangent,
    "zero_absolute": absolute,
    "zero_root": root,
    "zero_sign": sign,
    "zero_inverse": inverse,
    "zero_sine_cosine": sine_cosine,
    "zero_found": searched,
}
"""By the short name of the card."""
