"""The working in columns of equal expressions, each line the one above with one move made."""

from __future__ import annotations

from collections.abc import Iterator

from stepcalc.messages import say
from stepcalc.render import approaching, networks, wording
from stepcalc.render.chain import chain
from stepcalc.render.document import Block, Equation, Prose, words
from stepcalc.render.outline import elementary, parts_of
from stepcalc.render.plan import Event
from stepcalc.render.steps import steps
from stepcalc.render.telling import MOST_IN_A_LINE, Telling, own_lines
from stepcalc.render.together import together
from stepcalc.trace.derivation import reading_order
from stepcalc.trace.step import Step


def chains(telling: Telling) -> Iterator[Block]:
    """The derivation in columns of equal expressions, one for each derivative that it needs."""
    if any(step.card.id in approaching.NO_EQUATION for step in telling.derivation.steps):
        yield from steps(telling)
        return
    if telling.derivation.question.kind == networks.KIND:
        yield from networks.chain(telling.derivation)
        return
    first, *moves = telling.derivation.stages or (None,)
    unfold = telling.how.detail == "full"
    if first is None or parts_of(first) is None or telling.derivation.question.kind == "diff":
        stages = telling.derivation.stages
        start = stages[0].goal if stages else telling.derivation.question.form
        yield chain(start, stages, telling.derivation.rulebook, telling.sizes, MOST_IN_A_LINE, unfold=unfold)
        return
    from stepcalc.render.passes import is_accumulated

    if any(is_accumulated(step) for step in first.substeps):
        yield from steps(telling)  # Tables have no columns of equal expressions.
        return
    for label, step in dict.fromkeys(elementary(first, everything=telling.how.everything)):
        yield Prose(label, role="strong")
        stages = step.substeps if step.card.matcher == "sequence" else (step,)
        yield chain(
            step.goal, stages, telling.derivation.rulebook, telling.sizes, MOST_IN_A_LINE, unfold=unfold
        )
    yield from together(telling, Event("together", first, 0, 0))
    above = set(reading_order((first,)))
    for place, move in enumerate(moves):
        if move not in above:
            yield Equation(None, telling.formula(move.result), 0, words(wording.title_of(move)))
        elif above.isdisjoint(moves[place + 1 : place + 2]):
            yield Equation(None, telling.formula(move.result), 0, words(say("as-above")))


def chain_of_each(telling: Telling) -> Iterator[Block]:
    """Every derivative in a column of its own, and every value on a line."""
    told: set[Step] = set()
    for step in (substep for stage in telling.derivation.stages for substep in stage.substeps):
        own = own_lines(step)
        if own:
            yield from telling.written_out(own, 0)
            continue
        inner = [step] if step.goal.head == "goal" else [each for _, each in elementary(step)]
        for each in inner:
            if each in told:
                continue
            told.add(each)
            stages = each.substeps if each.card.matcher == "sequence" else (each,)
            yield chain(each.goal, stages, telling.derivation.rulebook, telling.sizes, MOST_IN_A_LINE)
