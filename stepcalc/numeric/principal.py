"""Principal values of functions off the real axis, for derivations that hold as complex identities only.

The counterpart of ``numeric/real.py`` and ``numeric/functions.py``: the same names, for the complex numbers of our
own mpmath context. A function takes its arguments and gives a number, or ``None`` where it has no value.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any, Final

from stepcalc.numeric import functions
from stepcalc.numeric.real import PRECISION, Raw, compare, context, is_finite
from stepcalc.numeric.undefined import coefficients, places_of_squares

Principal = Callable[..., Any]

LARGEST_ARGUMENT: Final = 10**6

_SAME_NAMES: Final = (
    "sin cos tan cot sec csc sinh cosh tanh coth sech csch asin acos atan acot asec acsc asinh acosh atanh"
    " acoth asech acsch exp erf erfc erfi gamma loggamma digamma factorial beta li fresnels fresnelc"
    " lambertw besselj bessely besseli besselk"
)

_CONTEXT_NAMES: Final = {
    **{name: name for name in _SAME_NAMES.split()},
    "Ei": "ei",
    "Si": "si",
    "Ci": "ci",
    "Shi": "shi",
    "Chi": "chi",
    "polygamma": "psi",
}

_LARGEST: Final = {
    **dict.fromkeys(["polygamma", "besselj", "bessely", "besseli", "besselk", "fresnels", "fresnelc"], 100),
    **dict.fromkeys(["erf", "erfc", "erfi", "Ei", "Si", "Ci", "Shi", "Chi", "li", "beta"], 1000),
}
"""Where mpmath would work for long at larger arguments."""


def function(name: str) -> Principal | None:
    """The function of this name, or ``None`` if it is an undefined one."""
    if name in _SPECIAL:
        return _SPECIAL[name]
    spelling = _CONTEXT_NAMES.get(name)
    if spelling is not None:
        return _bounded(getattr(context(), spelling), _LARGEST.get(name, LARGEST_ARGUMENT))
    if name in _ON_THE_REALS:
        return _real_only(_ON_THE_REALS[name])
    return None


def usable(value: Any) -> Any:
    """The number itself if it is finite, else ``None``."""
    if value is None or isinstance(value, bool):
        return value
    parts: tuple[Raw, ...] = value._mpc_ if hasattr(value, "_mpc_") else (value._mpf_,)
    return value if all(map(is_finite, parts)) else None


def _bounded(of_context: Callable[..., Any], largest: int) -> Principal:
    def value(*arguments: Any) -> Any:
        if any(abs(argument) > largest for argument in arguments):
            return None
        try:
            return usable(of_context(*arguments))
        except TypeError:  # mpmath's way of saying that an argument must be real
            return None

    return value


def real_raw(value: Any) -> Raw | None:
    """The raw real number, if the number is real."""
    if hasattr(value, "_mpc_"):
        real, imaginary = value._mpc_
        return None if imaginary[1] else real
    return value._mpf_  # type: ignore[no-any-return]


def _real_only(of_raw: Callable[..., Raw | None]) -> Principal:
    """A function of real numbers that has no meaning off the real axis."""

    def value(*arguments: Any) -> Any:
        raws = list(map(real_raw, arguments))
        if any(raw is None for raw in raws):
            return None
        found = of_raw(*raws)
        return None if found is None else context().make_mpf(found)

    return value


def _named_on_the_reals() -> dict[str, Callable[..., Raw | None]]:
    def unary(name: str) -> Callable[..., Raw | None]:
        return lambda value: functions.UNARY[name](value, PRECISION)

    table: dict[str, Callable[..., Raw | None]] = {
        name: unary(name)
        for name in ("abs", "sign", "floor", "ceiling", "heaviside", "dirac", "erfinv", "erfcinv")
    }
    table["atan2"] = lambda left, right: functions.BINARY["atan2"](left, right, PRECISION)
    table["min"] = lambda *values: functions.NARY["min"](values, PRECISION)
    table["max"] = lambda *values: functions.NARY["max"](values, PRECISION)
    return table


_ON_THE_REALS: Final = _named_on_the_reals()


def add(*terms: Any) -> Any:
    """The sum."""
    return context().fsum(terms)


def multiply(*factors: Any) -> Any:
    """The product."""
    return context().fprod(factors)


def divide(numerator: Any, denominator: Any) -> Any:
    """The quotient, undefined for a denominator of nought."""
    return None if not denominator else numerator / denominator


def power(base: Any, exponent: Any) -> Any:
    """The principal power; 0 only to positive real powers."""
    if not base:
        real = real_raw(exponent)
        return base if real is not None and real[1] and not real[0] else None
    if abs(exponent) * (1 + abs(context().log(base))) > LARGEST_ARGUMENT:
        return None
    return usable(base**exponent)


def root(radicand: Any, index: Any) -> Any:
    """The principal root."""
    return None if not index else power(radicand, 1 / context().convert(index))


def _logarithm(value: Any, base: Any = None) -> Any:
    own = context()
    if not value:
        return None
    if base is None:
        return own.log(value)
    below = own.log(base) if base else None
    return None if not below else own.log(value) / below


def _zeta(order: Any, shift: Any = None) -> Any:
    """Riemann's function, and Hurwitz's right of its poles."""
    if shift is None:
        return _bounded(context().zeta, 100)(order)
    if not context().mpc(shift).real > 0:
        return None
    return _bounded(context().zeta, 100)(order, shift)


_SPECIAL: Final[dict[str, Principal]] = {"log": _logarithm, "zeta": _zeta}


def relation(sign: str, left: Any, right: Any) -> bool | None:
    """Whether a relation holds; an order only between real numbers."""
    raws = real_raw(left), real_raw(right)
    if raws[0] is not None and raws[1] is not None:
        return compare(sign, raws[0], raws[1], PRECISION)
    if sign in ("=", "!="):
        return bool(left == right) is (sign == "=")
    return None


def undefined(name: str, orders: Sequence[int]) -> Principal:
    """The function that stands in for an undefined one, see :func:`stepcalc.numeric.undefined.undefined`."""
    frequencies, squares, phase = coefficients(name, len(orders))
    places = places_of_squares(orders)
    factor = Fraction(1)
    for frequency, order in zip(frequencies, orders, strict=True):
        factor *= frequency**order

    def value(*arguments: Any) -> Any:
        own = context()

        def number(fraction: Fraction) -> Any:
            return own.mpf(fraction.numerator) / fraction.denominator

        angle = number(phase) + own.fsum(
            number(frequency) * argument for frequency, argument in zip(frequencies, arguments, strict=True)
        )
        if abs(angle) > LARGEST_ARGUMENT:
            return None
        total = number(factor) * (own.sin, own.cos)[sum(orders) % 2](angle)
        total = -total if sum(orders) % 4 >= 2 else total
        for place in places:
            order = orders[place]
            if order <= 2:
                total += number(squares[place] * (2 if order else 1)) * arguments[place] ** (2 - order)
        return total

    return value
