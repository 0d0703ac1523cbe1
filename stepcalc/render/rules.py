"""The rule book as documents: the list of its cards, and one card with a worked example."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from stepcalc.messages import say
from stepcalc.render.document import Block, Document, Heading, Inline, Prose, Table, Words, words
from stepcalc.rulebook.cards import Card

if TYPE_CHECKING:
    from stepcalc.rulebook.book import Rulebook
    from stepcalc.trace.derivation import Derivation


def list_document(book: Rulebook) -> Document:
    """Every card: its short name, its name, what it says."""
    rows = tuple(
        (words(card.id, "code"), (Words(card.name, "rule"), Words("   "), Words(stated(card), "law")))
        for card in book.cards()
    )
    return Document(
        (
            Heading(words(say("rules-heading"), "strong")),
            Table((say("rules-id"), say("rules-name")), rows),
            Prose(words(say("rules-more")), role="note"),
        ),
        title=say("rules-heading"),
    )


def card_document(book: Rulebook, id: str) -> Document:
    """One card: law, conditions, how a teacher says it, why it is so, and a small worked example.

    Raises:
        RuleError: There is no such card.
    """
    card = book.card(id)
    blocks: list[Block] = [Heading(words(card.name, "rule"))]
    rows = [_row("card-law", stated(card), "law")]
    rows.extend(_row("card-law-text", _law(law.text, law.choose, law.when, law.prefer)) for law in card.laws)
    rows.append(_row("card-define", card.define))
    rows.append(_row("card-real", _spoken(card.real)))
    rows.append(_row("card-when", _spoken(card.when)))
    rows.append(_row("card-source", card.source))
    blocks.append(Table(("", ""), tuple(row for row in rows if row is not None)))
    blocks.extend(Prose(words(text)) for text in (card.say, card.why) if text)
    if card.example:
        blocks.extend(_worked(book, card))
    return Document(tuple(blocks), title=card.name)


def stated(card: Card) -> str:
    """What the card says for people; where it has no such line, its first law."""
    return card.show or (card.laws[0].text if card.laws else card.say)


def _row(key: str, text: str, role: str = "") -> tuple[Inline, Inline] | None:
    return ((Words(say(key), "note"),), words(text, role)) if text else None


def _law(text: str, choose: str, when: str, prefer: str) -> str:
    parts = [text]
    parts.extend(say("law-if", condition=_spoken(each)) for each in (choose,) if each)
    parts.extend(say("law-when", condition=_spoken(each)) for each in (when,) if each)
    parts.extend(say("law-prefer", name=each) for each in (prefer,) if each)
    return "   ".join(parts)


def _spoken(condition: str) -> str:
    """A condition of a card with the sets of numbers in words."""
    for name in _SETS:
        condition = condition.replace(f" not in {name}", " " + say(f"no-kind-{name}"))
        condition = condition.replace(f" in {name}", " " + say(f"kind-{name}"))
    return condition.replace("!=", "≠").replace("<=", "≤").replace(">=", "≥")


_SETS: Final = (
    "naturals", "odd_integers", "odd_denominators", "rationals", "nonpositive_integers", "integers",
)  # fmt: skip


def _worked(book: Rulebook, card: Card) -> list[Block]:
    """The example of the card, derived with the book; nothing if the derivation does not use the card."""
    from stepcalc.render.builder import build

    derivation = _example(book, card)
    used = {rule.id for step in derivation.steps for rule in step.rules} if derivation else set()
    if derivation is None or card.id not in used:
        return []
    return [Heading(words(say("card-example"), "strong")), *build(derivation).blocks]


def _example(book: Rulebook, card: Card) -> Derivation | None:
    """A derivation of the card's example, by the question that the card is about."""
    from stepcalc.calculus import dependence, vector
    from stepcalc.calculus.questions import diff
    from stepcalc.errors import StepcalcError

    ask = getattr(vector, card.matcher, None) if card.matcher in _OF_VECTORS else None
    try:
        if ask is not None:
            more = ("3, 4",) if card.matcher == "directional" else ()
            letters = ["x", "y", "z"] if card.matcher == "curl" else ["x", "y"]
            return ask(card.example, *more, letters, rulebook=book)  # type: ignore[no-any-return]
        if card.matcher in ("total", "branches"):
            return dependence.total(card.example, "t", rulebook=book)
        if card.matcher == "composed":
            return dependence.total(card.example, ["x", "y"], rulebook=book)
        if card.matcher in ("implicit", "implicit_again"):
            return dependence.implicit(
                card.example, order=1 + (card.matcher == "implicit_again"), rulebook=book
            )
        if card.matcher == "repeated":
            return vector.partial(card.example, "x", "x", rulebook=book)
        prefer = [law.prefer for law in card.laws[:1] if law.prefer]
        return diff(card.example, "x", rulebook=book, prefer=prefer)
    except StepcalcError:
        return None  # The example is for another kind of question.


_OF_VECTORS: Final = frozenset("gradient jacobian hessian laplacian divergence curl directional".split())
