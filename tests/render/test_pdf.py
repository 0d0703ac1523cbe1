"""PDF files as a PDF reader sees them: text, pages, title, language, tags, spoken formulas; and what is hostile."""

from __future__ import annotations

import io
import re
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

import stepcalc
from stepcalc.calculus import dependence, vector
from stepcalc.calculus.questions import diff
from stepcalc.notation.forms import add, call, divide, letter, matrix, number, power, relation
from stepcalc.render.builder import build
from stepcalc.render.document import (
    Answer,
    Block,
    Chain,
    ChainLine,
    Document,
    Equation,
    Fields,
    Fold,
    Formula,
    Heading,
    Problem,
    Prose,
    Space,
    StepHead,
    Table,
    Title,
    Words,
    words,
)
from stepcalc.render.page import Page
from stepcalc.render.pdf import pdf
from stepcalc.render.presentation import Presentation
from stepcalc.render.typst import room_of, title_of, typst_markup
from stepcalc.rulebook.book import default_book
from stepcalc.trace.derivation import Derivation

pypdf = pytest.importorskip("pypdf")
pytest.importorskip("typst")

CORPUS = Path(__file__).parents[1] / "benchmarks" / "functions.tsv"

x, y = letter("x"), letter("y")


def read(data: bytes) -> Any:
    return pypdf.PdfReader(io.BytesIO(data))


def text_of(data: bytes) -> str:
    return "\n".join(page.extract_text() for page in read(data).pages)


def told(derivation: Derivation, **how: Any) -> Document:
    return build(derivation, Presentation(**how), verification=derivation.verify())


def structure(node: Any) -> Iterator[Any]:
    """Every element of the tree of tags."""
    node = node.get_object() if hasattr(node, "get_object") else node
    if isinstance(node, list):
        for each in node:
            yield from structure(each)
    elif isinstance(node, dict):
        if "/S" in node:
            yield node
        if "/K" in node:
            yield from structure(node["/K"])


@pytest.fixture(scope="module")
def worked() -> bytes:
    return pdf(told(diff("x^2 sin(x)/(x^2+1)")))


def test_a_derivation_can_be_read_from_its_pdf(worked: bytes) -> None:
    text = text_of(worked)
    for said in ("Differentiate", "Quotient rule", "Product rule", "Answer", "Each step checked"):
        assert said in text
    assert len(read(worked).pages) == 1


def test_it_has_title_language_and_tags(worked: bytes) -> None:
    reader = read(worked)
    assert reader.metadata.title == "Differentiate x² sin(x)/(x²+1) with respect to x"
    root = reader.trailer["/Root"]
    assert root["/Lang"] == "en-GB"
    assert root["/MarkInfo"]["/Marked"]
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert b"pdfuaid" in root["/Metadata"].get_object().get_data()


def test_every_formula_is_read_aloud(worked: bytes) -> None:
    formulas = [
        node
        for node in structure(read(worked).trailer["/Root"]["/StructTreeRoot"])
        if node["/S"] == "/Formula"
    ]
    assert len(formulas) > 10
    assert all(node.get("/Alt") for node in formulas)
    assert any(
        str(node["/Alt"]).startswith(
            "d by d x of the fraction x squared times sine of x all over x squared plus 1"
        )
        for node in formulas
    )


def test_headings_do_not_leave_out_a_level(worked: bytes) -> None:
    levels = [
        int(node["/S"][2:])
        for node in structure(read(worked).trailer["/Root"]["/StructTreeRoot"])
        if re.fullmatch(r"/H\d", node["/S"])
    ]
    assert levels[0] == 1 and max(levels) > 2
    assert all(after <= before + 1 for before, after in pairwise(levels))


@pytest.mark.parametrize(("paper", "width"), [("a4", 595), ("us-letter", 612)])
def test_paper(paper: Any, width: int) -> None:
    page = read(pdf(told(diff("x^2")), page=Page(paper=paper))).pages[0]
    assert round(float(page.mediabox.width)) == width


def test_large_print_takes_more_pages_and_nothing_runs_off() -> None:
    document = told(diff("x^2 sin(x) e^(x^2+1) ln(x)"))
    assert len(read(pdf(document, page=Page(size=20))).pages) > len(read(pdf(document)).pages)
    assert room_of(Page(size=22)) == pytest.approx(room_of(Page(size=11)) / 2)


def test_header_footer_and_page_numbers_stand_on_each_page() -> None:
    document = told(diff("sin(x)^3 ln(x)"))
    reader = read(pdf(document, page=Page(size=24, header="Class 4b", footer="seed 7")))
    count = len(reader.pages)
    assert count > 2
    for number_of_page, page in enumerate(reader.pages, 1):
        text = page.extract_text()
        assert "Class 4b" in text and "seed 7" in text and f"{number_of_page} / {count}" in text


# ------------------------------------------------------------------------------------------ sheets


def short_problems(count: int, numbering: str = "{}.") -> list[Block]:
    return [
        Problem(numbering.format(place), (Words("task"), Formula(power(x, number(place + 1)))))
        for place in range(1, count + 1)
    ]


def places_of(text: Any, wanted: str) -> list[int]:
    """Where a text stands among the characters of a page."""
    search, found = text.search(wanted), []
    while (place := search.get_next()) is not None:
        found.append(place[0])
    return found


def test_lines_to_write_on_are_whole_lines_on_every_page() -> None:
    pdfium = pytest.importorskip("pypdfium2")
    raw = pytest.importorskip("pypdfium2.raw")
    room = Problem("1.", words("Explain."), "", (Space("lines", 80 * 0.8),), together=False)
    heights = []
    for page in pdfium.PdfDocument(pdf(Document((room,)))):
        lines = sorted(
            round(found.get_bounds()[1])
            for found in page.get_objects()
            if found.type == raw.FPDF_PAGEOBJ_PATH
        )
        heights.append(lines)
    assert sum(map(len, heights)) == 80
    for lines in heights:
        assert all(22 <= after - before <= 23 for before, after in pairwise(lines))


@pytest.mark.parametrize(("numbering", "size"), [("({})", 11), ("({})", 24), ("{}.", 11), ("Nr. {}:", 11)])
def test_wide_numbers_of_problems_leave_a_gap_to_the_question(numbering: str, size: float) -> None:
    pdfium = pytest.importorskip("pypdfium2")
    data = pdf(Document(tuple(short_problems(12, numbering))), page=Page(size=size))
    gaps = []
    for page in pdfium.PdfDocument(data):
        text = page.get_textpage()
        for place in places_of(text, "task"):
            left = max(end for end in places_of(text, numbering[-1]) if end < place)
            gaps.append(text.get_charbox(place)[0] - text.get_charbox(left)[2])
    assert len(gaps) == 12 and min(gaps) > 0.3 * size


def test_few_problems_fill_the_columns_evenly() -> None:
    pdfium = pytest.importorskip("pypdfium2")
    blocks = [Title(words("A sheet")), *short_problems(11), Title(words("The rest"), 2), *short_problems(10)]
    (page,) = pdfium.PdfDocument(pdf(Document(tuple(blocks)), page=Page(columns=2)))
    text = page.get_textpage()
    left = [text.get_charbox(place)[0] < page.get_width() / 2 for place in places_of(text, "task")]
    assert len(left) == 21 and 9 <= sum(left) <= 12


def test_a_heading_is_not_the_last_in_an_even_column() -> None:
    pdfium = pytest.importorskip("pypdfium2")
    for before in range(4, 9):
        blocks = [*short_problems(before), Title(words("The rest"), 2), *short_problems(6)]
        (page,) = pdfium.PdfDocument(pdf(Document(tuple(blocks)), page=Page(columns=2)))
        text = page.get_textpage()
        (heading,) = places_of(text, "The rest")
        below = min(place for place in places_of(text, "task") if place > heading)
        gap = text.get_charbox(heading)[1] - text.get_charbox(below)[1]
        assert 0 < gap < 60


def test_the_name_of_a_rule_stands_on_the_page_of_its_line() -> None:
    lines = [
        ChainLine(Formula(power(x, number(place))), f"rule {place} " + "so long " * 12)
        for place in range(100, 160)
    ]
    data = pdf(Document((Chain(Formula(x), tuple(lines)),)), page=Page(size=22))
    pages = [" ".join(page.extract_text().split()) for page in read(data).pages]
    for place in range(100, 160):
        (where,) = (page for page in pages if f"rule {place}" in page)
        assert re.search(rf"(?<!rule ){place}", where)


def test_an_answer_does_not_stand_on_a_page_without_its_last_line() -> None:
    blocks = [
        each
        for place in range(100, 140)
        for each in (
            Equation(Formula(x), Formula(power(x, number(place)))),
            Answer((Formula(number(place + 500)),)),
        )
    ]
    pages = [page.extract_text() for page in read(pdf(Document(tuple(blocks)))).pages]
    assert len(pages) > 3
    for place in range(100, 140):
        (where,) = (page for page in pages if str(place) in page)
        assert str(place + 500) in where


def test_a_long_name_does_not_stand_in_a_narrow_column() -> None:
    wide = Formula(add(power(x, number(2)), power(x, number(3)), power(x, number(4))))
    lines = (
        ChainLine(wide, "Chain rule"),
        ChainLine(Formula(x), "Constant multiple, constant divisor and power rules"),
    )
    markup = typst_markup(Document((Chain(Formula(y), lines),)), page=Page(size=30))
    assert re.findall(r"\], (true|false)\)", markup) == ["true", "false"]


@pytest.mark.parametrize("size", [11, 18, 24])
def test_there_is_room_to_write_what_is_asked_for(size: float) -> None:
    pdfium = pytest.importorskip("pypdfium2")
    raw = pytest.importorskip("pypdfium2.raw")
    asked = Fields((("Name", ""), ("Matriculation number", ""), ("Tutor", ""), ("Score", "/ 37.5")))
    (page,) = pdfium.PdfDocument(pdf(Document((asked,)), page=Page(size=size)))
    lines = [found.get_bounds() for found in page.get_objects() if found.type == raw.FPDF_PAGEOBJ_PATH]
    assert len(lines) == 4
    assert all((right - left) * 25.4 / 72 > 19 for left, _, right, _ in lines)


QUESTIONS = {
    "gradient": lambda: vector.gradient("x^2 y + sin(x y)"),
    "reverse": lambda: vector.gradient("x y + sin(x z)", reverse=True),
    "jacobian": lambda: vector.jacobian("(x^2 y, sin(x y))"),
    "hessian": lambda: vector.hessian("x^3 y + y^2"),
    "curl": lambda: vector.curl("(y z, x z, x^2)"),
    "total": lambda: dependence.total("f = x^2 y; x = cos t; y = sin t", "t"),
    "implicit": lambda: dependence.implicit("x^2 + y^2 = 25"),
    "taylor": lambda: stepcalc.taylor("e^x", order=4),
    "definition": lambda: diff("x^2", from_definition=True),
    "cases": lambda: diff("piecewise((x^2, x<0),(sin(x), x>=0)) + abs(x) + max(x,1)"),
    "deep": lambda: diff("1/(1+1/(1+1/(1+1/(1+1/(1+x^2)))))"),
    "long": lambda: diff("+".join(f"x^{k} sin({k} x)" for k in range(2, 12))),
}


@pytest.mark.parametrize("style", ["steps", "chain"])
@pytest.mark.parametrize("kind", QUESTIONS)
def test_every_kind_of_derivation_becomes_a_pdf(kind: str, style: str) -> None:
    detail = "full" if style == "steps" else "normal"
    document = build(QUESTIONS[kind](), Presentation(style=style, detail=detail))
    assert len(text_of(pdf(document))) > 100


def test_the_rule_book_becomes_a_pdf() -> None:
    from stepcalc.render.rules import card_document, list_document

    book = default_book()
    listed = text_of(pdf(list_document(book), functions=book.functions))
    assert all(card.id in listed for card in book.cards())
    assert "For example" in text_of(pdf(card_document(book, "product"), functions=book.functions))


def test_functions_of_a_textbook_in_one_file() -> None:
    lines = [line.split("\t") for line in CORPUS.read_text().splitlines() if line and line[0] != "#"][::3]
    blocks: list[Block] = []
    for _, variable, text, *_ in lines:
        blocks.extend(told(diff(text, variable)).blocks)
    reader = read(pdf(Document(tuple(blocks), title="A textbook")))
    assert len(lines) >= 40
    assert len(reader.pages) > 30


def test_the_part_that_a_step_rewrites_is_underlined() -> None:
    markup = typst_markup(told(diff("x^2 sin(x)")))
    assert "mk(" in markup
    assert "math.underline" in markup


HOSTILE = (
    '#read("/etc/passwd")', '"; #panic("x"); "', "#import \"@preview/x:1.0.0\": *", "$x$ = _y_ *z* `#sys`", "\\",
    '\\"',     "]#panic()[", "// comment", "<label> @ref", "a\x00b\x1bc\nd", "漢字 😀", "{code}", "#{while true {}}",
)  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
def test_text_is_never_code(text: str) -> None:
    formula = Formula(add(letter(text), call(text, x)))
    document = Document(
        (
            Title(words(text)),
            Fields(((text, text),)),
            Heading((Words(text, "strong"), formula)),
            Prose((Words(text, "code"), Words(text, "note"), formula)),
            StepHead(1, text, formula, text, ((text, formula), ("f = ", formula)), label=words(text)),
            Equation(formula, formula, note=words(text)),
            Chain(formula, (ChainLine(formula, text, formula),)),
            Answer((formula,), words(text)),
            Fold(words(text), ()),
            Table((text, text), ((words(text), (formula,)),)),
            Space("lines", 3, text),
            Problem(text, words(text), text, (Prose(words(text)),)),
        ),
        title=text,
    )
    page = Page(header=text, footer=text)
    data = pdf(document, page=page)
    assert len(read(data).pages) >= 1
    assert "root:" not in text_of(data)
    if text.isascii() and text.isprintable():
        found = re.sub(r"\s+", "", text_of(data))
        assert re.sub(r"\s+", "", text) in found


def test_letters_without_a_glyph_are_shown_or_spelled() -> None:
    found = text_of(pdf(Document((Prose(words("before 漢 after \U000e0041 end")),))))
    assert "before" in found and "after" in found
    assert "漢" in found or "[U+6F22]" in found


def test_the_same_document_gives_the_same_file() -> None:
    document = told(diff("x^2 sin(x)"))
    assert pdf(document) == pdf(document)


def test_a_matrix_too_large_for_the_page_is_listed_by_entries() -> None:
    entry = divide(power(x, number(7)), add(x, y, letter("z")))
    large = matrix([[add(entry, number(place)) for place in range(12)] for _ in range(12)])
    text = text_of(pdf(Document((Equation(Formula(letter("J")), Formula(large)),))))
    assert "row 12, column 12" in text


def test_an_answer_of_thousands_of_terms_goes_over_many_pages() -> None:
    form = add(*(call("sin", letter(f"x_{k}")) for k in range(3000)))
    started = time.process_time()
    data = pdf(Document((Answer((Formula(form),)),)))
    assert time.process_time() - started < 20
    assert len(read(data).pages) > 5


def test_title_is_made_of_the_first_heading() -> None:
    assert (
        title_of(Document((Heading((Words("Slope of "), Formula(relation("=", y, x)))),))) == "Slope of y = x"
    )
    assert title_of(Document(())) == "StepCalc"


def test_an_option_is_printed_with_its_two_hyphens() -> None:
    data = pdf(Document((Prose((Words("Ask with --all."),)),)))
    assert "--all" in text_of(data)
