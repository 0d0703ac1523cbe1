"""A function in machine numbers, with its gradient and its Hessian as the steps found them."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any, Final

from stepcalc.notation.forms import ZERO, Form, entries_of
from stepcalc.notation.operators import rows_of
from stepcalc.numeric.descent import ROUNDED, Path, Point, bowl_step, is_bowl
from stepcalc.trace.derivation import Derivation

PLATEAU: Final = 0.02
"""Where Newton's step is longer than this part of the start's size, a level place is a plateau, no lowest point."""


class Machine:
    """The function, its gradient and its Hessian, as the steps found them, in machine numbers.

    Args:
        derivation: That of the step, whose first goal is the gradient.
        hessian: That of the second derivatives.
    """

    def __init__(self, derivation: Derivation, hessian: Derivation) -> None:
        from stepcalc.numeric.compiled import Compiled

        question = derivation.question
        self.derivation = derivation
        self.hessian = hessian
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
        last = path.stops[-1]
        if path.ending != "stalled":
            return path
        bend = self.bends(last.point)
        step, promised = bowl_step(last.slopes, bend)
        level = step is not None and promised <= 100 * ROUNDED * abs(last.value) and is_bowl(bend)
        return replace(path, ending="rounded") if level else path

    def kind(self, path: Path) -> str:
        """What a way has arrived at: ``"minimum"``, ``"saddle"``, ``"plateau"``, or empty if it has not."""
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
