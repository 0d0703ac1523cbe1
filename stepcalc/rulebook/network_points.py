"""Networks with numbers at random for their weights, an input and a target: the points at which they are tried."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator, Mapping
from typing import Any, Final

from stepcalc.notation.forms import Form
from stepcalc.rulebook.networks import CROSS_ENTROPY, TARGET, Rows, Shape, at_layer

Values = dict[Form, Any]

MANNERS: Final = ((-1.5, 1.5), (0.1, 1.5), (-0.4, 0.4), (0.05, 0.4), (0.6, 1.5))
"""Between what the numbers are drawn. The first will do for most activations; logarithms, roots and arcsines have
values only where their arguments are positive, or small."""

ATTEMPTS: Final = 4 * len(MANNERS)
"""How many points are drawn in search of one where everything has a value."""


def draws(shape: Shape, letters: Mapping[Form, Rows], seed: int) -> Iterator[tuple[Values, random.Random]]:
    """Numbers for all that is given to a network, again and again in case some will not do.

    Weights are smaller where many numbers come in to a unit, so that no sum is so large that the activation is
    flat: there a wrong derivative would hardly be seen.

    Args:
        shape: The network.
        letters: The letters of the entries of its letters.
        seed: The same seed draws the same.

    Yields:
        The numbers by letter, those of our context; and what they were drawn with, to go on drawing.
    """
    for attempt in range(ATTEMPTS):
        chance = random.Random(f"{seed}, {attempt}")
        yield _drawn(shape, letters, chance, MANNERS[attempt % len(MANNERS)]), chance


def _drawn(
    shape: Shape, letters: Mapping[Form, Rows], chance: random.Random, between: tuple[float, float]
) -> Values:
    from stepcalc.numeric.real import context

    real = context().mpf
    found: Values = {entry: real(chance.uniform(*between)) for (entry,) in letters[at_layer("a", 0)]}
    for whole in shape.parameters():
        rows = letters[whole]
        share = 1 / math.sqrt(len(rows[0]))
        found |= {entry: real(chance.uniform(*between) * share) for row in rows for entry in row}
    targets = {entry: real(chance.uniform(0.1, 1.5)) for (entry,) in letters[TARGET]}
    total = sum(targets.values()) if shape.cost == CROSS_ENTROPY else 1
    return found | {entry: value / total for entry, value in targets.items()}
