"""Cards that cannot be used are refused, with the file and the line of what is wrong with them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import stepcalc
from stepcalc.errors import RuleError
from stepcalc.rulebook.book import Rulebook, default_book, is_about_derivatives, load_book

SINE = '[sine]\nname = "Sine"\n'
CUBE = '[cube]\nname = "Cube"\n'
LAW = 'law = "D(sin(u)) = cos(u)*D(u)"\n'
NESTED = "u"
for _ in range(60):
    NESTED = f"sin({NESTED})"

REFUSED: dict[str, tuple[str, str, int]] = {
    # what is wrong: the card, the code of the error, the line it names
    "a text that is not closed": ('[sine]\nname = "Sine\n', "card-not-toml", 2),
    "a key without a value": (SINE + "say =\n", "card-not-toml", 3),
    "an unknown key": (SINE + 'lwa = "D(sin(u)) = cos(u)*D(u)"\n', "card-unknown-key", 3),
    "a table inside a card": (SINE + 'say.more = "x"\n', "card-wrong-type", 3),
    "a number for a text": (SINE + "say = 3\n", "card-wrong-type", 3),
    "a number for the name": ("[sine]\nname = 3\n", "card-wrong-type", 2),
    "a text for the laws": (SINE + 'laws = "D(sin(u)) = cos(u)*D(u)"\n', "card-bad-laws", 3),
    "a number for the laws": (SINE + "laws = 3\n", "card-bad-laws", 3),
    "a number among the laws": (SINE + "laws = [3]\n", "card-bad-laws", 3),
    "a row of laws without a law": (SINE + 'laws = [{when = "u > 0"}]\n', "card-bad-laws", 3),
    "an unknown key beside a law": (SINE + 'laws = [{law = "D(c) = 0", iff = "c > 0"}]', "card-bad-laws", 3),
    "a number for a condition": (SINE + 'laws = [{law = "D(c) = 0", when = 3}]\n', "card-bad-laws", 3),
    "a text for the aliases": (SINE + 'aliases = "sine"\n', "card-bad-aliases", 3),
    "a number among the aliases": (SINE + "aliases = [3]\n", "card-bad-aliases", 3),
    "no name": ('[sine]\nlaw = "D(sin(u)) = cos(u)*D(u)"\n', "card-no-name", 1),
    "an empty name": ('[sine]\nname = ""\n', "card-no-name", 1),
    "a heading of another kind": (SINE + '[[laws]]\nlaw = "D(c) = 0"\n', "card-other-heading", 1),
    "a heading with a hyphen": (SINE + '[my-sine]\nname = "Mine"\n', "card-other-heading", 1),
    "a law with a bracket too few": (SINE + 'law = "D(sin(u)) = cos(u*D(u)"\n', "law-not-read", 3),
    "a law with an unknown function": (SINE + 'law = "D(sin(u)) = cosy(u)*D(u)"\n', "law-not-read", 3),
    "a law that is no equation": (SINE + 'law = "D(sin(u))"\n', "law-needs-derivative", 3),
    "a law that is an inequality": (SINE + 'law = "D(sin(u)) > 0"\n', "law-needs-derivative", 3),
    "a law of a sum of derivatives": (SINE + 'law = "D(u) + D(v) = 0"\n', "law-needs-derivative", 3),
    "a function defined without a law": (
        CUBE + 'define = "cube(u) = u**3"\nlaw = "cube(u) = u**3"\n', "card-no-law", 1),
    "a derivative squared": (SINE + 'law = "D(sin(u)) = D(u)**2"\n', "law-not-linear", 3),
    "a term without a derivative": (SINE + 'law = "D(sin(u)) = cos(u)*D(u) + 1"\n', "law-not-linear", 3),
    "a product of derivatives": (SINE + 'law = "D(atan2(u, v)) = D(u)*D(v)"\n', "law-not-linear", 3),
    "a derivative below the line": (SINE + 'law = "D(sin(u)) = 1/D(u)"\n', "law-not-linear", 3),
    "a function of a derivative": (SINE + 'law = "D(sin(u)) = sin(D(u))"\n', "law-not-linear", 3),
    "no derivative on the right": (SINE + 'law = "D(sin(u)) = D(u) + cos(u)"\n', "law-not-linear", 3),
    "D of a function": (SINE + 'law = "D(sin(u)) = D(cos(u))"\n', "law-goal-not-letter", 3),
    "D of a number": (SINE + 'law = "D(sin(u)) = D(2)*u"\n', "law-goal-not-letter", 3),
    "a loose letter": (SINE + 'law = "D(sin(u)) = cos(v)*D(u)"\n', "law-loose-letter", 3),
    "D of a loose letter": (SINE + 'law = "D(sin(u)) = cos(u)*D(v)"\n', "law-loose-letter", 3),
    "the variable where it is loose": (SINE + 'law = "D(sin(u)) = x*D(u)"\n', "law-loose-letter", 3),
    "others of none": (SINE + 'law = "D(sin(u)) = D(u)*prod(others)"\n', "law-loose-letter", 3),
    "all the factors at once": (SINE + 'law = "D(prod(f...)) = D(f)"\n', "law-many-misused", 3),
    "a sum over one letter": (SINE + 'law = "D(sin(u)) = sum(cos(u))*D(u)"\n', "law-many-misused", 3),
    "a sum over nothing": (SINE + 'law = "D(sum(f...)) = sum(2...)"\n', "law-many-misused", 3),
    "a law nested too deeply": (SINE + f'law = "D(sin(u)) = {NESTED}*D(u)"\n', "law-too-deep", 3),
    "a condition nested too deeply": (
        SINE + LAW + f'when = "{NESTED} > 0"\n', "law-too-deep", 4),
    "a condition that is none": (SINE + LAW + 'when = "u + 1"\n', "card-bad-relation", 4),
    "a condition that stops early": (SINE + LAW + 'when = "u >"\n', "law-not-read", 4),
    "a condition on another letter": (
        SINE + LAW + 'when = "v > 0"\n', "condition-loose-letter", 3),
    "a choice by another letter": (
        SINE + 'laws = [\n{law = "D(sin(u)) = D(u)", if = "n > 0"},\n]\n', "condition-loose-letter", 4),
    "a choice by an unknown set": (
        SINE + 'laws = [\n{law = "D(u**n) = D(u)", if = "n in primes"},\n]\n', "card-bad-relation", 4),
    "reality that is no condition": (
        SINE + LAW + 'real = "always"\n', "card-bad-relation", 4),
    "reality of another letter": (
        SINE + LAW + 'when = "u > 0"\nreal = "v > 0"\n', "condition-loose-letter", 5),
    "a range that is no condition": (
        SINE + LAW + 'range = "y"\n', "card-bad-relation", 4),
    "a range of another letter": (
        SINE + LAW + 'range = "-1 <= u <= 1"\n', "range-loose-letter", 4),
    "a definition without an equation": (CUBE + 'define = "cube(u)"\n', "card-bad-definition", 3),
    "a definition of a letter": (CUBE + 'define = "cube = 3"\n', "card-bad-definition", 3),
    "a definition at a point": (CUBE + 'define = "cube(2u) = u**3"\n', "card-bad-definition", 3),
    "a definition with a letter twice": (
        CUBE + 'define = "cube(u, u) = u**3"\n', "card-bad-definition", 3),
    "a definition by an inequality": (
        CUBE + 'define = "cube(u) > u"\n', "card-bad-definition", 3),
    "a definition with a loose letter": (
        CUBE + 'define = "cube(u) = v**3"\n', "definition-loose", 3),
    "a definition of another function": (
        CUBE + 'define = "kube(u) = u**3"\n', "card-defines-other", 3),
    "a definition of a function that is there": (
        '[sin]\nname = "Sine"\ndefine = "sin(u) = u"\nlaw = "D(sin(u)) = D(u)"\n', "card-defines-other", 3),
    "a definition by itself": (
        CUBE + 'define = "cube(u) = cube(u) + 1"\nlaw = "D(cube(u)) = D(u)"\n',
        "definition-circular", 3),
    "two definitions by each other": (
        '[one]\nname = "One"\ndefine = "one(u) = two(u)"\nlaw = "D(one(u)) = D(u)"\n'
        '[two]\nname = "Two"\ndefine = "two(u) = one(u)"\nlaw = "D(two(u)) = D(u)"\n',
        "definition-circular", 3),
    "text before the first heading": ('# a comment\n\nname = "Sine"\n' + SINE, "card-before-heading", 3),
    "two cards of one name": (SINE + "\n" + SINE, "card-twice", 4),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
@pytest.mark.parametrize("above", [0, 7], ids=["first", "seven lines down"])
def test_a_broken_card_is_refused_on_loading(case: str, above: int, tmp_path: Path) -> None:
    text, code, line = REFUSED[case]
    mine = tmp_path / "mine.toml"
    mine.write_text("# mine\n" * above + text)
    with pytest.raises(RuleError) as caught:
        load_book([mine])
    error = caught.value
    assert (error.code, error.text, error.start) == (code, str(mine), line + above)
    assert f"{mine}, line {line + above}:" in error.message


def test_a_broken_card_spoils_no_other_book(tmp_path: Path) -> None:
    mine = tmp_path / "mine.toml"
    mine.write_text('[sin]\nname = "Sine"\nlaw = "D(sin(u)) = nothing(u)"\n')
    with pytest.raises(RuleError):
        load_book([mine])
    assert str(stepcalc.diff("sin(x)").result) == "cos(x)"


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(RuleError, match=r"no file of rule cards at .*absent\.toml"):
        load_book([tmp_path / "absent.toml"])


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    mine = tmp_path / "mine.toml"
    mine.write_bytes(b"\xff\xfe\x00[sin]")
    with pytest.raises(RuleError, match=r"mine\.toml"):
        load_book([mine])


def test_a_wrong_short_name_is_answered_with_near_ones() -> None:
    with pytest.raises(RuleError, match=r'no rule card "prodct"\. Did you mean product') as caught:
        default_book().card("prodct")
    assert caught.value.suggestion == "product"


def test_a_book_without_cards_is_empty() -> None:
    assert Rulebook([]).cards() == ()
    assert Rulebook([("empty.toml", "# nothing yet\n\n")]).ids == ()


def test_every_card_of_the_book_has_what_a_reader_needs() -> None:
    for card in default_book().cards():
        assert card.name, card.id
        assert card.say.endswith("."), card.id
        assert not re.search(r"\w\w!|!$", card.say + " " + card.why), card.id  # k! is a factorial
        if any(is_about_derivatives(law) for law in card.laws):
            assert card.why.endswith("."), card.id
            assert card.example, card.id


def test_every_card_can_be_examined() -> None:
    book = default_book()
    for id in book.ids:
        assert book.examine(id).id == id


def test_every_law_knows_its_own_line() -> None:
    book = default_book()
    texts = dict(book.texts)
    for card in book.cards():
        lines = texts[card.file].splitlines()
        assert lines[card.line - 1].startswith(f"[{card.id}]")
        places = [law.line for law in card.laws]
        assert places == sorted(set(places)), card.id
        for law in card.laws:
            assert law.text in lines[law.line - 1]
