"""What is said of texts that cannot be read, and where the caret stands."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from stepcalc.errors import LimitError, ReadError, explain
from stepcalc.notation.reader import read_text


def said(text: str) -> str:
    with pytest.raises(ReadError) as caught:
        read_text(text)
    return explain(caught.value)


@pytest.mark.parametrize(
    "lines",
    [
        ("x**2*sin(x", "        ^", "This bracket is never closed."),
        ("sinn(2x)", "^^^^", 'There is no function "sinn". Did you mean sin or sinh? '
         "To use a function of your own, declare it: --function sinn"),
        ("9**9**9**9*x", "^^^^^^^^^^", "This power has more than 4,300 digits."),
        ("0,5 x", "^^^", "Commas separate the parts of a list. For the decimal number write 0.5"),
        ("(x + )", "   ^", "Something is missing after +"),
        ("2 + factorial(10**9)", "    ^^^^^^^^^^^^^^^^",
         "The value of factorial has more than 4,300 digits here."),
        ("𝑥.y", " ^", "The sign . has no meaning here."),
    ],
)  # fmt: skip
def test_error_shows_text_caret_and_sentence(lines: tuple[str, ...]) -> None:
    assert said(lines[0]) == "\n".join(lines)


def test_long_text_is_cut_around_the_caret() -> None:
    text = "+".join(f"x^{k}" for k in range(200)) + "+sinn(x)+" + "+".join("y" * 200)
    line, caret, _ = said(text).splitlines()
    assert len(line) <= 100
    assert line[caret.index("^") :].startswith("sinn(x)")
    assert line.startswith("…")
    assert line.endswith("…")


def test_only_the_line_with_the_error_is_shown() -> None:
    assert said("x +\n* 2\n+ y").splitlines()[0] == "x +"


def test_control_characters_do_not_reach_the_terminal() -> None:
    shown = said("x + \x1b[31m y \x00")
    assert "\x1b" not in shown
    assert "\x00" not in shown


def test_wide_characters_move_the_caret() -> None:
    assert said("漢 +").splitlines()[1] == "   ^"


@pytest.mark.parametrize(
    "text",
    [
        "__import__('os').system('touch owned')",
        '__import__("os").system("touch owned")',
        "x.__class__.__mro__",
        "().__class__",
        "{x.__class__}",
        "{0.__class__}",
        "%s %d",
        "f'{x}'",
        "lambda: x",
        "x; y",
        "exec('x')",
        "open(\"owned\", 'w')",
        "`touch owned`",
        "\x00",
        "x\x1by",
        "\ud800",
        "x\u202ey",
        "((((",
        "|||",
        "\\",
        "\\frac",
        "\\frac{",
        "\\left",
        "\\left(",
        "\\begin{cases}",
        "\\end{cases}",
        "\\begin",
        "^",
        "_",
        "x_",
        "x_{",
        "x_{}",
        "{}",
        '"',
        '""',
        "'",
        "f'",
        "f^(",
        "f^(1",
        "f^(1,0)(x)",
        "log_",
        "log_(x",
        "sin^",
        "sin^(2",
        "√",
        "d/dx[",
        "d/dx[]",
        "∂/∂",
        "∂x",
        "²",
        "x²⁽",
        "x⁾",
        "...",
        "x...",
        ",",
        "(,)",
        "f(,)",
        "f(x,)",
        "y =",
        "= y",
        "y = y = y",
        "x < ",
        "not x",
        "x in integers",
        "true",
        "(1, 2)",
        "2*(x < 1)",
        "sin(x < 1)",
        "sin((x, y))",
        "piecewise(x)",
        "piecewise((x, y))",
        "integral(x, 2, 0, 1)",
        "root(x)",
        "(x, y) + 1",
        "5 in x",
        "٣",
    ],
)
def test_hostile_and_broken_texts_are_refused(
    text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ReadError) as caught:
        read_text(text)
    assert caught.value.message
    assert caught.value.start is not None
    explain(caught.value)
    assert not list(tmp_path.iterdir())


GARBAGE = [
    "(", ")", "[", "{", "|", "|x", "x", "ab", "é", "漢", "𝑥", "1", "1 ", ".", "1e", "e^", "-", "+", "x+",
    "x^", "x²", "²", "!", "x!", "√", "√x", "'", "f'", "\"", "\"\\", "\\", "\\frac", "\\frac{x}", "\\sqrt",
    "\\left(", "\\begin{cases}", "sin", "sin ", "sin x ", "sin^", "sin^(", "sin(", "log_", "log_(",
    "log_2", "d/dx", "d/dx ", "d/d", "∂/∂x", "f(", "f(x)", "f^(1,", "f^1", "f^", "x_", "x_1", "x₁", "_",
    ",", "x,", "(x,", "=", "y=", "x<", "x<1 and ", "not ", "...", "1/2x", "1/", "x^1/2", "\n", "\x00",
    " ", "&", "\\\\", "$", "{x", "1/2+1/3", "tanh(", "9**", "gamma(", "½", "ˣ",
]  # fmt: skip


@pytest.mark.parametrize("piece", GARBAGE, ids=range(len(GARBAGE)))
def test_long_garbage_is_answered_quickly(piece: str) -> None:
    text = piece * (100_000 // len(piece)) + "x"
    started = time.process_time()
    try:
        read_text(text)
    except ReadError as error:
        explain(error)
    assert time.process_time() - started < 4  # a fraction of a second on an idle machine


def test_notes_stay_few_and_short() -> None:
    notes = read_text("+".join(f"1/{k}x" for k in range(2, 5000))).notes
    assert len(notes) == 20
    assert all(len(note.text) < 300 for note in notes)


@pytest.mark.parametrize("text", ["x" * 200_001, "+" * 300_000])
def test_longer_texts_are_refused(text: str) -> None:
    with pytest.raises(LimitError, match="200,000 characters"):
        read_text(text)
