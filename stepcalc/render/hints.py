"""Hints: the rule that comes next is named, and what it gives is not."""

from __future__ import annotations

from collections.abc import Iterator

from stepcalc.messages import say
from stepcalc.render import dependence, wording
from stepcalc.render.chain import is_answered
from stepcalc.render.document import Block, Prose, Words, words
from stepcalc.render.plan import Event, cards_below
from stepcalc.render.telling import Telling, own_lines


def hint(telling: Telling, event: Event) -> Iterator[Block]:
    """The rule that comes next, and how it reads the expression."""
    group = event.kind == "group"
    cards = cards_below(event.step) if group else event.step.rules
    asked = is_answered(event.step) or bool(own_lines(event.step))
    asked = asked or dependence.is_dependent(event.step.goal)
    subject = event.step.goal.args[0] if asked else event.step.goal
    yield Prose(
        (
            Words(say("next-rule")),
            Words(wording.title(cards) if group else wording.title_of(event.step), "rule"),
            Words(say("next-on")),
            telling.formula(subject),
        )
    )
    for card in cards:
        if card.say:
            yield Prose(words(card.say), role="note")


def hint_of_passes(telling: Telling, event: Event) -> Iterator[Block]:
    """That the function is gone through forward, then backward."""
    card = telling.derivation.rulebook.card("adjoint")
    name = Words(say("reverse-accumulation"), "rule")
    function = telling.formula(event.step.goal.args[0])
    yield Prose((Words(say("next-rule")), name, Words(say("next-on")), function))
    yield Prose(words(card.say), role="note")
