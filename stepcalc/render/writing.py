"""What the writers of pages have in common: each block by a method of its own, words and formulas in a row."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final

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


class Writer(ABC):
    """Writes the blocks of a document; a writer that lacks a method for one of them cannot be made.

    Args:
        functions: The names of functions, as the rulebook in use has them.
        notation: ``"leibniz"`` or ``"prime"``.
    """

    def __init__(self, functions: Mapping[str, FunctionName], notation: str) -> None:
        self.functions = functions
        self.notation = notation

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
            self.words(part) if isinstance(part, Words) else self.formula(part) for part in content
        )

    def named(self, title: str, subject: Formula | None) -> str:
        """The name of a rule, with the formula that it ends with."""
        return self.text(title) + (f" {self.formula(subject)}" if subject else "")

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
