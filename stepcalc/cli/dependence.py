"""``stepcalc total`` and ``stepcalc implicit``: letters that depend on other letters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from stepcalc.cli import options
from stepcalc.cli.answering import Telling, answer_all, point_of
from stepcalc.cli.shared import with_telling
from stepcalc.errors import UsageError
from stepcalc.messages import say

if TYPE_CHECKING:
    from stepcalc.calculus.point_reports import PointReport
    from stepcalc.trace.derivation import Derivation

TOTAL_HELP = """Find the total derivative: how a function changes when the letters in it change.

Put the function and what its letters stand for in quotes, with semicolons between:

    stepcalc total "f = x^2 y; x = cos t; y = sin t" --wrt t

    stepcalc total "f = x y + t; x = s^2; s = e^t; y = s t" --wrt t        (any number of levels)

    stepcalc total "F = (u v, u + v); u = x^2; v = x y" --wrt x,y        (the product of Jacobians)
"""
IMPLICIT_HELP = """Find the slope dy/dx of a curve that an equation gives.

Put the equation in quotes:

    stepcalc implicit "x^2 + y^2 = 25"

    stepcalc implicit "x^2 + y^2 = 25" --at 3,4 --order 2

    stepcalc implicit "u^3 + v^3 = 6uv" --of v --wrt u
"""

Wrt = Annotated[
    str | None,
    typer.Option(
        "--wrt", "-w", "--var", metavar="LETTERS", rich_help_panel=options.ASKING,
        help="The letter that the others depend on; of several, x,y, the Jacobian is found.",
    ),
]  # fmt: skip
Of = Annotated[
    str,
    typer.Option(
        "--of", metavar="LETTER", rich_help_panel=options.ASKING, help="The letter whose slope is sought."
    ),
]
At = Annotated[
    str | None,
    typer.Option(
        "--at", "-a", metavar="POINT", rich_help_panel=options.ASKING, help="The value there: 3,4 or x=3,y=4."
    ),
]
Order = Annotated[
    int,
    typer.Option(
        "--order",
        "-n",
        metavar="N",
        rich_help_panel=options.ASKING,
        help="1 for the slope, 2 for how it bends.",
    ),
]


@with_telling
def total(expression: options.Expression, wrt: Wrt = None, at: At = None, *, told: Telling) -> int:
    """Answer a question about a total derivative."""
    if wrt is None:
        raise UsageError(say("letters-missing", example="--wrt t"), code="letters-missing")

    def derive(text: str) -> Derivation:
        from stepcalc.calculus.dependence import total as derived

        return derived(text, options.names(wrt), **told.deriving)

    return answer_all(expression, told, derive, lambda found: _value_at(found, at, told))


@with_telling
def implicit(
    expression: options.Expression,
    of: Of = "y",
    wrt: Wrt = None,
    order: Order = 1,
    at: At = None,
    *,
    told: Telling,
) -> int:
    """Answer a question about a curve given by an equation."""

    def derive(text: str) -> Derivation:
        from stepcalc.calculus.dependence import implicit as derived

        return derived(text, of, wrt, order=order, **told.deriving)

    return answer_all(expression, told, derive, lambda found: _value_at(found, at, told, of))


def _value_at(
    derivation: Derivation, at: str | None, told: Telling, of: str | None = None
) -> PointReport | None:
    """The value of the answer at a point."""
    if at is None:
        return None
    from stepcalc.calculus.at_points import report_at
    from stepcalc.calculus.letters import letter_form

    question = derivation.question
    letters = (*dict.fromkeys(question.letters), *((letter_form(of),) if of else ()), *question.held)
    return report_at(derivation, point_of(at, letters, told.declared))
