"""How much SymPy would have to work out to find out whether an expression is real, or of which sign.

SymPy's functions ask such questions of their arguments when they are made. A hyperbolic function answers by
taking what is inside apart into real and imaginary parts, to any depth: exp(sinh((x+1/x)^20)) takes five
seconds, exp(sinh(1/(1+1/(1+1/(1+x))))) twenty. The weight estimates the length of those parts, so that
nothing is asked of an expression that would have to think for long.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from stepcalc.notation.forms import Form, postorder

HEAVY: Final = 100
"""SymPy is not asked about what weighs more; what weighs less it answers in a tenth of a second or so."""

TOO_HEAVY: Final = 1_000
"""Algebra with functions of what weighs more is not tried."""

HEAVIEST: Final = 1 << 60
"""No weight is larger than that, however deep the expression."""

_CALLS: Final = dict.fromkeys("sin cos tan cot sinh cosh".split(), 4) | dict.fromkeys(
    "sec csc tanh coth sech csch".split(), 8
)


def weigh(form: Form, parts: Sequence[int]) -> int:
    """The weight of an expression, from the weights of its parts.

    Args:
        form: The expression; only its head is looked at, and a numeral in its exponent.
        parts: The weights of its arguments.

    Examples:
        >>> from stepcalc.notation.forms import letter, number, power
        >>> x = letter("x")
        >>> weigh(power(x, number(20)), [weigh(x, []), 0])
        20
    """
    measure = _WEIGHTS.get(form.head)
    return min(measure(form, parts) if measure else sum(parts), HEAVIEST)


def is_too_heavy(form: Form) -> bool:
    """Whether there is a function in a form of something so heavy that no algebra should be tried with it."""
    weights: dict[Form, int] = {}
    for node in postorder(form):
        parts = [weights[arg] for arg in node.args]
        if parts and node.head in ("call", "derived") and max(parts) > TOO_HEAVY:
            return True
        weights[node] = weigh(node, parts)
    return False


def _product(_: Form, parts: Sequence[int]) -> int:
    return sum(parts) * (2 if len(parts) - parts.count(0) > 1 else 1)


def _power(form: Form, parts: Sequence[int]) -> int:
    exponent = form.args[1]
    if exponent.head == "number" and isinstance(exponent.label, int):
        return parts[0] * abs(exponent.label) * (4 if exponent.label < 0 else 1)
    return 4 * sum(parts)


_WEIGHTS: Final[dict[str, Callable[[Form, Sequence[int]], int]]] = {
    "letter": lambda *_: 1,
    "product": _product,
    "quotient": lambda _, parts: parts[0] + 4 * parts[1],
    "power": _power,
    "root": lambda _, parts: 4 * parts[0],
    "call": lambda form, parts: sum(parts) * _CALLS.get(form.name, 2),
}
