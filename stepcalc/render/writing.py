"""What the writers of pages have in common: each block by a method of its own, words and formulas in a row."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

from stepcalc.notation.forms import letter, relation
from stepcalc.notation.functions import FunctionName
from stepcalc.render.document import (
    Answer,
    Block,
    Chain,
    Equation,
    Fields,
    Figure,
    Fold,
    Formula,
    Heading,
    Inline,
    Problem,
    Prose,
    Space,
    StepHead,
    Table,
    Title,
    Words,
)
from stepcalc.render.mathwords import Maths, Piece, law_pieces, names_of, sentence_pieces


class Writer(ABC):
    """Writes the blocks of a document; a writer that lacks a method for one of them cannot be made.

    Args:
        functions: The names of functions, as the rulebook in use has them.
        notation: ``"leibniz"`` or ``"prime"``.
    """

    def __init__(self, functions: Mapping[str, FunctionName], notation: str) -> None:
        self.functions = functions
        self.notation = notation
        self.names = names_of(functions)
        self.lettering = True
        self.taken_apart: dict[tuple[str, bool], list[Piece]] = {}

    def lines(self, blocks: Iterable[Block]) -> Iterator[str]:
        """What is written for blocks, one after the other."""
        for block in blocks:
            yield from BLOCKS[type(block)](self, block)

    def blocks(self, blocks: Iterable[Block]) -> str:
        """Blocks on lines of their own."""
        return "\n".join(self.lines(blocks))

    def inline(self, content: Inline) -> str:
        """Words and formulas in a row."""
        return "".join(
            self.words(part) if isinstance(part, Words) else self.formula(part) for part in equated(content)
        )

    def named(self, title: str, subject: Formula | None) -> str:
        """The name of a rule, with the formula that it ends with."""
        return self.sentence(title) + (f" {self.formula(subject)}" if subject else "")

    def sentence(self, text: str, *, law: bool = False) -> str:
        """Words, the letters and formulas among them set as mathematics.

        Args:
            text: What is written.
            law: Whether it is the law of a card, which is mathematics for the most part.
        """
        if not (self.lettering or law):
            return self.text(text)
        pieces = self.taken_apart.get((text, law))
        if pieces is None:
            pieces = law_pieces(text, self.names) if law else sentence_pieces(text, self.names)
            self.taken_apart[text, law] = pieces
        return "".join(
            self.maths(piece) if isinstance(piece, Maths) else self.text(piece) for piece in pieces
        )

    @contextmanager
    def as_typed(self) -> Iterator[None]:
        """For words that somebody else has written: a letter is a letter there."""
        before, self.lettering = self.lettering, False
        yield
        self.lettering = before

    @abstractmethod
    def maths(self, piece: Maths) -> str:
        """A stretch of mathematics within words."""

    @abstractmethod
    def text(self, text: str) -> str:
        """Words as they are, whatever signs are in them."""

    @abstractmethod
    def words(self, part: Words) -> str:
        """Words in their role."""

    @abstractmethod
    def formula(self, formula: Formula) -> str:
        """A formula within a line of words."""

    @abstractmethod
    def heading(self, block: Heading) -> Iterator[str]: ...

    @abstractmethod
    def prose(self, block: Prose) -> Iterator[str]: ...

    @abstractmethod
    def step_head(self, block: StepHead) -> Iterator[str]: ...

    @abstractmethod
    def equation(self, block: Equation) -> Iterator[str]: ...

    @abstractmethod
    def chain(self, block: Chain) -> Iterator[str]: ...

    @abstractmethod
    def answer(self, block: Answer) -> Iterator[str]: ...

    @abstractmethod
    def fold(self, block: Fold) -> Iterator[str]: ...

    @abstractmethod
    def table(self, block: Table) -> Iterator[str]: ...

    @abstractmethod
    def figure(self, block: Figure) -> Iterator[str]: ...

    @abstractmethod
    def title(self, block: Title) -> Iterator[str]: ...

    @abstractmethod
    def fields(self, block: Fields) -> Iterator[str]: ...

    @abstractmethod
    def space(self, block: Space) -> Iterator[str]: ...

    @abstractmethod
    def problem(self, block: Problem) -> Iterator[str]: ...


BLOCKS: Final[Mapping[type, Callable[[Writer, Any], Iterator[str]]]] = {
    Heading: lambda writer, block: writer.heading(block),
    Prose: lambda writer, block: writer.prose(block),
    StepHead: lambda writer, block: writer.step_head(block),
    Equation: lambda writer, block: writer.equation(block),
    Chain: lambda writer, block: writer.chain(block),
    Answer: lambda writer, block: writer.answer(block),
    Fold: lambda writer, block: writer.fold(block),
    Table: lambda writer, block: writer.table(block),
    Figure: lambda writer, block: writer.figure(block),
    Title: lambda writer, block: writer.title(block),
    Fields: lambda writer, block: writer.fields(block),
    Space: lambda writer, block: writer.space(block),
    Problem: lambda writer, block: writer.problem(block),
}
"""The method for each block."""


def equated(content: Inline) -> Inline:
    """Words and formulas in a row, two formulas with an equals sign between them made one: x = 1."""
    found: list[Words | Formula] = []
    for part in content:
        if isinstance(part, Formula) and _is_half(found) and part.form.head not in _STATED:
            left = found[-2]
            assert isinstance(left, Formula)
            found[-2:] = [Formula(relation("=", left.form, part.form), left.marked | part.marked)]
        else:
            found.append(part)
    return tuple(found)


def _is_half(found: list[Words | Formula]) -> bool:
    """Whether the last are a formula and an equals sign."""
    if len(found) < 2 or not isinstance(found[-1], Words) or found[-1].text != " = ":
        return False
    left = found[-2]
    return isinstance(left, Formula) and left.form.head not in _STATED


_STATED: Final = ("relation", "logic", "vector", "matrix")


def bound(name: str, formula: Formula) -> tuple[str, Formula]:
    """What is said of a letter of a rule, and what it stands for: "inside " and u = x² + 1."""
    found = _NAMED.fullmatch(name)
    if found is None or formula.form.head in _STATED:
        return name, formula
    return found[1], Formula(relation("=", letter(found[2]), formula.form), formula.marked)


_NAMED: Final = re.compile(r"(.*?)([A-Za-z]) = \Z", re.DOTALL)
