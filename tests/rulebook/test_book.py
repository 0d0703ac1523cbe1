"""The book: how cards are found, and how a user's own cards take part."""

from __future__ import annotations

from pathlib import Path

import pytest
import sympy

import stepcalc
from stepcalc.errors import NotDerivableError, RuleError, TraceError
from stepcalc.notation.forms import call, letter, letters_of, postorder
from stepcalc.notation.reader import read_text
from stepcalc.notation.unicode import one_line
from stepcalc.rulebook.book import Rulebook, default_book, is_about_derivatives, load_book, rules_directory
from stepcalc.rulebook.law import key_of
from stepcalc.rulebook.matchers import MATCHERS
from stepcalc.rulebook.proof import check
from stepcalc.trace.derivation import Derivation

SWISH = """\
[swish]
name   = "Derivative of swish"
define = "swish(u) = u*sigmoid(u)"
law    = "D(swish(u)) = (sigmoid(u) + u*sigmoid(u)*(1 - sigmoid(u)))*D(u)"
"""
PAIR = """\
[pair]
name   = "Derivative of the pair"
define = "pair(u, v) = u**2*v + v**4"
law    = "D(pair(u, v)) = 2*u*v*D(u) + (u**2 + 4*v**3)*D(v)"
"""


@pytest.fixture
def own(tmp_path: Path) -> Rulebook:
    mine = tmp_path / "mine.toml"
    mine.write_text(SWISH + PAIR)
    return load_book([mine])


# ---------------------------------------------------------------------------------------- a user's own cards


def test_adding_a_function_takes_four_lines(own: Rulebook) -> None:
    assert len(SWISH.splitlines()) == 4
    assert "swish" in own.ids
    assert "swish" not in default_book().functions
    assert stepcalc.diff("swish(x)", rulebook=own).steps[0].rule.name == "Derivative of swish"


QUESTIONS = [
    "swish(x)",
    "x swish(3x)",
    "swish(swish(x))",
    "pair(x, x^2)",
    "pair(2, x)",
    "swish(x)/x",
    "e^swish(x)",
]


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_function_of_ones_own_is_read_differentiated_and_checked(question: str, own: Rulebook) -> None:
    derivation = stepcalc.diff(question, rulebook=own)
    assert derivation.verify().status == "checked"


@pytest.mark.parametrize("question", QUESTIONS)
def test_its_answer_is_printed_and_reads_back_as_the_same_form(question: str, own: Rulebook) -> None:
    answer = stepcalc.diff(question, rulebook=own).answer
    assert read_text(one_line(answer), functions=own.functions).form is answer


@pytest.mark.parametrize("question", QUESTIONS)
def test_its_derivation_travels_as_json_with_the_cards(question: str, own: Rulebook) -> None:
    derivation = stepcalc.diff(question, rulebook=own)
    again = Derivation.from_json(derivation.to_json())
    assert again.answer is derivation.answer
    assert again.rulebook.own_texts == own.own_texts
    assert again.to_json() == derivation.to_json()
    assert str(again) == str(derivation)
    assert again.verify().status == "checked"


def test_its_derivative_is_that_of_its_definition(own: Rulebook) -> None:
    x = sympy.Symbol("x")
    sigmoid, swish = sympy.Function("sigmoid"), sympy.Function("swish")
    result = stepcalc.diff(swish(x), x, rulebook=own).result
    found = result.replace(sigmoid, lambda u: 1 / (1 + sympy.exp(-u)))
    wanted = sympy.diff(x / (1 + sympy.exp(-x)), x)
    assert abs((found - wanted).subs(x, sympy.Rational(3, 7)).evalf(30)) < 1e-25


def test_a_law_may_use_functions_that_other_cards_define(own: Rulebook) -> None:
    assert {node.name for node in postorder(own.laws("swish")[0].template) if node.head == "call"} == {
        "sigmoid"
    }
    assert (
        check(Rulebook([("mine.toml", SWISH), *(pair for pair in own.texts if pair[0] == "learning.toml")]))
        == []
    )


def test_a_name_of_ones_own_goes_before_an_alias_of_another(own: Rulebook) -> None:
    assert "swish" in default_book().functions["silu"].aliases
    assert read_text("swish(x)", functions=default_book().functions).form is call("silu", letter("x"))
    assert read_text("swish(x)", functions=own.functions).form is call("swish", letter("x"))


def test_aliases_and_latex_of_a_function_of_ones_own(tmp_path: Path) -> None:
    mine = tmp_path / "mine.toml"
    mine.write_text(SWISH + 'aliases = ["swoosh", "SiLU"]\nlatex = \'\\operatorname{Sw}\'\n')
    book = load_book([mine])
    assert stepcalc.diff("swoosh(x)", rulebook=book).question.form is call("swish", letter("x"))
    assert stepcalc.diff("SiLU(x)", rulebook=book).question.form is call("swish", letter("x"))
    assert "Sw" in stepcalc.diff("swish(x)", rulebook=book)._repr_latex_()


def test_a_false_card_of_ones_own_fails_verification(tmp_path: Path) -> None:
    mine = tmp_path / "mine.toml"
    mine.write_text('[sin]\nname = "Sine"\nlaw = "D(sin(u)) = -cos(u)*D(u)"\n')
    derivation = stepcalc.diff("x sin(x)", rulebook=load_book([mine]))
    assert derivation.verify().status == "failed"
    assert Derivation.from_json(derivation.to_json()).verify().status == "failed"


def test_a_card_with_the_short_name_of_another_takes_its_place(tmp_path: Path) -> None:
    mine = tmp_path / "mine.toml"
    mine.write_text('[sin]\nname = "My sine"\nlaw = "D(sin(u)) = sin(u + pi/2)*D(u)"\n')
    book = load_book([mine])
    assert book.ids.count("sin") == 1
    derivation = stepcalc.diff("sin(x)", rulebook=book, tidy=False)
    assert derivation.steps[0].rule.name == "My sine"
    assert one_line(derivation.answer) == "sin(x+π/2)"
    assert stepcalc.diff("sin(x)").steps[0].rule.name == "Derivative of sine"
    assert check(book) == []


def test_cards_that_are_replaced_leave_the_lines_of_the_others(tmp_path: Path) -> None:
    mine = tmp_path / "mine.toml"
    mine.write_text('[sin]\nname = "My sine"\nlaw = "D(sin(u)) = cos(u)*D(u)"\n')
    book = load_book([mine])
    for id in book.ids:
        if id != "sin":
            assert book.card(id).line == default_book().card(id).line, id


def test_a_card_for_another_law_goes_before_those_of_the_book(tmp_path: Path) -> None:
    mine = tmp_path / "mine.toml"
    mine.write_text('[square]\nname = "Square"\nlaw = "D(u**2) = 2*u*D(u)"\n')
    book = load_book([mine])
    assert [step.rule.id for step in stepcalc.diff("x^2", rulebook=book).steps] == ["square"]
    assert [step.rule.id for step in stepcalc.diff("x^3", rulebook=book).steps] == ["power"]


def test_a_letter_that_stands_twice_in_a_law_stands_for_one_thing(tmp_path: Path) -> None:
    mine = tmp_path / "mine.toml"
    mine.write_text('[tower]\nname = "Tower"\nlaw = "D(u**u) = u**u*(1 + log(u))*D(u)"\nwhen = "u > 0"\n')
    book = load_book([mine])
    assert stepcalc.diff("x^x", rulebook=book).steps[0].rule.id == "tower"
    assert stepcalc.diff("x^2", rulebook=book).result == 2 * sympy.Symbol("x")


def test_books_can_be_extended_again(own: Rulebook, tmp_path: Path) -> None:
    more = tmp_path / "more.toml"
    more.write_text(SWISH.replace("Derivative of swish", "Swish"))
    book = load_book([more], base=own)
    derivation = stepcalc.diff("swish(x) + pair(x, 1)", rulebook=book)
    again = Derivation.from_json(derivation.to_json())
    assert again.answer is derivation.answer
    assert again.rulebook.card("swish").name == "Swish"
    assert again.verify().status == "checked"


def test_two_files_of_ones_own_cannot_have_one_card(tmp_path: Path) -> None:
    first, second = tmp_path / "first.toml", tmp_path / "second.toml"
    first.write_text(SWISH)
    second.write_text(SWISH)
    with pytest.raises(RuleError, match=r"there is a card \[swish\] already, in .*first\.toml"):
        load_book([first, second])


@pytest.mark.parametrize("quotes", ['"{}"', "'{}'", '"""{}"""', "'''{}'''", '" {} "'])
def test_a_law_is_found_however_it_is_quoted(quotes: str) -> None:
    law = quotes.format("D(sin(u)) = cos(u)*D(u)")
    book = Rulebook([("mine.toml", f'[sin]\nname = "Sine"\nlaw={law}\n')])
    assert [law.key for law in book.laws("sin")] == ["sin"]


def test_no_file_gives_the_book_itself() -> None:
    assert load_book() is default_book()


def test_cards_in_json_are_examined_like_any_others(own: Rulebook) -> None:
    text = stepcalc.diff("swish(x)", rulebook=own).to_json()
    with pytest.raises(TraceError, match="cannot be read"):
        Derivation.from_json(text.replace('define = \\"swish(u) = ', 'define = \\"swish(u) = ('))


# ------------------------------------------------------------------------------------------------ the book


def test_every_law_is_filed_under_what_it_matches() -> None:
    book = default_book()
    for card in book.cards():
        for law in book.laws_of(card):
            assert law.key == key_of(law.subject)
            assert (card, law) in book.candidates(law.key), (card.id, law.text)


def test_the_structure_of_expressions_is_tried_first() -> None:
    assert default_book().ids[0] == "constant"
    found = (card.id for card, _ in default_book().candidates("quotient"))
    assert list(dict.fromkeys(found)) == [
        "constant_divisor",
        "power_below",
        "reciprocal",
        "quotient",
        "quotient_as_product",
    ]


def test_every_function_with_a_card_of_its_own_is_called_as_its_card() -> None:
    book = default_book()
    for card in book.cards():
        for law in book.laws_of(card):
            if law.subject.head == "call" and law.key not in ("sum", "product", "log"):
                assert law.key == card.id


def test_definitions_are_those_of_the_cards() -> None:
    book = default_book()
    assert set(book.definitions) == {card.id for card in book.cards() if card.define}
    assert "sin" not in book.definitions
    letters, body = book.definitions["sigmoid"]
    assert (letters_of(body), one_line(body)) == (set(letters), "1/(1 + e^(−u))")


def test_the_cards_stand_beside_the_package_or_in_it() -> None:
    assert (rules_directory() / "structure.toml").is_file()


def test_a_function_without_a_law_is_named(own: Rulebook) -> None:
    with pytest.raises(NotDerivableError, match="zeta"):
        stepcalc.diff(sympy.zeta(sympy.Symbol("x")), rulebook=own)


def test_every_example_on_a_card_uses_the_rule() -> None:
    book = default_book()
    for card in book.cards():
        if any(is_about_derivatives(law) for law in card.laws) or card.matcher in MATCHERS:
            derivation = stepcalc.diff(
                card.example, "x", prefer=[law.prefer for law in card.laws[:1] if law.prefer]
            )
            used = {rule.id for step in derivation.steps for rule in step.rules}
            assert card.id in used | {"fundamental_theorem"}, card.id
            assert derivation.verify().status == "checked", card.id
