"""Examples of a network as columns side by side, checked."""

from __future__ import annotations

from typing import Any

from stepcalc.calculus.networks.compiled import Array
from stepcalc.errors import UsageError
from stepcalc.messages import say
from stepcalc.rulebook.networks import CROSS_ENTROPY, Shape


def columns_of(given: Any, size: int, name: str) -> Array:
    """Examples as columns side by side, from rows.

    Args:
        given: Numbers, shape (examples, size); where size is 1 also (examples,).
        size: How many numbers an example has.
        name: What they are called if they are refused.

    Raises:
        UsageError: They do not fit, or are no finite numbers.
    """
    import numpy as np

    try:
        rows = np.asarray(given, dtype=float)
    except (TypeError, ValueError):
        raise UsageError(say("network-not-numbers", name=name), code="network-not-numbers") from None
    if rows.ndim == 1 and size == 1:
        rows = rows[:, None]
    if rows.ndim != 2 or rows.shape[1] != size or not len(rows):
        shown = " × ".join(map(str, rows.shape)) or "1"
        raise UsageError(say("network-columns", name=name, size=size, shape=shown), code="network-columns")
    if not np.isfinite(rows).all():
        raise UsageError(say("network-not-finite", name=name), code="network-not-finite")
    return rows.T


def targets_of(given: Any, shape: Shape) -> Array:
    """Targets as columns; class numbers become columns with a single 1.

    Args:
        given: Numbers, shape (examples, outputs), or class numbers.
        shape: The network's layers.

    Raises:
        UsageError: They do not fit, or are no shares where the cost asks for shares.
    """
    import numpy as np

    size = shape.sizes[-1]
    if shape.cost == CROSS_ENTROPY:
        labels = np.asarray(given, dtype=float) if _is_numeric(given) else np.empty(0)
        if labels.ndim == 2 and labels.shape[1] == 1:
            labels = labels[:, 0]
        if labels.ndim == 1 and labels.size:
            if not np.isin(labels, np.arange(size)).all():
                raise UsageError(say("network-classes", last=size - 1), code="network-classes")
            return np.eye(size)[labels.astype(int)].T
    wanted = columns_of(given, size, "targets")
    if shape.cost == CROSS_ENTROPY and not (
        np.allclose(wanted.sum(axis=0), 1, atol=1e-6) and (wanted >= 0).all()
    ):
        raise UsageError(say("network-not-shares", last=size - 1), code="network-not-shares")
    return wanted


def _is_numeric(given: Any) -> bool:
    import numpy as np

    try:
        np.asarray(given, dtype=float)
    except (TypeError, ValueError):
        return False
    return True
