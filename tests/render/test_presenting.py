"""A derivation shows itself: printed, by Rich, in a notebook."""

from __future__ import annotations

import pytest
from rich.console import Console

from stepcalc import diff
from stepcalc.cli.main import main
from stepcalc.messages import say
from stepcalc.render.builder import build
from stepcalc.render.plain import plain_text
from stepcalc.trace.verification import Verification


def test_print_shows_what_the_command_shows(capsys: pytest.CaptureFixture[str]) -> None:
    main(["diff", "x**2*sin(x)"])
    assert capsys.readouterr().out == f"{diff('x**2*sin(x)')}\n"


def test_rich_prints_a_derivation_by_itself() -> None:
    console = Console(width=90, color_system=None, force_terminal=False, _environ={})
    with console.capture() as captured:
        console.print(diff("x**2*sin(x)"))
    assert "Product rule" in captured.get()
    assert "Each step checked" in captured.get()


def test_notebook_has_html_and_latex() -> None:
    derivation = diff("x**2*sin(x)")
    html = derivation._repr_html_()
    assert "Product rule" in html
    assert "<script" not in html
    latex = derivation._repr_latex_()
    assert latex.startswith("$$")
    assert r"\sin" in latex


@pytest.mark.parametrize(
    ("text", "stated"),
    [
        ("x sin(x)", "(f·g)′ = f′·g + f·g′"),
        ("x sin(x) e^x", "(f·g·h)′ = f′·g·h + f·g′·h + f·g·h′"),
        ("x sin(x) e^x ln(x)", "(f·g·h·k)′ = f′·g·h·k + f·g′·h·k + f·g·h′·k + f·g·h·k′"),
        ("x sin(x) e^x ln(x) tan(x)", "(f·g)′ = f′·g + f·g′"),
        ("x^2 + sin(x) + e^x", "(f + g + h)′ = f′ + g′ + h′"),
    ],
)
def test_a_law_is_stated_for_as_many_parts_as_it_has(text: str, stated: str) -> None:
    heads = [line for line in str(diff(text)).splitlines() if line.startswith("  1  ")]
    assert stated in heads[0]


def test_a_step_that_failed_its_check_is_marked() -> None:
    derivation = diff("x sin(x)")
    wrong = derivation.steps[-1]
    found = Verification("failed", 3, ("It is wrong.",), {wrong: "failed"})
    text = plain_text(build(derivation, verification=found))
    assert [say("step-failed") in line for line in text.splitlines() if wrong.card.name in line] == [True]
    assert text.count(say("step-failed")) == 1
