"""Sets of real numbers made of intervals, as far as stating a domain needs them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import inf
from typing import Final

from stepcalc.notation.forms import Form, logic, relation


@dataclass(frozen=True, slots=True)
class End:
    """An end of an interval.

    Args:
        size: How large it is, for comparing, exact or to very many places; infinite where there is no end.
        form: The exact number, ``None`` where there is no end.
    """

    size: Fraction | float
    form: Form | None = None


@dataclass(frozen=True, slots=True)
class Stretch:
    """One interval; an end is in it or not."""

    low: End
    high: End
    low_in: bool = False
    high_in: bool = False

    def is_empty(self) -> bool:
        """Whether no number is in it."""
        if self.low.size == self.high.size:
            return not (self.low_in and self.high_in)
        return self.low.size > self.high.size

    def meet(self, other: Stretch) -> Stretch:
        """What is in both."""
        low, low_in = max(
            (self.low, self.low_in), (other.low, other.low_in), key=lambda end: (end[0].size, not end[1])
        )
        high, high_in = min(
            (self.high, self.high_in), (other.high, other.high_in), key=lambda end: (end[0].size, end[1])
        )
        return Stretch(low, high, low_in, high_in)


BELOW: Final = End(-inf)
ABOVE: Final = End(inf)


@dataclass(frozen=True, slots=True)
class RealSet:
    """Intervals that do not overlap, from left to right."""

    stretches: tuple[Stretch, ...]

    @classmethod
    def where(cls, sign: str, number: End) -> RealSet:
        """The numbers x with ``x sign number``."""
        left, right = Stretch(BELOW, number), Stretch(number, ABOVE)
        match sign:
            case "<":
                return cls((left,))
            case "<=":
                return cls((Stretch(BELOW, number, False, True),))
            case ">":
                return cls((right,))
            case ">=":
                return cls((Stretch(number, ABOVE, True, False),))
            case "=":
                return cls((Stretch(number, number, True, True),))
            case _:
                return cls((left, right))

    def __and__(self, other: RealSet) -> RealSet:
        met = [one.meet(two) for one in self.stretches for two in other.stretches]
        return RealSet(tuple(stretch for stretch in met if not stretch.is_empty()))

    def __or__(self, other: RealSet) -> RealSet:
        joined: list[Stretch] = []
        for stretch in sorted(
            (*self.stretches, *other.stretches), key=lambda it: (it.low.size, not it.low_in)
        ):
            last = joined[-1] if joined else None
            if last is not None and _touch(last, stretch):
                high = max(
                    (last.high, last.high_in),
                    (stretch.high, stretch.high_in),
                    key=lambda e: (e[0].size, e[1]),
                )
                joined[-1] = Stretch(last.low, high[0], last.low_in, high[1])
            else:
                joined.append(stretch)
        return RealSet(tuple(joined))

    def interior(self) -> RealSet:
        """The set without the ends of its intervals and without single numbers."""
        inner = (Stretch(stretch.low, stretch.high) for stretch in self.stretches)
        return RealSet(tuple(stretch for stretch in inner if not stretch.is_empty()))

    def is_empty(self) -> bool:
        """Whether no number is left."""
        return not self.stretches

    def relations(self, variable: Form) -> list[Form]:
        """The set as relations that must all hold: where the variable lies, then the numbers left out."""
        blocks, holes = _blocks(self.stretches)
        parts = [part for part in (_block(block, variable) for block in blocks) if part is not None]
        inside = (
            []
            if len(parts) < len(blocks) or not parts
            else [parts[0] if len(parts) == 1 else logic("or", *parts)]
        )
        return inside + [relation("!=", variable, hole) for hole in holes]


EVERYTHING: Final = RealSet((Stretch(BELOW, ABOVE),))


def _touch(left: Stretch, right: Stretch) -> bool:
    if right.low.size == left.high.size:
        return left.high_in or right.low_in
    return right.low.size < left.high.size


def _blocks(stretches: Sequence[Stretch]) -> tuple[list[Stretch], list[Form]]:
    """Stretches with those that only a single number keeps apart put together, and these numbers."""
    blocks: list[Stretch] = []
    holes: list[Form] = []
    for stretch in stretches:
        last = blocks[-1] if blocks else None
        if last is not None and last.high.size == stretch.low.size and stretch.low.form is not None:
            holes.append(stretch.low.form)
            blocks[-1] = Stretch(last.low, stretch.high, last.low_in, stretch.high_in)
        else:
            blocks.append(stretch)
    return blocks, holes


def _block(block: Stretch, variable: Form) -> Form | None:
    """One interval as a relation; ``None`` for the whole line."""
    low, high = block.low.form, block.high.form
    if low is not None and low is high:
        return relation("=", variable, low)
    if low is not None and high is not None:
        return logic(
            "and",
            relation("<=" if block.low_in else "<", low, variable),
            relation("<=" if block.high_in else "<", variable, high),
        )
    if low is not None:
        return relation(">=" if block.low_in else ">", variable, low)
    if high is not None:
        return relation("<=" if block.high_in else "<", variable, high)
    return None


def union(sets: Iterable[RealSet]) -> RealSet:
    """What is in any of the sets."""
    total = RealSet(())
    for item in sets:
        total = total | item
    return total
