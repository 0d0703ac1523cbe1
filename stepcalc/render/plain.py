"""A document as plain text."""

from __future__ import annotations

from collections.abc import Mapping

from stepcalc.notation.functions import FUNCTIONS, FunctionName
from stepcalc.render.ascii import to_ascii
from stepcalc.render.document import Document
from stepcalc.render.layout import Layout
from stepcalc.render.page import PLAIN, Page

WIDTH = 100
"""How wide text is set where no terminal says otherwise."""


def plain_text(
    document: Document,
    *,
    width: int = WIDTH,
    ascii: bool = False,
    functions: Mapping[str, FunctionName] = FUNCTIONS,
) -> str:
    """The document as lines of text without colour.

    Args:
        document: What is written.
        width: How many characters a line may have.
        ascii: Whether to do without characters outside ASCII.
        functions: The names of functions, as the rulebook in use has them.

    Examples:
        >>> from stepcalc.render.document import Heading, words
        >>> plain_text(Document((Heading(words("Sum rule")),)))
        '  Sum rule'
    """
    lines = Layout(width, ascii, functions).lines(document)
    return "\n".join("".join(run.text for run in line).rstrip() for line in lines)


def text_file(
    document: Document, *, functions: Mapping[str, FunctionName] = FUNCTIONS, page: Page = PLAIN
) -> str:
    """The document as plain text, as wide as the page says, between what stands above and below a page."""
    text = plain_text(document, width=page.width, ascii=page.ascii, functions=functions)
    parts = [f"  {page.header}" if page.header else "", text, f"  {page.footer}" if page.footer else ""]
    whole = "\n\n".join(part for part in parts if part)
    return to_ascii(whole) if page.ascii else whole
