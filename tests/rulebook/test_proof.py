"""The proof of the book: every law in it is true, and a law that is not is found where it stands."""

from __future__ import annotations

import pytest

from stepcalc.rulebook.book import Rulebook, default_book
from stepcalc.rulebook.cards import Card
from stepcalc.rulebook.proof import Finding, check

BOOK = default_book()
TEXTS = dict(BOOK.texts)


def text_of(card: Card) -> str:
    """The text of one card, with its heading first."""
    lines = TEXTS[card.file].splitlines()[card.line - 1 :]
    end = next((place for place, line in enumerate(lines) if place and line.startswith("[")), len(lines))
    return "\n".join(lines[:end]) + "\n"


def found_on(text: str, id: str) -> list[Finding]:
    """What ``check`` finds in a book of one card, and of those that define functions which its laws use."""
    others = "".join(
        text_of(BOOK.card(name)) for name in BOOK.definitions if name != id and f"{name}(" in text
    )
    return check(Rulebook([("mine.toml", text), ("others.toml", others)]))


def broken(law: str) -> dict[str, str]:
    """The law with a wrong sign, a wrong coefficient, a factor too many."""
    left, right = law.split(" = ", 1)
    if right == "0":
        return {"not nought": f"{left} = {'1' if left == 'D(c)' else 'D(u)'}"}
    wrong = {"wrong sign": f"{left} = -({right})", "wrong coefficient": f"{left} = 2*({right})"}
    return wrong | ({"a factor too many": f"{left} = u*({right})"} if "D(u)" in right else {})


SLOW = ("bessely", "besselk")
LAWS = [
    pytest.param(
        *(card, place, kind),
        id=f"{card.id}-{place + 1}-{kind}",
        marks=[pytest.mark.benchmark] if card.id in SLOW else [],
    )
    for card in BOOK.cards()
    for place, law in enumerate(BOOK.laws_of(card))
    for kind in broken(law.text)
]


def test_every_law_of_the_book_is_true() -> None:
    assert check(BOOK) == []


@pytest.mark.parametrize(("card", "place", "kind"), LAWS)
def test_a_broken_law_is_found_with_file_and_line(card: Card, place: int, kind: str) -> None:
    law = BOOK.laws_of(card)[place]
    wrong = broken(law.text)[kind]
    lines = text_of(card).splitlines()
    at = law.line - card.line
    lines[at] = lines[at].replace(law.text, wrong)
    findings = found_on("\n".join(lines), card.id)
    assert [(finding.file, finding.line) for finding in findings] == [("mine.toml", at + 1)]
    assert f"mine.toml, line {at + 1}: the law {wrong} is not true." in str(findings[0])


@pytest.mark.parametrize("id", ["sin", "power", "product", "softplus", "log"])
def test_a_card_of_the_book_alone_is_sound(id: str) -> None:
    assert found_on(text_of(BOOK.card(id)), id) == []


def test_one_false_law_in_the_whole_book_is_the_only_finding() -> None:
    wrong = '[sin]\nname = "Sine"\nlaw = "D(sin(u)) = -cos(u)*D(u)"\n'
    texts = [(file, text) for file, text in TEXTS.items() if file in ("structure.toml", "powers.toml")]
    assert [str(finding) for finding in check(Rulebook([("mine.toml", wrong), *texts]))] == [
        "mine.toml, line 3: the law D(sin(u)) = -cos(u)*D(u) is not true."
    ]


def test_a_card_that_cannot_be_used_is_a_finding_and_the_others_are_still_tried() -> None:
    text = (
        '[sin]\nname = "Sine"\nlaw = "D(sin(u)) = D(u)**2"\n'
        '[cos]\nname = "Cosine"\nlaw = "D(cos(u)) = sin(u)*D(u)"\n'
    )
    assert [(finding.card, finding.line) for finding in check(Rulebook([("mine.toml", text)]))] == [
        ("sin", 3),
        ("cos", 6),
    ]


@pytest.mark.parametrize(
    "change",
    [
        ("D(f)*prod(after)", "prod(before)*D(f)"),  # the factors before twice, those after never
        ("prod(before)*D(f)*prod(after)", "D(f)*prod(after)"),
        ("prod(before)*D(f)*prod(after)", "D(f)*prod(others)/2"),
        ("sum(", "-sum("),
    ],
)
def test_a_product_rule_with_a_missing_factor_is_found(change: tuple[str, str]) -> None:
    text = text_of(BOOK.card("product"))
    assert text.count(change[0]) == 1
    assert [finding.card for finding in found_on(text.replace(*change), "product")] == ["product"]


def test_a_law_that_never_applies_is_said_not_to_have_been_tried() -> None:
    text = '[sin]\nname = "Sine"\nlaw = "D(sin(u)) = cos(u)*D(u)"\nwhen = "u**2 + 1 < 0"\n'
    assert [str(finding) for finding in check(Rulebook([("mine.toml", text)]))] == [
        "mine.toml, line 3: no points were found at which the law D(sin(u)) = cos(u)*D(u) could be tried."
    ]


IDENTITIES = [
    ("sin(u)**2 + cos(u)**2 = 1", True),
    ("sin(u)**2 - cos(u)**2 = 1", False),
    ("sin(2*u) = 2*sin(u)*cos(u)", True),
    ("sin(2*u) = sin(u)*cos(u)", False),
    ("log(u*v) = log(u) + log(v)", True),
    ("log(u*v) = log(u)*log(v)", False),
]


@pytest.mark.parametrize(("identity", "holds"), IDENTITIES)
def test_identities_are_tried_too(identity: str, holds: bool) -> None:
    text = f'[mine]\nname = "Mine"\nlaw = "{identity}"\n'
    findings = check(Rulebook([("mine.toml", text)]))
    assert [finding.line for finding in findings] == ([] if holds else [3])


def test_an_identity_holds_only_under_its_condition() -> None:
    text = '[mine]\nname = "Mine"\nlaw = "sqrt(u**2) = u"\n'
    assert [finding.card for finding in check(Rulebook([("mine.toml", text)]))] == ["mine"]
    assert check(Rulebook([("mine.toml", text + 'when = "u >= 0"\n')])) == []


# ------------------------------------------------------------------------------------ real and range


ONE_LETTER = [card.id for card in BOOK.cards() if card.real and f"D({card.id}(u))" in str(card.laws)]


@pytest.mark.parametrize("id", ONE_LETTER)
def test_a_false_statement_of_where_a_function_is_real_is_found(id: str) -> None:
    card = BOOK.card(id)
    text = text_of(card)
    at = next(place for place, line in enumerate(text.splitlines()) if line.startswith("real"))
    # Too narrow where the function is real but for single numbers, else too wide.
    wrong = "u > 3" if "!=" in card.real or "not in" in card.real else "u > -100"
    findings = found_on(text.replace(f'real = "{card.real}"', f'real = "{wrong}"'), id)
    assert [finding.line for finding in findings if f"is not real just where {wrong}" in finding.message] == [
        at + 1
    ]


@pytest.mark.parametrize("id", [card.id for card in BOOK.cards() if card.range and card.id not in SLOW])
def test_a_false_statement_of_the_values_is_found(id: str) -> None:
    card = BOOK.card(id)
    text = text_of(card)
    at = next(place for place, line in enumerate(text.splitlines()) if line.startswith("range"))
    findings = found_on(text.replace(f'range = "{card.range}"', 'range = "y > 1000000"'), id)
    assert [
        (finding.line, "takes other values than y > 1000000" in finding.message) for finding in findings
    ] == [(at + 1, True)]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('real = "u > 0"', "real"),  # too narrow: sine is real everywhere
        ('range = "-1 < y < 1"', ""),  # the ends are taken only at special points, none of which is tried
        ('range = "-1/2 <= y <= 1/2"', "other values"),
        ('range = "y >= 0"', "other values"),
    ],
)
def test_statements_about_sine(line: str, message: str) -> None:
    text = '[sin]\nname = "Sine"\nlaw = "D(sin(u)) = cos(u)*D(u)"\n'
    findings = check(Rulebook([("mine.toml", f"{text}{line}\n")]))
    assert [message in str(finding) for finding in findings] == ([True] if message else [])


def test_a_function_said_to_be_real_where_it_is_not() -> None:
    text = '[log]\nname = "Logarithm"\nlaw = "D(log(u)) = D(u)/u"\nreal = "u > -1"\n'
    assert [finding.line for finding in check(Rulebook([("mine.toml", text)]))] == [4]
