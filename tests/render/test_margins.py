"""No formula and no word of a PDF reaches over the margin, into the other column or over its neighbour's cell."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

import stepcalc
from stepcalc.render.builder import build
from stepcalc.render.page import Page
from stepcalc.render.pdf import pdf
from stepcalc.render.presentation import Presentation
from stepcalc.render.reports import build_report
from stepcalc.trace.report import Report

pdfium = pytest.importorskip("pypdfium2")
pytest.importorskip("typst")

MARGIN, GUTTER = 22 / 25.4 * 72, 8 / 25.4 * 72
TOLERANCE = 2.0  # points: half the stroke of a line, the slant of a letter

DEEP = "x"
for level in range(2, 9):
    DEEP = f"{level}/(1 + {DEEP})"

HARD: dict[str, Callable[[], Any]] = {
    "a long product": lambda: stepcalc.diff(
        "(x^2+1)(x^3-x)(sin(x)+2)(cos(x)+3)(exp(x)+x)(ln(x)+5)(x^5+x^4+1)(sqrt(x)+1)"
    ),
    "deep fractions": lambda: stepcalc.diff(DEEP),
    "a wide quotient": lambda: stepcalc.diff(
        "((x^2+3x+1)^5 sin(x^2+1) exp(-x^2))/((x^3+x^2+x+1)^4 ln(x^2+x+1) cosh(x))"
    ),
    "long cases": lambda: stepcalc.diff(
        "piecewise((x^2 sin(x)+x exp(x)-3x+1, x < -2), (x^3+2x^2-ln(x^2+1), x < 0),"
        " (cos(x^2+1)/(x^2+1), x < 5), (sqrt(x^2+1), x >= 5))"
    ),
    "a tower": lambda: stepcalc.diff("exp(sin(ln(1+sqrt(1+cos(exp(x^2+sin(x)))))))"),
    "a Hessian": lambda: stepcalc.hessian("x^2 y exp(z) + sin(x y z) + ln(1 + w^2 u^2 + v^2 x^2)"),
    "a matrix of six rows": lambda: stepcalc.jacobian(
        "[x y z, sin(x+y+z) w, exp(x w v u), u v w x y z, x^2+y^2+z^2+w^2+u^2+v^2, x/y]"
    ),
    "a table of derivatives": lambda: stepcalc.taylor("exp(x) cos(x)/(1+x^2)", about=1, order=6),
    "two variables": lambda: stepcalc.taylor("exp(x y) sin(x+y)", about="0,0", order=3),
    "a fit": lambda: stepcalc.fit(
        "a exp(-b t) + c", {"t": [0, 1, 2, 3, 4, 5, 6], "y": [10.1, 6.2, 4.1, 2.4, 1.7, 1.2, 0.9]}, y="y"
    ),
    "a table of numbers": lambda: stepcalc.newton("x^2+y^2-4; x y-1", start="2,0.6"),
    "multipliers": lambda: stepcalc.lagrange("x y z", subject="x+y+z=12"),
    "a network": lambda: stepcalc.backprop(layers=[2, 3, 2]),
}
PAGES = {
    "A4": Page(),
    "US letter": Page(paper="us-letter"),
    "large print": Page(size=18),
    "two columns": Page(columns=2),
    "two columns on US letter": Page(paper="us-letter", columns=2, size=12),
}


def beyond(data: bytes, columns: int) -> Iterator[str]:
    """The characters and lines that are not where they should be."""
    for number, page in enumerate(pdfium.PdfDocument(data), 1):
        width = page.get_size()[0]
        text = page.get_textpage()
        boxes = [(text.get_text_range(n, 1), text.get_charbox(n)) for n in range(text.count_chars())]
        boxes += [("|", each.get_bounds()) for each in page.get_objects(max_depth=4) if each.type == 2]
        for shown, (left, _, right, _) in boxes:
            first = columns == 2 and left < (width - GUTTER) / 2 - TOLERANCE
            end = (width - GUTTER) / 2 if first else width - MARGIN
            # A comma at the end of a line may hang over it, as printers have it.
            if shown.strip(" ,.\r\n-") and (left < MARGIN - TOLERANCE or right > end + TOLERANCE):
                yield f"page {number}: {shown!r} from {left:.0f} to {right:.0f}, the line ends at {end:.0f}"


@pytest.mark.parametrize("name", HARD)
def test_nothing_reaches_over_the_margin(name: str) -> None:
    asked = HARD[name]()
    tell: Any = build_report if isinstance(asked, Report) else build
    document = tell(asked, Presentation(), verification=None)
    for page, how in PAGES.items():
        data = pdf(document, functions=asked.rulebook.functions, page=how)
        assert not list(beyond(data, how.columns)), page


def test_lines_of_a_chain_stay_on_the_page() -> None:
    asked = HARD["a long product"]()
    document = build(asked, Presentation(style="chain"), verification=None)
    for how in PAGES.values():
        assert not list(beyond(pdf(document, page=how), how.columns))


def test_what_is_too_wide_is_noticed() -> None:
    import typst

    markup = '#set page(margin: 22mm)\n#set document(title: "t")\n#box(width: 30cm, repeat[x])'
    assert list(beyond(typst.compile(markup.encode(), format="pdf", ignore_system_fonts=True), 1))
