"""Special functions of real numbers: gamma and its kin, the integrals with names, zeta and Bessel functions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from mpmath import libmp

from stepcalc.numeric.real import (
    NOISE_BITS,
    ONE,
    PRECISION,
    ZERO,
    Binary,
    Raw,
    Unary,
    as_integer,
    bounded,
    context,
    divide,
    magnitude,
)

LARGEST_ARGUMENT: Final = libmp.from_int(10**6)


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


_inverse_error: Final = _of_context("erfinv", _inside_one)


def _inverse_complementary_error(value: Raw, precision: int) -> Raw | None:
    if not _inside_two(value):
        return None
    return _inverse_error(libmp.mpf_sub(ONE, value), precision + max(0, -magnitude(value)))


UNARY: Final[Mapping[str, Unary]] = {
    "factorial": _factorial,
    "erf": libmp.mpf_erf,
    "erfc": bounded(libmp.mpf_erfc, 20),
    "erfi": _of_context("erfi", _anywhere),
    "erfinv": _inverse_error,
    "erfcinv": _inverse_complementary_error,
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

BINARY: Final[Mapping[str, Binary]] = {
    "polygamma": _polygamma,
    "beta": _beta,
    "zeta": _of_context("zeta", _hurwitz_domain),
    "besselj": _of_context("besselj", _bessel_domain),
    "besseli": _of_context("besseli", _bessel_domain),
    "bessely": _of_context("bessely", _bessel_domain_positive),
    "besselk": _of_context("besselk", _bessel_domain_positive),
}
