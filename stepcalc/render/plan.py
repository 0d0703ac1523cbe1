"""Which steps are shown, in what order and under what number, and which are folded away."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from stepcalc.rulebook.cards import Card
from stepcalc.trace.derivation import reading_order
from stepcalc.trace.step import Step

FOLDED: Final = frozenset(
    {"variable", "constant", "sum", "constant_multiple", "constant_divisor", "power", "arithmetic"}
)
"""Rules that need no line of their own: a tree of nothing but these becomes one step."""

UNSAID: Final = frozenset({"variable", "constant"})
"""Rules so small that, where they stand alone, the result is mentioned and not numbered."""

UNNAMED: Final = frozenset({"variable", "arithmetic"})
"""Rules that a group does not name beside others."""

Kind = Literal["open", "leaf", "group", "again", "close"]


@dataclass(frozen=True, slots=True)
class Event:
    """One thing to show.

    Args:
        kind: ``"open"`` a step with substeps to follow; ``"leaf"`` one without; ``"group"`` a folded tree;
            ``"again"`` a step shown before; ``"close"`` the substeps are put back.
        step: The step.
        number: Its number.
        depth: How deep it is nested.
        parts: For ``"close"``: the numbers of the substeps.
        tucked: For ``"close"`` and ``"leaf"``: substeps too small to have been shown.
    """

    kind: Kind
    step: Step
    number: int
    depth: int
    parts: tuple[int, ...] = ()
    tucked: tuple[Step, ...] = ()


class Plan:
    """The numbering of one derivation's steps; stages are planned one after another.

    Args:
        unfold: Whether every step has a line of its own.
        tuck: Whether folded trees are not shown at all.
    """

    def __init__(self, *, unfold: bool = False, tuck: bool = False) -> None:
        self.numbers: dict[Step, int] = {}
        self._unfold = unfold
        self._tuck = tuck
        self._foldable: dict[Step, bool] = {}

    def events(self, root: Step) -> Iterator[Event]:
        """What is shown for the tree of steps below ``root``, in reading order."""
        stack: list[tuple[bool, Step, int]] = [(False, root, 0)]
        while stack:
            closing, step, depth = stack.pop()
            if closing:
                yield self._closed("close", step, depth)
            elif step in self.numbers:
                yield Event("again", step, self.numbers[step], depth)
            elif step is not root and self._is_tucked(step):
                continue
            else:
                self.numbers[step] = len(self.numbers) + 1
                event = self._first(step, depth)
                yield event
                if event.kind == "open":
                    stack.append((True, step, depth))
                    stack.extend((False, substep, depth + 1) for substep in reversed(step.substeps))

    def _first(self, step: Step, depth: int) -> Event:
        if step.substeps and self.is_foldable(step):
            kind: Kind = "group"
        elif all(self._is_tucked(substep) for substep in step.substeps):
            return self._closed("leaf", step, depth)
        else:
            kind = "open"
        return Event(kind, step, self.numbers[step], depth)

    def _closed(self, kind: Kind, step: Step, depth: int) -> Event:
        parts = (self.numbers[substep] for substep in step.substeps if substep in self.numbers)
        tucked = (substep for substep in step.substeps if self._is_tucked(substep))
        return Event(
            kind, step, self.numbers[step], depth, tuple(dict.fromkeys(parts)), tuple(dict.fromkeys(tucked))
        )

    def _is_tucked(self, step: Step) -> bool:
        if self._unfold:
            return False
        return self.is_foldable(step) if self._tuck else not step.substeps and step.card.id in UNSAID

    def is_foldable(self, step: Step) -> bool:
        """Whether the step and everything below it may be shown as one line."""
        if self._unfold:
            return False
        known = self._foldable
        stack = [step]
        while stack:
            node = stack[-1]
            waiting = [substep for substep in node.substeps if substep not in known]
            if node in known or not waiting:
                known[node] = node.rule.id in FOLDED and all(known[substep] for substep in node.substeps)
                stack.pop()
            else:
                stack.extend(waiting)
        return known[step]


def cards_below(step: Step) -> tuple[Card, ...]:
    """The cards of a folded tree that are worth naming, each once, in reading order."""
    found = dict.fromkeys(card for below in reading_order((step,)) for card in below.rules)
    return tuple(card for card in found if card.id not in UNNAMED) or tuple(found)
