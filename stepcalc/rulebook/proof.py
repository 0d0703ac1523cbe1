"""Proves numerically that every law in a book is true, and says where one is not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from typing import Final

from stepcalc.errors import RuleError
from stepcalc.messages import say
from stepcalc.notation.forms import (
    ONE,
    TWO,
    Form,
    add,
    call,
    divide,
    goal,
    letter,
    letters_of,
    multiply,
    number,
    postorder,
    power,
    rational,
    rebuild,
)
from stepcalc.rulebook.book import Rulebook, is_about_derivatives
from stepcalc.rulebook.cards import Card, LawText
from stepcalc.rulebook.law import CONSTANT_LETTERS, Binding, Law, chooser, substitute
from stepcalc.rulebook.varying import Varying

X: Final = letter("x")
POINTS: Final = 6
FEWEST: Final = 3
ENOUGH_READINGS: Final = 3
POINTS_EACH_SIDE: Final = 24

# What an expression letter is tried as: the first that have points in the domain prove or refute the law.
_INNER: Final = (
    divide(X, number(3)),
    add(power(X, TWO), divide(ONE, TWO)),
    add(multiply(TWO, X), divide(ONE, number(5))),
    divide(call("sin", X), TWO),
    add(call("exp", X), ONE),
)
_SECOND: Final = (call("exp", divide(X, number(4))), add(X, number(3)), add(power(X, TWO), ONE))
_MANY: Final = (power(X, TWO), call("sin", X), call("exp", X))
_CONSTANTS: Final = (
    number(3),
    number(-2),
    rational(Fraction(5, 3)),
    rational(Fraction(1, 3)),
    rational(Fraction(-2, 5)),
    rational(Fraction(1, 2)),
    rational(Fraction(-3, 2)),
    number(5),
    TWO,
    letter("n"),
)


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong with a card.

    Args:
        card: Its short name.
        file: The file it is in.
        line: The line of the law, or of the card's heading.
        message: What is wrong, as a sentence.
    """

    card: str
    file: str
    line: int
    message: str

    def __str__(self) -> str:
        return self.message


def check(book: Rulebook) -> list[Finding]:
    """Everything that is wrong with the cards of a book.

    Each law is tried with several functions for its letters: its left-hand side by central differences at 50
    digits, its right-hand side with the derivatives of its letters found in the same way. Identities are
    compared, ranges and domains tested, definitions read.

    Args:
        book: The rulebook.

    Returns:
        A finding for every card that cannot be used and every law that is not true; empty for a sound book.
    """
    found: list[Finding] = []
    for id in book.ids:
        try:
            found += _check_card(book, book.examine(id))
        except RuleError as problem:
            found.append(Finding(id, problem.text or "", problem.start or 0, problem.message))
    return found


def _check_card(book: Rulebook, card: Card) -> Iterator[Finding]:
    for law in book.laws_of(card):
        outcome = _law_outcome(book, law)
        if outcome:
            yield _finding(outcome, card, law.text, law.line)
    for text in card.laws if not card.matcher else ():
        if not is_about_derivatives(text):
            outcome = _identity_outcome(book, card, text)
            if outcome:
                yield _finding(outcome, card, text.text, text.line)
    for law in book.laws_of(card)[:1]:
        if law.subject.head == "call":
            yield from _check_values(book, card, law.subject)


def _finding(key: str, card: Card, text: str, line: int) -> Finding:
    return Finding(card.id, card.file, line, say(key, file=card.file, line=line, card=card.id, law=text))


# ------------------------------------------------------------------------------------------------- laws


def _law_outcome(book: Rulebook, law: Law) -> str:
    """The key of what is wrong with a law; empty if it is true, as far as it was tried."""
    proved = 0
    for bindings in _readings(law):
        left, right = _sides(law, bindings)
        outcome = _compare(book, left, right, law.instances(bindings))
        if outcome is False:
            return "law-false"
        proved += outcome is True
        if proved == ENOUGH_READINGS:
            break
    return "" if proved else "law-not-tried"


def _readings(law: Law) -> Iterator[dict[str, Binding]]:
    """Ways to read a law's letters that the law itself accepts."""
    names = sorted({node.name for node in postorder(law.subject) if node.head == "letter"})
    choices: list[Sequence[Binding]] = []
    expressions = 0
    for name in names:
        if _is_many(law, name):
            choices.append((_MANY,))
        elif name in CONSTANT_LETTERS:
            choices.append(_CONSTANTS)
        elif name == "x":
            choices.append((X,))
        else:
            choices.append(_SECOND if expressions else _INNER)
            expressions += 1
    for reading in product(*choices):
        bindings = dict(zip(names, reading, strict=True))
        subject = _subject(law, bindings)
        if law.match(subject, Varying(X)) == bindings:
            yield bindings


def _is_many(law: Law, name: str) -> bool:
    return any(
        node.head == "call" and node.label == "rest" and node.args[0].name == name
        for node in postorder(law.subject)
        if node.head == "call" and node.args and node.args[0].head == "letter"
    )


def _subject(law: Law, bindings: Mapping[str, Binding]) -> Form:
    for bound in bindings.values():
        if isinstance(bound, tuple):
            return (add if law.key == "sum" else multiply)(*bound)
    plain = {letter(name): bound for name, bound in bindings.items() if isinstance(bound, Form)}
    return rebuild(law.subject, plain)


def _sides(law: Law, bindings: Mapping[str, Binding]) -> tuple[Form, Form]:
    opened: dict[str, Binding] = {}
    for name in law.opens:
        bound = bindings[name]
        opened[name] = tuple(goal(part, X) for part in bound) if isinstance(bound, tuple) else goal(bound, X)
    return goal(_subject(law, bindings), X), law.build(bindings, opened)


def _compare(book: Rulebook, left: Form, right: Form, conditions: Iterable[Form]) -> bool | None:
    """Whether two forms agree where the conditions hold; ``None`` with too few points to tell."""
    from stepcalc.numeric.agreement import differ
    from stepcalc.numeric.domain import samples
    from stepcalc.numeric.evaluate import compile_forms

    subject = left.args[0] if left.head == "goal" else left
    roots = [left, right, subject, *conditions]
    letters = [X, *sorted(letters_of(*roots) - {X}, key=lambda item: item.name)]
    found = samples(compile_forms(roots, book.definitions), letters, count=POINTS)
    if any(differ(sample, 0, 1, 2) for sample in found):
        return False
    return True if len(found) >= FEWEST else None


# -------------------------------------------------------------------------------- identities, values, ranges


def _identity_outcome(book: Rulebook, card: Card, law: LawText) -> str:
    """The key of what is wrong with an equation that says nothing about derivatives; empty if it is true."""
    equation = book.equation(card, law.text)
    choose = chooser(book.equation(card, law.choose)) if law.choose else None
    conditions = [book.equation(card, text) for text in (card.real, card.when, law.when) if text]
    names = sorted({node.name for node in postorder(equation) if node.head == "letter"})
    proved = 0
    for reading in product(*(_choices(name, place) for place, name in enumerate(names))):
        bindings: dict[str, Binding] = dict(zip(names, reading, strict=True))
        if choose is not None and not choose(bindings):
            continue
        left, right, *held = (substitute(form, bindings) for form in (*equation.args, *conditions))
        outcome = _compare(book, left, right, held)
        if outcome is False:
            return "law-false"
        proved += outcome is True
        if proved == ENOUGH_READINGS:
            break
    return "" if proved else "law-not-tried"


def _choices(name: str, place: int) -> Sequence[Form]:
    if name in CONSTANT_LETTERS:
        return _CONSTANTS[:6] if name in "mn" else (TWO, number(5))
    return (*_INNER[place % 2 :], *_SECOND)[:3] if place % 2 else (*_SECOND, *_INNER)[:3]


def _check_values(book: Rulebook, card: Card, subject: Form) -> Iterator[Finding]:
    """Whether the function is real where its card says, and takes the values its card says.

    What is said of a function of several letters may be narrower than it need be.
    """
    from stepcalc.numeric.domain import holds
    from stepcalc.numeric.evaluate import compile_forms

    real, values = book.real(card), book.range_of(card.id)
    letters = sorted(letters_of(subject), key=lambda item: item.name)
    if not letters:
        return
    program = compile_forms([subject], book.definitions)
    for at in _points(letters):
        (found,) = program.at(at)
        said = True if real is None else holds(real, at, book.definitions)
        if said is not None and (found is None) is said and (said or len(letters) == 1):
            key = "real-false" if card.real else "real-missing"
            yield _finding(key, card, card.real, book.line_of(card, card.real))
            return
        if values is not None and found is not None:
            inside = holds(values, {letter("y"): found}, book.definitions)
            if inside is False:
                yield _finding("range-false", card, card.range, book.line_of(card, card.range))
                return


def _points(letters: Sequence[Form]) -> Iterator[dict[Form, Fraction]]:
    """Points on both sides of nought; what an order or a base stands for is 2."""
    for place in range(-POINTS_EACH_SIDE, POINTS_EACH_SIDE + 1):
        at = {}
        for slot, item in enumerate(letters):
            # Each letter runs through the same numbers in an order of its own.
            own = (place * (2 * slot + 1) + POINTS_EACH_SIDE) % (2 * POINTS_EACH_SIDE + 1) - POINTS_EACH_SIDE
            constant = item.name in CONSTANT_LETTERS
            at[item] = Fraction(2) if constant else Fraction(5 * own, 16) + Fraction(1, 37)
        yield at
