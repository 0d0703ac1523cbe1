"""Every writer knows every block, and every format is written by something that is there."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import get_args

import pytest

from stepcalc.cli import options
from stepcalc.errors import MissingExtraError, UsageError
from stepcalc.notation.forms import TWO, Form, call, goal, letter, multiply, power
from stepcalc.render import formats
from stepcalc.render.document import (
    Answer,
    Block,
    Chain,
    ChainLine,
    Document,
    Equation,
    Fields,
    Figure,
    Fold,
    Formula,
    Heading,
    Problem,
    Prose,
    Space,
    StepHead,
    Table,
    Title,
    words,
)
from stepcalc.render.formats import ENDINGS, FORMATS, format_of, require, written
from stepcalc.render.latexdoc import latex_display
from stepcalc.render.mathjax import mathjax
from stepcalc.render.page import Page
from stepcalc.render.plain import plain_text

X = letter("x")
SQUARE: Form = power(X, TWO)


class Square:
    """A picture for the tests."""

    def svg(self) -> str:
        return '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><rect width="9" height="9"/></svg>'

    def png(self) -> bytes:
        return b"\x89PNG\r\n\x1a\n"

    def text(self, width: int, *, ascii: bool) -> list[str]:
        return ["#" * min(width, 9)] * 3


BLOCKS: tuple[Block, ...] = (
    Heading(words("A <heading> & 100 % of it")),
    Prose((*words("with "), Formula(SQUARE, frozenset({SQUARE}))), role="note"),
    Prose(words("│  └─ x"), role="tree"),
    StepHead(1, "Factor out", Formula(X), failed=True),
    StepHead(2, "Power rule", law="(xⁿ)′ = n·xⁿ⁻¹", bindings=(("n = ", Formula(TWO)),), depth=40),
    Equation(Formula(goal(SQUARE, X)), Formula(multiply(TWO, X)), depth=40, note=words("as in 1")),
    Equation(None, Formula(call("sin", X))),
    Chain(Formula(goal(SQUARE, X)), (ChainLine(Formula(multiply(TWO, X)), "Power rule"),)),
    Fold(words("small steps"), (Prose(words("inside")),)),
    Table(("a", "b"), ((words("c"), (Formula(X),)),)),
    Table(("a", "b"), ((words("long " * 12), words("long " * 12)),) * 40),
    Figure(Square(), "a black square", words("What is seen.")),
    Answer((Formula(SQUARE), Formula(X)), words("for x > 0")),
    Title(words("Algebra & more"), 1),
    Fields((("Name", ""), ("Score", "/ 20"))),
    Space("blank", 2.0),
    Space("lines", 2.4, "(3)", 1),
    Space("grid", 2.0),
    Problem("3.", (*words("Differentiate "), Formula(SQUARE)), "[2 marks]", (Prose(words("Hint.")),)),
)

TABLES = {
    "text": "stepcalc.render.layout:_LAYOUT",
    "latex in a notebook": "stepcalc.render.latexdoc:_ROWS",
    "pages": "stepcalc.render.writing:BLOCKS",
}
TEXT = [each.name for each in FORMATS.values() if not each.binary and each.name not in ("json", "svg")]


@pytest.mark.parametrize("writer", TABLES)
def test_every_writer_knows_every_block(writer: str) -> None:
    module, _, name = TABLES[writer].partition(":")
    table: Mapping[type, object] = getattr(import_module(module), name)
    assert set(table) == set(get_args(Block))


def test_every_kind_of_block_is_tried() -> None:
    assert {type(block) for block in BLOCKS} == set(get_args(Block))


@pytest.mark.parametrize("notation", ["leibniz", "prime"])
@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: type(block).__name__)
def test_every_block_is_written_in_every_format(block: Block, notation: str) -> None:
    document = Document((block,), notation=notation)
    for name in TEXT:
        found = written(document, name, page=Page(ascii=name == "text", header="A & B", footer="v1_2"))
        assert isinstance(found, str)
        assert found.strip() or isinstance(block, Space)  # room to write in is empty
        assert "<heading>" not in found or name in ("text", "latex", "ipynb")
    assert latex_display(document)
    assert "<heading>" not in mathjax(document.blocks, notation=notation)
    assert plain_text(document, ascii=True).isascii()


def test_every_format_has_its_writer() -> None:
    for each in FORMATS.values():
        if each.writer:
            module, _, name = each.writer.partition(":")
            assert callable(getattr(import_module(module), name)), each.name


def test_options_name_the_formats_that_there_are() -> None:
    assert set(get_args(options.Format)) == set(FORMATS)


def test_no_ending_belongs_to_two_formats() -> None:
    assert len(ENDINGS) == sum(len(each.endings) for each in FORMATS.values())


def test_an_unknown_ending_is_answered_with_those_there_are() -> None:
    with pytest.raises(UsageError, match=r"\.html.*\.pdf"):
        format_of(Path("lesson.docx"))


def test_a_missing_library_is_named_with_its_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(formats, "find_spec", lambda name: None if name == "nbformat" else find_spec(name))
    with pytest.raises(MissingExtraError, match=r'pip install "stepcalc\[notebook\]"') as caught:
        require("ipynb")
    assert caught.value.exit_status == 4


def test_an_unknown_format_is_answered_with_those_there_are() -> None:
    with pytest.raises(UsageError, match="markdown"):
        written(Document(()), "docx")
