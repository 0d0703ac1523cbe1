"""A derivation becomes a document."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from stepcalc.messages import say
from stepcalc.notation.arithmetic import combine, over
from stepcalc.notation.forms import (
    ONE,
    Form,
    call,
    derived,
    goal,
    letter,
    letters_of,
    matrix,
    multiply,
    postorder,
    rebuild,
    relation,
    vector,
)
from stepcalc.render import approaching, dependence, kinds, networks, series, wording
from stepcalc.render.chain import chain, is_answered
from stepcalc.render.document import (
    Answer,
    Block,
    Document,
    Equation,
    Fold,
    Formula,
    Heading,
    Inline,
    Prose,
    StepHead,
    Words,
    words,
)
from stepcalc.render.marks import changed, put_in
from stepcalc.render.outline import elementary, in_symbols, parts_of
from stepcalc.render.plan import Event, Plan, cards_below
from stepcalc.render.shorten import Sizes, shorten
from stepcalc.render.source import source
from stepcalc.rulebook.application import CHAINED
from stepcalc.rulebook.dependence import factors
from stepcalc.rulebook.law import substitute
from stepcalc.rulebook.limits.rule import UNDEFINED, is_limit
from stepcalc.rulebook.strategies import length
from stepcalc.trace.conditions import Condition
from stepcalc.trace.derivation import Derivation, reading_order
from stepcalc.trace.display import outcome, rewrite, statement
from stepcalc.trace.step import Step

if TYPE_CHECKING:
    from stepcalc.calculus.at_points import Fact, PointReport
    from stepcalc.calculus.questions import PointValue
    from stepcalc.trace.verification import Verification

MOST_IN_A_LINE: Final = 120
"""How many nodes of an expression a line of working shows."""

MOST_BESIDE: Final = 30
"""How many nodes the two sides of a move have at most, to be shown beside its name."""

MOST_IN_THE_ANSWER: Final = 20_000
"""How many nodes of the answer are shown."""

MOST_FAILING: Final = 12
"""How large a function may be of which is said what it does where it has no derivative."""

MOST_STEPS: Final = 120
"""How many steps are shown unasked; ``--detail full`` shows all."""


@dataclass(frozen=True, slots=True)
class Presentation:
    """How a derivation is to be told.

    Args:
        style: ``"steps"`` (numbered, nested) or ``"chain"`` (one column of equal expressions).
        detail: ``"brief"`` (the rules and what they gave), ``"normal"``, or ``"full"`` (nothing folded).
        notation: ``"leibniz"`` or ``"prime"`` for steps and laws; empty for d/dx in steps, primes in laws.
        upto: The number of the last step to show, or ``None`` for all and the answer.
        hint: Whether to name the rule that comes next instead of showing what it gives.
        everything: Whether to show all entries of a large answer.
        folds: Whether the lines of a step that stands for several are there to be opened.
        runs: Whether to say how Python asks the question again.
    """

    style: str = "steps"
    detail: str = "normal"
    notation: str = ""
    upto: int | None = None
    hint: bool = False
    everything: bool = False
    folds: bool = False
    runs: bool = False


def build(
    derivation: Derivation,
    presentation: Presentation | None = None,
    *,
    verification: Verification | None = None,
    point: PointValue | PointReport | None = None,
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
    found = parts(derivation, told, verification=verification, point=point)
    blocks = (*found.opening, *found.working, *found.closing)
    return Document(
        blocks, notation=told.notation or "leibniz", source=source(derivation) if told.runs else ""
    )


@dataclass(frozen=True, slots=True)
class Parts:
    """The blocks of a document by what they are: the question, the working, the answer."""

    opening: tuple[Block, ...]
    working: tuple[Block, ...]
    closing: tuple[Block, ...]


def parts(
    derivation: Derivation,
    told: Presentation,
    *,
    verification: Verification | None = None,
    point: PointValue | PointReport | None = None,
) -> Parts:
    """What :func:`build` puts into one document, for those who lay it out themselves.

    Args:
        derivation: What is told.
        told: How.
        verification: The outcome of checking, which is stated if given.
        point: Values at a point, which are stated if given.
    """
    builder = _Builder(derivation, told, verification)
    own = _own_telling(derivation.question.kind)
    opening = own.opening(derivation) if own else builder.opening()
    part = told.upto is not None or told.hint
    working: Iterator[Block] = iter(())  # where a table tells what the steps found
    if own is None and told.style == "chain" and not part:
        working = builder.chains()
    elif own is None or told.detail == "full" or part:
        working = builder.steps()
    elif told.style == "chain":
        working = builder.chain_of_each()
    if derivation.question.kind == networks.ONE_WEIGHT:
        working = map(networks.in_partials, working)
    closing: Iterator[Block] = iter(())
    if not part:
        closing = own.closing(derivation, verification) if own else builder.closing(point)
    return Parts(tuple(opening), tuple(working), tuple(closing))


def _own_telling(kind: str) -> Any:
    """The module with an opening and a closing of its own for a kind of question that a table tells best."""
    return import_module(_OWN[kind]) if kind in _OWN else None


_OWN: Final = {"taylor": "stepcalc.render.series"}


Line = tuple[Form | None, Form]
"""The two sides of what a step says; without a left side it goes on from the line before."""


def _stated(step: Step) -> tuple[Line, ...]:
    """What a step says in the words of its own field; nothing for one that says what its rule gives."""
    own = series.stated(step)
    return (own,) if own is not None else networks.stated(step)


class _Builder:
    """What the parts of one document share: the numbering, the sizes, the outcome of the checks."""

    def __init__(self, derivation: Derivation, told: Presentation, verification: Verification | None) -> None:
        self.derivation = derivation
        self.told = told
        self.verification = verification
        self.outcomes = verification.outcomes if verification else {}
        self.sizes = Sizes()
        question = derivation.question
        self.partial = len(set(question.letters)) > 1 or question.kind in kinds.KINDS
        self.partial = (
            self.partial and question.kind != networks.KIND
        ) or question.kind == networks.ONE_WEIGHT
        self.plan = self._new_plan()

    def _new_plan(self) -> Plan:
        return Plan(
            unfold=self.told.detail == "full",
            tuck=self.told.detail == "brief",
            everything=self.told.everything,
        )

    # before the steps

    def opening(self) -> Iterator[Block]:
        """The question and the choices that reading it made."""
        question = self.derivation.question
        for note in question.notes:
            yield Prose(words(note), role="note")
        if question.kind in approaching.KINDS:
            yield Heading(approaching.heading(self.derivation, self.formula(question.form)))
            return
        if question.kind in dependence.KINDS:
            yield from dependence.opening(self.derivation)
            return
        if question.kind in networks.OPENINGS:
            yield from networks.OPENINGS[question.kind](self.derivation)
            return
        if question.kind in kinds.KINDS:
            yield Heading(kinds.heading(self.derivation, self.formula(question.form)))
            for remark in kinds.remarks(question):
                yield Prose(remark, role="note")
            yield from self._direction()
            return
        varied = tuple(dict.fromkeys(question.letters))
        count = len(question.letters) if len(varied) == 1 else 1
        times = {1: "", 2: say("twice")}.get(count, say("times", count=count))
        asked: list[Words | Formula] = [
            Words(say("differentiate"), "strong"),
            Words("  "),
            self.formula(question.form),
            Words("  "),
            Words(say("with-respect-to")),
        ]
        for place, each in enumerate(varied if len(varied) == 1 else question.letters):
            asked.extend([Words(say("then"))] if place else [])
            asked.append(Formula(each))
        if times:
            asked.append(Words(f",  {times}"))
        yield Heading(tuple(asked))

    def _direction(self) -> Iterator[Block]:
        """How a direction is brought to length 1."""
        if self.derivation.question.kind != "directional":
            return
        direction = self.derivation.stages[0].goal.args[1]
        size = length(direction)
        if size is not ONE:
            unit = vector(*(over(part, size) for part in direction.args))
            before = (Words(say("length-is")), Formula(relation("=", call("abs", letter("v")), size)))
            yield Prose((*before, Words(say("length-one")), Formula(unit), Words(".")), role="note")

    # the steps

    def chains(self) -> Iterator[Block]:
        """The derivation in columns of equal expressions, one for each derivative that it needs."""
        if any(step.card.id in approaching.NO_EQUATION for step in self.derivation.steps):
            yield from self.steps()
            return
        if self.derivation.question.kind == networks.KIND:
            yield from networks.chain(self.derivation)
            return
        first, *moves = self.derivation.stages or (None,)
        unfold = self.told.detail == "full"
        if first is None or parts_of(first) is None or self.derivation.question.kind == "diff":
            stages = self.derivation.stages
            start = stages[0].goal if stages else self.derivation.question.form
            yield chain(start, stages, self.derivation.rulebook, self.sizes, MOST_IN_A_LINE, unfold=unfold)
            return
        from stepcalc.render.passes import is_accumulated

        if any(is_accumulated(step) for step in first.substeps):
            yield from self.steps()  # Tables have no columns of equal expressions.
            return
        for label, step in dict.fromkeys(elementary(first, everything=self.told.everything)):
            yield Prose(label, role="strong")
            stages = step.substeps if step.card.matcher == "sequence" else (step,)
            yield chain(
                step.goal, stages, self.derivation.rulebook, self.sizes, MOST_IN_A_LINE, unfold=unfold
            )
        yield from self._together(Event("together", first, 0, 0))
        above = set(reading_order((first,)))
        for place, move in enumerate(moves):
            if move not in above:
                yield Equation(None, self.formula(move.result), 0, words(wording.title_of(move)))
            elif above.isdisjoint(moves[place + 1 : place + 2]):
                yield Equation(None, self.formula(move.result), 0, words(say("as-above")))

    def chain_of_each(self) -> Iterator[Block]:
        """Every derivative in a column of its own, and every value on a line."""
        told: set[Step] = set()
        for step in (substep for stage in self.derivation.stages for substep in stage.substeps):
            own = _stated(step)
            if own:
                yield from self._stated_alone(own, 0)
                continue
            inner = [step] if step.goal.head == "goal" else [each for _, each in elementary(step)]
            for each in inner:
                if each in told:
                    continue
                told.add(each)
                stages = each.substeps if each.card.matcher == "sequence" else (each,)
                yield chain(each.goal, stages, self.derivation.rulebook, self.sizes, MOST_IN_A_LINE)

    def _stated_alone(self, own: tuple[Line, ...], depth: int) -> Iterator[Block]:
        """What a step about a series or a network says: equations, or an inequality."""
        for left, right in own:
            if left is None and right.head == "relation":
                yield Prose((self.formula(right),), depth=depth + 1)
            else:
                yield Equation(None if left is None else self.formula(left), self.formula(right), depth)

    def steps(self) -> Iterator[Block]:
        """The steps, as far as they were asked for, then a hint if one was."""
        last = self.told.upto if self.told.upto is not None else (0 if self.told.hint else None)
        most = None if self.told.detail == "full" else MOST_STEPS
        again = self._successors()
        for event in self._events():
            opening = event.kind in ("open", "leaf", "group", "section")
            if self.told.hint and last == 0 and event.kind == "passes":
                yield from self._hint_of_passes(event)
                return
            if last is not None and opening and event.number > last:
                if self.told.hint and event.kind == "section":
                    continue  # A heading is no rule: the hint is about the step below it.
                if self.told.hint:
                    yield from self._hint(event)
                return
            if most is not None and event.number > most:
                if opening and event.number == most + 1:
                    yield Prose(words(say("more-steps", count=self._count() - most)), role="note")
                continue
            if opening and event.step in again:
                yield self._once_more(event.step)
            yield from self._SHOW[event.kind](self, event)
        if self.told.hint:
            yield Prose(words(say("no-more-steps")))
        elif self.derivation.question.kind == "total" and last is None:
            _, direct = self.derivation.stages[0].substeps
            if outcome(direct) is self.derivation.answer:
                yield Prose(words(say("both-agree")), role="note")

    def _events(self) -> Iterator[Event]:
        stages = self.derivation.stages
        if self.derivation.question.kind in _OWN:
            stages = tuple(step for stage in stages for step in stage.substeps)
        for stage in stages:
            yield from self.plan.events(stage)

    def _successors(self) -> list[Step]:
        """The steps that differentiate what another derivative gave."""
        stages = self.derivation.stages
        if len(stages) == 1 and stages[0].card.matcher == "repeated":
            stages = tuple(step for _, step in elementary(stages[0]))
        found = [stage for stage in stages if stage.goal.head == "goal"][1:]
        return [step.substeps[0] if step.card.matcher == "sequence" else step for step in found]

    def _once_more(self, step: Step) -> Prose:
        """What stands between one derivative and the next."""
        subject, variable = step.goal.args
        pieces: list[Words | Formula] = [Words(say("once-more"), "strong"), self.formula(subject)]
        if len(set(self.derivation.question.letters)) > 1:
            pieces.extend((Words("  "), Words(say("with-respect-to")), Formula(variable)))
        return Prose(tuple(pieces))

    def _count(self) -> int:
        """The number of steps that the whole derivation shows."""
        counting = self._new_plan()
        for stage in self.derivation.stages:
            for _ in counting.events(stage):
                pass
        return counting.count

    def _open(self, event: Event) -> Iterator[Block]:
        step = event.step
        yield self._head(event)
        if self.told.detail == "full" and step.card.say:
            yield Prose(words(step.card.say), role="note", depth=event.depth + 1)
        open_goals = frozenset(substep.goal for substep in step.substeps)
        if step.card.id in approaching.NO_EQUATION or _stated(step):
            return
        if event.label and self.told.detail == "brief":
            yield self._equation(step.goal, self._combined(step), event.depth)
            return
        stated = dependence.in_symbols(step) if dependence.tells(step) else None
        if stated is not None:
            yield Equation(self._called(step.goal), self.formula(stated), event.depth)
            return
        yield self._equation(step.goal, rewrite(step, self.derivation.rulebook), event.depth, open_goals)

    def _leaf(self, event: Event) -> Iterator[Block]:
        step = event.step
        yield self._head(event)
        if self.told.detail == "full" and step.card.say:
            yield Prose(words(step.card.say), role="note", depth=event.depth + 1)
        if step.result.head == "matrix":
            return  # It is the answer, which follows.
        own = _stated(step)
        if own:
            yield from self._stated_alone(own, event.depth)
        elif not is_answered(step):
            part = changed(step.goal, step.result)
            left = self._called(step.goal) if dependence.tells(step) else None
            yield Equation(left, self.formula(step.result, frozenset(part[1:] if part else ())), event.depth)
        elif step.result is UNDEFINED:
            yield self._no_limit(event)
        elif is_limit(step.goal):
            yield from self._limit_leaf(event)
        elif event.tucked:
            yield self._equation(step.goal, rewrite(step, self.derivation.rulebook), event.depth)
            yield Equation(None, self.formula(self._combined(step)), event.depth, self._with(event.tucked))
        else:
            yield self._equation(step.goal, self._combined(step), event.depth)

    def _limit_leaf(self, event: Event) -> Iterator[Block]:
        """The limit, what it comes to unevaluated, and its value."""
        step = event.step
        shown = rewrite(step, self.derivation.rulebook)
        small = tuple(each for each in event.tucked if each.goal is not shown)  # that is the next line itself
        note = self._with(small) if small else ()
        line = self._equation(step.goal, shown, event.depth)
        if shown is step.result:
            yield replace(line, note=note)
        else:
            yield line
            yield Equation(None, self.formula(step.result), event.depth, note)

    def _no_limit(self, event: Event) -> Prose:
        return Prose(words(say("limit-does-not-exist")), depth=event.depth + 1)

    def _with(self, tucked: tuple[Step, ...]) -> Inline:
        """ "with d/dx[x] = 1": what was too small for a step of its own."""
        pieces: list[Words | Formula] = [Words(say("with"))]
        for place, small in enumerate(tucked):
            pieces.extend([Words(", ")] if place else [])
            pieces.append(self.formula(relation("=", small.goal, self._combined(small))))
        return tuple(pieces)

    def _group(self, event: Event) -> Iterator[Block]:
        cards = cards_below(event.step)
        failed = any(self._failed(below) for below in reading_order((event.step,)))
        title = wording.title(cards)
        yield StepHead(event.number, title, depth=event.depth, failed=failed, label=event.label)
        yield self._equation(event.step.goal, self._combined(event.step), event.depth)
        if self.told.folds:
            book = self.derivation.rulebook
            lines = chain(event.step.goal, (event.step,), book, self.sizes, MOST_IN_A_LINE, unfold=True)
            yield Fold(words(say("line-by-line")), (lines,), event.depth)

    def _section(self, event: Event) -> Iterator[Block]:
        yield StepHead(event.number, "", depth=event.depth, label=event.label)

    def _sentence(self, event: Event) -> Iterator[Block]:
        yield Prose(event.label, depth=event.depth)

    def _passes(self, event: Event) -> Iterator[Block]:
        from stepcalc.render.passes import passes

        yield from passes((event.step,), everything=self.told.everything)

    def _together(self, event: Event) -> Iterator[Block]:
        """A strategy's parts in symbols, then as they were found; a matrix stands in the answer alone."""
        step = event.step
        if step.card.id == "composed":
            yield from self._product_of_jacobians(step)
        if step.result.head == "matrix":
            return
        question = self.derivation.question
        if step.card.id == "total":
            into = say("put-in", number=event.parts[0]) if event.parts else say("then-put-in")
            yield Prose(words(into))
        elif event.parts:
            yield Prose(words(say("put-together", parts=wording.listed([str(part) for part in event.parts]))))
        if question.kind in dependence.KINDS or question.kind == networks.ONE_WEIGHT:
            left: Formula | None = self._called(step.goal)
            stated = dependence.in_symbols(step)
        else:
            left, stated = Formula(kinds.symbol(question)), in_symbols(step)
        if stated is not None:
            yield Equation(left, self.formula(stated), event.depth)
            left = None
        yield Equation(left, self.formula(self._combined(step)), event.depth)

    def _product_of_jacobians(self, step: Step) -> Iterator[Block]:
        """J(F)·J(g), the matrices side by side."""
        found = {substep.goal: outcome(substep) for substep in step.substeps}
        matrices = [matrix(rows) for rows in factors(step.goal, found.__getitem__)]
        if len(matrices) > 1:
            yield Prose(words(say("multiply-jacobians")))
            yield Equation(dependence.symbol(step.goal), self.formula(multiply(*matrices)), 0)
            yield Prose(words(say("then-put-in")))
            if step.result is not self.derivation.answer:
                yield Equation(None, self.formula(self._combined(step)), 0)

    def _again(self, event: Event) -> Iterator[Block]:
        if event.label:
            content = (*event.label, Words(" = "), self.formula(self._combined(event.step)))
            yield Prose((*content, Words(say("as-in-too", number=event.number))), depth=event.depth)
        elif not is_answered(event.step) and not _stated(event.step):
            note = words(say("as-in", number=event.number))
            yield Equation(None, self.formula(event.step.result), event.depth, note)
        elif self.told.detail != "brief":
            own = _stated(event.step) or ((event.step.goal, self._combined(event.step)),)
            left, right = self.formula(own[0][0] or event.step.goal), self.formula(own[0][1])
            yield Equation(left, right, event.depth, words(say("as-in", number=event.number)))

    def _close(self, event: Event) -> Iterator[Block]:
        if self.told.detail != "brief":
            parts = wording.listed([str(part) for part in event.parts])
            content = words(say("put-back", parts=parts, number=event.number), "note")
            if event.tucked:
                content = (*content, Words(", "), *self._with(event.tucked))
            yield Prose(content, depth=event.depth + 1)
            own = _stated(event.step)
            if own:
                yield from self._stated_alone(own, event.depth)
                return
            if event.step.result is UNDEFINED:
                yield from [self._no_limit(event)] if event.depth else []  # else it is the answer
                return
            if approaching.has_gaps(event.step):
                return  # the answer says where there is no limit, and why
            yield self._put_back(event.step, event.depth)
        elif event.depth == 0 and event.step.result is not UNDEFINED and not approaching.has_gaps(event.step):
            yield self._put_back(event.step, event.depth)
        elif networks.stated(event.step):
            yield from self._stated_alone(networks.stated(event.step)[:1], event.depth)

    def _put_back(self, step: Step, depth: int) -> Equation:
        """What a step comes to, with what its substeps gave marked in it."""
        shown = self._combined(step)
        marked: frozenset[Form] = frozenset()
        if self.sizes[shown] <= MOST_IN_A_LINE:
            results = {substep.goal: self._combined(substep) for substep in step.substeps}
            marked = put_in(shown, rewrite(step, self.derivation.rulebook), results)
        return self._equation(step.goal, shown, depth, marked)

    _SHOW: Final = {
        "open": _open, "leaf": _leaf, "group": _group, "again": _again, "close": _close,
        "section": _section, "sentence": _sentence, "together": _together, "passes": _passes,
    }  # fmt: skip

    def _hint(self, event: Event) -> Iterator[Block]:
        """The rule that comes next, and how it reads the expression."""
        group = event.kind == "group"
        cards = cards_below(event.step) if group else event.step.rules
        asked = is_answered(event.step) or bool(_stated(event.step))
        asked = asked or dependence.is_dependent(event.step.goal)
        subject = event.step.goal.args[0] if asked else event.step.goal
        yield Prose(
            (
                Words(say("next-rule")),
                Words(wording.title(cards) if group else wording.title_of(event.step), "rule"),
                Words(say("next-on")),
                self.formula(subject),
            )
        )
        for card in cards:
            if card.say:
                yield Prose(words(card.say), role="note")

    def _hint_of_passes(self, event: Event) -> Iterator[Block]:
        """That the function is gone through forward, then backward."""
        card = self.derivation.rulebook.card("adjoint")
        name = Words(say("reverse-accumulation"), "rule")
        function = self.formula(event.step.goal.args[0])
        yield Prose((Words(say("next-rule")), name, Words(say("next-on")), function))
        yield Prose(words(card.say), role="note")

    # pieces

    def _head(self, event: Event) -> StepHead:
        step, failed = event.step, self._failed(event.step)
        if step.card.id in networks.STEPS:
            law = "" if self.told.detail == "brief" else statement(step)
            return StepHead(event.number, step.card.name, None, law, (), event.depth, failed, event.label)
        if not is_answered(step):
            name, common = wording.rewriting(step)
            subject = None if common is None else self.formula(common)
            return StepHead(event.number, name, subject, "", self._change(step), event.depth, failed)
        title = wording.title_of(step)
        if self.told.detail == "brief":
            return StepHead(event.number, title, depth=event.depth, failed=failed, label=self._label(event))
        law = "" if step.chain else self._stated(step)
        bindings = self._outside_and_inside(step) if step.chain else self._bindings(step)
        if is_limit(step.goal) or step.card.matcher == "definition":
            bindings = ()
        return StepHead(event.number, title, None, law, bindings, event.depth, failed, self._label(event))

    def _label(self, event: Event) -> Inline:
        """What a step is called within the work it belongs to, or the case that it is about."""
        return event.label or approaching.case_of(event.step, self.derivation.stages[0])

    def _change(self, step: Step) -> tuple[tuple[str, Formula], ...]:
        """The part that a move changes, and what becomes of it, where that is short enough to be beside it."""
        part = changed(step.goal, step.result) if self.told.detail != "brief" else None
        if part is None or sum(self.sizes[side] for side in part) > MOST_BESIDE:
            return ()
        return (("", self.formula(relation("=", *part))),)

    def _stated(self, step: Step) -> str:
        # Cards state laws with primes, which are the shorter to read; asked for d/dx, they have it too.
        text = statement(step)
        if self.told.notation != "leibniz":
            return text
        from stepcalc.render.leibniz import in_leibniz

        return in_leibniz(text)

    def _bindings(self, step: Step) -> tuple[tuple[str, Formula], ...]:
        found: list[tuple[str, Formula]] = []
        variable = step.goal.args[1]
        for name, bound in step.bindings.items():
            if isinstance(bound, tuple):
                several = _SEVERAL.get(name, "")
                names = several if len(bound) <= len(several) else ""
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
        called = self._called(left) if dependence.is_dependent(left) else self.formula(left)
        return Equation(called, self.formula(right, marked), depth)

    def _called(self, asked: Form) -> Formula:
        """The symbol of a goal about letters that depend on letters: df/dt, or ∂C/∂w where others vary too."""
        symbol = dependence.symbol(asked)
        return self.formula(symbol.form) if self.derivation.question.kind == networks.ONE_WEIGHT else symbol

    def _combined(self, step: Step) -> Form:
        # What is cut down anyway is cut down before it is put in order: both cost its size.
        return combine(shorten(step.result, 4 * MOST_IN_A_LINE, self.sizes), cancel=True)

    def formula(self, form: Form, marked: frozenset[Form] = frozenset()) -> Formula:
        """The form as a line of working shows it: cut to size, with ∂ where several letters vary."""
        cut = shorten(form, MOST_IN_A_LINE, self.sizes)
        if not self.partial:
            return Formula(cut, marked)
        goals = {node: goal(*node.args, kind="partial") for node in postorder(cut) if node.head == "goal"}
        return Formula(rebuild(cut, goals), frozenset(goals.get(node, node) for node in marked))

    def _failed(self, step: Step) -> bool:
        return self.outcomes.get(step) == "failed"

    # after the steps

    def closing(self, point: PointValue | PointReport | None) -> Iterator[Block]:
        """The answer, where it holds, values at a point, and how it was checked."""
        derivation = self.derivation
        kept = wording.conditions(derivation)
        possible = tuple(condition for condition in kept if condition.status != "impossible")
        forms = [derivation.answer]
        if derivation.also is not None and self.sizes[derivation.also] <= MOST_IN_A_LINE:
            forms.append(derivation.also)
        where = (*wording.domain(possible), *self._fails_at(possible)) if len(possible) == len(kept) else ()
        if derivation.question.kind == "limit":
            yield from approaching.answer(derivation, self.verification)
            return
        if derivation.question.kind == networks.KIND:
            yield from networks.closing(derivation, everything=self.told.everything)
        elif derivation.answer.head == "matrix":
            yield from self._matrix(where)
        else:
            answers = tuple(Formula(shorten(form, MOST_IN_THE_ANSWER, self.sizes)) for form in forms)
            yield Answer(answers, where)
        if derivation.untidied:
            yield Prose(words(say("untidied")), role="note")
        if point is not None:
            yield from self._at_point(point)
        yield Prose(self._where_and_how(kept, len(possible) < len(kept)), role="note")

    def _fails_at(self, kept: Sequence[Condition]) -> Inline:
        """What a function does where the only condition does not hold: there floor(x) jumps."""
        if len(kept) != 1:
            return ()
        here = [
            step
            for step in self.derivation.steps
            if any(condition.relation is kept[0].relation for condition in step.conditions)
        ]
        if len(here) == 1 and here[0].card.fails and here[0].goal.head == "goal":
            function = here[0].goal.args[0]
            if self.sizes[function] <= MOST_FAILING:
                return (Words(say("there")), Formula(function), Words(f" {here[0].card.fails}"))
        return ()

    def _matrix(self, where: Inline) -> Iterator[Block]:
        """An answer that is a matrix, with what is said of it."""
        question, answer = self.derivation.question, self.derivation.answer
        most = None if self.told.everything else kinds.MOST_ROWS
        shown = shorten(combine(kinds.cut(answer, most)), MOST_IN_THE_ANSWER, self.sizes)
        found = self._determinant() if question.kind == "jacobian" else ()
        note = (*found, *([Words("   ")] if found and where else []), *where)
        yield Equation(Formula(kinds.symbol(question)), Formula(shown), 0, note)
        remark = kinds.size_of(answer, most)
        if remark:
            yield Prose(remark)
        transposed = kinds.transposed(question, answer)
        if transposed is None:
            return
        if self.sizes[transposed] > MOST_IN_A_LINE:
            yield Prose((Words(say("its-transpose")), *kinds.row_note(question)[:2], Words(".")))
        else:
            yield Equation(
                Formula(letter("J")), Formula(kinds.cut(transposed, most)), 0, kinds.row_note(question)
            )

    def _determinant(self) -> Inline:
        from stepcalc.calculus.at_points import determinant

        forms = determinant(self.derivation.answer)
        pieces: list[Words | Formula] = [Words(say("determinant"))] if forms else []
        for place, form in enumerate(forms):
            pieces.extend([Words(" = ")] if place else [])
            pieces.append(self.formula(form))
        return tuple(pieces)

    def _where_and_how(self, kept: Sequence[Condition], impossible: bool) -> Inline:
        pieces: list[Words | Formula] = []
        if impossible:
            pieces.append(Words(say("holds-nowhere-real"), "warning"))
        elif not kept:
            question = self.derivation.question
            found = letters_of(question.form) | set(question.letters)
            if question.kind in (*dependence.PUT_IN, networks.ONE_WEIGHT):
                found |= set(question.held)  # what its letters stand for has letters of its own
            order = dict.fromkeys((*question.letters, *question.held))
            pieces.extend(wording.everywhere([each for each in order if each in found]))
        if self.verification is not None:
            pieces.extend([Words(" ")] if pieces else [])
            pieces.extend(wording.checked(self.verification, () if impossible else kept))
        return tuple(pieces)

    def _at_point(self, point: PointValue | PointReport) -> Iterator[Block]:
        from stepcalc.calculus.questions import PointValue

        if isinstance(point, PointValue):
            yield Prose(self._at(point))
            return
        pieces: list[Words | Formula] = [Words(say("at-point"), "strong")]
        for place, (name, value) in enumerate(zip(point.letters, point.values, strict=True)):
            pieces.extend([Words(", ")] if place else [])
            pieces.append(Formula(relation("=", name, value)))
        yield Prose(tuple(pieces), depth=0)
        for fact in point.facts:
            if fact.form is None:
                yield Prose(words(fact.text, "strong"))
            else:
                yield self._fact(fact, fact.form, point.values)

    def _fact(self, fact: Fact, form: Form, values: tuple[Form, ...]) -> Equation:
        """One value at a point, with what is said of it beside it."""
        note = say("leading-minor", number=fact.text) if fact.role == "minor" else fact.text
        if fact.role == "eigenvalue":
            note = say("eigenvalue")
        shown = kinds.cut(form) if form.head == "matrix" else form
        left = kinds.fact_symbol(self.derivation.question, fact.role, fact.text)
        if fact.role == "answer" and self.derivation.question.kind == "total":
            left = dependence.symbol(self.derivation.stages[0].goal).form
        if fact.role == "function" and len(values) == len(set(self.derivation.question.letters)):
            left = call(left.name, *values)
        return Equation(Formula(left), Formula(shown), 0, words(note) if note else ())

    def _at(self, point: PointValue) -> Inline:
        """ "At x = 1   f(1) = 0,  f′(1) = 1;  the tangent is y = x − 1"."""
        pieces: list[Words | Formula] = [Words(say("at-point"), "strong")]
        for place, (name, value) in enumerate(zip(point.letters, point.values, strict=True)):
            pieces.extend([Words(", ")] if place else [])
            pieces.append(Formula(relation("=", name, value)))
        order = len(self.derivation.question.letters)
        pieces.append(Words("   "))
        if len({*self.derivation.question.letters, *point.letters}) == 1:
            pieces.append(Formula(relation("=", call("f", *point.values), point.function)))
            pieces.append(Words(",  "))
            pieces.append(Formula(relation("=", derived("f", (order,), *point.values), point.derivative)))
        else:
            pieces.extend((Words(say("value-is")), Formula(point.function)))
            pieces.extend((Words(say("derivative-is")), Formula(point.derivative)))
        if point.tangent is not None:
            pieces.extend((Words(say("tangent")), Formula(relation("=", Y, point.tangent))))
        return tuple(pieces)


Y: Final = letter("y")
_SEVERAL: Final = {"f": "fghk", "u": "uvw"}
_SHOWN: Final = frozenset("abcfghkmnuv")
