"""A report becomes a document: what its derivations say, then the tables and sentences of its kind."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from stepcalc.messages import say
from stepcalc.notation.forms import Form
from stepcalc.render import wording
from stepcalc.render.document import Block, Document, Heading, Inline, Prose, StepHead, Words, words
from stepcalc.trace.conditions import Condition
from stepcalc.trace.derivation import Derivation, Question
from stepcalc.trace.display import outcome

if TYPE_CHECKING:
    from stepcalc.render.presentation import Presentation
    from stepcalc.rulebook.cards import Card
    from stepcalc.trace.report import Report
    from stepcalc.trace.step import Step
    from stepcalc.trace.verification import Verification

_MODULES: Final = {
    "training": "stepcalc.render.training",
    "worked": "stepcalc.render.working_out",
    "newton": "stepcalc.render.roots",
    "critical": "stepcalc.render.optima",
    "lagrange": "stepcalc.render.constraints",
    "descent": "stepcalc.render.descending",
    "fit": "stepcalc.render.fitting",
}
"""The module that tells a kind of report; its ``blocks(report, told)`` gives all but the line on checking."""


def build_report(
    report: Report, told: Presentation | None = None, *, verification: Verification | None = None
) -> Document:
    """The document that tells a report.

    Args:
        report: What is told.
        told: How; at normal detail if not given.
        verification: The outcome of checking its derivations, which is stated if given.
    """
    from stepcalc.render.presentation import Presentation

    presentation = told or Presentation()
    module = import_module(_MODULES[report.kind])
    blocks = list(module.blocks(report, presentation))
    if verification is not None:
        blocks.append(Prose(wording.checked(verification, ()), role="note"))
    return Document(tuple(blocks), notation=presentation.notation or "leibniz")


def report_plot(report: Report, **given: Any) -> Any:
    """The plot of a report, as its module draws it."""
    from stepcalc.render.plots import Plot, need_libraries

    need_libraries()
    return Plot(import_module(_MODULES[report.kind]).picture(report, **given))


# ------------------------------------------------------------------------------- what modules have in common


def working(
    report: Report,
    steps: tuple[Step, ...],
    question: Question,
    told: Presentation,
    conditions: tuple[Condition, ...] = (),
    answer: Form | None = None,
) -> Iterator[Block]:
    """Steps told as those of a derivation of their own.

    Args:
        report: Whose book they are from.
        steps: The steps.
        question: What they answer.
        told: How they are told.
        conditions: Where they hold.
        answer: What they come to; the outcome of the last if not given.
    """
    from stepcalc.render.builder import parts

    inner = Derivation(question, steps, answer or outcome(steps[-1]), conditions, report.rulebook)
    yield from parts(inner, told).working


def law(card: Card, number: int = 0) -> Iterator[Block]:
    """A card as the head of what is done by it, and what it says."""
    if number:
        yield StepHead(number, card.name, law=card.show)
    else:
        yield Prose((Words(card.name, "rule"), Words("    "), Words(card.show, "law")))
    yield Prose(words(card.say), role="note", depth=1)


def heading(*pieces: Any) -> Heading:
    """A heading of words and formulas."""
    return Heading(_inline(pieces))


def prose(*pieces: Any, role: str = "", depth: int = 0) -> Prose:
    """A paragraph of words and formulas."""
    return Prose(_inline(pieces), role=role, depth=depth)


def _inline(pieces: tuple[Any, ...]) -> Inline:
    from stepcalc.render.document import Formula

    def piece(each: Any) -> Words | Formula:
        if isinstance(each, Form):
            return Formula(each)
        return Words(each) if isinstance(each, str) else each

    flat = [part for each in pieces for part in (each if isinstance(each, tuple) else (each,))]
    return tuple(piece(each) for each in flat if each != "")


def point(forms: Sequence[Form]) -> Inline:
    """ "(1, 2)" in a line, where a vector would stand as a column on pages; one number stands alone."""
    from stepcalc.render.document import Formula

    if len(forms) == 1:
        return (Formula(forms[0]),)
    pieces: list[Words | Formula] = [Words("(")]
    for place, form in enumerate(forms):
        pieces.extend([Words(", ")] if place else [])
        pieces.append(Formula(form))
    return (*pieces, Words(")"))


MOST_ROWS: Final = 14
"""Of a longer table the first and the last rows are shown, unless all were asked for."""


def rows_shown(count: int, everything: bool) -> list[int | None]:
    """The rows of a table that are shown; ``None`` for a gap.

    Examples:
        >>> rows_shown(3, False)
        [0, 1, 2]
        >>> rows_shown(100, False)
        [0, 1, 2, 3, 4, 5, 6, 7, None, 95, 96, 97, 98, 99]
    """
    if everything or count <= MOST_ROWS:
        return list(range(count))
    return [*range(MOST_ROWS - 6), None, *range(count - 5, count)]


def gap(count: int, everything: bool) -> Iterator[Block]:
    """What is said below a table of which rows are left out."""
    if not everything and count > MOST_ROWS:
        yield Prose(words(say("rows-left-out", count=count - MOST_ROWS + 1)), role="note")
