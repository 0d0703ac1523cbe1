"""What a teacher puts right before starting: x/x, ln(e^x), 2x·3x."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from stepcalc.notation.arithmetic import combine
from stepcalc.notation.forms import MINUS_ONE, ONE, ZERO, Form, fold, postorder, relation, with_args


@dataclass(frozen=True, slots=True)
class Simplified:
    """A typed expression, simplified.

    Args:
        form: What it is equal to.
        conditions: Where, as relations.
    """

    form: Form
    conditions: tuple[Form, ...]


def simplify_first(form: Form) -> Simplified | None:
    """The expression with cancelling factors cancelled, inverse functions undone and numerals multiplied.

    Args:
        form: An expression as it was typed.

    Returns:
        The simpler expression and where it is equal to the typed one, or ``None`` if nothing is to be done.

    Examples:
        >>> from stepcalc.notation.forms import divide, letter
        >>> x = letter("x")
        >>> simplify_first(divide(x, x)).form is ONE
        True
    """
    conditions: list[Form] = []
    undone = _without_inverses(form, conditions)
    cancelled: list[Form] = []
    new = combine(undone, ordered=False, cancelled=cancelled)
    if _weight(new) >= _weight(form):
        return None
    conditions += [relation("!=", base, ZERO) for base in cancelled]
    return Simplified(new, tuple(dict.fromkeys(conditions)))


def _weight(form: Form) -> int:
    """How much there is to differentiate: letters count more than numerals, ones and signs not at all."""

    def weigh(node: Form, parts: tuple[int, ...]) -> int:
        if node.head == "number":
            return 0 if node in (ONE, MINUS_ONE) else 1
        if not node.args:
            return 4
        return sum(parts) + (2 if node.head == "call" else 0)

    return fold(form, weigh)


def _without_inverses(form: Form, conditions: list[Form]) -> Form:
    """The form with exp(ln(u)), ln(e^u) and (√u)² replaced by u."""
    done: dict[Form, Form] = {}
    for node in postorder(form):
        new = with_args(node, tuple(done[arg] for arg in node.args)) if node.args else node
        undo = _UNDO.get(new.head if new.head == "power" else str(new.label) if new.head == "call" else "")
        done[node] = (undo(new, conditions) if undo else None) or new
    return done[form]


def _exp_of_log(node: Form, conditions: list[Form]) -> Form | None:
    inner = node.args[0]
    if inner.head == "call" and inner.label == "log" and len(inner.args) == 1:
        conditions.append(relation(">", inner.args[0], ZERO))
        return inner.args[0]
    return None


def _log_of_exp(node: Form, _: list[Form]) -> Form | None:
    inner = node.args[0]
    if len(node.args) == 1 and inner.head == "call" and inner.label == "exp":
        return inner.args[0]
    return None


def _power_of_root(node: Form, conditions: list[Form]) -> Form | None:
    base, exponent = node.args
    if base.head == "root" and base.args[1] is exponent and exponent.head == "number":
        if isinstance(exponent.label, int) and exponent.label % 2 == 0:
            conditions.append(relation(">=", base.args[0], ZERO))
        return base.args[0]
    return None


_UNDO: Final[Mapping[str, Callable[[Form, list[Form]], Form | None]]] = {
    "exp": _exp_of_log,
    "log": _log_of_exp,
    "power": _power_of_root,
}
