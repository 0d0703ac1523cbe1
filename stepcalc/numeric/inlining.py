"""Calls of functions that cards define, replaced by their bodies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from stepcalc.notation.forms import Form, postorder, rebuild, with_args

Definition = tuple[tuple[Form, ...], Form]
"""A function that a card defines: its parameters, and its body."""

DEEPEST_DEFINITION: Final = 40
"""Definitions that use each other more deeply than this are left as they are written."""


def inlined(roots: Sequence[Form], definitions: Mapping[str, Definition]) -> list[Form]:
    """The forms with calls of defined functions replaced by their bodies."""
    bodies: dict[str, Form | None] = {}

    def body_of(name: str, level: int) -> Form | None:
        if name not in bodies:
            bodies[name] = None  # while it is being made: a definition does not call itself
            if level < DEEPEST_DEFINITION:
                bodies[name] = replaced([definitions[name][1]], level + 1)[0]
        return bodies[name]

    def replaced(forms: Sequence[Form], level: int) -> list[Form]:
        done: dict[Form, Form] = {}
        for node in postorder(*forms):
            new = with_args(node, tuple([done[arg] for arg in node.args])) if node.args else node
            if new.head == "call" and new.name in definitions:
                parameters = definitions[new.name][0]
                body = body_of(new.name, level)
                if body is not None and len(parameters) == len(new.args):
                    new = rebuild(body, dict(zip(parameters, new.args, strict=True)))
            done[node] = new
        return [done[form] for form in forms]

    return replaced(roots, 0)
