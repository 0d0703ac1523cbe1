"""Plots as files: SVG that an XML reader takes, PNG that Pillow opens, labels that do not collide."""

from __future__ import annotations

import io
import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from typing import Any

import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.text import Text
from PIL import Image

import stepcalc
from stepcalc.render.plots import Plot
from stepcalc.render.plots.drawing import figure_of, look

SVG = "{http://www.w3.org/2000/svg}"

PLOTS: dict[str, Callable[[], Plot]] = {
    "tangent": lambda: stepcalc.diff("tan x").plot(at=1),
    "long names": lambda: stepcalc.diff("x^2 sin(x) e^(-x) + ln(x^2+1)/(x^2+4)").plot(at="2.718281828"),
    "large numbers": lambda: stepcalc.diff("10^9 (x-1000)^2").plot(at=990),
    "small numbers": lambda: stepcalc.diff("sin(50000x)/10^7").plot(),
    "far from nought": lambda: stepcalc.diff("x^2 + 1000000").plot(),
    "many poles": lambda: stepcalc.diff("gamma(x)").plot(at="1.5"),
    "jumps": lambda: stepcalc.diff("floor(x)").plot(),
    "secants": lambda: stepcalc.slope("e^x", 0).plot(),
    "taylor": lambda: stepcalc.taylor("e^x cos(x)", order=6).plot(),
    "taylor with a bound": lambda: stepcalc.taylor("ln x", about=1, order=5, on="0.5,1.5").plot(),
    "gradient": lambda: stepcalc.gradient("sin(x) cos(y)").plot(),
    "gradient at a point": lambda: stepcalc.gradient("x^2 + 3y^2 - x y").plot(at=(1, 1)),
    "short axes": lambda: stepcalc.hessian("x^2 - y^2").plot(at=(0, 0)),
    "quadratic form": lambda: stepcalc.hessian("cos(x) + cos(y) + x y/4").plot(at=(1, 1)),
}


@pytest.fixture(scope="module")
def plots() -> dict[str, Plot]:
    return {name: make() for name, make in PLOTS.items()}


def drawn(plot: Plot) -> tuple[Any, Any]:
    figure = figure_of(plot.picture)
    canvas: Any = FigureCanvasAgg(figure)
    canvas.draw()
    return figure, canvas.get_renderer()


@pytest.mark.parametrize("name", PLOTS)
def test_labels_do_not_overlap_and_nothing_is_cut_off(name: str, plots: dict[str, Plot]) -> None:
    figure, renderer = drawn(plots[name])
    texts = [text for axes in figure.axes for text in written_on(axes)]
    boxes = [(text.get_text(), text.get_window_extent(renderer)) for text in texts if text.get_text()]
    assert len(boxes) > 8
    for place, (words, box) in enumerate(boxes):
        assert box.x0 >= -0.5 and box.x1 <= figure.bbox.x1 + 0.5, words
        assert box.y0 >= -0.5 and box.y1 <= figure.bbox.y1 + 0.5, words
        for other, another in boxes[place + 1 :]:
            assert not box.overlaps(another), (words, other)


def written_on(axes: Any) -> list[Text]:
    """What is to be read on a pair of axes; ticks beyond the ends of an axis are made, but not drawn."""
    found = [axes.title, axes.xaxis.label, axes.yaxis.label]
    legend = axes.get_legend()
    if legend is not None:
        found += legend.get_texts()
    for axis in (axes.xaxis, axes.yaxis):
        drawn = axis._update_ticks()
        found += [tick.label1 for tick in drawn if tick.label1.get_visible()]
        found += [tick.label2 for tick in drawn if tick.label2.get_visible()]
    return found


@pytest.mark.parametrize("name", ["tangent", "secants", "taylor", "gradient"])
def test_svg_is_xml_with_a_title_a_description_and_no_date(name: str, plots: dict[str, Plot]) -> None:
    text = plots[name].svg()
    root = ElementTree.fromstring(text)
    assert root.tag == f"{SVG}svg" and root.get("role") == "img"
    title, description = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert title is not None and description is not None
    assert title.text == plots[name].picture.title and description.text == plots[name].alt
    assert root.get("aria-labelledby") == f"{title.get('id')} {description.get('id')}"
    assert "metadata" not in text and not re.search(r"20\d\d-\d\d", text)
    names = [each.get("id") for each in root.iter() if each.get("id")]
    assert len(names) == len(set(names))
    used = re.findall(r'href="#([^"]+)"|url\(#([^)]+)\)', text)
    assert used and {first or second for first, second in used} <= set(names)


def test_svg_is_the_same_each_time_and_its_names_are_its_own(plots: dict[str, Plot]) -> None:
    assert plots["tangent"].svg() == PLOTS["tangent"]().svg()
    first, second = (set(re.findall(r'id="([^"]+)"', plots[name].svg())) for name in ("tangent", "secants"))
    assert not first & second


def test_settings_of_the_users_own_are_neither_used_nor_changed(plots: dict[str, Plot]) -> None:
    import matplotlib

    before = plots["tangent"].svg()
    with matplotlib.rc_context({"font.size": 30, "svg.hashsalt": "other"}):
        assert plots["tangent"].svg() == before
        assert matplotlib.rcParams["font.size"] == 30


@pytest.mark.parametrize("name", ["tangent", "gradient"])
def test_png_opens(name: str, plots: dict[str, Plot]) -> None:
    picture = Image.open(io.BytesIO(plots[name].png(dpi=100)))
    assert picture.format == "PNG" and picture.width == 640
    assert len(picture.convert("RGB").getcolors(1 << 20) or []) > 20


def test_lines_differ_by_more_than_colour(plots: dict[str, Plot]) -> None:
    for name in ("tangent", "secants", "taylor"):
        for panel in plots[name].picture.panels:
            looks = [str(look(line)[1]) for line in panel.lines]
            assert len(looks) == len(set(looks))


def test_a_notebook_shows_the_picture_and_a_terminal_the_characters(plots: dict[str, Plot]) -> None:
    bundle = plots["tangent"]._repr_mimebundle_()
    assert bundle["image/svg+xml"].startswith("<svg") and "┤" in bundle["text/plain"]
