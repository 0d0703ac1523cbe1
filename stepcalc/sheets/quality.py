"""Whether a problem is worth printing: on its topic, with small numbers, a tidy answer and a domain that matters."""

from __future__ import annotations

from fractions import Fraction
from itertools import islice
from math import gcd, isqrt, prod
from typing import TYPE_CHECKING, Final

from stepcalc.notation.forms import ZERO, Form, letters_of, nodes_of, size
from stepcalc.numeric.evaluate import compile_forms
from stepcalc.trace.derivation import Derivation, Question

if TYPE_CHECKING:
    from stepcalc.sheets.topics import Topic

LARGEST_ANSWER: Final = 150
MOST_CONDITIONS: Final = 3
LARGEST_CONDITION: Final = 18
TRIED: Final = 64
FEWEST_INSIDE: Final = 3
"""Of the points that are tried between −4 and 4, at least so many are inside the domain."""


def uses_its_topic(derivation: Derivation, topic: Topic) -> bool:
    """Whether a derivation uses the rules that its topic is about, and none that come later."""
    used = {rule.id for step in derivation.steps for rule in step.rules}
    return all(group & used for group in topic.uses) and not topic.without & used


def is_worth_printing(derivation: Derivation, topic: Topic) -> bool:
    """Whether question and answer are what a teacher would print."""
    return (
        derivation.explained
        and not derivation.untidied
        and not any(step.card.id == "simplify_first" for step in derivation.stages)
        and size(derivation.answer) <= LARGEST_ANSWER
        and (bool(letters_of(derivation.answer)) or topic.numbers)
        and (
            derivation.question.kind == "limit"
            or any(part is not ZERO for part in _entries(derivation.answer))
        )
        and _has_small_numbers(derivation.answer, topic.largest)
        and not _hides_factor(derivation.question)
        and not _is_careless(derivation.question)
        and _has_domain(derivation)
    )


def _entries(answer: Form) -> tuple[Form, ...]:
    return answer.args if answer.head == "matrix" else (answer,)


def _has_small_numbers(form: Form, largest: int) -> bool:
    return all(
        abs(Fraction(node.label)) <= largest and Fraction(node.label).denominator <= largest  # type: ignore[arg-type]
        for node in nodes_of(form)
        if node.head == "number"
    )


def _hides_factor(question: Question) -> bool:
    """Whether a question has a number in it that could be divided out: nobody writes (4x + 8)⁵ for 4⁵(x + 2)⁵."""
    equation = question.form if question.kind == "implicit" else None
    return any(
        any(_content(part) > 1 for part in _written_plainly(node))
        or (node.head == "quotient" and gcd(*map(_coefficient, node.args)) > 1)
        or (node is equation and _content(node) > 1)
        for node in nodes_of(question.form)
    )


def _is_careless(question: Question) -> bool:
    """Whether a question has what a teacher would strike out: √4, a factor to cancel, two components alike."""
    components = question.form.args if question.form.head in ("matrix", "vector") else ()
    return len(set(components)) < len(components) or any(
        _is_whole_root(node)
        or (node.head == "quotient" and not _factors(node.args[0]).isdisjoint(_factors(node.args[1])))
        for node in nodes_of(question.form)
    )


def _is_whole_root(node: Form) -> bool:
    inside = node.args[0].label if node.head == "root" else None
    return isinstance(inside, int) and inside >= 0 and isqrt(inside) ** 2 == inside


def _factors(form: Form) -> frozenset[Form]:
    """The factors of a product, without numbers."""
    parts = form.args if form.head == "product" else (form,)
    return frozenset(part for part in parts if part.head != "number")


def _written_plainly(form: Form) -> tuple[Form, ...]:
    """The parts of a form in which a common number would be taken out."""
    if form.head in ("power", "root") or form.label == "log":
        return form.args[:1]
    return form.args if form.head in ("product", "quotient") else ()


def _content(form: Form) -> int:
    """The whole number that all terms of a sum have in common."""
    return gcd(*map(_coefficient, form.args)) if form.head == "sum" else 1


def _coefficient(term: Form) -> int:
    """The whole number in front of a term, without its sign; 1 if there is none."""
    numbers = [part.label for part in (term, *term.args) if part.head == "number"]
    if term.head not in ("number", "product"):
        return 1
    return abs(prod(number for number in numbers if isinstance(number, int)))


def _has_domain(derivation: Derivation) -> bool:
    """Whether the domain is soon said, and more than a few points."""
    conditions = derivation.conditions
    if len(conditions) > MOST_CONDITIONS or any(
        condition.status != "kept" or size(condition.relation) > LARGEST_CONDITION for condition in conditions
    ):
        return False
    if not conditions:
        return True
    relations = [condition.relation for condition in conditions]
    program = compile_forms(relations, derivation.rulebook.definitions)
    letters = sorted(letters_of(*relations), key=lambda item: item.name)
    points = (
        {
            letter: Fraction(place * (7 * turn + 1) % (TRIED + 1) - TRIED // 2, 8)
            for turn, letter in enumerate(letters)
        }
        for place in range(1, TRIED + 1)
    )
    inside = (point for point in points if all(value is True for value in program.at(point)))
    return len(list(islice(inside, FEWEST_INSIDE))) == FEWEST_INSIDE
