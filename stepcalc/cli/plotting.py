"""The options of plots, shared by the commands that have one, and what is made of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from stepcalc.cli import options
from stepcalc.cli.answering import PICTURES, point_of
from stepcalc.errors import UsageError
from stepcalc.messages import say

if TYPE_CHECKING:
    from stepcalc.calculus.slope import Slope
    from stepcalc.cli.output import Sink
    from stepcalc.render.document import Figure
    from stepcalc.trace.derivation import Derivation

PlotOption = Annotated[
    bool,
    typer.Option(
        "--plot", rich_help_panel=options.OUTPUT,
        help="Add a plot; -o plot.svg or plot.png is the plot alone.",
    ),
]  # fmt: skip
OnOption = Annotated[
    str | None,
    typer.Option(
        "--on", metavar="RANGE", rich_help_panel=options.OUTPUT, show_default=False,
        help="The range of the plot: -2,2 (for two letters also -2,2,0,5). Chosen by itself if not given.",
    ),
]  # fmt: skip
SetOption = Annotated[
    str | None,
    typer.Option(
        "--set", metavar="VALUES", rich_help_panel=options.OUTPUT, show_default=False,
        help="Numbers for the other letters of the plot: a=2,b=3.",
    ),
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Plotting:
    """What was asked about a plot.

    Args:
        wanted: Whether there is to be one.
        on: Its range.
        at: The point of ``--at``.
        values: The numbers of ``--set``.
        declared: Names that are letters.
    """

    wanted: bool
    on: str | None = None
    at: str | None = None
    values: str | None = None
    declared: tuple[str, ...] = ()

    def figure(self, derivation: Derivation) -> Figure | None:
        """The plot of a derivation as a block of a document, if one is wanted."""
        if not self.wanted:
            return None
        from stepcalc.render.plots import plot

        question = derivation.question
        letters = (*dict.fromkeys(question.letters), *question.held)
        point = None if self.at is None else point_of(self.at, letters, self.declared)
        values = None if self.values is None else point_of(self.values, (), self.declared)
        return plot(derivation, at=point, on=self.on, values=values).figure()

    def slope_figure(self, found: Slope) -> Figure | None:
        """The plot of secants, if one is wanted."""
        if not self.wanted:
            return None
        from stepcalc.render.plots import slope_plot

        return slope_plot(found, on=self.on).figure()


def plotting(
    plot: bool,
    to: Sink,
    *,
    on: str | None = None,
    at: str | None = None,
    values: str | None = None,
    declared: tuple[str, ...] = (),
) -> Plotting:
    """The options of a plot, settled.

    Args:
        plot: Whether ``--plot`` was given.
        to: Where the answer goes; a picture is a plot without being asked.
        on: The range.
        at: The point.
        values: Numbers for other letters.
        declared: Names that are letters.

    Raises:
        UsageError: A plot was asked for in JSON, which has none; or something was said about a plot, and no
            plot was asked for.
    """
    return Plotting(is_drawn(plot, to, {"--on": on, "--set": values}), on, at, values, declared)


def is_drawn(plot: bool, to: Sink, about: Mapping[str, object]) -> bool:
    """Whether there is to be a plot.

    Args:
        plot: Whether ``--plot`` was given.
        to: Where the answer goes; a picture is a plot without being asked.
        about: What was given for the options that are about the plot; ``None`` for those that were not.

    Raises:
        UsageError: A plot was asked for in JSON, which has none; or an option about the plot was given, and
            no plot was asked for.
    """
    if plot and to.format == "json":
        raise UsageError(say("plot-no-json"), code="plot-no-json")
    drawn = plot or to.format in PICTURES
    if not drawn:
        refuse_idle(about, "needs-plot")
    return drawn


def refuse_idle(given: Mapping[str, object], key: str) -> None:
    """Refuse options that would do nothing here.

    Args:
        given: The options and what was given for them, ``None`` for those that were not.
        key: The message.

    Raises:
        UsageError: One of them was given.
    """
    stray = next((name for name, value in given.items() if value is not None), None)
    if stray:
        raise UsageError(say(key, option=stray), code=key)
