"""Data that do not tell the parameters, and points without a value: what is refused, and why."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from stepcalc.calculus.fitting.asking import Asked
from stepcalc.calculus.fitting.model import Array
from stepcalc.calculus.letters import listed
from stepcalc.errors import NotDerivableError, UsageError
from stepcalc.messages import say

if TYPE_CHECKING:
    from stepcalc.numeric.least_squares.solution import Solution

NOTICED: Final = 1e-3
"""A parameter has a part in a direction of length 1 from here on; less is rounding."""


def refuse_few(asked: Asked, scaled: bool) -> None:
    """Refuse fewer points than it takes to tell the parameters and their errors."""
    needed = len(asked.parameters) + scaled
    if asked.count < needed:
        key = "fit-few-scaled" if scaled and asked.count >= len(asked.parameters) else "fit-few"
        names = listed([each.name for each in asked.parameters])
        message = say(key, points=asked.count, needed=needed, names=names) + _words_in(asked)
        raise UsageError(message, code="fit-few")


def outside(asked: Asked, place: int) -> UsageError:
    """A linear model has no value at some point."""
    return UsageError(say("fit-outside", row=place + 1, values=_point(asked, place)), code="fit-outside")


def _point(asked: Asked, place: int) -> str:
    """Where a point lies: x = 1, t = 0.5."""
    return ", ".join(
        f"{name} = {asked.data[each][place]:g}"
        for each, name in zip(asked.variables, asked.names, strict=True)
    )


def open_parameters(asked: Asked, columns: Array) -> list[str]:
    """The parameters that can be changed together without changing the model at any point."""
    import numpy as np

    lengths = np.linalg.norm(columns, axis=0)
    idle = [each.name for each, length in zip(asked.parameters, lengths, strict=True) if not length > 0]
    if idle:
        return idle
    _, sizes, directions = np.linalg.svd(np.linalg.qr(columns / lengths)[1])
    flat = [row for row, size in zip(directions, sizes, strict=False) if size <= 1e-11 * sizes[0]]
    flat += list(directions[len(sizes) :])
    return [
        each.name
        for place, each in enumerate(asked.parameters)
        if any(abs(row[place]) > NOTICED for row in flat)
    ]


def not_told_apart(asked: Asked, columns: Array) -> UsageError:
    """The data leave some parameters open: the Jacobian's columns depend on each other."""
    import numpy as np

    usable = columns if np.isfinite(columns).all() else np.where(np.isfinite(columns), columns, 0)
    names = open_parameters(asked, usable) or [each.name for each in asked.parameters]
    key = "fit-singular" if len(names) > 1 else "fit-idle"
    return UsageError(say(key, names=listed(names)) + _words_in(asked), code="fit-singular")


def _words_in(asked: Asked) -> str:
    """That a word was read as a product of letters, which may not have been meant."""
    letters = {each.name for each in asked.parameters}
    for word in re.findall(r"[A-Za-z]{3,}", asked.text):
        if set(word) <= letters | {"e"}:
            return say("fit-word", word=word, product="·".join(word))
    return ""


def refuse_idle(asked: Asked, values: Array, begin: Sequence[float], columns: Array, problem: Any) -> None:
    """Refuse an end at which changing a parameter by all that it is changes nothing but rounding."""
    import numpy as np

    reach = np.maximum(np.abs(values), np.abs(begin))
    effects = np.linalg.norm(columns, axis=0) * reach
    idle = [
        each.name
        for each, effect, far in zip(asked.parameters, effects, reach, strict=True)
        if far and effect <= problem.rounding
    ]
    if idle:
        raise UsageError(say("fit-idle", names=listed(idle)), code="fit-singular")


def without_value(asked: Asked, attempt: Solution, problem: Any) -> NotDerivableError:
    """An attempt ended where the model has no value at some point."""
    import numpy as np

    with np.errstate(all="ignore"):
        left = np.broadcast_to(problem.residuals(np.array(attempt.parameters)), asked.count)
        place = first_without_value(left, problem.jacobian(len(attempt.parameters))) or 0
    key = "fit-undefined" if len(attempt.rows) == 1 else "fit-undefined-end"
    return NotDerivableError(say(key, row=place + 1, values=_point(asked, place)), code=key)


def first_without_value(left: Array, columns: Array) -> int | None:
    """The first point at which a residual or one of the derivatives has no value; ``None`` if all have."""
    import numpy as np

    bad = np.flatnonzero(~(np.isfinite(left) & np.isfinite(columns).all(axis=1)))
    return int(bad[0]) if len(bad) else None
