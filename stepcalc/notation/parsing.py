"""Drives the LALR table of the grammar over tokens; each production builds its value as it is recognised."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from stepcalc.notation.table import END, Table

Build = Callable[[list[Any]], Any]
"""What a production builds from its parts: from tokens, and from what other productions built."""


@dataclass(slots=True)
class Token:
    """A symbol of the grammar as it occurs in a text.

    Args:
        kind: The symbol.
        value: What it stands for: a form for a number or a letter, a name for a function, ...
        start: Index in the text of its first character.
        end: Index after its last character; the same as ``start`` for what was left out and is put in.
    """

    kind: str
    value: Any
    start: int
    end: int


class UnexpectedTokenError(Exception):
    """No sentence of the grammar goes on with this token."""

    def __init__(self, token: Token, expected: frozenset[str]) -> None:
        super().__init__(token.kind)
        self.token = token
        self.expected = expected


def parse(tokens: Iterable[Token], table: Table, builders: Mapping[str, Build]) -> Any:
    """What the builder of the outermost production returns.

    The stacks are lists, so nesting is bounded by memory only, and each token is looked at once.

    Args:
        tokens: The sentence, which ends with a token of the kind ``END``.
        table: The compiled grammar.
        builders: A function for each production that has a name.

    Raises:
        UnexpectedTokenError: The tokens are no sentence of the grammar.
    """
    rules = [(made, size, builders[name] if name else None) for made, size, name in table.rules]
    table_states = table.states
    states = [0]
    values: list[Any] = []
    for token in tokens:
        kind = token.kind
        while True:
            action = table_states[states[-1]].get(kind)
            if action is None:
                raise UnexpectedTokenError(token, _terminals(table_states[states[-1]]))
            if action >= 0:
                states.append(action)
                values.append(token)
                break
            made, size, build = rules[~action]
            if size > 1:
                del states[1 - size :]
                values[-size:] = [build(values[-size:]) if build else values[-size]]
            elif build:
                values[-1] = build(values[-1:])
            states[-1] = table_states[states[-2]][made]
            if kind == END and states[-1] == table.end:
                return values[-1]
    raise AssertionError("the tokens have no end")


def _terminals(entries: Mapping[str, int]) -> frozenset[str]:
    return frozenset(symbol for symbol in entries if symbol.isupper())
