"""How long a fit takes beside SciPy's, and how long it takes to read, derive and compile.

Run ``python -m tests.benchmarks.fitting [DIR]``; the data sets are NIST's nonlinear regression problems, those in
``tests/calculus/nist`` unless a folder is given. "failed" and "wrong" stand where SciPy gives up or ends elsewhere
than at the certified parameters: being quick is no merit there.
"""

from __future__ import annotations

import statistics
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import curve_fit

from stepcalc.calculus.fitting.asking import understood
from stepcalc.calculus.fitting.model import (
    compiled,
    linear_places,
    problem_of,
    slopes_of,
)
from stepcalc.calculus.working import Working
from stepcalc.numeric.least_squares.attempts import minimise
from stepcalc.rulebook.book import default_book
from tests.calculus.nist_sets import FOLDER, NistSet, read

REPEATS = 7
NEAR = 0.01
"""How near SciPy must come to the certified parameters for a fair comparison."""


def main() -> None:
    """Print a row for each start of each set."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    ratios, prepared = [], []
    for found in map(read, sorted(folder.glob("*.dat"))):
        for number, start in enumerate(found.starts, 1):
            row = measured(found, start)
            if not row.note:
                ratios.append(row.ratio)
            prepared.append(row.prepared)
            print(
                f"{found.name:10s} start {number}: prepared {1e3 * row.prepared:6.1f} ms   converged"
                f" {1e3 * row.ours:7.2f} ms   curve_fit {1e3 * row.theirs:7.2f} ms {row.note:8s}"
                f" ratio {row.ratio:5.2f}"
            )
    print(
        f"ratio where SciPy ends at the certified parameters, {len(ratios)} of {len(prepared)}:"
        f" median {statistics.median(ratios):.2f}, largest {max(ratios):.2f}"
    )
    print(
        f"prepared: median {1e3 * statistics.median(prepared):.1f} ms, largest {1e3 * max(prepared):.1f} ms"
    )


class Measured:
    """Seconds for one start."""

    def __init__(self, prepared: float, ours: float, theirs: float, note: str) -> None:
        self.prepared, self.ours, self.theirs, self.note = prepared, ours, theirs, note
        self.ratio = ours / theirs


def measured(found: NistSet, start: tuple[float, ...]) -> Measured:
    """The best of several turns, SciPy's and ours one after the other."""
    book = default_book()
    begin = dict(zip(found.names, start, strict=True))

    def prepare() -> Any:
        asked = understood(
            found.model, found.data, y="y", sigma=None, start=begin, book=book, declared=(), functions=()
        )
        slopes = slopes_of(asked, Working(book))
        return problem_of(asked, compiled(asked, slopes, book), linear_places(asked, slopes))

    problem = prepare()
    function, columns, y = scipy_model(found)

    def theirs() -> Any:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return curve_fit(function, columns, y, p0=start, maxfev=20000)[0]

    try:
        note = "" if np.allclose(theirs(), found.certified, rtol=NEAR) else "(wrong)"
    except RuntimeError:
        note = "(failed)"
    best = [float("inf")] * 3
    for _ in range(REPEATS):
        for place, act in enumerate((prepare, lambda: minimise(problem, start), theirs)):
            began = time.process_time()
            with suppress(RuntimeError):
                act()
            best[place] = min(best[place], time.process_time() - began)
    return Measured(*best, note)


def scipy_model(found: NistSet) -> tuple[Callable[..., Any], Any, Any]:
    """The model as a person would write it with NumPy."""
    names = {name: getattr(np, name) for name in ("exp", "cos", "sin", "sqrt", "log", "arctan")} | {
        "pi": np.pi
    }
    measured_names = [name for name in found.data if name != "y"]
    columns = [np.array(found.data[name]) for name in measured_names]
    letters = ", ".join([*measured_names, *found.names])
    # The models are NIST's own lines, which are Python as they stand.
    plain: Callable[..., Any] = eval(f"lambda {letters}: {found.model}", names)
    if len(columns) == 1:
        return plain, columns[0], np.array(found.data["y"])
    return (lambda data, *values: plain(*data, *values)), columns, np.array(found.data["y"])


def sets() -> Iterator[NistSet]:
    """The sets that come with the tests."""
    yield from map(read, sorted(FOLDER.glob("*.dat")))


if __name__ == "__main__":
    main()
