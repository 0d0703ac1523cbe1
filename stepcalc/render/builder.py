"""A derivation becomes a document."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from stepcalc.messages import say
from stepcalc.notation.arithmetic import combine
from stepcalc.notation.forms import Form, letters_of
from stepcalc.render import wording
from stepcalc.render.chain import chain
from stepcalc.render.document import (
    Answer,
    Block,
    Document,
    Equation,
    Formula,
    Heading,
    Inline,
    Prose,
    StepHead,
    Words,
    words,
)
from stepcalc.render.plan import Event, Plan, cards_below
from stepcalc.render.shorten import Sizes, shorten
from stepcalc.rulebook.application import CHAINED
from stepcalc.rulebook.law import substitute
from stepcalc.trace.conditions import Condition
from stepcalc.trace.derivation import Derivation, reading_order
from stepcalc.trace.display import rewrite, statement
from stepcalc.trace.step import Step

if TYPE_CHECKING:
    from stepcalc.calculus.questions import PointValue
    from stepcalc.trace.verification import Verification

MOST_IN_A_LINE: Final = 90
"""How many nodes of an expression a line of working shows."""

MOST_IN_THE_ANSWER: Final = 20_000
"""How many nodes of the answer are shown."""

MOST_STEPS: Final = 200
"""How many steps are shown unasked; ``--detail full`` shows all."""


@dataclass(frozen=True, slots=True)
class Presentation:
    """How a derivation is to be told.

    Args:
        style: ``"steps"`` (numbered, nested) or ``"chain"`` (one column of equal expressions).
        detail: ``"brief"`` (the rules and what they gave), ``"normal"``, or ``"full"`` (nothing folded).
        notation: ``"leibniz"`` or ``"prime"``.
        upto: The number of the last step to show, or ``None`` for all and the answer.
        hint: Whether to name the rule that comes next instead of showing what it gives.
    """

    style: str = "steps"
    detail: str = "normal"
    notation: str = "leibniz"
    upto: int | None = None
    hint: bool = False


def build(
    derivation: Derivation,
    presentation: Presentation | None = None,
    *,
    verification: Verification | None = None,
    point: PointValue | None = None,
) -> Document:
    """The document that tells a derivation.

    Args:
        derivation: What is told.
        presentation: How; numbered steps at normal detail if not given.
        verification: The outcome of checking, which is stated if given.
        point: Values at a point, which are stated if given.

    Returns:
        The document, for a writer to put into a format.
    """
    told = presentation or Presentation()
    builder = _Builder(derivation, told, verification)
    blocks: list[Block] = [*builder.opening()]
    if told.style == "chain" and told.upto is None and not told.hint:
        blocks.append(chain(derivation, builder.sizes, MOST_IN_A_LINE, unfold=told.detail == "full"))
    else:
        blocks.extend(builder.steps())
    if told.upto is None and not told.hint:
        blocks.extend(builder.closing(point))
    return Document(tuple(blocks), notation=told.notation)


class _Builder:
    """What the parts of one document share: the numbering, the sizes, the outcome of the checks."""

    def __init__(self, derivation: Derivation, told: Presentation, verification: Verification | None) -> None:
        self.derivation = derivation
        self.told = told
        self.verification = verification
        self.outcomes = verification.outcomes if verification else {}
        self.sizes = Sizes()
        self.plan = Plan(unfold=told.detail == "full")

    # before the steps

    def opening(self) -> Iterator[Block]:
        """The question and the choices that reading it made."""
        question = self.derivation.question
        for note in question.notes:
            yield Prose(words(note), role="note")
        times = {1: "", 2: say("twice")}.get(len(question.letters), say("times", count=len(question.letters)))
        asked: list[Words | Formula] = [
            Words(say("differentiate"), "strong"),
            Words("  "),
            self.formula(question.form),
            Words("  "),
            Words(say("with-respect-to")),
        ]
        for place, letter in enumerate(dict.fromkeys(question.letters)):
            asked.extend([Words(", ")] if place else [])
            asked.append(Formula(letter))
        if times:
            asked.append(Words(f",  {times}"))
        yield Heading(tuple(asked))

    # the steps

    def steps(self) -> Iterator[Block]:
        """The steps, as far as they were asked for, then a hint if one was."""
        last = self.told.upto if self.told.upto is not None else (0 if self.told.hint else None)
        most = None if self.told.detail == "full" else MOST_STEPS
        for event in self._events():
            opening = event.kind in ("open", "leaf", "group")
            if last is not None and opening and event.number > last:
                if self.told.hint:
                    yield from self._hint(event)
                return
            if most is not None and event.number > most:
                if opening and event.number == most + 1:
                    yield Prose(words(say("more-steps", count=self._count() - most)), role="note")
                continue
            yield from self._SHOW[event.kind](self, event)
        if self.told.hint:
            yield Prose(words(say("no-more-steps")))

    def _events(self) -> Iterator[Event]:
        for stage in self.derivation.stages:
            yield from self.plan.events(stage)

    def _count(self) -> int:
        """The number of steps that the whole derivation shows."""
        counting = Plan(unfold=self.told.detail == "full")
        for stage in self.derivation.stages:
            for _ in counting.events(stage):
                pass
        return len(counting.numbers)

    def _open(self, event: Event) -> Iterator[Block]:
        step = event.step
        yield self._head(event)
        if self.told.detail == "full" and step.card.say:
            yield Prose(words(step.card.say), role="note", depth=event.depth + 1)
        open_goals = frozenset(substep.goal for substep in step.substeps)
        yield self._equation(step.goal, rewrite(step, self.derivation.rulebook), event.depth, open_goals)

    def _leaf(self, event: Event) -> Iterator[Block]:
        step = event.step
        yield self._head(event)
        if self.told.detail == "full" and step.card.say:
            yield Prose(words(step.card.say), role="note", depth=event.depth + 1)
        if step.goal.head != "goal":
            yield Equation(None, self.formula(step.result), event.depth)
            return
        yield self._equation(step.goal, combine(step.result), event.depth)
        for small in event.tucked:
            yield self._equation(small.goal, small.result, event.depth)

    def _group(self, event: Event) -> Iterator[Block]:
        cards = cards_below(event.step)
        failed = any(self._failed(below) for below in reading_order((event.step,)))
        yield StepHead(event.number, wording.title(cards), depth=event.depth, failed=failed)
        yield self._equation(event.step.goal, self._combined(event.step), event.depth)

    def _again(self, event: Event) -> Iterator[Block]:
        if self.told.detail == "brief":
            return
        yield Equation(
            self.formula(event.step.goal),
            self.formula(self._combined(event.step)),
            event.depth,
            say("as-in", number=event.number),
        )

    def _close(self, event: Event) -> Iterator[Block]:
        if self.told.detail == "brief":
            return
        parts = wording.listed([str(part) for part in event.parts])
        pieces: list[Words | Formula] = [Words(say("put-back", parts=parts, number=event.number), "note")]
        for small in event.tucked:
            pieces.append(Words(say("with"), "note"))
            pieces.append(self.formula(small.goal))
            pieces.append(Words(" = "))
            pieces.append(self.formula(small.result))
        yield Prose(tuple(pieces), depth=event.depth + 1)
        yield self._equation(event.step.goal, self._combined(event.step), event.depth)

    _SHOW: Final = {"open": _open, "leaf": _leaf, "group": _group, "again": _again, "close": _close}

    def _hint(self, event: Event) -> Iterator[Block]:
        """The rule that comes next, and how it reads the expression."""
        cards = cards_below(event.step) if event.kind == "group" else event.step.rules
        subject = event.step.goal.args[0] if event.step.goal.head == "goal" else event.step.goal
        yield Prose(
            (
                Words(say("next-rule")),
                Words(wording.title(cards), "rule"),
                Words(say("next-on")),
                self.formula(subject),
            )
        )
        for card in cards:
            if card.say:
                yield Prose(words(card.say), role="note")

    # pieces

    def _head(self, event: Event) -> StepHead:
        step, failed = event.step, self._failed(event.step)
        if step.goal.head != "goal":
            name, common = wording.rewriting(step)
            subject = None if common is None else self.formula(common)
            return StepHead(event.number, name, subject, depth=event.depth, failed=failed)
        title = wording.title(step.rules)
        if self.told.detail == "brief":
            return StepHead(event.number, title, depth=event.depth, failed=failed)
        law = "" if step.chain else statement(step)
        bindings = self._outside_and_inside(step) if step.chain else self._bindings(step)
        return StepHead(event.number, title, None, law, bindings, event.depth, failed)

    def _bindings(self, step: Step) -> tuple[tuple[str, Formula], ...]:
        found: list[tuple[str, Formula]] = []
        variable = step.goal.args[1]
        for name, bound in step.bindings.items():
            if isinstance(bound, tuple):
                names = _PLURAL if len(bound) <= len(_PLURAL) else ()
                found.extend(
                    (f"{each} = ", self.formula(part)) for each, part in zip(names, bound, strict=False)
                )
            elif name in _SHOWN and not (name in CHAINED and bound is variable):
                found.append((f"{name} = ", self.formula(bound)))
        return tuple(found)

    def _outside_and_inside(self, step: Step) -> tuple[tuple[str, Formula], ...]:
        """How the chain rule takes the expression apart; laws call the inside u, or v where u is fixed."""
        variable = step.goal.args[1]
        inner = [
            (name, bound)
            for name, bound in step.bindings.items()
            if name in CHAINED and isinstance(bound, Form) and bound is not variable
        ]
        if step.law is None or len(inner) != 1:
            return self._bindings(step)
        name, bound = inner[0]
        others = {other: each for other, each in step.bindings.items() if other != name}
        outside = substitute(step.law.subject, others)
        return (
            (say("outside"), self.formula(outside)),
            (say("inside", name=name), self.formula(bound)),
        )

    def _equation(
        self, left: Form, right: Form, depth: int, marked: frozenset[Form] = frozenset()
    ) -> Equation:
        return Equation(self.formula(left), self.formula(right, marked), depth)

    def _combined(self, step: Step) -> Form:
        # What is cut down anyway is cut down before it is put in order: both cost its size.
        return combine(shorten(step.result, 4 * MOST_IN_A_LINE, self.sizes))

    def formula(self, form: Form, marked: frozenset[Form] = frozenset()) -> Formula:
        """The form as a line of working shows it."""
        return Formula(shorten(form, MOST_IN_A_LINE, self.sizes), marked)

    def _failed(self, step: Step) -> bool:
        return self.outcomes.get(step) == "failed"

    # after the steps

    def closing(self, point: PointValue | None) -> Iterator[Block]:
        """The answer, where it holds, values at a point, and how it was checked."""
        derivation = self.derivation
        kept = wording.conditions(derivation)
        possible = tuple(condition for condition in kept if condition.status != "impossible")
        forms = [derivation.answer]
        if derivation.also is not None and self.sizes[derivation.also] <= MOST_IN_A_LINE:
            forms.append(derivation.also)
        answers = tuple(Formula(shorten(form, MOST_IN_THE_ANSWER, self.sizes)) for form in forms)
        yield Answer(answers, wording.domain(possible) if len(possible) == len(kept) else ())
        if derivation.untidied:
            yield Prose(words(say("untidied")), role="note")
        if point is not None:
            yield from self._at(point)
        yield Prose(self._where_and_how(kept, len(possible) < len(kept)), role="note")

    def _where_and_how(self, kept: Sequence[Condition], impossible: bool) -> Inline:
        pieces: list[Words | Formula] = []
        if impossible:
            pieces.append(Words(say("holds-nowhere-real"), "warning"))
        elif not kept:
            question = self.derivation.question
            found = letters_of(question.form) | set(question.letters)
            order = dict.fromkeys((*question.letters, *question.held))
            pieces.extend(wording.everywhere([letter for letter in order if letter in found]))
        if self.verification is not None:
            pieces.extend([Words(" ")] if pieces else [])
            pieces.extend(wording.checked(self.verification, () if impossible else kept))
        return tuple(pieces)

    def _at(self, point: PointValue) -> Iterator[Block]:
        raise NotImplementedError


_PLURAL: Final = ("f", "g", "h", "k")
_SHOWN: Final = frozenset("abcfghkmnuv")
