"""The table that says in which module a strategy stands."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module

import pytest

from stepcalc.rulebook.book import default_book
from stepcalc.rulebook.strategy import _FAMILIES, strategy


@pytest.mark.parametrize("module", _FAMILIES)
def test_a_family_has_the_strategies_that_the_table_names(module: str) -> None:
    found = import_module(f"stepcalc.rulebook.{module}").STRATEGIES
    assert list(found) == _FAMILIES[module].split()
    assert all(strategy(name) is found[name] and default_book().card(name).name for name in found)


def test_families_are_loaded_when_one_of_their_goals_is_met() -> None:
    code = "import sys, stepcalc; stepcalc.diff('x^2 sin(x)').verify(); print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()
    assert "stepcalc.rulebook.strategy" in loaded
    assert not {
        f"stepcalc.rulebook.{module}" for module in ("equations", "limits.table", "optimisation")
    } & set(loaded)
