"""``--plot`` and plots as files of their own."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Run

Snapshot = Callable[[str, str], None]

SHOWN = {
    "plot_tangent": ("diff", "tan x", "--at", "1"),
    "plot_rational": ("diff", "1/(x^2-1)"),
    "plot_floor": ("diff", "floor(x)"),
    "plot_slope": ("slope", "x^2", "--at", "1"),
    "plot_taylor": ("taylor", "sin x", "-n", "5", "--on", "-2,2"),
    "plot_gradient": ("gradient", "x^2 + 3y^2 - x y", "--at", "1,1"),
    "plot_hessian": ("hessian", "x^2 - y^2 + x^3", "--at", "0,0"),
}


@pytest.mark.parametrize("name", SHOWN)
def test_plots_in_a_terminal(
    name: str, run: Run, snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    outcome = run(*SHOWN[name], "--plot")
    assert outcome.status == 0
    drawn = outcome.out[outcome.out.index("━━━") :]
    assert all(len(line) <= 80 for line in drawn.splitlines())
    snapshot(name, outcome.out)


@pytest.mark.parametrize("ending", ["svg", "png"])
def test_a_picture_is_a_plot_without_being_asked(ending: str, run: Run) -> None:
    for command in SHOWN.values():
        file = Path(f"{command[0]}.{ending}")
        file.unlink(missing_ok=True)
        assert run(*command, "-o", str(file)).status == 0
        content = file.read_bytes()
        assert content.startswith(b"<svg" if ending == "svg" else b"\x89PNG")
        if ending == "svg":
            ElementTree.fromstring(content)


def test_a_file_that_is_there_stays(run: Run) -> None:
    Path("plot.svg").write_text("mine", encoding="utf-8")
    outcome = run("diff", "x^2", "-o", "plot.svg")
    assert outcome.status == 4 and Path("plot.svg").read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize("ending", ["html", "md", "tex", "txt"])
def test_documents_hold_the_plot_or_tell_of_it(ending: str, run: Run) -> None:
    assert run("diff", "x^3 - 3x", "--plot", "-o", f"a.{ending}").status == 0
    text = Path(f"a.{ending}").read_text(encoding="utf-8")
    assert {"html": "Graph of x³", "md": "┤", "tex": "Graph of", "txt": "┤"}[ending] in text


def test_a_plot_that_cannot_be_says_why(run: Run) -> None:
    for arguments, words in (
        (("diff", "a x^2", "--wrt", "x"), "add --set a=2"),
        (("hessian", "x y"), "add --at 0,0"),
        (("gradient", "x y z"), "there are 3"),
        (("diff", "x^2", "--on", "2,1"), "--on -2,2"),
        (("diff", "x^2", "--json"), "-o plot.svg"),
    ):
        outcome = run(*arguments, "--plot")
        assert outcome.status == 2 and words in outcome.err and not outcome.out
    outcome = run("jacobian", "x y, x", "-o", "j.svg")
    assert outcome.status == 2 and "has no plot" in outcome.err and not Path("j.svg").exists()


@pytest.mark.parametrize(
    "arguments",
    [
        ("diff", "x^2", "--on", "-2,2"),
        ("diff", "a x^2", "--wrt", "x", "--set", "a=2"),
        ("slope", "x^2", "--at", "1", "--on", "0,2"),
        ("hessian", "x^2 y", "--set", "a=2"),
        ("newton", "x^2 - 2", "--from", "1", "--range", "0,2"),
    ],
)
def test_what_is_said_of_a_plot_is_refused_without_one(run: Run, arguments: tuple[str, ...]) -> None:
    outcome = run(*arguments)
    assert outcome.status == 2 and not outcome.out
    assert f"{arguments[-2]} is about a plot" in outcome.err and "add --plot" in outcome.err


def test_numbers_for_other_letters(run: Run) -> None:
    assert "a = 2" in run("diff", "a x^2", "--wrt", "x", "--plot", "--set", "a=2").out
    assert run("diff", "a x^2", "--wrt", "x", "--at", "x=1,a=2", "--plot").status == 0


def test_without_the_extra_it_says_what_to_install(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    import stepcalc.render.plots as plots

    monkeypatch.setattr(plots, "LIBRARIES", ("no_such_library",))
    outcome = run("diff", "x^2", "--plot")
    assert outcome.status == 4 and "stepcalc[plot]" in outcome.err
