"""Problems made by topic and level: how many there are, how alike they are, and what they cost.

    python -m tests.benchmarks.sheets [--topics product,chain] [--count 200] [--sheet 2000] [--timed 500]

each topic and level  ``--count`` problems: distinct answers, all verified anew, level measured anew
one sheet             ``--sheet`` problems over all topics and levels: pairs that are the same up to renaming
versions              sheets A, B and C: how far the scores of parallel problems are apart
speed                 making ``--timed`` problems (proposing, deriving, tidying, verifying; refused ones, too) over
                      ``sympy.simplify(sympy.diff(...))`` of the same functions, in turn, in processor seconds
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import cycle
from statistics import median

import sympy
from sympy.core.cache import clear_cache

import stepcalc
from stepcalc.errors import UsageError
from stepcalc.sheets.distinct import Distinct
from stepcalc.sheets.generate import generate, parallel
from stepcalc.sheets.level import measure_level
from stepcalc.sheets.problem import Problem
from stepcalc.sheets.topics import TOPICS

SEED = 1


def pairs(topics: Sequence[str]) -> Iterator[tuple[str, int]]:
    """Every topic with each of its levels."""
    yield from ((name, level) for name in topics for level in TOPICS[name].levels)


def by_level(topics: Sequence[str], count: int) -> None:
    """Make problems of each topic and level, and check them anew."""
    for name, level in pairs(topics):
        start = time.process_time()
        problems = most(name, level, count)
        short = "  FEWER THAN ASKED FOR" if len(problems) < count else ""
        took = time.process_time() - start
        fresh = [problem.ask.derive() for problem in problems]
        answers = {str(derivation.result) for derivation in fresh}
        verified = sum(map(bool, (derivation.verify() for derivation in fresh)))
        agreeing = sum(measure_level(derivation) == level for derivation in fresh)
        print(
            f"{name:16s}{level}  {len(problems):4d} problems  {len(answers):4d} answers  {verified:4d} verified"
            f"  {agreeing:4d} of the level  {1000 * took / max(1, len(problems)):5.0f} ms each{short}",
            flush=True,
        )


def most(name: str, level: int, count: int) -> list[Problem]:
    """As many problems as there are, up to a count."""
    found: list[Problem] = []
    with suppress(UsageError):
        found.extend(generate(name, level, count, SEED))
    return found


def sheet(topics: Sequence[str], count: int) -> list[Problem]:
    """One long sheet over all topics and levels, no two problems alike."""
    places = list(pairs(topics))
    taken = Distinct()
    each, more = divmod(count, len(places))
    problems = [
        problem
        for place, (name, level) in enumerate(places)
        for problem in generate(name, level, each + (place < more), SEED + 1, taken=taken)
    ]
    print(
        f"one sheet       {len(problems)} problems, {len({problem.marks[0] for problem in problems})} distinct"
    )
    return problems


def versions(problems: Sequence[Problem]) -> None:
    """Sheets B and C beside sheet A."""
    taken = Distinct(problems)
    for version, letter in ((1, "B"), (2, "C")):
        others = list(parallel(problems, SEED, version=version, taken=taken))
        apart = [abs(a.score - b.score) / a.score for a, b in zip(problems, others, strict=True)]
        same = sum(a.recipe == b.recipe for a, b in zip(problems, others, strict=True))
        total = sum(b.score for b in others) / sum(a.score for a in problems)
        print(
            f"version {letter}       {len(others)} problems, {same} of the same structure, scores apart by"
            f" {median(apart):.1%} (median), {max(apart):.1%} (most); the whole sheet by {abs(total - 1):.2%}"
        )


def speed(count: int) -> None:
    """What making problems costs, beside SymPy's derivative simplified."""
    names = [name for name in TOPICS if TOPICS[name].kind == "diff"]
    places = list(pairs(names))
    for name, level in places:  # the first questions read the cards
        next(generate(name, level, 1, SEED))
    x = sympy.Symbol("x")
    ours = plain = 0.0
    taken = Distinct()
    for number, (name, level) in zip(range(count), cycle(places), strict=False):
        clear_cache()
        start = time.process_time()
        problem = next(generate(name, level, 1, SEED + 2, taken=taken, start=number))
        ours += time.process_time() - start
        function, order = stepcalc.read(problem.question), problem.ask.order or 1
        clear_cache()
        start = time.process_time()
        sympy.simplify(sympy.diff(function, x, order))
        plain += time.process_time() - start
    print(
        f"speed           {count} problems {ours:.1f} s, sympy.simplify(sympy.diff()) {plain:.1f} s:"
        f" ratio {ours / plain:.2f}"
    )


def main() -> None:
    """Print every figure."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--topics", default=",".join(TOPICS))
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--sheet", type=int, default=2000)
    parser.add_argument("--timed", type=int, default=500)
    given = parser.parse_args()
    topics = given.topics.split(",")
    if given.count:
        by_level(topics, given.count)
    if given.sheet:
        versions(sheet(topics, given.sheet)[:300])
    if given.timed:
        speed(given.timed)


if __name__ == "__main__":
    main()
