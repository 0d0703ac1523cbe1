"""The boundary of a region: the points on its edges where a function may be largest or smallest, and its corners."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import combinations, product

from stepcalc.calculus.letters import free_letters
from stepcalc.calculus.optimisation.critical_points import CriticalPoint
from stepcalc.calculus.optimisation.family_parts import one_by_one
from stepcalc.calculus.optimisation.heights import height_at
from stepcalc.calculus.optimisation.region import Box, ends_of, is_inside, places_of
from stepcalc.calculus.optimisation.stationary import stationary
from stepcalc.calculus.working import Working
from stepcalc.errors import UsageError
from stepcalc.messages import say
from stepcalc.notation.forms import Form, rebuild
from stepcalc.trace.derivation import Derivation, Question


@dataclass(slots=True)
class Boundary:
    """The search on the boundary of a region.

    Args:
        working: The work on the question.
        question: The function and its letters.
        box: The region.
        exact: Whether all points so far are exact; no longer once points of an edge are not.
        derivations: Those of the points on the edges.
    """

    working: Working
    question: Question
    box: Box
    exact: bool
    derivations: list[Derivation] = field(default_factory=list)

    def candidates(self) -> Iterator[CriticalPoint]:
        """The candidates on every edge, then the corners.

        Raises:
            UsageError: The function has no value at a corner.
        """
        letters = self.question.letters
        for count in range(1, len(letters)):
            for fixed in combinations(range(len(letters)), count):
                for ends in product((0, 1), repeat=count):
                    at = {letters[k]: self.box[k][end] for k, end in zip(fixed, ends, strict=True)}
                    yield from self._edge(at)
        for ends in product((0, 1), repeat=len(letters)):
            corner = tuple(self.box[k][end] for k, end in enumerate(ends))
            found = self._candidate(corner, "corner")
            if found is None:
                raise UsageError(say("box-no-value"), code="box-no-value")
            yield found

    def _edge(self, at: dict[Form, Form]) -> Iterator[CriticalPoint]:
        """The critical points of the function with some letters at their ends."""
        letters, definitions = self.question.letters, self.working.book.definitions
        subject = _simplified(rebuild(self.question.form, at))
        own = tuple(item for item in letters if item not in at and item in free_letters(subject))
        if not own:
            return  # the same value all along: that of the corners
        box = tuple(pair for item, pair in zip(letters, self.box, strict=True) if item in own)
        edge = Question("critical", subject, own, self.question.held)
        derivation, rows, exact = stationary(self.working, edge, box)
        self.derivations.append(derivation)
        self.exact = self.exact and exact
        ends = ends_of(box, self.working.book)
        for row in one_by_one(subject, own, rows, ends, definitions):
            if is_inside(row, own, ends, definitions):
                whole = {**at, **dict(zip(own, row, strict=True))}
                point = tuple(whole.get(item, pair[0]) for item, pair in zip(letters, self.box, strict=True))
                found = self._candidate(point, "edge")
                if found is not None:
                    yield found

    def _candidate(self, point: tuple[Form, ...], where: str) -> CriticalPoint | None:
        known = height_at(
            self.question.form, self.question.letters, point, self.working.book, exact=self.exact
        )
        if known is None:
            return None
        return CriticalPoint(
            point, known[0], places_of(point, self.working.book.definitions), known[1], where=where
        )


def _simplified(form: Form) -> Form:
    """A form with numbers put in, as SymPy writes it."""
    from stepcalc.notation.values import form_of, value

    return form_of(value(form))
