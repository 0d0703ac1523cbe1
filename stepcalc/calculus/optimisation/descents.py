"""A way down and what is known of it: where it ended, whether it zigzags, and what the curvature says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

from stepcalc.calculus.optimisation.numerals import decimal_form
from stepcalc.messages import say
from stepcalc.notation.forms import Form, vector
from stepcalc.numeric.descent import Path, Point, Stop
from stepcalc.rulebook.book import Rulebook, default_book
from stepcalc.trace.derivation import Derivation
from stepcalc.trace.report import Report
from stepcalc.trace.verification import Verification

TURN: Final = 0.7
ZIGZAG: Final = 0.25
"""It zigzags where at least this part of its steps turn by more than 45°, whose cosine is about 0.7."""


@dataclass(frozen=True, slots=True)
class Descent(Report):
    """A way down.

    Args:
        letters: The letters, or the names of the coordinates of a Python function.
        start: Where it begins.
        path: Gradient descent.
        rate: The rate; ``None`` for a line search.
        function: The function in machine numbers.
        derivation: The step; ``None`` for a function that is not a formula.
        hessian: The second derivatives.
        newton: Newton's method from the same start.
        guarded: Newton's method made to go down, where neither of the others ends in a minimum.
        minimum: Where the first of these ways ended that arrived at a minimum, not at a saddle point or a plateau.
        kinds: What each of these ways arrived at: ``"minimum"``, ``"saddle"``, ``"plateau"``, or empty if nowhere.
        curvatures: The eigenvalues of the Hessian where the way ends, or, if it runs away, where it begins.
        book: The rules; those that come with StepCalc if not given.
        spacing: The widest gap between neighbours of a table.
    """

    letters: tuple[Form, ...]
    start: Point
    path: Path
    rate: float | None
    function: Callable[[Point], float]
    derivation: Derivation | None = None
    hessian: Derivation | None = None
    newton: Path | None = None
    guarded: Path | None = None
    minimum: Stop | None = None
    kinds: tuple[str, ...] = ()
    curvatures: tuple[float, ...] = ()
    book: Rulebook | None = None
    spacing: float | None = None

    kind = "descent"

    @property
    def derivations(self) -> tuple[Derivation, ...]:
        """Those of the step and of the Hessian; none for a function that is not a formula."""
        return tuple(each for each in (self.derivation, self.hessian) if each is not None)

    @property
    def rulebook(self) -> Rulebook:
        """The book the rules come from."""
        return self.book or default_book()

    @property
    def stops(self) -> tuple[Stop, ...]:
        """The points of gradient descent."""
        return self.path.stops

    @property
    def point(self) -> Point:
        """Where it ended."""
        return self.path.stops[-1].point

    @property
    def converged(self) -> bool:
        """Whether the gradient is 0 there, to the tolerance or as far as doubles can tell."""
        return self.path.ending in ("arrived", "rounded")

    @property
    def limit(self) -> float | None:
        """The rate from which on it runs away, 2/λ for the largest curvature."""
        largest = max(self.curvatures, default=0.0)
        return 2 / largest if largest > 0 else None

    @property
    def zigzags(self) -> bool:
        """Whether it goes to and fro: many steps turn by more than 45°."""
        stops = self.path.stops
        turns = 0
        for before, after in pairwise(stops):
            size = before.steepness * after.steepness
            dot = sum(a * b for a, b in zip(before.slopes, after.slopes, strict=True))
            turns += size > 0 and dot < TURN * size
        return len(stops) > 4 and turns >= ZIGZAG * (len(stops) - 1)

    @property
    def failure(self) -> str:
        """That it did not arrive; with a line search that no way beside it led to a minimum either."""
        if self.converged or (self.rate is None and self.minimum is not None):
            return ""
        return say(f"descent-short-{self.path.ending}")

    @property
    def answer(self) -> Form:
        """Where it ended; if not at a minimum, the one that the ways beside it led to."""
        if self.minimum is None or self.minimum in self.path.stops:
            found = [decimal_form(part, 10) for part in self.point]
        else:
            found = [decimal_form(part, 10) for part in self.minimum.point]
        return vector(*found) if len(found) > 1 else found[0]

    @property
    def data(self) -> dict[str, Any]:
        """The ways as data."""
        return {
            "ending": self.path.ending,
            "rate": self.rate,
            "curvatures": list(self.curvatures),
            "limit": self.limit,
            "zigzags": self.zigzags,
            "rows": [_as_data(stop) for stop in self.path.stops],
            "newton": None if self.newton is None else [_as_data(stop) for stop in self.newton.stops],
            "guarded": None if self.guarded is None else [_as_data(stop) for stop in self.guarded.stops],
            "minimum": None if self.minimum is None else _as_data(self.minimum),
        }

    def verify(self, *, points: int = 8) -> Verification:
        """Check every step; there is none to check for a function that is not a formula."""
        if self.derivation is None:
            return Verification("unchecked", 0, (say("descent-no-formula"),))
        return Report.verify(self, points=points)  # a class with slots is made anew: super() would miss it

    def to_json(self) -> str:
        """The derivation with the way as JSON; the way alone for a function that is not a formula."""
        import json

        if self.derivation is None:
            return json.dumps({self.kind: self.data}, ensure_ascii=False)
        return Report.to_json(self)


def _as_data(stop: Stop) -> dict[str, Any]:
    return {
        "n": stop.n,
        "point": list(stop.point),
        "value": stop.value,
        "gradient": list(stop.slopes),
        "rate": stop.rate,
    }
