"""A rule applied to an expression: how its letters are read, what is left open, what follows from that."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from stepcalc.errors import NotDerivableError
from stepcalc.messages import say
from stepcalc.notation.forms import ONE, ZERO, Form
from stepcalc.rulebook.book import Rulebook
from stepcalc.rulebook.cards import Card
from stepcalc.rulebook.law import Binding, Bindings, Derivatives, Law, key_of
from stepcalc.rulebook.matchers import MATCHERS, Match
from stepcalc.rulebook.varying import Varying

CHAINED = frozenset("uvw")
"""The letters of laws for functions: where one is not the variable itself, the chain rule uses the law."""


@dataclass(frozen=True, slots=True, eq=False)
class Application:
    """One rule on one expression.

    Args:
        card: The rule.
        law: The law on the card, ``None`` where a matcher stands for it.
        bindings: How the law's letters are read.
        open: For each letter whose derivative is asked for, the goal, or 1 for the variable itself.
        conditions: Where the law holds, with the letters bound.
        build: Makes the right-hand side from the derivatives that stand for ``open``.
        chained: Whether the chain rule is used.
    """

    card: Card
    law: Law | None
    bindings: Bindings
    open: Derivatives
    conditions: tuple[Form, ...]
    build: Callable[[Derivatives], Form]
    chained: bool

    def goals(self) -> tuple[Form, ...]:
        """The open goals, each once, in reading order."""
        found: dict[Form, None] = {}
        for bound in self.open.values():
            for part in bound if isinstance(bound, tuple) else (bound,):
                if part.head == "goal":
                    found[part] = None
        return tuple(found)

    def rewrite(self) -> Form:
        """The right-hand side with its goals left open."""
        return self.build(self.open)

    def resolve(self, results: Mapping[Form, Form]) -> Form:
        """The right-hand side with each goal replaced by what it was found to be."""
        return self.build({name: _resolved(bound, results) for name, bound in self.open.items()})


def _resolved(bound: Binding, results: Mapping[Form, Form]) -> Binding:
    if isinstance(bound, tuple):
        return tuple(results.get(part, part) for part in bound)
    return results.get(bound, bound)


def apply_rule(book: Rulebook, form: Form, varying: Varying, prefer: Sequence[str] = ()) -> Application:
    """The first rule of the book that fits an expression, applied to it.

    Args:
        book: The rulebook.
        form: The expression to be differentiated.
        varying: What depends on the variable.
        prefer: The laws to choose where cards offer several (``"product"``, ``"tan"``).

    Returns:
        The application; its goals are still to be derived.

    Raises:
        NotDerivableError: No card is about this kind of expression, or none of its laws fits.
    """
    if not varying(form):
        return _constant(book, form)
    if form is varying.variable:
        return _variable(book, form)
    key = key_of(form)
    candidates = book.candidates(key)
    for card, law in preferred(candidates, prefer):
        bindings = law.match(form, varying)
        if bindings is not None:
            return apply_law(card, law, bindings, varying)
    matcher = MATCHERS.get(key if key in MATCHERS else form.head)
    if matcher is not None:
        match = matcher(book, form, varying)
        if match is not None:
            return apply_match(book, match, varying)
    raise _no_rule(form)


def preferred(candidates: Sequence[tuple[Card, Law]], prefer: Sequence[str]) -> Sequence[tuple[Card, Law]]:
    """The candidates with the laws that are preferred before all others."""
    if not prefer:
        return candidates
    return sorted(candidates, key=lambda pair: not (pair[1].prefer and pair[1].prefer in prefer))


def apply_law(card: Card, law: Law, bindings: Bindings, varying: Varying) -> Application:
    """A law with its letters bound, as an application."""
    opened: dict[str, Binding] = {}
    chained = False
    for name in law.opens:
        bound = bindings[name]
        if isinstance(bound, tuple):
            opened[name] = tuple(varying.goal(part) for part in bound)
        elif name in CHAINED and bound is varying.variable:
            opened[name] = ONE
        else:
            chained = chained or (name in CHAINED and varying(bound))
            opened[name] = varying.goal(bound)
    return Application(
        card,
        law,
        bindings,
        opened,
        law.instances(bindings),
        lambda given: law.build(bindings, given),
        chained,
    )


def apply_match(book: Rulebook, match: Match, varying: Varying) -> Application:
    """What a matcher in Python found, as an application."""
    opened: dict[str, Binding] = {}
    chained = False
    for name, bound in match.open.items():
        if isinstance(bound, tuple):
            opened[name] = tuple(
                ONE if match.chained and part is varying.variable else varying.goal(part) for part in bound
            )
            chained = chained or (
                match.chained and any(varying(part) and part is not varying.variable for part in bound)
            )
        else:
            opened[name] = varying.goal(bound)
    return Application(
        book.card(match.card), None, match.bindings, opened, match.conditions, match.build, chained
    )


def again(
    book: Rulebook, card: Card, law: Law | None, form: Form, bindings: Bindings, varying: Varying
) -> Application:
    """The application that a recorded step claims to be, made anew from the card.

    Args:
        book: The rulebook.
        card: The card the step names.
        law: The law on it that the step names.
        form: What the step differentiates.
        bindings: The step's bindings.
        varying: What depends on the variable.

    Returns:
        The application of that card to that form with those bindings.

    Raises:
        NotDerivableError: The card's law is not about such a form.
    """
    if card.id == "constant" and not varying(form):
        return _constant(book, form)
    if card.id == "variable" and form is varying.variable:
        return _variable(book, form)
    if law is not None:
        return apply_law(card, law, bindings, varying)
    found = apply_rule(book, form, varying)
    if found.card is not card:
        raise _no_rule(form)
    return found


def _constant(book: Rulebook, form: Form) -> Application:
    return Application(book.card("constant"), None, {"c": form}, {}, (), lambda _: ZERO, False)


def _variable(book: Rulebook, form: Form) -> Application:
    return Application(book.card("variable"), None, {"x": form}, {}, (), lambda _: ONE, False)


_PARTS: Final[Mapping[str, str]] = {"goal": "part-goal", "root": "part-root", "power": "part-power"}


def _no_rule(form: Form) -> NotDerivableError:
    name = form.name if form.head in ("call", "derived") else say(_PARTS.get(form.head, "part-other"))
    return NotDerivableError(say("no-rule", name=name), code="no-rule")
