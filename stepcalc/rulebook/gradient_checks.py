"""A network's whole gradient against differences of its cost along random directions.

Where all weights move at once, each by its number in a direction d, the cost changes at the rate Σ g·d. So one
difference of the cost tests every entry of the gradient g together: with numbers at random in d, one wrong entry
among thousands changes the sum. The forward pass is one of its own, in integers, and knows nothing of the rules.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

from stepcalc.messages import say
from stepcalc.notation.forms import ZERO, Form, entries_of
from stepcalc.rulebook.network_points import Values, draws
from stepcalc.rulebook.networks import (
    COST,
    IDENTITY,
    TARGET,
    Shape,
    at_layer,
    entries,
    equations_of,
    lettered,
    network_form,
    shape_of,
)

MOST_UNITS: Final = 3
"""Steps about single layers are tried on layers of no more; their laws do not depend on how many there are."""

MOST_LAYERS: Final = 4
"""And with no more layers than these: the one spoken of, those beside it, and the last."""

POINTS: Final = 8
DIRECTIONS: Final = 2
"""At each point."""

_WIDTHS: Final = (40, 43)
"""How far a difference reaches to both sides of a point, as exponents: 2⁻⁴⁰. Its error is about 2⁻⁸⁰."""

_TOLERANCE: Final = 56
"""As an exponent; relative to the rate, or to 1 where that is smaller."""

Definitions = Mapping[str, Any]
Weights = list[list[list[int]]]
"""For each layer the rows of W, each with its bias at the end."""


def gradient_holds(form: Form, result: Form, definitions: Definitions) -> bool | None:
    """Whether the partial derivatives of a network are right, all of them; ``None`` where it could not be tried."""
    from stepcalc.numeric.evaluate import compile_forms

    shape = shape_of(form.args[1])
    found = entries_of(result)
    if any(place >= shape.count() or column for place, column in found):
        return False
    program = compile_forms([found.get((place, 0), ZERO) for place in range(shape.count())], definitions)
    passes = _Passes(shape, definitions)
    untried = False
    for seed in range(POINTS):
        outcome = _holds_at(passes, program, seed)
        if outcome is False:
            return False
        untried |= outcome is None
    return None if untried else True


def gradient_tested(form: Form) -> str:
    """What :func:`gradient_holds` has done, as a sentence."""
    shape = shape_of(form.args[1])
    text = say("network-tested", count=f"{shape.count():,}", directions=POINTS * DIRECTIONS, points=POINTS)
    small = max(shape.sizes) <= MOST_UNITS and shape.depth <= MOST_LAYERS
    return text if small else text + say("network-tested-small", units=MOST_UNITS, layers=MOST_LAYERS)


def _holds_at(passes: _Passes, program: Any, seed: int) -> bool | None:
    from stepcalc.numeric.fixed import dot, to_fixed

    point = passes.point(seed)
    if point is None:
        return None
    gradient = [to_fixed(value) for value in program.at(point.values)]
    if None in gradient:
        return None
    for _ in range(DIRECTIONS):
        direction = passes.direction(point.chance)
        rate = dot([value or 0 for value in gradient], passes.flat(direction))
        outcome = _agrees(passes, point, direction, rate)
        if not outcome:
            return outcome
    return True


def _agrees(passes: _Passes, point: _Point, direction: Weights, rate: int) -> bool | None:
    """Whether a rate is the difference; ``None`` where two differences do not agree, as at a corner."""
    wide = passes.difference(point, direction, _WIDTHS[0])
    if wide is not None and _near(rate, wide):
        return True
    narrow = passes.difference(point, direction, _WIDTHS[1])
    return None if wide is None or narrow is None or not _near(wide, narrow) else False


def _near(left: int, right: int) -> bool:
    from stepcalc.numeric.fixed import BITS

    return abs(left - right) <= ((1 << BITS) + abs(right)) >> _TOLERANCE


@dataclass(frozen=True, slots=True)
class _Point:
    """Numbers for a network: by letter, and the given ones as integers."""

    values: Values
    weights: Weights
    inputs: list[int]
    chance: random.Random


class _Passes:
    """Forward passes through a network, layer by layer in integers."""

    def __init__(self, shape: Shape, definitions: Definitions) -> None:
        from stepcalc.numeric.evaluate import compile_forms

        self._shape = shape
        self._letters = lettered(shape)
        bodies = equations_of(network_form(shape))
        self._activations = [
            None
            if name == IDENTITY
            else compile_forms(self._entries(bodies[at_layer("a", layer)]), definitions)
            for layer, name in enumerate(shape.activations, 1)
        ]
        self._cost = compile_forms(self._entries(bodies[COST]), definitions)

    def _entries(self, form: Form) -> list[Form]:
        return [entry for row in entries(form, self._letters) for entry in row]

    def point(self, seed: int) -> _Point | None:
        """Numbers for which everything has a value, and all values."""
        for given, chance in draws(self._shape, self._letters, seed):
            weights = [self._rows(layer, given) for layer in range(1, self._shape.depth + 1)]
            inputs = _fixed(given[entry] for entry in self._units("a"))
            values = dict(given)
            if self._cost_of(weights, inputs, values) is not None:
                return _Point(values, weights, inputs, chance)
        return None

    def _rows(self, layer: int, given: Values) -> list[list[int]]:
        weights, biases = (self._letters[at_layer(base, layer)] for base in "Wb")
        return [
            _fixed(given[entry] for entry in (*row, *bias)) for row, bias in zip(weights, biases, strict=True)
        ]

    def direction(self, chance: random.Random) -> Weights:
        """A number for every weight and bias."""
        from stepcalc.numeric.fixed import BITS

        def drawn() -> int:
            return (chance.getrandbits(60) - (1 << 59)) << (BITS - 60)

        sizes = self._shape.sizes
        return [
            [[drawn() for _ in range(before + 1)] for _ in range(here)] for before, here in pairwise(sizes)
        ]

    def flat(self, weights: Weights) -> list[int]:
        """The numbers of all weights and biases in the order of the gradient."""
        found = []
        for rows in weights:
            found += [value for row in rows for value in row[:-1]]
            found += [row[-1] for row in rows]
        return found

    def difference(self, point: _Point, direction: Weights, width: int) -> int | None:
        """(C(w + h·d) − C(w − h·d))/2h, where h = 2 to the power of minus the width."""
        sides = []
        for sign in (1, -1):
            moved = [
                [
                    [value + sign * (step >> width) for value, step in zip(row, steps, strict=True)]
                    for row, steps in zip(*layer, strict=True)
                ]
                for layer in zip(point.weights, direction, strict=True)
            ]
            targets = {entry: point.values[entry] for entry in self._units("y")}
            sides.append(self._cost_of(moved, point.inputs, targets))
        high, low = sides
        return None if high is None or low is None else (high - low) << (width - 1)

    def _cost_of(self, weights: Weights, inputs: Sequence[int], values: Values) -> int | None:
        """The cost; the values on the way to it are added to those given. ``None`` where something has none."""
        from stepcalc.numeric.fixed import BITS, dot, from_fixed, to_fixed

        inner = [*inputs, 1 << BITS]
        outs: list[Any] = []
        for layer, (rows, activation) in enumerate(zip(weights, self._activations, strict=True), 1):
            outs = [from_fixed(dot(row, inner)) for row in rows]
            before = dict(zip(self._units("z", layer), outs, strict=True))
            if activation is not None:
                outs = activation.at(before)
            found = [to_fixed(value) for value in outs]
            if None in found:
                return None
            values.update(before)
            values.update(zip(self._units("a", layer), outs, strict=True))
            inner = [*(value for value in found if value is not None), 1 << BITS]
        ends = [*self._units("a", self._shape.depth), *self._units("y")]
        return to_fixed(self._cost.at({entry: values[entry] for entry in ends})[0])

    def _units(self, base: str, layer: int = 0) -> list[Form]:
        """The letters of a column."""
        return [entry for (entry,) in self._letters[at_layer(base, layer) if base != "y" else TARGET]]


def _fixed(values: Any) -> list[int]:
    from stepcalc.numeric.fixed import to_fixed

    return [to_fixed(value) or 0 for value in values]
