"""Plots in characters: within their width, in ASCII where it must be, every line told apart."""

from __future__ import annotations

import pytest

import stepcalc
from stepcalc.render.plots import Plot


@pytest.fixture(scope="module")
def plots() -> list[Plot]:
    return [
        stepcalc.diff("tan x").plot(at=1),
        stepcalc.slope("x^2", 1).plot(),
        stepcalc.taylor("sin x", order=7, on="-3,3").plot(),
        stepcalc.gradient("x^2 + 3y^2").plot(),
        stepcalc.hessian("x^2 - y^2 + x^3").plot(at=(0, 0)),
    ]


@pytest.mark.parametrize("width", [40, 60, 80, 120])
def test_lines_keep_to_the_width(plots: list[Plot], width: int) -> None:
    for plot in plots:
        lines = plot.text(width)
        names = [line for line in lines if "┤" not in line and "│" not in line]
        assert all(len(line) <= width for line in lines if line not in names)
        assert len(lines) < 45


def test_ascii_is_ascii(plots: list[Plot]) -> None:
    for plot in plots:
        assert all(line.isascii() for line in plot.text(80, ascii=True))


def test_lines_of_one_kind_bear_letters(plots: list[Plot]) -> None:
    text = "\n".join(plots[1].text(80))
    assert "┄a┄ secant, h = 1" in text and "┄b┄ secant, h = 0.5" in text
    drawn = "".join(line.partition("┤")[2] + line.partition("│")[2] for line in plots[1].text(80))
    assert all(tag in drawn for tag in "abc")


def test_an_asymptote_is_drawn_and_not_crossed(plots: list[Plot]) -> None:
    rows = [line for line in plots[0].text(80) if "┤" in line or "│" in line]
    assert all("╎" in row for row in rows)
