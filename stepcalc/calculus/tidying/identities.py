"""Single moves on expressions: roots, double angles, tangents; each gives another expression, or None."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from math import gcd

from sympy import (
    Abs,
    Add,
    Expr,
    Function,
    Integer,
    Mul,
    Pow,
    Rational,
    S,
    cos,
    cosh,
    cot,
    coth,
    csc,
    csch,
    log,
    sec,
    sech,
    sign,
    sin,
    sinh,
    tan,
    tanh,
)

from stepcalc.calculus.tidying.frame import Frame
from stepcalc.calculus.tidying.generators import CIRCLES, FAMILIES, IN_TERMS, Family
from stepcalc.calculus.tidying.limits import size
from stepcalc.calculus.tidying.polynomial import TooLargeError
from stepcalc.calculus.tidying.quotients import Factored
from stepcalc.calculus.tidying.writing import write
from stepcalc.notation.values.evaluation import real_abs, real_sign

Rewrite = Callable[[Expr], Expr | None]
Trig = type[Function]

MAX_ANGLES = 8
SINES: tuple[tuple[Trig, Trig], ...] = ((sin, cos), (sinh, cosh))
QUOTIENTS: dict[tuple[Trig, Trig], Trig] = {
    (sin, cos): tan,
    (cos, sin): cot,
    (sinh, cosh): tanh,
    (cosh, sinh): coth,
}
TRIGONOMETRIC = (sin, cos, tan, cot, sec, csc)
HYPERBOLIC = (sinh, cosh, tanh, coth, sech, csch)


def parts_of(expr: Expr) -> Iterator[Expr]:
    """The expression and its parts down to functions (their arguments are the user's own, and stay)."""
    seen: set[Expr] = set()
    waiting = [expr]
    while waiting:
        node = waiting.pop()
        if node not in seen:
            seen.add(node)
            yield node
            if isinstance(node, (Add, Mul, Pow)):
                waiting.extend(node.args)


def rebuilt(expr: Expr, rewrite: Rewrite) -> Expr:
    """Apply a rewrite to every sum, product and power, innermost first."""
    if isinstance(expr, (Add, Mul, Pow)):
        args = [rebuilt(part, rewrite) for part in expr.args]
        if any(new is not old for new, old in zip(args, expr.args, strict=True)):
            expr = expr.func(*args)
    return rewrite(expr) or expr


# -- before the fraction --


def number_out_of_root(expr: Expr) -> Expr | None:
    """sqrt(1 + x**2/4) = sqrt(4 + x**2)/2: a positive number leaves a root always."""
    result = rebuilt(expr, _without_number)
    return None if result == expr else result


def _without_number(node: Expr) -> Expr | None:
    if not (
        isinstance(node, Pow)
        and isinstance(node.exp, Rational)
        and isinstance(node.base, Add)
        and node.exp.q != 1
    ) or not _may_shorten(node.base):
        return None
    try:
        frame = Frame.of(node.base)
        value = frame.value(node.base)
    except TooLargeError:
        return None
    number = abs(value.number)
    inside = write(frame, Factored(value.number / number, value.powers)) if number else S.Zero
    if not number or size(inside) >= size(node.base) + (number != 1):
        return None
    return Pow(Rational(number.numerator, number.denominator), node.exp) * Pow(inside, node.exp)


def _may_shorten(base: Add) -> bool:
    """Whether the sum under the root has a number in common, or a part that is not multiplied out."""
    numbers = [term.as_coeff_Mul()[0] for term in base.args]
    rational = [Fraction(n.p, n.q) for n in numbers if isinstance(n, Rational)]
    if len(rational) < len(numbers):
        return False
    common = gcd(*[n.numerator for n in rational])
    return (
        common > 1
        or any(n.denominator > 1 for n in rational)
        or any(
            (isinstance(part, Pow) and isinstance(part.base, Add) and part.exp.is_Integer)
            or isinstance(part, Add)
            for term in base.args
            for part in Mul.make_args(term)
        )
    )


def double_angles_written_out(expr: Expr) -> Expr | None:
    """sin(2u) = 2 sin(u) cos(u), cos(2u) = 2 cos(u)**2 - 1, where functions of u and 2u stand together."""
    angles: dict[Expr, set[Expr]] = {}
    for node in parts_of(expr):
        if isinstance(node, (*TRIGONOMETRIC, *HYPERBOLIC)):
            home = sin if isinstance(node, TRIGONOMETRIC) else sinh
            angles.setdefault(home, set()).add(node.args[0])
    mapping: dict[Expr, Expr] = {}
    for home, cohome in SINES:
        present = angles.get(home, set())
        if not 1 < len(present) <= MAX_ANGLES:
            continue
        for angle in present:
            half = angle / 2
            if half in present:
                mapping.update(_in_half(home, cohome, angle, half))
    return expr.xreplace(mapping) if mapping else None


def unrelated_in_sines(expr: Expr) -> Expr | None:
    """tan(u) = sin(u)/cos(u), ..., where functions of u stand together whose squares are not tied."""
    together: dict[tuple[Expr, Family], set[Trig]] = {}
    functions = [node for node in parts_of(expr) if type(node) in IN_TERMS]
    for node in functions:
        together.setdefault((node.args[0], CIRCLES[type(node)]), set()).add(type(node))
    mixed = {
        argument
        for (argument, _), kinds in together.items()
        if not any(kinds <= {family.first, family.second} for family in FAMILIES)
    }
    return _in_sines(expr, [node for node in functions if node.args[0] in mixed])


def in_sines_and_cosines(expr: Expr) -> Expr | None:
    """tan(u) = sin(u)/cos(u), sec(u) = 1/cos(u), ..., where several of them stand together."""
    functions = [node for node in parts_of(expr) if type(node) in IN_TERMS]
    return _in_sines(expr, functions) if len({type(node) for node in functions}) > 1 else None


def _in_sines(expr: Expr, functions: list[Expr]) -> Expr | None:
    mapping = {
        node: Mul(*[part(node.args[0]) ** exponent for part, exponent in IN_TERMS[type(node)]])
        for node in functions
        if type(node) not in (sin, cos, sinh, cosh)
    }
    return expr.xreplace(mapping) if mapping else None


def _in_half(s: Trig, c: Trig, angle: Expr, half: Expr) -> dict[Expr, Expr]:
    double_sin, double_cos = 2 * s(half) * c(half), 2 * c(half) ** 2 - 1
    kinds = TRIGONOMETRIC if s is sin else HYPERBOLIC
    values = (
        double_sin,
        double_cos,
        double_sin / double_cos,
        double_cos / double_sin,
        1 / double_cos,
        1 / double_sin,
    )
    return {kind(angle): value for kind, value in zip(kinds, values, strict=True)}


# -- after it --


def quotient_to_tangent(expr: Expr) -> Expr | None:
    """sin(u)/cos(u) = tan(u), and the like."""
    result = rebuilt(expr, _tangent)
    return None if result == expr else result


def _tangent(node: Expr) -> Expr | None:
    if not isinstance(node, Mul):
        return None
    powers = {part.as_base_exp()[0]: part.as_base_exp()[1] for part in node.args}
    for base, exponent in powers.items():
        for (top, bottom), quotient in QUOTIENTS.items():
            if isinstance(base, top) and exponent.is_Integer and exponent > 0:
                partner = bottom(base.args[0])
                if powers.get(partner) == -exponent:
                    rest = node / (base**exponent * partner**-exponent)
                    return rest * quotient(base.args[0]) ** exponent
    return None


def double_angle(expr: Expr) -> Expr | None:
    """cos(u)**2 - sin(u)**2 = cos(2u), 1 - 2 sin(u)**2 = cos(2u), 2 sin(u) cos(u) = sin(2u)."""
    result = rebuilt(expr, _double)
    return None if result == expr or size(result) >= size(expr) else result


def _double(node: Expr) -> Expr | None:
    if isinstance(node, Mul):
        return _double_sine(node)
    if isinstance(node, Add):
        return _double_cosine(node)
    return None


def _double_sine(node: Mul) -> Expr | None:
    factors = set(node.args)
    for part in node.args:
        for s, c in SINES:
            if isinstance(part, s) and c(part.args[0]) in factors:
                angle = part.args[0]
                rest = [each for each in node.args if each not in (part, c(angle))]
                return Mul(Rational(1, 2), s(2 * angle), *rest)
    return None


def _double_cosine(node: Add) -> Expr | None:
    found: dict[tuple[Trig, Expr], list[tuple[Expr, Expr]]] = {}
    for term in node.args:
        for part in Mul.make_args(term):
            if isinstance(part, Pow) and part.exp == 2 and isinstance(part.base, (sin, cos, sinh, cosh)):
                found.setdefault((type(part.base), part.base.args[0]), []).append((term, term / part))
    for (kind, angle), terms in found.items():
        for term, rest in terms:
            outcome = _matched(node, kind, angle, term, rest, found)
            if outcome is not None:
                return outcome
    return None


def _matched(
    node: Add,
    kind: Trig,
    angle: Expr,
    term: Expr,
    rest: Expr,
    found: dict[tuple[Trig, Expr], list[tuple[Expr, Expr]]],
) -> Expr | None:
    """The sum with this square and its partner (the other square, or a number) as one cosine of 2u."""
    if kind in (cos, cosh):
        other, sign = (sin, -1) if kind is cos else (sinh, 1)
        for term2, rest2 in found.get((other, angle), []):
            if rest2 == sign * rest:
                return node - term - term2 + rest * kind(2 * angle)
    number = next((each for each in node.args if isinstance(each, Rational)), None)
    if number is None:
        return None
    whole, cosine = {cos: (-2, cos), cosh: (-2, cosh), sin: (-2, cos), sinh: (2, cosh)}[kind]
    if rest == whole * number:
        sign = -1 if kind in (cos, cosh) else 1
        return node - term - number + sign * number * cosine(2 * angle)
    return None


# f(u)**2 = one + slope*g(u)**2, read from right to left.
SQUARES: dict[Trig, tuple[Trig, int, int]] = {
    square.second: (square.first, square.one, square.slope) for square in FAMILIES
} | {square.first: (square.second, -square.one * square.slope, square.slope) for square in FAMILIES}


def pythagorean(expr: Expr) -> Expr | None:
    """1 - cos(u)**2 = sin(u)**2, 1 + tan(u)**2 = sec(u)**2, and the like, one sum at a time."""
    result = rebuilt(expr, _one_square)
    return None if result == expr else result


def _one_square(node: Expr) -> Expr | None:
    if not (isinstance(node, Add) and len(node.args) == 2 and isinstance(node.args[0], Integer)):
        return None
    number, term = node.args
    coefficient, square = term.as_coeff_Mul()
    if not (isinstance(square, Pow) and square.exp == 2 and type(square.base) in SQUARES):
        return None
    other, one, slope = SQUARES[type(square.base)]
    if coefficient * one != number * slope:
        return None
    return number / Integer(one) * other(square.base.args[0]) ** 2


def sum_to_product(expr: Expr) -> Expr | None:
    """sin(u) + sin(v) = 2 sin((u + v)/2) cos((u - v)/2), and the like, where it is shorter."""
    result = rebuilt(expr, _product)
    return None if result == expr or size(result) >= size(expr) else result


def _product(node: Expr) -> Expr | None:
    if not (isinstance(node, Add) and len(node.args) == 2):
        return None
    (a, first), (b, second) = [term.as_coeff_Mul() for term in node.args]
    kind = type(first)
    if kind not in (sin, cos) or type(second) is not kind or abs(a) != abs(b):
        return None
    if a < b:
        a, first, b, second = b, second, a, first
    half_sum, half_difference = [(first.args[0] + sign * second.args[0]) / 2 for sign in (1, -1)]
    outer, inner = PRODUCTS[kind, bool(a == b)]
    number = -2 * a if kind is cos and a != b else 2 * a
    return number * outer(half_sum) * inner(half_difference)


PRODUCTS: dict[tuple[Trig, bool], tuple[Trig, Trig]] = {
    (sin, True): (sin, cos),
    (sin, False): (cos, sin),
    (cos, True): (cos, cos),
    (cos, False): (sin, sin),
}


def joined_powers(expr: Expr) -> Expr | None:
    """x**n/x = x**(n - 1): powers of one base with an exponent that has letters."""
    result = rebuilt(expr, _one_power)
    return None if result == expr or size(result) > size(expr) else result


def _one_power(node: Expr) -> Expr | None:
    if not isinstance(node, Mul):
        return None
    powers: dict[Expr, list[Expr]] = {}
    for part in node.args:
        powers.setdefault(part.as_base_exp()[0], []).append(part)
    several = {base: parts for base, parts in powers.items() if len(parts) > 1 and not base.is_number}
    if not several:
        return None
    alone = [part for parts in powers.values() for part in parts if part.as_base_exp()[0] not in several]
    joined = [Pow(base, Add(*[part.as_base_exp()[1] for part in parts])) for base, parts in several.items()]
    return Mul(*alone, *joined)


# -- absolute values --


def without_sign(expr: Expr) -> Expr | None:
    """|u| sign(u) = u, |u|**2 = u**2, sign(u)/|u| = 1/u, for letters that stand for real numbers."""
    if not any(_size_of(part) is not None for part in parts_of(expr)):
        return None
    result = rebuilt(expr, _one_size)
    return None if result == expr or size(result) > size(expr) else result


def _size_of(part: Expr) -> tuple[Expr, int, int] | None:
    """u, a and b, where the part is sign(u)**a or |u|**b; 1/sqrt(u**2) is 1/|u|."""
    base, exponent = part.as_base_exp()
    if isinstance(exponent, Integer) and isinstance(base, sign):
        return base.args[0], int(exponent), 0
    if isinstance(exponent, Integer) and isinstance(base, Abs):
        return base.args[0], 0, int(exponent)
    if isinstance(base, Pow) and base.exp == 2 and exponent == -S.Half:
        return base.base, 0, -1
    return None


def _one_size(node: Expr) -> Expr | None:
    if not isinstance(node, (Mul, Pow)):
        return None
    found: dict[Expr, tuple[int, int]] = {}
    rest: list[Expr] = []
    for part in Mul.make_args(node):
        here = _size_of(part)
        if here is None:
            rest.append(part)
        else:
            a, b = found.get(here[0], (0, 0))
            found[here[0]] = a + here[1], b + here[2]
    if not found:
        return None
    powers = dict(part.as_base_exp() for part in rest)
    parts = [_as_size(u, a, b, powers.get(u, S.Zero)) for u, (a, b) in found.items()]
    result = Mul(*rest, *parts)
    return result if result != node else None


def _as_size(u: Expr, a: int, b: int, beside: Expr) -> Expr:
    """sign(u)**a*|u|**b, written with at most one of the two, seeing which power of u stands beside it."""
    if (a + b) % 2 == 0:
        return Pow(u, b)
    c = int(beside) if isinstance(beside, Integer) else 0
    whole = c + b - 1  # in all it is |u|*u**whole
    if whole >= 0:
        return real_abs(u) * Pow(u, b - 1)
    return real_sign(u) * Pow(u, b) if whole % 2 else Pow(u, b + 1) / real_abs(u)


def power_out_of_log(expr: Expr) -> Expr | None:
    """ln(u**n) = n ln(u), where ln(u) stands beside it, so that u is positive anyway."""
    logs = {part for part in parts_of(expr) if isinstance(part, log)}
    mapping = {
        each: each.args[0].exp * log(each.args[0].base)
        for each in logs
        if isinstance(each.args[0], Pow) and log(each.args[0].base) in logs
    }
    return expr.xreplace(mapping) if mapping else None


# -- roots of numbers --


def conjugate_roots(expr: Expr) -> Expr | None:
    """sqrt(2 + sqrt(3))*sqrt(2 - sqrt(3)) = 1: one of two such roots is written by the other."""
    bases = [
        node.base
        for node in parts_of(expr)
        if isinstance(node, Pow)
        and node.exp.is_Rational
        and node.exp.q == 2
        and isinstance(node.base, Add)
        and node.base.is_number
        and len(node.base.args) == 2
    ]
    for place, kept in enumerate(bases):
        for gone in bases[:place]:
            product = _norm(kept, gone)
            if product is not None and kept.is_positive and gone.is_positive:
                return rebuilt(expr, _exchanged(gone, product / kept))
    return None


def _norm(left: Expr, right: Expr) -> Expr | None:
    """The product of two numbers a + b, a - b, where it is rational."""
    product = Add(*[one * other for one in left.args for other in right.args])
    return product if product.is_Rational and product != 0 else None


def _exchanged(base: Expr, value: Expr) -> Rewrite:
    def rewrite(node: Expr) -> Expr | None:
        if isinstance(node, Pow) and node.base == base and node.exp.is_Rational and node.exp.q == 2:
            number, rest = value.as_coeff_Mul()
            return Pow(number, node.exp) * Pow(rest.base, rest.exp * node.exp) if rest.is_Pow else None
        return None

    return rewrite


BEFORE: tuple[tuple[str, Rewrite], ...] = (
    ("absolute_value", without_sign),
    ("join_logs", power_out_of_log),
    ("sines_and_cosines", unrelated_in_sines),
    ("number_out_of_root", number_out_of_root),
    ("conjugate_roots", conjugate_roots),
)
INSTEAD: tuple[tuple[str, Rewrite], ...] = (
    ("double_angle", double_angles_written_out),
    ("sines_and_cosines", in_sines_and_cosines),
)
AFTER: tuple[tuple[str, Rewrite], ...] = (
    ("absolute_value", without_sign),
    ("tangent", quotient_to_tangent),
    ("pythagorean", pythagorean),
    ("double_angle", double_angle),
    ("sum_to_product", sum_to_product),
    ("join_powers", joined_powers),
)
