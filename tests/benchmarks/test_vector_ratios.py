"""Jacobians and Hessians of the thirty functions against SymPy's own, each followed by ``simplify``."""

from __future__ import annotations

from collections.abc import Callable
from statistics import median
from time import process_time
from typing import Any

import pytest

from tests.calculus.test_vector import parts_of
from tests.calculus.vector_functions import HESSIANS, JACOBIANS

pytestmark = pytest.mark.benchmark
RUNS = 5


def seconds(work: Callable[[], Any]) -> float:
    """The time of one call, nothing being remembered from before."""
    from sympy.core.cache import clear_cache

    best = 1e9
    for _ in range(RUNS):
        clear_cache()
        start = process_time()
        work()
        best = min(best, process_time() - start)
    return best


def ratios() -> dict[str, float]:
    """The cost of each derivation as a share of what SymPy takes for the simplified matrix.

    Both are given the same SymPy expressions, and each entry is tidied or simplified.
    """
    import sympy

    import stepcalc

    found: dict[str, float] = {}
    for table, derive in ((JACOBIANS, stepcalc.jacobian), (HESSIANS, stepcalc.hessian)):
        for name, (text, letters) in table.items():
            symbols = sympy.symbols(letters)
            parts = parts_of(text) if table is JACOBIANS else [stepcalc.read(text)]

            def bare(parts: list[Any] = parts, symbols: Any = symbols, table: object = table) -> None:
                if table is JACOBIANS:
                    sympy.Matrix(parts).jacobian(symbols).applyfunc(sympy.simplify)
                else:
                    sympy.hessian(parts[0], symbols).applyfunc(sympy.simplify)

            def told(parts: list[Any] = parts, symbols: Any = symbols, derive: Any = derive) -> None:
                derive(parts if derive is stepcalc.jacobian else parts[0], symbols)

            found[name] = seconds(told) / seconds(bare)
    return found


def test_derivation_costs_at_most_half_of_what_sympy_takes() -> None:
    found = ratios()
    assert max(found.values()) <= 0.5, {name: share for name, share in found.items() if share > 0.5}


if __name__ == "__main__":
    shares = ratios()
    for name, share in sorted(shares.items(), key=lambda item: item[1]):
        print(f"{share:6.2f}  {name}")
    print(f"{median(shares.values()):6.2f}  median")
