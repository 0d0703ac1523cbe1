"""The head of a step: its number, the name of its rule, the law, and what its letters stand for."""

from __future__ import annotations

from typing import Final

from stepcalc.messages import say
from stepcalc.notation.forms import Form, relation
from stepcalc.render import approaching, networks, wording
from stepcalc.render.chain import is_answered
from stepcalc.render.document import Formula, Inline, StepHead
from stepcalc.render.marks import changed
from stepcalc.render.plan import Event
from stepcalc.render.telling import Telling
from stepcalc.rulebook.application import CHAINED
from stepcalc.rulebook.law import substitute
from stepcalc.rulebook.limits.rule import is_limit
from stepcalc.trace.display import statement
from stepcalc.trace.step import Step

MOST_BESIDE: Final = 30
"""How many nodes the two sides of a move have at most, to be shown beside its name."""

_SEVERAL: Final = {"f": "fghk", "u": "uvw"}
_SHOWN: Final = frozenset("abcfghkmnuv")


def head(telling: Telling, event: Event) -> StepHead:
    """The head of the step, or of the move, that an event shows."""
    step, failed = event.step, telling.failed(event.step)
    if step.card.id in networks.STEPS:
        law = "" if telling.how.detail == "brief" else statement(step)
        return StepHead(event.number, step.card.name, None, law, (), event.depth, failed, event.label)
    if not is_answered(step):
        name, common = wording.rewriting(step)
        subject = None if common is None else telling.formula(common)
        return StepHead(event.number, name, subject, "", _change(telling, step), event.depth, failed)
    title = wording.title_of(step)
    if telling.how.detail == "brief":
        return StepHead(event.number, title, depth=event.depth, failed=failed, label=_label(telling, event))
    law = "" if step.chain else _law(telling, step)
    bindings = _outside_and_inside(telling, step) if step.chain else _bindings(telling, step)
    if is_limit(step.goal) or step.card.matcher == "definition":
        bindings = ()
    return StepHead(event.number, title, None, law, bindings, event.depth, failed, _label(telling, event))


def _label(telling: Telling, event: Event) -> Inline:
    """What a step is called within the work it belongs to, or the case that it is about."""
    return event.label or approaching.case_of(event.step, telling.derivation.stages[0])


def _change(telling: Telling, step: Step) -> tuple[tuple[str, Formula], ...]:
    """The part that a move changes, and what becomes of it, where that is short enough to be beside it."""
    part = changed(step.goal, step.result) if telling.how.detail != "brief" else None
    if part is None or sum(telling.sizes[side] for side in part) > MOST_BESIDE:
        return ()
    return (("", telling.formula(relation("=", *part))),)


def _law(telling: Telling, step: Step) -> str:
    # Cards state laws with primes, which are the shorter to read; asked for d/dx, they have it too.
    text = statement(step)
    if telling.how.notation != "leibniz":
        return text
    from stepcalc.render.leibniz import in_leibniz

    return in_leibniz(text)


def _bindings(telling: Telling, step: Step) -> tuple[tuple[str, Formula], ...]:
    found: list[tuple[str, Formula]] = []
    variable = step.goal.args[1]
    for name, bound in step.bindings.items():
        if isinstance(bound, tuple):
            several = _SEVERAL.get(name, "")
            names = several if len(bound) <= len(several) else ""
            found.extend(
                (f"{each} = ", telling.formula(part)) for each, part in zip(names, bound, strict=False)
            )
        elif name in _SHOWN and not (name in CHAINED and bound is variable):
            found.append((f"{name} = ", telling.formula(bound)))
    return tuple(found)


def _outside_and_inside(telling: Telling, step: Step) -> tuple[tuple[str, Formula], ...]:
    """How the chain rule takes the expression apart; laws call the inside u, or v where u is fixed."""
    variable = step.goal.args[1]
    inner = [
        (name, bound)
        for name, bound in step.bindings.items()
        if name in CHAINED and isinstance(bound, Form) and bound is not variable
    ]
    if step.law is None or len(inner) != 1:
        return _bindings(telling, step)
    name, bound = inner[0]
    others = {other: each for other, each in step.bindings.items() if other != name}
    outside = substitute(step.law.subject, others)
    return (
        (say("outside"), telling.formula(outside)),
        (say("inside", name=name), telling.formula(bound)),
    )
