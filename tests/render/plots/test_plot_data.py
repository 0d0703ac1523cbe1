"""What a plot shows: gaps where the function has none, and a window that holds what matters."""

from __future__ import annotations

import math
import time
from itertools import pairwise

import numpy as np
import pytest

import stepcalc
from stepcalc.render.plots.data import HeightMap, Line, Panel

Plot = object


def top(text: str, **options: object) -> Panel:
    """The upper panel of a function's plot."""
    panel = stepcalc.diff(text, "x").plot(**options).picture.panels[0]
    assert isinstance(panel, Panel)
    return panel


def covered(line: Line) -> list[tuple[float, float]]:
    """The stretches over which a curve is drawn."""
    return [(float(x[0]), float(x[-1])) for x, _ in line.pieces]


def crosses(panel: Panel, place: float) -> bool:
    """Whether a piece of the first curve goes on through a place."""
    return any(low < place < high for low, high in covered(panel.lines[0]))


# ------------------------------------------------------------------------------------------------- gaps

POLES = {
    "1/x": [0],
    "1/x^2": [0],
    "1/(x^2-2)": [-math.sqrt(2), math.sqrt(2)],
    "tan x": [-math.pi / 2, math.pi / 2],
    "sec(x)": [-math.pi / 2, math.pi / 2],
    "cot x": [-math.pi, 0, math.pi],
    "gamma(x)": [0, -1, -2],
    "1/sin(x)": [-math.pi, 0, math.pi],
    "1/(1-e^x)": [0],
    "1/(x-0.1)^2": [0.1],
    "1/(e^x-2)": [math.log(2)],
}


@pytest.mark.parametrize("text", POLES)
def test_poles_are_left_open(text: str) -> None:
    panel = top(text, on="-4,4")
    for place in POLES[text]:
        assert not crosses(panel, place)
        assert any(abs(pole - place) < 1e-9 for pole in panel.poles)
        assert all(min(abs(low - place), abs(high - place)) < 0.02 or not low < place < high
                   for low, high in covered(panel.lines[0]))  # fmt: skip


JUMPS = {
    "floor(x)": [-1, 0, 1, 2],
    "x - floor(x)": [-1, 0, 1],
    "ceiling(2x)": [0, 0.5, 1],
    "sign(x)": [0],
    "|x|/x": [0],
    "heaviside(x-1)": [1],
    "arctan(1/x)": [0],
    "arccot(x)": [0],
    "piecewise((x^2, x < 1), (3-x, x >= 1))": [1],
    "piecewise((0, x < 1/3), (1, x >= 1/3))": [1 / 3],
    "e^(1/x)": [0],
}


@pytest.mark.parametrize("text", JUMPS)
def test_jumps_are_not_joined(text: str) -> None:
    panel = top(text, on="-3,3")
    for place in JUMPS[text]:
        assert not crosses(panel, place)


ENDS = {
    "ln(x)": (0, 3), "√x": (0, 3), "√(1-x²)": (-1, 1), "arcsin(x)": (-1, 1), "ln(2-x)": (-3, 2), "x^x": (0, 3),
    "arcosh(x)": (1, 3), "√(sin(x))": (0, 3),
}  # fmt: skip


@pytest.mark.parametrize("text", ENDS)
def test_nothing_is_drawn_outside_the_domain(text: str) -> None:
    pieces = covered(top(text, on="-3,3").lines[0])
    low, high = ENDS[text]
    assert min(start for start, _ in pieces) == pytest.approx(low, abs=1e-6)
    assert max(end for _, end in pieces) == pytest.approx(high, abs=1e-6)


def test_no_step_of_a_curve_is_higher_than_the_function_steps() -> None:
    """What is joined is continuous: between neighbours of a piece the function takes the value in between."""
    for text in ("tan(3x)", "1/(x^3-x)", "floor(3x)", "gamma(x)", "ln|sin(x)|", "x/|x| + 1/x"):
        panel = top(text, on="-4,4")
        tall = panel.up[1] - panel.up[0]
        for _, y in panel.lines[0].pieces:
            inside = (y >= panel.up[0]) & (y <= panel.up[1])
            steps = np.abs(np.diff(y))[inside[:-1] & inside[1:]]
            assert not len(steps) or np.max(steps) < 0.2 * tall


def test_a_hole_is_marked_open_and_a_jump_open_and_closed() -> None:
    assert [(mark.kind, mark.x, round(mark.y, 6)) for mark in top("sin(x)/x").marks] == [("open", 0, 1)]
    assert [(mark.kind, mark.x, round(mark.y, 6)) for mark in top("(x^2-1)/(x-1)").marks] == [("open", 1, 2)]
    kinds = {mark.kind for mark in top("floor(x)", on="0.5,1.5").marks}
    assert kinds == {"open", "closed"}
    assert top("|x|").marks == ()
    assert top("(x-1)^(1/3)").marks == ()


def test_a_derivative_has_no_value_where_it_does_not_exist() -> None:
    lower = stepcalc.diff("|x|").plot().picture.panels[1]
    assert [(mark.kind, mark.y) for mark in lower.marks] == [("open", -1), ("open", 1)]
    kinds = [mark.kind for mark in stepcalc.diff("|sin(x)|").plot(on="-4,4").picture.panels[1].marks]
    assert kinds == ["open"] * 6
    assert stepcalc.diff("gamma(x)").plot(on="0.5,4").picture.panels[1].marks == ()
    assert len(stepcalc.diff("floor(x)").plot(on="0.5,2.5").picture.panels[1].marks) == 2


# ------------------------------------------------------------------------------------------------ windows


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("x^5 - x", [-1, 0, 1]), ("x^2 - 400", [-20, 20]), ("(x-1000)^2", [1000]), ("ln(x)/x", [1, math.e]),
        ("1/(x^2+1)", [-2, 2]), ("e^x", [0, 2]), ("tan x", [-math.pi / 2, math.pi / 2]), ("√x", [0, 2]),
        ("e^(x/1000)", [-1000, 1000]), ("sin(x)", [-math.pi, math.pi]), ("x^3 - 3000x", [-54.7, 54.7]),
        ("arcsin(x)", [-1, 1]), ("1/(x-7)", [7, 8]), ("x e^(-x)", [1, 2]), ("sin(1/x)", [-0.6, 0.6]),
    ],
)  # fmt: skip
def test_what_matters_is_in_the_window(text: str, seen: list[float]) -> None:
    low, high = top(text).across
    assert low <= min(seen) and max(seen) <= high


@pytest.mark.parametrize(
    ("text", "widest"),
    [
        ("sin(50x)", 1),
        ("x^5-x", 4),
        ("e^x", 12),
        ("ln(x)/x", 40),
        ("tan x", 14),
        ("√x", 12),
        ("e^(-x^2) cos(50x)", 10),
    ],
)
def test_the_window_is_not_much_wider(text: str, widest: float) -> None:
    low, high = top(text).across
    assert high - low <= widest


def test_a_point_that_is_asked_for_is_in_the_window_and_at_its_height() -> None:
    for text, at in (("tan x", "1.5"), ("x^2", "100"), ("1/x", "-7"), ("e^x", "5"), ("sin(50x)", "3")):
        panel = top(text, at=at)
        point = next(mark for mark in panel.marks if mark.kind == "point")
        assert panel.across[0] < point.x < panel.across[1]
        assert panel.up[0] < point.y < panel.up[1]


def test_poles_do_not_flatten_the_rest() -> None:
    for text in ("1/x", "tan x", "1/(x^2-1)", "1/x^4"):
        panel = top(text)
        assert panel.up[1] - panel.up[0] < 60
    assert top("5").up[0] <= 5 <= top("5").up[1]
    assert top("x^2 + 1000000").up[0] > 900_000


def test_extrema_are_seen_beside_poles() -> None:
    panel = top("(x^2+1)/(x^2-1)", at="2")
    assert panel.up[0] < -1.1 and panel.across[0] < -1


def test_the_window_that_is_asked_for_is_the_window() -> None:
    assert top("x^2", on="-2,5").across == (-2, 5)
    assert top("sin x", on=(0, 1)).across == (0, 1)
    assert top("sin x", on="-pi,pi").across == (-math.pi, math.pi)
    for wrong in ("3,1", "1", "1,1", "1,2,3,4", "0,10^12"):
        with pytest.raises(stepcalc.UsageError, match="cannot be used"):
            top("x^2", on=wrong)


def test_axes_are_marked_in_pi_for_functions_of_angles() -> None:
    assert top("sin x").in_pi and top("tan(2x)").in_pi
    assert not top("x^2 - 1").in_pi and not top("sin(50x)").in_pi


# ------------------------------------------------------------------------------------------- what is shown


def test_the_tangent_touches() -> None:
    plot = stepcalc.diff("x^3 - 3x").plot(at=2)
    panel = plot.picture.panels[0]
    assert panel.lines[1].name == "tangent y = 9x − 16"
    ((x, y),) = panel.lines[1].pieces
    assert np.allclose(y, 9 * x - 16)
    assert [(mark.x, mark.y) for mark in panel.marks] == [(2, 2)]
    assert [(mark.x, mark.y) for mark in plot.picture.panels[1].marks] == [(2, 9)]


def test_other_letters_need_numbers() -> None:
    derivation = stepcalc.diff("a sin(b x)", "x")
    with pytest.raises(stepcalc.UsageError, match=r"a number for a, b: add --set a=2,b=2"):
        derivation.plot()
    plot = derivation.plot(values={"a": 2, "b": 3})
    assert plot.picture.title == "a sin(bx) and its derivative,  a = 2,  b = 3"
    assert max(float(np.max(y)) for _, y in plot.picture.panels[0].lines[0].pieces) == pytest.approx(
        2, abs=1e-3
    )
    assert derivation.plot(at={"x": 1, "a": 2, "b": 3}).picture.panels[0].marks[0].x == 1


def test_what_has_no_plot_says_so() -> None:
    with pytest.raises(stepcalc.UsageError, match="no plot for this question"):
        stepcalc.jacobian("x y, x").plot()
    with pytest.raises(stepcalc.UsageError, match="only the name is known"):
        stepcalc.diff("x f(x)", "x", functions=["f"]).plot()
    with pytest.raises(stepcalc.UsageError, match="no real value"):
        stepcalc.diff("ln(-1-x^2)").plot()
    with pytest.raises(stepcalc.UsageError, match="there are 3"):
        stepcalc.gradient("x y z").plot()
    with pytest.raises(stepcalc.UsageError, match="at a point"):
        stepcalc.hessian("x y").plot()


def test_secants_pass_through_two_points_of_the_curve() -> None:
    (panel,) = stepcalc.slope("x^2", 1).plot().picture.panels
    secants = [line for line in panel.lines if line.role == "secant"]
    assert [line.name for line in secants] == [
        "secant, h = 1, slope 3", "secant, h = 0.5, slope 2.5", "secant, h = 0.1, slope 2.1",
    ]  # fmt: skip
    for line, run in zip(secants, (1, 0.5, 0.1), strict=True):
        ((x, y),) = line.pieces
        for place in (1, 1 + run):
            assert np.interp(place, x, y) == pytest.approx(place**2)


def test_taylor_polynomials_grow_towards_the_function() -> None:
    (panel,) = stepcalc.taylor("sin x", order=7, on="-3,3").plot().picture.panels
    assert [line.name for line in panel.lines] == [
        "f(x) = sin(x)",
        "order 1",
        "order 3",
        "order 5",
        "order 7",
    ]
    off = [abs(np.interp(2, *line.pieces[-1]) - math.sin(2)) for line in panel.lines[1:]]
    assert all(later < earlier for earlier, later in pairwise(off))


def test_the_band_of_the_remainder_holds_the_function() -> None:
    for text, about, on in (("sin x", 0, "-3,3"), ("ln x", 1, "0.5,1.5"), ("e^x", 0, "-1,2")):
        (panel,) = stepcalc.taylor(text, about=about, order=4, on=on).plot().picture.panels
        assert panel.band is not None
        low, high = (float(end) for end in on.split(","))
        assert (panel.band.x[0], panel.band.x[-1]) == (low, high)
        f = {"sin x": np.sin, "ln x": np.log, "e^x": np.exp}[text](panel.band.x)
        assert np.all(panel.band.low <= f + 1e-12) and np.all(f <= panel.band.high + 1e-12)


def test_gradient_arrows_stand_across_height_lines() -> None:
    (drawn,) = stepcalc.gradient("x^2 + 3y^2").plot(at=(1, 1)).picture.panels
    assert isinstance(drawn, HeightMap)
    for arrow in drawn.arrows:
        assert arrow.across * 6 * arrow.y == pytest.approx(arrow.up * 2 * arrow.x, abs=1e-9)
    assert drawn.arrows[-1].up / drawn.arrows[-1].across == pytest.approx(3)
    assert drawn.x[-1] - drawn.x[0] == pytest.approx(drawn.y[-1] - drawn.y[0])


def test_height_lines_are_not_drawn_across_a_pole() -> None:
    (drawn,) = stepcalc.gradient("1/(x+y)").plot(on="-2,2").picture.panels
    heights = drawn.heights
    for left, right in ((heights[:, :-1], heights[:, 1:]), (heights[:-1], heights[1:])):
        assert not np.any(left * right < 0)


def test_height_lines_show_a_hill_on_a_plain() -> None:
    (drawn,) = stepcalc.gradient("x e^(-x^2-y^2)").plot().picture.panels
    assert max(drawn.levels) > 0.3 and min(drawn.levels) < -0.3
    assert drawn.x[-1] - drawn.x[0] < 8


def test_a_quadratic_form_is_its_own_approximation() -> None:
    (drawn,) = stepcalc.hessian("x^2 + x y + 2y^2").plot(at="0,0").picture.panels
    assert np.allclose(drawn.near, drawn.heights)


@pytest.mark.parametrize(
    "text",
    ["sin(1/x)", "sin(e^x)", "floor(1000x)", "tan(500x)", "x^x^x", "gamma(x) gamma(-x)", "e^(e^(e^x))",
     "integral(e^(-t^2), t, 0, x)", "sin(x^9)", "1/sin(1/x)"],
)  # fmt: skip
def test_nasty_functions_take_bounded_time(text: str) -> None:
    derivation = stepcalc.diff(text, "x")
    start = time.process_time()
    plot = derivation.plot(on="-5,5")
    assert time.process_time() - start < 5
    assert sum(len(x) for panel in plot.picture.panels for x, _ in panel.lines[0].pieces) < 40_000


def test_what_is_seen_is_told() -> None:
    alt = stepcalc.diff("1/(x^2-1)").plot().alt
    assert "vertical asymptotes at x = −1 and 1" in alt
    assert "Its tangent is level at (0, −1)" in alt
    assert "0 at x = −π, 0 and π" in stepcalc.diff("sin x").plot(on="-4,4").alt


def test_a_pole_is_found_once_though_function_and_derivative_both_have_it() -> None:
    for text in ("1/x", "1/x^2", "1/(3x-1)", "1/(x-0.1)^2", "tan x", "ln|x|", "1/(x^2-2)^2"):
        panels = stepcalc.diff(text).plot(on="-1.5,1.6").picture.panels
        for panel in panels:
            assert all(right - left > 0.1 for left, right in pairwise(sorted(panel.poles)))
            assert panel.up[1] - panel.up[0] < 500
