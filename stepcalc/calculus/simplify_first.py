"""What a teacher puts right before starting: x/x, ln(e^x), 2x·3x."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from stepcalc.notation.arithmetic import combine
from stepcalc.notation.forms import MINUS_ONE, ONE, Form, fold, postorder, with_args


def simplify_first(form: Form) -> Form | None:
    """The expression with cancelling factors cancelled, inverse functions undone and numerals multiplied.

    Args:
        form: An expression as it was typed.

    Returns:
        The simpler expression, equal to the typed one wherever that is real; ``None`` if nothing changes.

    Examples:
        >>> from stepcalc.notation.forms import divide, letter
        >>> x = letter("x")
        >>> simplify_first(divide(x, x)) is ONE
        True
    """
    new = combine(_without_inverses(form), ordered=False, cancel=True)
    return new if _weight(new) < _weight(form) else None


def _weight(form: Form) -> int:
    """How much there is to differentiate: letters count more than numerals, ones and signs not at all."""

    def weigh(node: Form, parts: tuple[int, ...]) -> int:
        if node.head == "number":
            return 0 if node in (ONE, MINUS_ONE) else 1
        if not node.args:
            return 4
        return sum(parts) + (2 if node.head == "call" else 0)

    return fold(form, weigh)


def _without_inverses(form: Form) -> Form:
    """The form with exp(ln(u)), ln(e^u) and (√u)² replaced by u."""
    done: dict[Form, Form] = {}
    for node in postorder(form):
        new = with_args(node, tuple(done[arg] for arg in node.args)) if node.args else node
        undo = _UNDO.get(new.head if new.head == "power" else str(new.label) if new.head == "call" else "")
        done[node] = (undo(new) if undo else None) or new
    return done[form]


def _exp_of_log(node: Form) -> Form | None:
    inner = node.args[0]
    if inner.head == "call" and inner.label == "log" and len(inner.args) == 1:
        return inner.args[0]
    return None


def _log_of_exp(node: Form) -> Form | None:
    inner = node.args[0]
    if len(node.args) == 1 and inner.head == "call" and inner.label == "exp":
        return inner.args[0]
    return None


def _power_of_root(node: Form) -> Form | None:
    base, exponent = node.args
    if base.head == "root" and base.args[1] is exponent and exponent.head == "number":
        return base.args[0]
    return None


_UNDO: Final[Mapping[str, Callable[[Form], Form | None]]] = {
    "exp": _exp_of_log,
    "log": _log_of_exp,
    "power": _power_of_root,
}
