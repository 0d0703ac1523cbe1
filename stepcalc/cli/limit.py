"""``stepcalc limit`` and ``stepcalc slope``: what a function tends to, and how steep it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import typer

from stepcalc.cli import options
from stepcalc.cli.answering import (
    FAILED_CHECK,
    PICTURES,
    Telling,
    answer_all,
    each_line,
    presentation,
    telling,
    with_figure,
)
from stepcalc.cli.output import write_answer, write_document, write_text
from stepcalc.cli.plotting import OnOption, PlotOption, plotting
from stepcalc.cli.shared import with_telling
from stepcalc.errors import UsageError
from stepcalc.messages import say

if TYPE_CHECKING:
    from stepcalc.calculus.slope import Slope
    from stepcalc.render.document import Figure
    from stepcalc.trace.derivation import Derivation

LIMIT_HELP = """Find a limit, step by step.

Put the expression in quotes, and say where its letter goes:

    stepcalc limit "sin(3x)/x" --to 0

    stepcalc limit "|x|/x" --to 0 --side right

    stepcalc limit "(1 + 1/x)^x" --to infinity

    stepcalc limit "sqrt(x^2 + 1)/x" --to -oo

    stepcalc limit "e^(a x)" --to oo --assume "a < 0"
"""
SLOPE_HELP = """Show the slopes of secants as h shrinks, beside the slope of the tangent.

    stepcalc slope "x^2" --at 1

    stepcalc slope "e^x" --at 1 --error        (errors of forward and central differences)

    stepcalc slope "x^2" --at 1 --plot        (secants turning into the tangent)

A single - reads one expression a line from standard input.
"""

Wrt = Annotated[
    str | None,
    typer.Option(
        "--wrt", "-w", "--var", "--vars", metavar="LETTER", rich_help_panel=options.ASKING,
        help="The letter that moves; the only one of the expression if not given.",
    ),
]  # fmt: skip
To = Annotated[
    str,
    typer.Option(
        "--to", "--at", metavar="POINT", rich_help_panel=options.ASKING,
        help="Where the letter goes: 0, pi/2, oo or infinity, -oo; 0+ or 0- from one side.",
    ),
]  # fmt: skip
Side = Annotated[
    Literal["both", "right", "left", "+", "-"],
    typer.Option("--side", rich_help_panel=options.ASKING, help="From which side the point is approached."),
]
At = Annotated[
    str | None,
    typer.Option("--at", "-a", metavar="POINT", rich_help_panel=options.ASKING, help="The point: 1 or x=1."),
]
Assume = Annotated[
    list[str] | None,
    typer.Option(
        "--assume", metavar="SIGN", rich_help_panel=options.ASKING,
        help='The sign of another letter: "a > 0" or "a < 0". May be repeated.',
    ),
]  # fmt: skip
Error = Annotated[
    bool,
    typer.Option(
        "--error", rich_help_panel=options.ASKING,
        help="The errors of forward and central differences: by Taylor's series, and in double precision.",
    ),
]  # fmt: skip


def limit(
    expression: options.Expression,
    to: To = "0",
    side: Side = "both",
    wrt: Wrt = None,
    assume: Assume = None,
    function: options.Function = None,
    letter: options.Letter = None,
    style: options.StyleOption = "steps",
    detail: options.DetailOption = "normal",
    notation: options.NotationOption = None,
    upto: options.Upto = None,
    hint: options.Hint = False,
    quiet: options.Quiet = False,
    rules: options.RuleFiles = None,
    no_verify: options.NoVerify = False,
    format: options.FormatOption = None,
    json: options.Json = False,
    output: options.Output = None,
    force: options.Force = False,
    ascii: options.Ascii = False,
    paper: options.PaperOption = "a4",
    font_size: options.FontSize = None,
) -> int:
    """Find a limit; the help text is LIMIT_HELP."""
    told = telling(
        function=function,
        letter=letter,
        style=style,
        detail=detail,
        notation=notation,
        upto=upto,
        hint=hint,
        quiet=quiet,
        prefer=None,
        form="textbook",
        no_tidy=False,
        rules=rules,
        no_verify=no_verify,
        format=format,
        json=json,
        output=output,
        force=force,
        ascii=ascii,
        paper=paper,
        font_size=font_size,
    )

    def derive(text: str) -> Derivation:
        from stepcalc.calculus.limits.questions import limit as find

        return find(
            text,
            next(iter(options.names(wrt)), None),
            to=to,
            side=side,
            assume=assume or (),
            rulebook=told.rulebook,
            declared=told.declared,
            functions=told.functions,
        )

    return answer_all(expression, told, derive, lambda _: None)


@with_telling
def slope(
    expression: options.Expression,
    at: At = None,
    wrt: Wrt = None,
    error: Error = False,
    plot: PlotOption = False,
    on: OnOption = None,
    *,
    told: Telling,
) -> int:
    """Show secant slopes; the help text is SLOPE_HELP."""
    if at is None:
        raise UsageError(say("slope-needs-point"), code="slope-needs-point")
    asked = plotting(plot, told.to, on=on)
    from stepcalc.calculus.slope import slope as find

    point = at.partition("=")[2] or at

    def answer(text: str) -> int:
        found = find(text, point, next(iter(options.names(wrt)), None), error=error, **told.deriving)
        return _show_slope(found, told, asked.slope_figure(found))

    return each_line(told.to, told.quiet, answer) if expression == "-" else answer(expression)


def _show_slope(found: Slope, told: Telling, figure: Figure | None) -> int:
    """Write the tables and what is derived beside them, in the format that was asked for."""
    functions = found.derivation.rulebook.functions
    verification = found.verify() if told.check else None
    if told.to.format == "json":
        write_text(found.to_json(), told.to)
    elif told.quiet and told.to.format not in PICTURES:
        write_answer(found.at.derivative, functions, told.to)
    else:
        from stepcalc.render.slopes import slope_document

        document = slope_document(found, presentation(told), verification)
        write_document(with_figure(document, figure), functions, told.to)
    return FAILED_CHECK if verification is not None and verification.status == "failed" else 0
