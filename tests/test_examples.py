"""Every program in examples/ runs and says what it should."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parent.parent / "examples"
EXPECTED = {
    "explain.py": ["Product rule", "The slope at π is -pi**2.", "checked at 8 points"],
    "walk_the_trace.py": ["Quotient rule: d/dx[ln(x²+1)/x]", "holds where x ≠ 0", "steps read back, checked"],
    "fitting.py": ["4: slope 0.500 ± 0.118, χ² = 13.74", "falls to 0.000022", "Normal equations", "checked"],
    "optimisation.py": [
        "goes round in a circle",
        "(1.0, 1.0): minimum",
        "multiplier 1/2",
        "diverged after 114",
    ],
    "train_network.py": [
        "each step: checked",
        "Error of the layer before",
        "the cost went from 1.460 to 0.00",
    ],
    "own_rule.py": ["mistakes on the card: []", "Chain rule, derivative of swish", "Answer"],
}


def test_every_example_is_tested() -> None:
    assert {path.name for path in EXAMPLES.glob("*.py")} == set(EXPECTED)


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_example_runs(name: str) -> None:
    done = subprocess.run(
        [sys.executable, "-X", "utf8", str(EXAMPLES / name)],
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    for sentence in EXPECTED[name]:
        assert sentence in done.stdout


@pytest.mark.filterwarnings("ignore")
def test_the_notebook_runs_from_top_to_bottom() -> None:
    nbformat = pytest.importorskip("nbformat")
    nbclient = pytest.importorskip("nbclient")
    notebook = nbformat.read(EXAMPLES / "notebook.ipynb", as_version=4)
    nbclient.NotebookClient(notebook, timeout=120, kernel_name="python3").execute()
    shown = [
        output.get("data", {}).get("text/plain", "") or output.get("text", "")
        for cell in notebook.cells
        for output in cell.get("outputs", [])
    ]
    assert "True" in shown
    assert any("Chain rule" in text for text in shown)
    assert "['bell.html']" in shown


def test_the_notebook_is_kept_without_outputs() -> None:
    nbformat = pytest.importorskip("nbformat")
    notebook = nbformat.read(EXAMPLES / "notebook.ipynb", as_version=4)
    assert not any(cell.get("outputs") for cell in notebook.cells)
