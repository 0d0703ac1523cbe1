"""What the Hessian says of a point: its leading minors and the signs of its eigenvalues."""

from __future__ import annotations

from fractions import Fraction
from typing import Any, Final

from stepcalc.calculus.definiteness import definiteness
from stepcalc.calculus.exact_values import value_at
from stepcalc.calculus.optimisation.families import value_on
from stepcalc.calculus.optimisation.numerals import decimal_form, shorter
from stepcalc.calculus.optimisation.region import trials
from stepcalc.notation.forms import ZERO, Form, entries_of, letters_of, matrix, number, rebuild
from stepcalc.rulebook.equations.algebra import counters_of
from stepcalc.trace.derivation import Derivation

FLAT: Final = 1e-9
"""A computed eigenvalue that is smaller than this part of the largest may be 0."""

TINY: Final = 1e-12
"""A minor that is smaller than this at a rounded point is 0."""

VERDICTS: Final = {"positive": "minimum", "negative": "maximum", "indefinite": "saddle"}


def seconds_of(hessian: Derivation) -> list[list[Form]]:
    """The second derivatives, row by row."""
    letters = tuple(dict.fromkeys(hessian.question.letters))
    if hessian.answer.head != "matrix" or len(letters) == 1:
        return [[hessian.answer]]
    entries = entries_of(hessian.answer)
    return [
        [entries.get((row, column), ZERO) for column in range(len(letters))] for row in range(len(letters))
    ]


class Curvature:
    """The Hessian at a point.

    Args:
        hessian: Its derivation.
        row: The point.
        exact: Whether the point is exact.
    """

    def __init__(self, hessian: Derivation, row: tuple[Form, ...], *, exact: bool) -> None:
        import numpy as np

        self.letters = tuple(dict.fromkeys(hessian.question.letters))
        self.hessian = hessian
        self.row = row
        self.exact = exact
        self.minors: tuple[Form, ...] = ()
        self.eigenvalues: tuple[float, ...] = ()
        self.verdict = ""
        self.missing = False
        """Whether there are no second derivatives there."""
        self._entries = seconds_of(hessian)
        self._whole = self._numeric()
        if self._whole is None:
            self.missing = True
            return
        self.eigenvalues = tuple(np.linalg.eigvalsh(self._whole))
        self.verdict = self._exactly() if exact else self._roughly()

    def _numeric(self) -> Any:
        """The Hessian in floats; ``None`` where it has no value."""
        import numpy as np

        from stepcalc.numeric.evaluate import compile_forms

        point = dict(zip(self.letters, self.row, strict=True))
        flat = [rebuild(each, point) for row in self._entries for each in row]
        needed = [
            rebuild(condition.relation, point) for step in self.hessian.steps for condition in step.conditions
        ]
        program = compile_forms([*flat, *needed], self.hessian.rulebook.definitions)
        count = len(self.letters)
        for given in trials(program.letters):
            found = program.at(given)
            if None not in found[: len(flat)] and False not in found[len(flat) :]:
                return np.array([float(each) for each in found[: len(flat)]]).reshape(count, count)
        return None

    def _exactly(self) -> str:
        import sympy

        from stepcalc.notation.values import form_of, value

        point = dict(zip(self.letters, self.row, strict=True))
        entries = self._entries
        if counters_of(*self.row):
            values = [[value_on(each, self.letters, self.row) for each in row] for row in entries]
            if any(each is None for row in values for each in row):
                return self._roughly()
            whole = sympy.Matrix(values)
        else:
            whole = sympy.Matrix(value_at(matrix(entries), point, self.hessian.rulebook))
        letters = {
            each: sympy.Dummy(str(each), positive=True) for each in whole.free_symbols if not each.is_integer
        }
        for item in self.letters:
            letters.pop(value(item), None)
        back = {dummy: name for name, dummy in letters.items()}
        whole = whole.xreplace(letters).applyfunc(lambda each: sympy.expand(each))
        minors = [shorter(whole[:size, :size].det()) for size in range(1, len(self.letters) + 1)]
        self.minors = tuple(form_of(each.xreplace(back)) for each in minors)
        return VERDICTS.get(definiteness(minors, whole), "")

    def _roughly(self) -> str:
        import numpy as np

        sizes = np.array(self.eigenvalues)
        least = FLAT * max(1.0, float(np.max(np.abs(sizes))))
        self.minors = tuple(decimal_form(0 if abs(each) < TINY else each, 6) for each in self._minors())
        if np.all(sizes > least):
            return "minimum"
        if np.all(sizes < -least):
            return "maximum"
        return "saddle" if np.any(sizes > least) and np.any(sizes < -least) else ""

    def _minors(self) -> list[float]:
        import numpy as np

        return [float(np.linalg.det(self._whole[:size, :size])) for size in range(1, len(self.letters) + 1)]


ALONG: Final = (0.4, -0.3, 0.07, 1.3, -1.7, 2.6)
"""Numbers for letters that may have any value: points of a curve at which the Hessian is looked at."""


def along_curve(hessian: Derivation, row: tuple[Form, ...]) -> str:
    """What kind the points of a curve or surface of critical points are; empty where it is not decided.

    Along the curve the function does not change. If across it all eigenvalues have one sign, none of them 0, the
    points are lowest or highest, beside the others of the curve (the Morse-Bott lemma); if there are both signs,
    they are saddle points. It is looked at several points.
    """
    letters = tuple(dict.fromkeys(hessian.question.letters))
    free = sorted(letters_of(*row) & set(letters), key=lambda item: item.name)
    told = set()
    for place in range(len(ALONG)):
        change = {item: number(Fraction(str(ALONG[(place + k) % len(ALONG)]))) for k, item in enumerate(free)}
        bend = Curvature(hessian, tuple(rebuild(part, change) for part in row), exact=False)
        if bend.missing:
            continue
        sizes = bend.eigenvalues
        least = FLAT * max(1.0, *(abs(size) for size in sizes))
        signs = [0 if abs(size) <= least else 1 if size > 0 else -1 for size in sizes]
        if 1 in signs and -1 in signs:
            told.add("saddle")
        elif signs.count(0) == len(free):
            told.add("minimum" if 1 in signs else "maximum")
        else:
            told.add("")
    return told.pop() if len(told) == 1 else ""
