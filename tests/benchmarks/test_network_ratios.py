"""The ratios of ``networks.py``; run with ``pytest -m benchmark``."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from tests.benchmarks.networks import NETWORKS, measured

pytestmark = pytest.mark.benchmark


@pytest.mark.parametrize(("layers", "names", "examples"), NETWORKS)
def test_a_compiled_step_costs_at_most_twice_the_one_by_hand(
    layers: Sequence[int], names: str, examples: int
) -> None:
    assert measured(layers, names, examples).ratio <= 2
