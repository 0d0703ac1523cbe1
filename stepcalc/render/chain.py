"""The chain style: one column of equal expressions, each line one layer of rules further."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from stepcalc.messages import say
from stepcalc.notation.arithmetic import combine
from stepcalc.notation.forms import Form, postorder, rebuild
from stepcalc.render.document import Chain, ChainLine, Formula
from stepcalc.render.marks import changed, put_in
from stepcalc.render.plan import Plan, cards_below
from stepcalc.render.shorten import Sizes, shorten
from stepcalc.render.wording import rewriting, short_name, title
from stepcalc.rulebook.book import Rulebook
from stepcalc.rulebook.cards import Card
from stepcalc.rulebook.limits.rule import is_limit
from stepcalc.trace.display import outcome, rewrite
from stepcalc.trace.step import Step

MOST_LINES: Final = 60
"""How many lines are written for one derivative before the rest is put into one."""


def chain(
    start: Form, stages: Sequence[Step], book: Rulebook, sizes: Sizes, most: int, *, unfold: bool = False
) -> Chain:
    """A derivation, or a part of one, as one column.

    Args:
        start: What stands above.
        stages: The steps that follow one another.
        book: The book that their rules come from.
        sizes: The sizes of its forms.
        most: How many nodes of an expression a line shows.
        unfold: Whether each rule has a line of its own, also the small ones.
    """
    lines: list[Line] = []
    for stage in stages:
        if is_answered(stage):
            lines.extend(_derivative(stage, book, unfold))
        else:
            _rewriting(stage, lines)
    return Chain(
        Formula(shorten(start, most, sizes)),
        tuple(
            ChainLine(
                Formula(shorten(line.form, most, sizes), line.marked),
                line.note,
                None if line.subject is None else Formula(line.subject),
            )
            for line in lines
        ),
    )


@dataclass(frozen=True, slots=True)
class Line:
    """What a line says, the rules that led to it, what their names end with, and what is rewritten next."""

    form: Form
    note: str
    subject: Form | None = None
    marked: frozenset[Form] = frozenset()


def is_answered(step: Step) -> bool:
    """Whether a step answers a goal, a derivative or a limit, and does not only rewrite an expression."""
    return step.goal.head == "goal" or is_limit(step.goal)


def _rewriting(stage: Step, lines: list[Line]) -> None:
    """One line more; what it changes is marked in it and in the line before."""
    name, common = rewriting(stage)
    part = changed(stage.goal, stage.result)
    if part is not None and lines and lines[-1].form is stage.goal:
        lines[-1] = replace(lines[-1], marked=lines[-1].marked | {part[0]})
    lines.append(Line(stage.result, name, common, frozenset(part[1:] if part else ())))


def _derivative(stage: Step, book: Rulebook, unfold: bool) -> Iterator[Line]:
    """Line by line, every open goal that is not folded is replaced by what its rule makes of it."""
    plan = Plan(unfold=unfold)
    approaching = is_limit(stage.goal) or stage.card.matcher == "definition"
    current: Form = stage.goal
    steps = {stage.goal: stage}
    for _ in range(MOST_LINES):
        open_steps = [steps[node] for node in postorder(current) if node in steps]
        ready = [step for step in open_steps if approaching or not plan.is_foldable(step)]
        if not ready:
            break
        for step in ready:
            steps.update((substep.goal, substep) for substep in step.substeps)
        # A limit is the matter here; derivatives that l'Hôpital asks for are put in at once.
        whole = [step for step in ready if approaching and step.goal.head == "goal" and step is not stage]
        change = {step.goal: outcome(step) if step in whole else rewrite(step, book) for step in ready}
        current = rebuild(current, change)
        if not approaching:
            current = combine(current, ordered=False)
        marked = frozenset(node for node in postorder(current) if node in steps)
        yield Line(current, _note(ready, book), None, marked)
    rest = [steps[node] for node in postorder(current) if node in steps]
    if rest:
        often = _occurrences(current, {step.goal for step in rest})
        cards = dict.fromkeys(card for step in rest for card in cards_below(step))
        note = title(tuple(cards)) + (say("once-for-both") if len(rest) == 1 and often == 2 else "")
        last = outcome(stage)
        yield Line(last, note, None, put_in(last, current, {step.goal: outcome(step) for step in rest}))
    elif approaching and current is not outcome(stage):
        yield Line(outcome(stage), "")


def _occurrences(form: Form, goals: set[Form]) -> int:
    """How often the goals stand in a line, up to three."""
    stack, count = [form], 0
    while stack and count < 3:
        node = stack.pop()
        if node in goals:
            count += 1
        else:
            stack.extend(node.args)
    return count


def _note(steps: Iterable[Step], book: Rulebook) -> str:
    """The rules of one line: "Chain rule: exp, ln", "Product rule, derivative of sine"."""
    chained: dict[Card, list[str]] = {}
    plain: list[Card] = []
    for step in steps:
        if step.chain:
            chained.setdefault(step.chain, []).append(short_name(step.card, book.functions))
        else:
            plain.append(step.card)
    notes = [f"{card.name}: {', '.join(dict.fromkeys(names))}" for card, names in chained.items()]
    if plain:
        notes.append(title(plain))
    return "; ".join(notes)
