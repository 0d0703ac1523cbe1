"""Sentences about a derivation: the names of rules, where the answer holds, how it was checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

from stepcalc.messages import say
from stepcalc.notation.forms import Form, multiply
from stepcalc.notation.functions import FunctionName
from stepcalc.render.document import Formula, Inline, Words
from stepcalc.rulebook.cards import Card
from stepcalc.trace.conditions import Condition, parts_of
from stepcalc.trace.derivation import Derivation
from stepcalc.trace.step import Step

if TYPE_CHECKING:
    from stepcalc.trace.verification import Verification

MOST_LETTERS: Final = 12
"""Of more letters than this a sentence names the first and the last only."""

_RULE: Final = " rule"
_DERIVATIVE: Final = "Derivative of"


def listed(parts: Sequence[str]) -> str:
    """Words in a row, with "and" before the last.

    Examples:
        >>> listed(["2", "3", "5"])
        '2, 3 and 5'
    """
    if len(parts) < 2:
        return "".join(parts)
    return say("list-and", first=", ".join(parts[:-1]), last=parts[-1])


def title(cards: Sequence[Card]) -> str:
    """The rules of a group, by name: "Sum and power rules".

    Examples:
        >>> title([Card("sum", "Sum rule"), Card("power", "Power rule")])
        'Sum and power rules'
        >>> title([Card("constant_multiple", "Constant multiple"), Card("power", "Power rule")])
        'Constant multiple, power rule'
    """
    names = list(dict.fromkeys(card.name for card in cards))
    rules = sum(name.endswith(_RULE) for name in names)
    if rules == len(names) > 1 or len(names) > 2:
        stems = [name.removesuffix(_RULE) for name in names]
        if not any(stem.startswith(_DERIVATIVE) for stem in stems):
            return say("rules-together", names=listed([stems[0], *(_lowered(stem) for stem in stems[1:])]))
    return _in_a_row(names)


def title_of(step: Step) -> str:
    """The rules of one step, the chain rule first: "Chain rule, derivative of sine"."""
    return _in_a_row([card.name for card in step.rules])


def _in_a_row(names: Sequence[str]) -> str:
    return ", ".join([*names[:1], *(_lowered(name) for name in names[1:])])


def rewriting(step: Step) -> tuple[str, Form | None]:
    """The name of a step that rewrites an expression, and the formula it ends with: "Factor out", x."""
    if step.card.id == "factor" and step.result.head == "product" and step.goal.head == "sum":
        common = tuple(factor for factor in step.result.args if factor.head != "sum")
        if common and len(common) < len(step.result.args):
            return say("factor-out"), multiply(*common)
    return title_of(step), None


def _lowered(name: str) -> str:
    return name[:1].lower() + name[1:]


def short_name(card: Card, functions: Mapping[str, FunctionName]) -> str:
    """The card's name as a chain's margin has room for it: the function itself, or the rule."""
    return functions[card.id].shown if card.id in functions else card.name


def conditions(derivation: Derivation) -> tuple[Condition, ...]:
    """Conditions that restrict the answer, one by one, each once."""
    return tuple(
        dict.fromkeys(
            Condition(part, condition.status)
            for condition in derivation.conditions
            for part in parts_of(condition.relation)
        )
    )


def domain(found: Sequence[Condition]) -> Inline:
    """ "for x > 0", or nothing where the answer holds everywhere."""
    return (Words(say("domain-for")), *_joined(found)) if found else ()


def _joined(found: Sequence[Condition]) -> Inline:
    pieces: list[Words | Formula] = []
    rest = list(found)
    while rest:
        condition = rest.pop(0)
        pieces.extend([Words(say("domain-and"))] if pieces else [])
        pieces.extend(relation(condition.relation))
        upper = next((other for other in rest if _is_upper(condition, other)), None)
        if upper is not None:
            # a < x and x < b, as people write it: a < x < b
            rest.remove(upper)
            sign = say(f"sign {upper.relation.label}")
            pieces.extend((Words(f" {sign} "), Formula(upper.relation.args[1])))
        if condition.status == "undecided":
            pieces.append(Words(say("domain-undecided"), "note"))
    return tuple(pieces)


def _is_upper(lower: Condition, upper: Condition) -> bool:
    """Whether two conditions are the two ends of an interval."""
    first, second = lower.relation, upper.relation
    small = ("<", "<=")
    same = lower.status == upper.status and first.label in small and second.label in small
    return same and first.args[1] is second.args[0]


def relation(form: Form) -> Inline:
    """A condition in words where words are plainer than signs."""
    if form.head == "relation" and form.label in ("in", "not in") and form.args[1].head == "constant":
        key = f"{form.label} {form.args[1].name}".replace(" ", "-").replace("_", "-")
        return (Formula(form.args[0]), Words(say(key)))
    return (Formula(form),)


def everywhere(letters: Sequence[Form]) -> Inline:
    """ "Holds for every real x." """
    if len(letters) == 1:
        return (Words(say("holds-every")), Formula(letters[0]), Words("."))
    pieces: list[Words | Formula] = [Words(say("holds-all"))]
    for place, letter in enumerate(letters):
        if len(letters) > MOST_LETTERS and 2 <= place < len(letters) - 1:
            pieces.extend([Words(", …")] if place == 2 else [])
            continue
        pieces.extend([Words(", ")] if place else [])
        pieces.append(Formula(letter))
    return (*pieces, Words("."))


def checked(verification: Verification, kept: Sequence[Condition]) -> Inline:
    """The sentence that says how the steps were checked, and where."""
    if verification.status == "checked":
        more = "".join(f" {note}" for note in verification.notes)
        if verification.off_axis or not kept:
            key = "each-step-checked-off-axis" if verification.off_axis else "each-step-checked"
            return (Words(say(key, points=verification.points) + more, "note"),)
        sentence = say("each-step-checked-where", points=verification.points)
        return (Words(sentence, "note"), *_joined(kept), Words("." + more))
    reasons = " ".join(dict.fromkeys(verification.reasons))
    key = "a-step-failed" if verification.status == "failed" else "not-checked"
    return (Words(say(key, reasons=reasons).strip(), "warning"),)
