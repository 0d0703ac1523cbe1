"""What a derivation costs, beside SymPy's derivative without steps, measured on this machine in one run.

    python -m tests.benchmarks.ratios

trace/diff  a recorded derivation over ``sympy.diff``, median over the functions of functions.tsv
full/simp   a derivation with its answer tidied over ``sympy.simplify(sympy.diff(...))``, median
tidiness    operations in the answer over those in the textbook's; what ``sympy.simplify`` gives, below it
start-up    ``stepcalc diff "x**2*sin(x)"`` over ``python -c "import sympy"``, whole processes in turn
growth      the power of the answer's length with which time and JSON grow: 1 is linear

Caches are cold: SymPy's is emptied before everything that is timed, and each function is timed once.
"""

from __future__ import annotations

import math
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles
from typing import Any, Final, TypeVar

import sympy
from sympy.core.cache import clear_cache

import stepcalc
from stepcalc.notation import forms
from stepcalc.notation.forms import Form
from stepcalc.notation.unicode import one_line

T = TypeVar("T")

FUNCTIONS: Final = Path(__file__).with_name("functions.tsv")
QUESTION: Final = "x**2*sin(x)"
STARTS: Final = 15


@dataclass(frozen=True, slots=True)
class Costs:
    """What the functions of the file cost, as ratios.

    Args:
        trace: Of each derivation without tidying, over ``sympy.diff``.
        full: Of each derivation with tidying, over ``sympy.simplify(sympy.diff(...))``.
        sizes: Of each answer, over the textbook's.
        simplified: Of what ``sympy.simplify`` makes of the derivative, over the textbook's.
    """

    trace: list[float]
    full: list[float]
    sizes: list[float]
    simplified: list[float]


def timed(work: Callable[[], T]) -> tuple[float, T]:
    """Seconds and outcome of some work, with SymPy's cache cold."""
    clear_cache()
    start = time.perf_counter()
    outcome = work()
    return time.perf_counter() - start, outcome


def derived(function: Any, x: Any, **options: Any) -> stepcalc.Derivation:
    """A derivation with everything that is worked out on demand worked out."""
    derivation = stepcalc.diff(function, x, **options)
    _ = derivation.result, derivation.steps, derivation.conditions
    return derivation


def costs(count: int | None = None) -> Costs:
    """Measure the functions of the file, or evenly chosen ones of them."""
    lines = FUNCTIONS.read_text("utf-8").splitlines()
    rows = [line.split("\t") for line in lines if not line.startswith("#")]
    found = Costs([], [], [], [])
    derived(sympy.Symbol("x") ** 2, sympy.Symbol("x"))  # the first question reads the cards
    for _, variable, text, key in rows[:: max(1, len(rows) // (count or len(rows)))]:
        x, function, textbook = sympy.Symbol(variable), stepcalc.read(text), stepcalc.read(key)
        trace, _ = timed(lambda f=function, x=x: derived(f, x, tidy=False))
        diff, plain = timed(lambda f=function, x=x: sympy.diff(f, x))
        full, derivation = timed(lambda f=function, x=x: derived(f, x))
        simplify, simple = timed(lambda f=plain: sympy.simplify(f))
        size = max(1, sympy.count_ops(textbook))
        found.trace.append(trace / diff)
        found.full.append(full / (diff + simplify))
        found.sizes.append(sympy.count_ops(derivation.result) / size)
        found.simplified.append(sympy.count_ops(simple) / size)
    return found


def start_up(runs: int = STARTS) -> float:
    """A whole run of the command over a whole run that imports SymPy; medians of runs in turn."""
    commands = ([sys.executable, "-m", "stepcalc", "diff", QUESTION], [sys.executable, "-c", "import sympy"])
    took: tuple[list[float], list[float]] = ([], [])
    for run in range(runs + 1):
        for command, times in zip(commands, took, strict=True):
            start = time.perf_counter()
            subprocess.run(command, stdout=subprocess.PIPE, check=True)
            if run:  # the first warms the disk's cache
                times.append(time.perf_counter() - start)
    return median(took[0]) / median(took[1])


# ------------------------------------------------------------------------------------------------- growth

X: Final = forms.letter("x")


def nested(depth: int) -> Form:
    """sin(sin(...(x)))."""
    form = X
    for _ in range(depth):
        form = forms.call("sin", form)
    return form


def long_sum(terms: int) -> Form:
    """sin(x) + sin(2x) + ... ."""
    return forms.add(*(forms.call("sin", forms.multiply(forms.number(k), X)) for k in range(2, terms + 2)))


def long_product(factors: int) -> Form:
    """(x + 1) (x + 2) ... ."""
    return forms.multiply(*(forms.add(X, forms.number(k)) for k in range(1, factors + 1)))


FAMILIES: Final = (
    ("sin nested", nested, (100, 200, 300)),
    ("sum of terms", long_sum, (1000, 3000, 10_000)),
    ("product of factors", long_product, (50, 100, 200)),
)


@dataclass(frozen=True, slots=True)
class Growth:
    """How one family of expressions grows.

    Args:
        name: The family.
        sizes: How many functions, terms or factors.
        seconds: To derive each and write it as JSON.
        json: Characters of the JSON.
        answer: Characters of the answer on one line.
    """

    name: str
    sizes: Sequence[int]
    seconds: Sequence[float]
    json: Sequence[int]
    answer: Sequence[int]

    def exponent(self, measured: Sequence[float]) -> float:
        """The power of the answer's length with which something grows, from the first to the last."""
        return math.log(measured[-1] / measured[0]) / math.log(self.answer[-1] / self.answer[0])


def growth(name: str, make: Callable[[int], Form], sizes: Sequence[int]) -> Growth:
    """Measure one family."""
    seconds, lengths, answers = [], [], []
    _written(make(2))  # the first question reads the cards
    for size in sizes:
        form = make(size)
        took, (derivation, text) = timed(lambda form=form: _written(form))
        seconds.append(took)
        lengths.append(len(text))
        answers.append(len(one_line(derivation.answer)))
    return Growth(name, sizes, seconds, lengths, answers)


def _written(form: Form) -> tuple[stepcalc.Derivation, str]:
    derivation = stepcalc.diff(form, X)
    return derivation, derivation.to_json()


# -------------------------------------------------------------------------------------------------- report


def main() -> None:
    """Print every figure."""
    found = costs()
    print(f"functions           {len(found.trace)}")
    for name, ratios in (
        ("trace/diff", found.trace),
        ("full/simp", found.full),
        ("tidiness", found.sizes),
        ("sympy.simplify", found.simplified),
    ):
        print(f"{name:20s}{median(ratios):.2f}   90th percentile {quantiles(ratios, n=10)[-1]:.2f}")
    print(f"start-up            {start_up():.2f}")
    print()
    print(f"{'growth':20s}{'sizes':>18s}{'seconds':>20s}{'JSON, kB':>18s}   time and JSON with the answer")
    for family in FAMILIES:
        line = growth(*family)
        print(
            f"{line.name:20s}{_listed(line.sizes, ','):>18s}{_listed(line.seconds, '.2f'):>20s}"
            f"{_listed([size / 1000 for size in line.json], ',.0f'):>18s}"
            f"   {line.exponent(line.seconds):.2f}  {line.exponent(line.json):.2f}"
        )


def _listed(values: Sequence[float], style: str) -> str:
    return "  ".join(f"{value:{style}}" for value in values)


if __name__ == "__main__":
    main()
