"""``stepcalc partial``, ``gradient``, ``jacobian``, ... : questions about functions of several variables."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from stepcalc.cli import options
from stepcalc.cli.answering import Telling, answer_all, parts_of, point_of
from stepcalc.cli.plotting import OnOption, PlotOption, SetOption, plotting
from stepcalc.cli.shared import with_telling
from stepcalc.errors import UsageError
from stepcalc.messages import say

if TYPE_CHECKING:
    from stepcalc.calculus.point_reports import PointReport
    from stepcalc.notation.forms import Form
    from stepcalc.trace.derivation import Derivation

HELP: Final = {
    "partial": """Differentiate with respect to one letter, the others held fixed.

Put the expression in quotes, and say which letter varies:

    stepcalc partial "x^2 y + sin(xy)" --wrt x

    stepcalc partial "x^2 y^3" --wrt x,y        (first x, then y)

    stepcalc partial "x^2 y^3" --wrt x,x,y --at 1,2
""",
    "gradient": """Find the gradient of a function: the column of its partial derivatives.

    stepcalc gradient "x^2 y + sin(xy)"

    stepcalc gradient "a x^2 + y^2" --wrt x,y --at 1,2        (with the tangent plane)

    stepcalc gradient "ln(e^x + e^y + e^z)" --reverse        (in one pass: back-propagation)
""",
    "directional": """Find the slope of a function in a direction, which is brought to length 1.

    stepcalc directional "x^2 y" --direction 3,4

    stepcalc directional "x^2 y" --direction 3,4 --at 1,2
""",
    "jacobian": """Find the Jacobian of a map: row i holds the partial derivatives of its component i.

Put the components in quotes, with commas between them:

    stepcalc jacobian "x^2 y, 5x + sin y"

    stepcalc jacobian "r cos(t), r sin(t)" --wrt r,t        (with its determinant)

    stepcalc jacobian "x + y z, x y z" --at 1,2,3
""",
    "hessian": """Find the Hessian of a function: the matrix of its second derivatives.

    stepcalc hessian "x^3 - 3x y^2"

    stepcalc hessian "x^2 + y^2 - x y" --at 0,0        (and what kind of point that is)
""",
    "divergence": """Find the divergence of a vector field: how much more flows out of a point than into it.

    stepcalc divergence "x^2 y, y^2 z, z^2 x"

    stepcalc divergence "-y, x" --wrt x,y --at 1,2
""",
    "curl": """Find the curl of a vector field in space: about which axis it turns, and how fast.

    stepcalc curl "-y, x, 0" --wrt x,y,z

    stepcalc curl "y z, x z, x y" --at 1,2,3
""",
    "laplacian": """Find the Laplacian of a function: the sum of its second derivatives.

    stepcalc laplacian "e^x sin(y)"

    stepcalc laplacian "1/sqrt(x^2 + y^2 + z^2)" --at 1,0,0
""",
}
"""What each command says of itself, by its name, in the order of the help."""

Wrt = Annotated[
    str | None,
    typer.Option(
        "--wrt", "-w", "--var", "--vars", metavar="LETTERS", rich_help_panel=options.ASKING,
        help="The letters, in order: x,y. If not given, those of the expression by name.",
    ),
]  # fmt: skip
WrtPartial = Annotated[
    str | None,
    typer.Option(
        "--wrt", "-w", "--var", "--vars", metavar="LETTERS", rich_help_panel=options.ASKING,
        help="The letter that varies: x; or several, one after the other: x,x,y.",
    ),
]  # fmt: skip
At = Annotated[
    str | None,
    typer.Option(
        "--at", "-a", metavar="POINT", rich_help_panel=options.ASKING,
        help="The value there, and what follows from it: 1,2 or x=1,y=2.",
    ),
]  # fmt: skip
Direction = Annotated[
    str | None,
    typer.Option(
        "--direction", metavar="VECTOR", rich_help_panel=options.ASKING,
        help="The direction, one component for each letter: 3,4.",
    ),
]  # fmt: skip
Reverse = Annotated[
    bool | None,
    typer.Option(
        "--reverse/--forward", rich_help_panel=options.ASKING, show_default=False,
        help="All components in one pass, or one by one. One pass is the choice for more than six letters.",
    ),
]  # fmt: skip
Everything = Annotated[
    bool, typer.Option("--all", rich_help_panel=options.TELLING, help="Show every entry of a large answer.")
]

_PLOTTED: Final = ("gradient", "hessian")
_OWN: Final[dict[str, tuple[str, ...]]] = {
    "direction": ("directional",),
    "reverse": ("gradient",),
    **dict.fromkeys(("plot", "on", "values"), _PLOTTED),
}
"""The options that only some commands have, with these."""


def command(kind: str) -> Callable[..., int]:
    """The function behind the command for one kind of question."""

    def ask(
        expression: options.Expression,
        wrt: Wrt = None,
        at: At = None,
        direction: Direction = None,
        reverse: Reverse = None,
        plot: PlotOption = False,
        on: OnOption = None,
        values: SetOption = None,
        everything: Everything = False,
        *,
        told: Telling,
    ) -> int:
        told = replace(told, everything=everything or told.detail == "full")
        letters = options.names(wrt)
        own: dict[str, Any] = {"reverse": reverse} if kind == "gradient" else {}
        if kind == "directional":
            own = {"direction": _needed(direction)}

        def derive(text: str) -> Derivation:
            return _derived(kind, text, letters, **own, **told.deriving)

        def report(derivation: Derivation) -> PointReport | None:
            if at is None:
                return None
            from stepcalc.calculus.at_points import report_at

            return report_at(derivation, point_of(at, _all_letters(derivation, at), told.declared))

        if kind not in _PLOTTED:
            return answer_all(expression, told, derive, report)
        asked = plotting(plot, told.to, on=on, at=at, values=values, declared=told.declared)
        return answer_all(expression, told, derive, report, asked.figure)

    _keep_own_options(ask, kind)
    return with_telling(ask)


def _keep_own_options(ask: Callable[..., int], kind: str) -> None:
    """Leave out of a command's signature, which Typer reads, the options that others have to themselves."""
    others = {name for name, kinds in _OWN.items() if kind not in kinds}
    signature = inspect.signature(ask, eval_str=True)
    kept = [
        given.replace(annotation=WrtPartial) if name == "wrt" and kind == "partial" else given
        for name, given in signature.parameters.items()
        if name not in others
    ]
    ask.__signature__ = signature.replace(parameters=kept)  # type: ignore[attr-defined]
    ask.__annotations__ = {given.name: given.annotation for given in kept} | {"return": int}


def _all_letters(derivation: Derivation, at: str) -> tuple[Form, ...]:
    """The letters by which values are given in order: those that vary, then those held fixed.

    A partial derivative at the point (1, 2) is one at x = 1, y = 2, whichever of the two varies: where every
    letter of it has a value, these are in the order of the names.
    """
    from stepcalc.calculus.letters import by_name

    question = derivation.question
    letters = tuple(dict.fromkeys((*question.letters, *question.held)))
    if question.kind == "partial" and len(parts_of(at)) == len(letters):
        return tuple(sorted(letters, key=by_name))
    return letters


def _needed(direction: str | None) -> str:
    if direction is None:
        raise UsageError(say("direction-missing"), code="direction-missing")
    return direction


def _derived(kind: str, text: str, letters: Sequence[str], **given: Any) -> Derivation:
    from stepcalc.calculus import vector

    if kind == "partial":
        return vector.partial(text, *letters, **given)
    derive: Callable[..., Derivation] = getattr(vector, kind)
    return derive(text, letters=letters, **given)
