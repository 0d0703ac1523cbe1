"""The general term of a series, where the function is a standard one with a monomial inside."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import factorial
from typing import Any, Final

from stepcalc.notation.arithmetic import as_fraction, opposite, over, plus, raised, times
from stepcalc.notation.forms import (
    MINUS_ONE,
    ONE,
    PI,
    TWO,
    ZERO,
    Form,
    call,
    letter,
    number,
    numeral,
    postorder,
    power,
    rational,
    rebuild,
)

N: Final = letter("n")
MOST_FACTORS: Final = 5
"""(1−u)⁻ᵐ has a general term of its own for m up to this; beyond it is told by binomial numbers."""

HIGHEST_DEGREE: Final = 12
"""Fractions of higher degree are not taken apart: twice the degree takes some eight times as long."""


@dataclass(frozen=True, slots=True)
class GeneralTerm:
    """The term of a series for any n.

    Args:
        card: The card of the standard series.
        term: The term, in the letter n.
        start: The first n.
        constant: What stands before the terms, 0 for nothing.
        radius: How far from the centre the series converges, ``None`` for everywhere.
        ends: Whether it converges at the lower and at the upper end; ``None`` where that depends on letters.
    """

    card: str
    term: Form
    start: int
    constant: Form = ZERO
    radius: Form | None = None
    ends: tuple[bool | None, bool | None] = (False, False)


Exponent = tuple[int, int]
"""a·n + b."""


@dataclass(frozen=True, slots=True)
class _Core:
    """A standard series Σ (−1)^sign · above/below · u^inner.

    Args:
        card: Its card.
        sign: The exponent of −1.
        inner: The exponent of u.
        above: What else is multiplied by.
        below: What is divided by.
        quarters: Whether it is divided by 4ⁿ as well.
        start: The first n.
        reaches: Whether it converges at u = −1 and at u = 1; ``None`` where it converges everywhere.
    """

    card: str
    sign: Exponent
    inner: Exponent
    above: tuple[Form, ...] = ()
    below: tuple[Form, ...] = ()
    quarters: bool = False
    start: int = 0
    reaches: tuple[bool | None, bool | None] | None = None


@dataclass(frozen=True, slots=True)
class _Match:
    """A function of t read as front·core(inner) + rest: front and inner are monomials in t, rest is free of it."""

    core: _Core
    front: Any
    inner: Any
    rest: Any = 0


def _linear(exponent: Exponent) -> Form:
    """a·n + b as a form."""
    many, more = exponent
    return plus(times(number(many), N) if many else ZERO, number(more))


_EVEN, _ODD = (2, 0), (2, 1)
_ODD_FORM, _EVEN_FORM = _linear(_ODD), _linear(_EVEN)
_PLAIN, _ALTERNATING = (0, 0), (1, 0)


def _factorial(form: Form) -> Form:
    return call("factorial", form)


_SQUARE: Final = power(_factorial(N), TWO)
"""(n!)², which stands under (2n)! with 4ⁿ where a square root is behind a series."""

_ENTIRE: Final[Mapping[str, _Core]] = {
    "exp": _Core("series_exp", _PLAIN, (1, 0), below=(_factorial(N),)),
    "sin": _Core("series_sin", _ALTERNATING, _ODD, below=(_factorial(_ODD_FORM),)),
    "cos": _Core("series_cos", _ALTERNATING, _EVEN, below=(_factorial(_EVEN_FORM),)),
    "sinh": _Core("series_sinh", _PLAIN, _ODD, below=(_factorial(_ODD_FORM),)),
    "cosh": _Core("series_cosh", _PLAIN, _EVEN, below=(_factorial(_EVEN_FORM),)),
    "erf": _Core("series_erf", _ALTERNATING, _ODD, below=(_factorial(N), _ODD_FORM)),
}
_BOTH: Final = (True, True)
_BOUNDED: Final[Mapping[str, _Core]] = {
    "atan": _Core("series_atan", _ALTERNATING, _ODD, below=(_ODD_FORM,), reaches=_BOTH),
    "atanh": _Core("series_atanh", _PLAIN, _ODD, below=(_ODD_FORM,), reaches=(False, False)),
    "asin": _Core(
        "series_asin", _PLAIN, _ODD, (_factorial(_EVEN_FORM),), (_SQUARE, _ODD_FORM), True, reaches=_BOTH
    ),
    "asinh": _Core(
        "series_asinh",
        _ALTERNATING,
        _ODD,
        (_factorial(_EVEN_FORM),),
        (_SQUARE, _ODD_FORM),
        True,
        reaches=_BOTH,
    ),
}
_LOG: Final = _Core("series_log", (1, 1), (1, 0), below=(N,), start=1, reaches=(False, True))
_GEOMETRIC: Final = _Core("series_geometric", _PLAIN, (1, 0), reaches=(False, False))


def _binomial(alpha: Any) -> _Core:
    """(1+u)^α; closed forms where texts have them."""
    import sympy

    from stepcalc.notation.values import form_of

    if alpha.is_Integer and -MOST_FACTORS <= alpha < -1:
        rising = tuple(plus(N, number(k)) for k in range(1, -int(alpha)))
        under = () if alpha == -2 else (number(factorial(-int(alpha) - 1)),)
        return _Core("series_binomial", _ALTERNATING, (1, 0), rising, under, reaches=(False, False))
    reaches = (alpha.is_nonnegative, (alpha + 1).is_positive)
    central = (_factorial(_EVEN_FORM),)
    if alpha == sympy.Rational(-1, 2):
        return _Core("series_binomial", _ALTERNATING, (1, 0), central, (_SQUARE,), True, reaches=reaches)
    if alpha == sympy.Rational(1, 2):
        # √(1+u) = Σ (−1)ⁿ⁺¹ (2n)!/(4ⁿ (n!)² (2n−1)) uⁿ, which is 1 for n = 0.
        below = (_SQUARE, _linear((2, -1)))
        return _Core("series_binomial", (1, 1), (1, 0), central, below, True, reaches=reaches)
    above = (call("binomial", form_of(alpha), N),)
    return _Core("series_binomial", _PLAIN, (1, 0), above, reaches=reaches)


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

    from stepcalc.notation.values import value

    if centre is variable:
        return None
    x, a = value(variable), value(centre)
    t = sympy.Symbol("t", positive=True)
    for constant_part, rest in _readings(value(subject).subs(x, a + t), t, degree_of(subject, variable)):
        found = _matched(rest, t)
        if found is None:
            continue
        told = _told(found, constant_part + found.rest, t, step)
        if told is not None and _agrees(told, step, t, coefficients):
            return told
    return None


def degree_of(form: Form, variable: Form) -> int:
    """What degrees a rational function may have, above or below the line, when it is made one fraction.

    Examples:
        >>> from stepcalc.notation.forms import ONE, add, divide, letter, number, power
        >>> x = letter("x")
        >>> degree_of(divide(ONE, power(add(ONE, x), number(40))), x)
        40
    """
    sizes: dict[Form, tuple[int, int]] = {}
    for node in postorder(form):
        args = [sizes[arg] for arg in node.args]
        size = (int(node is variable), 0)
        match node.head:
            case "sum":
                below = sum(part for _, part in args)
                size = (max(over - under for over, under in args) + below, below)
            case "product":
                size = (sum(part for part, _ in args), sum(part for _, part in args))
            case "quotient":
                (above, under), (over, below) = args
                size = (above + below, under + over)
            case "power":
                times = int(as_fraction(node.args[1]) or 0)
                size = (args[0][0] * abs(times), args[0][1] * abs(times))
                size = size if times > 0 else size[::-1]
        sizes[node] = size
    return max(sizes[form])


def _readings(expression: Any, t: Any, degree: int) -> list[tuple[Any, Any]]:
    """The function as a constant and the rest, in the ways that may show a standard series."""
    import sympy

    ways = [expression]
    for square, plain in ((sympy.sin, -1), (sympy.cos, 1)):
        wild = sympy.Wild("w")
        ways.append(expression.replace(square(wild) ** 2, (1 + plain * sympy.cos(2 * wild)) / 2))
    if degree <= HIGHEST_DEGREE and expression.is_rational_function(t) and len(expression.free_symbols) == 1:
        ways.append(sympy.apart(expression, t))
    found = []
    for way in dict.fromkeys(ways):
        spread = way.expand() if way is not expression and way.is_Add is False else way
        constant_part, rest = spread.as_independent(t, as_Add=True)
        if rest != 0:
            found.append((constant_part, rest))
    return found


# ------------------------------------------------------------------------------------------- recognising


def _matched(expression: Any, t: Any) -> _Match | None:
    """A constant times a power of t times a standard function of a monomial."""
    import sympy

    front, rest = sympy.S.One, []
    for factor in sympy.Mul.make_args(sympy.powsimp(expression)):
        if is_monomial(factor, t):
            front *= factor
        else:
            rest.append(factor)
    if len(rest) != 1:
        return None
    core = rest[0]
    if isinstance(core, sympy.log):
        return _logarithm(core.args[0], front, t)
    if isinstance(core, sympy.Pow) and not core.exp.has(t):
        return _power(core, front, t)
    return _function(core, front, t)


def _logarithm(inside: Any, front: Any, t: Any) -> _Match | None:
    import sympy

    inner = one_plus(inside, t)
    if inner is not None and inner[0] == 1:
        return _Match(_LOG, front, inner[1])
    if inner is not None and inner[0].is_positive and not front.has(t):
        return _Match(_LOG, front, inner[1], front * sympy.log(inner[0]))
    above, below = sympy.fraction(sympy.together(inside))
    half = sympy.cancel((above - below) / (above + below))
    if below.has(t) and is_monomial(half, t) and half.has(t):
        # ln((1+u)/(1−u)) = 2 artanh(u)
        return _Match(_BOUNDED["atanh"], 2 * front, half)
    return None


def _power(core: Any, front: Any, t: Any) -> _Match | None:
    inner = one_plus(core.base, t)
    if inner is None or (core.exp.is_Integer and core.exp > 0):
        return None
    scale, u = inner
    if core.exp == -1:
        return _Match(_GEOMETRIC, front / scale, -u)
    return _Match(_binomial(core.exp), front * scale**core.exp, u)


def _function(core: Any, front: Any, t: Any) -> _Match | None:
    import sympy

    if isinstance(core, sympy.Pow):
        core = sympy.exp(core.exp * sympy.log(core.base), evaluate=False) if not core.base.has(t) else core
    name = core.func.__name__
    found = _ENTIRE.get(name) or _BOUNDED.get(name)
    if found is None:
        return None
    inner = sympy.expand(core.args[0])
    shift, inner = inner.as_independent(t, as_Add=True)
    if not is_monomial(inner, t) or not inner.has(t):
        return None
    if name == "exp":
        front *= sympy.exp(shift)
    elif shift != 0:
        return _turned(name, shift, inner, front)
    if name == "erf":
        front *= 2 / sympy.sqrt(sympy.pi)
    return _Match(found, front, inner)


def _turned(name: str, shift: Any, inner: Any, front: Any) -> _Match | None:
    """sin(a + u) = Σ sin(a + nπ/2) uⁿ/n!, and the same for the cosine."""
    from stepcalc.notation.values import form_of

    if name not in ("sin", "cos"):
        return None
    turn = plus(form_of(shift), over(times(N, PI), TWO))
    core = _Core(f"series_{name}_about", _PLAIN, (1, 0), (call(name, turn),), (_factorial(N),))
    return _Match(core, front, inner)


def one_plus(base: Any, t: Any) -> tuple[Any, Any] | None:
    """b + c·tᵖ as b and c·tᵖ/b."""
    import sympy

    constant_part, rest = sympy.expand(base).as_independent(t, as_Add=True)
    if constant_part == 0 or not rest.has(t) or not is_monomial(rest, t):
        return None
    return constant_part, rest / constant_part


def is_monomial(factor: Any, t: Any) -> bool:
    """A constant times a whole power of t."""
    if not factor.has(t):
        return True
    _, rest = factor.as_independent(t)
    base, exponent = rest.as_base_exp()
    return bool(base == t and exponent.is_Integer and exponent > 0)


# ----------------------------------------------------------------------------------------------- writing


def _told(found: _Match, constant_part: Any, t: Any, step: Form) -> GeneralTerm | None:
    """The general term with what is inside put in, its numbers gathered, its sign in front."""
    from stepcalc.notation.values import form_of

    core = found.core
    front, over_all = found.front.as_independent(t, as_Add=False)
    scale, inner = found.inner.as_independent(t, as_Add=False)
    many = int(inner.as_base_exp()[1])
    more = int(over_all.as_base_exp()[1]) if over_all.has(t) else 0
    sign, powers = _gathered(core, front, scale)
    above = [raised(base, _linear(exponent)) for base, exponent in powers.items() if exponent > (0, 0)]
    below = [
        raised(base, _linear(_minus(exponent))) for base, exponent in powers.items() if exponent < (0, 0)
    ]
    reach = (core.inner[0] * many, core.inner[1] * many + more)
    factors = times(*above, *core.above, raised(step, _linear(reach)))
    beneath = times(*below, *core.below)
    term = factors if beneath is ONE else over(factors, beneath)
    start, before = core.start, constant_part
    if constant_part != 0 and not start and core.inner[1] * many + more == 0:
        start, before = 1, constant_part + _first(core, found)
    return GeneralTerm(
        core.card, _signed(sign, term), start, form_of(before), *_reach(core, scale, many, form_of)
    )


def _first(core: _Core, found: _Match) -> Any:
    """The value of the term with n = 0, whose power of t is the 0th."""
    from stepcalc.notation.values import value

    parts = [value(rebuild(part, {N: ZERO})) for part in (times(*core.above), times(*core.below))]
    return (-1) ** core.sign[1] * found.front * parts[0] / parts[1]


def _gathered(core: _Core, front: Any, scale: Any) -> tuple[Exponent, dict[Form, Exponent]]:
    """The exponent of −1, and those of all else that does not vary; below 0 for what is divided by."""
    import sympy

    from stepcalc.notation.values import form_of

    sign = core.sign
    powers: dict[Form, Exponent] = {number(4): (-1, 0)} if core.quarters else {}
    for what, exponent in ((front, (0, 1)), (scale, core.inner)):
        known, rest = what.as_coeff_Mul()
        if known < 0:
            sign = (sign[0] + exponent[0], sign[1] + exponent[1])
        above, below = sympy.fraction(rest)
        for base, side in ((abs(known.p), 1), (known.q, -1), (above, 1), (below, -1)):
            if base != 1:
                found = form_of(sympy.sympify(base))
                before = powers.get(found, (0, 0))
                powers[found] = (before[0] + side * exponent[0], before[1] + side * exponent[1])
    return sign, {base: exponent for base, exponent in powers.items() if exponent != (0, 0)}


def _minus(exponent: Exponent) -> Exponent:
    return (-exponent[0], -exponent[1])


def _signed(sign: Exponent, term: Form) -> Form:
    """(−1)^sign in front of a term."""
    if sign[0] % 2 == 0:
        return opposite(term) if sign[1] % 2 else term
    turns = power(MINUS_ONE, plus(N, ONE) if sign[1] % 2 else N)
    if term.head == "quotient":
        return over(_before(turns, term.args[0]), term.args[1])
    return _before(turns, term)


def _before(turns: Form, term: Form) -> Form:
    return turns if term is ONE else times(turns, *(term.args if term.head == "product" else (term,)))


Reach = tuple[Form | None, tuple[bool | None, bool | None]]


def _reach(core: _Core, scale: Any, many: int, form_of: Callable[[Any], Form]) -> Reach:
    """How far the series converges, and whether at the ends, from where u = c·tᵖ is 1 or −1."""
    import sympy

    if core.reaches is None:
        return None, (False, False)
    radius = form_of(sympy.root(1 / sympy.Abs(scale), many))
    if not scale.is_real:
        settled = core.reaches[0] if core.reaches[0] == core.reaches[1] else None
        return radius, (settled, settled)
    up = bool(scale.is_positive)
    upper, lower = core.reaches[up], core.reaches[up == (many % 2 == 0)]
    return radius, (lower, upper)


def _agrees(told: GeneralTerm, step: Form, t: Any, wanted: Sequence[Form]) -> bool:
    """Whether the terms give the coefficients that were derived."""
    import sympy

    from stepcalc.notation.values import value

    moving = rebuild(told.term, {step: letter("t")})
    symbol = sympy.Symbol("t")
    total = value(told.constant)
    for k in range(told.start, told.start + len(wanted) + 1):
        total += value(_with_binomials(rebuild(moving, {N: rational(Fraction(k))})))
    total = sympy.expand(total)
    return all(sympy.simplify(total.coeff(symbol, k) - value(each)) == 0 for k, each in enumerate(wanted))


def _with_binomials(form: Form) -> Form:
    """The form with binomial numbers binomial(α, k) written out as α(α−1)...(α−k+1)/k!."""
    change: dict[Form, Form] = {}
    for node in postorder(form):
        if node.head == "call" and node.label == "binomial":
            alpha, count = node.args[0], int(numeral(node.args[1]))
            falling = times(*(plus(alpha, number(-place)) for place in range(count)))
            change[node] = over(falling, number(factorial(count)))
    return rebuild(form, change) if change else form
