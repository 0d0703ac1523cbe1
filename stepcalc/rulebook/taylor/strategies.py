"""The strategies of Taylor polynomials: what answers each goal, and what tests it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from stepcalc.rulebook.strategy import Strategy, by_values, second, within_second
from stepcalc.rulebook.taylor import bounds, centre, checking, expansion

STRATEGIES: Final[Mapping[str, Strategy]] = {
    "taylor": by_values(expansion.taylor, checking.touches_function, letters=second),
    "taylor_series": by_values(expansion.taylor_series, checking.touches_function, letters=second),
    "taylor_several": by_values(expansion.taylor_several, checking.touches_function, letters=within_second),
    "coefficients": by_values(expansion.coefficients, checking.touches_coefficients, letters=second),
    "limit_at": by_values(centre.limit_at, checking.tends_to, letters=second),
    "value_at": by_values(centre.value_at, checking.is_value, letters=second),
    "derivative_bound": by_values(bounds.derivative_bound, bounds.bounds_derivative, letters=second),
    "remainder_bound": by_values(bounds.remainder_bound, bounds.bounds_remainder, letters=within_second),
}
"""By the name of the goal."""
