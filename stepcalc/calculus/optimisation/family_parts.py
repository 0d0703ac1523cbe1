"""A family of points one by one: in parts of one kind each, or those of its points that lie in a region."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from math import ceil, floor
from typing import Any, Final

from stepcalc.calculus.optimisation.families import TRIED, Row, counters_in, put_in
from stepcalc.calculus.optimisation.region import Ends, is_inside
from stepcalc.calculus.optimisation.signs import FLAT
from stepcalc.errors import UsageError
from stepcalc.messages import say
from stepcalc.notation.arithmetic import plus, times
from stepcalc.notation.forms import Form, letters_of, number

MODULI: Final = (1, 2, 3, 4, 6)
"""Into so many parts a family may be split."""

MOST_IN_REGION: Final = 400
WIDEST: Final = 60
"""Integers that no coordinate of their own bounds are tried so far to each side."""


def one_by_one(
    subject: Form,
    letters: Sequence[Form],
    rows: Sequence[Row],
    ends: Ends,
    definitions: Mapping[str, Any],
    seconds: Sequence[Form] = (),
) -> Iterator[Row]:
    """Points as they are; of families the parts of one kind, or in a region its points.

    Args:
        subject: The function.
        letters: Its letters.
        rows: The points.
        ends: The region, if there is one.
        definitions: Functions that cards define.
        seconds: The second derivatives.
    """
    for row in rows:
        if not counters_in(row, subject):
            yield row
        elif not ends:
            yield from split(subject, letters, row, seconds, definitions)
        else:
            inside = in_region(subject, row, ends, definitions)
            yield from (each for each in inside if is_inside(each, letters, ends, definitions))


def split(
    subject: Form, letters: Sequence[Form], row: Row, seconds: Sequence[Form], definitions: Mapping[str, Any]
) -> list[Row]:
    """A family in as many parts as it takes for each to be of one kind, by the second derivatives.

    Args:
        subject: The function.
        letters: Its letters.
        row: The family.
        seconds: The second derivatives, row by row.
        definitions: The functions that cards define.
    """
    counters = counters_in(row, subject)
    if not counters:
        return [row]
    study = _Study(subject, letters, row, counters, seconds, definitions)
    modulus = study.modulus()
    found = []
    for residues in product(range(modulus), repeat=len(counters)):
        turns = {
            item: plus(times(number(modulus), item), number(rest)) if modulus > 1 else item
            for item, rest in zip(counters, residues, strict=True)
        }
        found.append(put_in(row, turns))
    return found


class _Study:
    """The kinds and heights of the points of a family at several integers."""

    def __init__(
        self,
        subject: Form,
        letters: Sequence[Form],
        row: Row,
        counters: Sequence[Form],
        seconds: Sequence[Form],
        definitions: Mapping[str, Any],
    ) -> None:
        from stepcalc.numeric.evaluate import compile_forms

        self.letters = letters
        self.counters = counters
        self.own = compile_forms(list(row), definitions)
        self.program = compile_forms([subject, *seconds], definitions)
        self.known: dict[tuple[int, ...], tuple[Any, Any]] = {}

    def at(self, turns: tuple[int, ...]) -> tuple[Any, Any]:
        """The signs of the Hessian's eigenvalues, and the height, at one point."""
        import numpy as np

        if turns not in self.known:
            fixed = dict.fromkeys(self.own.letters, 1) | dict(zip(self.counters, turns, strict=True))
            places = self.own.at(fixed)
            point = {**dict.fromkeys(self.program.letters, 1), **dict(zip(self.letters, places, strict=True))}
            height, *bends = self.program.at(point)
            if height is None or any(each is None for each in bends):
                self.known[turns] = (None, None)
            else:
                count = len(self.letters)
                sizes = np.linalg.eigvalsh(np.array([float(each) for each in bends]).reshape(count, count))
                least = FLAT * float(np.max(np.abs(sizes)))
                signs = tuple(
                    0 if abs(size) <= max(least, 1e-12) else 1 if size > 0 else -1 for size in sizes
                )
                if 0 in signs:
                    signs += self._beside(point, height)
                self.known[turns] = (signs, round(float(height), 9))
        return self.known[turns]

    def _beside(self, point: Mapping[Form, Any], height: Any) -> tuple[int, ...]:
        """Whether the function is higher or lower a little to each side, where the Hessian says nothing."""
        found = []
        for letter in self.letters:
            for side in (-1, 1):
                there = self.program.at({**point, letter: point[letter] + side * 0.05})[0]
                found.append(0 if there is None else 1 if there > height else -1)
        return tuple(found)

    def _alike(self, modulus: int, place: int) -> bool:
        """Whether all points of each part agree in their kind (0) or height (1)."""
        count = len(self.counters)
        tried = list(product(TRIED if count < 3 else TRIED[1:3], repeat=count))
        for residues in product(range(modulus), repeat=count):
            seen = {
                self.at(tuple(modulus * turn + rest for turn, rest in zip(turns, residues, strict=True)))[
                    place
                ]
                for turns in tried
            }
            if len(seen) > 1:
                return False
        return True

    def modulus(self) -> int:
        """Into how many parts each integer divides the family."""
        kinds = [modulus for modulus in MODULI if self._alike(modulus, 0)]
        heights = [modulus for modulus in kinds if self._alike(modulus, 1)]
        return (heights or kinds or [1])[0]


def in_region(
    subject: Form, row: Row, ends: Sequence[tuple[float, float]], definitions: Mapping[str, Any]
) -> Iterator[Row]:
    """The points of a family that may lie in a region, at least all those that do.

    Args:
        subject: The function.
        row: The family.
        ends: For each coordinate its lowest and its highest value.
        definitions: The functions that cards define.

    Raises:
        UsageError: There are more than can be listed.
    """
    counters = counters_in(row, subject)
    if not counters:
        yield row
        return
    ranges = [_turns(item, row, ends, definitions) for item in counters]
    count = 1
    for each in ranges:
        count *= len(each)
    if count > MOST_IN_REGION:
        raise UsageError(say("region-many-points", most=MOST_IN_REGION), code="region-many-points")
    for turns in product(*ranges):
        yield put_in(row, {item: number(turn) for item, turn in zip(counters, turns, strict=True)})


def _turns(
    item: Form, row: Row, ends: Sequence[tuple[float, float]], definitions: Mapping[str, Any]
) -> range:
    """The integers for which a coordinate that has no other lies between its ends."""
    from stepcalc.numeric.evaluate import compile_forms

    for part, (low, high) in zip(row, ends, strict=True):
        if letters_of(part) == {item}:
            program = compile_forms([part], definitions)
            start, after = (float(program.at({item: turn})[0]) for turn in (0, 1))
            bounds = sorted(((low - start) / (after - start), (high - start) / (after - start)))
            return range(ceil(bounds[0] - 1e-9), floor(bounds[1] + 1e-9) + 1)
    return range(-WIDEST, WIDEST + 1)
