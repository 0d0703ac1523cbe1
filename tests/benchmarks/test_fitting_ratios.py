"""A fit costs at most three times SciPy's, and little to prepare; run with ``pytest -m benchmark``."""

from __future__ import annotations

import statistics

import pytest

from tests.benchmarks.fitting import measured, sets

pytestmark = pytest.mark.benchmark

MOST_TO_PREPARE = 0.06
"""Seconds for reading, deriving and compiling."""


def test_fits_cost_at_most_three_times_curve_fit() -> None:
    rows = [measured(found, start) for found in sets() for start in found.starts]
    ratios = [row.ratio for row in rows if not row.note]
    print(f"ratio to curve_fit: median {statistics.median(ratios):.2f}, largest {max(ratios):.2f}")
    print(f"prepared in {1e3 * max(row.prepared for row in rows):.1f} ms at most")
    assert len(ratios) >= 50
    assert max(ratios) <= 3
    assert max(row.prepared for row in rows) <= MOST_TO_PREPARE
