"""Tests of solved equations by numbers, which know nothing of how they were solved."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Any, Final

from stepcalc.notation.forms import Form, letters_of, subtract
from stepcalc.notation.operators import rows_of
from stepcalc.rulebook.equations.algebra import counters_of
from stepcalc.rulebook.equations.rows import GIVEN, VANISHES, assignments, solves

WIDEST: Final = 60
"""The search for zeros goes so many sevenths to each side."""

MOST_TURNS: Final = 40
NEAR: Final = 1e-6
NEAR_MULTIPLE: Final = 0.03
FLAT: Final = 1e-4
"""Slopes below this part of the largest are those of a multiple zero, to which arithmetic does not lead closely."""


def answers(form: Form, result: Form, definitions: Mapping[str, Any]) -> bool | None:
    """Whether the rows solve the equation, and no zero that is found on a grid is missing."""
    from stepcalc.errors import NotDerivableError

    subject, letter = form.args[:2]
    rows = rows_of(result)
    try:
        if not all(solves([subject], [letter], row) for row in rows):
            return False
    except NotDerivableError:
        return False
    return not any_missing(subject, letter, rows, definitions)


def any_missing(
    subject: Form, letter: Form, rows: Sequence[Sequence[Form]], definitions: Mapping[str, Any]
) -> bool:
    """Whether an expression goes through 0 at a place that is not among the rows.

    Args:
        subject: The expression.
        letter: The unknown.
        rows: The solutions.
        definitions: The functions that cards define.
    """
    (given, *_) = assignments(letters_of(subject) - {letter}, GIVEN[0])
    found = crossings(subject, letter, definitions, given)
    return any(_is_missing(place, rows, letter, given) for place in found)


def rewrites(form: Form, result: Form, definitions: Mapping[str, Any]) -> bool | None:
    """The same, where the equation was written in another way: the two expressions must be equal, too."""
    if not _is_equal(subtract(form.args[0], form.args[-1]), form.args[1], definitions):
        return False
    return answers(form, result, definitions)


def _is_equal(gap: Form, letter: Form, definitions: Mapping[str, Any]) -> bool:
    from stepcalc.numeric.evaluate import compile_forms

    program = compile_forms([gap], definitions)
    (fixed, *_) = assignments(letters_of(gap) - {letter}, GIVEN[0])
    found = [program.at({**fixed, letter: Fraction(place, 13)})[0] for place in (-17, -5, 3, 8, 21, 40)]
    told = [abs(each) <= VANISHES * 10**8 for each in found if each is not None]
    return bool(told) and all(told)


def crossings(
    subject: Form, letter: Form, definitions: Mapping[str, Any], given: Mapping[Form, Any]
) -> list[Any]:
    """Where an expression goes through 0 between places of a grid, by bisection.

    Args:
        subject: The expression.
        letter: The unknown.
        definitions: The functions that cards define.
        given: Numbers for the other letters.
    """
    from stepcalc.numeric.evaluate import compile_forms

    program = compile_forms([subject], definitions)

    def at(place: Any) -> Any:
        return program.at({**given, letter: place})[0]

    # Off the places where zeros like to be.
    steps = [Fraction(place, 7) + Fraction(1, 1000) for place in range(-WIDEST, WIDEST + 1)]
    known = [(place, value) for place in steps if (value := at(place)) is not None]
    found = []
    for (low, left), (high, right) in pairwise(known):
        if (left > 0) != (right > 0) and high - low < Fraction(1, 6):
            place = _bisected(at, low, high, left, right)
            found += [] if place is None else [place]
    return found


def _bisected(at: Callable[[Any], Any], low: Any, high: Any, left: Any, right: Any) -> Any:
    """Where the sign changes between two places, if the values on both sides of it come down to 0."""
    size = max(abs(left), abs(right)) / 10**6
    for _ in range(60):
        middle = (low + high) / 2
        value = at(middle)
        if value is None:
            return None
        if (value > 0) == (left > 0):
            low, left = middle, value
        else:
            high, right = middle, value
    return low if abs(left) < size and abs(right) < size else None  # else it jumps there


def _is_missing(place: Any, rows: Sequence[Sequence[Form]], letter: Form, given: Mapping[Form, Any]) -> bool:
    from stepcalc.numeric.evaluate import compile_forms

    for (part,) in rows:
        program = compile_forms([part], {})
        counters = [item for item in counters_of(part) if item not in given]
        if part is letter:
            return False  # any value
        turns = range(-MOST_TURNS, MOST_TURNS + 1) if len(counters) == 1 else range(1)
        for turn in turns:
            (value,) = program.at({**given, **dict.fromkeys(counters, Fraction(turn))})
            if value is not None and abs(value - place) < NEAR * (1 + abs(place)):
                return False
    return True


STARTS: Final = ((0.31, -0.77, 1.13, 0.52), (-1.29, 0.63, -0.41, 2.17), (2.23, 1.71, -1.93, -0.88))
"""Places from which zeros are sought by Newton's method."""


def answer_together(form: Form, result: Form, definitions: Mapping[str, Any]) -> bool | None:
    """Whether the rows solve the equations, and no common zero to which Newton's method leads is missing."""
    from stepcalc.errors import NotDerivableError

    forms, letters = form.args[0].args, form.args[1].args
    rows = rows_of(result)
    try:
        if not all(solves(forms, letters, row) for row in rows):
            return False
    except NotDerivableError:
        return False
    if len(forms) < len(letters):
        return True
    (fixed, *_) = assignments(letters_of(*forms) - set(letters), GIVEN[0])
    return all(
        _is_among(place, rows, letters, fixed, near) for place, near in _arrivals(forms, letters, definitions)
    )


def _arrivals(
    forms: Sequence[Form], letters: Sequence[Form], definitions: Mapping[str, Any]
) -> list[tuple[Any, float]]:
    """Common zeros that Gauss and Newton's method finds, with slopes by differences, and how near they are.

    At a multiple zero the functions are as good as 0 a good way off: (x−1)⁵ at 1.006 is less than 1e-11.
    """
    import numpy as np

    from stepcalc.numeric.evaluate import compile_forms

    program = compile_forms(list(forms), definitions)
    (fixed, *_) = assignments(letters_of(*forms) - set(letters), GIVEN[0])

    def values(point: Any) -> Any:
        found = program.at({**fixed, **dict(zip(letters, map(float, point), strict=True))})
        return None if None in found else np.array([float(each) for each in found])

    arrived = []
    for start in STARTS:
        point = np.array([start[place % len(start)] + place // len(start) for place in range(len(letters))])
        for _ in range(25):
            here = values(point)
            if here is None or not np.all(np.isfinite(here)):
                break
            moved = [values(point + 1e-7 * row) for row in np.eye(len(letters))]
            if any(each is None for each in moved):
                break
            slopes = np.array([(each - here) / 1e-7 for each in moved]).T
            step = np.linalg.lstsq(slopes, here, rcond=1e-10)[0]
            point = point - step
            if np.max(np.abs(step)) < 1e-11 and np.max(np.abs(here)) < 1e-11:
                # Where it only fades away, as e^(−x²) does, it is as small all around.
                around = [values(point + 0.05 * row) for row in np.eye(len(letters))]
                if all(each is not None and np.max(np.abs(each)) > 1e-7 for each in around):
                    flat = np.linalg.svd(slopes, compute_uv=False)[-1] < FLAT * (1 + np.max(np.abs(slopes)))
                    arrived.append((point, NEAR_MULTIPLE if flat else NEAR))
                break
    return [(point, near) for point, near in arrived if np.max(np.abs(point)) < 50]


def _is_among(
    place: Any,
    rows: Sequence[Sequence[Form]],
    letters: Sequence[Form],
    known: Mapping[Form, Any],
    near: float,
) -> bool:
    from stepcalc.rulebook.equations.rows import reaches

    return any(reaches(row, place, letters, near, known) for row in rows)
