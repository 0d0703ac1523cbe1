"""Which card fits an expression, how its letters are read, what it leaves open and under which conditions."""

from __future__ import annotations

import pytest

from stepcalc.errors import NotDerivableError
from stepcalc.notation.forms import ONE, ZERO, Form, call, letter, number, power
from stepcalc.notation.reader import read_text
from stepcalc.notation.unicode import one_line
from stepcalc.rulebook.application import Application, again, apply_rule
from stepcalc.rulebook.book import default_book
from stepcalc.rulebook.ranges import Ranges
from stepcalc.rulebook.varying import Varying

BOOK = default_book()
X = letter("x")


def read(text: str) -> Form:
    return read_text(text, functions=BOOK.functions).form


def applied(text: str, *prefer: str) -> Application:
    return apply_rule(BOOK, read(text), Varying(X), prefer)


FITS = [
    # expression, card, right-hand side with what is left open, conditions, whether the chain rule is used
    ("7", "constant", "0", [], False),
    ("a^2", "constant", "0", [], False),
    ("x", "variable", "1", [], False),
    ("x + a", "sum", "d/dx[x] + d/dx[a]", [], False),
    ("3x", "constant_multiple", "3·d/dx[x]", [], False),
    ("3a x sin(x)", "constant_multiple", "(3a)·d/dx[x sin(x)]", [], False),
    ("x sin(x)", "product", "d/dx[x]·sin(x) + x·d/dx[sin(x)]", [], False),
    ("sin(x)/3", "constant_divisor", "d/dx[sin(x)]/3", ["3 ≠ 0"], False),
    ("3/sin(x)", "reciprocal", "−3·d/dx[sin(x)]/sin²(x)", ["sin(x) ≠ 0"], False),
    ("sin(x)/x", "quotient", "(d/dx[sin(x)]·x − sin(x)·d/dx[x])/x²", ["x ≠ 0"], False),
    ("x^2", "power", "2x", [], False),
    ("x^(-2)", "power", "−2x⁻³", ["x ≠ 0"], False),
    ("x^(5/3)", "power", "(5/3)·x^(2/3)", [], False),
    ("x^(1/3)", "power", "(1/3)·x^(−2/3)", ["x ≠ 0"], False),
    ("x^(3/2)", "power", "(3/2)·√x", ["x > 0"], False),
    ("x^n", "power", "nx^(n−1)", ["x > 0"], False),
    ("sin(x)^2", "power", "2 sin(x)·d/dx[sin(x)]", [], True),
    ("2^x", "exponential", "2^x ln(2)", ["2 > 0"], False),
    ("x^x", "logarithmic", "x^x (d/dx[x]·ln(x) + x·d/dx[x]/x)", ["x > 0"], False),
    ("sqrt(x)", "square_root", "1/(2√x)", ["x > 0"], False),
    ("cbrt(x)", "cube_root", "1/(3 (∛x)²)", ["x ≠ 0"], False),
    ("root(x, 5)", "root", "1/(5 root(x, 5)⁴)", ["x ≠ 0"], False),
    ("root(x, 4)", "root", "1/(4 root(x, 4)³)", ["x > 0 and 4 ≠ 0"], False),
    ("root(2, x)", "root", "root(2, x)·(d/dx[2]/(2x) − ln(2)/x²)", ["2 > 0 and x ≠ 0"], False),
    ("log(x, 2)", "logarithm_base", "1/(x ln(2))", ["x > 0 and 2 > 0 and 2 ≠ 1"], False),
    ("sin(x)", "sin", "cos(x)", [], False),
    ("sin(2x)", "sin", "cos(2x)·d/dx[2x]", [], True),
    ("asin(2x)", "asin", "d/dx[2x]/√(1 − (2x)²)", ["−1 < 2x < 1"], True),
    ("|x|", "abs", "sign(x)", ["x ≠ 0"], False),
    ("besselj(0, x)", "besselj", "−besselj(1, x)", [], False),
    ("besselj(2, x)", "besselj", "(besselj(1, x) − besselj(3, x))/2", [], False),
    ("besselj(n, x)", "besselj", "(besselj(n−1, x) − besselj(n+1, x))/2", ["x > 0"], False),
    # what no law in one line can say
    ("f(x^2)", "unknown_function", "f′(x²)·d/dx[x²]", [], True),
    ("f(x, x^2)", "unknown_function", "f^(1,0)(x, x²) + f^(0,1)(x, x²)·d/dx[x²]", [], True),
    ("f'(x)", "unknown_function", "f″(x)", [], False),
    ("min(x, 3)", "minimum", "piecewise((d/dx[x], x < 3), (d/dx[3], true))", ["x ≠ 3"], False),
    ("max(x, 3)", "maximum", "piecewise((d/dx[x], x > 3), (d/dx[3], true))", ["x ≠ 3"], False),
    ("max(x, x)", "maximum", "d/dx[x]", [], False),
    (
        "piecewise((x, x < 0), (x^2, x >= 0))",
        "piecewise",
        "piecewise((d/dx[x], x < 0), (d/dx[x²], x ≥ 0))",
        ["x ≠ 0"],
        False,
    ),
    ("integral(t^2, t, 0, x)", "fundamental_theorem", "x²·d/dx[x]", [], False),
    ("integral(t^2, t, 0, x^3)", "fundamental_theorem", "(x³)²·d/dx[x³]", [], False),
    ("integral(x^2, x, 0, x)", "fundamental_theorem", "x²·d/dx[x]", [], False),
    ("integral(t^2, t, x, x^2)", "leibniz_integral", "(x²)²·d/dx[x²] − x²·d/dx[x]", [], False),
]


@pytest.mark.parametrize(
    ("text", "card", "rewrite", "conditions", "chained"), FITS, ids=[row[0] for row in FITS]
)
def test_the_card_that_fits(text: str, card: str, rewrite: str, conditions: list[str], chained: bool) -> None:
    found = applied(text)
    assert found.card.id == card
    assert one_line(found.rewrite()) == rewrite
    assert [one_line(condition) for condition in found.conditions] == conditions
    assert found.chained is chained


@pytest.mark.parametrize("row", FITS, ids=[row[0] for row in FITS])
def test_an_application_can_be_made_anew_from_its_card(row: tuple[str, ...]) -> None:
    found = applied(row[0])
    once_more = again(BOOK, found.card, found.law, read(row[0]), found.bindings, Varying(X))
    assert once_more.rewrite() is found.rewrite()
    assert once_more.goals() == found.goals()
    assert once_more.conditions == found.conditions


@pytest.mark.parametrize("row", FITS, ids=[row[0] for row in FITS])
def test_the_open_goals_stand_in_the_rewrite(row: tuple[str, ...]) -> None:
    found = applied(row[0])
    results = {goal: number(7) for goal in found.goals()}
    assert "d/dx" not in one_line(found.resolve(results))


@pytest.mark.parametrize(
    ("text", "prefer", "rewrite"),
    [
        ("tan(x)", "tan", "1 + tan²(x)"),
        ("tan(x)", "sec", "sec²(x)"),
        ("tanh(x)", "tanh", "1 − tanh²(x)"),
        ("x/sin(x)", "product", "d/dx[x]·sin(x)^(−1) − x sin(x)^(−2)·d/dx[sin(x)]"),
        ("sin(x)", "tan", "cos(x)"),
    ],
)
def test_a_preferred_law_takes_the_place_of_the_first(text: str, prefer: str, rewrite: str) -> None:
    assert one_line(applied(text, prefer).rewrite()) == rewrite


@pytest.mark.parametrize("text", ["polygamma(x, 2)", "besselj(x, 2)", "zeta(x)", "dirac(x)"])
def test_what_no_card_is_about_is_named(text: str) -> None:
    with pytest.raises(NotDerivableError, match=text.split("(", maxsplit=1)[0]):
        applied(text)


def test_the_letters_of_a_law_are_bound_as_it_says() -> None:
    assert applied("3a x").bindings == {"c": read("3a"), "f": X}
    assert applied("x^3").bindings == {"u": X, "n": number(3)}
    assert applied("x sin(x)").bindings == {"f": (X, read("sin(x)"))}
    assert applied("integral(t^2, t, 0, x)").bindings == {
        "f": read("t^2"),
        "t": letter("t"),
        "u": ZERO,
        "v": X,
    }


def test_the_derivative_of_the_variable_is_one_at_once_only_under_a_function() -> None:
    assert applied("sin(x)").open == {"u": ONE}
    assert [one_line(goal) for goal in applied("x + 1").goals()] == ["d/dx[x]", "d/dx[1]"]


def test_equal_parts_are_one_goal() -> None:
    assert [one_line(goal) for goal in applied("x^2 x^2 x").goals()] == ["d/dx[x²]", "d/dx[x]"]


def test_assumptions_of_letters_choose_laws() -> None:
    n = letter("n", (("integer", True), ("positive", True)))
    found = apply_rule(BOOK, power(X, n), Varying(X))
    assert found.conditions == ()


# ------------------------------------------------------------------------------------------- varying, ranges


def test_the_bound_letter_of_an_integral_does_not_vary() -> None:
    varies = Varying(X)
    assert not varies(read("integral(x^2, x, 0, 1)"))
    assert varies(read("integral(x^2, x, 0, x)"))
    assert varies(read("integral(x t, t, 0, 1)"))


def test_varying_goes_as_deep_as_need_be() -> None:
    form: Form = X
    for _ in range(5000):
        form = call("sin", form)
    assert Varying(X)(form)
    assert not Varying(letter("y"))(form)


def test_ranges_come_from_the_cards() -> None:
    ranges = Ranges(BOOK)
    exp = ranges["exp"]
    assert (exp.lower, exp.upper, exp.lower_open) == (0, None, True)
    assert ranges.get("tan") is None
    assert ranges.get("no_such_function") is None
    with pytest.raises(KeyError):
        ranges["tan"]
    assert len(ranges) == len(list(ranges)) > 20
    assert set(ranges) <= {card.id for card in BOOK.cards() if card.range}


@pytest.mark.parametrize("id", [card.id for card in BOOK.cards() if card.range])
def test_every_range_can_be_used_or_is_more_than_an_interval_says(id: str) -> None:
    found = Ranges(BOOK).get(id)
    assert found is not None, "a range that nothing can be made of helps nobody"
