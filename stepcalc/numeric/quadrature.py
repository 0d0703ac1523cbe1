"""Definite integrals by fixed rules: their error is smooth in the limits, so differences can be taken."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from typing import Final

from mpmath import libmp

from stepcalc.numeric.real import NOISE_BITS, ONE, ZERO, Raw, context, is_finite, magnitude

Integrand = Callable[[Raw], Raw | None]
Rule = tuple[tuple[Raw, Raw], ...]
Estimate = tuple[Raw, Raw]

NODES: Final = 30
PANELS: Final = (1, 2, 6)
LEVELS: Final = (3, 4, 5, 6)
AGREEMENT_BITS: Final = 80
STEADY_BITS: Final = 5
RULE_PRECISION: Final = 320


@cache
def gauss_legendre(count: int) -> Rule:
    """The nodes in [0, 1] and weights of a Gauss-Legendre rule (DLMF 3.5.15), by Newton's iteration."""
    own = context()
    found = []
    with own.workprec(RULE_PRECISION):
        for k in range(1, count + 1):
            node = own.cos(own.pi * (k - own.mpf(1) / 4) / (count + own.mpf(1) / 2))
            for _ in range(8):
                before, here = own.one, node
                for j in range(2, count + 1):
                    before, here = here, ((2 * j - 1) * node * here - (j - 1) * before) / j
                slope = count * (node * here - before) / (node * node - 1)
                node -= here / slope
            weight = 2 / ((1 - node * node) * slope * slope)
            found.append((((1 - node) / 2)._mpf_, (weight / 2)._mpf_))
    return tuple(found)


@cache
def tanh_sinh(level: int) -> Rule:
    """Distances from the nearer end, as parts of the whole, and weights of the double-exponential rule.

    Negative distances are measured from the upper end. The step is 2 to the power of minus ``level``.
    """
    own = context()
    found = []
    with own.workprec(RULE_PRECISION):
        step = own.mpf(2) ** -level
        for k in range(-(5 << level), (5 << level) + 1):
            inner = own.pi * own.sinh(k * step)
            distance = 1 / (1 + own.exp(abs(inner)))
            weight = step * own.pi * own.cosh(k * step) * distance * (1 - distance)
            found.append(((distance if k <= 0 else -distance)._mpf_, weight._mpf_))
    return tuple(found)


@cache
def exp_sinh(level: int) -> Rule:
    """Distances from the finite limit, and weights, of the rule for a half line."""
    own = context()
    found = []
    with own.workprec(RULE_PRECISION):
        step = own.mpf(2) ** -level
        for k in range(-(5 << level), (5 << level) + 1):
            distance = own.exp(own.pi / 2 * own.sinh(k * step))
            weight = step * own.pi / 2 * own.cosh(k * step) * distance
            found.append((distance._mpf_, weight._mpf_))
    return tuple(found)


def integrate(integrand: Integrand, lower: Raw, upper: Raw, precision: int) -> Raw | None:
    """The integral between two limits, one or both of which may be infinite.

    Returns:
        The value to 24 digits or more, or ``None`` where no two rules agree.
    """
    if lower == upper:
        return ZERO
    if is_finite(lower) and is_finite(upper):
        width: Raw = libmp.mpf_sub(upper, lower, precision)
        found = _settled(
            (_panelled(integrand, lower, width, count, precision) for count in PANELS), precision
        )
        if found is not None:
            return found
        return _settled(
            (_double_exponential(integrand, lower, upper, width, level, precision) for level in LEVELS),
            precision,
        )
    if libmp.mpf_gt(lower, upper):
        found = integrate(integrand, upper, lower, precision)
        return None if found is None else libmp.mpf_neg(found)
    halves = (
        [(ZERO, upper), (lower, ZERO)] if not is_finite(lower) and not is_finite(upper) else [(lower, upper)]
    )
    parts = [
        _settled((_half_line(integrand, start, end, level, precision) for level in LEVELS), precision)
        for start, end in halves
    ]
    if any(part is None for part in parts):
        return None
    return libmp.mpf_sum(parts, precision)  # type: ignore[no-any-return]


def _settled(estimates: Iterator[Estimate | None], precision: int) -> Raw | None:
    """The first estimate that confirms the one before it, to a part of the sum of absolute values."""
    earlier: Estimate | None = None
    for estimate in estimates:
        if estimate is None:
            return None
        if earlier is not None:
            (value, scale), (before, scale_before) = estimate, earlier
            size = magnitude(scale)
            # A pole that cancels by symmetry is given away by absolute values that go on growing.
            bounded = magnitude(libmp.mpf_sub(scale, scale_before, precision)) <= size - STEADY_BITS
            if bounded and magnitude(libmp.mpf_sub(value, before, precision)) <= size - AGREEMENT_BITS:
                return value
        earlier = estimate
    return None


def _total(terms: list[Raw], factor: Raw, precision: int) -> Estimate:
    """The sum of the terms and of their absolute values, times a factor."""
    total = libmp.mpf_mul(libmp.mpf_sum(terms, precision), factor, precision)
    absolute = libmp.mpf_mul(libmp.mpf_sum(terms, precision, "d", True), factor, precision)
    return total, absolute


def _panelled(integrand: Integrand, lower: Raw, width: Raw, panels: int, precision: int) -> Estimate | None:
    """Gauss-Legendre on so many panels of equal width."""
    panel: Raw = libmp.mpf_div(width, libmp.from_int(panels), precision)
    terms: list[Raw] = []
    for k in range(panels):
        start = libmp.mpf_add(lower, libmp.mpf_mul_int(panel, k, precision), precision)
        for node, weight in gauss_legendre(NODES):
            value = integrand(libmp.mpf_add(start, libmp.mpf_mul(panel, node), precision))
            if value is None:
                return None
            terms.append(libmp.mpf_mul(value, weight, precision))
    return _total(terms, panel, precision)


def _double_exponential(
    integrand: Integrand, lower: Raw, upper: Raw, width: Raw, level: int, precision: int
) -> Estimate | None:
    """The tanh-sinh rule, for integrands that are singular at an end."""
    terms: list[Raw] = []
    for distance, weight in tanh_sinh(level):
        start = upper if distance[0] else lower
        at = libmp.mpf_add(start, libmp.mpf_mul(width, distance), precision)
        value = integrand(at)
        if value is None:
            if magnitude(weight) < NOISE_BITS - precision // 2:
                continue  # next to an end, where the point itself was rounded onto it
            return None
        terms.append(libmp.mpf_mul(value, weight, precision))
    return _total(terms, width, precision)


def _half_line(integrand: Integrand, lower: Raw, upper: Raw, level: int, precision: int) -> Estimate | None:
    """The double-exponential rule from a finite limit to infinity, or from minus infinity."""
    terms: list[Raw] = []
    start, move = (lower, libmp.mpf_add) if is_finite(lower) else (upper, libmp.mpf_sub)
    for distance, weight in exp_sinh(level):
        value = integrand(move(start, distance, precision))
        if value is None:
            return None
        terms.append(libmp.mpf_mul(value, weight, precision))
    return _total(terms, ONE, precision)
