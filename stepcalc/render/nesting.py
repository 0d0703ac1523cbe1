"""The flat list of a document's blocks as a tree: steps hold what belongs to them, and their substeps."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from stepcalc.render.document import Block, Equation, Fold, Prose, StepHead

DEEPEST = 7
"""Steps nested deeper than this stand beside one another: their numbers say where they belong."""


@dataclass(slots=True)
class StepTree:
    """A step with what belongs to it.

    Args:
        head: Its first line.
        depth: How deep it is nested, at most :data:`DEEPEST`.
        parts: Its own blocks, and its substeps in groups.
    """

    head: StepHead
    depth: int
    parts: list[Block | Substeps] = field(default_factory=list)


@dataclass(slots=True)
class Substeps:
    """The substeps of a step that stand in a row, with what stands between them."""

    parts: list[Block | StepTree] = field(default_factory=list)

    @property
    def numbers(self) -> tuple[int, ...]:
        """The numbers of the steps in it."""
        return tuple(self._numbers())

    def _numbers(self) -> Iterator[int]:
        for part in self.parts:
            if isinstance(part, StepTree):
                yield part.head.number
                for below in part.parts:
                    if isinstance(below, Substeps):
                        yield from below._numbers()


def nested(blocks: Iterable[Block]) -> list[Block | StepTree]:
    """The blocks of a document as a tree.

    Args:
        blocks: The blocks in reading order, each with its depth.

    Returns:
        Steps and what stands beside them, in reading order. What a step shows belongs to it: its equations,
        and the sentences one level further in.

    Examples:
        >>> from stepcalc.render.document import words
        >>> blocks = [StepHead(1, "Product rule"), StepHead(2, "Power rule", depth=1), Prose(words("Done."))]
        >>> tree, prose = nested(blocks)
        >>> tree.head.title, tree.parts[0].numbers, type(prose).__name__
        ('Product rule', (2,), 'Prose')
    """
    top: list[Block | StepTree] = []
    path: list[StepTree] = []
    for block in blocks:
        depth = depth_of(block)
        if isinstance(block, StepHead):
            tree = StepTree(block, depth)
            del path[_holding(path, depth - 1) :]
            (_inside(path[-1]).parts if path else top).append(tree)
            path.append(tree)
            continue
        del path[_holding(path, depth) :]
        if not path:
            top.append(block)
        elif path[-1].depth < depth:
            _inside(path[-1]).parts.append(block)
        else:
            path[-1].parts.append(block)
    return top


def depth_of(block: Block) -> int:
    """The depth of the step that a block belongs to; -1 where it belongs to none."""
    match block:
        case StepHead(depth=depth) | Equation(depth=depth) | Fold(depth=depth):
            return min(depth, DEEPEST)
        case Prose(depth=depth):
            return min(depth - 1, DEEPEST)
    return -1


def _holding(path: list[StepTree], depth: int) -> int:
    """How many of the open steps are not deeper than this."""
    return sum(tree.depth <= depth for tree in path)


def _inside(tree: StepTree) -> Substeps:
    """The group of substeps at the end of a step's parts; a new one if something else stands there."""
    last = tree.parts[-1] if tree.parts else None
    if isinstance(last, Substeps):
        return last
    fresh = Substeps()
    tree.parts.append(fresh)
    return fresh
