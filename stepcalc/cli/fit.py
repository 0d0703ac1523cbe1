"""``stepcalc fit``: a model fitted to data by chi-squared."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import Annotated, Any, Literal

import typer

from stepcalc.cli import options
from stepcalc.cli.answering import Telling
from stepcalc.cli.output import write_text
from stepcalc.cli.plotting import PlotOption, is_drawn
from stepcalc.cli.shared import with_report_telling
from stepcalc.messages import say

HELP = """Fit a model to data by chi-squared: the gradient, the equations, the parameters with their errors.

Put the model in quotes, and give a CSV file whose first row names the columns:

    stepcalc fit "m x + c" data.csv

    stepcalc fit "a e^(-b t)" data.csv --sigma s --start a=9,b=1

    stepcalc fit "m x + c" data.csv --plot        (with residuals)

    stepcalc fit "m x + c" data.csv --code        (the same with SciPy)

Letters that are columns are measured, the others are parameters.

The model gives the column of --y, else y, else the only one left.

A column called sigma holds standard deviations; without any, errors come from the scatter.
"""

Model = Annotated[
    str, typer.Argument(metavar="MODEL", help='The model, in quotes: "m x + c".', show_default=False)
]
Data = Annotated[
    str,
    typer.Argument(
        metavar="DATA", help="A CSV file with named columns; - for standard input.", show_default=False
    ),
]
Response = Annotated[
    str | None,
    typer.Option(
        "--y", metavar="COLUMN", rich_help_panel=options.ASKING, help="The column that the model gives."
    ),
]
Sigma = Annotated[
    str | None,
    typer.Option(
        "--sigma", metavar="COLUMN", rich_help_panel=options.ASKING,
        help="The column of standard deviations, or one number for all points.",
    ),
]  # fmt: skip
Start = Annotated[
    str | None,
    typer.Option(
        "--start", "--from", metavar="VALUES", rich_help_panel=options.ASKING,
        help="Where to begin, for a model that is not linear in its parameters: a=1,b=2.",
    ),
]  # fmt: skip
RelativeSigma = Annotated[
    bool,
    typer.Option(
        "--relative-sigma", rich_help_panel=options.ASKING,
        help="Standard deviations only compare points: scale errors by the scatter.",
    ),
]  # fmt: skip
Method = Annotated[
    Literal["levenberg-marquardt", "descent"],
    typer.Option("--method", rich_help_panel=options.TELLING, help="Which iterations are shown."),
]
Everything = Annotated[
    bool, typer.Option("--all", rich_help_panel=options.TELLING, help="Show every row of every table.")
]
Code = Annotated[
    bool, typer.Option("--code", rich_help_panel=options.OUTPUT, help="The same fit as a few lines of SciPy.")
]
PlotRange = Annotated[
    str | None,
    typer.Option(
        "--range", metavar="RANGE", rich_help_panel=options.OUTPUT, show_default=False,
        help="The range of the plot: -2,2. That of the data if not given.",
    ),
]  # fmt: skip


@with_report_telling
def fit(
    model: Model,
    data: Data,
    y: Response = None,
    sigma: Sigma = None,
    start: Start = None,
    relative_sigma: RelativeSigma = False,
    method: Method = "levenberg-marquardt",
    code: Code = False,
    everything: Everything = False,
    plot: PlotOption = False,
    range_: PlotRange = None,
    *,
    told: Telling,
) -> int:
    """Fit a model to data."""
    from stepcalc.calculus.fitting.fit import fit as solve
    from stepcalc.cli.reports import answer_report

    drawn = is_drawn(plot, told.to, {"--range": range_})
    found = solve(
        model,
        _data(data),
        y=y,
        sigma=sigma,
        start=start,
        relative_sigma=relative_sigma,
        method=method,
        form=told.form if told.tidy else "raw",
        prefer=told.prefer,
        rulebook=told.rulebook,
        declared=told.declared,
        functions=told.functions,
    )
    if code:
        write_text(found.code().rstrip("\n"), told.to)
        return 0
    return answer_report(found, replace(told, everything=everything), plot=drawn, on=range_)


def _data(path: str) -> Any:
    if path != "-":
        return path
    from stepcalc.calculus.fitting.table import read_csv

    return read_csv(sys.stdin.read(), say("fit-standard-input"))
