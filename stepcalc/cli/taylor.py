"""``stepcalc taylor``: a function told by its derivatives at one point."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import typer

from stepcalc.cli import options
from stepcalc.cli.answering import Telling, answer_all
from stepcalc.cli.plotting import PlotOption, SetOption, plotting
from stepcalc.cli.shared import with_telling

if TYPE_CHECKING:
    from stepcalc.trace.derivation import Derivation

HELP = """Find the Taylor polynomial of a function, its remainder, and where its series converges.

Put the expression in quotes:

    stepcalc taylor "exp(x) cos(x)" --order 4

    stepcalc taylor "ln x" --about 1 --order 5 --on 0.5,1.5        (with a bound of the remainder)

    stepcalc taylor "sin x" --form delta --order 3        (f(x+Δx) in powers of Δx)

    stepcalc taylor "e^x sin(y)" --about 0,0 --order 2        (a number for each letter, x and y)
"""

Wrt = Annotated[
    str | None,
    typer.Option(
        "--wrt", "-w", "--var", "--vars", metavar="LETTERS", rich_help_panel=options.ASKING,
        help="The letter that varies, or several: x,y. If not given, all where the centre has as many numbers.",
    ),
]  # fmt: skip
About = Annotated[
    str | None,
    typer.Option(
        "--about", "--at", metavar="CENTRE", rich_help_panel=options.ASKING, show_default=False,
        help="The centre: 1, or 0,1 for two letters, or x=0,y=1. 0 if not given.",
    ),
]  # fmt: skip
Order = Annotated[
    int,
    typer.Option("--order", "-n", metavar="N", rich_help_panel=options.ASKING, help="The highest power."),
]
On = Annotated[
    str | None,
    typer.Option(
        "--on", metavar="INTERVAL", rich_help_panel=options.ASKING,
        help="Bound the remainder: the value up to which each letter goes, on both sides of the centre (0.5), or "
        "an interval (-1,1). For several letters one for all, or one each: 0.5; -1,1. A plot shows it.",
    ),
]  # fmt: skip
FormOption = Annotated[
    Literal["textbook", "delta"],
    typer.Option("--form", rich_help_panel=options.RULES, help="Powers of x − a, or of Δx."),
]
Method = Annotated[
    Literal["derivatives", "series"] | None,
    typer.Option(
        "--method", rich_help_panel=options.RULES, show_default=False,
        help="From derivatives, or by power series; by the order, if not given.",
    ),
]  # fmt: skip


@with_telling
def taylor(
    expression: options.Expression,
    wrt: Wrt = None,
    about: About = None,
    order: Order = 6,
    on: On = None,
    form: FormOption = "textbook",
    method: Method = None,
    plot: PlotOption = False,
    values: SetOption = None,
    *,
    told: Telling,
) -> int:
    """Answer a question about a Taylor polynomial."""
    letters = [part.strip() for part in (wrt or "").split(",") if part.strip()]

    def derive(text: str) -> Derivation:
        from stepcalc.calculus.taylor import taylor as derived

        asked = {**told.deriving, "form": form}
        return derived(text, *letters, about=about, order=order, on=on, method=method, **asked)

    asked = plotting(plot, told.to, values=values, declared=told.declared)
    return answer_all(expression, told, derive, lambda _: None, asked.figure)
