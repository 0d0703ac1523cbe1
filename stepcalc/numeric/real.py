"""Real functions of real numbers at any precision: odd roots are real roots, and off the domain is ``None``.

Numbers are mpmath's raw quadruples (sign, mantissa, exponent, bits), which no context owns, so nothing here
changes or depends on a precision that someone else has set. A function takes its arguments and the working
precision in bits, and gives a raw number, or ``None`` where the value is not a finite real number or where
computing it would take unbounded time.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import cache
from typing import Any, Final

import mpmath
from mpmath import libmp

Raw = tuple[int, int, int, int]
Unary = Callable[[Raw, int], Raw | None]
Binary = Callable[[Raw, Raw, int], Raw | None]
Nary = Callable[[Sequence[Raw], int], Raw | None]

PRECISION: Final = 192
"""The working precision in bits: 50 digits and some in reserve."""

ARITHMETIC_ERRORS: Final = (ArithmeticError, ValueError, NotImplementedError, libmp.NoConvergence)
"""What mpmath raises where a function has no value."""

# Magnitudes are exponents of two. Beyond these a value could only be had by working for ever.
LARGEST: Final = 1 << 22
SMALLEST: Final = -(1 << 40)
LARGEST_ANGLE: Final = 4096
_POWER_BITS: Final = 22
"""A power whose natural logarithm is larger than two to this is too large, or too small, to be had."""

LARGEST_ARGUMENT: Final = libmp.from_int(10**6)
NOISE_BITS: Final = 16

ZERO: Final[Raw] = libmp.fzero
ONE: Final[Raw] = libmp.fone


@cache
def context() -> Any:
    """A context of our own, at our precision, so that the user's ``mpmath.mp`` stays as it is."""
    own = mpmath.MPContext()
    own.prec = PRECISION
    return own


def magnitude(value: Raw) -> int:
    """The exponent of two just above a number's size; very negative for zero."""
    return value[2] + value[3] if value[1] else SMALLEST * 4


def is_finite(value: Raw) -> bool:
    """Whether a raw number is neither infinite nor undefined."""
    return bool(value[1]) or not value[2]


def as_integer(value: Raw) -> int | None:
    """The integer that a raw number is, or ``None`` where it is none (or too long to be of use)."""
    sign, mantissa, exponent, bits = value
    if not mantissa:
        return 0 if not exponent else None
    if exponent < 0 or exponent + bits > 128:
        return None
    return -(mantissa << exponent) if sign else mantissa << exponent


def from_fraction(value: Fraction | int, precision: int) -> Raw:
    """A rational number rounded to the working precision."""
    if isinstance(value, int):
        return libmp.from_int(value, precision, "n")  # type: ignore[no-any-return]
    return libmp.from_rational(value.numerator, value.denominator, precision, "n")  # type: ignore[no-any-return]


# --------------------------------------------------------------------------------------------- arithmetic


def add(terms: Sequence[Raw], precision: int) -> Raw:
    """The sum; what cancels to within rounding is nought, not noise that has a sign."""
    total: Raw = libmp.mpf_sum(terms, precision)
    mantissa, exponent = total[1], total[2]
    if mantissa:
        floor = exponent + total[3] + precision - NOISE_BITS
        for term in terms:
            if term[2] + term[3] > floor and term[1]:
                return ZERO
    return total


def multiply(factors: Sequence[Raw], precision: int) -> Raw:
    """The product."""
    product = factors[0]
    for factor in factors[1:]:
        product = libmp.mpf_mul(product, factor, precision)
    return product


def divide(numerator: Raw, denominator: Raw, precision: int) -> Raw | None:
    """The quotient, undefined for a denominator of nought."""
    if not denominator[1]:
        return None
    return libmp.mpf_div(numerator, denominator, precision)  # type: ignore[no-any-return]


def integer_power(base: Raw, exponent: int, precision: int) -> Raw | None:
    """The power with an integer exponent; 0⁰ and negative powers of 0 are undefined."""
    if not base[1]:
        return ZERO if exponent > 0 and not base[2] else None
    size = (base[2] + base[3]) * exponent
    if size > LARGEST or exponent.bit_length() > 64:
        return None
    if size < SMALLEST:
        return ZERO
    return libmp.mpf_pow_int(base, exponent, precision)  # type: ignore[no-any-return]


def power(base: Raw, exponent: Raw, precision: int) -> Raw | None:
    """The real power: any base for an integer exponent, otherwise a positive one."""
    whole = as_integer(exponent)
    if whole is not None:
        return integer_power(base, whole, precision)
    if base[0]:
        return None
    if not base[1]:
        return ZERO if not exponent[0] and not base[2] else None
    growth = libmp.mpf_mul(exponent, libmp.mpf_log(base, 32), 32)
    size = magnitude(growth)
    if size > _POWER_BITS:
        return ZERO if growth[0] else None
    working = precision + max(0, size, magnitude(exponent)) + 8
    logarithm = libmp.mpf_log(base, working)
    return exponential(libmp.mpf_mul(exponent, logarithm, working), precision)


def rational_power(exponent: Fraction) -> Unary:
    """The power with this exponent; an odd denominator takes negative bases, as odd roots do."""
    top, index = exponent.numerator, exponent.denominator
    if index == 1:
        return lambda base, precision: integer_power(base, top, precision)
    if index > 20:
        return _fractional_power(exponent)
    extract = (
        libmp.mpf_sqrt if index == 2 else lambda base, precision: libmp.mpf_nthroot(base, index, precision)
    )

    def value(base: Raw, precision: int) -> Raw | None:
        if not base[1]:
            return ZERO if top > 0 and not base[2] else None
        if not base[0]:
            found = extract(base, precision)
        elif index % 2:
            found = libmp.mpf_neg(extract(libmp.mpf_neg(base), precision))
        else:
            return None
        return found if top == 1 else integer_power(found, top, precision)

    return value


def _fractional_power(exponent: Fraction) -> Unary:
    """The same for long denominators, by logarithm and exponential."""

    def value(base: Raw, precision: int) -> Raw | None:
        if base[0] and exponent.denominator % 2 == 0:
            return None
        found = power(libmp.mpf_abs(base), from_fraction(exponent, precision + 64), precision)
        return libmp.mpf_neg(found) if found is not None and base[0] and exponent.numerator % 2 else found

    return value


def root(radicand: Raw, index: Raw, precision: int) -> Raw | None:
    """The root whose index is itself computed."""
    whole = as_integer(index)
    if whole:
        return rational_power(Fraction(1, whole))(radicand, precision)
    inverse = divide(ONE, index, precision + 64)
    return None if inverse is None else power(radicand, inverse, precision)


# -------------------------------------------------------------------------- elementary functions and steps


def exponential(value: Raw, precision: int) -> Raw | None:
    """e to a power; overflow is refused, and what is smaller than any use is nought."""
    size = value[2] + value[3]
    if size > 22 and not value[0] and value[1]:
        return None
    if size > 40 and value[1]:
        return ZERO
    return libmp.mpf_exp(value, precision)  # type: ignore[no-any-return]


def logarithm(value: Raw, precision: int) -> Raw | None:
    """The natural logarithm of a positive number."""
    if value[0] or not value[1]:
        return None
    return libmp.mpf_log(value, precision)  # type: ignore[no-any-return]


def _logarithm_to_base(value: Raw, base: Raw, precision: int) -> Raw | None:
    top, bottom = logarithm(value, precision), logarithm(base, precision)
    return None if top is None or bottom is None else divide(top, bottom, precision)


def _bounded(function: Callable[[Raw, int], Raw], size: int) -> Unary:
    """The function, refused where its argument is too large to be reduced or its value to be held."""
    return lambda value, precision: None if value[2] + value[3] > size else function(value, precision)


def _of_angle(function: Callable[[Raw, int], Raw]) -> Unary:
    """The function of an angle, refused where rounding has left nothing of the angle but whole turns.

    At a nought such as π a value is only what the angle was rounded by, and is nought.
    """

    def value(angle: Raw, precision: int) -> Raw | None:
        size = angle[2] + angle[3]
        if size > LARGEST_ANGLE or size > precision - 2 * NOISE_BITS:
            return None
        found = function(angle, precision)
        return ZERO if is_rounding(found, size, precision) else found

    return value


def _reciprocal(function: Unary) -> Unary:
    """One over a function: secant from cosine."""

    def value(argument: Raw, precision: int) -> Raw | None:
        found = function(argument, precision)
        return None if found is None else divide(ONE, found, precision)

    return value


def _of_reciprocal(function: Unary) -> Unary:
    """A function of one over the argument: arcsecant from arccosine."""

    def value(argument: Raw, precision: int) -> Raw | None:
        if not argument[1]:
            return None
        return function(libmp.mpf_div(ONE, argument, precision + 16), precision)

    return value


def _arccotangent(value: Raw, precision: int) -> Raw | None:
    """arctan(1/x), as SymPy has it, and π/2 at 0."""
    if value == ZERO:
        return libmp.mpf_shift(libmp.mpf_pi(precision), -1)  # type: ignore[no-any-return]
    return libmp.mpf_atan(libmp.mpf_div(ONE, value, precision + 16), precision)  # type: ignore[no-any-return]


def _inverse_hyperbolic_tangent(value: Raw, precision: int) -> Raw | None:
    if magnitude(value) > 0:
        return None
    return libmp.mpf_atanh(value, precision)  # type: ignore[no-any-return]


def _arctangent_of_two(ordinate: Raw, abscissa: Raw, precision: int) -> Raw | None:
    if ordinate == ZERO and abscissa == ZERO:
        return None
    return libmp.mpf_atan2(ordinate, abscissa, precision)  # type: ignore[no-any-return]


def is_rounding(difference: Raw, size: int, precision: int) -> bool:
    """Whether a difference is no more than rounding of numbers of that magnitude, yet not nought."""
    return bool(difference[1]) and difference[2] + difference[3] < size - precision + NOISE_BITS


def _whole(rounded: Callable[[Raw], Raw]) -> Unary:
    """Floor or ceiling, undecided where rounding may have carried the argument over an integer."""

    def value(argument: Raw, _precision: int) -> Raw | None:
        if argument[2] >= 0:
            return argument
        size = argument[2] + argument[3]
        if size > 0:
            nearest = libmp.mpf_nint(argument)
            if is_rounding(libmp.mpf_sub(argument, nearest), size, _precision):
                return None
        return rounded(argument)

    return value


def _sign(value: Raw, _precision: int) -> Raw:
    return ZERO if not value[1] else (libmp.fnone if value[0] else ONE)


def _heaviside(value: Raw, _precision: int) -> Raw | None:
    return None if not value[1] else (ZERO if value[0] else ONE)


def _dirac(value: Raw, _precision: int) -> Raw | None:
    return ZERO if value[1] else None


def _least(values: Sequence[Raw], _precision: int) -> Raw:
    found = values[0]
    for value in values[1:]:
        if libmp.mpf_lt(value, found):
            found = value
    return found


def _greatest(values: Sequence[Raw], _precision: int) -> Raw:
    found = values[0]
    for value in values[1:]:
        if libmp.mpf_gt(value, found):
            found = value
    return found


# ------------------------------------------------------------------------------------- special functions


def _moderate(value: Raw) -> bool:
    return not libmp.mpf_gt(libmp.mpf_abs(value), LARGEST_ARGUMENT)


def _is_pole(value: Raw) -> bool:
    """Whether gamma has a pole there."""
    whole = as_integer(value)
    return whole is not None and whole <= 0


def gamma(value: Raw, precision: int) -> Raw | None:
    """The gamma function between its poles."""
    if _is_pole(value) or not _moderate(value):
        return None
    return libmp.mpf_gamma(value, precision)  # type: ignore[no-any-return]


def _factorial(value: Raw, precision: int) -> Raw | None:
    return gamma(libmp.mpf_add(value, ONE, precision + 64), precision)


def _log_gamma(value: Raw, precision: int) -> Raw | None:
    if value[0] or not value[1] or not _moderate(value):
        return None
    return libmp.mpf_loggamma(value, precision)  # type: ignore[no-any-return]


def _digamma(value: Raw, precision: int) -> Raw | None:
    if _is_pole(value) or not _moderate(value):
        return None
    return libmp.mpf_psi0(value, precision)  # type: ignore[no-any-return]


def _polygamma(order: Raw, value: Raw, precision: int) -> Raw | None:
    whole = as_integer(order)
    if whole is None or not 0 <= whole <= 200 or _is_pole(value) or not _moderate(value):
        return None
    if value[0] and magnitude(value) > 11:  # as many terms as it is from nought
        return None
    return libmp.mpf_psi(whole, value, precision)  # type: ignore[no-any-return]


def _beta(left: Raw, right: Raw, precision: int) -> Raw | None:
    first, second = gamma(left, precision + 8), gamma(right, precision + 8)
    total = libmp.mpf_add(left, right, precision + 64)
    if first is None or second is None:
        return None
    if _is_pole(total):
        return ZERO
    below = gamma(total, precision + 8)
    return None if below is None else divide(libmp.mpf_mul(first, second), below, precision)


def _of_context(name: str, domain: Callable[..., bool]) -> Callable[..., Raw | None]:
    """A function of mpmath's contexts, on the part of the real line where it is real."""

    def value(*arguments: Any) -> Raw | None:
        *numbers, precision = arguments
        if not all(map(_moderate, numbers)) or not domain(*numbers):
            return None
        own = context()
        saved = own.prec
        own.prec = precision + 8
        try:
            return _real_part(getattr(own, name)(*map(own.make_mpf, numbers)), precision)
        finally:
            own.prec = saved

    return value


def _real_part(found: Any, precision: int) -> Raw | None:
    """The raw number, if what a context gave is real up to rounding."""
    if hasattr(found, "_mpc_"):
        real, imaginary = found._mpc_
        if magnitude(imaginary) > magnitude(real) - precision + NOISE_BITS:
            return None
        return real  # type: ignore[no-any-return]
    return found._mpf_  # type: ignore[no-any-return]


def _anywhere(*_: Raw) -> bool:
    return True


def _positive(value: Raw) -> bool:
    return not value[0] and bool(value[1])


def _not_nought(value: Raw) -> bool:
    return bool(value[1])


def _inside_one(value: Raw) -> bool:
    return bool(libmp.mpf_lt(libmp.mpf_abs(value), ONE))


def _inside_two(value: Raw) -> bool:
    return _positive(value) and bool(libmp.mpf_lt(value, libmp.ftwo))


def _logarithmic_integral_domain(value: Raw) -> bool:
    return not value[0] and value != ONE


def _lambert_domain(value: Raw) -> bool:
    branch_point = libmp.mpf_neg(libmp.mpf_exp(libmp.fnone, PRECISION))
    return bool(libmp.mpf_ge(value, branch_point))


def _order_is_moderate(order: Raw) -> bool:
    return magnitude(order) <= 10


def _bessel_domain(order: Raw, value: Raw) -> bool:
    """Of either sign for an integer order, otherwise only the positive numbers (and 0 where it is finite)."""
    if not _order_is_moderate(order):
        return False
    whole = as_integer(order) is not None
    return _positive(value) or (whole and (bool(value[1]) or not order[0])) or (not value[1] and not order[0])


def _bessel_domain_positive(order: Raw, value: Raw) -> bool:
    return _order_is_moderate(order) and _positive(value)


def _hurwitz_domain(order: Raw, shift: Raw) -> bool:
    return order != ONE and magnitude(order) <= 8 and magnitude(shift) <= 12 and _positive(shift)


def _zeta_domain(order: Raw) -> bool:
    return order != ONE and magnitude(order) <= 10


def _cosine_integral(value: Raw, precision: int) -> Raw | None:
    return libmp.mpf_ci(value, precision) if _positive(value) and _moderate(value) else None


def _sine_integral(value: Raw, precision: int) -> Raw | None:
    return libmp.mpf_si(value, precision) if _moderate(value) else None


def _fresnel_domain(value: Raw) -> bool:
    return magnitude(value) <= 14


UNARY: Final[dict[str, Unary]] = {
    "exp": exponential,
    "log": logarithm,
    "sin": _of_angle(libmp.mpf_sin),
    "cos": _of_angle(libmp.mpf_cos),
    "tan": _of_angle(libmp.mpf_tan),
    "sec": _reciprocal(_of_angle(libmp.mpf_cos)),
    "csc": _reciprocal(_of_angle(libmp.mpf_sin)),
    "cot": _reciprocal(_of_angle(libmp.mpf_tan)),
    "sinh": _bounded(libmp.mpf_sinh, 22),
    "cosh": _bounded(libmp.mpf_cosh, 22),
    "tanh": libmp.mpf_tanh,
    "sech": _reciprocal(_bounded(libmp.mpf_cosh, 22)),
    "csch": _reciprocal(_bounded(libmp.mpf_sinh, 22)),
    "coth": _reciprocal(libmp.mpf_tanh),
    "asin": libmp.mpf_asin,
    "acos": libmp.mpf_acos,
    "atan": libmp.mpf_atan,
    "acot": _arccotangent,
    "asec": _of_reciprocal(libmp.mpf_acos),
    "acsc": _of_reciprocal(libmp.mpf_asin),
    "asinh": libmp.mpf_asinh,
    "acosh": libmp.mpf_acosh,
    "atanh": _inverse_hyperbolic_tangent,
    "acoth": _of_reciprocal(_inverse_hyperbolic_tangent),
    "asech": _of_reciprocal(libmp.mpf_acosh),
    "acsch": _of_reciprocal(libmp.mpf_asinh),
    "abs": libmp.mpf_abs,
    "sign": _sign,
    "floor": _whole(libmp.mpf_floor),
    "ceiling": _whole(libmp.mpf_ceil),
    "heaviside": _heaviside,
    "dirac": _dirac,
    "factorial": _factorial,
    "erf": libmp.mpf_erf,
    "erfc": _bounded(libmp.mpf_erfc, 20),
    "erfi": _of_context("erfi", _anywhere),
    "erfinv": _of_context("erfinv", _inside_one),
    "gamma": gamma,
    "loggamma": _log_gamma,
    "digamma": _digamma,
    "zeta": _of_context("zeta", _zeta_domain),
    "Ei": _of_context("ei", _not_nought),
    "Si": _sine_integral,
    "Ci": _cosine_integral,
    "Shi": _of_context("shi", _anywhere),
    "Chi": _of_context("chi", _positive),
    "li": _of_context("li", _logarithmic_integral_domain),
    "fresnels": _of_context("fresnels", _fresnel_domain),
    "fresnelc": _of_context("fresnelc", _fresnel_domain),
    "lambertw": _of_context("lambertw", _lambert_domain),
}


def _inverse_complementary_error(value: Raw, precision: int) -> Raw | None:
    if not _inside_two(value):
        return None
    return UNARY["erfinv"](libmp.mpf_sub(ONE, value), precision + max(0, -magnitude(value)))


UNARY["erfcinv"] = _inverse_complementary_error

BINARY: Final[dict[str, Binary]] = {
    "log": _logarithm_to_base,
    "atan2": _arctangent_of_two,
    "polygamma": _polygamma,
    "beta": _beta,
    "zeta": _of_context("zeta", _hurwitz_domain),
    "besselj": _of_context("besselj", _bessel_domain),
    "besseli": _of_context("besseli", _bessel_domain),
    "bessely": _of_context("bessely", _bessel_domain_positive),
    "besselk": _of_context("besselk", _bessel_domain_positive),
}

NARY: Final[dict[str, Nary]] = {"min": _least, "max": _greatest}


# ------------------------------------------------------------------------------------ relations and sets


def compare(sign: str, left: Raw, right: Raw, precision: int) -> bool | None:
    """Whether the relation holds; undecided where the two sides differ by no more than rounding."""
    difference: Raw = libmp.mpf_sub(left, right, precision)
    if is_rounding(difference, max(magnitude(left), magnitude(right)), precision):
        return None
    negative, equal = bool(difference[0]), difference == ZERO
    if not difference[1] and not equal:  # an infinite side
        negative = bool(libmp.mpf_lt(left, right))
    return {
        "=": equal,
        "!=": not equal,
        "<": negative,
        "<=": negative or equal,
        ">": not negative and not equal,
        ">=": not negative,
    }[sign]


def belongs(value: Raw, which: str, precision: int) -> bool | None:
    """Whether a number is in one of the sets that have names; undecided within rounding of an integer."""
    if which == "reals":
        return True
    if not value[1]:
        nearest: Raw = value
    elif value[2] >= 0:
        nearest = value
    else:
        nearest = libmp.mpf_nint(value)
        difference = libmp.mpf_sub(value, nearest)
        if difference[1]:
            return None if is_rounding(difference, magnitude(value), precision) else False
    members: dict[str, bool] = {
        "integers": True,
        "nonpositive_integers": bool(nearest[0]) or not nearest[1],
        "naturals": not nearest[0] and bool(nearest[1]),
    }
    return members.get(which)


# ------------------------------------------------------------------------------------ undefined functions


def coefficients(name: str, count: int) -> tuple[list[Fraction], list[Fraction], Fraction]:
    """What fixes the function that stands in for an undefined one: frequencies, square terms, phase."""

    def drawn(part: str) -> Fraction:
        return Fraction(zlib.crc32(f"{name}/{part}".encode()) % 997 + 300, 1024)

    return [drawn(f"a{i}") for i in range(count)], [drawn(f"b{i}") for i in range(count)], drawn("c")


def undefined(name: str, orders: Sequence[int]) -> Nary:
    """An undefined function, or its derivative of these orders: sin(a·x + c) + Σ bᵢxᵢ², fixed by the name.

    The numbers a, b, c come from the name, so a law about ``f`` and ``g`` is tried on two functions.
    """
    frequencies, squares, phase = coefficients(name, len(orders))
    turns = sum(orders) % 4
    factor = Fraction(1)
    for frequency, order in zip(frequencies, orders, strict=True):
        factor *= frequency**order
    places = places_of_squares(orders)

    def value(arguments: Sequence[Raw], precision: int) -> Raw | None:
        angle = from_fraction(phase, precision)
        for argument, frequency in zip(arguments, frequencies, strict=True):
            angle = libmp.mpf_add(
                angle, libmp.mpf_mul(argument, from_fraction(frequency, precision)), precision
            )
        if magnitude(angle) > LARGEST_ANGLE:
            return None
        wave = (libmp.mpf_cos if turns % 2 else libmp.mpf_sin)(angle, precision)
        wave = libmp.mpf_mul(wave, from_fraction(factor if turns < 2 else -factor, precision), precision)
        parabolas = [
            _square_term(arguments[place], squares[place], orders[place], precision) for place in places
        ]
        return libmp.mpf_sum([wave, *parabolas], precision)  # type: ignore[no-any-return]

    return value


def places_of_squares(orders: Sequence[int]) -> Sequence[int]:
    """Whose squares are left by a derivative: all by none, one's by its own, none by a mixed one."""
    touched = [place for place, order in enumerate(orders) if order]
    if not touched:
        return range(len(orders))
    return touched if len(touched) == 1 else []


def _square_term(argument: Raw, coefficient: Fraction, order: int, precision: int) -> Raw:
    """The derivative of that order of b·x²."""
    if order > 2:
        return ZERO
    scaled = from_fraction(coefficient * (1 if order == 0 else 2), precision)
    for _ in range(2 - order):
        scaled = libmp.mpf_mul(scaled, argument, precision)
    return scaled
