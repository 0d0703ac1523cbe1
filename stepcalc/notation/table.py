"""The compiled grammar: the LALR table that Lark makes of grammar.lark, as plain data that is read at once.

Lark itself is imported only to compile, which takes longer than reading most expressions: once for each
change of grammar.lark, by ``python -m stepcalc.notation.table``. A grammar that was changed and not yet
compiled is noticed by its checksum and compiled on the spot.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final, TypedDict

GRAMMAR: Final = Path(__file__).with_name("grammar.lark")
COMPILED: Final = Path(__file__).with_name("grammar.json")
END: Final = "$END"


class Compiled(TypedDict):
    """What grammar.json holds; see :class:`Table`."""

    checksum: int
    end: int
    rules: list[tuple[str, int, str | None]]
    states: list[dict[str, int]]


@dataclass(frozen=True, slots=True)
class Table:
    """An LALR table; the parser starts in state 0.

    Args:
        states: For each state what to do at a symbol: go to the state of this number, or, if the number is
            negative, reduce by the rule ``~number``.
        rules: For each rule the symbol it makes, the number of its parts, and its name in the grammar.
        end: The state in which the start symbol has been read.
    """

    states: list[dict[str, int]]
    rules: list[tuple[str, int, str | None]]
    end: int


@cache
def load_table() -> Table:
    """The table of the grammar beside this module, compiled afresh only if it is not up to date."""
    checksum = zlib.crc32(GRAMMAR.read_bytes())
    try:
        data: Compiled = json.loads(COMPILED.read_bytes())
    except FileNotFoundError:
        data = compile_grammar()
    if data["checksum"] != checksum:
        data = compile_grammar()
    return Table(data["states"], [(made, size, name) for made, size, name in data["rules"]], data["end"])


def compile_grammar() -> Compiled:
    """What Lark makes of grammar.lark, with its states numbered in the order in which they are reached."""
    from lark import Lark
    from lark.common import LexerConf
    from lark.grammar import Rule
    from lark.lexer import Lexer, LexerState, TerminalDef, Token

    class NoLexer(Lexer):
        """Stands where Lark wants a lexer; the tokens come from notation/settling."""

        def __init__(self, conf: LexerConf) -> None:
            pass

        def lex(self, lexer_state: LexerState, parser_state: object) -> Iterator[Token]:
            raise NotImplementedError

    source = GRAMMAR.read_bytes()
    lark = Lark(source.decode(), parser="lalr", lexer=NoLexer, maybe_placeholders=False)
    saved, rules = lark.memo_serialize([Rule, TerminalDef])
    table = saved["parser"]["parser"]
    order: list[int] = [table["start_states"]["start"]]
    numbers = {order[0]: 0}
    states: list[dict[str, int]] = []
    for state in order:
        actions = {table["tokens"][symbol]: action for symbol, action in table["states"][state].items()}
        states.append({})
        for symbol, (reduces, target) in sorted(actions.items()):
            if reduces:
                states[-1][symbol] = ~target["@"]
                continue
            if target not in numbers:
                numbers[target] = len(order)
                order.append(target)
            states[-1][symbol] = numbers[target]
    return {
        "checksum": zlib.crc32(source),
        "end": numbers[table["end_states"]["start"]],
        "rules": [
            (rule["origin"]["name"], len(rule["expansion"]), rule["alias"])
            for _, rule in sorted(rules.items())
            if "expansion" in rule
        ],
        "states": states,
    }


def as_text(compiled: Compiled) -> str:
    """What is written into grammar.json: a line for each rule and each state."""
    lines = {key: ",\n  ".join(map(json.dumps, compiled[key])) for key in ("rules", "states")}
    return (
        f'{{"checksum": {compiled["checksum"]}, "end": {compiled["end"]},\n'
        f' "rules": [\n  {lines["rules"]}\n ],\n "states": [\n  {lines["states"]}\n ]}}\n'
    )


if __name__ == "__main__":
    COMPILED.write_text(as_text(compile_grammar()))
