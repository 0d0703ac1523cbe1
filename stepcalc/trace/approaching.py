"""Checks the steps of a limit: the rule replayed, what it takes for equal compared, the result approached."""

from __future__ import annotations

from typing import Final

from stepcalc.errors import StepcalcError
from stepcalc.notation.forms import Form
from stepcalc.rulebook.book import Rulebook
from stepcalc.rulebook.limits.lookup import OF_DERIVATIVES, rule_of
from stepcalc.rulebook.limits.rule import LimitRule, is_limit, side_of
from stepcalc.trace.display import outcome
from stepcalc.trace.step import Step

TOO_SLOW: Final = "limit-too-slow"
"""The key for a limit whose values go the right way, too slowly for numbers to tell where to."""


def limit_fault(step: Step, book: Rulebook, rewrites: bool) -> str:
    """What is wrong with a step of a limit, as the key of a message; empty if nothing is.

    Args:
        step: A step whose goal is a limit, or a derivative found from its definition.
        book: The rules.
        rewrites: Whether the step's card is about rewriting an expression.
    """
    rule = rule_of(step.card, step.goal)
    known = rule is not None and (rewrites or step.card.matcher in ("limit", *OF_DERIVATIVES))
    if rule is None or not known or book.card(step.card.id) is not step.card:
        return "step-wrong-rule"
    if step.law or step.chain or step.conditions:
        return "step-wrong-rule"
    return _replayed(step, rule) or (_approached(step, rule, book) if is_limit(step.goal) else "")


def _replayed(step: Step, rule: LimitRule) -> str:
    answers = {substep.goal: outcome(substep) for substep in step.substeps}
    asked: dict[Form, None] = {}

    def recorded(wanted: Form) -> Form:
        asked[wanted] = None
        return answers[wanted]

    try:
        result = rule.apply(step.goal, step.bindings, recorded)
    except StepcalcError:
        return "step-wrong-rule"
    except KeyError:
        return "step-wrong-goals"
    if list(asked) != list(answers):
        return "step-wrong-goals"
    return "" if result is step.result else "step-wrong-result"


def _approached(step: Step, rule: LimitRule, book: Rulebook) -> str:
    """The same by numbers: values close to the point know nothing of rules."""
    subject, variable, point = step.goal.args[:3]
    from stepcalc.numeric.approach import Approach

    near = Approach(variable, point, side_of(step.goal), book.definitions)
    bound = {name: given for name, given in step.bindings.items() if isinstance(given, Form)}
    if any(near.same(*pair) is not True for pair in rule.equal(step.goal, bound)):
        return "step-wrong-value"
    if near.reaches(subject, step.result):
        return ""
    if near.reaches_slowly(subject, step.result):
        return ""
    return TOO_SLOW if near.still_nears(subject, step.result) else "step-wrong-value"
