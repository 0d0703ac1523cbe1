"""Checks of what is found about a network: numbers are put in, and the cost is differentiated numerically.

Nothing here knows the rules of back-propagation. The laws hold for layers of any size, so they are tried on
at most four layers of at most three units; the gradient itself is tried on the network as it is, in
``gradient_checks``.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any, Final

from stepcalc.notation.forms import Form, add, call, letters_of, rebuild
from stepcalc.rulebook import gradient_checks, networks
from stepcalc.rulebook.gradient_checks import MOST_UNITS
from stepcalc.rulebook.network_points import draws
from stepcalc.rulebook.networks import (
    A_I,
    A_K,
    ANOTHER,
    COST,
    CROSS_ENTROPY,
    OWN,
    REST,
    TARGET,
    Z_I,
    Z_K,
    Rows,
    Shape,
    at_layer,
    entries,
    equations_of,
    layer_of,
    lettered,
    network_form,
    shape_of,
)
from stepcalc.rulebook.strategy import Strategy, all_but_first, by_values

TRIALS: Final = 8
MOST_ENTRIES: Final = 3
"""How many entries of the gradient of a matrix are compared at each point."""

UNSEEN: Final = object()
"""Stands for an entry that is not compared at a point."""

_STEPS: Final = (Fraction(1, 1 << 40), Fraction(1, 1 << 43))
_TOLERANCE: Final = Fraction(1, 1 << 56)

Definitions = Mapping[str, Any]
Holds = Callable[[Form, Form, Definitions], bool | None]
Values = dict[Form, Any]


def step_holds(form: Form, result: Form, definitions: Definitions) -> bool | None:
    """Whether a step about one layer is right; ``None`` where some trial could not be made."""
    small, renamed = reduced(shape_of(form.args[1]), layer_of(form.args[0]))
    about, result = rebuild(form.args[0], renamed), rebuild(result, renamed)
    outcomes: list[bool | None] = []
    numbers = _Numbers(small, definitions)
    for seed in range(TRIALS):
        sought = _SOUGHT[form.name](numbers, about) if numbers.draw(seed) else None
        if sought is None:
            outcomes.append(None)
            continue
        found = numbers.of(result)
        # A slope that is the same number for all units, as the 1 of a linear layer, is written once.
        everywhere = found * len(sought) if result.head == "number" else found
        outcomes.append(_same(everywhere, sought))
    return _together(outcomes)


def reduced(shape: Shape, layer: int) -> tuple[Shape, dict[Form, Form]]:
    """A small network with the layers that a step about one layer speaks of, and what their letters become.

    Args:
        shape: The network.
        layer: The layer; 0 for a step about the cost.

    Returns:
        The layer with the one before, the one behind and the last, of few units each; new letters by old ones.
    """
    depth = shape.depth
    about = layer or depth
    kept = sorted({each for each in (about - 1, about, about + 1, depth) if 1 <= each <= depth})
    sizes = [shape.sizes[kept[0] - 1], *(shape.sizes[each] for each in kept)]
    small = Shape(
        tuple(min(size, MOST_UNITS) for size in sizes),
        tuple(shape.activations[each - 1] for each in kept),
        shape.cost,
    )
    renamed = {at_layer("a", kept[0] - 1): at_layer("a", 0)}
    for place, each in enumerate(kept, 1):
        renamed |= {at_layer(base, each): at_layer(base, place) for base in ("W", "b", "z", "a", "delta")}
    return small, renamed


def softmax_holds(form: Form, result: Form, definitions: Definitions) -> bool | None:
    """Whether the slope of one share is right, by a difference of the share."""
    share, letter = (OWN, A_I) if form.name == "softmax_own" else (ANOTHER, A_K)
    outcomes = []
    for seed in range(TRIALS):
        chance = random.Random(seed)
        point = {name: _number(chance) for name in (Z_I, Z_K)} | {REST: abs(_number(chance)) + 1}
        slopes = []
        for step in _STEPS:
            high, low = (
                _at(share, {**point, Z_I: point[Z_I] + sign * step}, definitions) for sign in (1, -1)
            )
            slopes.append((high - low) / _real(2 * step))
        below = {letter: _at(share, point, definitions)}
        if letter is A_K:
            others = _at(add(call("exp", Z_K), REST), point, definitions)
            below[A_I] = _at(OWN, {Z_I: point[Z_I], REST: others}, definitions)
        outcomes.append(_same([_at(result, below, definitions)], slopes[1:]))
    return _together(outcomes)


def _at(form: Form, point: Values, definitions: Definitions) -> Any:
    from stepcalc.numeric.evaluate import compile_forms

    return compile_forms([form], definitions).at(point)[0]


def _number(chance: random.Random) -> Fraction:
    return Fraction(chance.randint(-1500, 1500) * 2 + 1, 2000)


def _together(outcomes: Sequence[bool | None]) -> bool | None:
    return False if False in outcomes else None if None in outcomes else True


def _same(found: Sequence[Any], sought: Sequence[Any]) -> bool:
    return len(found) == len(sought) and all(
        right is UNSEEN or (left is not None and abs(left - right) <= (1 + abs(right)) * _TOLERANCE)
        for left, right in zip(found, sought, strict=True)
    )


class _Numbers:
    """A network with numbers for its weights, an input and a target, evaluated at 50 digits."""

    def __init__(self, shape: Shape, definitions: Definitions) -> None:
        from stepcalc.numeric.evaluate import compile_forms

        self.shape = shape
        self.definitions = definitions
        self.letters = lettered(shape)
        self.network = network_form(shape)
        self.bodies = equations_of(self.network)
        self.programs = {
            whole: compile_forms(_flat(entries(body, self.letters)), definitions)
            for whole, body in self.bodies.items()
        }
        self.values: Values = {}
        self._compiled: dict[tuple[Form, ...], Any] = {}

    def draw(self, seed: int) -> bool:
        """Draw numbers and go forward with them; whether everything has a value."""
        for given, chance in draws(self.shape, self.letters, seed):
            self.chance, self.values = chance, self._forward(given)
            if None not in self.values.values():
                return True
        return False

    def _forward(self, given: Values) -> Values:
        """The values of all letters; those that are given are not computed."""
        values = dict(given)
        for whole, program in self.programs.items():
            names = _flat(self.letters[whole])
            if names[0] not in values:
                values.update(zip(names, program.at(values), strict=True))
        return values

    def slope(self, entry: Form, of: Form = COST) -> Any:
        """How a value changes with one letter, everything before it held fixed; ``None`` at a corner or an end."""
        whole = next(name for name, rows in self.letters.items() if entry in _flat(rows))
        later = (
            list(self.programs)[list(self.programs).index(whole) + 1 :] if whole in self.programs else None
        )
        after = {name for each in (later or self.programs) for name in _flat(self.letters[each])}
        kept = {name: value for name, value in self.values.items() if name not in after}
        slopes = []
        for step in _STEPS:
            high, low = (
                self._forward({**kept, entry: self.values[entry] + sign * _real(step)})[of]
                for sign in (1, -1)
            )
            if high is None or low is None:
                return None
            slopes.append((high - low) / _real(2 * step))
        if abs(slopes[0] - slopes[1]) > (1 + abs(slopes[1])) * _TOLERANCE:
            return None
        return slopes[1]

    def slopes(self, whole: Form) -> list[Any] | None:
        """The same for all entries of a column or a matrix."""
        found = [self.slope(entry) for entry in _flat(self.letters[whole])]
        return None if None in found else found

    def some_slopes(self, whole: Form) -> list[Any] | None:
        """The same for a few entries of a matrix, others at each point; the rest is not looked at."""
        entries_ = _flat(self.letters[whole])
        chosen = self.chance.sample(range(len(entries_)), min(MOST_ENTRIES, len(entries_)))
        found = [self.slope(entry) if place in chosen else UNSEEN for place, entry in enumerate(entries_)]
        return None if None in found else found

    def of(self, result: Form) -> list[Any]:
        """The entries of a result, errors δ found by differences put in."""
        parts = result.args if result.head == "vector" else (result,)
        forms = [entry for part in parts for entry in _flat(entries(part, self.letters))]
        values = dict(self.values)
        for layer in range(1, self.shape.depth + 1):
            delta = _flat(self.letters[at_layer("delta", layer)])
            if any(entry in letters_of(*forms) for entry in delta):
                values.update(
                    zip(delta, self.slopes(at_layer("z", layer)) or [None] * len(delta), strict=True)
                )
        return self.evaluated(forms, values)

    def evaluated(self, forms: Sequence[Form], values: Values) -> list[Any]:
        """The values of forms at this point."""
        from stepcalc.numeric.evaluate import compile_forms

        key = tuple(forms)
        if key not in self._compiled:
            self._compiled[key] = compile_forms(forms, self.definitions)
        found: list[Any] = self._compiled[key].at(values)
        return found

    def layer(self, out: Form) -> list[Any]:
        """z and a of one layer, by loops over the units."""
        layer = layer_of(out)
        inner = [self.values[name] for name in _flat(self.letters[at_layer("a", layer - 1)])]
        weights, biases = (self.letters[at_layer(base, layer)] for base in "Wb")
        sums = []
        for row, (bias,) in zip(weights, biases, strict=True):
            total = self.values[bias]
            for name, value in zip(row, inner, strict=True):
                total = total + self.values[name] * value
            sums.append(total)
        names = _flat(self.letters[at_layer("z", layer)])
        return [*sums, *self.programs[out].at(dict(zip(names, sums, strict=True)))]

    def cost(self, _: Form) -> list[Any]:
        """The cost by a loop over the outputs."""
        from stepcalc.numeric.real import context

        outputs = [self.values[name] for name in _flat(self.letters[at_layer("a", self.shape.depth)])]
        targets = [self.values[name] for name in _flat(self.letters[TARGET])]
        pairs = list(zip(outputs, targets, strict=True))
        if self.shape.cost == CROSS_ENTROPY:
            return [-sum(target * context().log(output) for output, target in pairs)]
        return [sum((output - target) ** 2 for output, target in pairs)]

    def activation(self, z: Form) -> list[Any] | None:
        """The slope of each unit's own output."""
        layer = layer_of(z)
        found = [
            self.slope(entry, out)
            for entry, out in zip(
                _flat(self.letters[z]), _flat(self.letters[at_layer("a", layer)]), strict=True
            )
        ]
        return None if None in found else found


def _flat(rows: Rows) -> list[Form]:
    return [entry for row in rows for entry in row]


def _real(value: Any) -> Any:
    """A fraction as a number of the evaluator's own precision."""
    from stepcalc.numeric.real import PRECISION, context, from_fraction

    return context().make_mpf(from_fraction(value, PRECISION)) if isinstance(value, Fraction) else value


_SOUGHT: Final = {
    "forward_step": _Numbers.layer,
    "network_cost": _Numbers.cost,
    "weight_gradient": _Numbers.some_slopes,
    "cost_slope": _Numbers.slopes,
    "activation_slope": _Numbers.activation,
    **dict.fromkeys(("output_error", "error_back", "softmax_error", "bias_gradient"), _Numbers.slopes),
}
"""What a step must have found, by its goal."""


def _letters_of_network(form: Form) -> tuple[Form, ...]:
    return form.args[2:]


NETWORK_STEPS: Final[Mapping[str, tuple[Callable[[Form, Callable[[Form], Form]], Form], Holds]]] = {
    "backprop": (networks.backprop, gradient_checks.gradient_holds),
    "forward_step": (networks.forward_step, step_holds),
    "network_cost": (networks.network_cost, step_holds),
    "cost_slope": (networks.cost_slope, step_holds),
    "activation_slope": (networks.activation_slope, step_holds),
    "output_error": (networks.output_error, step_holds),
    "error_back": (networks.error_back, step_holds),
    "weight_gradient": (networks.weight_gradient, step_holds),
    "bias_gradient": (networks.bias_gradient, step_holds),
    "softmax_own": (networks.softmax_own, softmax_holds),
    "softmax_other": (networks.softmax_other, softmax_holds),
    "softmax_error": (networks.softmax_error, step_holds),
}
"""How each goal about a network is answered and tested, by the name of its card."""

TESTED: Final[Mapping[str, Callable[[Form], str]]] = {"backprop": gradient_checks.gradient_tested}
"""What a test has done where more is to be said of it than at how many points."""

STRATEGIES: Final[Mapping[str, Strategy]] = {
    name: by_values(
        *found, TESTED.get(name), letters=_letters_of_network if name == "backprop" else all_but_first
    )
    for name, found in NETWORK_STEPS.items()
}
"""By the name of the goal."""
