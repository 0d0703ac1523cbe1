"""Real functions of real numbers by name: elementary ones, those with steps, the least of several, special ones."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from mpmath import libmp

from stepcalc.numeric import special
from stepcalc.numeric.real import (
    LARGEST_ANGLE,
    NOISE_BITS,
    ONE,
    ZERO,
    Binary,
    Nary,
    Raw,
    Unary,
    bounded,
    divide,
    exponential,
    is_rounding,
    logarithm,
    magnitude,
)


def _logarithm_to_base(value: Raw, base: Raw, precision: int) -> Raw | None:
    top, bottom = logarithm(value, precision), logarithm(base, precision)
    return None if top is None or bottom is None else divide(top, bottom, precision)


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


def _whole(rounded: Callable[[Raw], Raw]) -> Unary:
    """Floor or ceiling, undecided where rounding may have carried the argument over an integer."""

    def value(argument: Raw, precision: int) -> Raw | None:
        if argument[2] >= 0:
            return argument
        size = argument[2] + argument[3]
        if size > 0:
            nearest = libmp.mpf_nint(argument)
            if is_rounding(libmp.mpf_sub(argument, nearest), size, precision):
                return None
        return rounded(argument)

    return value


def _sign(value: Raw, _precision: int) -> Raw:
    return ZERO if not value[1] else (libmp.fnone if value[0] else ONE)


def _heaviside(value: Raw, _precision: int) -> Raw | None:
    return None if not value[1] else (ZERO if value[0] else ONE)


def _dirac(value: Raw, _precision: int) -> Raw | None:
    return ZERO if value[1] else None


def _extreme(is_beyond: Callable[[Raw, Raw], bool]) -> Nary:
    """The one of several numbers that no other is beyond: the least, or the greatest."""

    def value(values: Sequence[Raw], _precision: int) -> Raw:
        found = values[0]
        for each in values[1:]:
            if is_beyond(each, found):
                found = each
        return found

    return value


UNARY: Final[Mapping[str, Unary]] = {
    "exp": exponential,
    "log": logarithm,
    "sin": _of_angle(libmp.mpf_sin),
    "cos": _of_angle(libmp.mpf_cos),
    "tan": _of_angle(libmp.mpf_tan),
    "sec": _reciprocal(_of_angle(libmp.mpf_cos)),
    "csc": _reciprocal(_of_angle(libmp.mpf_sin)),
    "cot": _reciprocal(_of_angle(libmp.mpf_tan)),
    "sinh": bounded(libmp.mpf_sinh, 22),
    "cosh": bounded(libmp.mpf_cosh, 22),
    "tanh": libmp.mpf_tanh,
    "sech": _reciprocal(bounded(libmp.mpf_cosh, 22)),
    "csch": _reciprocal(bounded(libmp.mpf_sinh, 22)),
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
    **special.UNARY,
}

BINARY: Final[Mapping[str, Binary]] = {
    "log": _logarithm_to_base,
    "atan2": _arctangent_of_two,
    **special.BINARY,
}

NARY: Final[Mapping[str, Nary]] = {"min": _extreme(libmp.mpf_lt), "max": _extreme(libmp.mpf_gt)}
