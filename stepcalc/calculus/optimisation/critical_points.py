"""What is known of a function's critical points: each with its kind, and those of a region's boundary."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from stepcalc.calculus.optimisation.region import Box
from stepcalc.calculus.optimisation.sections import Section
from stepcalc.messages import say
from stepcalc.notation.forms import Form, vector
from stepcalc.rulebook.equations.algebra import is_rounded
from stepcalc.trace.derivation import Derivation
from stepcalc.trace.report import Report


@dataclass(frozen=True, slots=True)
class CriticalPoint:
    """One point.

    Args:
        point: Its coordinates, exact or as decimals; with integers in them, it is a family of points.
        value: The function there.
        places: The coordinates as floats; of a family those of its first point, k = 0.
        height: The value there as a float.
        verdict: ``"minimum"``, ``"maximum"``, ``"saddle"`` (for one letter: neither), ``"constant"`` (the
            function is so everywhere), or ``"undecided"``; empty for a point on a boundary, where only values
            count.
        how: What decided: ``"second"``, ``"higher"``, ``"everywhere"`` (the function is nowhere below, or
            above), ``"beside"`` (values beside a corner of the graph), ``"curve"`` (the eigenvalues across a
            curve of points), ``"constant"``; empty where nothing did.
        minors: The leading minors of the Hessian.
        eigenvalues: The Hessian's eigenvalues, by numbers.
        where: ``"inside"``, ``"edge"`` or ``"corner"``.
        sections: Lines and curves through the point along which the function was followed.
        counters: The integers of a family.
    """

    point: tuple[Form, ...]
    value: Form
    places: tuple[float, ...]
    height: float
    verdict: str = ""
    how: str = ""
    minors: tuple[Form, ...] = ()
    eigenvalues: tuple[float, ...] = ()
    where: str = "inside"
    sections: tuple[Section, ...] = ()
    counters: tuple[Form, ...] = ()

    @property
    def rounded(self) -> bool:
        """Whether coordinates are decimals that were rounded."""
        return any(map(is_rounded, self.point))


@dataclass(frozen=True, slots=True)
class Critical(Report):
    """The critical points of a function.

    Args:
        derivation: The gradient, and the points where it is 0; the gradient alone where they were found by
            numbers.
        hessian: The derivation of the Hessian.
        points: The points inside, in the order of their coordinates.
        exact: Whether all points are exact.
        box: The region, if there is one.
        boundary: The candidates on its boundary.
        edges: The derivations of the critical points on the edges.
        outside: How many critical points lie outside the region.
        complete: Whether these are all points; if not there may be others.
    """

    derivation: Derivation
    hessian: Derivation
    points: tuple[CriticalPoint, ...]
    exact: bool = True
    box: Box | None = None
    boundary: tuple[CriticalPoint, ...] = ()
    edges: tuple[Derivation, ...] = ()
    outside: int = 0
    complete: bool = True

    kind = "critical"

    @property
    def derivations(self) -> tuple[Derivation, ...]:
        """Those of the gradient, of the Hessian, of edges and of sections."""
        sections = (section.derivation for point in self.points for section in point.sections)
        return (self.derivation, self.hessian, *self.edges, *sections)

    @property
    def letters(self) -> tuple[Form, ...]:
        """The letters that vary."""
        return self.derivation.question.letters

    @property
    def function(self) -> Form:
        """The function."""
        return self.derivation.question.form

    def _extreme(self, sign: int) -> CriticalPoint | None:
        if self.box is None:
            return None
        candidates = (*self.points, *self.boundary)
        return max(candidates, key=lambda each: sign * each.height) if candidates else None

    @property
    def largest(self) -> CriticalPoint | None:
        """The point of the region where the function is largest; ``None`` without a region."""
        return self._extreme(1)

    @property
    def smallest(self) -> CriticalPoint | None:
        """The point of the region where the function is smallest; ``None`` without a region."""
        return self._extreme(-1)

    @property
    def unseen(self) -> bool:
        """Whether there may be extremes where a function of several letters has no derivatives."""
        return len(self.letters) > 1 and bool(self.derivation.conditions)

    @property
    def failure(self) -> str:
        """That there is no critical point."""
        return "" if self.points or self.boundary else say("critical-none")

    @property
    def answer(self) -> Form:
        """The points as a vector of vectors, of a function of one letter as a vector."""
        found = [each.point for each in self.points]
        return vector(*(vector(*point) if len(point) > 1 else point[0] for point in found))

    @property
    def data(self) -> dict[str, Any]:
        """The points with their values and verdicts."""
        return {
            "exact": self.exact,
            "complete": self.complete,
            "points": [_as_data(each) for each in self.points],
            "boundary": [_as_data(each) for each in self.boundary],
            "largest": None if self.largest is None else _as_data(self.largest),
            "smallest": None if self.smallest is None else _as_data(self.smallest),
            "outside": self.outside,
        }


def _as_data(found: CriticalPoint) -> dict[str, Any]:
    from stepcalc.notation.unicode import one_line

    return {
        "point": [one_line(each) for each in found.point],
        "value": one_line(found.value),
        "places": list(found.places),
        "height": found.height,
        "verdict": found.verdict,
        "how": found.how,
        "minors": [one_line(each) for each in found.minors],
        "eigenvalues": list(found.eigenvalues),
        "where": found.where,
        "family": [item.name for item in found.counters],
    }
