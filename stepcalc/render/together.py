"""How what the parts of a strategy gave is put together."""

from __future__ import annotations

from collections.abc import Iterator

from stepcalc.messages import say
from stepcalc.notation.forms import matrix, multiply
from stepcalc.render import dependence, kinds, networks, wording
from stepcalc.render.document import Block, Equation, Formula, Prose, words
from stepcalc.render.outline import in_symbols
from stepcalc.render.plan import Event
from stepcalc.render.telling import Telling
from stepcalc.rulebook.dependence import factors
from stepcalc.trace.display import outcome
from stepcalc.trace.step import Step


def together(telling: Telling, event: Event) -> Iterator[Block]:
    """A strategy's parts in symbols, then as they were found; a matrix stands in the answer alone."""
    step = event.step
    if step.card.id == "composed":
        yield from _product_of_jacobians(telling, step)
    if step.result.head == "matrix":
        return
    question = telling.derivation.question
    if step.card.id == "total":
        into = say("put-in", number=event.parts[0]) if event.parts else say("then-put-in")
        yield Prose(words(into))
    elif event.parts:
        yield Prose(words(say("put-together", parts=wording.listed([str(part) for part in event.parts]))))
    if question.kind in dependence.KINDS or question.kind == networks.ONE_WEIGHT:
        left: Formula | None = telling.called(step.goal)
        stated = dependence.in_symbols(step)
    else:
        left, stated = Formula(kinds.symbol(question)), in_symbols(step)
    if stated is not None:
        yield Equation(left, telling.formula(stated), event.depth)
        left = None
    yield Equation(left, telling.formula(telling.combined(step)), event.depth)


def _product_of_jacobians(telling: Telling, step: Step) -> Iterator[Block]:
    """J(F)·J(g), the matrices side by side."""
    found = {substep.goal: outcome(substep) for substep in step.substeps}
    matrices = [matrix(rows) for rows in factors(step.goal, found.__getitem__)]
    if len(matrices) > 1:
        yield Prose(words(say("multiply-jacobians")))
        yield Equation(dependence.symbol(step.goal), telling.formula(multiply(*matrices)), 0)
        yield Prose(words(say("then-put-in")))
        if step.result is not telling.derivation.answer:
            yield Equation(None, telling.formula(telling.combined(step)), 0)
