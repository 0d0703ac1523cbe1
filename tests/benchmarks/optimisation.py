"""All functions of Moré, Garbow and Hillstrom and the equality-constrained problems of Hock and Schittkowski, timed.

``python -m tests.benchmarks.optimisation`` (minutes); ``... roots 35`` or ``... constrained 77 78`` for some only.
Each line says what was found, whether all steps were checked, and the CPU seconds of finding, of checking at four
points a step and of writing the page. The last line counts what is amiss.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

import stepcalc
from stepcalc.render.reports import build_report
from tests.calculus.hock_schittkowski import PROBLEMS, Problem
from tests.calculus.more_garbow_hillstrom import Function, functions, systems

SLOW = 10.0
POINTS = 4


def _near(found: float, wanted: float, accuracy: float = 6e-6) -> bool:
    return abs(found - wanted) <= accuracy * abs(wanted) + 1e-11


def roots(numbers: set[int]) -> Iterator[tuple[str, Callable[[], Any], Callable[[Any], str]]]:
    """The systems, by Newton's method; with halved steps where whole ones do not arrive."""

    def solve(asked: Function) -> Any:
        found = stepcalc.newton(list(asked.residuals), asked.begin, asked.letters)
        return found if found.converged else stepcalc.newton(
            list(asked.residuals), asked.begin, asked.letters, damped=True
        )  # fmt: skip

    def judged(asked: Function, found: Any) -> str:
        if not found.converged:
            return f"NOT FOUND ({found.run.ending})"
        points = [point for value, point in asked.minima if value == 0 and point]
        right = not points or any(
            all(abs(a - b) <= 2e-4 * max(1e-5, abs(b)) for a, b in zip(found.root, point, strict=True))
            for point in points
        )
        how = "halved steps" if found.damped else "whole steps"
        return f"{len(found.rows)} rows, {how}" + ("" if right else ": ANOTHER ROOT")

    for asked in systems():
        if not numbers or asked.number in numbers:
            yield (
                asked.source,
                lambda asked=asked: solve(asked),
                lambda found, asked=asked: judged(asked, found),
            )


def minima(numbers: set[int]) -> Iterator[tuple[str, Callable[[], Any], Callable[[Any], str]]]:
    """The sums of squares, by descent and Newton's method beside it."""

    def solve(asked: Function) -> Any:
        if asked.number == 34:  # neither its first letter nor its last occurs
            return stepcalc.descend(asked.squares, ",".join(asked.start[1:-1]))
        return stepcalc.descend(asked.squares, asked.begin, asked.letters)

    def judged(asked: Function, found: Any) -> str:
        if found.minimum is None:
            return f"NOT FOUND {found.kinds}"
        value = found.minimum.value
        right = any(_near(value, wanted) for wanted, _ in asked.minima)
        ways = [found.path, found.newton, found.guarded]
        (way,) = [k for k, each in enumerate(ways) if each and found.minimum in each.stops][:1]
        how = ("descent", "Newton", "Newton made to go down")[way]
        return f"{value:.6g} by {how}" + ("" if right else f": PUBLISHED {asked.minima}")

    for asked in functions():
        if not numbers or asked.number in numbers:
            yield (
                asked.source,
                lambda asked=asked: solve(asked),
                lambda found, asked=asked: judged(asked, found),
            )


def constrained(numbers: set[int]) -> Iterator[tuple[str, Callable[[], Any], Callable[[Any], str]]]:
    """The problems under constraints, from the published start and without one."""

    def judged(asked: Problem, found: Any) -> str:
        match = [
            each
            for each in found.candidates
            for point in asked.solutions
            if all(
                abs(a - b) <= asked.accuracy * max(1, abs(b)) for a, b in zip(each.places, point, strict=True)
            )
        ]
        if not match:
            return f"NOT FOUND among {len(found.candidates)} points"
        right = _near(match[0].height, asked.value, 1e-6)
        how = "exact" if found.exact else f"{len(found.points)} points by numbers"
        return f"{match[0].height:.9g}, {match[0].verdict}, {how}" + ("" if right else f": NOT {asked.value}")

    for asked in PROBLEMS:
        if not numbers or asked.number in numbers:
            for start in (asked.start, None):
                name = f"{asked.source} {'from its start' if start else 'without a start'}"
                yield (
                    name,
                    lambda asked=asked, start=start: stepcalc.lagrange(
                        asked.function, asked.subject, asked.letters, start=start
                    ),
                    lambda found, asked=asked: judged(asked, found),
                )


KINDS = {"roots": roots, "minima": minima, "constrained": constrained}


def main(arguments: list[str]) -> int:
    """Print a line for each problem; the number of those that are amiss."""
    kinds = [each for each in arguments if each in KINDS] or list(KINDS)
    numbers = {int(each) for each in arguments if each.isdigit()}
    amiss = 0
    for kind in kinds:
        print(f"\n{kind}: finding, checking, writing in CPU seconds")
        for name, solve, judged in KINDS[kind](numbers):
            times = [time.process_time()]
            found = solve()
            times.append(time.process_time())
            verification = found.verify(points=POINTS)
            times.append(time.process_time())
            build_report(found)
            times.append(time.process_time())
            spent = [after - before for before, after in pairwise(times)]
            told = judged(found)
            bad = any(word in told for word in ("NOT", "ANOTHER", "PUBLISHED"))
            bad = bad or verification.status != "checked" or max(spent) > SLOW
            amiss += bad
            seconds = " ".join(f"{each:5.1f}" for each in spent)
            print(f"{'!' if bad else ' '} {seconds}  {verification.status:9} {name}: {told}", flush=True)
    print(f"\n{amiss} amiss")
    return amiss


if __name__ == "__main__":
    sys.exit(bool(main(sys.argv[1:])))
