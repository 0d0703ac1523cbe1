"""Where a Taylor series converges to its function: as far as the nearest singularity, real or complex."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from stepcalc.calculus.taylor.standard import GeneralTerm, degree_of
from stepcalc.notation.arithmetic import opposite
from stepcalc.notation.forms import ZERO, Form, call, letters_of, number, postorder, rebuild, relation
from stepcalc.rulebook.taylor.centre import BREAKING

ENTIRE: Final = frozenset({"exp", "sin", "cos", "sinh", "cosh", "erf", "erfc", "erfi"})
_ZERO_OF: Final = {
    "log": (lambda u: [u]),
    "abs": (lambda u: [u]),
    "atan": (lambda u: [u**2 + 1]),
    "acot": (lambda u: [u * (u**2 + 1)]),  # arctan(1/u) jumps at 0
    "asinh": (lambda u: [u**2 + 1]),
    "atanh": (lambda u: [u**2 - 1]),
    "asin": (lambda u: [u**2 - 1]),
    "acos": (lambda u: [u**2 - 1]),
    "acosh": (lambda u: [u**2 - 1]),
}
_PERIODIC: Final = {
    # where the denominator is nought: (first zero, distance of zeros) of the inner function, divided by π
    "tan": ("1/2", False),
    "sec": ("1/2", False),
    "cot": ("0", False),
    "csc": ("0", False),
    "tanh": ("1/2", True),
    "sech": ("1/2", True),
    "coth": ("0", True),
    "csch": ("0", True),
}
_ZEROS_LIKE: Final = {"cos": "sec", "sin": "csc", "cosh": "sech", "sinh": "csch"}
HIGHEST_DEGREE: Final = 8
HIGHEST_CANCELLED: Final = 200
"""Fractions of polynomials are not cancelled where these would be longer when they are multiplied out."""


@dataclass(frozen=True, slots=True)
class Convergence:
    """Where a series converges.

    Args:
        kind: ``"everywhere"``; ``"inside"`` (to the function, for the relations); ``"flat"`` (everywhere, but
            to something else than the function); ``"part"`` (to the function only on one side of a kink).
        where: The interval as relations, lower end first; empty for everywhere.
        settled: Whether the series diverges for all other values.
        there: For ``"part"``, the relations under which what it converges to is the function.
    """

    kind: str
    where: tuple[Form, ...] = ()
    settled: bool = False
    there: tuple[Form, ...] = ()


def convergence(
    subject: Form, variable: Form, centre: Form, step: Form, term: GeneralTerm | None, all_nought: bool
) -> Convergence | None:
    """Where the Taylor series of a function converges to it.

    Args:
        subject: The function.
        variable: The variable.
        centre: The centre.
        step: What is raised to powers.
        term: The general term, if there is one.
        all_nought: Whether all coefficients that were derived are 0.

    Returns:
        ``None`` where that was not found out.
    """
    if centre is variable:
        return None
    if all_nought and _is_flat(subject, variable, centre):
        return Convergence("flat")
    piece, ends = local_piece(subject, variable, centre)
    if piece is None:
        return None
    found = _of_term(term, variable, centre, step) if term else _of_singularities(piece, variable, centre)
    if found is None or not any(ends):
        return found
    return _cut(found, ends, subject, variable)


def _cut(found: Convergence, ends: tuple[Any, Any], subject: Form, variable: Form) -> Convergence:
    """Convergence to the function stops where its formula changes, if it gets as far."""
    from stepcalc.notation.values import value

    limits = [value(each.args[side]) for side, each in enumerate(found.where)] or [None, None]
    there = []
    for side, (end, limit) in enumerate(zip(ends, limits, strict=True)):
        if end is None or (limit is not None and (value(end) - limit) * (1, -1)[side] <= 0):
            continue
        sign = "<=" if _is_continued(subject, variable, end) else "<"
        there.append(relation(sign, *((end, variable) if side == 0 else (variable, end))))
    return Convergence("part", found.where, found.settled, tuple(there)) if there else found


def _is_continued(subject: Form, variable: Form, end: Form) -> bool:
    """Whether no part of a function jumps at a point, as the sign of an expression does where that is 0."""
    from stepcalc.notation.values import value

    return not any(
        node.head == "call" and node.label == "sign"
        and value(rebuild(node.args[0], {variable: end})).is_nonzero is not True
        for node in postorder(subject)
    )  # fmt: skip


def _of_term(term: GeneralTerm, variable: Form, centre: Form, step: Form) -> Convergence:
    """What the general term tells: how far the standard series converges, and at which ends."""
    if term.radius is None:
        return Convergence("everywhere")
    if letters_of(term.radius, centre):
        sign = "<=" if all(term.ends) else "<"
        settled = term.ends[0] is not None
        return Convergence("inside", (relation(sign, call("abs", step), term.radius),), settled)
    low, high = _ends(centre, term.radius)
    signs = ["<=" if closed else "<" for closed in term.ends]
    where = (relation(signs[0], low, variable), relation(signs[1], variable, high))
    return Convergence("inside", where, None not in term.ends)


def _ends(centre: Form, radius: Form) -> tuple[Form, Form]:
    from stepcalc.notation.values import form_of, value

    low, high = (form_of(value(centre) + side * value(radius)) for side in (-1, 1))
    return low, high


def _of_singularities(subject: Form, variable: Form, centre: Form) -> Convergence | None:
    """As far as the nearest singular point, and not beyond it where that is a pole."""
    import sympy

    from stepcalc.notation.values import form_of, value

    x, a = value(variable), value(centre)
    known = _singular_points(subject, variable, x, a)
    if known is None:
        return None
    zeros, poles = known
    if not zeros:
        return Convergence("everywhere")
    if letters_of(subject, centre) - {variable}:
        return None
    distances = [sympy.simplify(sympy.Abs(zero - a)) for zero in zeros]
    nearest = min(distances, key=lambda found: float(found.evalf(30)))
    if not nearest.is_number or float(nearest) <= 0:
        return None
    low, high = _ends(centre, form_of(nearest))
    return Convergence("inside", (relation("<", low, variable), relation("<", variable, high)), poles)


Ends = tuple[Form | None, Form | None]


def local_piece(subject: Form, variable: Form, centre: Form) -> tuple[Form | None, Ends]:
    """The formula that holds about the centre, and how far it does on either side (``None``: all the way).

    Only |u|, and the sign, smaller or larger of linear expressions are looked into; the formula is ``None``
    where something else changes its formula.
    """

    from stepcalc.notation.values import form_of, value

    x, a = value(variable), value(centre)
    change: dict[Form, Form] = {}
    ends: list[Any] = [None, None]
    for node in postorder(subject):
        if node.head != "call" or node.label not in BREAKING or variable not in letters_of(node):
            continue
        if node.label not in ("abs", "sign", "max", "min") or len(node.args) > 2:
            return None, (None, None)
        inner = value(node.args[0]) if len(node.args) == 1 else value(node.args[0]) - value(node.args[-1])
        if not inner.is_polynomial(x) or inner.free_symbols != {x} or not a.is_number:
            return None, (None, None)
        borders = _changes_of_sign(inner, x)
        if borders is None:
            return None, (None, None)
        here = inner.subs(x, a)
        if not here.is_nonzero or not here.is_extended_real:
            return None, (None, None)
        change[node] = _side(node, bool(here.is_positive))
        for border in borders:
            side = int(bool(border > a))
            if ends[side] is None or abs(border - a) < abs(ends[side] - a):
                ends[side] = border
    if not change:
        return subject, (None, None)
    low, high = (None if end is None else form_of(end) for end in ends)
    return rebuild(subject, change), (low, high)


def _changes_of_sign(polynomial: Any, x: Any) -> list[Any] | None:
    """The real zeros of odd order of a polynomial; ``None`` where they cannot be written down."""
    import sympy

    if sympy.degree(polynomial, x) > HIGHEST_DEGREE:
        return None
    found = sympy.roots(polynomial, x)
    if sum(found.values()) < sympy.degree(polynomial, x) or any(root.is_real is None for root in found):
        return None
    return [root for root, order in found.items() if order % 2 and root.is_real]


def _side(node: Form, positive: bool) -> Form:
    match node.label:
        case "abs":
            return node.args[0] if positive else opposite(node.args[0])
        case "sign":
            return number(1 if positive else -1)
        case "max":
            return node.args[0 if positive else 1]
    return node.args[1 if positive else 0]


def _is_flat(subject: Form, variable: Form, centre: Form) -> bool:
    """Whether a function is 0 at the centre and elsewhere r·e^u, where that dies faster than every power.

    r and u are rational functions, and r is 0 nowhere but at the centre.
    """
    import sympy

    from stepcalc.notation.values import value

    piece = _filled(subject, variable, centre)
    if piece is None:
        return False
    x, a = value(variable), value(centre)
    whole = value(piece)
    for factor in sympy.Mul.make_args(sympy.powsimp(whole)):
        if isinstance(factor, sympy.exp) and factor.args[0].is_rational_function(x):
            above = sympy.fraction(sympy.cancel(whole / factor))[0].subs(x, x + a)
            if not above.is_polynomial(x) or sympy.degree(above, x) > HIGHEST_DEGREE:
                continue
            polynomial = sympy.Poly(above, x).terms_gcd()[1]
            if not polynomial.domain.is_ZZ and not polynomial.domain.is_QQ:
                continue
            both = [sympy.limit(factor.args[0], x, a, side) for side in "+-"]
            if both == [-sympy.oo, -sympy.oo] and not polynomial.count_roots():
                return True
    return False


def _filled(subject: Form, variable: Form, centre: Form) -> Form | None:
    """The piece that a function has everywhere but at one point, where it is 0."""
    if subject.head != "call" or subject.label != "piecewise" or len(subject.args) != 2:
        return None
    (first, condition), (second, other) = (pair.args for pair in subject.args)
    if condition.head != "relation" or set(condition.args) != {variable, centre}:
        return None
    if condition.label == "!=" and second is ZERO:
        elsewhere = other.head == "constant" or (other.label == "=" and set(other.args) == {variable, centre})
        return first if elsewhere else None
    return second if condition.label == "=" and first is ZERO and other.head == "constant" else None


Singular = tuple[list[Any], bool]
"""Points of the complex plane without which a function is analytic, and whether all of them are poles."""


def _singular_points(subject: Form, variable: Form, x: Any, a: Any) -> Singular | None:
    """The singular points nearest to a, at least; ``None`` if they are not known."""
    import sympy

    from stepcalc.notation.values import value

    whole = value(subject)
    if degree_of(subject, variable) <= HIGHEST_CANCELLED and whole.is_rational_function(x):
        zeros = _zeros(sympy.fraction(sympy.cancel(whole))[1], x, a)
        return None if zeros is None else (zeros, True)
    found: list[Any] = []
    for node in postorder(subject):
        if variable not in letters_of(node):
            continue
        known = _of_node(node, variable, x, a)
        if known is None:
            return None
        found += known
    # Of a pole inside something else there is no telling what it becomes.
    return found, subject.head == "call" and subject.label in _PERIODIC


def _of_node(node: Form, variable: Form, x: Any, a: Any) -> list[Any] | None:
    from stepcalc.notation.arithmetic import as_fraction
    from stepcalc.notation.values import value

    match node.head:
        case "letter" | "sum" | "product":
            return []
        case "quotient":
            return _zeros(value(node.args[1]), x, a)
        case "power":
            known = as_fraction(node.args[1])
            if known is not None and known.denominator == 1 and known >= 0:
                return []
            return _zeros(value(node.args[0]), x, a)
        case "root":
            return _zeros(value(node.args[0]), x, a)
        case "call" if node.label in ENTIRE:
            return []
        case "call" if node.label in _ZERO_OF and len(node.args) == 1:
            return _zeros(_ZERO_OF[str(node.label)](value(node.args[0]))[0], x, a)
        case "call" if node.label in _PERIODIC:
            return _periodic(str(node.label), value(node.args[0]), x, a)
    return None


def _zeros(expression: Any, x: Any, a: Any) -> list[Any] | None:
    """The complex zeros of a polynomial, or those nearest to a of a sine, a cosine or c + e^u; factor by factor."""
    import sympy

    found: list[Any] = []
    for factor in sympy.Mul.make_args(sympy.factor(sympy.powsimp(expression))):
        base, exponent = factor.as_base_exp()
        if not base.has(x) or isinstance(factor, sympy.exp):
            if not exponent.has(x) or isinstance(factor, sympy.exp) or base.is_positive:
                continue
            return None
        if not exponent.is_positive:
            return None
        zeros = _of_factor(base, x, a)
        if zeros is None:
            return None
        found += zeros
    return found


def _of_factor(base: Any, x: Any, a: Any) -> list[Any] | None:
    import sympy

    name = base.func.__name__
    if base.is_polynomial(x):
        polynomial = sympy.Poly(sympy.expand(base), x)
        if polynomial.degree() > HIGHEST_DEGREE:
            return None
        exact = sympy.roots(polynomial)
        return list(exact) if sum(exact.values()) == polynomial.degree() else None
    if name in _ZEROS_LIKE:
        return _periodic(_ZEROS_LIKE[name], base.args[0], x, a)
    if base.is_Add and len(base.args) == 2:
        first, second = base.args
        return _of_two_terms(first, second, x, a)
    return None


def _of_two_terms(first: Any, second: Any, x: Any, a: Any) -> list[Any] | None:
    """The zeros nearest to a of p e^u + q e^v, where u and v are linear."""
    import sympy

    ratio = sympy.powsimp(sympy.simplify(-second / first))
    factor, power = ratio.as_independent(x, as_Add=False)
    if not isinstance(power, sympy.exp) or not power.args[0].is_polynomial(x):
        return None
    inner = power.args[0]
    if sympy.degree(inner, x) != 1 or not factor.is_number:
        return None
    # factor·e^u = 1, so u = −ln(factor) + 2πik.
    turn, start = 2 * sympy.pi * sympy.I, -sympy.log(factor)
    place = sympy.re(((inner.subs(x, a) - start) / turn).evalf())
    base = int(sympy.floor(place))
    return [(start + turn * (base + k) - inner.subs(x, 0)) / inner.diff(x) for k in (0, 1)]


def _periodic(name: str, inner: Any, x: Any, a: Any) -> list[Any] | None:
    """The two poles nearest to the centre, where what stands inside is linear."""
    import sympy

    if not inner.is_polynomial(x) or sympy.degree(inner, x) != 1:
        return None
    first, hyperbolic = _PERIODIC[name]
    turn = sympy.I * sympy.pi if hyperbolic else sympy.pi
    slope, start = inner.diff(x), inner.subs(x, 0)
    place = sympy.re((inner.subs(x, a) / turn - sympy.Rational(first)).evalf())
    base = int(sympy.floor(place))
    return [(turn * (sympy.Rational(first) + k) - start) / slope for k in (base, base + 1)]
