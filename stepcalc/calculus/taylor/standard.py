"""The general term of a series, where the function is a standard one with a monomial inside."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from stepcalc.notation.forms import Form, letter


@dataclass(frozen=True, slots=True)
class GeneralTerm:
    """The term of a series for any n.

    Args:
        card: The card of the standard series.
        term: The term, in the letter n.
        start: The first n.
        inner: What stands for u in the standard series.
    """

    card: str
    term: Form
    start: int
    inner: Form


N: Final = letter("n")


@dataclass(frozen=True, slots=True)
class _Core:
    card: str
    term: Callable[[Any, Any], Any]
    start: int = 0


def _cores() -> Mapping[str, _Core]:
    from sympy import factorial

    return {
        "exp": _Core("series_exp", lambda u, n: u**n / factorial(n)),
        "sin": _Core("series_sin", lambda u, n: (-1) ** n * u ** (2 * n + 1) / factorial(2 * n + 1)),
        "cos": _Core("series_cos", lambda u, n: (-1) ** n * u ** (2 * n) / factorial(2 * n)),
        "sinh": _Core("series_sinh", lambda u, n: u ** (2 * n + 1) / factorial(2 * n + 1)),
        "cosh": _Core("series_cosh", lambda u, n: u ** (2 * n) / factorial(2 * n)),
        "atan": _Core("series_atan", lambda u, n: (-1) ** n * u ** (2 * n + 1) / (2 * n + 1)),
        "log": _Core("series_log", lambda u, n: (-1) ** (n + 1) * u**n / n, 1),
        "geometric": _Core("series_geometric", lambda u, n: u**n),
    }


def general_term(
    subject: Form, variable: Form, centre: Form, step: Form, coefficients: Sequence[Form]
) -> GeneralTerm | None:
    """The general term of a function's series, ``None`` where the function is not a standard one.

    It is compared with the coefficients that were derived, and left out where it does not give them.

    Args:
        subject: The function.
        variable: The variable.
        centre: The centre.
        step: What is raised to powers.
        coefficients: What was derived.
    """
    import sympy

    from stepcalc.notation.values import form_of, value

    if centre is variable:
        return None
    x, a = value(variable), value(centre)
    t = sympy.Symbol("t", positive=True)
    found = _matched(value(subject).subs(x, a + t), t)
    if found is None:
        return None
    card, front, inner, alpha = found
    n = sympy.Symbol("n", integer=True, nonnegative=True)
    if card == "series_binomial":
        return _binomial(front, inner, alpha, t, value(step), form_of)
    core = next(core for core in _cores().values() if core.card == card)
    term = sympy.powsimp(sympy.expand_power_base(front * core.term(inner, n)))
    if not _agrees(term, n, t, core.start, front, inner, [value(each) for each in coefficients]):
        return None
    shown = term.subs({t: value(step), n: sympy.Symbol("n")})
    return GeneralTerm(card, form_of(shown), core.start, form_of(inner.subs(t, value(step))))


def _binomial(front: Any, inner: Any, alpha: Any, t: Any, step: Any, form_of: Any) -> GeneralTerm:
    import sympy

    from stepcalc.notation.arithmetic import times
    from stepcalc.notation.forms import call, power

    base = form_of(inner.subs(t, step))
    term = times(call("binomial", form_of(alpha), N), power(base, N))
    if front != 1:
        term = times(form_of(sympy.sympify(front).subs(t, step)), term)
    return GeneralTerm("series_binomial", term, 0, base)


def _matched(expression: Any, t: Any) -> tuple[str, Any, Any, Any] | None:
    """The card, what stands in front (a constant times a power of t), and what stands inside."""
    import sympy

    front, rest = sympy.S.One, []
    for factor in sympy.Mul.make_args(sympy.powsimp(expression)):
        if _is_monomial(factor, t):
            front *= factor
        else:
            rest.append(factor)
    if len(rest) != 1:
        return None
    core = rest[0]
    if isinstance(core, sympy.exp) or core.func in (sympy.sin, sympy.cos, sympy.sinh, sympy.cosh, sympy.atan):
        return _function(core, front, t)
    if isinstance(core, sympy.log):
        inner = _one_plus(core.args[0], t)
        return ("series_log", front, inner[1], None) if inner and inner[0] == 1 else None
    if isinstance(core, sympy.Pow) and not core.exp.has(t):
        inner = _one_plus(core.base, t)
        if inner is None:
            return None
        scale, u = inner
        if core.exp == -1:
            return "series_geometric", front / scale, -u, None
        if core.exp.is_Integer and core.exp > 0:
            return None
        return "series_binomial", front * scale**core.exp, u, core.exp
    return None


def _function(core: Any, front: Any, t: Any) -> tuple[str, Any, Any, Any] | None:
    import sympy

    inner = sympy.expand(core.args[0])
    if isinstance(core, sympy.exp):
        constant, inner = inner.as_independent(t, as_Add=True)
        front *= sympy.exp(constant)
    if not _is_monomial(inner, t) or not inner.has(t):
        return None
    return f"series_{core.func.__name__}", front, inner, None


def _one_plus(base: Any, t: Any) -> tuple[Any, Any] | None:
    """b + c·tᵖ as b and c·tᵖ/b."""
    import sympy

    constant, rest = sympy.expand(base).as_independent(t, as_Add=True)
    if constant == 0 or not rest.has(t) or not _is_monomial(rest, t):
        return None
    return constant, rest / constant


def _is_monomial(factor: Any, t: Any) -> bool:
    """A constant times a whole power of t."""
    if not factor.has(t):
        return True
    _, power = factor.as_independent(t)
    base, exponent = power.as_base_exp()
    return bool(base == t and exponent.is_Integer and exponent > 0)


def _agrees(term: Any, n: Any, t: Any, start: int, front: Any, inner: Any, wanted: Sequence[Any]) -> bool:
    """Whether the terms give the coefficients that were derived."""
    import sympy

    total = sum((term.subs(n, k) for k in range(start, start + len(wanted) + 1)), sympy.S.Zero)
    total = sympy.expand(total)
    return all(sympy.simplify(total.coeff(t, k) - each) == 0 for k, each in enumerate(wanted))
