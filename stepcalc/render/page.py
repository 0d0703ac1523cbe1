"""How a page is set up: paper, size of type, columns, what stands above and below, language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Paper = Literal["a4", "us-letter"]


@dataclass(frozen=True, slots=True)
class Page:
    """What a writer has to know beside the document; each format takes of it what it has.

    Args:
        paper: The paper of formats that have pages.
        size: The size of type in points; ``None`` for what the format finds natural.
        columns: How many columns a page has.
        header: What stands at the top of each page.
        footer: What stands at the bottom of each page.
        language: The language of the words, as a BCP 47 tag.
        width: How many characters a line of text has.
        ascii: Whether text keeps to ASCII.
    """

    paper: Paper = "a4"
    size: float | None = None
    columns: int = 1
    header: str = ""
    footer: str = ""
    language: str = "en-GB"
    width: int = 100
    ascii: bool = False


PLAIN = Page()
"""A page as it is where nothing is said about it."""
