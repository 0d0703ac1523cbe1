"""Derivatives of what a program evaluates: differences between runs of only what the letters reach."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from mpmath import libmp

from stepcalc.notation.forms import Form
from stepcalc.numeric.differences import BITS_LOST, nested
from stepcalc.numeric.real import Raw, context, magnitude
from stepcalc.numeric.rounding import scales
from stepcalc.numeric.steps import Operation, Run, Step, execute
from stepcalc.numeric.tape import Tape

if TYPE_CHECKING:
    from stepcalc.numeric.evaluate import Program

HIGHEST_ORDER: Final = 8

_WITH_STEPS: Final = frozenset({"floor", "ceiling"})
FINER_TRIALS: Final = 3
BITS_BETWEEN_STEPS: Final = 8
MOST_FINER: Final = 2000
"""Where differences cross the steps of floor(u), they are taken finer, so many times and by so many bits at most."""

Derivatives = tuple[list[Any], list[int]]
"""The derivative of each of some roots, and the scales of the functions themselves (empty off the real axis)."""


class Slopes:
    """The derivatives of a program's roots, one point after the other.

    Args:
        program: What is differentiated.
    """

    def __init__(self, program: Program) -> None:
        self._program = program
        self._reaches: dict[tuple[tuple[Form, ...], tuple[int, ...], bool], _Reach] = {}
        self._held: tuple[Mapping[Form, Any], dict[tuple[int, bool], tuple[list[Any], list[int]]]] = ({}, {})

    def at(
        self,
        point: Mapping[Form, Any],
        letters: tuple[Form, ...],
        places: Sequence[int],
        precision: int,
        complex_ok: bool,
    ) -> Derivatives:
        """The derivatives of some roots with respect to each of the letters in turn.

        Args:
            point: A prepared number for each letter.
            letters: What varies, one after the other.
            places: Which roots.
            precision: How many bits the derivatives are to have.
            complex_ok: Whether the point lies off the real axis.
        """
        nothing: list[Any] = [None] * len(places)
        if len(letters) > HIGHEST_ORDER or any(point.get(letter) is None for letter in letters):
            return nothing, [0] * len(places)
        distinct = tuple(dict.fromkeys(letters))
        reach = self._reach(distinct, tuple(places), complex_ok)
        order = [distinct.index(letter) for letter in letters]
        if complex_ok:
            return self._off_axis(point, reach, distinct, order, precision), []
        _, sizes = self._base(point, precision + BITS_LOST * len(letters), False)
        found = self._on_axis(point, reach, distinct, order, precision)
        return found or nothing, [sizes[place] for place in places]

    def _on_axis(
        self,
        point: Mapping[Form, Any],
        reach: _Reach,
        distinct: tuple[Form, ...],
        order: Sequence[int],
        precision: int,
    ) -> list[Any] | None:
        """Differences so fine that no step of floor(u) lies between their values; ``None`` if none are."""
        at = tuple(point[letter] for letter in distinct)
        finer = 0
        for _ in range(FINER_TRIALS):
            working = precision + (BITS_LOST + finer) * len(order)
            base, _ = self._base(point, working, False)
            jumps = _Jumps([base[slot] for slot in reach.jumping])

            def values(
                coordinates: tuple[Raw, ...],
                base: list[Any] = base,
                jumps: _Jumps = jumps,
                bits: int = working,
            ) -> list[Any]:
                shifted = {**point, **dict(zip(distinct, coordinates, strict=True))}
                return jumps.unless(self._shifted(base, reach, shifted, bits, False))

            found = nested(values, at, order, working, finer)
            if jumps.bits is None:
                return found
            # A step of floor(u) that is crossed is no slope: smaller differences stay between two steps.
            finer += max(jumps.bits, 0) + BITS_BETWEEN_STEPS
            if finer > MOST_FINER:
                break
        return None

    def _off_axis(
        self,
        point: Mapping[Form, Any],
        reach: _Reach,
        distinct: tuple[Form, ...],
        order: Sequence[int],
        precision: int,
    ) -> list[Any]:
        """Differences along the real direction, of the real and the imaginary parts apart."""
        own = context()
        working = precision + BITS_LOST * len(order)
        base, _ = self._base(point, working, True)
        imaginary = [own.mpc(point[letter]).imag for letter in distinct]

        def values(coordinates: tuple[Raw, ...]) -> list[Any]:
            numbers = [
                own.mpc(own.make_mpf(raw), part) for raw, part in zip(coordinates, imaginary, strict=True)
            ]
            shifted = {**point, **dict(zip(distinct, numbers, strict=True))}
            parts: list[Any] = []
            for value in self._shifted(base, reach, shifted, working, True):
                usable = None if isinstance(value, bool | list | str) else value
                parts += (None, None) if usable is None else own.mpc(usable)._mpc_
            return parts

        at = tuple(own.mpc(point[letter]).real._mpf_ for letter in distinct)
        flat = nested(values, at, order, working)
        return [
            None if re is None or im is None else own.make_mpc((re, im)) if im[1] else own.make_mpf(re)
            for re, im in zip(flat[::2], flat[1::2], strict=True)
        ]

    def _base(
        self, point: Mapping[Form, Any], precision: int, complex_ok: bool
    ) -> tuple[list[Any], list[int]]:
        """The values of all slots at a point and the scales of the roots, kept until another point comes."""
        if self._held[0] is not point:
            self._held = (point, {})
        known = self._held[1].get((precision, complex_ok))
        if known is None:
            values = self._program.run(point, precision, complex_ok)
            tape = self._program.tape
            sizes = [] if complex_ok else scales(tape.operations, values, {})
            known = values, [sizes[slot] for slot in tape.root_slots] if sizes else []
            self._held[1][precision, complex_ok] = known
        return known

    def _reach(self, letters: tuple[Form, ...], places: tuple[int, ...], complex_ok: bool) -> _Reach:
        key = (letters, places, complex_ok)
        found = self._reaches.get(key)
        if found is None:
            found = self._reaches[key] = _reached(self._program.tape, letters, places, complex_ok)
        return found

    def _shifted(
        self, base: list[Any], reach: _Reach, point: Mapping[Form, Any], precision: int, complex_ok: bool
    ) -> list[Any]:
        """The values of some roots where some letters have other values; the base is left as it was."""
        before = [base[slot] for slot in reach.slots]
        for letter, slot in reach.letters:
            base[slot] = point[letter]
        try:
            execute(reach.steps, base, Run(self._program, point, precision, complex_ok, {}))
            return [base[slot] for slot in reach.roots]
        finally:
            for slot, value in zip(reach.slots, before, strict=True):
                base[slot] = value


@dataclass(frozen=True, slots=True)
class _Reach:
    """What some letters reach on the way to some roots: all that has to be done again where they change.

    Args:
        letters: The letters with their slots.
        steps: What is to be done.
        slots: Whose values it changes.
        roots: The slots of the roots, then those of steps such as floor(u).
        jumping: The slots of such steps.
    """

    letters: tuple[tuple[Form, int], ...]
    steps: list[Step]
    slots: list[int]
    roots: list[int]
    jumping: list[int]


def _reached(tape: Tape, letters: tuple[Form, ...], places: Sequence[int], complex_ok: bool) -> _Reach:
    own = tuple((letter, tape.letters[letter]) for letter in letters if letter in tape.letters)
    mask = tape.mask_of(letters)
    roots = [tape.root_slots[place] for place in places]
    slots: set[int] = set()
    stack = list(roots)
    while stack:
        slot = stack.pop()
        if slot not in slots and tape.depends[slot] & mask:
            slots.add(slot)
            stack.extend(tape.operations[slot].args)
    ordered = sorted(slots)
    jumping = [] if complex_ok else [slot for slot in ordered if _jumps(tape.operations[slot])]
    slots.update(slot for _, slot in own)
    return _Reach(own, list(tape.steps_of(ordered, complex_ok)), [*slots], [*roots, *jumping], jumping)


def _jumps(operation: Operation) -> bool:
    return operation.head == "call" and operation.label in _WITH_STEPS


class _Jumps:
    """What is constant between its jumps, floor(u) and the like, must not change from one value to the next.

    Args:
        before: The values at the point.
    """

    def __init__(self, before: Sequence[Any]) -> None:
        self.before = before
        self.bits: int | None = None

    def unless(self, found: list[Any]) -> list[Any]:
        """The values of the roots; none of them where a step behind them was crossed, whose size is kept.

        Args:
            found: The values of the roots, then those of the steps.
        """
        count = len(found) - len(self.before)
        for old, new in zip(self.before, found[count:], strict=True):
            if isinstance(old, tuple) and isinstance(new, tuple) and old != new:
                self.bits = max(self.bits or 0, magnitude(libmp.mpf_sub(new, old)))
        return found[:count] if self.bits is None else [None] * count
