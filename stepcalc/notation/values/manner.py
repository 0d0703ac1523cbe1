"""How a form is written where there is a choice, so that what is equal to it can be written alike."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from stepcalc.notation.forms import Form, numeral, postorder
from stepcalc.notation.values.evaluation import value


@dataclass(frozen=True, slots=True)
class Manner:
    """How a form is written where there is a choice.

    Args:
        places: Where each function first stands, so that others stand in the same order.
        functions_first: Whether terms with functions stand before those without.
        divides: Whether exponentials stand below the line (1/e^x) rather than above it (e^(-x)).
    """

    places: Mapping[Any, int]
    functions_first: bool
    divides: bool


def manner_of(form: Form) -> Manner:
    """How a form is written, for :func:`form_of` to write what is equal to it in the same way."""
    nodes = _leftmost_first(form)
    places = {value(node): place for place, node in enumerate(nodes) if node.head in ("call", "derived")}
    negative = any(
        node.label == "exp" and leads_with_minus(node.args[0]) for node in nodes if node.head == "call"
    )
    below = any(
        is_exponential(factor)
        for node in nodes
        if node.head == "quotient"
        for factor in _factors(node.args[1])
    )
    mixed = (_function_first(node) for node in nodes if node.head == "sum")
    first = next((found for found in mixed if found is not None), True)
    return Manner(places, first, below and not negative)


def _function_first(total: Form) -> bool | None:
    """Whether a sum begins with a term that has a function; ``None`` where all terms have, or none has."""
    having = [any(part.head == "call" for part in postorder(term)) for term in total.args]
    return having[0] if any(having) and not all(having) else None


def _factors(form: Form) -> tuple[Form, ...]:
    return form.args if form.head == "product" else (form,)


def is_exponential(form: Form) -> bool:
    """Whether a form is a power of e."""
    return form.head == "call" and form.label == "exp"


def leads_with_minus(form: Form) -> bool:
    """Whether a minus sign stands in front of a form: of a number, or of a product's first factor."""
    first = form.args[0] if form.head == "product" else form
    return first.head == "number" and numeral(first) < 0


def _leftmost_first(form: Form) -> list[Form]:
    """The nodes of a form, each once, from left to right as they are written."""
    found: dict[Form, None] = {}
    stack = [form]
    while stack:
        node = stack.pop()
        if node not in found:
            found[node] = None
            stack.extend(reversed(node.args))
    return list(found)
