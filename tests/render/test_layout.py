"""Lines of text: breaking, setting side by side, plain ASCII."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stepcalc.notation.forms import ONE, TWO, Form, add, call, divide, goal, letter, power
from stepcalc.render.document import (
    Document,
    Equation,
    Formula,
    StepHead,
    words,
)
from stepcalc.render.html import html_page
from stepcalc.render.lines import Box, Run, beside, broken, length, split, text_box
from stepcalc.render.plain import plain_text

X = letter("x")
SQUARE = power(X, TWO)
NESTED = divide(ONE, add(ONE, divide(ONE, X)))


def line(text: str) -> tuple[Run, ...]:
    return (Run(text),)


def text_of(runs: tuple[Run, ...]) -> str:
    return "".join(run.text for run in runs)


@given(st.text(alphabet="abc ()+−·=", max_size=200), st.integers(10, 60), st.integers(0, 8))
def test_breaking_loses_nothing_but_spaces_and_keeps_to_the_width(text: str, room: int, more: int) -> None:
    pieces = list(broken(line(text), room, more))
    assert "".join(text_of(piece) for piece in pieces).replace(" ", "") == text.replace(" ", "")
    assert all(length(piece) <= (room if place == 0 else room - more) for place, piece in enumerate(pieces))


def test_break_is_at_the_outermost_sign() -> None:
    first, second = broken(line("sin(a + b) cos(c) + tan(d + e)"), 24, 0)
    assert text_of(first) == "sin(a + b) cos(c)"
    assert text_of(second) == "+ tan(d + e)"


@given(st.lists(st.text(alphabet="ab", max_size=5), max_size=5), st.integers(0, 30))
def test_split_keeps_the_text(parts: list[str], place: int) -> None:
    whole = tuple(Run(part) for part in parts)
    left, right = split(whole, place)
    assert text_of(left) + text_of(right) == "".join(parts)
    assert length(left) == min(place, length(whole))


def test_boxes_stand_on_one_base_line() -> None:
    tall = Box((line("a"), line("-"), line("b")), base=1)
    assert [text_of(row) for row in beside(text_box("y = "), tall, text_box("!")).lines] == [
        "    a",
        "y = -!",
        "    b",
    ]


def test_fraction_in_a_fraction_is_set_in_two_dimensions() -> None:
    shown = plain_text(Document((Equation(Formula(X), Formula(NESTED)),)))
    assert len(shown.splitlines()) > 1
    assert "x = " in shown


def test_bindings_stand_in_their_column_or_on_the_next_line() -> None:
    head = StepHead(1, "Product rule", law="(f·g)′", bindings=(("f = ", Formula(SQUARE)),))
    assert plain_text(Document((head,))).index("f = ") == 51
    narrow = plain_text(Document((head,)), width=40).splitlines()
    assert narrow[1].strip() == "f = x²"


def test_prime_notation_writes_no_leibniz_goal() -> None:
    document = Document((Equation(Formula(goal(SQUARE, X)), Formula(X)),), notation="prime")
    assert plain_text(document).strip() == "(x²)′ = x"


def test_marked_parts_are_underlined_in_the_terminal_and_in_html() -> None:
    from rich.console import Console

    from stepcalc.render.terminal import Shown

    form: Form = add(goal(SQUARE, X), call("sin", X))
    document = Document((Equation(Formula(X), Formula(form, frozenset({goal(SQUARE, X)}))),))
    console = Console(force_terminal=True, width=80, color_system="standard", _environ={})
    with console.capture() as captured:
        console.print(Shown(document))
    assert "\x1b[1;4md/dx[x²]\x1b[0m + sin(x)" in captured.get()
    assert html_page(document).count('<mrow class="mark">') == 1


def test_deep_steps_stay_on_the_page() -> None:
    heads = tuple(StepHead(depth + 1, "Chain rule", depth=depth) for depth in range(500))
    assert max(map(len, plain_text(Document(heads)).splitlines())) < 60


@pytest.mark.parametrize("width", [60, 80])
def test_the_names_of_rules_stay_within_the_line(width: int) -> None:
    title = "Sum, constant, constant multiple and power rules"
    head = StepHead(2, title, label=words("∂f/∂y,  x held fixed"))
    lines = plain_text(Document((head,)), width=width).splitlines()
    assert all(len(line) <= width for line in lines)
    assert " ".join(" ".join(lines).split()).endswith(title)
