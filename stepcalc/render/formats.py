"""The formats that a document can be written in, each with the endings of its files and what it needs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final

from stepcalc.errors import MissingExtraError, UsageError
from stepcalc.messages import say
from stepcalc.notation.functions import FUNCTIONS, FunctionName
from stepcalc.render.page import PLAIN, Page

if TYPE_CHECKING:
    from stepcalc.render.document import Document


@dataclass(frozen=True, slots=True)
class Format:
    """A format.

    Args:
        name: Its name, as ``--format`` takes it.
        endings: The endings of its files, the usual one first; none for what is not a file of its own.
        writer: The function that writes it, as ``module:name``. It is called with a document and, by name,
            ``functions`` and ``page``, and gives text or bytes. Empty for the data themselves, which are
            written without a document.
        binary: Whether it is bytes and not text.
        extra: The extra of StepCalc that it needs, if any.
        needs: The modules by which to tell whether the extra is installed.
        folds: Whether it can show folded steps that a reader opens.
        runs: Whether it can run the line of Python that asks the question again.
    """

    name: str
    endings: tuple[str, ...]
    writer: str
    binary: bool = False
    extra: str = ""
    needs: tuple[str, ...] = ()
    folds: bool = False
    runs: bool = False

    def write(
        self, document: Document, *, functions: Mapping[str, FunctionName], page: Page = PLAIN
    ) -> str | bytes:
        """The document in this format."""
        module, _, name = self.writer.partition(":")
        found: str | bytes = getattr(import_module(module), name)(document, functions=functions, page=page)
        return found


_ALL: Final = (
    Format("text", (".txt",), "stepcalc.render.plain:text_file"),
    Format("json", (".json",), ""),
    Format("latex", (), "stepcalc.render.latexpage:latex_fragment"),
    Format("tex", (".tex",), "stepcalc.render.latexpage:latex_document"),
    Format("markdown", (".md",), "stepcalc.render.markdown:markdown_file"),
    Format(
        "html",
        (".html", ".htm"),
        "stepcalc.render.html:html_page",
        extra="html",
        needs=("latex2mathml",),
        folds=True,
    ),
    Format(
        "ipynb",
        (".ipynb",),
        "stepcalc.render.notebook:notebook",
        extra="notebook",
        needs=("nbformat",),
        runs=True,
    ),
    Format("pdf", (".pdf",), "stepcalc.render.pdf:pdf", True, "pdf", ("typst",)),
    Format("svg", (".svg",), "stepcalc.render.pictures:svg", False, "plot", ("matplotlib",)),
    Format("png", (".png",), "stepcalc.render.pictures:png", True, "plot", ("matplotlib",)),
)
FORMATS: Final[Mapping[str, Format]] = {each.name: each for each in _ALL}
"""Every format by name."""

ENDINGS: Final[Mapping[str, str]] = {ending: each.name for each in _ALL for ending in each.endings}
"""The format of a file by its ending."""


def format_of(file: Path) -> Format:
    """The format that the ending of a file names.

    Raises:
        UsageError: It names none.

    Examples:
        >>> format_of(Path("lesson.HTM")).name
        'html'
    """
    name = ENDINGS.get(file.suffix.lower())
    if name is None:
        known = ", ".join(ENDINGS)
        raise UsageError(say("unknown-ending", file=file, endings=known), code="unknown-ending")
    return FORMATS[name]


def require(name: str) -> Format:
    """A format, if what it needs is installed.

    Args:
        name: Its name.

    Raises:
        UsageError: There is no such format.
        MissingExtraError: A library is missing; the message says what to install.
    """
    found = FORMATS.get(name)
    if found is None:
        raise UsageError(say("format-unknown", name=name, known=", ".join(FORMATS)), code="format-unknown")
    if any(find_spec(module) is None for module in found.needs):
        raise missing(found.extra, found.name)
    return found


def missing(extra: str, what: str) -> MissingExtraError:
    """The error that says what to install.

    Args:
        extra: The extra of StepCalc that has what is missing.
        what: What cannot be done without it.
    """
    return MissingExtraError(say("extra-missing", what=what, extra=extra), code="extra-missing")


def written(
    document: Document,
    name: str,
    *,
    functions: Mapping[str, FunctionName] = FUNCTIONS,
    page: Page = PLAIN,
) -> str | bytes:
    """A document in a format.

    Args:
        document: What is written.
        name: The name of the format.
        functions: The names of functions, as the rulebook in use has them.
        page: How pages are set up.

    Returns:
        Text, or bytes where the format is binary.

    Raises:
        MissingExtraError: The format needs a library that is not installed.

    Examples:
        >>> from stepcalc.render.document import Document, Heading, words
        >>> print(written(Document((Heading(words("Sum rule")),)), "text"))
          Sum rule
    """
    return require(name).write(document, functions=functions, page=page)
