"""Where a derivation holds: each condition proved (and dropped), kept, or stated as undecided."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from stepcalc.notation.arithmetic import number_value, times
from stepcalc.notation.forms import (
    INFINITY,
    ZERO,
    Form,
    letters_of,
    logic,
    numeral,
    postorder,
    rebuild,
    relation,
    subtract,
)
from stepcalc.numeric.probing import decided_number
from stepcalc.numeric.shape import is_integral
from stepcalc.numeric.signs import decide
from stepcalc.rulebook.book import Rulebook
from stepcalc.rulebook.ranges import Ranges


@dataclass(frozen=True, slots=True)
class Condition:
    """Where a step holds.

    Args:
        relation: A relation, or relations joined by ``and`` or ``or``.
        status: ``"kept"`` where there are points at which it fails, ``"undecided"`` where that is not known,
            ``"impossible"`` where it holds at no real point. (One that always holds is not recorded.)
    """

    relation: Form
    status: str = "kept"


class Judge:
    """Judges conditions; what was decided of a form is remembered as long as this object.

    Args:
        book: The rules, whose cards say what values functions take.
    """

    def __init__(self, book: Rulebook) -> None:
        self.book = book
        self._ranges = Ranges(book)
        self._memo: dict[Form, object] = {}
        self._judged: dict[Form, Condition | None] = {}

    def kept(self, relations: Iterable[Form]) -> tuple[Condition, ...]:
        """The conditions that do not always hold, each part of an ``and`` on its own."""
        found: dict[Condition, None] = {}
        for whole in relations:
            for part in parts_of(whole):
                judged = self._judge(part)
                if judged is not None:
                    found[judged] = None
        return tuple(found)

    def _judge(self, part: Form) -> Condition | None:
        if part not in self._judged:
            verdict = decide(part, self._ranges, self._memo)
            if verdict is True:
                self._judged[part] = None
            else:
                self._judged[part] = Condition(part, "kept" if verdict is None else "impossible")
        return self._judged[part]

    def lost(self, before: Form, after: Form) -> tuple[Condition, ...]:
        """Where the first expression is real, as far as the second, its equal, does not say so itself."""
        still = {part for whole in self.of_function(after) for part in parts_of(whole)}
        gone = [part for whole in self.of_function(before) for part in parts_of(whole) if part not in still]
        return self.kept(dict.fromkeys(gone))

    def of_function(self, form: Form) -> Iterator[Form]:
        """Where an expression itself is real, as far as its own functions, roots and denominators say."""
        integrals: dict[Form, tuple[Form, ...]] = {}
        for node in postorder(form):
            if is_integral(node):  # those inside come first
                integrals[node] = tuple(self._of_integral(node, integrals))
        yield from self._of_nodes(form, integrals)

    def _of_nodes(self, form: Form, integrals: Mapping[Form, tuple[Form, ...]]) -> Iterator[Form]:
        for node in _outside_integrals(form) if integrals else postorder(form):
            match node.head:
                case "quotient":
                    if node.args[1].head != "number" or node.args[1] is ZERO:
                        yield relation("!=", node.args[1], ZERO)
                case "call" if node in integrals:
                    yield from integrals[node]
                case "call":
                    yield from self._of_call(node)
                case "root" if node.args[1].head == "number" and numeral(node.args[1]) % 2 == 0:
                    yield relation(">=", node.args[0], ZERO)
                case "power":
                    yield from _of_power(node)

    def _of_integral(self, node: Form, integrals: Mapping[Form, tuple[Form, ...]]) -> Iterator[Form]:
        """What the integrand needs between the limits, said of the limits."""
        integrand, bound, *limits = node.args
        for whole in self._of_nodes(integrand, integrals):
            for part in parts_of(whole):
                if bound not in letters_of(part):
                    yield part
                elif self._judge(part) is not None:
                    ends = [rebuild(part, {bound: end}) for end in limits if INFINITY not in postorder(end)]
                    if part.head == "relation" and part.label == "!=":
                        yield from self._of_one_sign(ends)
                    else:
                        yield from (end for end in ends if not self._is_end(end))

    def _of_one_sign(self, ends: Sequence[Form]) -> Iterator[Form]:
        """What is nowhere nought between two limits has one sign at both; at a number it may be nought."""
        sides = [end.args[0] if end.args[1] is ZERO else subtract(*end.args) for end in ends]
        open_ends = [side for end, side in zip(ends, sides, strict=True) if not self._is_end(end)]
        if len(open_ends) < 2:  # towards infinity nothing is said of the sign
            yield from (relation("!=", side, ZERO) for side in open_ends)
            return
        for side, other in (sides, sides[::-1]):
            if not letters_of(side):
                positive = decided_number(relation(">", side, ZERO), self.book.definitions)
                if positive is not None:
                    yield relation(">" if positive else "<", other, ZERO)
                    return
        yield relation(">", times(*sides), ZERO)

    def _is_end(self, part: Form) -> bool:
        """Whether the sides of a relation at a limit are one number: the integral is improper there."""
        if part.head != "relation" or part.label in ("in", "not in") or letters_of(part):
            return False
        return decide(relation("=", *part.args), self._ranges, self._memo) is True

    def _of_call(self, node: Form) -> Iterator[Form]:
        for _, law in self.book.candidates(str(node.label)):
            bindings = law.match(node, _constant)
            if bindings is not None:
                if law.real is not None:
                    yield law.real(bindings)
                return


def _outside_integrals(form: Form) -> Iterator[Form]:
    """All nodes, arguments first, but those of integrands."""
    seen: set[Form] = set()
    stack = [form]
    while stack:
        node = stack[-1]
        waiting = [arg for arg in (node.args[2:] if is_integral(node) else node.args) if arg not in seen]
        if waiting and node not in seen:
            stack.extend(waiting)
            continue
        stack.pop()
        if node not in seen:
            seen.add(node)
            yield node


def _constant(_: Form) -> bool:
    return False


def _of_power(node: Form) -> Iterator[Form]:
    base, exponent = node.args
    known = number_value(exponent)
    if known is None:
        if number_value(base) is None:
            yield relation(">", base, ZERO)
    elif known.denominator % 2 == 0:
        yield relation(">=" if known > 0 else ">", base, ZERO)
    elif known < 0:
        yield relation("!=", base, ZERO)


def parts_of(condition: Form) -> Iterator[Form]:
    """The parts of a condition that must all hold."""
    if condition.head == "logic" and condition.label == "and":
        for part in condition.args:
            yield from parts_of(part)
    elif condition.head == "relation" and condition.label == "in" and condition.args[1].name == "reals":
        return
    else:
        yield condition


def joined(parts: Iterable[Form]) -> Form | None:
    """Conditions as one form, ``None`` where there are none."""
    found = tuple(parts)
    if len(found) < 2:
        return found[0] if found else None
    return logic("and", *found)
