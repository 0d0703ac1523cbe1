"""Where a Taylor series converges to its function: as far as the nearest singularity, real or complex."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from stepcalc.notation.forms import Form, letters_of, postorder, relation

ENTIRE: Final = frozenset({"exp", "sin", "cos", "sinh", "cosh", "erf", "erfc", "erfi"})
_ZERO_OF: Final = {
    "log": (lambda u: [u]),
    "abs": (lambda u: [u]),
    "atan": (lambda u: [u**2 + 1]),
    "acot": (lambda u: [u**2 + 1]),
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
HIGHEST_DEGREE: Final = 8


@dataclass(frozen=True, slots=True)
class Convergence:
    """Where a series converges.

    Args:
        kind: ``"everywhere"``, ``"inside"`` (to the function, for the relation), or ``"flat"`` (everywhere,
            but to something else than the function).
        where: The interval as relations, lower end first; empty for everywhere.
    """

    kind: str
    where: tuple[Form, ...] = ()


def convergence(subject: Form, variable: Form, centre: Form, all_nought: bool) -> Convergence | None:
    """Where the Taylor series of a function converges to it.

    Args:
        subject: The function.
        variable: The variable.
        centre: The centre.
        all_nought: Whether all coefficients that were derived are 0.

    Returns:
        ``None`` where that was not found out.
    """
    import sympy

    from stepcalc.notation.values import form_of, value

    if centre is variable or (letters_of(subject, centre) - {variable}):
        return None
    x, a = value(variable), value(centre)
    if all_nought and _is_flat(subject, x, a):
        return Convergence("flat")
    zeros = _singular_points(subject, variable, x, a)
    if zeros is None:
        return None
    if not zeros:
        return Convergence("everywhere")
    distances = [sympy.simplify(sympy.Abs(zero - a)) for zero in zeros]
    nearest = min(distances, key=lambda found: float(found.evalf(30)))
    if not nearest.is_number or float(nearest) <= 0:
        return None
    low, high = (form_of(a + side * nearest) for side in (-1, 1))
    return Convergence("inside", (relation("<", low, variable), relation("<", variable, high)))


def _is_flat(subject: Form, x: Any, a: Any) -> bool:
    """Whether the function is a rational function times an exponential that dies faster than every power."""
    import sympy

    from stepcalc.notation.values import value

    if subject.head != "call" or subject.label != "piecewise":
        return False
    for pair in subject.args:
        piece = value(pair.args[0])
        for factor in sympy.Mul.make_args(sympy.powsimp(piece)):
            if isinstance(factor, sympy.exp) and factor.args[0].is_rational_function(x):
                rest = sympy.cancel(piece / factor)
                both = [sympy.limit(factor.args[0], x, a, side) for side in "+-"]
                if rest.is_rational_function(x) and both == [-sympy.oo, -sympy.oo]:
                    return True
    return False


def _singular_points(subject: Form, variable: Form, x: Any, a: Any) -> list[Any] | None:
    """Points of the complex plane without which the function is analytic; ``None`` if not known."""
    import sympy

    from stepcalc.notation.values import value

    whole = value(subject)
    if whole.is_rational_function(x):
        return _zeros(sympy.fraction(sympy.cancel(whole))[1], x)
    found: list[Any] = []
    for node in postorder(subject):
        if variable not in letters_of(node):
            continue
        zeros = _of_node(node, variable, x, a)
        if zeros is None:
            return None
        found += zeros
    return found


def _of_node(node: Form, variable: Form, x: Any, a: Any) -> list[Any] | None:
    from stepcalc.notation.arithmetic import as_fraction
    from stepcalc.notation.values import value

    match node.head:
        case "letter" | "sum" | "product":
            return []
        case "quotient":
            return _zeros(value(node.args[1]), x)
        case "power":
            known = as_fraction(node.args[1])
            if known is not None and known.denominator == 1 and known >= 0:
                return []
            return _zeros(value(node.args[0]), x)
        case "root":
            return _zeros(value(node.args[0]), x)
        case "call" if node.label in ENTIRE:
            return []
        case "call" if node.label in _ZERO_OF and len(node.args) == 1:
            return _zeros(_ZERO_OF[str(node.label)](value(node.args[0]))[0], x)
        case "call" if node.label in _PERIODIC:
            return _periodic(str(node.label), value(node.args[0]), x, a)
    return None


def _zeros(expression: Any, x: Any) -> list[Any] | None:
    """The complex zeros of a polynomial; of e^u there are none."""
    import sympy

    expression = sympy.expand(expression)
    if not expression.has(x) or isinstance(expression, sympy.exp):
        return []
    if not expression.is_polynomial(x):
        return None
    polynomial = sympy.Poly(expression, x)
    if polynomial.degree() > HIGHEST_DEGREE:
        return None
    exact = sympy.roots(polynomial)
    return list(exact) if sum(exact.values()) == polynomial.degree() else None


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
