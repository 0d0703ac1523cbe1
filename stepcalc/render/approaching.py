"""What is said before and after the steps of a limit or of a definition."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from stepcalc.messages import say
from stepcalc.notation.forms import ZERO, Form, relation
from stepcalc.render import wording
from stepcalc.render.document import (
    Answer,
    Block,
    Formula,
    Inline,
    Prose,
    Words,
    words,
)
from stepcalc.rulebook.limit_rules import REWRITING, RULES, UNDEFINED, side_of
from stepcalc.trace.derivation import Derivation
from stepcalc.trace.display import outcome
from stepcalc.trace.step import Step

if TYPE_CHECKING:
    from stepcalc.trace.verification import Verification

KINDS: Final = frozenset({"limit", "definition"})
"""The kinds of questions that this module speaks of."""

NO_EQUATION: Final = frozenset({"limit_sides", "limit_oscillation", "limit_cases"})
"""Rules that put several limits, or none, against one: there is nothing to set an equals sign between."""

_SIDES: Final = {0: "", 1: "from-the-right", -1: "from-the-left"}


def heading(derivation: Derivation, shown: Formula) -> Inline:
    """The question as a sentence.

    Args:
        derivation: What is asked.
        shown: The function, cut to size.
    """
    question = derivation.question
    if question.kind == "definition":
        return (
            Words(say("differentiate"), "strong"),
            Words("  "),
            shown,
            Words("  "),
            Words(say("with-respect-to")),
            Formula(question.letters[0]),
            Words(",  "),
            Words(say("by-definition")),
        )
    goal = derivation.stages[0].goal
    side = _SIDES[side_of(goal)]
    return (
        Words(say("find-the-limit"), "strong"),
        Words("  "),
        shown,
        Words("  "),
        Words(say("as-goes-to").strip()),
        Words(" "),
        Formula(goal.args[1]),
        Words(say("goes-to")),
        Formula(goal.args[2]),
        *((Words(say(side)),) if side else ()),
    )


def case_of(step: Step, among: Step) -> Inline:
    """ "for a > 0", where a step is one of the cases that another tells apart."""
    if among.card.id != "limit_cases" or step not in among.substeps:
        return ()
    item = among.bindings["a"]
    assert isinstance(item, Form)
    label = (">", "<", "=")[among.substeps.index(step)]
    return (Words(say("for-case")), Formula(relation(label, item, ZERO)))


def answer(derivation: Derivation, verification: Verification | None) -> Iterator[Block]:
    """The limit, or that there is none and why; whether it is explained; how it was checked."""
    stage = _comparison(derivation.stages[0])
    if derivation.answer is not UNDEFINED:
        yield Answer((Formula(derivation.answer),))
    elif stage.card.id == "limit_sides" and all(outcome(part) is not UNDEFINED for part in stage.substeps):
        right, left = (outcome(part) for part in stage.substeps)
        yield Prose(
            (
                Words(say("limit-sides-differ"), "strong"), Formula(right),
                Words(say("limit-sides-and-left")), Formula(left), Words("."),
            )
        )  # fmt: skip
    else:
        yield Prose(words(say("limit-does-not-exist"), "strong"))
    if not derivation.explained:
        yield Prose(words(say("limit-not-explained"), "warning"))
    if verification is not None:
        yield Prose(wording.checked(verification, ()), role="note")


def _comparison(step: Step) -> Step:
    """The step that compares two sides, if others only rewrite the function before it; else the step itself."""
    inner = step
    while RULES.get(inner.card.id, REWRITING) is REWRITING and len(inner.substeps) == 1:
        (inner,) = inner.substeps
    return inner if inner.card.id == "limit_sides" else step
