"""A document as a PDF for people and for screen readers (PDF/UA-1), typeset by Typst with its own fonts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from stepcalc.errors import UsageError
from stepcalc.messages import say
from stepcalc.notation.functions import FUNCTIONS, FunctionName
from stepcalc.render.page import PLAIN, Page
from stepcalc.render.typst import typst_markup

if TYPE_CHECKING:
    from stepcalc.render.document import Document

MOST_MARKUP: Final = 30_000_000
"""A document whose markup has more characters than this is refused: it would have thousands of pages."""


def pdf(
    document: Document, *, functions: Mapping[str, FunctionName] = FUNCTIONS, page: Page = PLAIN
) -> bytes:
    """The document as a PDF file.

    It is tagged, has a title, a language and a spoken text for each formula, and is the same wherever it is
    made: fonts of the system are used only where a text has characters that Typst's own fonts lack.

    Args:
        document: What is written.
        functions: The names of functions, as the rulebook in use has them.
        page: Paper, size of type, columns, what stands above and below, language.

    Returns:
        The file.

    Raises:
        UsageError: The document is too large for a PDF.
    """
    markup = typst_markup(document, functions=functions, page=page)
    if len(markup) > MOST_MARKUP:
        raise UsageError(say("pdf-too-large"), code="pdf-too-large")
    return _in_fonts(markup)


def _in_fonts(markup: str) -> bytes:
    """Compile with Typst's fonts; if they lack a character, with the system's; if these do, spell it out."""
    import typst

    try:
        return _compiled(markup, system=False)
    except typst.TypstError as problem:
        if _LACKS not in str(problem):
            raise
    try:
        return _compiled(markup, system=True)
    except typst.TypstError as problem:
        if _LACKS not in str(problem):
            raise
    return _compiled("".join(map(_spelled, markup)), system=False)


_LACKS: Final = "could not be displayed with"


def _compiled(markup: str, *, system: bool) -> bytes:
    """What Typst makes of markup, in an empty directory, out of which it can read nothing."""
    import tempfile

    import typst

    compile: Any = typst.compile  # its types have paths of texts and of other kinds apart
    with tempfile.TemporaryDirectory(prefix="stepcalc-") as empty:
        made: bytes = compile(
            markup.encode(),
            root=empty,
            package_path=empty,
            package_cache_path=empty,
            ignore_system_fonts=not system,
            format="pdf",
            pdf_standards=["ua-1"],
        )
    return made


def _spelled(character: str) -> str:
    """A character that no font here is sure to have, by its number."""
    if ord(character) < 0x530 or 0x1E00 <= ord(character) < 0x2C00 or 0x1D400 <= ord(character) < 0x1D800:
        return character
    return f"[U+{ord(character):04X}]"
