"""What a step says, worked out from its rule and bindings when it is to be shown."""

from __future__ import annotations

from typing import Final

from stepcalc.notation.arithmetic import combine
from stepcalc.notation.forms import Form
from stepcalc.rulebook.application import Application, again
from stepcalc.rulebook.book import Rulebook, default_book
from stepcalc.rulebook.limits.lookup import rule_of
from stepcalc.rulebook.varying import Varying
from stepcalc.trace.step import Step

NO_LAW: Final = frozenset({"sequence", "repeated", "accumulated", "definition", "logarithmically"})
"""The matchers of cards that answer a derivative otherwise than by a law."""


def application(step: Step, book: Rulebook | None = None) -> Application | None:
    """The rule applied anew to what the step is about; ``None`` for a rewrite that no single law states."""
    if step.goal.head != "goal" or step.card.matcher in NO_LAW:
        return None
    return again(
        book or default_book(),
        step.card,
        step.law,
        step.goal.args[0],
        step.bindings,
        Varying(step.goal.args[1], str(step.goal.label)),
    )


def rewrite(step: Step, book: Rulebook | None = None) -> Form:
    """What the rule turns the goal into, with the goals that it leaves open.

    Args:
        step: A step of a derivation.
        book: The book its rules come from, the one that comes with StepCalc if not given.

    Returns:
        The right-hand side as it is shown; for a rewrite (tidying), its result.
    """
    rule = rule_of(step.card, step.goal)
    if rule is not None:
        return rule.shown(step.goal, step.bindings)
    found = application(step, book)
    return combine(step.result) if found is None else combine(found.rewrite(), ordered=False)


def statement(step: Step) -> str:
    """The law as people state it: as its card shows it for that many parts, else as it is written there."""
    if step.card.show:
        several = max((len(bound) for bound in step.bindings.values() if isinstance(bound, tuple)), default=0)
        longer = {3: step.card.show_three, 4: step.card.show_four}.get(several, "")
        return longer or step.card.show
    return step.law.text if step.law is not None else ""


def outcome(step: Step) -> Form:
    """The step's result as it is shown, with the results of its substeps put back.

    What a rule puts above and below one line, as in x/x, is cancelled: where it has no value the step does
    not hold in any case, and says so.
    """
    law = step.goal.head == "goal" and step.card.matcher not in NO_LAW
    return combine(step.result, cancel=True) if law else step.result


def inner(step: Step) -> Form | None:
    """The inner function, where the step uses the chain rule on one."""
    if step.chain is None:
        return None
    bound = step.bindings.get("u")
    if isinstance(bound, tuple):
        return bound[0] if len(bound) == 1 else None
    return bound
