"""What stands before the steps: the question, and the choices that reading it made."""

from __future__ import annotations

from collections.abc import Iterator

from stepcalc.messages import say
from stepcalc.notation.arithmetic import over
from stepcalc.notation.forms import ONE, call, letter, relation, vector
from stepcalc.render import approaching, dependence, kinds, networks
from stepcalc.render.document import Block, Formula, Heading, Prose, Words, words
from stepcalc.render.telling import Telling
from stepcalc.rulebook.operators import length


def opening(telling: Telling) -> Iterator[Block]:
    """The question and the choices that reading it made."""
    question = telling.derivation.question
    for note in question.notes:
        yield Prose(words(note), role="note")
    if question.kind in approaching.KINDS:
        yield Heading(approaching.heading(telling.derivation, telling.formula(question.form)))
        return
    if question.kind in dependence.KINDS:
        yield from dependence.opening(telling.derivation)
        return
    if question.kind in networks.OPENINGS:
        yield from networks.OPENINGS[question.kind](telling.derivation)
        return
    if question.kind in kinds.KINDS:
        yield Heading(kinds.heading(telling.derivation, telling.formula(question.form)))
        for remark in kinds.remarks(question):
            yield Prose(remark, role="note")
        yield from _direction(telling)
        return
    varied = tuple(dict.fromkeys(question.letters))
    count = len(question.letters) if len(varied) == 1 else 1
    times = {1: "", 2: say("twice")}.get(count, say("times", count=count))
    asked: list[Words | Formula] = [
        Words(say("differentiate"), "strong"),
        Words("  "),
        telling.formula(question.form),
        Words("  "),
        Words(say("with-respect-to")),
    ]
    for place, each in enumerate(varied if len(varied) == 1 else question.letters):
        asked.extend([Words(say("then"))] if place else [])
        asked.append(Formula(each))
    if times:
        asked.append(Words(f",  {times}"))
    yield Heading(tuple(asked))


def _direction(telling: Telling) -> Iterator[Block]:
    """How a direction is brought to length 1."""
    if telling.derivation.question.kind != "directional":
        return
    direction = telling.derivation.stages[0].goal.args[1]
    size = length(direction)
    if size is not ONE:
        unit = vector(*(over(part, size) for part in direction.args))
        before = (Words(say("length-is")), Formula(relation("=", call("abs", letter("v")), size)))
        yield Prose((*before, Words(say("length-one")), Formula(unit), Words(".")), role="note")
