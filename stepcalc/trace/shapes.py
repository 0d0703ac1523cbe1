"""Whether a rewriting move changed what its card says such a move changes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from stepcalc.notation.forms import Form, nodes_of
from stepcalc.rulebook.cards import Card


def fits(card: Card, before: Form, after: Form) -> bool:
    """Whether a move deserves the name of its card: one of the parts that the card names has changed.

    Examples:
        >>> from stepcalc.notation.forms import letter
        >>> fits(Card("factor", "Factor", changes="sums"), letter("x"), letter("y"))
        False
    """
    parts = [_PARTS[kind] for kind in card.changes.split() if kind in _PARTS]
    return not card.changes or any(find(before) != find(after) for find in parts)


def _sums(form: Form) -> set[Form]:
    return {node for node in nodes_of(form) if node.head == "sum"}


def _fractions(form: Form) -> set[Form]:
    return {node for node in nodes_of(form) if node.head == "quotient"}


def _denominators(form: Form) -> set[Form]:
    return {node.args[1] for node in nodes_of(form) if node.head == "quotient"}


def _radicands(form: Form) -> set[Form]:
    return {node.args[0] for node in nodes_of(form) if node.head == "root" or _is_fractional_power(node)}


def _is_fractional_power(node: Form) -> bool:
    return node.head == "power" and node.args[1].head == "quotient"


def _functions(form: Form) -> set[Form]:
    """The functions in a form, and the powers of functions."""
    return {node for node in nodes_of(form) if node.head == "call" or _is_power_of_call(node)}


def _is_power_of_call(node: Form) -> bool:
    return node.head == "power" and node.args[0].head == "call"


_PARTS: Final[Mapping[str, Callable[[Form], set[Form]]]] = {
    "sums": _sums,
    "fractions": _fractions,
    "denominators": _denominators,
    "radicands": _radicands,
    "functions": _functions,
}
