"""``stepcalc diff``: an expression becomes a derivation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from stepcalc.cli import options
from stepcalc.cli.answering import Telling, answer_all, check_letters, point_of
from stepcalc.cli.plotting import OnOption, PlotOption, SetOption, plotting
from stepcalc.cli.shared import with_telling
from stepcalc.errors import ReadError
from stepcalc.messages import say

if TYPE_CHECKING:
    from stepcalc.calculus.point_values import PointValue
    from stepcalc.trace.derivation import Derivation

HELP = """Differentiate an expression, step by step.

Put the expression in quotes:

    stepcalc diff "x**2*sin(x)"

    stepcalc diff "a x^2 + b x + c" --wrt x --at 1

    stepcalc diff "e^(sin(x^2+1))" --style chain

    stepcalc diff "tan x" --hint

    stepcalc diff "tan x" --at 1 --plot        (-o tan.svg writes the plot alone)

    stepcalc diff "1/x" --from-definition

    stepcalc diff "x^x sin(x)" --method log

    stepcalc diff - --quiet < questions.txt
"""

FromDefinition = Annotated[
    bool,
    typer.Option(
        "--from-definition", rich_help_panel=options.ASKING,
        help="By rise over run and a limit, without the rules of differentiation.",
    ),
]  # fmt: skip

MethodOption = Annotated[
    Literal["rules", "log"],
    typer.Option(
        "--method", rich_help_panel=options.ASKING,
        help="By the rules, or by the logarithm: f′ = f·(ln f)′, for products of powers.",
    ),
]  # fmt: skip


@with_telling
def diff(
    expression: options.Expression,
    wrt: options.Wrt = None,
    at: options.At = None,
    order: options.Order = 1,
    from_definition: FromDefinition = False,
    method: MethodOption = "rules",
    plot: PlotOption = False,
    on: OnOption = None,
    values: SetOption = None,
    *,
    told: Telling,
) -> int:
    """Differentiate; the help text is HELP."""

    def derive(text: str) -> Derivation:
        from stepcalc.calculus.questions import diff as derive

        letters = options.names(wrt)
        ways: dict[str, Any] = {"method": method, "from_definition": from_definition}
        try:
            derivation = derive(text, letters, order=order, **ways, **told.deriving)
        except ReadError as problem:
            raise _to_implicit(problem, text) from None
        return check_letters(derivation, letters, told.declared)

    def value(derivation: Derivation) -> PointValue | None:
        """The value and the tangent at the point of ``--at``."""
        if at is None:
            return None
        from stepcalc.calculus.point_values import at_point

        letters = (*derivation.question.letters, *derivation.question.held)
        return at_point(derivation, point_of(at, letters, told.declared))

    asked = plotting(plot, told.to, on=on, at=at, values=values, declared=told.declared)
    return answer_all(expression, told, derive, value, asked.figure)


def _to_implicit(problem: ReadError, text: str) -> ReadError:
    """The error; for an equation, one that names the command for equations."""
    if not str(problem.code).endswith("-not-here") or text.count("=") != 1 or set("<>!") & set(text):
        return problem
    message = say("to-implicit", text=text)
    return ReadError(message, code=problem.code, text=text, start=problem.start, end=problem.end)
