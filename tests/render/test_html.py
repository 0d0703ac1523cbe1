"""HTML as a browser shows it: every formula has a size, nothing overflows, folding works, nothing is fetched."""

from __future__ import annotations

import io
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from stepcalc import diff
from stepcalc.cli.main import main
from stepcalc.render.document import Document, Problem, Space, words
from stepcalc.render.html import html_page

WIDE = "x^3/(x^2+1)^2 + sin(x)^3 e^(x^2)/(1 + x^2)^(1/2) + atan(x/(1+x))"
PAGES = {
    "steps": ["diff", "e^(sin(x^2+1))/sqrt(x^2+1) + ln(x^2+1) tan x", "--at", "1"],
    "chain": ["diff", "e^(sin(x^2+1)) + ln(x^2+1)", "--style", "chain"],
    "wide": ["diff", WIDE],
    "cases": ["diff", "piecewise((x^2, x < 0), (sin(x), x >= 0)) + |x|", "--order", "2"],
    "hessian": ["hessian", "x^3 y + sin(x y) + e^(x z)", "--at", "1,2,3"],
    "reverse": ["gradient", "ln(e^x + e^y + e^z)", "--reverse"],
    "total": ["total", "f = x y + t; x = s^2; s = e^t; y = s t", "--wrt", "t"],
    "implicit": ["implicit", "x^2 + y^2 = 25", "--at", "3,4", "--order", "2"],
    "limit": ["limit", "sin(3x)/x", "--to", "0"],
    "slope": ["slope", "e^x", "--at", "1", "--error"],
    "taylor": ["taylor", "ln x", "--about", "1", "--order", "5", "--on", "0.5,1.5"],
    "rules": ["rules"],
    "deep": ["diff", "sin(" * 14 + "x^2" + ")" * 14],
}

SIZES = """
    Array.from(document.querySelectorAll("math, .text"), each => each.getBoundingClientRect())
        .filter(box => box.width < 2 || box.height < 4).length
"""
# What sticks out of the page, unless a box around it scrolls.
OVERFLOWING = """
    Array.from(document.querySelectorAll("body *")).filter(each => {
        if (each.getBoundingClientRect().right <= WIDTH + 1) return false;
        for (let box = each.parentElement; box && box !== document.body; box = box.parentElement)
            if (getComputedStyle(box).overflowX === "auto" && box.getBoundingClientRect().right <= WIDTH + 1)
                return false;
        return true;
    }).map(each => each.outerHTML.slice(0, 120))
"""


@pytest.fixture(scope="session")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a page for each kind of question."""
    return tmp_path_factory.mktemp("pages")


def made(pages: Path, name: str) -> Path:
    """The file of a page, written when first asked for."""
    file = pages / f"{name}.html"
    if not file.exists():
        assert main([*PAGES[name], "-o", str(file)]) == 0
    return file


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_whole_on_a_phone_and_on_a_desk(name: str, pages: Path, browser: Any) -> None:
    file = made(pages, name)
    for width in (360, 1280):
        browser.open(file, width=width)
        assert [address for address in browser.requests() if not address.startswith(("file:", "data:"))] == []
        browser.ask('document.querySelectorAll("details").forEach(each => each.open = true)')
        assert browser.ask('document.querySelectorAll("math, .text").length') > 0
        assert browser.ask(SIZES) == 0
        assert browser.ask(OVERFLOWING.replace("WIDTH", str(width))) == []
        assert browser.ask("document.documentElement.scrollWidth") <= width
        assert browser.ask('document.querySelectorAll("merror, script, parsererror").length') == 0


UNREACHED = """
    Array.from(document.querySelectorAll("body *")).filter(each => each.scrollWidth > each.clientWidth + 1
        && getComputedStyle(each).overflowX === "auto" && each.tabIndex < 0 && each.tagName !== "P"
        ).map(each => each.outerHTML.slice(0, 120))
"""


def test_what_scrolls_is_reached_by_the_keyboard(pages: Path, browser: Any) -> None:
    for name in ("steps", "wide", "hessian", "rules"):
        browser.open(made(pages, name), width=360)
        assert browser.ask(UNREACHED) == []


def test_room_to_write_in_has_as_many_lines_as_were_asked_for(tmp_path: Path, browser: Any) -> None:
    image = pytest.importorskip("PIL.Image", reason="Pillow is not installed")
    rooms = [*[(3, "lines", 2.4)] * 4, (1, "lines", 0.8), (0, "blank", 2.5)]
    problems = [Problem("1.", words("Why?"), "", (Space(kind, height),)) for _, kind, height in rooms]
    (file := tmp_path / "rooms.html").write_text(html_page(Document(tuple(problems))), encoding="utf-8")
    browser.open(file, width=800)
    with image.open(io.BytesIO(browser.driver.get_screenshot_as_png())) as shot:
        assert shot.height > browser.ask("document.documentElement.scrollHeight") - 1
        column = [shot.convert("L").getpixel((shot.width - 40, row)) < 140 for row in range(shot.height)]
    shown = sum(dark and not before for before, dark in pairwise([False, *column]))
    assert shown == sum(count for count, _, _ in rooms)


def test_substeps_fold_and_unfold(pages: Path, browser: Any) -> None:
    browser.open(made(pages, "steps"))
    inside = 'document.querySelector("details[open] .step math").getBoundingClientRect().height'
    assert browser.ask(inside) > 0
    before = browser.ask("document.body.scrollHeight")
    browser.driver.find_element("css selector", "summary").click()
    assert browser.ask('document.querySelector("details").open') is False
    assert browser.ask("document.body.scrollHeight") < before
    browser.driver.find_element("css selector", "summary").click()
    assert browser.ask('document.querySelector("details").open') is True
    assert browser.ask("document.body.scrollHeight") == before


def test_folded_steps_can_be_opened_line_by_line(pages: Path, browser: Any) -> None:
    browser.open(made(pages, "steps"))
    closed = 'document.querySelectorAll("details:not([open])")'
    assert browser.ask(f"{closed}.length") > 0
    assert browser.ask(f'{closed}[0].querySelector("math").checkVisibility()') is False
    browser.driver.find_element("css selector", "details:not([open]) > summary").click()
    assert browser.ask('document.querySelectorAll("details ol.chain math")[0].checkVisibility()') is True


def test_headings_and_landmarks_are_in_order(pages: Path, browser: Any) -> None:
    browser.open(made(pages, "steps"))
    assert browser.ask("document.documentElement.lang") == "en-GB"
    assert browser.ask('document.querySelectorAll("main").length') == 1
    assert browser.ask("document.title").startswith("Differentiate e^(sin(x²+1))/")
    levels = [
        int(name[1])
        for name in browser.ask(
            'Array.from(document.querySelectorAll("h1,h2,h3,h4,h5,h6"), each => each.tagName)'
        )
    ]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_a_page_is_dark_where_dark_is_wanted(pages: Path, browser: Any) -> None:
    shades = {}
    for dark in (False, True):
        browser.open(made(pages, "steps"), dark=dark)
        for what in ("backgroundColor", "color"):
            value = browser.ask(f"getComputedStyle(document.body).{what}")
            shades[dark, what] = sum(int(part) for part in value[4:-1].split(","))
    assert shades[False, "backgroundColor"] > 600 > 300 > shades[False, "color"]
    assert shades[True, "backgroundColor"] < 150 < 500 < shades[True, "color"]


def test_marks_are_boxes_and_not_colours_alone(pages: Path, browser: Any) -> None:
    browser.open(made(pages, "steps"))
    widths = browser.ask(
        'Array.from(document.querySelectorAll(".mark"), each => parseFloat(getComputedStyle(each).borderTopWidth))'
    )
    assert len(widths) > 4
    assert min(widths) > 0


def test_a_page_prints_with_its_steps_and_without_its_buttons(pages: Path, browser: Any) -> None:
    from io import BytesIO

    pypdf = pytest.importorskip("pypdf", reason="pypdf is not installed")
    browser.open(made(pages, "steps"))
    text = "".join(page.extract_text() for page in pypdf.PdfReader(BytesIO(browser.printed())).pages)
    assert "Quotient rule" in text
    assert "Answer" in text
    assert "Steps 2 to" not in text
    assert "Line by line" not in text


def test_marks_stand_on_both_sides() -> None:
    html = diff("x^2 sin x")._repr_html_()
    assert html is not None
    assert html.count('<mrow class="mark">') == 4  # two open goals, then what became of them


def test_a_notebook_without_the_library_shows_markdown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert diff("x^2")._repr_html_() is None


def test_a_formula_too_deep_for_mathml_is_a_line_of_text() -> None:
    from stepcalc.notation.forms import call, letter
    from stepcalc.render.document import Answer, Document, Formula
    from stepcalc.render.html import html_page

    form = letter("x")
    for _ in range(1000):
        form = call("sin", form)
    page = html_page(Document((Answer((Formula(form),)),)))
    assert '<span class="text">sin(sin(' in page
