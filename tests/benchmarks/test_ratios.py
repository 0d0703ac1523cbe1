"""The ratios of ``ratios.py``, with room for a busy machine; run with ``pytest -m benchmark``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from statistics import median

import pytest

from stepcalc.notation.forms import Form
from tests.benchmarks.ratios import FAMILIES, costs, growth, start_up

pytestmark = pytest.mark.benchmark


def test_explaining_costs_less_than_sympy_takes_without_a_word() -> None:
    found = costs(40)
    assert median(found.trace) < 0.5
    assert median(found.full) < 1
    assert median(found.sizes) <= 1.1


def test_the_command_starts_about_as_fast_as_sympy() -> None:
    assert start_up(runs=5) < 1.5


@pytest.mark.parametrize(("name", "make", "sizes"), FAMILIES, ids=[name for name, _, _ in FAMILIES])
def test_time_and_json_grow_with_the_answer(
    name: str, make: Callable[[int], Form], sizes: Sequence[int]
) -> None:
    found = growth(name, make, sizes)
    assert found.exponent(found.json) < 1.2
    assert found.exponent(found.seconds) < 1.6
