"""The commands limit and slope, and derivatives from their definition, as they are typed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from stepcalc.cli.main import main
from tests.cli.conftest import Run


def shown(capsys: pytest.CaptureFixture[str], *args: str) -> tuple[int, str, str]:
    status = main(list(args))
    captured = capsys.readouterr()
    return status, captured.out, captured.err


def test_a_limit_is_told_step_by_step(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = shown(capsys, "limit", "sin(3x)/x", "--to", "0")
    assert status == 0
    assert "Find the limit  sin(3x)/x  as x → 0" in out
    assert "Standard limit of sin(u)/u" in out
    assert "Answer   3" in out
    assert "Each step checked" in out


@pytest.mark.parametrize(
    ("args", "answer"),
    [
        (["(1 + 1/x)^x", "--to", "infinity"], "e"),
        (["(1 + 1/x)^x", "--to", "oo"], "e"),
        (["sqrt(x^2+1)/x", "--to", "-oo"], "−1"),
        (["|x|/x", "--side", "right"], "1"),
        (["|x|/x", "--side", "left"], "−1"),
        (["1/x^2"], "∞"),
        (["x^2", "--at", "3"], "9"),
    ],
)
def test_the_answer_alone(capsys: pytest.CaptureFixture[str], args: list[str], answer: str) -> None:
    assert shown(capsys, "limit", *args, "--quiet")[:2] == (0, f"{answer}\n")


def test_sides_that_differ_are_both_named(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = shown(capsys, "limit", "|x|/x")
    assert "The limit does not exist: from the right it is 1, from the left −1." in out


@pytest.mark.parametrize(
    "typed", ["lim x->0 sin(x)/x", "lim_{x→0} sin(x)/x", r"$\lim_{x \to 0} sin(x)/x$", "lim(x → 0) sin(x)/x"]
)
def test_what_is_typed_with_the_sign_of_a_limit_is_answered_with_how_to_ask(
    capsys: pytest.CaptureFixture[str], typed: str
) -> None:
    status, _, err = shown(capsys, "limit", typed)
    assert status == 2
    assert 'stepcalc limit "sin(x)/x" --to 0' in err


@pytest.mark.parametrize("detail", ["brief", "normal"])
def test_sides_are_named_where_the_function_was_rewritten_before(
    capsys: pytest.CaptureFixture[str], detail: str
) -> None:
    _, out, _ = shown(capsys, "limit", "tan x", "--to", "pi/2", "--detail", detail)
    assert "The limit does not exist: from the right it is −∞, from the left ∞." in out
    assert "undefined" not in out


def test_a_limit_without_an_explanation_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = shown(capsys, "limit", "x gamma(x)")
    assert "Not explained" in out
    assert "This limit is not explained" in out


def test_a_limit_as_a_chain(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = shown(capsys, "limit", "(x - sin(x))/x^3", "--style", "chain")
    assert "L'Hôpital's rule" in out
    assert "= lim(x → 0)[(1 − cos(x))/(3x²)]" in out


def test_a_definition_is_told_without_rules(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = shown(capsys, "diff", "1/x", "--from-definition")
    assert status == 0
    assert "from the definition" in out
    assert "Bring to one fraction" in out
    assert "Power rule" not in out
    assert "Answer   −1/x²" in out


@pytest.mark.parametrize(
    ("text", "to", "answer", "without"),
    [
        ("sin(a x)", "oo", "Answer   0   for a = 0", "There is no limit for a > 0: sin(u) and cos(u) have no limit"),
        ("e^(a x) + sin(x)", "oo", "Answer   ∞   for a > 0", "There is no limit for a = 0: sin(u) and cos(u)"),
        ("a/x", "0", "Answer   0   for a = 0", "There is no limit for a < 0: from the right it is −∞"),
    ],
)  # fmt: skip
def test_where_there_is_no_limit_is_said_with_the_reason(
    capsys: pytest.CaptureFixture[str], text: str, to: str, answer: str, without: str
) -> None:
    for detail in ("brief", "normal", "full"):
        _, out, _ = shown(capsys, "limit", text, "--wrt", "x", "--to", to, "--detail", detail)
        assert answer in out and without in out
        assert "undefined" not in out


def test_slopes_stand_in_a_table(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = shown(capsys, "slope", "x^2", "--at", "1")
    assert status == 0
    assert "2.01" in out
    assert "The tangent has the slope 2." in out


def test_errors_of_differences_come_with_their_cards(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = shown(capsys, "slope", "e^x", "--at", "0", "--error")
    for words in (
        "Error of the forward difference",
        "Error of the central difference",
        "Round-off wins",
        "1e-15",
    ):
        assert words in out


def test_slopes_are_told_like_other_derivations(capsys: pytest.CaptureFixture[str]) -> None:
    asked = ("slope", "x^2 sin x", "--at", "1", "--error")
    _, steps, _ = shown(capsys, *asked)
    _, chain, _ = shown(capsys, *asked, "--style", "chain")
    _, brief, _ = shown(capsys, *asked, "--detail", "brief")
    assert "1  Product rule" in steps and "5  Taylor's series ahead" in steps
    assert "= 2x sin(x) + x² cos(x)" in chain and "1  Taylor's series ahead" in chain
    assert "Product rule" not in brief and "The tangent has the slope 2 sin(1) + cos(1)." in brief


@pytest.mark.parametrize(
    ("upto", "last", "following"),
    [
        ("0", "Slope of", "Product rule"),
        ("3", "Derivative of sine", "Factor out what is common"),
        ("4", "Factor out", "Taylor's series ahead"),
        ("6", "Error of the forward difference", "Taylor's series behind"),
        ("8", "Error of the central difference", "Round-off wins for tiny h"),
        ("9", "In double precision", "No step is left"),
    ],
)
@pytest.mark.parametrize("style", ["steps", "chain"])
def test_slopes_go_as_far_as_asked(
    capsys: pytest.CaptureFixture[str], upto: str, last: str, following: str, style: str
) -> None:
    asked = ("slope", "x^2 sin x", "--at", "1", "--error", "--upto", upto, "--style", style)
    _, told, _ = shown(capsys, *asked)
    _, hinted, _ = shown(capsys, *asked, "--hint")
    assert last in told and "Next:" not in told
    assert "slope of the secant" not in told + hinted
    assert following in hinted.split("Next:")[-1]


def test_slopes_as_data(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = shown(capsys, "slope", "x^2", "--at", "x=1", "--json")
    data = json.loads(out)
    assert data["tangent"] == "2"
    assert data["secants"][0]["secant"] == 3


@pytest.mark.parametrize("format", ["latex", "markdown", "html", "json"])
@pytest.mark.parametrize("args", [["limit", "sin(x)/x"], ["slope", "x^2", "--at", "1", "--error"]])
def test_every_format_is_written(tmp_path: Path, format: str, args: list[str]) -> None:
    file = tmp_path / "answer.txt"
    assert main([*args, "--format", format, "--output", str(file)]) == 0
    assert file.read_text(encoding="utf-8").strip()


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["limit", "ln x", "--to", "-1"], "no real values close to x = −1"),
        (["limit", "x y"], "Say which one varies"),
        (["limit", "x^2", "--wrt", "t"], "t does not occur"),
        (["slope", "x^2"], "Say at which point"),
        (["slope", "ln x", "--at", "-1"], "not in the domain"),
        (["diff", "x^2", "--from-definition", "-n", "2"], "one derivative at a time"),
    ],
)
def test_a_question_that_makes_no_sense(
    capsys: pytest.CaptureFixture[str], args: list[str], words: str
) -> None:
    status, out, err = shown(capsys, *args)
    assert status == 2
    assert not out
    assert words in err


@pytest.mark.parametrize("point", ["2+", "2^+", "2^{+}", "2⁺"])
def test_a_sign_after_the_point_is_the_side(run: Run, point: str) -> None:
    assert run("limit", "1/(x-2)", "--to", point, "--quiet").out == "∞\n"
    assert run("limit", "1/(x-2)", "--to", point.replace("+", "-").replace("⁺", "⁻"), "--quiet").out == "−∞\n"


def test_two_sides_are_one_too_many(run: Run) -> None:
    refused = run("limit", "1/x", "--to", "0+", "--side", "left")
    assert refused.status == 2
    assert "Leave one of them out" in refused.err


def test_where_there_is_no_slope_the_secants_are_asked_about(run: Run) -> None:
    refused = run("slope", "|x-2|", "--at", "2")
    assert refused.status == 2
    assert "stepcalc limit '|(2+h) − 2|/h' --wrt h --to 0" in refused.err
    asked = run("limit", "|(2+h) − 2|/h", "--wrt", "h", "--to", "0")
    assert "The limit does not exist: from the right it is 1, from the left −1." in asked.out
