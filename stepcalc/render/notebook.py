"""A document as a Jupyter notebook: its steps in cells of Markdown, and a cell that asks the question again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from stepcalc._version import __version__
from stepcalc.notation.functions import FUNCTIONS, FunctionName
from stepcalc.render.document import Answer, Block, Chain, Document, Figure, Problem, StepHead, Table, Title
from stepcalc.render.markdown import markdown
from stepcalc.render.page import PLAIN, Page

_FIRST: Final = (Answer, Chain, Figure, Problem, Table, Title)
"""Blocks that a new cell begins with."""

_KERNEL: Final = {"display_name": "Python 3", "language": "python", "name": "python3"}


def notebook(
    document: Document, *, functions: Mapping[str, FunctionName] = FUNCTIONS, page: Page = PLAIN
) -> str:
    """The document as the text of an ``.ipynb`` file.

    Args:
        document: What is written.
        functions: The names of functions, as the rulebook in use has them.
        page: How pages are set up, which a notebook leaves to whoever prints it.
    """
    import nbformat.v4 as v4
    from nbformat import writes

    made: Any = v4.new_notebook(  # type: ignore[no-untyped-call]
        metadata={
            "kernelspec": _KERNEL,
            "language_info": {"name": "python"},
            "stepcalc": {"version": __version__},
        }
    )
    for blocks in _cells(document.blocks):
        part = Document(blocks, notation=document.notation)
        text = markdown(part, functions=functions, pictures=True)
        made.cells.append(v4.new_markdown_cell(text))  # type: ignore[no-untyped-call]
    if document.source:
        code = f"import stepcalc\n\nderivation = {document.source}\nderivation"
        made.cells.append(v4.new_code_cell(code))  # type: ignore[no-untyped-call]
    for place, cell in enumerate(made.cells):
        cell["id"] = f"cell-{place + 1}"  # the same notebook each time it is written
    return str(writes(made))  # type: ignore[no-untyped-call]


def _cells(blocks: Iterable[Block]) -> Iterator[tuple[Block, ...]]:
    """The blocks in groups: what stands before the steps, each outermost step, the answer and what follows."""
    group: list[Block] = []
    for block in blocks:
        begins = isinstance(block, _FIRST) or (isinstance(block, StepHead) and block.depth == 0)
        if begins and group:
            yield tuple(group)
            group = []
        group.append(block)
    if group:
        yield tuple(group)
