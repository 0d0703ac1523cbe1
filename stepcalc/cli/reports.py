"""Answers that go on with numbers after their derivations, told, checked and written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stepcalc.cli.answering import FAILED_CHECK, PICTURES, Telling, on_one_line, with_figure
from stepcalc.cli.output import write_answer, write_document, write_text
from stepcalc.errors import NotDerivableError

if TYPE_CHECKING:
    from stepcalc.trace.report import Report


def answer_report(found: Report, told: Telling, *, plot: bool, on: Any = None, batch: bool = False) -> int:
    """Write a report as it was asked for.

    Args:
        found: The report.
        told: How it is told, and where it goes.
        plot: Whether there is to be a plot.
        on: The range of the plot.
        batch: Whether it is one of several, each on a line or with an empty line behind it.

    Returns:
        The exit status.

    Raises:
        NotDerivableError: Only the answer is wanted, and there is none.
    """
    figure = found.plot(on=on).figure() if plot else None
    verification = found.verify() if told.check else None
    functions = found.rulebook.functions
    if told.to.format == "json":
        write_text(on_one_line(found.to_json()) if batch else found.to_json(), told.to)
    elif told.quiet and told.to.format not in PICTURES:
        if found.failure:
            raise NotDerivableError(found.failure, code="no-answer")
        write_answer(found.answer, functions, told.to)
    else:
        from stepcalc.render.formats import FORMATS
        from stepcalc.render.presentation import Presentation
        from stepcalc.render.reports import build_report

        chosen = FORMATS[told.to.format]
        presentation = Presentation(
            told.style, told.detail, told.notation, everything=told.everything, folds=chosen.folds
        )
        document = build_report(found, presentation, verification=verification)
        write_document(with_figure(document, figure), functions, told.to)
        if batch:
            write_text("", told.to)
    failed = verification is not None and verification.status == "failed"
    return FAILED_CHECK if failed else int(bool(found.failure))
