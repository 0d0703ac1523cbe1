"""Gradient descent beside Newton's method: the step derived, the way down, and why it zigzags or runs away."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, Final

from stepcalc.calculus.letters import letters_given
from stepcalc.calculus.optimisation.asking import (
    functions_of,
    letters_of_question,
    need_numpy,
    numbers,
    point_of,
    refuse_held,
)
from stepcalc.calculus.optimisation.numerals import decimal_form
from stepcalc.calculus.working import Working
from stepcalc.errors import UsageError
from stepcalc.messages import say
from stepcalc.notation.forms import ZERO, Form, call, entries_of, letter, number, rational, vector
from stepcalc.numeric.descent import Path, Point, Stop, central_slopes
from stepcalc.rulebook.book import Rulebook, default_book
from stepcalc.trace.derivation import Derivation, Question
from stepcalc.trace.report import Report
from stepcalc.trace.verification import Verification

MOST_STEPS: Final = 1000
MOST_ASKED: Final = 100_000
MOST_LETTERS: Final = 20
NEWTON_STEPS: Final = 50
GUARDED_STEPS: Final = 300
PLATEAU: Final = 0.02
"""Where Newton's step is longer than this part of the start's size, a level place is a plateau, no lowest point."""

TOLERANCE: Final = 1e-8
LOOSE: Final = 1e-5
"""Gradients by differences have fewer right digits."""

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
        derivation: The step; ``None`` for a function that is not a formula.
        hessian: The second derivatives.
        newton: Newton's method from the same start.
        guarded: Newton's method made to go down, where neither of the others ends in a minimum.
        minimum: Where the first of these ways ended that arrived at a minimum, not at a saddle point or a plateau.
        kinds: What each of these ways arrived at: ``"minimum"``, ``"saddle"``, ``"plateau"``, or empty if nowhere.
        curvatures: The eigenvalues of the Hessian where the way ends, or, if it runs away, where it begins.
        beside: By how much gradients by differences and by half their width differ, where there is no formula.
        function: The function in machine numbers.
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


def descend(
    expression: Any,
    start: Any = None,
    letters: Any = (),
    *more: Any,
    rate: float | None = None,
    steps: int = MOST_STEPS,
    tolerance: float | None = None,
    form: str = "textbook",
    prefer: Sequence[str] = (),
    rulebook: Rulebook | None = None,
    declared: Collection[str] = (),
    functions: Collection[str] = (),
) -> Descent:
    """Look for a minimum by gradient descent, with Newton's method beside it.

    Args:
        expression: The function: text, a SymPy expression, a Python function of as many numbers as ``start``
            has, or a table of one letter: pairs (x, f), or a mapping of two columns.
        start: Where to begin: as many numbers as there are letters.
        letters: The letters; those of the expression by name, if not given. In a sequence, one by
            one, or in one text, as for ``gradient``.
        more: Further letters, where they are given one by one.
        rate: The rate, the same for all steps; a line search if not given.
        steps: How many steps at most.
        tolerance: It has arrived where the gradient is shorter than this; 1e-8, or 1e-5 by differences.
        form: The form of derivatives, as for ``diff``.
        prefer: The laws to choose where teachers differ, as for ``diff``.
        rulebook: The rules.
        declared: Names to be read as one letter in a text.
        functions: Names of undefined functions in a text.

    Returns:
        The step with its derivation, the way down, Newton's way, and the curvatures that explain them.

    Raises:
        ReadError: A text cannot be read.
        UsageError: There is no start, or the function has no value there.

    Examples:
        >>> found = descend("x^2 + 10y^2", "10,1", rate=0.09)
        >>> found.converged, len(found.newton.stops), found.limit
        (True, 2, 0.1)
        >>> descend("x^2 + 10y^2", "10,1", rate=0.11).path.ending
        'diverged'
        >>> [round(part, 4) for part in descend(lambda x, y: (x - 1)**2 + y**2, (0, 1)).point]
        [1.0, 0.0]
    """
    from stepcalc.numeric import descent

    need_numpy("what-descend")
    _check(rate, steps)
    book = rulebook or default_book()
    if callable(expression) or _is_table(expression):
        _need_start(start, len(letters_given(letters, *more)) or 2)
        return _without_formula(
            expression, start, letters_given(letters, *more), rate, steps, tolerance, book
        )
    asked = functions_of(expression, book, declared, functions)
    if len(asked.forms) != 1 or asked.equations[0] is not None:
        raise UsageError(say("critical-one-function"), code="critical-one-function")
    (subject,) = asked.forms
    varying = letters_of_question(letters_given(letters, *more), asked.forms)
    _need_start(start, len(varying))
    if len(varying) > MOST_LETTERS:
        raise UsageError(say("critical-many", most=MOST_LETTERS), code="critical-many")
    refuse_held(asked.forms, varying)
    begin = tuple(float(part) for part in numbers(point_of(start, varying, book, "--from"), book))
    working = Working(book, tuple(prefer), form)
    taken = letter("eta") if rate is None else _as_typed(rate)
    step = working.solve(call("descent_step", subject, taken, *varying))
    derivation = working.finished(Question("descent", subject, varying, (), asked.text), [step], step.result)
    bend = working.solve(call("hessian", subject, *varying))
    hessian = working.finished(Question("hessian", subject, varying), [bend], bend.result)
    machine = _Machine(derivation, hessian)
    if not math.isfinite(machine.value(begin)):
        raise UsageError(say("newton-start-outside"), code="newton-start-outside")
    close = TOLERANCE if tolerance is None else tolerance
    path = descent.descend(machine.value, machine.slopes, begin, rate=rate, most=steps, tolerance=close)
    beside = descent.newton(
        machine.value, machine.slopes, machine.bends, begin, most=NEWTON_STEPS, tolerance=close
    )
    path, guarded = machine.judged(path), None
    arrived = next((way for way in (path, beside) if machine.kind(way) == "minimum"), None)
    if arrived is None:
        guarded = descent.guarded(
            machine.value, machine.slopes, machine.bends, begin, most=GUARDED_STEPS, tolerance=close
        )
        arrived = guarded if machine.kind(guarded) == "minimum" else None
    kinds = tuple(machine.kind(way) for way in (path, beside, guarded) if way is not None)
    where = begin if path.ending in ("diverged", "outside") else path.stops[-1].point
    return Descent(
        varying,
        begin,
        path,
        rate,
        machine.value,
        derivation,
        hessian,
        beside,
        guarded,
        None if arrived is None else arrived.stops[-1],
        kinds,
        machine.curvatures(where),
        book,
    )


def _need_start(start: Any, count: int) -> None:
    if start is None:
        example = ",".join("1" for _ in range(count))
        raise UsageError(say("descent-needs-start", example=example), code="descent-needs-start")


def _check(rate: float | None, steps: int) -> None:
    if rate is not None and not 0 < rate < math.inf:
        raise UsageError(say("rate-positive"), code="rate-positive")
    if isinstance(steps, bool) or not 1 <= steps <= MOST_ASKED:
        raise UsageError(say("steps-range", most=MOST_ASKED), code="steps-range")


def _as_typed(rate: float) -> Form:
    """A rate as the decimal that was typed."""
    from fractions import Fraction

    exact = Fraction(repr(float(rate)))
    return number(exact) if exact.denominator == 1 or len(repr(rate)) < 20 else rational(exact)


class _Machine:
    """The function, its gradient and its Hessian, as the steps found them, in machine numbers."""

    def __init__(self, derivation: Derivation, hessian: Derivation) -> None:
        from stepcalc.notation.operators import rows_of
        from stepcalc.numeric.compiled import Compiled

        question = derivation.question
        self.letters = question.letters
        count = len(self.letters)
        (gradient,) = derivation.stages[0].substeps
        slopes = [slope for (slope,) in rows_of(gradient.result)]
        entries = entries_of(hessian.answer)
        bends = [entries.get((row, column), ZERO) for row in range(count) for column in range(count)]
        definitions = derivation.rulebook.definitions

        def bound(forms: list[Form]) -> Any:
            return Compiled(forms, self.letters, definitions).bind({}, self.letters)

        self._value, self._slopes, self._bends = bound([question.form]), bound(slopes), bound(bends)

    def value(self, point: Point) -> float:
        """The function."""
        return float(self._run(self._value, point)[0])

    def slopes(self, point: Point) -> Point:
        """The gradient."""
        return tuple(float(part) for part in self._run(self._slopes, point))

    def bends(self, point: Point) -> Any:
        """The Hessian."""
        import numpy as np

        found = [float(part) for part in self._run(self._bends, point)]
        return np.array(found).reshape(len(self.letters), -1)

    def _run(self, compiled: Any, point: Point) -> Any:
        import numpy as np

        with np.errstate(all="ignore"):
            return compiled([np.float64(part) for part in point])

    def judged(self, path: Path) -> Path:
        """A way that no step leads on from: it has arrived if what is left of the gradient is rounding."""
        from stepcalc.numeric.descent import ROUNDED, bowl_step, is_bowl

        last = path.stops[-1]
        if path.ending != "stalled":
            return path
        bend = self.bends(last.point)
        step, promised = bowl_step(last.slopes, bend)
        level = step is not None and promised <= 100 * ROUNDED * abs(last.value) and is_bowl(bend)
        return replace(path, ending="rounded") if level else path

    def kind(self, path: Path) -> str:
        """What a way has arrived at: ``"minimum"``, ``"saddle"``, ``"plateau"``, or empty if it has not."""
        from stepcalc.numeric.descent import bowl_step, is_bowl

        if path.ending not in ("arrived", "rounded"):
            return ""
        last = path.stops[-1]
        bend = self.bends(last.point)
        step, _ = bowl_step(last.slopes, bend)
        if (
            step is None
            or not bend.any()
            or math.hypot(*step) > PLATEAU * (1 + math.hypot(*path.stops[0].point))
        ):
            return "plateau"
        return "minimum" if is_bowl(bend) else "saddle"

    def curvatures(self, point: Point) -> tuple[float, ...]:
        """The eigenvalues of the Hessian, the smallest first."""
        import numpy as np

        found = self.bends(point)
        return tuple(map(float, np.linalg.eigvalsh(found))) if np.all(np.isfinite(found)) else ()


# ---------------------------------------------------------------------------------------- without a formula


def _is_table(given: Any) -> bool:
    if isinstance(given, Mapping):
        return True
    return (
        isinstance(given, list | tuple)
        and bool(given)
        and all(
            isinstance(pair, list | tuple)
            and len(pair) == 2
            and all(isinstance(each, int | float) for each in pair)
            for pair in given
        )
    )


def _without_formula(
    given: Any,
    start: Any,
    letters: tuple[Form, ...],
    rate: float | None,
    steps: int,
    tolerance: float | None,
    book: Rulebook,
) -> Descent:
    """Descent of a Python function or a table, whose slopes are differences."""
    from stepcalc.numeric import descent

    spacing: float | None = None
    if callable(given):
        count = len(start) if hasattr(start, "__len__") and not isinstance(start, str) else _count(start)
        function = _guarded(given)
        slopes = central_slopes(function)
    else:
        function, slopes, spacing = _from_table(given)
        count = 1
    names = letters or _names(count)
    begin = tuple(float(part) for part in numbers(point_of(start, names, book, "--from"), book))
    if not math.isfinite(function(begin)):
        raise UsageError(say("newton-start-outside"), code="newton-start-outside")
    close = LOOSE if tolerance is None else tolerance
    path = descent.descend(function, slopes, begin, rate=rate, most=steps, tolerance=close)
    return Descent(names, begin, path, rate, function, book=book, spacing=spacing)


def _count(start: Any) -> int:
    return len(start.split(",")) if isinstance(start, str) else 1


def _names(count: int) -> tuple[Form, ...]:
    if count <= 3:
        return tuple(letter(name) for name in "xyz"[:count])
    return tuple(letter(f"x_{place + 1}") for place in range(count))


def _guarded(given: Callable[..., Any]) -> Callable[[Point], float]:
    """A Python function; where it has no value it is not a number."""

    def function(point: Point) -> float:
        try:
            return float(given(*point))
        except (ValueError, ZeroDivisionError, OverflowError):
            return math.nan

    return function


def _from_table(given: Any) -> tuple[Callable[[Point], float], Callable[[Point], Point], float]:
    """A table as a function between its points, its slopes by differences of neighbours, and its spacing."""
    import numpy as np

    columns = list(given.values()) if isinstance(given, Mapping) else list(zip(*given, strict=True))
    if len(columns) != 2:
        raise UsageError(say("table-two-columns"), code="table-two-columns")
    x, f = (np.asarray(list(column), dtype=float) for column in columns)
    order = np.argsort(x)
    x, f = x[order], f[order]
    if len(x) < 3 or np.any(np.diff(x) <= 0) or not np.all(np.isfinite([x, f])):
        raise UsageError(say("table-points"), code="table-points")
    slopes = np.gradient(f, x)

    def function(point: Point) -> float:
        return float(np.interp(point[0], x, f)) if x[0] <= point[0] <= x[-1] else math.nan

    def slope(point: Point) -> Point:
        return (float(np.interp(point[0], x, slopes)),)

    return function, slope, float(np.max(np.diff(x)))
