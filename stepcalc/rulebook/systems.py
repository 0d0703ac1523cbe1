"""All real solutions of a few equations, exactly, where that is possible within bounds."""

from __future__ import annotations

from collections.abc import Sequence

from stepcalc.errors import NotDerivableError
from stepcalc.messages import say
from stepcalc.notation.forms import Form


def real_solutions(conditions: Sequence[Form], letters: Sequence[Form]) -> list[list[Form]]:
    """The points at which all conditions are 0, each as a row of coordinates.

    Raises:
        NotDerivableError: They cannot be found exactly within the bounds.
    """
    raise NotDerivableError(say("no-exact-solution"), code="no-exact-solution")
