"""What forms compile to: operations in the order in which they can be done, and what each depends on.

Forms that occur more than once are done once. Steps are told apart by the letters that they depend on, so that
where one letter changes, only what it reaches is done again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import reduce
from operator import or_
from typing import Any, Final

from stepcalc.notation.forms import Form
from stepcalc.numeric.shape import evaluated_parts, exact_value, is_integral, is_well_formed
from stepcalc.numeric.steps import Operation, Step, principal_step, real_step

OPAQUE: Final = 1
"""The bit, beside one for each letter, of what reads letters of its own accord: goals and integrals."""

EVERYTHING: Final = -1

WIDEST_SUM: Final = 8
"""Longer sums are added up in groups, so that where one term changes few additions are made again."""


class Tape:
    """Forms compiled for evaluation.

    Args:
        roots: What is to be evaluated.

    Attributes:
        operations: What is done; the place in this list is the slot that the value goes to.
        depends: For each slot the letters that its value depends on, a bit for each.
        letters: The slots of the letters.
        root_slots: The slots of the roots.
        subjects: What the goals differentiate.
        goals: For each sequence of letters to differentiate by, the places of the subjects.
    """

    def __init__(self, roots: Sequence[Form]) -> None:
        self.operations: list[Operation] = []
        self.depends: list[int] = []
        self.letters: dict[Form, int] = {}
        self.subjects: list[Form] = []
        self.goals: dict[tuple[Form, ...], list[int]] = {}
        self._steps: dict[tuple[bool, int], list[Step]] = {}
        slots = self._compile(roots)
        self.root_slots = [slots[top] for top in roots]

    def steps(self, complex_ok: bool, mask: int = EVERYTHING) -> list[Step]:
        """The steps that depend on the letters of the mask; with none given, those that depend on any."""
        key = (complex_ok, mask)
        found = self._steps.get(key)
        if found is None:
            slots = [slot for slot, depends in enumerate(self.depends) if depends & mask]
            found = self._steps[key] = list(self.steps_of(slots, complex_ok))
        return found

    def steps_of(self, slots: Sequence[int], complex_ok: bool) -> Iterator[Step]:
        """The steps that fill some slots; letters have none."""
        translate = principal_step if complex_ok else real_step
        for slot in slots:
            operation = self.operations[slot]
            if operation.head not in ("letter", "reference"):
                yield translate(operation)

    def fixed(self) -> Iterator[Operation]:
        """What depends on no letter."""
        return (each for each, depends in zip(self.operations, self.depends, strict=True) if not depends)

    def mask_of(self, letters: Sequence[Form]) -> int:
        """The bits of some letters, and of what reads letters of its own accord."""
        return reduce(
            or_, [self.depends[self.letters[each]] for each in letters if each in self.letters], OPAQUE
        )

    def _compile(self, roots: Sequence[Form]) -> dict[Form, int]:
        slots: dict[Form, int] = {}
        for top in roots:
            stack = [top]
            while stack:
                node = stack[-1]
                if node in slots:
                    stack.pop()
                    continue
                parts = evaluated_parts(node)
                waiting = [part for part in parts if part not in slots]
                if waiting:
                    stack.extend(reversed(waiting))
                    continue
                stack.pop()
                slots[node] = self._append(node, tuple([slots[part] for part in parts]))
        return slots

    def _append(self, node: Form, args: tuple[int, ...]) -> int:
        value = exact_value(node, [self.operations[arg].exact for arg in args])
        if node.head == "sum" and value is None:
            args = self._in_groups(args)
        head, label, depends = self._read(node, args)
        if not is_well_formed(node):
            head = "nothing"
        return self._put(Operation(len(self.operations), head, label, args, value), depends)

    def _read(self, node: Form, args: tuple[int, ...]) -> tuple[str, Any, int]:
        """What is done at a node, with what, and what that depends on."""
        depends = reduce(or_, [self.depends[arg] for arg in args], 0)
        match node.head:
            case "letter" | "reference":
                self.letters[node] = len(self.operations)
                return node.head, node.label, 1 << len(self.letters)
            case "goal":
                letters = node.args[1:]
                group = self.goals.setdefault(letters, [])
                group.append(len(self.subjects))
                self.subjects.append(node.args[0])
                return node.head, (letters, len(group) - 1), EVERYTHING
            case "call" if is_integral(node):
                return "integral", node.args[:2], EVERYTHING
            case "power" | "root" if self.operations[args[1]].exact is not None:
                return node.head, self.operations[args[1]].exact, depends
        return node.head, node.label, depends

    def _in_groups(self, args: tuple[int, ...]) -> tuple[int, ...]:
        """The terms of a long sum, put together in groups that have slots of their own."""
        while len(args) > WIDEST_SUM:
            groups = [args[start : start + WIDEST_SUM] for start in range(0, len(args), WIDEST_SUM)]
            args = tuple([self._group_sum(group) if len(group) > 1 else group[0] for group in groups])
        return args

    def _group_sum(self, args: tuple[int, ...]) -> int:
        depends = reduce(or_, [self.depends[arg] for arg in args])
        return self._put(Operation(len(self.operations), "sum", None, args), depends)

    def _put(self, operation: Operation, depends: int) -> int:
        self.operations.append(operation)
        self.depends.append(depends)
        return operation.slot
