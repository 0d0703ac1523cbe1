"""The working as numbered steps: what is written for each event of the plan."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Final

from stepcalc.messages import say
from stepcalc.notation.forms import Form, relation
from stepcalc.render import approaching, dependence, networks, wording
from stepcalc.render.chain import chain, is_answered
from stepcalc.render.document import (
    Block,
    Equation,
    Fold,
    Formula,
    Inline,
    Prose,
    StepHead,
    Words,
    words,
)
from stepcalc.render.heads import head
from stepcalc.render.hints import hint, hint_of_passes
from stepcalc.render.marks import changed, put_in
from stepcalc.render.outline import elementary
from stepcalc.render.plan import Event, Plan, cards_below
from stepcalc.render.telling import MOST_IN_A_LINE, OWN, Telling, own_lines
from stepcalc.render.together import together
from stepcalc.rulebook.limits.rule import UNDEFINED, is_limit
from stepcalc.trace.derivation import reading_order
from stepcalc.trace.display import outcome, rewrite
from stepcalc.trace.step import Step

MOST_STEPS: Final = 120
"""How many steps are shown unasked; ``--detail full`` shows all."""


def steps(telling: Telling) -> Iterator[Block]:
    """The steps, as far as they were asked for, then a hint if one was."""
    last = telling.how.upto if telling.how.upto is not None else (0 if telling.how.hint else None)
    most = None if telling.how.detail == "full" else MOST_STEPS
    again = _successors(telling)
    for event in _events(telling, _new_plan(telling)):
        opening = event.kind in ("open", "leaf", "group", "section")
        if telling.how.hint and last == 0 and event.kind == "passes":
            yield from hint_of_passes(telling, event)
            return
        if last is not None and opening and event.number > last:
            if telling.how.hint and event.kind == "section":
                continue  # A heading is no rule: the hint is about the step below it.
            if telling.how.hint:
                yield from hint(telling, event)
            return
        if most is not None and event.number > most:
            if opening and event.number == most + 1:
                yield Prose(words(say("more-steps", count=_count(telling) - most)), role="note")
            continue
        if opening and event.step in again:
            yield _once_more(telling, event.step)
        yield from _SHOW[event.kind](telling, event)
    if telling.how.hint:
        yield Prose(words(say("no-more-steps")))
    elif telling.derivation.question.kind == "total" and last is None:
        _, direct = telling.derivation.stages[0].substeps
        if outcome(direct) is telling.derivation.answer:
            yield Prose(words(say("both-agree")), role="note")


def _events(telling: Telling, plan: Plan) -> Iterator[Event]:
    stages = telling.derivation.stages
    if telling.derivation.question.kind in OWN:
        stages = tuple(step for stage in stages for step in stage.substeps)
    for stage in stages:
        yield from plan.events(stage)


def _successors(telling: Telling) -> list[Step]:
    """The steps that differentiate what another derivative gave."""
    stages = telling.derivation.stages
    if len(stages) == 1 and stages[0].card.matcher == "repeated":
        stages = tuple(step for _, step in elementary(stages[0]))
    found = [stage for stage in stages if stage.goal.head == "goal"][1:]
    return [step.substeps[0] if step.card.matcher == "sequence" else step for step in found]


def _once_more(telling: Telling, step: Step) -> Prose:
    """What stands between one derivative and the next."""
    subject, variable = step.goal.args
    pieces: list[Words | Formula] = [Words(say("once-more"), "strong"), telling.formula(subject)]
    if len(set(telling.derivation.question.letters)) > 1:
        pieces.extend((Words("  "), Words(say("with-respect-to")), Formula(variable)))
    return Prose(tuple(pieces))


def _count(telling: Telling) -> int:
    """The number of steps that the whole derivation shows."""
    counting = _new_plan(telling)
    for _ in _events(telling, counting):
        pass
    return counting.count


def _new_plan(telling: Telling) -> Plan:
    return Plan(
        unfold=telling.how.detail == "full",
        tuck=telling.how.detail == "brief",
        everything=telling.how.everything,
    )


def _headed(telling: Telling, event: Event) -> Iterator[Block]:
    """The head of a step, with what its card says of the rule where everything is told."""
    yield head(telling, event)
    if telling.how.detail == "full" and event.step.card.say:
        yield Prose(words(event.step.card.say), role="note", depth=event.depth + 1)


def _open(telling: Telling, event: Event) -> Iterator[Block]:
    step = event.step
    yield from _headed(telling, event)
    open_goals = frozenset(substep.goal for substep in step.substeps)
    if step.card.id in approaching.NO_EQUATION or own_lines(step):
        return
    if event.label and telling.how.detail == "brief":
        yield telling.equation(step.goal, telling.combined(step), event.depth)
        return
    symbols = dependence.in_symbols(step) if dependence.tells(step) else None
    if symbols is not None:
        yield Equation(telling.called(step.goal), telling.formula(symbols), event.depth)
        return
    yield telling.equation(step.goal, rewrite(step, telling.derivation.rulebook), event.depth, open_goals)


def _leaf(telling: Telling, event: Event) -> Iterator[Block]:
    step = event.step
    yield from _headed(telling, event)
    if step.result.head == "matrix":
        return  # It is the answer, which follows.
    own = own_lines(step)
    if own:
        yield from telling.written_out(own, event.depth)
    elif not is_answered(step):
        part = changed(step.goal, step.result)
        left = telling.called(step.goal) if dependence.tells(step) else None
        yield Equation(left, telling.formula(step.result, frozenset(part[1:] if part else ())), event.depth)
    elif step.result is UNDEFINED:
        yield _no_limit(telling, event)
    elif is_limit(step.goal):
        yield from _limit_leaf(telling, event)
    elif event.tucked:
        yield telling.equation(step.goal, rewrite(step, telling.derivation.rulebook), event.depth)
        yield Equation(
            None, telling.formula(telling.combined(step)), event.depth, _with(telling, event.tucked)
        )
    else:
        yield telling.equation(step.goal, telling.combined(step), event.depth)


def _limit_leaf(telling: Telling, event: Event) -> Iterator[Block]:
    """The limit, what it comes to unevaluated, and its value."""
    step = event.step
    shown = rewrite(step, telling.derivation.rulebook)
    small = tuple(each for each in event.tucked if each.goal is not shown)  # that is the next line itself
    note = _with(telling, small) if small else ()
    line = telling.equation(step.goal, shown, event.depth)
    if shown is step.result:
        yield replace(line, note=note)
    else:
        yield line
        yield Equation(None, telling.formula(step.result), event.depth, note)


def _no_limit(telling: Telling, event: Event) -> Prose:
    return Prose(words(say("limit-does-not-exist")), depth=event.depth + 1)


def _with(telling: Telling, tucked: tuple[Step, ...], role: str = "") -> Inline:
    """ "with d/dx[x] = 1": what was too small for a step of its own."""
    pieces: list[Words | Formula] = [Words(say("with"), role)]
    for place, small in enumerate(tucked):
        pieces.extend([Words(", ", role)] if place else [])
        pieces.append(telling.formula(relation("=", small.goal, telling.combined(small))))
    return tuple(pieces)


def _group(telling: Telling, event: Event) -> Iterator[Block]:
    cards = cards_below(event.step)
    failed = any(telling.failed(below) for below in reading_order((event.step,)))
    title = wording.title(cards)
    yield StepHead(event.number, title, depth=event.depth, failed=failed, label=event.label)
    yield telling.equation(event.step.goal, telling.combined(event.step), event.depth)
    if telling.how.folds:
        book = telling.derivation.rulebook
        lines = chain(event.step.goal, (event.step,), book, telling.sizes, MOST_IN_A_LINE, unfold=True)
        yield Fold(words(say("line-by-line")), (lines,), event.depth)


def _section(telling: Telling, event: Event) -> Iterator[Block]:
    yield StepHead(event.number, "", depth=event.depth, label=event.label)


def _sentence(telling: Telling, event: Event) -> Iterator[Block]:
    yield Prose(event.label, depth=event.depth)


def _passes(telling: Telling, event: Event) -> Iterator[Block]:
    from stepcalc.render.passes import passes

    yield from passes((event.step,), everything=telling.how.everything)


def _again(telling: Telling, event: Event) -> Iterator[Block]:
    if event.label:
        content = (*event.label, Words(" = "), telling.formula(telling.combined(event.step)))
        yield Prose((*content, Words(say("as-in-too", number=event.number))), depth=event.depth)
    elif not is_answered(event.step) and not own_lines(event.step):
        note = words(say("as-in", number=event.number))
        yield Equation(None, telling.formula(event.step.result), event.depth, note)
    elif telling.how.detail != "brief":
        own = own_lines(event.step) or ((event.step.goal, telling.combined(event.step)),)
        left, right = telling.formula(own[0][0] or event.step.goal), telling.formula(own[0][1])
        yield Equation(left, right, event.depth, words(say("as-in", number=event.number)))


def _close(telling: Telling, event: Event) -> Iterator[Block]:
    if telling.how.detail != "brief":
        parts = wording.listed([str(part) for part in event.parts])
        content = words(say("put-back", parts=parts, number=event.number), "note")
        if event.tucked:
            content = (*content, Words(", ", "note"), *_with(telling, event.tucked, "note"))
        yield Prose(content, depth=event.depth + 1)
        own = own_lines(event.step)
        if own:
            yield from telling.written_out(own, event.depth)
            return
        if event.step.result is UNDEFINED:
            yield from [_no_limit(telling, event)] if event.depth else []  # else it is the answer
            return
        if approaching.has_gaps(event.step):
            return  # the answer says where there is no limit, and why
        yield _put_back(telling, event.step, event.depth)
    elif event.depth == 0 and event.step.result is not UNDEFINED and not approaching.has_gaps(event.step):
        yield _put_back(telling, event.step, event.depth)
    elif networks.stated(event.step):
        yield from telling.written_out(networks.stated(event.step)[:1], event.depth)


def _put_back(telling: Telling, step: Step, depth: int) -> Equation:
    """What a step comes to, with what its substeps gave marked in it."""
    shown = telling.combined(step)
    marked: frozenset[Form] = frozenset()
    if telling.sizes[shown] <= MOST_IN_A_LINE:
        results = {substep.goal: telling.combined(substep) for substep in step.substeps}
        marked = put_in(shown, rewrite(step, telling.derivation.rulebook), results)
    return telling.equation(step.goal, shown, depth, marked)


_SHOW: Final[Mapping[str, Callable[[Telling, Event], Iterator[Block]]]] = {
    "open": _open, "leaf": _leaf, "group": _group, "again": _again, "close": _close,
    "section": _section, "sentence": _sentence, "together": together, "passes": _passes,
}  # fmt: skip
