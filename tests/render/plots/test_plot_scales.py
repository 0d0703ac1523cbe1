"""The part of a function that a plot shows: neither a blot, nor a straight line where there is more to see."""

from __future__ import annotations

import math

import numpy as np
import pytest

import stepcalc
from stepcalc.render.plots.data import HeightMap, Panel


def panels(text: str, **options: object) -> tuple[Panel, ...]:
    return stepcalc.diff(text, "x").plot(**options).picture.panels  # type: ignore[no-any-return]


def inside(panel: Panel) -> float:
    """The part of the curve that lies within the picture, of its width."""
    low, high = panel.up
    y = np.concatenate([y for _, y in panel.lines[0].pieces])
    x = np.concatenate([x for x, _ in panel.lines[0].pieces])
    within = (y >= low) & (y <= high)
    return float(np.sum(np.diff(x)[within[1:] & within[:-1]])) / (panel.across[1] - panel.across[0])


def test_a_steep_step_is_seen_to_be_no_jump() -> None:
    top, bottom = panels("tanh(100x)")
    assert 0.02 < top.across[1] < 0.3
    assert bottom.up[1] > 90 and bottom.up[0] < 10


def test_a_tiny_constant_is_not_drawn_at_nought() -> None:
    _, bottom = panels("1e-9*x")
    assert bottom.up[0] < 1e-9 < bottom.up[1] < 1e-8


def test_a_function_that_oscillates_without_end_has_no_open_circle() -> None:
    top, _ = panels("sin(1/x)")
    assert top.marks == ()


def test_a_root_still_ends_in_its_point() -> None:
    top, _ = panels("(x^2-1)/(x-1) + 0*sqrt(x)", on="0,3")
    assert any(mark.kind == "open" and abs(mark.x - 1) < 1e-9 for mark in top.marks)


def test_what_shoots_up_on_one_side_does_not_flatten_the_other() -> None:
    top, bottom = panels("e^(-1/x)")
    assert top.up[1] < 5
    assert bottom.up[1] < 5


def test_a_high_power_is_shown_where_it_begins_to_rise() -> None:
    top, _ = panels("x^20")
    assert top.across[1] < 1.5
    assert top.up[1] < 1000


def test_a_pole_does_not_widen_the_window_beyond_what_matters() -> None:
    top, _ = panels("(x-1)^2 (x+5)/(x-3)", at=5)
    assert -15 < top.across[0] < -5 and 5 < top.across[1] < 15
    assert inside(top) > 0.8


def test_both_sides_of_a_turn_between_poles_are_seen() -> None:
    top, _ = panels("1/(x^2-1)", at=0)
    assert top.up[0] < -1.4 and top.up[1] > 0.3


def test_secants_of_a_steep_function_can_be_told_apart() -> None:
    (panel,) = stepcalc.slope("e^(5x)", 2).plot().picture.panels
    first = max(mark.y for mark in panel.marks)
    assert panel.up[1] < 3 * first


def test_a_taylor_plot_shows_the_function_at_its_centre() -> None:
    (panel,) = stepcalc.taylor("e^(-1/x)", about=1, order=3).plot().picture.panels
    assert panel.up[1] < 5


# ----------------------------------------------------------------------------------------------- height lines


def height_map(text: str, **options: object) -> HeightMap:
    (drawn,) = stepcalc.gradient(text, ["x", "y"]).plot(**options).picture.panels
    assert isinstance(drawn, HeightMap)
    return drawn


@pytest.mark.parametrize("text", ["e^(x+y)", "(1-x)^2 + 100(y-x^2)^2"])
def test_heights_of_a_steep_function_grow_in_proportion(text: str) -> None:
    drawn = height_map(text)
    between = np.searchsorted(drawn.levels, drawn.heights.ravel())
    shares = np.bincount(between, minlength=len(drawn.levels) + 1) / drawn.heights.size
    assert max(shares) < 0.4
    assert 5 < len(drawn.levels) < 20


def test_heights_of_a_bowl_stay_even() -> None:
    steps = np.diff(height_map("x^2 + y^2").levels)
    assert steps == pytest.approx([steps[0]] * len(steps))


def test_a_function_that_lives_on_a_disc_fills_the_window() -> None:
    drawn = height_map("sqrt(1 - x^2 - y^2)")
    assert 1 <= drawn.x[-1] < 1.6
    assert np.mean(np.isfinite(drawn.heights)) > 0.3


def test_the_window_of_a_point_is_not_much_wider_than_the_point_is_far() -> None:
    drawn = height_map("x^2 y + sin(x y)", at=(1, 2))
    assert drawn.x[0] < 1 < drawn.x[-1] <= 6
    assert drawn.y[0] < 2 < drawn.y[-1] <= 6


def test_a_constant_approximation_is_not_in_the_legend() -> None:
    (drawn,) = stepcalc.hessian("x^4 + y^4").plot(at="0,0").picture.panels
    assert drawn.near is None


def test_the_terminal_says_how_heights_grow() -> None:
    text = str(stepcalc.gradient("e^(x+y)", ["x", "y"]).plot())
    assert "each 10 times the one before" in text


def test_colours_follow_uneven_heights() -> None:
    assert stepcalc.gradient("e^(x+y)", ["x", "y"]).plot().svg().startswith("<svg")


def test_the_window_of_a_wave_is_as_before() -> None:
    top, _ = panels("sin(x)")
    assert top.across[1] == pytest.approx(-top.across[0], rel=0.2)
    assert top.across[1] < 5 * math.pi


def test_exponents_are_raised_in_the_legend_and_what_cannot_be_set_stays() -> None:
    from stepcalc.render.plots.drawing import label_of

    assert label_of("f(x) = e^(−x²)") == "$f(x) = e^{-x^{2}}$"
    assert label_of("tangent y = 2x − 1") == "tangent y = 2x − 1"
    assert label_of("cost in $") == r"cost in \$"
