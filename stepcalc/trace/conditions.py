"""Where a derivation holds: each condition proved (and dropped), kept, or stated as undecided."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from stepcalc.notation.arithmetic import number_value
from stepcalc.notation.forms import ZERO, Form, logic, numeral, postorder, relation
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
        for node in postorder(form):
            match node.head:
                case "quotient":
                    yield relation("!=", node.args[1], ZERO)
                case "call":
                    yield from self._of_call(node)
                case "root" if node.args[1].head == "number" and numeral(node.args[1]) % 2 == 0:
                    yield relation(">=", node.args[0], ZERO)
                case "power":
                    yield from _of_power(node)

    def _of_call(self, node: Form) -> Iterator[Form]:
        for _, law in self.book.candidates(str(node.label)):
            bindings = law.match(node, _constant)
            if bindings is not None:
                if law.real is not None:
                    yield law.real(bindings)
                return


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
