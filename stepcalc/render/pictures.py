"""The picture of a document as a file on its own."""

from __future__ import annotations

from collections.abc import Mapping

from stepcalc.errors import UsageError
from stepcalc.messages import say
from stepcalc.notation.functions import FunctionName
from stepcalc.render.document import Document, Drawing, Figure
from stepcalc.render.page import PLAIN, Page


def svg(document: Document, *, functions: Mapping[str, FunctionName], page: Page = PLAIN) -> str:
    """The first picture of the document as SVG.

    Raises:
        UsageError: There is none.
    """
    return _first(document).svg()


def png(document: Document, *, functions: Mapping[str, FunctionName], page: Page = PLAIN) -> bytes:
    """The first picture of the document as PNG.

    Raises:
        UsageError: There is none.
    """
    return _first(document).png()


def _first(document: Document) -> Drawing:
    for block in document.blocks:
        if isinstance(block, Figure):
            return block.drawing
    raise UsageError(say("no-picture"), code="no-picture")
