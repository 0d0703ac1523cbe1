"""Which steps are shown, in what order and under what number, and which are folded away."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass
from typing import Final, Literal

from stepcalc.render.document import Inline
from stepcalc.render.outline import Part, parts_of
from stepcalc.render.passes import is_accumulated
from stepcalc.rulebook.cards import Card
from stepcalc.trace.derivation import reading_order
from stepcalc.trace.step import Step

FOLDED: Final = frozenset(
    {"variable", "constant", "sum", "constant_multiple", "constant_divisor", "power", "arithmetic"}
)
"""Rules that need no line of their own: a tree of nothing but these becomes one step."""

UNSAID: Final = frozenset({"variable", "constant", "limit_variable", "limit_constant"})
"""Rules so small that, where they stand alone, the result is mentioned and not numbered."""

UNNAMED: Final = frozenset({"variable", "arithmetic"})
"""Rules that a group does not name beside others."""

REFERRING: Final = frozenset({"weight_gradient", "bias_gradient"})
"""Rules that use by its letter what a step before has found: it is not shown a second time."""

Kind = Literal["open", "leaf", "group", "again", "close", "section", "sentence", "together", "passes"]


@dataclass(frozen=True, slots=True)
class Event:
    """One thing to show.

    Args:
        kind: ``"open"`` a step with substeps to follow; ``"leaf"`` one without; ``"group"`` a folded tree;
            ``"again"`` a step shown before; ``"close"`` the substeps are put back; ``"section"`` a part of a
            strategy's work begins; ``"sentence"`` one that needs no step; ``"together"`` a strategy's parts
            are put together; ``"passes"`` the tables of the reverse accumulation that a strategy rests on.
        step: The step.
        number: Its number.
        depth: How deep it is nested.
        parts: For ``"close"``: the numbers of the substeps.
        tucked: For ``"close"`` and ``"leaf"``: substeps too small to have been shown.
        label: What the step is called within the work it belongs to, the section's heading, or the sentence.
    """

    kind: Kind
    step: Step
    number: int
    depth: int
    parts: tuple[int, ...] = ()
    tucked: tuple[Step, ...] = ()
    label: Inline = ()


@dataclass(frozen=True, slots=True)
class _Visit:
    """A step to be shown with all that is below it."""

    step: Step
    depth: int
    label: Inline = ()
    outermost: bool = False


@dataclass(frozen=True, slots=True)
class _Close:
    """A step whose substeps have been shown; ``kind`` is ``"also"`` if it goes by the number of the last."""

    step: Step
    depth: int
    kind: Literal["close", "also", "together"] = "close"


@dataclass(frozen=True, slots=True)
class _Said:
    """A heading or a sentence."""

    kind: Literal["section", "sentence"]
    label: Inline
    depth: int


_Item = _Visit | _Close | _Said


class Plan:
    """The numbering of one derivation's steps; stages are planned one after another.

    Args:
        unfold: Whether every step has a line of its own.
        tuck: Whether folded trees are not shown at all.
        everything: Whether all of many parts are shown.
    """

    def __init__(self, *, unfold: bool = False, tuck: bool = False, everything: bool = False) -> None:
        self.numbers: dict[Step, int] = {}
        self.count = 0
        self._unfold = unfold
        self._everything = everything
        self._tuck = tuck
        self._foldable: dict[Step, bool] = {}

    def events(self, root: Step) -> Iterator[Event]:
        """What is shown for the tree of steps below ``root``, in reading order."""
        stack: list[_Item] = [_Visit(root, 0, outermost=True)]
        while stack:
            match stack.pop():
                case _Close(step, depth, kind):
                    if kind == "also":
                        self.numbers.setdefault(step, self.numbers[step.substeps[-1]])
                    else:
                        yield self._closed(kind, step, depth)
                case _Said("section", label, depth):
                    self.count += 1
                    yield Event("section", root, self.count, depth, label=label)
                case _Said("sentence", label, depth):
                    yield Event("sentence", root, self.count, depth, label=label)
                case _Visit() as visit:
                    if visit.step in self.numbers:
                        yield Event(
                            "again", visit.step, self.numbers[visit.step], visit.depth, (), (), visit.label
                        )
                    elif visit.outermost or visit.label or not self._is_tucked(visit.step):
                        below = yield from self._visited(visit)
                        stack.extend(reversed(below))

    def _visited(self, visit: _Visit) -> Generator[Event, None, list[_Item]]:
        """The first event of a step, and what comes after it."""
        step, depth = visit.step, visit.depth
        if step.card.matcher == "sequence":
            # A derivative and its tidying follow one another like lines of one working.
            first, *moves = step.substeps
            return [
                _Visit(first, depth, visit.label, outermost=True),
                *(_Visit(move, depth, outermost=True) for move in moves),
                _Close(step, depth, "also"),
            ]
        parts = parts_of(step, unfold=self._unfold, everything=self._everything)
        if parts is not None and (visit.outermost or step.card.matcher == "repeated"):
            if any(is_accumulated(part.step) for part in parts if part.step is not None):
                yield Event("passes", step, self.count, depth)
                if step.card.matcher == "gradient":
                    # Its components stand at the end of the table.
                    parts = tuple(part for part in parts if part.step is None and part.kind != "remark")
            return self._set_out(visit, parts)
        self.count += 1
        self.numbers[step] = self.count
        event = self._first(visit)
        yield event
        if event.kind != "open":
            return []
        return [*(_Visit(substep, depth + 1) for substep in step.substeps), _Close(step, depth)]

    def _set_out(self, visit: _Visit, parts: tuple[Part, ...]) -> list[_Item]:
        """The parts of a strategy's work, those of a section one level deeper."""
        depth = visit.depth
        below: list[_Item] = []
        for part in parts:
            match part:
                case Part("section", label):
                    below.append(_Said("section", label, visit.depth))
                    depth = visit.depth + 1
                case Part("remark", label):
                    below.append(_Said("sentence", label, visit.depth))
                case Part(_, label, None):
                    below.append(_Said("sentence", label, depth))
                case Part(_, label, Step() as step):
                    below.append(_Visit(step, depth, label, outermost=not label))
        if visit.step.card.matcher == "repeated":
            return [*below, _Close(visit.step, visit.depth, "also")]
        return [*below, _Close(visit.step, visit.depth, "together")]

    def _first(self, visit: _Visit) -> Event:
        step = visit.step
        if step.card.matcher in REFERRING:
            return self._closed("leaf", step, visit.depth, visit.label)
        if step.card.matcher == "accumulated":
            return Event("leaf", step, self.numbers[step], visit.depth, label=visit.label)
        if step.substeps and self.is_foldable(step):
            kind: Kind = "group"
        elif all(self._is_tucked(substep) for substep in step.substeps):
            return self._closed("leaf", step, visit.depth, visit.label)
        else:
            kind = "open"
        return Event(kind, step, self.numbers[step], visit.depth, label=visit.label)

    def _closed(self, kind: Kind, step: Step, depth: int, label: Inline = ()) -> Event:
        parts = (self.numbers[substep] for substep in step.substeps if substep in self.numbers)
        tucked = (substep for substep in step.substeps if self._is_tucked(substep))
        return Event(
            kind,
            step,
            self.numbers.get(step, self.count),
            depth,
            tuple(dict.fromkeys(parts)),
            tuple(dict.fromkeys(tucked)),
            label,
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
