"""The ways to free the h of a difference quotient, in the order in which they are tried."""

from __future__ import annotations

from typing import Final

from stepcalc.calculus.definition import factors, functions
from stepcalc.calculus.limits import algebra
from stepcalc.calculus.limits.near import Way

WAYS: Final[tuple[Way, ...]] = (
    factors.split,
    factors.factored_out,
    factors.multiplied_out,
    functions.tangents,
    functions.inverse_functions,
    functions.log_of_ratio,
    factors.added_and_taken_off,
    factors.powers_taken_apart,
    factors.common_denominator,
    functions.opened,
    factors.common_factor,
    functions.collected,
    factors.higher_roots,
    functions.any_power,
    functions.hyperbolic_cosine,
    factors.set_apart,
    *algebra.WAYS,
)
