"""What is said before and after the steps of a limit or of a definition."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from stepcalc.messages import say
from stepcalc.notation.forms import Form, call, letters_of, rebuild, vector
from stepcalc.render import wording
from stepcalc.render.document import Answer, Block, Formula, Inline, Prose, Words, words
from stepcalc.rulebook.limits.rule import UNDEFINED, side_of
from stepcalc.trace.derivation import Derivation
from stepcalc.trace.display import outcome
from stepcalc.trace.step import Step

if TYPE_CHECKING:
    from stepcalc.trace.verification import Verification

KINDS: Final = frozenset({"limit", "definition"})
"""The kinds of questions that this module speaks of."""

BY_CASES: Final = frozenset({"limit_cases", "limit_base_cases"})
"""Rules that take one limit for each of several cases."""

NO_EQUATION: Final = frozenset({"limit_sides", "limit_oscillation", *BY_CASES})
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
    if among.card.id not in BY_CASES or step not in among.substeps:
        return ()
    _, condition = _pairs(among.result)[among.substeps.index(step)]
    return (Words(say("for-case")), *_condition(condition))


def answer(derivation: Derivation, verification: Verification | None) -> Iterator[Block]:
    """The limit, or that there is none and why; whether it is explained; how it was checked."""
    stage = _comparison(derivation.stages[0])
    if has_gaps(derivation.stages[0]):
        yield from _cases(derivation.stages[0])
    elif derivation.answer is not UNDEFINED:
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


def has_gaps(step: Step) -> bool:
    """Whether a limit is told by cases, and does not exist in one of them."""
    return step.card.id in BY_CASES and any(value is UNDEFINED for value, _ in _pairs(step.result))


def _pairs(form: Form) -> list[tuple[Form, Form]]:
    """The values of a form by cases, with their conditions."""
    return [(pair.args[0], pair.args[1]) for pair in form.args if len(pair.args) == 2]


def _condition(form: Form) -> Inline:
    """A condition as people write it: 0 < b < 1."""
    if form.head != "logic":
        return (Formula(form),)
    lower, upper = form.args
    sides = (lower.args[1], lower.args[0], upper.args[1])
    return (Formula(sides[0]), Words(" < "), Formula(sides[1]), Words(" < "), Formula(sides[2]))


def _cases(step: Step) -> Iterator[Block]:
    """The cases in which there is a limit, then those in which there is none, each with the reason."""
    pairs = _pairs(step.result)
    known = [pair for pair in pairs if pair[0] is not UNDEFINED]
    if len(known) > 1:
        yield Answer((Formula(call("piecewise", *(vector(*pair) for pair in known))),))
    for value, condition in known[:1] if len(known) == 1 else ():
        yield Answer((Formula(value),), (Words(say("for-case")), *_condition(condition)))
    for (value, condition), part in zip(pairs, step.substeps, strict=True):
        if value is UNDEFINED:
            where = (Words(say("no-limit-for"), "strong"), *_condition(condition), Words(": "))
            yield Prose((*where, *_reason(part, condition), Words(".")))


def _reason(step: Step, condition: Form) -> Inline:
    """Why a limit does not exist: what the two sides tend to, or the law that says so."""
    inner = _deciding(step)
    if inner.card.id == "limit_sides":
        (letter,) = letters_of(condition)
        sides = [rebuild(outcome(part), {each: letter for each in letters_of(outcome(part)) if
                 each.name == letter.name}) for part in inner.substeps]  # fmt: skip
        return (
            Words(say("no-limit-right")), Formula(sides[0]), Words(say("limit-sides-and-left")), Formula(sides[1]),
        )  # fmt: skip
    return words(inner.card.show or inner.card.name)


def _deciding(step: Step) -> Step:
    """The step that finds that there is no limit, on which those before it rest."""
    while True:
        below = [part for part in step.substeps if outcome(part) is UNDEFINED]
        if not below:
            return step
        step = below[0]


def _comparison(step: Step) -> Step:
    """The step that compares two sides, if others only rewrite the function before it; else the step itself."""
    from stepcalc.rulebook.limits.table import REWRITING, RULES

    inner = step
    while RULES.get(inner.card.id, REWRITING) is REWRITING and len(inner.substeps) == 1:
        (inner,) = inner.substeps
    return inner if inner.card.id == "limit_sides" else step
