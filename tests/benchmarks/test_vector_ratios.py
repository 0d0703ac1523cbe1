"""Jacobians and Hessians of the thirty functions against SymPy's own, each followed by ``simplify``."""

from __future__ import annotations

from collections.abc import Callable
from statistics import median
from time import perf_counter
from typing import Any

import pytest

from tests.calculus.test_vector import parts_of
from tests.calculus.vector_functions import HESSIANS, JACOBIANS

pytestmark = pytest.mark.benchmark


def seconds(work: Callable[[], Any]) -> float:
    """The time of one call, nothing being remembered from before."""
    from sympy.core.cache import clear_cache

    best = 1e9
    for _ in range(3):
        clear_cache()
        start = perf_counter()
        work()
        best = min(best, perf_counter() - start)
    return best


def ratios() -> dict[str, float]:
    """The cost of each derivation as a share of what SymPy takes for the simplified matrix."""
    import sympy

    import stepcalc

    found: dict[str, float] = {}
    for table, derive in ((JACOBIANS, stepcalc.jacobian), (HESSIANS, stepcalc.hessian)):
        for name, (text, letters) in table.items():
            symbols = sympy.symbols(letters)
            parts = parts_of(text) if table is JACOBIANS else [stepcalc.read(text)]
            names = letters.split(",")

            def bare(parts: list[Any] = parts, symbols: Any = symbols, table: object = table) -> None:
                if table is JACOBIANS:
                    sympy.Matrix(parts).jacobian(symbols).applyfunc(sympy.simplify)
                else:
                    sympy.hessian(parts[0], symbols).applyfunc(sympy.simplify)

            def told(text: str = text, names: list[str] = names, derive: Any = derive) -> None:
                derive(text, names)

            found[name] = seconds(told) / seconds(bare)
    return found


def test_derivation_costs_at_most_half_of_what_sympy_takes() -> None:
    found = ratios()
    assert median(found.values()) <= 0.5
    assert sorted(found.values())[len(found) * 9 // 10] <= 1


if __name__ == "__main__":
    shares = ratios()
    for name, share in sorted(shares.items(), key=lambda item: item[1]):
        print(f"{share:6.2f}  {name}")
    print(f"{median(shares.values()):6.2f}  median")
