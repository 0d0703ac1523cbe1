"""``stepcalc newton``, ``critical``, ``lagrange`` and ``descend``: roots, optima, constraints, descent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any

import typer

from stepcalc.cli import options
from stepcalc.cli.answering import Telling, each_line
from stepcalc.cli.plotting import PlotOption, is_drawn
from stepcalc.cli.reports import answer_report
from stepcalc.cli.shared import with_report_telling
from stepcalc.errors import UsageError
from stepcalc.messages import say

if TYPE_CHECKING:
    from stepcalc.trace.report import Report

NEWTON_HELP = """Find a root by Newton's method: the derivative, the formula, the table, what went wrong.

Put the equation, or what is to be 0, in quotes:

    stepcalc newton "x^3 - 2x + 2" --from 0.5

    stepcalc newton "x^3 - 2x + 2" --from 0        (it goes round in a circle)

    stepcalc newton "x^2 + y^2 = 4, x y = 1" --from 2,1        (a system)

    stepcalc newton "cos(x) = x" --from 1 --plot        (with the tangents)
"""
CRITICAL_HELP = """Find where the gradient vanishes, and whether that is a minimum, a maximum or a saddle point.

Put the function in quotes:

    stepcalc critical "x^3 - 3x y^2" --vars x,y

    stepcalc critical "x^3 - 3x" --on 0,3        (on an interval: its ends, too)

    stepcalc critical "x^2 + 2y^2 - x" --on "-1,1; -1,1"        (on a box)
"""
LAGRANGE_HELP = """Find the extremes of a function under equality constraints, by Lagrange's multipliers.

Put the function and the constraints in quotes:

    stepcalc lagrange "x y" --subject "x^2 + y^2 = 1"

    stepcalc lagrange "x + 2y + 3z" --subject "x - y + z = 1; x^2 + y^2 = 1"

    stepcalc lagrange "x^2 y" --subject "x^2 + y^2 = a^2" --vars x,y
"""
DESCEND_HELP = """Look for a minimum by gradient descent, with Newton's method beside it.

Put the function in quotes:

    stepcalc descend "x^2 + 10y^2" --from 10,1 --rate 0.09

    stepcalc descend "(1-x)^2 + 100(y-x^2)^2" --from -1,1 --rate 0.001

    stepcalc descend "x^4 + y^2" --from 1,1        (with a line search)

    stepcalc descend "x^2 + 10y^2" --from 10,1 --rate 0.09 --plot        (the path over height lines)
"""

Wrt = Annotated[
    str | None,
    typer.Option(
        "--wrt", "-w", "--var", "--vars", metavar="LETTERS", rich_help_panel=options.ASKING,
        help="The letters, in order: x,y. If not given, those of the expression by name.",
    ),
]  # fmt: skip
From = Annotated[
    str | None,
    typer.Option(
        "--from", metavar="POINT", rich_help_panel=options.ASKING, show_default=False,
        help="Where to begin: 0.5, or 2,1 for two letters.",
    ),
]  # fmt: skip
Steps = Annotated[
    int, typer.Option("--steps", metavar="N", rich_help_panel=options.ASKING, help="How many steps at most.")
]
Damped = Annotated[
    bool,
    typer.Option(
        "--damped", rich_help_panel=options.ASKING,
        help="Halve steps that do not bring the values nearer to 0.",
    ),
]  # fmt: skip
Everything = Annotated[
    bool, typer.Option("--all", rich_help_panel=options.TELLING, help="Show every row of the table.")
]
PlotRange = Annotated[
    str | None,
    typer.Option(
        "--range", metavar="RANGE", rich_help_panel=options.OUTPUT, show_default=False,
        help="The range of the plot: -2,2. Chosen by itself if not given.",
    ),
]  # fmt: skip


Region = Annotated[
    str | None,
    typer.Option(
        "--on", metavar="REGION", rich_help_panel=options.ASKING, show_default=False,
        help="A closed region: -1,2, or -1,2; 0,3 for two letters. Its boundary is looked at, too.",
    ),
]  # fmt: skip


Subject = Annotated[
    list[str] | None,
    typer.Option(
        "--subject", metavar="EQUATION", rich_help_panel=options.ASKING,
        help="A constraint, or several with semicolons between them. May be repeated.",
    ),
]  # fmt: skip


Rate = Annotated[
    float | None,
    typer.Option(
        "--rate", metavar="RATE", rich_help_panel=options.ASKING, show_default=False,
        help="The rate of all steps: 0.01. A line search, if not given.",
    ),
]  # fmt: skip


@with_report_telling
def newton(
    expression: options.Expression,
    start: From = None,
    wrt: Wrt = None,
    steps: Steps = 100,
    damped: Damped = False,
    everything: Everything = False,
    plot: PlotOption = False,
    range_: PlotRange = None,
    *,
    told: Telling,
) -> int:
    """Answer a question about a root."""

    def find(text: str) -> Report:
        from stepcalc.calculus.optimisation.newton import newton as solve

        return solve(
            text,
            start,
            options.names(wrt),
            steps=steps,
            damped=damped,
            **_reading(told),
        )

    return _answer_all(expression, replace(told, everything=everything), find, plot, range_)


@with_report_telling
def critical(
    expression: options.Expression,
    wrt: Wrt = None,
    on: Region = None,
    plot: PlotOption = False,
    range_: PlotRange = None,
    *,
    told: Telling,
) -> int:
    """Answer a question about critical points."""

    def find(text: str) -> Report:
        from stepcalc.calculus.optimisation.critical import critical as search

        return search(text, options.names(wrt), on=on, **_reading(told))

    return _answer_all(expression, told, find, plot, range_)


@with_report_telling
def lagrange(
    expression: options.Expression,
    subject: Subject = None,
    wrt: Wrt = None,
    start: From = None,
    everything: Everything = False,
    plot: PlotOption = False,
    range_: PlotRange = None,
    *,
    told: Telling,
) -> int:
    """Answer a question about optima under constraints."""
    if not subject:
        raise UsageError(say("lagrange-needs-subject"), code="lagrange-needs-subject")

    def find(text: str) -> Report:
        from stepcalc.calculus.optimisation.lagrange import lagrange as search

        return search(text, "; ".join(subject), options.names(wrt), start=start, **_reading(told))

    return _answer_all(expression, replace(told, everything=everything), find, plot, range_)


@with_report_telling
def descend(
    expression: options.Expression,
    start: From = None,
    rate: Rate = None,
    wrt: Wrt = None,
    steps: Steps = 1000,
    everything: Everything = False,
    plot: PlotOption = False,
    range_: PlotRange = None,
    *,
    told: Telling,
) -> int:
    """Answer a question about a way down."""

    def find(text: str) -> Report:
        from stepcalc.calculus.optimisation.descend import descend as walk

        return walk(text, start, options.names(wrt), rate=rate, steps=steps, **_reading(told))

    return _answer_all(expression, replace(told, everything=everything), find, plot, range_)


# ------------------------------------------------------------------------------------------------ answering


def _reading(told: Telling) -> dict[str, Any]:
    """How expressions are read and derivatives written."""
    return {
        "form": told.form if told.tidy else "raw",
        "prefer": told.prefer,
        "rulebook": told.rulebook,
        "declared": told.declared,
        "functions": told.functions,
    }


def _answer_all(
    expression: str, told: Telling, find: Callable[[str], Report], plot: bool, on: str | None
) -> int:
    """Answer one expression or, for ``-``, each line of standard input."""
    drawn = is_drawn(plot, told.to, {"--range": on})

    def answer(text: str, batch: bool = True) -> int:
        return answer_report(find(text), told, plot=drawn, on=on, batch=batch)

    if expression == "-":
        return each_line(told.to, told.quiet, answer)
    return answer(expression, batch=False)
