"""A high order costs less than SymPy's series of the same; run with ``pytest -m benchmark``."""

from __future__ import annotations

import subprocess
import sys
from time import process_time
from typing import Final

import pytest
from sympy.core.cache import clear_cache

from stepcalc.calculus.taylor import taylor

pytestmark = pytest.mark.benchmark

PATIENCE: Final = 20
"""SymPy is stopped after so many seconds: by then it has cost more."""


@pytest.mark.parametrize(("text", "order"), [("exp(sin(x))", 20), ("tan(x)", 15), ("exp(x)*cos(x)", 20)])
def test_a_high_order_costs_less_than_series(text: str, order: int) -> None:
    clear_cache()
    start = process_time()
    taylor(text, order=order)
    ours = process_time() - start
    code = (
        "import sympy, time; x = sympy.Symbol('x'); f = sympy.sympify('"
        + text
        + "'); s = time.process_time(); "
        f"sympy.series(f, x, 0, {order + 1}); print(time.process_time() - s)"
    )
    try:
        done = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, timeout=PATIENCE, check=True
        )
        theirs = float(done.stdout)
    except subprocess.TimeoutExpired:
        theirs = float(PATIENCE)
    print(f"{text} to order {order}: {ours:.3f} s, SymPy {theirs:.3f} s")
    assert ours < theirs
