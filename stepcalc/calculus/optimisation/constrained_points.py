"""What is known of a function's optima under constraints: the candidates, and which of them are extremes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from stepcalc.calculus.optimisation.bounded import Witness
from stepcalc.calculus.optimisation.newton import row_data
from stepcalc.messages import say
from stepcalc.notation.forms import Form, vector
from stepcalc.numeric.newton import Run
from stepcalc.trace.derivation import Derivation
from stepcalc.trace.report import Report


@dataclass(frozen=True, slots=True)
class Constrained:
    """One point where Lagrange's conditions hold, or where they need not.

    Args:
        point: Its coordinates.
        multipliers: One for each constraint; none where the constraints' gradients are dependent.
        value: The function there.
        places: The coordinates as floats.
        height: The value as a float.
        minors: The last leading minors of the bordered Hessian.
        verdict: ``"minimum"``, ``"maximum"``, ``"saddle"``, ``"undecided"``, ``"isolated"`` (the constraints
            leave no direction), or empty where there are no multipliers.
        everywhere: Whether the function is proved to be nowhere lower, or nowhere higher, at all.
    """

    point: tuple[Form, ...]
    multipliers: tuple[Form, ...]
    value: Form
    places: tuple[float, ...]
    height: float
    minors: tuple[Form, ...] = ()
    verdict: str = ""
    everywhere: bool = False


@dataclass(frozen=True, slots=True)
class Lagrange(Report):
    """Optima of a function under equality constraints.

    Args:
        derivation: The Lagrangian, the conditions, and the points.
        constraints: What is to be 0.
        equations: The constraints as they were given.
        multipliers: Their letters.
        points: Where the conditions hold.
        hessian: The derivation of the bordered Hessian.
        exceptions: Points of the constraints where their gradients are dependent.
        exceptions_known: Whether all such points were found.
        degenerate: The derivation of those points; ``None`` where they cannot be found exactly.
        bounded: Whether the constraints were seen to leave a bounded set.
        above: A point of the constraints with a larger value than all candidates, if one was found.
        below: The same with a smaller value.
        exact: Whether the points are exact; if not there may be others.
        ranked: Whether letters that are held leave no doubt which values are the largest and the smallest.
        run: Newton's iteration from a start, where one was given.
        others: Further derivations: of the Jacobian of the conditions, where they were solved by numbers.
    """

    derivation: Derivation
    constraints: tuple[Form, ...]
    equations: tuple[Form | None, ...]
    multipliers: tuple[Form, ...]
    points: tuple[Constrained, ...]
    hessian: Derivation
    exceptions: tuple[Constrained, ...] = ()
    exceptions_known: bool = True
    degenerate: Derivation | None = None
    bounded: bool = False
    above: Witness | None = None
    below: Witness | None = None
    exact: bool = True
    ranked: bool = True
    run: Run | None = None
    others: tuple[Derivation, ...] = ()

    kind = "lagrange"

    @property
    def derivations(self) -> tuple[Derivation, ...]:
        """Those of the conditions, of the bordered Hessian, and of the exceptions."""
        more = () if self.degenerate is None else (self.degenerate,)
        return (self.derivation, self.hessian, *more, *self.others)

    @property
    def letters(self) -> tuple[Form, ...]:
        """The letters that vary."""
        return self.derivation.question.letters

    @property
    def function(self) -> Form:
        """The function."""
        return self.derivation.question.form

    @property
    def candidates(self) -> tuple[Constrained, ...]:
        """All points that can be extremes."""
        return (*self.points, *self.exceptions)

    @property
    def largest(self) -> Constrained | None:
        """Where the function is largest on the constraints; ``None`` where no such point is known."""
        return self._extreme("maximum", 1, self.above)

    @property
    def smallest(self) -> Constrained | None:
        """Where the function is smallest on the constraints; ``None`` where no such point is known."""
        return self._extreme("minimum", -1, self.below)

    def _extreme(self, verdict: str, sign: int, beyond: Witness | None) -> Constrained | None:
        best = next((each for each in self.points if each.everywhere and each.verdict == verdict), None)
        settled = self.bounded and self.exact and self.exceptions_known and self.ranked
        if best or not self.candidates or beyond is not None or not settled:
            return best
        return max(self.candidates, key=lambda each: sign * each.height)

    @property
    def failure(self) -> str:
        """That there is no candidate."""
        return "" if self.candidates else say("lagrange-none")

    @property
    def answer(self) -> Form:
        """The points as a vector of vectors."""
        return vector(*(vector(*each.point) for each in self.candidates))

    @property
    def data(self) -> dict[str, Any]:
        """The points with multipliers, values and verdicts."""
        return {
            "exact": self.exact,
            "bounded": self.bounded,
            "points": [_as_data(each) for each in self.points],
            "exceptions": [_as_data(each) for each in self.exceptions],
            "largest": None if self.largest is None else _as_data(self.largest),
            "smallest": None if self.smallest is None else _as_data(self.smallest),
            "rows": [] if self.run is None else [row_data(row) for row in self.run.rows],
        }


def _as_data(found: Constrained) -> dict[str, Any]:
    from stepcalc.notation.unicode import one_line

    return {
        "point": [one_line(part) for part in found.point],
        "multipliers": [one_line(part) for part in found.multipliers],
        "value": one_line(found.value),
        "places": list(found.places),
        "height": found.height,
        "minors": [one_line(part) for part in found.minors],
        "verdict": found.verdict,
    }
